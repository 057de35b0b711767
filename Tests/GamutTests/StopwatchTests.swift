import Reporting
import Testing

@testable import Gamut

@Suite struct StopwatchTests {
  private let ignored: (Event) -> Void = { _ in }

  /// Keeps the processor busy for some time.
  private func spin(_ seconds: Double) {
    let end = Stopwatch.processorNow + seconds
    while Stopwatch.processorNow < end {}
  }

  @Test func `stages are timed in the order in which they end, and the total last`() {
    let watch = Stopwatch()
    watch.time(.read, ignored) { spin(0.002) }
    watch.time(.select, ignored) {}
    let stages = watch.stages
    #expect(stages.map(\.stage) == ["read", "select", "total"])
    #expect(stages[0].processorSeconds >= 0.002)
    #expect(stages.dropLast().reduce(0) { $0 + $1.seconds } <= stages[2].seconds)
    #expect(
      stages.dropLast().reduce(0) { $0 + $1.processorSeconds } <= stages[2].processorSeconds)
  }

  @Test func `a stage within another is no part of it`() {
    let watch = Stopwatch()
    watch.time(.read, ignored) {
      watch.time(.fit, ignored) { spin(0.02) }
      watch.time(.project, ignored) { spin(0.02) }
    }
    let stages = watch.stages
    #expect(stages.map(\.stage) == ["fit", "project", "read", "total"])
    #expect(stages[2].seconds < stages[0].seconds + stages[1].seconds)
    #expect(stages.dropLast().reduce(0) { $0 + $1.seconds } <= stages[3].seconds)
  }

  @Test func `a stage that ran twice is told once with all it took`() {
    let watch = Stopwatch()
    watch.time(.load, ignored) { spin(0.002) }
    watch.time(.select, ignored) {}
    watch.time(.load, ignored) { spin(0.002) }
    let stages = watch.stages
    #expect(stages.map(\.stage) == ["load", "select", "total"])
    #expect(stages[0].processorSeconds >= 0.004)
  }

  @Test func `one that fails leaves the others as they are`() {
    struct Failure: Error {}
    let watch = Stopwatch()
    watch.time(.read, ignored) {
      try? watch.time(.fit, ignored) { throw Failure() }
    }
    #expect(watch.stages.map(\.stage) == ["read", "total"])
    #expect(watch.stages.allSatisfy { $0.seconds >= 0 })
  }
}
