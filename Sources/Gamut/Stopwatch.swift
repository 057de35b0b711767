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

  /// Seconds by stage in the order in which they ran, and at last those since the stopwatch was made.
  var stages: [(stage: String, seconds: Double)] { ended + [("total", Self.now - start)] }
}
