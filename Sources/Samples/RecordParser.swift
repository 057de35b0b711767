internal import CSimdJSON

/// One thread's parser: the C library behind a handle that is used again for every block.
///
/// `@safe` because the handle never leaves this class; what it returns is read before its next call.
@safe final class RecordParser {
  private let handle: OpaquePointer
  private var batch = unsafe gamut_batch()
  // Kept between blocks for their memory: once a block is given back, they are emptied in place.
  private var records: [Record] = []
  private var parts: [TextPart] = []

  init(options: ReadingOptions) throws(SamplesError) {
    // The paths are copied by the library; these copies live until it returns.
    let lists = [options.textFields, options.numericColumns, options.categoryColumns]
    let bytes = lists.map { $0.map { Array($0.utf8) } }
    let made = unsafe RecordParser.withPaths(bytes[0][...], []) { texts in
      unsafe RecordParser.withPaths(bytes[1][...], []) { numbers in
        unsafe RecordParser.withPaths(bytes[2][...], []) { labels in
          unsafe gamut_parser_create(
            texts, bytes[0].count, numbers, bytes[1].count, labels, bytes[2].count)
        }
      }
    }
    guard let made = unsafe made else { throw .outOfMemory(path: "", byteCount: 1 << 20) }
    unsafe handle = made
    if let path = options.vectorPath {
      // Copied by the library as well.
      let code = unsafe Self.withPaths([Array(path.utf8)], []) { paths in
        guard let paths = unsafe paths else { return Int32(0) }
        return unsafe gamut_parser_ask_vector(made, paths[0])
      }
      guard code == 0 else { throw .outOfMemory(path: "", byteCount: path.utf8.count) }
    }
  }

  deinit { unsafe gamut_parser_destroy(handle) }

  /// Lends the paths as C structures.
  private static func withPaths<R>(
    _ paths: ArraySlice<[UInt8]>, _ found: [gamut_path],
    _ body: (UnsafePointer<gamut_path>?) -> R
  ) -> R {
    guard let first = paths.first else {
      return unsafe found.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
    return unsafe first.withUnsafeBufferPointer { bytes in
      let path = unsafe gamut_path(bytes: bytes.baseAddress, length: bytes.count)
      return unsafe withPaths(paths.dropFirst(), found + [path], body)
    }
  }

  /// How many lines of the last block were blank.
  var blankLineCount: Int { unsafe batch.blank_count }
  /// How many records of the last block are no samples.
  var problemCount: Int { unsafe batch.problem_count }

  /// Parses a block and lends what was found.
  func parse<R>(
    _ block: RawBlock, path: String, columnCounts: (numeric: Int, category: Int),
    _ body: (borrowing ParsedBlock) throws -> R
  ) throws -> R {
    let buffer = block.buffer
    buffer.closeForParsing()
    let length = buffer.count - block.start
    let lines = unsafe buffer.start + block.start
    let code: Int32
    if let extents = block.extents {
      code = unsafe extents.withUnsafeBufferPointer {
        unsafe gamut_parser_parse(handle, lines, length, $0.baseAddress, $0.count, &batch)
      }
    } else {
      code = unsafe gamut_parser_parse(handle, lines, length, nil, 0, &batch)
    }
    guard code == 0 else { throw SamplesError.outOfMemory(path: path, byteCount: length) }
    collect(block)
    let parsed = unsafe ParsedBlock(
      sourceIndex: block.source, path: path, records: records, parts: parts,
      lines: UnsafePointer(lines), batch: batch, columnCounts: columnCounts)
    // Before the next block: another thread may be waiting to have a long line alone in memory.
    defer { unsafe gamut_parser_trim(handle) }
    return try body(parsed)
  }

  private func collect(_ block: RawBlock) {
    let base = block.byteOffset + block.start
    records.removeAll(keepingCapacity: true)
    records.reserveCapacity(unsafe batch.record_count)
    for index in 0..<(unsafe batch.record_count) {
      let found = unsafe batch.records[index]
      // An element of an array knows its place in the source; a line is counted from the block's.
      let shift = block.extents == nil ? base : 0
      records.append(
        Record(
          index: index,
          line: block.firstLine + Int(found.line),
          location: RecordLocation(
            byteOffset: Int(found.extent.source_offset) + shift,
            byteCount: Int(found.extent.source_length)),
          lineByteCount: Int(found.extent.length),
          isReadable: found.problem == 0,
          shape: RecordShape(rawValue: found.shape) ?? .none,
          parts: Int(found.first_part)..<Int(found.first_part + found.part_count),
          turns: Int(found.turns),
          contentHash: ContentHash(high: found.hash_high, low: found.hash_low),
          lineOffset: Int(found.extent.offset),
          identifierOffset: Int(found.id_offset),
          identifierByteCount: Int(found.id_length)))
    }
    parts.removeAll(keepingCapacity: true)
    parts.reserveCapacity(unsafe batch.part_count)
    for index in 0..<(unsafe batch.part_count) {
      let found = unsafe batch.parts[index]
      parts.append(
        TextPart(
          offset: Int(found.offset), byteCount: Int(found.length),
          role: TextRole(rawValue: found.role) ?? .text, message: Int(found.message)))
    }
  }
}
