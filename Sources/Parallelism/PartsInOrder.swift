/// Works on blocks that are all there, in parallel, and hands the results on in the order of the blocks.
///
/// As `forEachBlockInOrder`, where nothing can fail.
///
/// - Parameters:
///   - blocks: The blocks.
///   - threads: How many threads may work at once, at least 1; no more than there are blocks do.
///   - makeWorker: Makes the state that one thread keeps between blocks.
///   - work: Turns a block into a result.
///   - consume: Takes the results in block order.
/// - Complexity: O(blocks) besides the closures' own work.
public func forEachPartInOrder<Block: Sendable, Worker, Result: Sendable>(
  _ blocks: [Block], threads: Int, makeWorker: @Sendable () -> Worker,
  work: @Sendable (inout Worker, Block) -> Result, consume: (Result) -> Void
) {
  var next = 0
  do {
    try forEachBlockInOrder(
      threads: max(1, min(threads, blocks.count)),
      next: { () -> Block? in
        guard next < blocks.count else { return nil }
        defer { next += 1 }
        return blocks[next]
      }, makeWorker: makeWorker, work: work, consume: consume)
  } catch {
    preconditionFailure("nothing of this throws")
  }
}
