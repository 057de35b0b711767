internal import Parallelism
internal import Storage

extension SampleReader {
  /// Reads part of the records, evenly spread over all sources, in little time.
  ///
  /// Where the sources hold no more than `byteCount`, everything is read. Otherwise a plain file of
  /// lines is read in short windows at equal distances, and of any other source (an array, a compressed
  /// file, standard input) blocks at equal distances are parsed, though all of it must be gone
  /// through. Which records are read depends on the sources and `byteCount` alone.
  ///
  /// Records that are no samples are passed over, whatever the options say; `line` and `location` of a
  /// record in a window mean nothing. Standard input is kept, so that it can be read again by `read`.
  ///
  /// - Parameters:
  ///   - byteCount: About how many bytes of records to read, at least 1.
  ///   - threads: How many threads work at once, at least 1.
  ///   - makeWorker: Makes what one thread keeps between blocks.
  ///   - work: Turns a block's records into a result.
  ///   - consume: Takes the results in the order of the sources, one at a time.
  /// - Throws: As for `read`, but for unreadable records.
  /// - Complexity: O(`byteCount`) for plain files of lines, O(bytes) for other sources.
  public func readPart<Worker, Output: Sendable>(
    ofAbout byteCount: Int,
    threads: Int,
    makeWorker: @Sendable () throws -> Worker,
    work: @Sendable (inout Worker, borrowing ParsedBlock) throws -> Output,
    consume: (Output) throws -> Void
  ) throws {
    precondition(byteCount >= 1, "a part has at least one byte")
    for index in sources.indices { try openForSampling(index) }
    let total = try sources.indices.reduce(0) { try $0 + openForSampling($1).byteCount }
    let share = min(1, Double(byteCount) / Double(max(total, 1)))
    let columnCounts = (options.numericColumns.count, options.categoryColumns.count)
    var pending = sources.indices.map { $0 }[...]
    var current: (any PartialSource)?
    try forEachBlockInOrder(
      threads: threads,
      next: { () throws -> RawBlock? in
        while true {
          if let block = try current?.next() { return block }
          guard let index = pending.popFirst() else { return nil }
          current = try partialSource(index, share: share)
        }
      },
      makeWorker: { (try makeWorker(), try RecordParser(options: options)) },
      work: { (state: inout (Worker, RecordParser), block: RawBlock) -> Output? in
        try state.1.parse(
          block, path: sources[block.source].path, columnCounts: columnCounts
        ) { parsed in
          parsed.records.isEmpty ? nil : try work(&state.0, parsed)
        }
      },
      consume: { if let output = $0 { try consume(output) } })
  }

  /// Whether `readPart` can leap through every source, since all are plain files of lines.
  ///
  /// - Returns: False as well where standard input or a pipe is among them.
  /// - Throws: `SamplesError`, for a source that cannot be opened.
  public func canLeap() throws(SamplesError) -> Bool {
    for index in sources.indices {
      if isStream(index) { return false }
      let opened = try OpenSource(
        path: sources[index].path, origin: .file(try openFile(index)), hasher: nil, progress: nil,
        blockByteCount: SampleWindows.windowByteCount)
      if opened.isArray || opened.isCompressed { return false }
    }
    return true
  }

  /// A source as a part of it is to be read.
  private func partialSource(
    _ index: Int, share: Double
  ) throws(SamplesError) -> any PartialSource {
    let file = try openForSampling(index)
    let opened = try OpenSource(
      path: sources[index].path, origin: .file(file), hasher: nil, progress: nil,
      blockByteCount: SampleWindows.windowByteCount)
    if share < 1, !opened.isArray, !opened.isCompressed {
      return SampleWindows(source: index, file: file, share: share)
    }
    return SpacedBlocks(
      cutter: Cutter(
        source: index, path: sources[index].path, opened: opened,
        blockByteCount: SampleWindows.windowByteCount,
        pool: BufferPool(capacity: SampleWindows.windowByteCount)),
      share: share)
  }
}

/// What hands out some of a source's blocks.
private protocol PartialSource: AnyObject {
  func next() throws(SamplesError) -> RawBlock?
}

/// Short stretches of a plain file of lines, at equal distances.
private final class SampleWindows: PartialSource {
  /// How much is read at once: some dozens of ordinary records.
  static let windowByteCount = 1 << 15
  /// How far a window grows to hold one whole line.
  private static let mostBytes = 1 << 24

  private let source: Int
  private let file: InputFile
  private let count: Int
  private var index = 0

  init(source: Int, file: InputFile, share: Double) {
    self.source = source
    self.file = file
    let wanted = Double(file.byteCount) * share / Double(Self.windowByteCount)
    count = max(1, Int(wanted.rounded(.up)))
  }

  func next() throws(SamplesError) -> RawBlock? {
    while index < count {
      let start = Int(Double(file.byteCount) * Double(index) / Double(count))
      index += 1
      if let block = try window(at: start) { return block }
    }
    return nil
  }

  /// The whole lines from an offset on; `nil` where there is none within reach.
  private func window(at start: Int) throws(SamplesError) -> RawBlock? {
    var length = Self.windowByteCount
    while true {
      let buffer = BlockBuffer(capacity: length)
      let stream = SourceStream(
        origin: .file(file), progress: nil, from: start)
      let got = try buffer.fill(from: stream, most: length)
      // The line that the window starts within is left out, unless it starts the file.
      let first = start == 0 ? 0 : buffer.firstNewline().map { $0 + 1 }
      let last = buffer.lastNewline(from: 0).map { $0 + 1 }
      if let first, let last, first < last {
        buffer.truncate(to: last)
        let mark = start == 0 && buffer.startsWithByteOrderMark() ? 3 : 0
        return RawBlock(
          source: source, buffer: buffer, start: max(first, mark), byteOffset: start,
          firstLine: 1, extents: nil, isToBeHashed: false)
      }
      if got < length || length >= Self.mostBytes { return nil }
      length *= 4
    }
  }
}

/// Blocks at equal distances of a source that must be gone through.
private final class SpacedBlocks: PartialSource {
  private let cutter: Cutter
  private let share: Double
  private var taken = 0.0

  init(cutter: Cutter, share: Double) {
    self.cutter = cutter
    self.share = share
  }

  func next() throws(SamplesError) -> RawBlock? {
    while let block = try cutter.next() {
      taken += share
      if taken >= 1 || share >= 1 {
        taken -= 1
        return block
      }
    }
    return nil
  }
}
