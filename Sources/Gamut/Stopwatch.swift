import Glibc
import Reporting

/// Takes the time of stages.
///
/// A stage within another counts as itself, and not as the one around it, so that stages add up.
package final class Stopwatch {
  private var ended: [StageTime] = []
  /// What the stages took that ended within each of those that go on, the innermost last.
  private var inner: [(seconds: Double, processorSeconds: Double)] = []
  private let start = Stopwatch.now
  private let processorStart = Stopwatch.processorNow

  /// Seconds since some fixed moment.
  package static var now: Double { seconds(CLOCK_MONOTONIC) }

  /// Seconds of the processor that all threads of this process have used.
  package static var processorNow: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Times one stage and tells when it begins and ends.
  func time<Value>(
    _ stage: Stage, _ onEvent: (Event) -> Void, _ body: () throws -> Value
  ) rethrows -> Value {
    onEvent(.began(stage))
    let (began, processorBegan) = (Self.now, Self.processorNow)
    inner.append((0, 0))
    defer { inner.removeLast() }
    let value = try body()
    let (seconds, processor) = (Self.now - began, Self.processorNow - processorBegan)
    let own = inner[inner.count - 1]
    ended.append(
      StageTime(
        stage: stage.rawValue, seconds: seconds - own.seconds,
        processorSeconds: processor - own.processorSeconds))
    if inner.count > 1 {
      inner[inner.count - 2].seconds += seconds
      inner[inner.count - 2].processorSeconds += processor
    }
    onEvent(.ended(stage, seconds: seconds))
    return value
  }

  /// What stages took in the order in which they first ended, and at last all since the stopwatch was made.
  ///
  /// A stage that ran several times is told once with all it took: names are keys where times are told as JSON.
  var stages: [StageTime] {
    var sums: [StageTime] = []
    for time in ended {
      if let place = sums.firstIndex(where: { $0.stage == time.stage }) {
        sums[place].seconds += time.seconds
        sums[place].processorSeconds += time.processorSeconds
      } else {
        sums.append(time)
      }
    }
    sums.append(
      StageTime(
        stage: "total", seconds: Self.now - start,
        processorSeconds: Self.processorNow - processorStart))
    return sums
  }
}
