import Parallelism
import Testing

struct Failure: Error, Equatable { var block: Int }

@Suite struct OrderedBlocksTests {
  /// Runs `count` blocks of uneven work and returns what was consumed.
  func run(
    _ count: Int, threads: Int, failingWork: Int? = nil, failingSource: Int? = nil,
    failingConsumer: Int? = nil
  ) -> (consumed: [Int], error: Failure?) {
    var given = 0
    var consumed: [Int] = []
    do {
      try forEachBlockInOrder(
        threads: threads,
        next: {
          if given == failingSource { throw Failure(block: given) }
          guard given < count else { return nil }
          given += 1
          return given - 1
        },
        makeWorker: { 0 },
        work: { (state: inout Int, block: Int) -> Int in
          if block == failingWork { throw Failure(block: block) }
          // Uneven work: some blocks take far longer than their neighbours.
          for step in 0..<((block &* 7919) % 13) * 500 { state = state &* 31 &+ step }
          return block
        },
        consume: {
          if $0 == failingConsumer { throw Failure(block: $0) }
          consumed.append($0)
        })
      return (consumed, nil)
    } catch {
      return (consumed, error as? Failure)
    }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 100])
  func `results arrive in block order for any thread count`(threads: Int, count: Int) {
    let outcome = run(count, threads: threads)
    #expect(outcome.consumed == Array(0..<count))
    #expect(outcome.error == nil)
  }

  @Test(arguments: [1, 2, 4])
  func `a failing block ends the job after the blocks before it`(threads: Int) {
    for failing in [0, 1, 17, 99] {
      let outcome = run(100, threads: threads, failingWork: failing)
      #expect(outcome.consumed == Array(0..<failing))
      #expect(outcome.error == Failure(block: failing))
    }
  }

  @Test(arguments: [1, 2, 4])
  func `a failing source or consumer ends the job in the same way`(threads: Int) {
    for failing in [0, 1, 40] {
      #expect(run(100, threads: threads, failingSource: failing).error == Failure(block: failing))
      let outcome = run(100, threads: threads, failingConsumer: failing)
      #expect(outcome.consumed == Array(0..<failing))
      #expect(outcome.error == Failure(block: failing))
    }
  }

  @Test(arguments: [1, 2, 4])
  func `the earliest of two failures is the one that is thrown`(threads: Int) {
    for _ in 0..<20 {
      let outcome = run(60, threads: threads, failingWork: 30, failingConsumer: 20)
      #expect(outcome.error == Failure(block: 20))
    }
  }
}
