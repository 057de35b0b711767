import Parallelism

/// Jobs that need nothing of each other, worked on side by side.
struct Jobs {
  private var works: [@Sendable () -> Void] = []

  /// Adds a job.
  ///
  /// - Parameter work: What is to be done.
  /// - Returns: Where its value, or what it threw, lies after `run`.
  mutating func add<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) -> Slot<Result<Value, any Error>> {
    let slot = Slot<Result<Value, any Error>>()
    works.append { slot.fill(Result { try work() }) }
    return slot
  }

  /// Does all jobs; the first ones begin first.
  ///
  /// - Parameter threads: How many threads may work at once.
  func run(threads: Int) {
    let works = works
    forEachIndex(below: works.count, threads: threads) { works[$0]() }
  }
}
