internal import Parallelism
internal import Storage
internal import Synchronization

/// Reads samples out of files of JSONL or JSON arrays, plain or compressed, and standard input.
///
/// **Lines.** A line ends at LF, the last one perhaps at the end of the file; the LF does not belong
/// to it. A CR before the LF does, as white space that JSON allows: what is handed on is what came,
/// byte for byte. Lines of white space only are counted and passed over. A UTF-8 byte-order mark at
/// the start belongs to no line.
///
/// **Arrays.** A source whose first byte is `[` is one JSON array, its elements are the records. An
/// element leaves as it came, except that white space with a line break between its tokens is left
/// out, so that it fits on one line.
///
/// **Records.** Each must be one JSON value (RFC 8259) in UTF-8, checked whole. Of two equal keys the
/// last counts, as for Python's `json`. Numbers may have any size. `NaN`, `Infinity`, raw control
/// characters in strings, lone surrogate escapes and nesting deeper than 1,024 make it unreadable.
///
/// **Memory.** One block a thread and what it holds, about four times `blockByteCount`, and up to as many
/// blocks that are done and wait for one before them; a line longer than a block costs about ten times
/// its length while it is read.
public final class SampleReader: Sendable {
  /// What is read, in this order.
  public let sources: [Source]
  /// How it is read.
  public let options: ReadingOptions
  /// Which sources can be read once only, and are kept while they are.
  private let isStream: [Bool]
  private let opened: Mutex<Opened>

  /// What is known between reading and copying lines.
  ///
  /// Of files that is not the open descriptor, of which a process may have some thousand only, but what
  /// tells that the next one opened is the same.
  private struct Opened {
    var files: [Int: FileIdentity] = [:]
    var spools: [Int: StandardInputSpool] = [:]
  }

  /// Prepares to read; opens nothing yet.
  ///
  /// - Parameters:
  ///   - sources: Files, and at most once standard input.
  ///   - options: How to read them.
  /// - Throws: `SamplesError.noInput` for no sources, `SamplesError.standardInputTwice`.
  public init(
    sources: [Source], options: ReadingOptions = ReadingOptions()
  ) throws(SamplesError) {
    precondition(options.blockByteCount >= 1, "a block holds at least one byte")
    if sources.isEmpty { throw .noInput }
    if sources.count(where: \.isStandardInput) > 1 { throw .standardInputTwice }
    self.sources = sources
    self.options = options
    isStream = sources.map { $0.isStandardInput || InputFile.isStream($0.path) }
    opened = Mutex(Opened())
  }

  /// What one thread keeps.
  private struct ThreadState<Worker> {
    var worker: Worker
    let parser: RecordParser
  }

  /// What came of one block.
  private struct BlockResult<Output: Sendable>: Sendable {
    var output: Output?
    var block: RawBlock
    var recordCount: Int
    var rejectedCount: Int
    var blankLineCount: Int
  }

  /// Reads every record of every source.
  ///
  /// Blocks of records are worked on by several threads at once, and what comes of them is consumed
  /// in the order of the sources, so that the outcome does not depend on the number of threads.
  /// All sources are opened once first, so that a missing one is told before any work is done; then
  /// one is open at a time. Standard input and pipes are kept, so that they can be read again.
  ///
  /// - Parameters:
  ///   - threads: How many threads work at once, at least 1.
  ///   - makeWorker: Makes what one thread keeps between blocks.
  ///   - work: Turns a block's records into a result; it is not called for blocks without records.
  ///   - consume: Takes the results in the order of the sources, one at a time.
  /// - Returns: What was found in each source, in their order. A source with no record is no error.
  /// - Throws: The first problem in the order of the sources: `SamplesError`, or what a closure threw.
  /// - Complexity: O(bytes).
  public func read<Worker, Output: Sendable>(
    threads: Int,
    makeWorker: @Sendable () throws -> Worker,
    work: @Sendable (inout Worker, borrowing ParsedBlock) throws -> Output,
    consume: (Output) throws -> Void
  ) throws -> [SourceSummary] {
    try openAll()
    let pool = BufferPool(capacity: options.blockByteCount)
    let hashers = options.hashesSources ? sources.map { _ in SHA256() } : []
    let producer = BlockProducer(
      reader: self, pool: pool, hashers: hashers, progress: options.progress
    ) { index throws(SamplesError) in try self.openForReading(index) }
    var summaries = sources.map { SourceSummary(path: $0.path) }
    let columnCounts = (options.numericColumns.count, options.categoryColumns.count)
    try forEachBlockInOrder(
      threads: threads,
      next: { try producer.next() },
      makeWorker: {
        ThreadState(worker: try makeWorker(), parser: try RecordParser(options: options))
      },
      work: { (state: inout ThreadState<Worker>, block: RawBlock) -> BlockResult<Output> in
        let parser = state.parser
        return try parser.parse(
          block, path: sources[block.source].path, columnCounts: columnCounts
        ) { parsed in
          if options.unreadable == .fail && parser.problemCount > 0 {
            for record in parsed.records where !record.isReadable {
              if let error = parsed.error(for: record) { throw error }
            }
          }
          let output = parsed.records.isEmpty ? nil : try work(&state.worker, parsed)
          return BlockResult(
            output: output, block: block, recordCount: parsed.records.count,
            rejectedCount: parser.problemCount, blankLineCount: parser.blankLineCount)
        }
      },
      consume: { result in
        let source = result.block.source
        summaries[source].sampleCount += result.recordCount - result.rejectedCount
        summaries[source].rejectedCount += result.rejectedCount
        summaries[source].blankLineCount += result.blankLineCount
        options.progress?.addRecords(result.recordCount)
        let buffer = result.block.buffer
        if result.block.isToBeHashed && !hashers.isEmpty {
          buffer.withBytes(0..<buffer.count) { hashers[source].update($0) }
        }
        pool.give(buffer)
        if let output = result.output { try consume(output) }
      })
    for (index, ended) in producer.ended.enumerated() {
      summaries[index].isArray = ended.isArray
      summaries[index].isCompressed = ended.isCompressed
      summaries[index].byteCount = ended.byteCount
      if !hashers.isEmpty { summaries[index].sha256 = hashers[index].finish() }
    }
    try checkUnchanged()
    return summaries
  }

