/// Sets keys and commas of an object.
struct ObjectText {
  private var isFirst = true

  init(_ bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "{")) }

  mutating func key(_ key: String, _ bytes: inout [UInt8]) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    WrittenText.appendEscaped(key.utf8, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }
}

extension [UInt8] {
  mutating func append(raw text: StaticString) {
    // The bytes are copied before the closure ends.
    text.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }

  /// A text as it was written.
  mutating func append(text: WrittenText) {
    append(UInt8(ascii: "\""))
    append(contentsOf: text.escaped)
    append(UInt8(ascii: "\""))
  }

  /// JSON as a text.
  mutating func append(asText json: ArraySlice<UInt8>) {
    append(UInt8(ascii: "\""))
    WrittenText.appendEscaped(json, to: &self)
    append(UInt8(ascii: "\""))
  }

  /// A value with the type of its column; null for none.
  mutating func append(value: WrittenJSON?, as type: ColumnType) {
    guard let value, value.kind != .null else { return append(raw: "null") }
    switch type {
    case .json: append(asText: value.bytes)
    case .string where value.kind != .string: append(asText: value.bytes)
    case .number: append(number: value)
    case .numberList:
      append(UInt8(ascii: "["))
      for (place, item) in (value.items ?? []).enumerated() {
        if place > 0 { append(UInt8(ascii: ",")) }
        if item.kind == .null { append(raw: "null") } else { append(number: item) }
      }
      append(UInt8(ascii: "]"))
    default: append(contentsOf: value.bytes)
    }
  }

  /// A number with a point, so that nobody takes a column for one of whole numbers.
  private mutating func append(number: WrittenJSON) {
    append(contentsOf: number.bytes)
    if !number.isFraction { append(raw: ".0") }
  }
}

extension StaticString {
  static func == (left: StaticString, right: StaticString) -> Bool {
    left.description == right.description
  }
}
