import CSimdJSON

extension JSONValue {
  /// Reads a document of one value.
  ///
  /// Whole numbers that fit are `.integer`, all others `.number`. Keys keep their order; of a key that
  /// stands twice both members are kept.
  ///
  /// There is no value where the bytes are no JSON (RFC 8259).
  ///
  /// - Parameter bytes: UTF-8 text.
  /// - Complexity: O(bytes).
  public init?(parsing bytes: Span<UInt8>) {
    // The document is read and given back within this function; nothing of it gets out.
    let parsed = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe gamut_document_parse(buffer.baseAddress, buffer.count)
    }
    guard let document = unsafe parsed else { return nil }
    defer { unsafe gamut_document_destroy(document) }
    var next = 0
    self = unsafe Self.value(of: document, at: &next)
  }

  /// The value that starts at a place, which moves behind all that it holds.
  private static func value(of document: OpaquePointer, at next: inout Int) -> JSONValue {
    let found = unsafe gamut_document_value(document, next)
    next += 1
    let count = Int(found.count)
    switch gamut_value_kind(UInt32(found.kind)) {
    case GAMUT_VALUE_FALSE: return .bool(false)
    case GAMUT_VALUE_TRUE: return .bool(true)
    case GAMUT_VALUE_INTEGER: return .integer(Int(found.integer))
    case GAMUT_VALUE_NUMBER: return .number(found.number)
    case GAMUT_VALUE_STRING: return .string(unsafe text(of: document, found))
    case GAMUT_VALUE_ARRAY:
      var values: [JSONValue] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(unsafe value(of: document, at: &next)) }
      return .array(values)
    case GAMUT_VALUE_OBJECT:
      var members: [Member] = []
      members.reserveCapacity(count)
      for _ in 0..<count {
        let key = unsafe text(of: document, gamut_document_value(document, next))
        next += 1
        members.append(Member(key: key, value: unsafe value(of: document, at: &next)))
      }
      return .object(members)
    default: return .null
    }
  }

  private static func text(of document: OpaquePointer, _ value: gamut_value) -> String {
    guard let texts = unsafe gamut_document_texts(document) else { return "" }
    let bytes = unsafe UnsafeBufferPointer(
      start: texts + Int(value.offset), count: Int(value.count))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}

extension JSONValue {
  /// The value under a key of an object, the last one where there are several; `nil` for none, and for
  /// what is no object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// The text, if it is one.
  public var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The whole number, if it is one.
  public var wholeNumber: Int? {
    if case .integer(let number) = self { return number }
    return nil
  }

  /// The number, if it is one.
  public var decimal: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .single(let number): Double(number)
    default: nil
    }
  }

  /// The truth value, if it is one.
  public var truth: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The values of a list, if it is one.
  public var items: [JSONValue]? {
    if case .array(let items) = self { return items }
    return nil
  }

  /// The members of an object, if it is one.
  public var members: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }
}
