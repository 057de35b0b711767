internal import CSimdJSON
internal import Storage
internal import Synchronization

/// Lines of one source, cut at a line's end: what one thread parses at a time.
struct RawBlock: Sendable {
  var source: Int
  var buffer: BlockBuffer
  /// Where the lines start in the buffer: behind a byte-order mark.
  var start: Int
  /// Offset in the decompressed source of the buffer's first byte.
  var byteOffset: Int
  /// Number of the first line or element, from 1.
  var firstLine: Int
  /// How many lines or elements there are at most; blank lines count.
  var lineCount: Int
  /// Where the elements of an array lie; `nil` for lines.
  var extents: [gamut_extent]?
  /// Whether the buffer holds the source's own bytes, still to be hashed.
  var isToBeHashed: Bool
  /// Keeps other large blocks out of memory while this one is in it.
  var pass: LargeBlockGate.Pass?
}

/// Buffers that were used and can be again.
final class BufferPool: Sendable {
  private let buffers = Mutex<[BlockBuffer]>([])
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  func take() -> BlockBuffer {
    let kept = buffers.withLock { $0.popLast() }
    kept?.removeAll()
    return kept ?? BlockBuffer(capacity: capacity)
  }

  /// Gives a buffer back; what a long line made large is let go at once.
  func give(_ buffer: BlockBuffer) {
    if buffer.shrink(to: 4 * capacity) { return }
    buffers.withLock { $0.append(buffer) }
  }
}

/// Takes the sources one after the other and cuts them into blocks.
final class BlockProducer {
  private let reader: SampleReader
  private let sources: Range<Int>
  private let pool: BufferPool
  private let hashers: [SHA256]
  private let progress: ReadingProgress?
  private let origin: (Int) throws(SamplesError) -> SourceStream.Origin
  private let gate = LargeBlockGate()
  private var nextSource: Int
  private var current: (cutter: Cutter, opened: OpenSource)?
  /// What is known of each source that was read to its end: its form, and its bytes on disk.
  private(set) var ended: [(isArray: Bool, isCompressed: Bool, byteCount: Int)] = []

  // `sources`: only these are read; all unless told. `hashers`: one a source, or
  // none. `origin` opens a source by its place.
  init(
    reader: SampleReader, sources: Range<Int>? = nil, pool: BufferPool, hashers: [SHA256],
    progress: ReadingProgress?,
    origin: @escaping (Int) throws(SamplesError) -> SourceStream.Origin
  ) {
    self.reader = reader
    self.sources = sources ?? reader.sources.indices
    nextSource = self.sources.lowerBound
    self.pool = pool
    self.hashers = hashers
    self.progress = progress
    self.origin = origin
  }

  /// The next block; `nil` after the last one of the last source.
  func next() throws(SamplesError) -> RawBlock? {
    while true {
      if let current {
        if let block = try current.cutter.next() { return block }
        let opened = current.opened
        ended.append((opened.isArray, opened.isCompressed, opened.base.byteCount))
        self.current = nil
      }
      guard nextSource < sources.upperBound else { return nil }
      current = try open(nextSource)
      nextSource += 1
    }
  }

  private func open(
    _ index: Int
  ) throws(SamplesError) -> (cutter: Cutter, opened: OpenSource) {
    let path = reader.sources[index].path
    let mostBytes = reader.options.mostLineBytes
    // So no line of a block is too long but where the block is that line.
    let blockByteCount = min(reader.options.blockByteCount, mostBytes)
    let opened = try OpenSource(
      path: path, origin: try origin(index), hasher: hashers.isEmpty ? nil : hashers[index],
      progress: progress, blockByteCount: blockByteCount, mostLeadingBlanks: mostBytes,
      vectorColumn: reader.options.vectorColumn)
    let cutter = Cutter(
      source: index, path: path, opened: opened, blockByteCount: blockByteCount,
      mostBytes: mostBytes, pool: pool, gate: gate)
    return (cutter, opened)
  }
}

/// Cuts one source into blocks.
final class Cutter {
  private let source: Int
  private let path: String
  private let opened: OpenSource
  private let pool: BufferPool
  private let gate: LargeBlockGate
  private let blockByteCount: Int
  /// The longest line or element that is read.
  private let mostBytes: Int
  /// Bytes that were read and not yet handed out, from `carried` on.
  private var input: BlockBuffer
  private var carried = 0
  private var byteOffset = 0
  private var firstLine = 1
  private var hasEnded = false
  private var scanner = gamut_array_scanner()
  /// Where the elements of the block being filled lie.
  private var slots: [gamut_extent] = []
  /// The piece of an element that the last block ended in.
  private var piece: BlockBuffer?

  /// From how many bytes on a block is let into memory alone.
  private var largeByteCount: Int { 8 * blockByteCount }

  /// How many elements one block holds at most.
  private static let mostElements = 4096

