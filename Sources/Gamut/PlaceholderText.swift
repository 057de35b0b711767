/// Tells texts that hold the place of an answer, by a short list of what such texts are.
///
/// A text is a placeholder when, with white space around it taken away, it is
///
/// - one full stop, dash, underscore or asterisk two or more times in a row, or an ellipsis ("...", "--");
///   a single sign may be the answer to a question about signs, and mixed ones may be Morse code;
/// - one of `phrases`, perhaps with a full stop after it, letters in any case; "TODO" and "TBD" in
///   capitals only, as "todo" is a word in Spanish;
/// - one pair of brackets, `<>`, `[]`, `{{}}` or `()`, that opens with one of `openings`, or holds one of
///   `bracketed` alone ("[Insert chart here]", "<noinput>"); angle brackets may be HTML entities;
/// - or a text that begins with "Lorem ipsum".
///
/// The words are English, with the Chinese ones of the translated Alpaca set.
enum PlaceholderText {
  /// Texts that are placeholders as a whole, in small letters.
  static let phrases = [
    "n/a", "noinput", "nooutput", "no output required", "no output needed", "placeholder",
    "your answer here", "insert answer here", "insert text here", "answer goes here",
  ]
  /// Texts that are placeholders in capitals.
  static let capitals = ["TODO", "TBD"]
  /// What brackets hold that stand for an answer, in small letters.
  static let bracketed = [
    "noinput", "no input", "nooutput", "no output", "output", "answer", "response", "placeholder",
    "todo", "tbd", "n/a", "无输入", "无输出",
  ]
  /// Words that open what stands in brackets for an answer, in small letters.
  static let openings = ["insert ", "output ", "no output", "your ", "placeholder ", "插入", "无输出"]
  /// The longest text that is held against the lists, in bytes.
  static let longest = 120

