internal import CSimdJSON

/// A number that a column holds, or why there is none.
public enum NumericValue: Equatable, Sendable {
  /// A finite number: a JSON number, `true` or `false` as 1 or 0, or a string that is a decimal number
  /// such as `4.5`, `-.5`, `+3` or `1e3`, with ASCII white space around it or not.
  case number(Double)
  /// The column is absent or null, or the record is unreadable.
  case absent
  /// The column holds something else (also `0x10`, `nan`, `inf`, `1,000`, or an empty string), or a
  /// number too large for a double.
  case notNumeric

  /// The number, if there is one.
  @inlinable
  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }
}

/// The parsed records of one block, lent to the caller's work.
///
/// Texts and lines are lent as spans, valid within the closure. `@safe` because its pointers reach
/// into memory that the reader keeps until the work returns, a block cannot be copied or kept, and
/// every span is cut by offsets that the parser wrote.
@safe public struct ParsedBlock: ~Copyable {
  /// The place of the block's source among the reader's.
  public let sourceIndex: Int
  /// The source's path as it was given.
  public let path: String
  /// The records in the order of the source; blank lines are left out.
  public let records: [Record]
  /// The texts of all records, one after the other; `Record.parts` are indices of this.
  public let parts: [TextPart]

  @usableFromInline let texts: UnsafePointer<UInt8>?
  @usableFromInline let lines: UnsafePointer<UInt8>
  private let batch: gamut_batch
  private let columnCounts: (numeric: Int, category: Int)

  init(
    sourceIndex: Int, path: String, records: [Record], parts: [TextPart],
    lines: UnsafePointer<UInt8>, batch: gamut_batch, columnCounts: (numeric: Int, category: Int)
  ) {
    self.sourceIndex = sourceIndex
    self.path = path
    self.records = records
    self.parts = parts
    unsafe self.lines = unsafe lines
    unsafe texts = unsafe batch.arena
    unsafe self.batch = unsafe batch
    self.columnCounts = columnCounts
  }

  /// Lends the UTF-8 of a text, escapes resolved.
  ///
  /// - Parameters:
  ///   - part: One of this block's `parts`.
  ///   - body: Takes the bytes.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  @inlinable
  public func withText<R, E>(
    of part: TextPart, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    guard let start = unsafe texts, part.byteCount > 0 else { return try body(Span()) }
    let bytes = unsafe Span(_unsafeStart: start + part.offset, count: part.byteCount)
    return try body(bytes)
  }

