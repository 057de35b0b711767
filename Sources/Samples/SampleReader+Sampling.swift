internal import Parallelism
internal import Storage

extension SampleReader {
  /// Reads those records whose lines have a small key, in one pass over all sources.
  ///
  /// A line's key is 64 bits of a hash of the seed and its bytes. The records with the k smallest
  /// keys are a random sample of the distinct lines that does not depend on how lines are divided
  /// into sources, packed or ordered; a caller who wants them lowers `bound` to the k-th smallest key
  /// it has seen, and what lies above is no longer parsed. A record that is handed on may have a key
  /// at or above a bound that was lowered meanwhile.
  ///
  /// Records that are no samples are passed over, whatever the options say; `line` and `location` of a
  /// record mean nothing here. Of an array's element the key is that of its one line. Standard input
  /// and pipes are read to their end and kept first, so that `read` can follow.
  ///
  /// - Parameters:
  ///   - chosen: Which of the sources are read; all unless told.
  ///   - seed: Another seed gives other keys.
  ///   - bound: The keys to be read lie below it. Called once a block, from any thread.
  ///   - threads: How many threads work at once, at least 1.
  ///   - progress: Where to note how far the reading has come.
  ///   - makeWorker: Makes what one thread keeps between blocks.
  ///   - work: Turns records of a block into a result; the key of a record stands at its `index`.
  ///   - consume: Takes the results in the order of the sources, one at a time.
  /// - Throws: As for `read`, but for unreadable records.
  /// - Complexity: O(bytes); little more than copying them where the bound is small.
  public func readSample<Worker, Output: Sendable>(
    from chosen: Range<Int>? = nil,
    seed: UInt64,
    below bound: @Sendable () -> UInt64,
    threads: Int,
    progress: ReadingProgress? = nil,
    makeWorker: @Sendable () throws -> Worker,
    work: @Sendable (inout Worker, borrowing ParsedBlock, [UInt64]) throws -> Output,
    consume: (Output) throws -> Void
  ) throws {
    for index in chosen ?? sources.indices {
      progress?.addTotal(try openForSampling(index).byteCount)
    }
    let pool = BufferPool(capacity: options.blockByteCount)
    let producer = BlockProducer(
      reader: self, sources: chosen, pool: pool, hashers: [], progress: progress
    ) { index throws(SamplesError) in .file(try self.openForSampling(index)) }
    let columnCounts = (options.numericColumns.count, options.categoryColumns.count)
    try forEachBlockInOrder(
      threads: threads,
      next: { try producer.next() },
      makeWorker: {
        SamplingState(
          worker: try makeWorker(), parser: try RecordParser(options: options),
          picked: BlockBuffer(capacity: 1 << 16))
      },
      work: { (state: inout SamplingState<Worker>, block: RawBlock) -> Output? in
        state.picked.pickLines(of: block, seed: seed, below: bound(), keys: &state.keys)
        pool.give(block.buffer)
        if state.keys.isEmpty { return nil }
        var picked = block
        picked.buffer = state.picked
        picked.start = 0
        picked.extents = nil
        let keys = state.keys
        defer { state.picked.shrink(to: options.blockByteCount) }
        return try state.parser.parse(
          picked, path: sources[block.source].path, columnCounts: columnCounts
        ) { parsed in
          precondition(parsed.records.count == keys.count, "a key belongs to every record")
          return try work(&state.worker, parsed, keys)
        }
      },
      consume: { if let output = $0 { try consume(output) } })
  }
}

/// What one thread keeps while it samples.
private struct SamplingState<Worker> {
  var worker: Worker
  let parser: RecordParser
  let picked: BlockBuffer
  var keys: [UInt64] = []
}
