/// Tells the content hash of single lines, to see whether a line is the one that was read before.
///
/// Not for use from two threads at once.
public final class LineHasher {
  private let parser: RecordParser
  private let buffer = BlockBuffer(capacity: 1 << 16)

  /// Makes a hasher.
  ///
  /// - Parameter textFields: The fields that hold the text, as when the lines were read.
  /// - Throws: `SamplesError.outOfMemory`.
  public init(textFields: [String]) throws(SamplesError) {
    var options = ReadingOptions()
    options.textFields = textFields
    parser = try RecordParser(options: options)
  }

  /// The hash of a record.
  ///
  /// - Parameter line: The record on one line, without line end.
  /// - Returns: The hash; `nil` for what is no readable record.
  /// - Throws: `SamplesError.outOfMemory`.
  /// - Complexity: O(bytes).
  public func contentHash(of line: Span<UInt8>) throws -> ContentHash? {
    buffer.removeAll()
    buffer.append(line)
    let block = RawBlock(
      source: 0, buffer: buffer, start: 0, byteOffset: 0, firstLine: 1, lineCount: 1, extents: nil,
      isToBeHashed: false, pass: nil)
    return try parser.parse(block, path: "", columnCounts: (0, 0)) { parsed in
      guard parsed.records.count == 1, parsed.records[0].isReadable else { return nil }
      return parsed.records[0].contentHash
    }
  }
}
