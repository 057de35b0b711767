internal import CSimdJSON

/// Sixteen bits that tell a line from what someone may make of it.
///
/// Of 65,536 changed lines one goes unnoticed.
///
/// - Parameter line: The line without line end; its fields and white space count, not its text alone.
/// - Returns: Part of a hash of the bytes, the same everywhere.
/// - Complexity: O(bytes).
public func lineCheck(of line: Span<UInt8>) -> UInt16 {
  // The pointer does not outlive the call.
  unsafe line.withUnsafeBufferPointer { bytes in
    UInt16(truncatingIfNeeded: unsafe gamut_line_key(bytes.baseAddress, bytes.count) >> 48)
  }
}

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