  /// Lends a record's line as it stands in the source, without line ending; an element of an array
  /// that stood on several lines comes on one.
  ///
  /// - Parameters:
  ///   - record: One of this block's `records`.
  ///   - body: Takes the bytes.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withLine<R, E>(
    of record: Record, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    let bytes = unsafe Span(_unsafeStart: lines + record.lineOffset, count: record.lineByteCount)
    return try body(bytes)
  }

  /// Lends the record's own `id` as it is written in JSON, a string with its quotes and escapes; an
  /// array or object without white space between its tokens.
  ///
  /// - Parameters:
  ///   - record: One of this block's `records`.
  ///   - body: Takes the bytes; none when there is no such `id`.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  /// - Complexity: O(1); for an array or object, linear in its length.
  public func withIdentifier<R, E>(
    of record: Record, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    guard record.hasIdentifier else { return try body(Span()) }
    let start = unsafe lines + record.lineOffset + record.identifierOffset
    let bytes = unsafe Span(_unsafeStart: start, count: record.identifierByteCount)
    let isList = bytes[0] == UInt8(ascii: "[") || bytes[0] == UInt8(ascii: "{")
    if !isList { return try body(bytes) }
    let compact = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
      if let target = output.baseAddress {
        count = unsafe gamut_compact_value(start, bytes.count, target)
      }
    }
    return try body(compact.span)
  }

  /// Lends the vector of a record, where `ReadingOptions.vectorPath` asks for one.
  ///
  /// - Parameters:
  ///   - record: One of this block's `records`.
  ///   - body: Takes the numbers.
  /// - Returns: What `body` returns, or why there is no vector.
  /// - Throws: What `body` throws.
  public func withVector<E>(
    of record: Record, _ body: (Span<Float>) throws(E) -> Void
  ) throws(E) -> VectorProblem? {
    guard let vectors = unsafe batch.vectors else { return .missing }
    let found = unsafe vectors[record.index]
    switch UInt32(found.state) {
    case GAMUT_VECTOR_ABSENT.rawValue: return .missing
    case GAMUT_VECTOR_NOT_NUMERIC.rawValue: return .notNumbers
    case GAMUT_VECTOR_NOT_FINITE.rawValue: return .notFinite
    default: break
    }
    guard found.count > 0, let values = unsafe batch.vector_values else {
      try body(Span())
      return nil
    }
    // The numbers live as long as the block.
    let numbers = unsafe Span(_unsafeStart: values + Int(found.offset), count: Int(found.count))
    try body(numbers)
    return nil
  }

  /// The number in a column.
  ///
  /// - Parameters:
  ///   - column: The column's place in `ReadingOptions.numericColumns`.
  ///   - record: One of this block's `records`.
  /// - Returns: The number, or why there is none.
  public func numericValue(_ column: Int, of record: Record) -> NumericValue {
    precondition((0..<columnCounts.numeric).contains(column), "no such numeric column")
    let found = unsafe batch.numbers[record.index * columnCounts.numeric + column]
    switch UInt32(found.state) {
    case GAMUT_NUMBER_PRESENT.rawValue: return .number(found.value)
    case GAMUT_NUMBER_NOT_NUMERIC.rawValue: return .notNumeric
    default: return .absent
    }
  }

  /// Lends the label in a column: a string without escapes, or a number or boolean as written.
  ///
  /// - Parameters:
  ///   - column: The column's place in `ReadingOptions.categoryColumns`.
  ///   - record: One of this block's `records`.
  ///   - body: Takes the bytes.
  /// - Returns: What `body` returns; `nil` when the column is absent, null, an array or an object,
  ///   or the record is unreadable.
  /// - Throws: What `body` throws.
  public func withLabel<R, E>(
    _ column: Int, of record: Record, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R? {
    precondition((0..<columnCounts.category).contains(column), "no such category column")
    let found = unsafe batch.labels[record.index * columnCounts.category + column]
    guard found.present != 0, let start = unsafe texts else { return nil }
    let bytes = unsafe Span(_unsafeStart: start + Int(found.offset), count: Int(found.length))
    return try body(bytes)
  }

  /// Why a record is no sample.
  ///
  /// - Parameter record: One of this block's `records`.
  /// - Returns: The problem; `nil` for a sample.
  public func problem(of record: Record) -> RecordProblem? {
    let found = unsafe batch.records[record.index]
    let kind = RecordProblem.JSONKind(rawValue: found.found_kind) ?? .null
    switch UInt32(found.problem) {
    case GAMUT_PROBLEM_NONE.rawValue: return nil
    case GAMUT_PROBLEM_INVALID_UTF8.rawValue: return .invalidUTF8(byte: found.found_byte)
    case GAMUT_PROBLEM_CONTROL_CHARACTER.rawValue: return .controlCharacter(byte: found.found_byte)
    case GAMUT_PROBLEM_UNCLOSED_STRING.rawValue: return .unclosedString
    case GAMUT_PROBLEM_BAD_ESCAPE.rawValue: return .invalidEscape
    case GAMUT_PROBLEM_LONE_SURROGATE.rawValue: return .loneSurrogate
    case GAMUT_PROBLEM_NOT_A_NUMBER.rawValue: return .notANumberLiteral
    case GAMUT_PROBLEM_BAD_NUMBER.rawValue: return .malformedNumber
    case GAMUT_PROBLEM_ENDS_EARLY.rawValue: return .endsEarly
    case GAMUT_PROBLEM_UNEXPECTED_BYTE.rawValue: return .unexpectedByte(found.found_byte)
    case GAMUT_PROBLEM_TRAILING_CONTENT.rawValue: return .trailingContent
    case GAMUT_PROBLEM_TOO_DEEP.rawValue: return .nestedTooDeeply
    case GAMUT_PROBLEM_NOT_AN_OBJECT.rawValue: return .notAnObject(found: kind)
    case GAMUT_PROBLEM_UNKNOWN_SHAPE.rawValue:
      return .unknownShape(keys: found.found_byte == 0 ? [] : keys(detail(found)))
    case GAMUT_PROBLEM_WRONG_TYPE.rawValue:
      return .wrongType(key: string(detail(found)), found: kind)
    case GAMUT_PROBLEM_MISSING_FIELD.rawValue: return .missingField(key: string(detail(found)))
    case GAMUT_PROBLEM_EMPTY_CONVERSATION.rawValue:
      return .emptyConversation(key: string(detail(found)))
    default: return .unknownRole(string(detail(found)))
    }
  }

  /// Where in the record's line its problem lies.
  ///
  /// - Parameter record: One of this block's `records`.
  /// - Returns: Bytes from the start of the line; `nil` when the problem has no one place.
  public func problemOffset(of record: Record) -> Int? {
    let found = unsafe batch.records[record.index]
    return found.problem_offset == UInt64.max ? nil : Int(found.problem_offset)
  }

  /// The error that says that a record is unreadable.
  func error(for record: Record) -> SamplesError? {
    guard let problem = problem(of: record) else { return nil }
    // In an element that was put on one line, offsets are not those of the source.
    let isAsWritten = record.lineByteCount == record.location.byteCount
    let within = isAsWritten ? problemOffset(of: record) ?? 0 : 0
    return .unreadableRecord(
      path: path, line: record.line, byteOffset: record.location.byteOffset + within,
      problem: problem)
  }

  private func detail(_ found: gamut_record) -> [UInt8] {
    guard let start = unsafe texts else { return [] }
    let detail = unsafe UnsafeBufferPointer(
      start: start + Int(found.detail_offset), count: Int(found.detail_length))
    return unsafe Array(detail)
  }

  private func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The keys that the library put together with a byte that UTF-8 never holds.
  private func keys(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0xFF, omittingEmptySubsequences: false).map { string(Array($0)) }
  }
}