  /// Whether a text is a placeholder.
  ///
  /// - Parameter text: UTF-8; other bytes are safe.
  /// - Returns: Whether it is one; an empty text is none.
  /// - Complexity: O(white space around the text), and O(1) after that.
  static func isPlaceholder(_ text: Span<UInt8>) -> Bool {
    var start = 0
    var end = text.count
    while start < end, isSpace(text[start]) { start += 1 }
    guard start < end else { return false }
    // Most answers end here: they are too long.
    if end - start > longest {
      guard text[start] | 0x20 == UInt8(ascii: "l") else { return false }
      return lowercased(text, start..<start + 11) == Array("lorem ipsum".utf8)
    }
    switch text[start] | 0x20 {
    case UInt8(ascii: "l"):
      return lowercased(text, start..<min(start + 11, end)) == Array("lorem ipsum".utf8)
    case UInt8(ascii: "n"), UInt8(ascii: "p"), UInt8(ascii: "y"), UInt8(ascii: "i"),
      UInt8(ascii: "a"), UInt8(ascii: "t"):
      // The longest phrase, a full stop and some space; and how the phrases go on.
      guard end - start <= 30, start + 1 < end else { return false }
      switch (text[start] | 0x20, text[start + 1] | 0x20) {
      case (UInt8(ascii: "n"), UInt8(ascii: "/")), (UInt8(ascii: "n"), UInt8(ascii: "o")),
        (UInt8(ascii: "p"), UInt8(ascii: "l")), (UInt8(ascii: "y"), UInt8(ascii: "o")),
        (UInt8(ascii: "i"), UInt8(ascii: "n")), (UInt8(ascii: "a"), UInt8(ascii: "n")),
        (UInt8(ascii: "t"), UInt8(ascii: "o")), (UInt8(ascii: "t"), UInt8(ascii: "b")):
        break
      default: return false
      }
      // How long they are, and how they end: of answers that begin alike, few are left.
      while isSpace(text[end - 1]) { end -= 1 }
      let length = text[end - 1] == UInt8(ascii: ".") ? end - start - 1 : end - start
      switch (length, text[start + max(length, 1) - 1] | 0x20) {
      case (3, UInt8(ascii: "a")), (3, UInt8(ascii: "d")), (4, UInt8(ascii: "o")),
        (7, UInt8(ascii: "t")), (8, UInt8(ascii: "t")), (11, UInt8(ascii: "r")),
        (16, UInt8(ascii: "d")), (16, UInt8(ascii: "e")), (18, UInt8(ascii: "d")),
        (18, UInt8(ascii: "e")):
        break
      default: return false
      }
    case UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "&"),
      UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "*"), 0x7F, 0xE2:
      // With that bit set "[" is "{", and "_" is DEL; 0xE2 leads an ellipsis or a dash.
      break
    default: return false
    }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    let bytes = (start..<end).map { text[$0] }
    return isPlaceholder(bytes)
  }

  /// The same for a short text without white space around it.
  private static func isPlaceholder(_ bytes: [UInt8]) -> Bool {
    if isFill(bytes) { return true }
    let lower = bytes.map(lowercased)
    let ended = lower.last == UInt8(ascii: ".") ? Array(lower.dropLast()) : lower
    let isPhrase = phrases.contains { $0.utf8.count == ended.count && ended.elementsEqual($0.utf8) }
    if isPhrase { return true }
    let written = bytes.prefix(ended.count)
    if capitals.contains(where: { written.elementsEqual($0.utf8) }) { return true }
    for (open, close) in [("<", ">"), ("[", "]"), ("{{", "}}"), ("(", ")"), ("&lt;", "&gt;")] {
      guard ended.starts(with: open.utf8), ended.reversed().starts(with: close.utf8.reversed()),
        ended.count >= open.utf8.count + close.utf8.count
      else { continue }
      let inner = ended.dropFirst(open.utf8.count).dropLast(close.utf8.count)
      let isOnePair = !inner.contains { open.utf8.first == $0 || close.utf8.last == $0 }
      let held = Array(inner.split(whereSeparator: isSpace).joined(separator: [0x20]))
      return isOnePair
        && (openings.contains { held.starts(with: $0.utf8) }
          || bracketed.contains { held.elementsEqual($0.utf8) })
    }
    return false
  }

  /// Whether a text is one filling mark over and over.
  private static func isFill(_ bytes: [UInt8]) -> Bool {
    let marks = String(decoding: bytes, as: UTF8.self).unicodeScalars
    guard let mark = marks.first, ".…-–—_*".unicodeScalars.contains(mark) else { return false }
    return marks.allSatisfy { $0 == mark } && (marks.count >= 2 || mark == "…")
  }

  /// Whether nothing of a text can be seen: white space, and characters without width.
  ///
  /// - Parameter text: UTF-8; other bytes are safe.
  /// - Returns: Whether nothing can be seen; so it is of an empty text.
  static func isBlank(_ text: Span<UInt8>) -> Bool {
    // The longest character that cannot be seen has three bytes; anything else ends the search.
    var index = 0
    while index < text.count {
      if isSpace(text[index]) {
        index += 1
        continue
      }
      let left = text.count - index
      if text[index] == 0xC2, left >= 2, text[index + 1] == 0xA0 {
        index += 2
        continue
      }
      guard left >= 3, isUnseen(text[index], text[index + 1], text[index + 2]) else { return false }
      index += 3
    }
    return true
  }

  /// U+2000…U+200F, U+2028…U+202F, U+2060…U+206F, U+3000 and U+FEFF.
  private static func isUnseen(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
    switch (first, second) {
    case (0xE2, 0x80): third <= 0x8F || (0xA8...0xAF).contains(third)
    case (0xE2, 0x81): third >= 0xA0 && third <= 0xAF
    case (0xE3, 0x80): third == 0x80
    case (0xEF, 0xBB): third == 0xBF
    default: false
    }
  }

  /// ASCII white space and other control characters.
  static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private static func lowercased(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    range.map { lowercased(text[$0]) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
