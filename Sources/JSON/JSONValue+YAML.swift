extension JSONValue {
  /// The value as YAML in block style, which reads back as the same value under YAML 1.1 and 1.2.
  ///
  /// Texts stand without quotes where nothing could take them for anything else, in double quotes
  /// otherwise: words that mean a truth value or nothing (`no`, `null`), what looks like a number or a
  /// date, and all with characters that mean something to YAML or that it does not allow as they are.
  public var yaml: String {
    var text = JSONText()
    text.appendYAML(self, indent: 0, isDocument: true)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

extension JSONText {
  /// Appends a value with its line end; lists and mappings start on the next line, but for a document.
  fileprivate mutating func appendYAML(
    _ value: JSONValue, indent: Int, isDocument: Bool = false
  ) {
    func newline() { if !isDocument { bytes.append(UInt8(ascii: "\n")) } }
    switch value {
    case .array(let values) where !values.isEmpty:
      newline()
      for element in values {
        appendSpaces(indent)
        append(raw: "-")
        appendYAML(element, indent: indent + 2)
      }
    case .object(let members) where !members.isEmpty:
      newline()
      for member in members {
        appendSpaces(indent)
        appendYAML(member.key)
        append(raw: ":")
        appendYAML(member.value, indent: indent + 2)
      }
    default:
      if !isDocument { append(raw: " ") }
      if case .string(let text) = value { appendYAML(text) } else { append(value) }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  private mutating func appendSpaces(_ count: Int) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
  }

  /// Appends a text, in quotes where it needs them.
  private mutating func appendYAML(_ text: String) {
    if Self.isPlain(text) { return bytes.append(contentsOf: text.utf8) }
    append(raw: "\"")
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: append(raw: "\\\"")
      case 0x5C: append(raw: "\\\\")
      case 0x0A: append(raw: "\\n")
      case 0x0D: append(raw: "\\r")
      case 0x09: append(raw: "\\t")
      // Controls, line ends of Unicode, the byte-order mark, and what is no character.
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        append(raw: "\\u")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    append(raw: "\"")
  }

  /// Words that some YAML takes for a truth value or for nothing, in lower case.
  private static let reserved: Set = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  /// Whether a text means itself without quotes, whatever stands around it.
  private static func isPlain(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, last != UInt8(ascii: ":"),
      bytes.allSatisfy({
        isLetter($0) || isDigit($0) || Array("_./@%+:-".utf8).contains($0)
      })
    else { return false }
    if isDigit(first) {
      // An amount: digits with a unit behind them are no number, but for hexadecimal ones.
      let unit = bytes.drop { isDigit($0) || $0 == UInt8(ascii: ".") }
      return !unit.isEmpty && unit.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "%") }
        && unit.first.map { $0 | 0x20 } != UInt8(ascii: "x")
    }
    return (isLetter(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/"))
      && !reserved.contains(text.lowercased())
  }
}
