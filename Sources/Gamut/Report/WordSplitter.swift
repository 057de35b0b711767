import Samples

/// The words of texts, as telling words are counted: lower case, and of ideographs each pair that stands
/// together.
struct WordSplitter {
  /// The different words of what was added, by their hashes, each with its letters.
  private(set) var words: [UInt64: [UInt8]] = [:]
  private var word: [UInt8] = []
  private var letterCount = 0
  private var hasLetter = false
  private var lastIdeograph: [UInt8] = []

  /// How long a word may be, in bytes.
  private static let longest = 36

  /// Takes a text.
  ///
  /// - Parameter text: UTF-8; a character that is cut off at the end is passed over.
  /// - Complexity: O(bytes).
  mutating func add(_ text: Span<UInt8>) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        take(ascii: byte)
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      guard byte >= 0xC2, index + length <= text.count else { break }
      var value = UInt32(byte) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
      for place in 1..<length { value = value << 6 | UInt32(text[index + place] & 0x3F) }
      take(value, text.extracting(index..<index + length))
      index += length
    }
    endWord()
    lastIdeograph = []
  }

  private mutating func take(ascii byte: UInt8) {
    lastIdeograph = []
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"):
      append(byte | 0x20)
      hasLetter = true
    case UInt8(ascii: "a")...UInt8(ascii: "z"):
      append(byte)
      hasLetter = true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): append(byte)
    default: endWord()
    }
  }

  private mutating func append(_ byte: UInt8) {
    word.append(byte)
    letterCount += 1
  }

  private mutating func take(_ value: UInt32, _ bytes: Span<UInt8>) {
    if Self.isIdeograph(value) {
      endWord()
      var own: [UInt8] = []
      for place in bytes.indices { own.append(bytes[place]) }
      if !lastIdeograph.isEmpty { note(lastIdeograph + own) }
      lastIdeograph = own
      return
    }
    lastIdeograph = []
    guard Self.isLetter(value) else { return endWord() }
    hasLetter = true
    letterCount += 1
    if Self.mayBeCapital(value), let scalar = Unicode.Scalar(value) {
      word += Array(scalar.properties.lowercaseMapping.utf8)
    } else {
      for place in bytes.indices { word.append(bytes[place]) }
    }
  }

  private mutating func endWord() {
    // Two letters say something where they are no ASCII.
    let least = word.count > letterCount ? 2 : 3
    if hasLetter, letterCount >= least, word.count <= Self.longest { note(word) }
    word.removeAll(keepingCapacity: true)
    letterCount = 0
    hasLetter = false
  }

  private mutating func note(_ word: [UInt8]) {
    // FNV-1a (Fowler, Noll and Vo).
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    if words[hash] == nil { words[hash] = word }
  }

  /// Scripts that are written without spaces: kana and the ideographs of Chinese and Japanese.
  private static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
    default: false
    }
  }

  /// Whether a character beyond ASCII that is no ideograph belongs to a word.
  private static func isLetter(_ value: UInt32) -> Bool {
    switch value {
    case 0x80...0xA9, 0xAB...0xB4, 0xB6...0xB9, 0xBB...0xBF, 0xD7, 0xF7: false
    case 0x060C, 0x061B, 0x061F, 0x066A...0x066D, 0x06D4, 0x0964, 0x0965, 0x05BE, 0x05C0, 0x05F3,
      0x05F4:
      false
    case 0x2000...0x2BFF, 0x2E00...0x3040, 0xE000...0xF8FF, 0xFE00...0xFE4F, 0xFF00...0xFF20,
      0xFF3B...0xFF40, 0xFF5B...0xFF65, 0xFFF0...0xFFFF, 0x1F000...0x1FAFF, 0xE0000...0x10FFFF:
      false
    default: true
    }
  }

  private static func mayBeCapital(_ value: UInt32) -> Bool {
    switch value {
    case 0xC0...0x24F, 0x370...0x52F, 0x1E00...0x1FFF: true
    default: false
    }
  }
}
