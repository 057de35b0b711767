/// What a character is to patterns, normalizers and pre-tokenizers.
struct CharacterClass: OptionSet {
  let rawValue: UInt16

  /// `\p{L}`.
  static let letter = Self(rawValue: 1)
  /// `\p{N}`.
  static let number = Self(rawValue: 1 << 1)
  /// `\s`.
  static let space = Self(rawValue: 1 << 2)
  /// `\p{M}`.
  static let mark = Self(rawValue: 1 << 3)
  /// `[\p{Lu}\p{Lt}]`.
  static let upper = Self(rawValue: 1 << 4)
  /// `\p{Ll}`.
  static let lower = Self(rawValue: 1 << 5)
  /// `\p{P}`.
  static let punctuation = Self(rawValue: 1 << 6)
  /// `\p{S}`.
  static let symbol = Self(rawValue: 1 << 7)
  /// What `Punctuation` and `BertPreTokenizer` take for punctuation, ASCII's signs among it.
  static let sign = Self(rawValue: 1 << 8)
  /// What `BertNormalizer` drops when it cleans.
  static let dropped = Self(rawValue: 1 << 9)
  /// What `StripAccents` drops.
  static let accent = Self(rawValue: 1 << 10)
  /// What `Digits` takes for a digit.
  static let digit = Self(rawValue: 1 << 11)
  /// `\w`.
  static let word = Self(rawValue: 1 << 12)
  /// What `BertNormalizer` puts spaces around.
  static let ideograph = Self(rawValue: 1 << 13)
  /// What `BertNormalizer` drops with the accents.
  static let nonspacing = Self(rawValue: 1 << 14)
}

/// One character of a text and where it ends.
struct DecodedCharacter {
  let scalar: UInt32
  let classes: CharacterClass
  let end: Int

  /// Decodes the character at a place.
  ///
  /// A byte that starts no well-formed sequence is a character of its own, U+FFFD.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - start: Where the character starts, within the text.
  ///   - table: `UnicodeTables.classes`.
  @inline(__always)
  init(_ text: Span<UInt8>, at start: Int, _ table: Span<UInt16>) {
    let first = text[start]
    if first < 0x80 {
      scalar = UInt32(first)
      classes = CharacterClass(rawValue: table[Int(first)])
      end = start + 1
      return
    }
    (scalar, end) = Self.decode(text, at: start, first: first)
    classes = CharacterClass(rawValue: table[Int(scalar)])
  }

  /// Decodes a character of several bytes.
  static func decode(_ text: Span<UInt8>, at start: Int, first: UInt8) -> (UInt32, end: Int) {
    let left = text.count - start
    @inline(__always) func next(_ place: Int) -> UInt32? {
      let byte = text[start + place]
      return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
    }
    let lead = UInt32(first)
    switch first {
    case 0xC2...0xDF where left >= 2:
      if let a = next(1) { return ((lead & 0x1F) << 6 | a, start + 2) }
    case 0xE0...0xEF where left >= 3:
      if let a = next(1), let b = next(2) {
        let scalar = (lead & 0x0F) << 12 | a << 6 | b
        if scalar >= 0x800, !(0xD800...0xDFFF).contains(scalar) { return (scalar, start + 3) }
      }
    case 0xF0...0xF4 where left >= 4:
      if let a = next(1), let b = next(2), let c = next(3) {
        let scalar = (lead & 0x07) << 18 | a << 12 | b << 6 | c
        if (0x10000...0x10FFFF).contains(scalar) { return (scalar, start + 4) }
      }
    default: break
    }
    return (0xFFFD, start + 1)
  }
}

extension [UInt8] {
  /// Appends a character as UTF-8.
  @inline(__always)
  mutating func append(scalar: UInt32) {
    switch scalar {
    case 0..<0x80: append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    case 0x800..<0x10000:
      append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    default:
      append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
      append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    }
  }

  /// Appends bytes.
  @inline(__always)
  mutating func append(bytes: Span<UInt8>) {
    reserveCapacity(count + bytes.count)
    for index in bytes.indices { append(bytes[index]) }
  }
}
