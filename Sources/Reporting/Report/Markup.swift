/// HTML or SVG in the making, in which only literals of this program are markup.
///
/// Whatever else is written goes through `text` or an attribute's value, and can be neither tag nor script.
struct Markup {
  private(set) var bytes: [UInt8] = []

  /// An attribute with a value of any origin.
  typealias Attribute = (name: StaticString, value: String)

  /// Writes markup that stands in this program's source.
  mutating func raw(_ markup: StaticString) {
    // The bytes are copied before the closure ends.
    markup.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  /// Writes what was made in this way before.
  mutating func append(_ other: Markup) { bytes += other.bytes }

  /// Writes text, in which nothing is markup.
  ///
  /// Control characters, which XML forbids, and those that turn the direction of what follows are written
  /// as visible marks (`TextShown`).
  mutating func text(_ text: String) { escape(TextShown.text(text)) }

  /// Writes a number of a figure, to a tenth.
  mutating func number(_ value: Double) { escape(Self.tenths(value)) }

  /// Opens an element.
  mutating func open(_ name: StaticString, _ attributes: Attribute...) { open(name, attributes) }

  private mutating func open(_ name: StaticString, _ attributes: [Attribute]) {
    raw("<")
    raw(name)
    for (key, value) in attributes {
      raw(" ")
      raw(key)
      raw("=\"")
      text(value)
      raw("\"")
    }
    raw(">")
  }

  /// Closes an element.
  mutating func close(_ name: StaticString) {
    raw("</")
    raw(name)
    raw(">")
  }

  /// Writes an element that holds text.
  mutating func element(_ name: StaticString, _ attributes: Attribute..., text content: String) {
    open(name, attributes)
    text(content)
    close(name)
  }

  /// Writes an element with what a closure writes.
  mutating func element(
    _ name: StaticString, _ attributes: Attribute..., content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    content(&self)
    close(name)
  }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "<"): raw("&lt;")
      case UInt8(ascii: ">"): raw("&gt;")
      case UInt8(ascii: "&"): raw("&amp;")
      case UInt8(ascii: "\""): raw("&quot;")
      case UInt8(ascii: "'"): raw("&#39;")
      default: bytes.append(byte)
      }
    }
  }

  /// A number to a tenth, without a point where it is whole; 0 for what is not finite.
  static func tenths(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let scaled = Int((min(max(value, -1e9), 1e9) * 10).rounded())
    let sign = scaled < 0 ? "-" : ""
    let (whole, tenth) = scaled.magnitude.quotientAndRemainder(dividingBy: 10)
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }
}

/// Text of any origin as it is shown to a reader.
package enum TextShown {
  /// A text whose invisible powers are gone.
  ///
  /// NUL and other control characters become their control pictures (U+2400 and on), which is what they look
  /// like to nobody; line ends and tabs stay. Characters that turn the direction of what follows (bidirectional
  /// embeddings, overrides and isolates), line and paragraph separators and noncharacters become U+FFFD: a page
  /// must show the order in which letters stand. Right-to-left letters need none of them.
  ///
  /// - Parameter text: The text.
  /// - Returns: The text as it is shown.
  /// - Complexity: O(bytes).
  package static func text(_ text: String) -> String {
    if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 >= 0xE2 }) {
      return text
    }
    var shown = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      defer { isAfterReturn = scalar == "\r" }
      switch scalar.value {
      case 0x0A where isAfterReturn: continue
      case 0x09, 0x0A: shown.append(scalar)
      case 0x0D: shown.append("\n")
      case 0..<0x20: shown.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
      case 0x7F: shown.append("\u{2421}")
      case 0x80...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFDD0...0xFDEF,
        0xFFF9...0xFFFB,
        0xE0000...0xE007F:
        shown.append("\u{FFFD}")
      case let value where value & 0xFFFE == 0xFFFE: shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// A text cut where it is long, between two characters, with an ellipsis then.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limit: The most characters that are kept.
  /// - Returns: The start of the text.
  package static func shortened(_ text: String, to limit: Int) -> String {
    guard let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex),
      end < text.endIndex
    else { return text }
    return text[..<end] + "…"
  }
}
