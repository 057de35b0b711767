internal import Storage

/// A source opened for one pass, its form recognised by its first bytes.
///
/// Parquet, gzip and Zstandard are told by their magic numbers; a JSON array by the first byte that is no
/// white space, after a byte-order mark. CSV and TSV, which have no mark of their own, are told by the
/// ending of their name.
final class OpenSource {
  let stream: any ByteStream
  let base: SourceStream
  /// Whether lines lie elsewhere than in the file's bytes: those of a compressed file, or of a table.
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
    blockByteCount: Int, mostLeadingBlanks: Int, vectorColumn: String? = nil
  ) throws(SamplesError) {
    let base = SourceStream(origin: origin, progress: progress)
    self.base = base
    let magic = try base.peek(4)
    let separator = SeparatedValuesStream.Kind(name: path)
    var opened: any ByteStream = base
    if ParquetTable.isParquet(magic) {
      base.hashFromHere(with: hasher, after: magic.span)
      opened = try ParquetStream(
        path: path, source: base, readsSource: hasher != nil || progress != nil,
        vectorColumn: vectorColumn)
    } else if magic.starts(with: [0x1F, 0x8B]) {
      base.hashFromHere(with: hasher, after: magic.span)
      opened = try GzipStream(path: path, source: base)
    } else if OpenSource.isZstandard(magic) {
      base.hashFromHere(with: hasher, after: magic.span)
      opened = try ZstandardStream(path: path, source: base)
    } else if separator != nil {
      base.hashFromHere(with: hasher, after: magic.span)
    }
    if let separator, !(opened is ParquetStream) {
      opened = SeparatedValuesStream(path: path, source: opened, kind: separator)
    }
    stream = opened
    isCompressed = opened !== base
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
