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

/// Does two things at the same time, the first on the caller's thread if there is but one.
///
/// The two must have nothing in common that either of them changes.
///
/// - Parameters:
///   - threads: How many threads may work at once.
///   - first: The one thing; the longer one.
///   - second: The other.
/// - Returns: What came of both.
/// - Throws: What the first threw, else what the second did; either only when both have ended.
func sideBySide<First: Sendable, Second: Sendable>(
  threads: Int, _ first: () throws -> First, and second: () throws -> Second
) throws -> (First, Second) {
  let results = (Slot<Result<First, any Error>>(), Slot<Result<Second, any Error>>())
  withoutActuallyEscaping(first) { first in
    withoutActuallyEscaping(second) { second in
      // Each is called by one thread, once, before this returns.
      nonisolated(unsafe) let works = (first, second)
      forEachIndex(below: 2, threads: threads) { index in
        if index == 0 {
          results.0.fill(Result { try unsafe works.0() })
        } else {
          results.1.fill(Result { try unsafe works.1() })
        }
      }
    }
  }
  let first = try results.0.value.get()
  return (first, try results.1.value.get())
}
