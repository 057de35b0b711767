import TestSupport
import Testing

@testable import Tokenizers

struct NormalizerTests {
  static func normalized(_ text: String, _ normalizer: Normalizer) -> String {
    let classes = UnicodeTables.shared.classes
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    normalizer.apply(to: bytes.span, classes.span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Each made once, for that takes a moment.
  static let nfc = UnicodeNormalization(.nfc)
  static let nfd = UnicodeNormalization(.nfd)
  static let nfkc = UnicodeNormalization(.nfkc)
  static let nfkd = UnicodeNormalization(.nfkd)

  static func normalization(_ form: UnicodeNormalization.Form) -> UnicodeNormalization {
    switch form {
    case .nfc: nfc
    case .nfd: nfd
    case .nfkc: nfkc
    case .nfkd: nfkd
    }
  }

  static func form(_ text: String, _ form: UnicodeNormalization.Form) -> [UInt32] {
    normalized(text, .unicode(normalization(form))).unicodeScalars.map { $0.value }
  }

  @Test func `the four forms of what is known`() {
    #expect(Self.form("e\u{301}", .nfc) == [0xE9])
    #expect(Self.form("\u{E9}", .nfd) == [0x65, 0x301])
    #expect(Self.form("\u{AC01}", .nfd) == [0x1100, 0x1161, 0x11A8])
    #expect(Self.form("\u{1100}\u{1161}\u{11A8}", .nfc) == [0xAC01])
    #expect(Self.form("\u{FF0C}\u{FB01}\u{2460}", .nfkc) == [0x2C, 0x66, 0x69, 0x31])
    #expect(Self.form("\u{1E9B}\u{323}", .nfc) == [0x1E9B, 0x323])
    #expect(Self.form("\u{1E9B}\u{323}", .nfkc) == [0x1E69])
    #expect(Self.form("\u{1E9B}\u{323}", .nfkd) == [0x73, 0x323, 0x307])
    // The longest there is, and one that composes no more.
    #expect(Self.form("\u{FDFA}", .nfkd).count == 18)
    #expect(Self.form("\u{958}", .nfc) == [0x915, 0x93C])
  }

  static let pieces = [
    "a", "e", "o", "\u{301}", "\u{323}", "\u{327}", "\u{345}", "\u{30A}", "é", "\u{212B}", "ſ",
    "\u{1100}", "\u{1161}", "\u{11A8}", "\u{AC00}", "\u{AC01}", "か", "\u{3099}", "\u{915}",
    "\u{93C}", "\u{F900}", "你", "\u{1D15E}", "x",
  ]

  @Test(arguments: 0..<30)
  func `forms are equivalent, stay as they are, and agree`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let text = TokenizerSamples.randomText(Self.pieces, 8, &random)
      let nfc = Self.normalized(text, .unicode(Self.nfc))
      let nfd = Self.normalized(text, .unicode(Self.nfd))
      // Strings are equal where they are canonically equivalent.
      #expect(nfc == text && nfd == text)
      #expect(Self.form(nfd, .nfc) == nfc.unicodeScalars.map { $0.value })
      #expect(Self.form(nfc, .nfd) == nfd.unicodeScalars.map { $0.value })
      #expect(Self.form(nfc, .nfc) == nfc.unicodeScalars.map { $0.value })
    }
  }

  @Test(arguments: 0..<30)
  func `a text that is told to stay as it is does`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for form in [UnicodeNormalization.Form.nfc, .nfd, .nfkc, .nfkd] {
      let normalization = Self.normalization(form)
      for _ in 0..<20 {
        let text = TokenizerSamples.randomText(Self.pieces, 2, &random)
        let bytes = Array(text.utf8)
        if !normalization.mayChange(bytes.span) {
          #expect(Self.form(text, form) == text.unicodeScalars.map { $0.value })
        }
      }
    }
  }

  @Test func `the others do what they are named for`() {
    #expect(Self.normalized("aÉİ", .lowercase(.lowercase)) == "aéi\u{307}")
    #expect(Self.normalized("e\u{301}\u{93F}x", .stripAccents) == "ex")
    #expect(Self.normalized("ab", .prepend([0x5F])) == "_ab")
    #expect(Self.normalized("", .prepend([0x5F])) == "")
    #expect(Self.normalized("aaa b", .replace([0x61, 0x61], [0x62])) == "ba b")
    #expect(Self.normalized("  a b \u{A0}", .strip(left: true, right: true)) == "a b")
    #expect(Self.normalized(" \n ", .strip(left: true, right: true)) == "")
    #expect(Self.normalized(" \n a ", .strip(left: false, right: true)) == " \n a")
    let bert = Normalizer.bert(
      cleans: true, spacesIdeographs: true, accents: Self.nfd,
      lowercase: .lowercase)
    #expect(Self.normalized("É\u{0}你\tx\u{93F}", bert) == "e 你  x\u{93F}")
  }
}
