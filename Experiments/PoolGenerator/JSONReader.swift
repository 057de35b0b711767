/// A value of JSON (RFC 8259).
///
/// Keys keep their order; numbers keep their digits.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// The first value under a key, or nil.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a string, or nil.
  var text: String? { if case .string(let text) = self { text } else { nil } }
}

/// One member of an object.
struct JSONMember: Equatable {
  var key: String
  var value: JSONValue
}

/// Where a line stops being JSON.
struct JSONError: Error, Equatable {
  /// The byte, from 0.
  var offset: Int
}

/// A strict reader of one JSON text: no more than RFC 8259 allows, lone surrogates and bytes that
/// are not UTF-8 refused, at most 512 levels deep.
struct JSONReader {
  private let bytes: [UInt8]
  private var offset = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value that the bytes hold.
  ///
  /// - Throws: ``JSONError`` at the first byte that does not fit.
  static func value(of bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.offset == bytes.count else { throw reader.fault }
    return value
  }

  private var fault: JSONError { JSONError(offset: offset) }
  private var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private mutating func skipSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  private mutating func expect(_ word: StaticString) throws(JSONError) {
    for byte in word.description.utf8 {
      guard offset < bytes.count, bytes[offset] == byte else { throw fault }
      offset += 1
    }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < 512 else { throw fault }
    skipSpace()
    switch current {
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    case UInt8(ascii: "t"):
      try expect("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .bool(false)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    default: return .number(try number())
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    try expect("[")
    var values: [JSONValue] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      offset += 1
      return values
    }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if current == UInt8(ascii: "]") {
        offset += 1
        return values
      }
      try expect(",")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> [JSONMember] {
    try expect("{")
    var members: [JSONMember] = []
    skipSpace()
    if current == UInt8(ascii: "}") {
      offset += 1
      return members
    }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      try expect(":")
      members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if current == UInt8(ascii: "}") {
        offset += 1
        return members
      }
      try expect(",")
    }
  }

  private mutating func digits() throws(JSONError) -> Int {
    let start = offset
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { offset += 1 }
    guard offset > start else { throw fault }
    return offset - start
  }

  private mutating func number() throws(JSONError) -> String {
    let start = offset
    if current == UInt8(ascii: "-") { offset += 1 }
    let startsWithZero = current == UInt8(ascii: "0")
    let count = try digits()
    if startsWithZero && count > 1 { throw fault }
    if current == UInt8(ascii: ".") {
      offset += 1
      _ = try digits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      _ = try digits()
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func string() throws(JSONError) -> String {
    try expect("\"")
    let start = offset
    var text: [UInt8] = []
    while true {
      guard offset < bytes.count, bytes[offset] >= 0x20 else { throw fault }
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte != UInt8(ascii: "\\") {
        text.append(byte)
        continue
      }
      let escape = current
      offset += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"): text += Array(String(try escapedScalar()).utf8)
      default: throw fault
      }
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONError(offset: start)
    }
    return string
  }

  private mutating func unit() throws(JSONError) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw fault }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else { throw fault }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }

  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // A high surrogate must be followed by a low one.
    guard first < 0xDC00 else { throw fault }
    try expect("\\u")
    let second = try unit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault }
    return scalar
  }
}
