import Dispatch
import Glibc
import Parallelism
import Synchronization
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

  @Test func `a thread goes on while another is slower`() {
    // The first block is not done before the third has begun: a thread that waited for its turn with the
    // second would never begin it.
    let hasBegun = DispatchSemaphore(value: 0)
    var given = 0
    var consumed: [Bool] = []
    try? forEachBlockInOrder(
      threads: 2,
      next: {
        guard given < 3 else { return nil }
        given += 1
        return given - 1
      },
      makeWorker: {},
      work: { (_: inout Void, block: Int) -> Bool in
        if block == 0 { return hasBegun.wait(timeout: .now() + 20) == .success }
        if block == 2 { hasBegun.signal() }
        return true
      },
      consume: { consumed.append($0) })
    #expect(consumed == [true, true, true])
  }

  @Test(arguments: [2, 3])
  func `few results pile up behind a slow block`(threads: Int) {
    let state = Mutex((taken: 0, consumed: 0, most: 0))
    try? forEachBlockInOrder(
      threads: threads,
      next: {
        state.withLock { state in
          guard state.taken < 60 else { return nil }
          state.taken += 1
          state.most = max(state.most, state.taken - state.consumed)
          return state.taken - 1
        }
      },
      makeWorker: {},
      work: { (_: inout Void, block: Int) -> Int in
        if block == 0 {
          // Until more blocks were taken than there are threads, and some time for still more.
          for _ in 0..<2000 where state.withLock({ $0.taken <= threads }) { usleep(10_000) }
          usleep(50_000)
        }
        return block
      },
      consume: { _ in state.withLock { $0.consumed += 1 } })
    let outcome = state.withLock(\.self)
    #expect(outcome.consumed == 60)
    #expect(outcome.most <= 2 * threads)
    #expect(outcome.most > threads)
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