  // `blockByteCount` is at most `mostBytes`.
  init(
    source: Int, path: String, opened: OpenSource, blockByteCount: Int, mostBytes: Int,
    pool: BufferPool, gate: LargeBlockGate
  ) {
    self.source = source
    self.path = path
    self.opened = opened
    self.pool = pool
    self.gate = gate
    self.blockByteCount = blockByteCount
    self.mostBytes = mostBytes
    input = opened.first
    if opened.isArray {
      carried = opened.markLength
      slots = Array(repeating: gamut_extent(), count: Cutter.mostElements)
      scanner.position = UInt64(opened.markLength)
    }
  }

  func next() throws(SamplesError) -> RawBlock? {
    if hasEnded { return nil }
    return opened.isArray ? try nextElements() : try nextLines()
  }

  private func nextLines() throws(SamplesError) -> RawBlock? {
    let buffer = pool.take()
    buffer.append(carried..<input.count, of: input)
    var searched = 0
    var end = 0
    var pass: LargeBlockGate.Pass?
    while true {
      if buffer.count >= largeByteCount, pass == nil { pass = gate.enter() }
      if buffer.count >= blockByteCount {
        if let newline = buffer.lastNewline(from: searched) {
          end = newline + 1
          break
        }
        searched = buffer.count
        if buffer.count > mostBytes {
          throw .lineTooLong(path: path, line: firstLine, byteOffset: byteOffset)
        }
      }
      // Up to the byte that tells a line too long, and never far beyond the line's end.
      let most =
        buffer.count < blockByteCount
        ? blockByteCount - buffer.count
        : min(buffer.count, 4 * blockByteCount, mostBytes + 1 - buffer.count)
      if try buffer.fill(from: opened.stream, most: most) < most {
        hasEnded = true
        end = buffer.count
        break
      }
    }
    // What follows the cut starts the next block.
    input.removeAll()
    input.append(end..<buffer.count, of: buffer)
    carried = 0
    buffer.truncate(to: end)
    if end == 0 { return nil }
    let newlineCount = buffer.newlineCount()
    let block = RawBlock(
      source: source, buffer: buffer, start: byteOffset == 0 ? opened.markLength : 0,
      byteOffset: byteOffset, firstLine: firstLine, lineCount: newlineCount + 1, extents: nil,
      isToBeHashed: !opened.isCompressed, pass: pass)
    byteOffset += end
    firstLine += newlineCount
    return block
  }

  private func nextElements() throws(SamplesError) -> RawBlock? {
    let buffer = pool.take()
    if let piece {
      buffer.append(0..<piece.count, of: piece)
    }
    var found = 0
    var pass: LargeBlockGate.Pass?
    while buffer.count < blockByteCount || found == 0 {
      if buffer.count >= largeByteCount, pass == nil { pass = gate.enter() }
      if carried == input.count {
        input.removeAll()
        carried = 0
        if try input.fill(from: opened.stream, most: max(blockByteCount / 4, 1)) == 0 {
          hasEnded = true
          break
        }
      }
      let before = found
      carried += buffer.scan(
        &scanner, carried..<input.count, of: input, into: &slots, found: &found)
      if scanner.phase == UInt8(GAMUT_ARRAY_FAILED.rawValue) {
        let byte = input.withBytes(carried..<carried + 1) { $0[0] }
        throw .malformedArray(
          path: path, byteOffset: Int(scanner.position), problem: .unexpectedByte(byte))
      }
      try checkLengths(before..<found)
      if found == slots.count { break }
    }
    if hasEnded && scanner.phase != UInt8(GAMUT_ARRAY_AFTER.rawValue) {
      throw .malformedArray(
        path: path, byteOffset: Int(scanner.position), problem: .missingClosingBracket)
    }
    if found == 0 { return nil }
    let last = slots[found - 1]
    let end = Int(last.offset + last.length) + 1
    let rest = piece ?? BlockBuffer(capacity: blockByteCount)
    rest.removeAll()
    rest.append(end..<buffer.count, of: buffer)
    if scanner.phase == UInt8(GAMUT_ARRAY_ELEMENT.rawValue) {
      // The scanner's places in the output move along with the piece.
      scanner.run_start -= min(scanner.run_start, UInt64(end))
      scanner.output_start -= UInt64(end)
    }
    piece = rest
    buffer.truncate(to: end)
    let block = RawBlock(
      source: source, buffer: buffer, start: 0, byteOffset: 0, firstLine: firstLine,
      lineCount: found, extents: Array(slots[..<found]), isToBeHashed: false, pass: pass)
    firstLine += found
    return block
  }

  /// Checks the elements in these slots, and the next one, which the scan may stand in.
  ///
  /// Their lengths are those in the source: on one line an element may take far less.
  private func checkLengths(_ found: Range<Int>) throws(SamplesError) {
    for index in found where slots[index].source_length > UInt64(mostBytes) {
      throw .lineTooLong(
        path: path, line: firstLine + index, byteOffset: Int(slots[index].source_offset))
    }
    if scanner.phase == UInt8(GAMUT_ARRAY_ELEMENT.rawValue),
      scanner.position - scanner.element_start > UInt64(mostBytes)
    {
      throw .lineTooLong(
        path: path, line: firstLine + found.upperBound, byteOffset: Int(scanner.element_start))
    }
  }
}
