/// Cuts a text into pieces: words with the blank before them, numbers, signs and white space.
///
/// The pieces of a text, one after the other, are the text: every byte is in just one of them. A piece is,
/// with one blank before it if there is one,
///
/// - letters in a row (ASCII letters, and all that is not ASCII but the next kind);
/// - one character of a script without blanks between words (U+3000 to U+9FFF, which are ideographs, kana and
///   their punctuation; Thai, Lao and Khmer; and all of four bytes, such as emoji);
/// - up to three digits;
/// - one other sign;
///
/// or white space in a row, without the last blank where a word follows. None is longer than `limit` bytes.
struct Pieces {
  /// How many bytes a piece has at most.
  static let limit = 32

  private enum Kind {
    case letter, ideograph, digit, space, sign
  }

  /// Calls a closure with the bytes of each piece, in order.
  ///
  /// - Parameters:
  ///   - text: A text in UTF-8.
  ///   - body: Takes the first place of a piece and the one behind it.
  /// - Complexity: O(n) for n bytes.
  static func forEach(in text: Span<UInt8>, _ body: (Int, Int) -> Void) {
    var start = 0
    while start < text.count {
      var end = start
      var kind = Self.kind(text, start)
      if kind == .space {
        end = start + 1
        while end < text.count, end - start < limit, Self.kind(text, end) == .space { end += 1 }
        let isBeforeWord =
          end < text.count && text[end - 1] == 0x20 && Self.kind(text, end) != .space
        if !isBeforeWord || end - start > 1 {
          // The last blank belongs to the word behind it.
          let last = isBeforeWord ? end - 1 : end
          body(start, last)
          start = last
          continue
        }
        kind = Self.kind(text, end)
      }
      let first = end
      switch kind {
      case .letter:
        while end < text.count, end - start < limit, Self.kind(text, end) == .letter { end += 1 }
      case .digit:
        while end < text.count, end - first < 3, Self.kind(text, end) == .digit { end += 1 }
      case .ideograph:
        end += 1
        while end < text.count, end - first < 4, text[end] & 0xC0 == 0x80 { end += 1 }
      case .sign, .space: end += 1
      }
      body(start, end)
      start = end
    }
  }

  @inline(__always)
  private static func kind(_ text: Span<UInt8>, _ place: Int) -> Kind {
    let byte = text[place]
    switch byte {
    case 0x61...0x7A, 0x41...0x5A: return .letter
    case 0x20, 0x09...0x0D: return .space
    case 0x30...0x39: return .digit
    case 0..<0x80: return .sign
    case 0xE3...0xE9, 0xF0...0xFF: return .ideograph
    case 0xE0:
      // Thai and Lao are U+0E00 to U+0EFF.
      return place + 1 < text.count && (0xB8...0xBB).contains(text[place + 1])
        ? .ideograph : .letter
    case 0xE1:
      // Khmer is U+1780 to U+17FF.
      return place + 1 < text.count && (0x9E...0x9F).contains(text[place + 1])
        ? .ideograph : .letter
    default: return .letter
    }
  }
}
