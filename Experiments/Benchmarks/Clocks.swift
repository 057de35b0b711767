// The system's clocks are asked through a pointer to the answer.
internal import Glibc

/// What one piece of work took.
struct Taken {
  /// Seconds on the wall.
  var wall: Double
  /// Seconds of all processors together.
  var processor: Double
}

/// Seconds of a clock of the system.
private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds since some fixed moment.
func wallClock() -> Double { seconds(of: CLOCK_MONOTONIC) }

/// Takes the time of work done in this process.
func timed(_ body: () throws -> Void) rethrows -> Taken {
  let wall = wallClock()
  let processor = seconds(of: CLOCK_PROCESS_CPUTIME_ID)
  try body()
  return Taken(
    wall: wallClock() - wall, processor: seconds(of: CLOCK_PROCESS_CPUTIME_ID) - processor)
}
