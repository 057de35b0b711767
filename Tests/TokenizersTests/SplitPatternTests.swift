import TestSupport
import Testing

@testable import Tokenizers

struct SplitPatternTests {
  static let patterns = [
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
    #"\p{N}{1,3}"#, #"\p{N}"#, "[一-龥぀-ゟ゠-ヿ]+",
  ]

  /// Characters of every kind that the patterns tell apart.
  static let pieces = [
    " ", "  ", "\n", "\r", "\t", "\u{85}", "\u{A0}", "'", "'s", "'S", "'LL", "'re", "'v", "a", "b",
    "Z", "É", "é", "ǅ", "ʰ", "你", "好", "か", "カ", "\u{301}", "\u{93F}", "1", "23", "²", "Ⅷ", "!",
    "..", "/", "_", "+", "€", "\u{0}", "\u{200B}", "😀", "-", "\"",
  ]

  @Test(arguments: patterns.indices)
  func `scanners match what the patterns match`(number: Int) throws {
    let text = Self.patterns[number]
    let pattern = try #require(SplitPattern(text))
    let regex = try Regex(text).matchingSemantics(.unicodeScalar)
    let classes = UnicodeTables.shared.classes
    var random = SeededGenerator(seed: number)
    for _ in 0..<40 {
      let sample = TokenizerSamples.randomText(
        Self.pieces, Int.random(in: 1...9, using: &random), &random)
      let bytes = Array(sample.utf8)
      var expected: [Range<Int>] = []
      for match in sample.matches(of: regex) {
        let start = sample.utf8.distance(
          from: sample.startIndex, to: match.range.lowerBound)
        let count = sample[match.range].utf8.count
        expected.append(start..<start + count)
      }
      var found: [Range<Int>] = []
      var place = 0
      while place < bytes.count {
        if let end = pattern.match(bytes.span, at: place, classes.span) {
          found.append(place..<end)
          place = end
        } else {
          place = DecodedCharacter(bytes.span, at: place, classes.span).end
        }
      }
      #expect(found == expected, "\(sample.debugDescription)")
    }
  }

  @Test func `words are letters, marks, digits and joining signs`() throws {
    // Not held against Swift's own, whose \w is another.
    let pattern = try #require(SplitPattern(#"\w+|[^\w\s]+"#))
    let classes = UnicodeTables.shared.classes
    let bytes = Array("a\u{301}_1²!? é".utf8)
    var ends: [Int] = []
    var place = 0
    while place < bytes.count {
      place = pattern.match(bytes.span, at: place, classes.span) ?? place + 1
      ends.append(place)
    }
    #expect(ends == [5, 9, 10, 12])
  }

  @Test func `line ends may stand in a pattern as themselves`() {
    let written = Self.patterns[1]
    let plain = written.replacing("\\r", with: "\r").replacing("\\n", with: "\n")
    #expect(plain != written)
    #expect(SplitPattern(plain) == SplitPattern(written))
    #expect(SplitPattern(plain) == .cl100k(digits: 3, marksAreLetters: false))
  }

  @Test func `other patterns are not known`() {
    #expect(SplitPattern("") == nil)
    #expect(SplitPattern(#"\p{L}+"#) == nil)
    #expect(SplitPattern(Self.patterns[1] + "|x") == nil)
  }
}
