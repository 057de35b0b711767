internal import Storage

/// A source opened for one pass, its form recognised by its first bytes.
///
/// gzip and Zstandard are told by their magic numbers; a JSON array by the first byte that is no
/// white space, after a byte-order mark. Names are not looked at.
final class OpenSource {
  let stream: any ByteStream
  let base: SourceStream
  let isCompressed: Bool
  let isArray: Bool
  /// Length of the byte-order mark, which belongs to no line.
  let markLength: Int
  /// What was read to find out.
  let first: BlockBuffer

  // The hasher takes in the bytes on disk as they are read, but for plain lines: their blocks are
  // those bytes, and are hashed after they were parsed, on whichever thread is free. A source with
  // more white space than `mostLeadingBlanks` at its start is no array.
  init(
    path: String, origin: SourceStream.Origin, hasher: SHA256?, progress: ReadingProgress?,
    blockByteCount: Int, mostLeadingBlanks: Int
  ) throws(SamplesError) {
    let base = SourceStream(origin: origin, progress: progress)
    self.base = base
    let magic = try base.peek(4)
    if magic.starts(with: [0x1F, 0x8B]) {
      base.hashFromHere(with: hasher, after: magic.span)
      stream = try GzipStream(path: path, source: base)
      isCompressed = true
    } else if OpenSource.isZstandard(magic) {
      base.hashFromHere(with: hasher, after: magic.span)
      stream = try ZstandardStream(path: path, source: base)
      isCompressed = true
    } else {
      stream = base
      isCompressed = false
    }
    let first = BlockBuffer(capacity: blockByteCount)
    var found: (index: Int, byte: UInt8)?
    while found == nil && first.count < mostLeadingBlanks {
      let before = first.count
      // At least the length of a byte-order mark.
      let most = min(max(blockByteCount, 3), mostLeadingBlanks - before)
      if try first.fill(from: stream, most: most) == 0 { break }
      found = first.firstNonBlank(from: first.startsWithByteOrderMark() ? max(before, 3) : before)
    }
    self.first = first
    markLength = first.startsWithByteOrderMark() ? 3 : 0
    isArray = found?.byte == UInt8(ascii: "[")
    if isArray && !isCompressed {
      first.withBytes(0..<first.count) { base.hashFromHere(with: hasher, after: $0) }
    }
  }

  private static func isZstandard(_ magic: [UInt8]) -> Bool {
    if magic == [0x28, 0xB5, 0x2F, 0xFD] { return true }
    // A skippable frame may come first.
    return magic.count == 4 && magic[0] & 0xF0 == 0x50 && magic[1...] == [0x2A, 0x4D, 0x18]
  }
}