  /// Reads the first block of the first source, so that what is wrong with all of them is known at once.
  ///
  /// Records that are no samples are handed on, whatever the options say. Standard input and pipes are
  /// not looked at.
  ///
  /// - Parameter body: Takes the block; it is not called where there is no record.
  /// - Throws: `SamplesError`, or what `body` throws.
  /// - Complexity: O(bytes of a block).
  public func readStart(_ body: (borrowing ParsedBlock) throws -> Void) throws {
    if isStream(0) { return }
    let producer = BlockProducer(
      reader: self, sources: 0..<1, pool: BufferPool(capacity: options.blockByteCount),
      hashers: [], progress: nil
    ) { index throws(SamplesError) in .file(try self.openFile(index)) }
    guard let block = try producer.next() else { return }
    let columnCounts = (options.numericColumns.count, options.categoryColumns.count)
    try RecordParser(options: options).parse(
      block, path: sources[block.source].path, columnCounts: columnCounts, body)
  }

  /// Checks that every file read so far is still the one that was opened.
  ///
  /// - Throws: `SamplesError.storage` with `StorageError.changedWhileReading`.
  public func checkUnchanged() throws(SamplesError) {
    let known = opened.withLock { $0.files }
    for (index, source) in sources.enumerated() {
      guard let identity = known[index] else { continue }
      if FileIdentity(path: source.path) != identity {
        throw .storage(.changedWhileReading(path: source.path))
      }
    }
  }

  private func openAll() throws(SamplesError) {
    for index in sources.indices where !isStream[index] {
      let file = try openFile(index)
      options.progress?.addTotal(file.byteCount)
    }
  }

  /// A source as a table.
  ///
  /// - Parameter index: The place of the source among `sources`.
  /// - Returns: `nil` where it is no Parquet file.
  /// - Throws: `SamplesError`.
  public func parquetTable(of index: Int) throws(SamplesError) -> ParquetTable? {
    let file = try openAgain(index)
    let source = SourceStream(origin: .file(file), progress: nil)
    guard ParquetTable.isParquet(try source.peek(4)) else { return nil }
    return try ParquetTable(file: file, path: sources[index].path)
  }

  /// The file of a source, checked to be the one that was opened before.
  func openFile(_ index: Int) throws(SamplesError) -> InputFile {
    let file: InputFile
    do { file = try InputFile(path: sources[index].path) } catch { throw .storage(error) }
    let known = opened.withLock { opened in
      opened.files[index] = opened.files[index] ?? file.identity
      return opened.files[index]
    }
    if known != file.identity { throw .storage(.changedWhileReading(path: file.path)) }
    return file
  }

  /// Whether a source is standard input or a pipe.
  func isStream(_ index: Int) -> Bool { isStream[index] }

  /// A source to be read from its start; a stream from what was kept, if it was read before.
  func openForReading(_ index: Int) throws(SamplesError) -> SourceStream.Origin {
    guard isStream[index] else { return .file(try openFile(index)) }
    if let spool = opened.withLock({ $0.spools[index] }) {
      guard spool.isComplete else { throw .standardInputTwice }
      do {
        let file = try spool.reopen()
        options.progress?.addTotal(file.byteCount)
        return .file(file)
      } catch {
        throw .storage(error)
      }
    }
    return .standardInput(try makeSpool(index))
  }

  private func makeSpool(_ index: Int) throws(SamplesError) -> StandardInputSpool {
    do {
      let source = sources[index]
      let folder = options.temporaryFolder
      let spool =
        source.isStandardInput
        ? try StandardInputSpool(descriptor: options.standardInputDescriptor, folder: folder)
        : try StandardInputSpool(pipe: source.path, folder: folder)
      opened.withLock { $0.spools[index] = spool }
      return spool
    } catch {
      throw .storage(error)
    }
  }

  /// A source as a file; a stream is read to its end and kept first.
  func openForSampling(_ index: Int) throws(SamplesError) -> InputFile {
    guard isStream[index] else { return try openFile(index) }
    if opened.withLock({ $0.spools[index] == nil }) {
      let spool = try makeSpool(index)
      do { try spool.readToEnd() } catch { throw .storage(error) }
    }
    return try openAgain(index)
  }

  /// A source to be read again; a stream from what was kept of it.
  func openAgain(_ index: Int) throws(SamplesError) -> InputFile {
    guard isStream[index] else { return try openFile(index) }
    guard let spool = opened.withLock({ $0.spools[index] }) else {
      throw .lineMissing(path: sources[index].path, byteOffset: 0)
    }
    do { return try spool.reopen() } catch { throw .storage(error) }
  }
}
