/// A text as it stands in JSON: escaped, without its quotation marks.
///
/// It is handed on as it was written; only where it has to be understood is it decoded.
package struct WrittenText: Sendable, Equatable {
  /// UTF-8 with JSON's escapes.
  package var escaped: ArraySlice<UInt8>

  /// Takes what stands between quotation marks.
  ///
  /// - Parameter escaped: UTF-8 with JSON's escapes.
  package init(escaped: ArraySlice<UInt8>) { self.escaped = escaped }

  /// Escapes a text.
  ///
  /// - Parameter string: Any text.
  package init(_ string: String) {
    var bytes: [UInt8] = []
    Self.appendEscaped(string.utf8, to: &bytes)
    escaped = bytes[...]
  }

  /// The text of nothing.
  package static let empty = WrittenText(escaped: [])

  /// Whether there is nothing in it.
  package var isEmpty: Bool { escaped.isEmpty }

  /// Whether it holds nothing but white space.
  package var isBlank: Bool {
    guard let first = escaped.first else { return true }
    // Most texts begin with a letter.
    if first > 0x20, first < 0x7F, first != UInt8(ascii: "\\") { return false }
    return string.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  /// The text, escapes resolved.
  package var string: String { String(decoding: decoded, as: UTF8.self) }

  /// The text as UTF-8, escapes resolved.
  package var decoded: ArraySlice<UInt8> {
    guard let first = escaped.firstIndex(of: UInt8(ascii: "\\")) else { return escaped }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(escaped.count)
    bytes += escaped[..<first]
    var place = first
    while place < escaped.endIndex {
      let byte = escaped[place]
      guard byte == UInt8(ascii: "\\"), place + 1 < escaped.endIndex else {
        bytes.append(byte)
        place += 1
        continue
      }
      let sign = escaped[place + 1]
      place += 2
      switch sign {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "u"):
        var unit = codeUnit(at: place)
        place += 4
        if unit & 0xFC00 == 0xD800, place + 1 < escaped.endIndex,
          escaped[place] == UInt8(ascii: "\\"), escaped[place + 1] == UInt8(ascii: "u")
        {
          unit = 0x10000 + (unit & 0x3FF) << 10 + codeUnit(at: place + 2) & 0x3FF
          place += 6
        }
        bytes += String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8
      default: bytes.append(sign)
      }
    }
    return bytes[...]
  }

  /// The four hexadecimal digits at a place.
  private func codeUnit(at place: Int) -> UInt32 {
    var unit: UInt32 = 0
    for byte in escaped[place..<min(place + 4, escaped.endIndex)] {
      let digit: UInt8 =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: byte &- UInt8(ascii: "A") &+ 10
        }
      unit = unit << 4 | UInt32(digit & 15)
    }
    return unit
  }

  /// How many characters (Unicode scalars) it has.
  package var scalarCount: Int {
    decoded.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  /// The text cut in two where a line break follows so many characters; `nil` where none does.
  ///
  /// - Parameter count: How many characters (Unicode scalars) come before the line break. Of 0 the whole text
  ///   is what follows, and no line break stands before it.
  /// - Returns: What stands before and after the line break.
  package func divided(afterScalars count: Int) -> (head: WrittenText, tail: WrittenText)? {
    if count == 0 { return (.empty, self) }
    var passed = 0
    var place = escaped.startIndex
    while place < escaped.endIndex {
      let byte = escaped[place]
      if passed == count { break }
      if byte == UInt8(ascii: "\\"), place + 1 < escaped.endIndex {
        if escaped[place + 1] == UInt8(ascii: "u") {
          place += codeUnit(at: place + 2) & 0xFC00 == 0xD800 ? 12 : 6
        } else {
          place += 2
        }
      } else {
        place += 1
        while place < escaped.endIndex, escaped[place] & 0xC0 == 0x80 { place += 1 }
      }
      passed += 1
    }
    let rest = escaped[min(place, escaped.endIndex)...]
    guard passed == count, rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "n")]) else {
      return nil
    }
    return (
      WrittenText(escaped: escaped[..<place]), WrittenText(escaped: rest.dropFirst(2))
    )
  }

  /// Texts with something between them.
  ///
  /// - Parameters:
  ///   - texts: Texts in order.
  ///   - separator: What stands between them, escaped.
  /// - Returns: One text.
  package static func joined(_ texts: [WrittenText], separator: StaticString) -> WrittenText {
    if texts.count == 1 { return texts[0] }
    var bytes: [UInt8] = []
    for (index, text) in texts.enumerated() {
      if index > 0 {
        // The bytes are copied before the closure ends.
        separator.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
      }
      bytes += text.escaped
    }
    return WrittenText(escaped: bytes[...])
  }

  /// Appends text as JSON wants it between quotation marks.
  static func appendEscaped(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 0..<0x20:
        bytes += Array("\\u00".utf8)
        for digit in [byte >> 4, byte & 15] {
          bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      default: bytes.append(byte)
      }
    }
  }
}
