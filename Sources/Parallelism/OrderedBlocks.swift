import Dispatch

/// Works on blocks in parallel and hands the results on in the order of the blocks.
///
/// Blocks are taken from `next` one at a time, in order, so a sequential source (a decompressor, a
/// file scanned for line ends) needs no locking of its own. `work` runs on up to `threads` threads at
/// once. `consume` sees the results strictly in the order in which their blocks were taken, one at a
/// time: whatever is added up there is added in the same order for any thread count, which is what
/// makes floating-point sums repeatable.
///
/// A thread whose result comes too early leaves it to whoever brings the one before, and takes the next
/// block, until `waiting` results a thread wait. Memory is bounded by the size of one block and so many
/// results a thread and one more.
///
/// When anything throws, no further block is taken and the error of the earliest failing block is
/// rethrown; results of blocks before it have been consumed.
///
/// - Parameters:
///   - threads: How many threads may work at once, at least 1.
///   - waiting: How many results may wait, for each thread; more where some blocks take much longer.
///   - next: Returns the next block, or `nil` after the last.
///   - makeWorker: Makes the state that one thread keeps between blocks (buffers, parsers).
///   - work: Turns a block into a result.
///   - consume: Takes the results in block order.
/// - Throws: The error of the earliest block for which a closure threw.
/// - Complexity: O(blocks) besides the closures' own work.
public func forEachBlockInOrder<Block: Sendable, Worker, Result: Sendable>(
  threads: Int,
  waiting: Int = 1,
  next: () throws -> Block?,
  makeWorker: @Sendable () throws -> Worker,
  work: @Sendable (inout Worker, Block) throws -> Result,
  consume: (Result) throws -> Void
) throws {
  precondition(threads >= 1, "a job needs at least one thread")
  if threads == 1 {
    var worker = try makeWorker()
    while let block = try next() { try consume(work(&worker, block)) }
    return
  }
  let turnstile = Turnstile<Result>(mostWaiting: threads * waiting)
  let failure = FirstFailure()
  withoutActuallyEscaping(next) { next in
    withoutActuallyEscaping(consume) { consume in
      // Not shared at the same time: `next` runs under the turnstile's lock, `consume` in turn.
      nonisolated(unsafe) let next = next
      nonisolated(unsafe) let consume = consume
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        var worker: Worker
        do {
          worker = try makeWorker()
        } catch {
          // No block was taken, so this failure comes before every other.
          failure.record(error, at: -1)
          turnstile.stop()
          return
        }
        while true {
          let ticket: Int
          let block: Block
          do throws(TakeFailure) {
            let taken = try unsafe turnstile.take(next)
            guard let taken else { return }
            (ticket, block) = taken
          } catch {
            failure.record(error.underlying, at: error.ticket)
            turnstile.stop()
            return
          }
          do throws(TakeFailure) {
            let result: Result
            do {
              result = try work(&worker, block)
            } catch {
              throw TakeFailure(ticket: ticket, underlying: error)
            }
            try unsafe turnstile.pass(result, ticket, consume)
          } catch {
            failure.record(error.underlying, at: error.ticket)
            turnstile.fail()
            return
          }
        }
      }
    }
  }
  if let error = failure.error { throw error }
}

/// Runs `work` for every index below `count` on up to `threads` threads, in no promised order.
///
/// The results must not depend on the order: give every index its own place to write to. The work itself
/// may use several threads.
///
/// - Parameters:
///   - count: How many indices there are.
///   - threads: How many threads may work at once, at least 1.
///   - work: Called once an index.
/// - Complexity: O(count) besides the closure's own work.
public func forEachIndex(
  below count: Int, threads: Int, _ work: @Sendable (Int) -> Void
) {
  if threads == 1 || count <= 1 {
    for index in 0..<count { work(index) }
    return
  }
  let counter = Counter()
  Crew.run(threads: min(threads, count)) {
    while true {
      let index = counter.next()
      guard index < count else { return }
      work(index)
    }
  }
}
