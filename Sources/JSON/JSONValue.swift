/// A JSON value whose objects keep the order of their keys, for files that people read.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A finite number, in as few digits as read back the same; NaN and infinities become `null`.
  case number(Double)
  /// The same for a number known to single precision.
  case single(Float)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Keys and values in the order in which they are to stand.
  case object([Member])

  /// One key of an object with its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: JSONValue

    /// Makes a member.
    ///
    /// - Parameters:
    ///   - key: The key; that no other member has it is the caller's matter.
    ///   - value: The value.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// An object of the members that have a value.
  ///
  /// - Parameter members: Keys and values; a key without a value is left out.
  /// - Returns: An object.
  public static func members(
    _ members: KeyValuePairs<String, JSONValue?>
  ) -> JSONValue {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  /// The value as text on one line.
  public var compact: String {
    var text = JSONText()
    text.append(self)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// The value as indented text with a final newline; lists of plain values stay on one line.
  public var pretty: String {
    var text = JSONText()
    text.append(self, indent: 0)
    text.bytes.append(UInt8(ascii: "\n"))
    return String(decoding: text.bytes, as: UTF8.self)
  }

  fileprivate var isPlain: Bool {
    switch self {
    case .array, .object: false
    case .null, .bool, .integer, .number, .single, .string: true
    }
  }
}

/// JSON text in the making, for what is written a line at a time.
package struct JSONText {
  package var bytes: [UInt8] = []

  package init() {}

  package mutating func append(raw text: StaticString) {
    // The bytes are copied before the closure ends.
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append(raw: "\\\"")
      case UInt8(ascii: "\\"): append(raw: "\\\\")
      case 0x0A: append(raw: "\\n")
      case 0x0D: append(raw: "\\r")
      case 0x09: append(raw: "\\t")
      case 0..<0x20:
        append(raw: "\\u00")
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func append(_ value: Int) {
    bytes.append(contentsOf: String(value).utf8)
  }

  package mutating func append(_ value: Double) { append(value, wholeBelow: 1e16) }

  package mutating func append(_ value: Float) { append(value, wholeBelow: 1e8) }

  /// Whole numbers go without a point as far as their digits are few; negative zero is zero.
  private mutating func append<Number: BinaryFloatingPoint & CustomStringConvertible>(
    _ value: Number, wholeBelow limit: Number
  ) {
    guard value.isFinite else { return append(raw: "null") }
    if value == value.rounded(), value.magnitude < limit {
      append(Int(value))
    } else {
      bytes.append(contentsOf: value.description.utf8)
    }
  }

  package mutating func append(_ value: JSONValue, indent: Int? = nil) {
    switch value {
    case .null: append(raw: "null")
    case .bool(let value): value ? append(raw: "true") : append(raw: "false")
    case .integer(let value): append(value)
    case .number(let value): append(value)
    case .single(let value): append(value)
    case .string(let value): append(value)
    case .array(let values):
      let inner = values.allSatisfy(\.isPlain) ? nil : indent.map { $0 + 1 }
      append("[", "]", count: values.count, indent: inner) { text, index in
        text.append(values[index], indent: inner)
      }
    case .object(let members):
      let inner = indent.map { $0 + 1 }
      append("{", "}", count: members.count, indent: inner) { text, index in
        text.append(members[index].key)
        inner == nil ? text.append(raw: ":") : text.append(raw: ": ")
        text.append(members[index].value, indent: inner)
      }
    }
  }

  private mutating func append(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, count: Int, indent: Int?,
    element: (inout JSONText, Int) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newline(indent)
      element(&self, index)
    }
    if count > 0 { newline(indent.map { $0 - 1 }) }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func newline(_ indent: Int?) {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<indent { append(raw: "  ") }
  }

  private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
