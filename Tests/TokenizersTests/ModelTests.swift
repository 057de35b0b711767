import TestSupport
import Testing

@testable import Tokenizers

struct ModelTests {
  @Test(arguments: 0..<40)
  func `pairs are joined as by definition`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let letters = "abcd"
    let merges = TokenizerSamples.randomMerges(letters: letters, count: 30, &random)
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(model: TokenizerSamples.bytePair(letters: letters, merges: merges)))
    // Both ways of joining: by looking over the whole word, and by a heap.
    for length in [0, 1, 2, 3, 7, 20, 39, 40, 41, 42, 90, 200] {
      let word = TokenizerSamples.randomText(letters.map(String.init), length, &random)
      #expect(
        TokenizerSamples.count(word, tokenizer) == TokenizerSamples.naiveCount(word, merges),
        "\(word)")
    }
  }

  @Test func `a pair that is listed twice has its last rank`() throws {
    let merges = [("a", "b"), ("b", "c"), ("a", "b")]
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(model: TokenizerSamples.bytePair(letters: "abc", merges: merges)))
    #expect(TokenizerSamples.count("abcc", tokenizer) == 3)
    #expect(TokenizerSamples.naiveCount("abcc", merges) == 3)
  }

  @Test func `what has no token is left out, unknown each for itself, unknown as one, or bytes`()
    throws
  {
    func count(_ more: String, _ letters: String = "ab?") throws -> Int {
      let model = TokenizerSamples.bytePair(
        letters: letters, merges: [("a", "b")], more: more)
      return TokenizerSamples.count(
        "abéßab", try TokenizerSamples.read(TokenizerSamples.json(model: model)))
    }
    #expect(try count("") == 2)
    #expect(try count(", \"unk_token\": \"?\"") == 4)
    #expect(try count(", \"unk_token\": \"?\", \"fuse_unk\": true") == 3)
    var vocabulary = "\"a\": 0, \"b\": 1, \"ab\": 2"
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      vocabulary += ", \"<0x\(byte < 16 ? "0" : "")\(digits)>\": \(byte + 3)"
    }
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model:
          "{\"type\": \"BPE\", \"vocab\": {\(vocabulary)}, \"merges\": [\"a b\"], \"byte_fallback\": true}"
      ))
    #expect(TokenizerSamples.count("abéßab", tokenizer) == 6)
  }

  @Test func `a word that is a token stays whole where merges are ignored`() throws {
    let model =
      "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"aba\": 2}, \"merges\": []"
    func count(_ more: String) throws -> Int {
      TokenizerSamples.count(
        "aba", try TokenizerSamples.read(TokenizerSamples.json(model: model + more + "}")))
    }
    #expect(try count("") == 3)
    #expect(try count(", \"ignore_merges\": true") == 1)
  }

  @Test(arguments: 0..<20)
  func `pieces of words are the longest there are`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var tokens = ["[UNK]", "a", "b", "é", "##a", "##é"]
    while tokens.count < 16 {
      let length = Int.random(in: 1...4, using: &random)
      let token =
        (Bool.random(using: &random) ? "##" : "")
        + TokenizerSamples.randomText(["a", "b", "é"], length, &random)
      if !tokens.contains(token) { tokens.append(token) }
    }
    let vocabulary = tokens.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model:
          "{\"type\": \"WordPiece\", \"vocab\": {\(vocabulary)}, \"unk_token\": \"[UNK]\", \"max_input_chars_per_word\": 9}"
      ))
    for length in [1, 2, 3, 5, 8, 9, 10, 30] {
      let word = TokenizerSamples.randomText(["a", "b", "é"], length, &random)
      var left = Substring(word)
      var count = 0
      var isKnown = word.count <= 9
      while isKnown, !left.isEmpty {
        var piece = left
        let prefix = count == 0 ? "" : "##"
        while !piece.isEmpty, !tokens.contains(prefix + piece) { piece = piece.dropLast() }
        isKnown = !piece.isEmpty
        left = left.dropFirst(piece.count)
        count += 1
      }
      #expect(TokenizerSamples.count(word, tokenizer) == (isKnown ? count : 1), "\(word)")
    }
  }

  @Test func `what is remembered changes no count`() throws {
    var random = SeededGenerator(seed: 3)
    let merges = TokenizerSamples.randomMerges(letters: "abc", count: 20, &random)
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model: TokenizerSamples.bytePair(letters: "abc", merges: merges),
        preTokenizer: "{\"type\": \"WhitespaceSplit\"}"))
    var counter = TokenCounter(tokenizer)
    for _ in 0..<300 {
      let text = TokenizerSamples.randomText(
        ["a", "b", "c", " ", "abcabcabcabcabcabc", "ab"], 60, &random)
      let bytes = Array(text.utf8)
      let expected = text.split(separator: " ").reduce(0) {
        $0 + TokenizerSamples.naiveCount(String($1), merges)
      }
      let count = counter.count(bytes.span)
      #expect(count == expected)
    }
  }
}
