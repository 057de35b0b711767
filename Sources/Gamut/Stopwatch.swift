import Glibc

/// Takes the time of stages.
package final class Stopwatch {
  private var ended: [(stage: String, seconds: Double)] = []
  private let start = Stopwatch.now

  /// Seconds since some fixed moment.
  package static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Times one stage and tells when it begins and ends.
  func time<Value>(
    _ stage: Stage, _ onEvent: (Event) -> Void, _ body: () throws -> Value
  ) rethrows -> Value {
    onEvent(.began(stage))
    let began = Self.now
    let value = try body()
    let seconds = Self.now - began
    ended.append((stage.rawValue, seconds))
    onEvent(.ended(stage, seconds: seconds))
    return value
  }

  /// The same, a stage that ran several times told once with all its seconds.
  var sums: [(stage: String, seconds: Double)] {
    var sums: [(stage: String, seconds: Double)] = []
    for (stage, seconds) in stages {
      if let place = sums.firstIndex(where: { $0.stage == stage }) {
        sums[place].seconds += seconds
      } else {
        sums.append((stage, seconds))
      }
    }
    return sums
  }

  /// Seconds by stage in the order in which they ran, and at last those since the stopwatch was made.
  var stages: [(stage: String, seconds: Double)] { ended + [("total", Self.now - start)] }
}
