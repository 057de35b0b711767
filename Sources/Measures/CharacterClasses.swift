/// The classes of characters that the counts distinguish, told by bytes.
///
/// The classes are coarse on purpose: a character is classified by its lead byte and the byte after
/// it, never decoded. Within a script that is exact enough for counting words and pricing tokens, and
/// it works on any bytes, valid UTF-8 or not.
enum CharacterClasses {
  /// A sign that is frequent in code and formulas and rare in prose.
  static let codeSymbol: UInt8 = 0x08
  /// An operator wherever it stands.
  static let sign: UInt8 = 0x10
  /// An operator after a digit or a closing parenthesis, else a hyphen, a bullet or a slash.
  static let signAfterNumber: UInt8 = 0x20
  /// An opening or closing bracket.
  static let bracket: UInt8 = 0x40
  /// A character that may begin or be part of a mark of layout (list, heading, fence, bold).
  static let layout: UInt8 = 0x80

  /// What each byte means besides being punctuation: one entry for each of the 256, mostly 0.
  static let ofByte: [UInt8] = {
    var entries = [UInt8](repeating: 0, count: 256)
    for byte in "{}[]();=<>_\\|&$#@`~^".utf8 { entries[Int(byte)] |= codeSymbol }
    for byte in "+=<>^%".utf8 { entries[Int(byte)] |= sign }
    for byte in "-*/".utf8 { entries[Int(byte)] |= signAfterNumber }
    for byte in "()[]{}".utf8 { entries[Int(byte)] |= bracket }
    for byte in "-*+#.)`".utf8 { entries[Int(byte)] |= layout }
    return entries
  }()

  /// Whether a byte is an ASCII letter.
  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  /// Whether a byte is an ASCII digit.
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}

/// How a character beyond ASCII is counted.
struct WideCharacter {
  /// The roles a character beyond ASCII can have.
  enum Role {
    /// Part of a word: every script that writes words of letters.
    case letter
    /// A word of its own: ideographs and kana.
    case ideograph
    /// Punctuation, sign, symbol or emoji.
    case sign
  }

  /// What it counts as.
  var role: Role
  /// How many bytes it has by its lead byte, 1 to 4.
  var length: Int
  /// Its price in sixteenths of a token, see `TokenEstimate`.
  var cost: Int

  /// Classifies a character by two bytes.
  ///
  /// - Parameters:
  ///   - lead: The first byte, 0x80 or above.
  ///   - next: The byte after it, or a line feed at the end of the text.
  @inline(__always)
  init(lead: UInt8, next: UInt8) {
    switch lead {
    case ..<0xC0:
      // A stray continuation byte, only in invalid input.
      self.init(.sign, 1, TokenEstimate.latinLetter)
    case ..<0xE0:
      // Latin-1 signs; the multiplication and division signs among the Latin-1 letters.
      if lead == 0xC2 || (lead == 0xC3 && (next == 0x97 || next == 0xB7)) {
        self.init(.sign, 2, TokenEstimate.latinLetter)
      } else if lead <= 0xCA {
        self.init(.letter, 2, TokenEstimate.latinLetter)
      } else if lead &- 0xD0 < 4 {
        self.init(.letter, 2, TokenEstimate.cyrillicLetter)
      } else {
        self.init(.letter, 2, TokenEstimate.otherTwoByteLetter)
      }
    case ..<0xF0:
      self.init(threeByteLead: lead, next: next)
    default:
      let cost = TokenEstimate.fourByteCharacter
      if lead == 0xF0 && (0xA0...0xB3).contains(next) {
        self.init(.ideograph, 4, cost)
      } else {
        self.init(lead == 0xF0 && next == 0x9F ? .sign : .letter, 4, cost)
      }
    }
  }

  @inline(__always)
  private init(_ role: Role, _ length: Int, _ cost: Int) {
    self.role = role
    self.length = length
    self.cost = cost
  }

  private init(threeByteLead lead: UInt8, next: UInt8) {
    let sign = TokenEstimate.threeByteSign
    let letter = TokenEstimate.threeByteLetter
    switch lead {
    case ...0xE1: self.init(.letter, 3, letter)  // Indic scripts, Thai, Georgian, …
    case 0xE2: self.init(.sign, 3, sign)  // punctuation, arrows, mathematics, boxes
    case 0xE3 where next == 0x80: self.init(.sign, 3, sign)  // U+3000…U+303F
    case 0xE3: self.init(.ideograph, 3, TokenEstimate.kana)
    case ...0xE9: self.init(.ideograph, 3, TokenEstimate.ideograph)
    case ...0xED: self.init(.letter, 3, letter)  // Hangul and its neighbours
    case 0xEE: self.init(.sign, 3, letter)  // private use
    default:
      if (0xA4...0xAB).contains(next) {
        self.init(.ideograph, 3, TokenEstimate.ideograph)
      } else if next == 0xB8 || next >= 0xBC {
        self.init(.sign, 3, sign)  // full-width forms, replacement character
      } else {
        self.init(.letter, 3, letter)
      }
    }
  }
}
