import TestSupport
import Testing

@testable import Tokenizers

/// Byte pairs that are joined here in the library's place.
@Suite(.enabled(if: SmallSentencePiece.hasLibrary, "the library of SentencePiece is not here"))
struct SentencePiecePairsTests {
  /// A field with a length.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(bytes.count)] + bytes
  }

  /// What a model says of its making.
  private static func settings(
    type: UInt8 = 2, bytes: Bool = true, prefix: Bool = true, removesSpaces: Bool = false
  ) -> [UInt8] {
    field(2, [0x18, type, 0x98, 0x02, bytes ? 1 : 0])
      + field(
        3,
        field(1, Array("identity".utf8)) + [0x18, prefix ? 1 : 0, 0x20, removesSpaces ? 1 : 0])
  }

  private static let bytePieces = (0..<256).flatMap { byte in
    let digits = String(byte, radix: 16, uppercase: true)
    return SmallSentencePiece.piece("<0x\(digits.count == 1 ? "0" : "")\(digits)>", 0, 6)
  }

  private static let start =
    SmallSentencePiece.piece("<unk>", 0, 2) + SmallSentencePiece.piece("<s>", 0, 3)
    + SmallSentencePiece.piece("</s>", 0, 3)

  private static func model(_ pieces: [(String, Float)], symbol: String? = nil) -> [UInt8] {
    start + (symbol.map { SmallSentencePiece.piece($0, 0, 4) } ?? []) + bytePieces
      + pieces.flatMap { SmallSentencePiece.piece($0.0, $0.1) }
  }

  @Test(arguments: 0..<30)
  func `counts are those of the library for the whole text`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let letters = ["\u{2581}", "a", "b", "é", "你"]
    var tokens = letters
    for _ in 0..<400 where tokens.count < 25 {
      let joined =
        tokens[Int.random(in: 0..<tokens.count, using: &random)]
        + tokens[Int.random(in: 0..<tokens.count, using: &random)]
      let inner = joined.drop { $0 == "\u{2581}" }
      if joined.count < 7, !inner.contains("\u{2581}"), !tokens.contains(joined) {
        tokens.append(joined)
      }
    }
    // Few scores, so that many are equal.
    let pieces = tokens.map { ($0, -Float(Int.random(in: 1...9, using: &random))) }
    let usesPrefix = seed % 3 != 0
    let bytes =
      Self.model(pieces, symbol: seed % 2 == 0 ? "[X]" : nil) + Self.settings(prefix: usesPrefix)
    let model = try SentencePieceModel(parsing: bytes.span)
    let spaces = try #require(model.spaces)
    #expect(spaces.pairs != nil && spaces.addsPrefix == usesPrefix)
    var counter = TokenCounter(.sentencePiece(model))
    let words = [
      "a", "b", "é", "你", " ", " ", "  ", "x", "\n", "[", "[X]", "\u{2581}", "ab ", "aba",
    ]
    for _ in 0..<60 {
      let text = TokenizerSamples.randomText(
        words, Int.random(in: 1...12, using: &random), &random)
      let bytes = Array(text.utf8)
      let found = counter.count(bytes.span)
      #expect(found == model.count(bytes.span), "\(text.debugDescription)")
    }
    #expect(counter.failedCount == 0)
  }

  @Test func `a model whose parts do not count for themselves is left to the library`() {
    func spaces(_ bytes: [UInt8]) -> SentencePieceSpaces? { SentencePieceSpaces(model: bytes.span) }
    let pieces: [(String, Float)] = [("\u{2581}", -1), ("a", -1), ("\u{2581}a", -2)]
    let model = Self.model(pieces)
    #expect(spaces(model + Self.settings())?.pairs != nil)
    #expect(spaces(model + Self.settings(bytes: false)) != nil)
    #expect(spaces(model + Self.settings(bytes: false))?.pairs == nil)
    #expect(spaces(model + Self.settings(type: 1)) == nil)
    #expect(spaces(model + Self.settings(removesSpaces: true)) == nil)
    #expect(spaces(model) == nil)
    #expect(spaces([]) == nil)
    #expect(spaces(Array((model + Self.settings()).dropLast())) == nil)
    #expect(spaces(Self.model(pieces + [("a\u{2581}", -3)]) + Self.settings()) == nil)
    #expect(spaces(Self.model(pieces + [("\u{2581}a a", -3)]) + Self.settings()) == nil)
    // A user's symbol with a sign, a piece with a character that is none.
    #expect(
      spaces(Self.model(pieces, symbol: "\u{2581}X") + Self.settings()).map { $0.pairs == nil }
        == true)
    #expect(
      spaces(Self.model(pieces + [("ac", -3)]) + Self.settings()).map { $0.pairs == nil } == true)
  }
}
