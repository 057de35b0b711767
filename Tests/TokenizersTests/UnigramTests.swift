import TestSupport
import Testing

@testable import Tokenizers

struct UnigramTests {
  /// A model as JSON; the first token is what stands for the unknown.
  static func model(_ tokens: [(String, Double)], more: String = "") -> String {
    let list = tokens.map { "[\"\($0.0)\", \($0.1)]" }.joined(separator: ", ")
    return "{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], \(list)]\(more)}"
  }

  private func count(
    _ text: String, _ tokens: [(String, Double)], more: String = "", preTokenizer: String = "null"
  ) throws -> Int {
    TokenizerSamples.count(
      text,
      try TokenizerSamples.read(
        TokenizerSamples.json(
          model: Self.model(tokens, more: more), preTokenizer: preTokenizer)))
  }

  /// The tokens of the best of all ways to cut a word, each tried; unknown ones in a row are one.
  static func naive(_ word: [Character], _ scores: [String: Double]) -> Int {
    let unknown = min(0, scores.values.min() ?? 0) - 10
    var best: (score: Double, count: Int)?
    func go(_ start: Int, _ score: Double, _ count: Int, _ wasUnknown: Bool) {
      if start == word.count {
        if score > best?.score ?? -.infinity { best = (score, count) }
        return
      }
      for end in start + 1...word.count {
        if let own = scores[String(word[start..<end])] {
          go(end, score + own, count + 1, false)
        } else if end == start + 1 {
          go(end, score + unknown, wasUnknown ? count : count + 1, true)
        }
      }
    }
    go(0, 0, 0, false)
    return best?.count ?? 0
  }

  @Test(arguments: 0..<40)
  func `a word has the tokens of its best way`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Array("abcdé你")
    var scores: [String: Double] = [:]
    while scores.count < 14 {
      let length = Int.random(in: 1...3, using: &random)
      let token = (0..<length).map { _ in letters[Int.random(in: 0..<6, using: &random)] }
      scores[String(token)] = -Double.random(in: 1...9, using: &random)
    }
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model: Self.model(scores.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })))
    var counter = TokenCounter(tokenizer)
    for _ in 0..<40 {
      let word = (0..<Int.random(in: 1...9, using: &random)).map { _ in
        letters[Int.random(in: 0..<6, using: &random)]
      }
      let bytes = Array(String(word).utf8)
      let found = counter.count(bytes.span)
      #expect(found == Self.naive(word, scores), "\(String(word))")
    }
  }

  @Test func `unknown characters in a row are one token, or their bytes`() throws {
    #expect(try count("xxaxx", [("a", -1)]) == 3)
    #expect(try count("", [("a", -1)]) == 0)
    let bytes = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return ("<0x\(digits.count == 1 ? "0" : "")\(digits)>", -20.0)
    }
    #expect(try count("xéa", [("a", -1)] + bytes, more: ", \"byte_fallback\": true") == 4)
    #expect(try count("xéa", [("a", -1)] + bytes) == 2)
    // Bytes that have no tokens do not stand in for anything.
    #expect(
      try count("xéa", [("a", -1)] + bytes.prefix(100), more: ", \"byte_fallback\": true") == 2)
    // What is unknown together and known as a whole is that.
    #expect(
      try count(
        "xy", [("xy", -999), ("a", -1)] + bytes, more: ", \"byte_fallback\": true") == 1)
  }

  @Test func `of equal scores the way whose last token is longest holds`() throws {
    // 'ab' + 'c' and 'a' + 'bc' have one score; so have 'abc' and three letters.
    #expect(
      try count("abc", [("a", -1), ("b", -1), ("c", -1), ("abc", -3)]) == 1)
  }

  @Test func `words part at spaces, and a long text is cut as its words are`() throws {
    let metaspace = "{\"type\": \"Metaspace\", \"replacement\": \"▁\"}"
    let tokens = [("▁", -4.0), ("▁a", -1), ("a", -2), ("▁aa", -1.5)]
    #expect(try count("a aa  a", tokens, preTokenizer: metaspace) == 4)
    let long = String(repeating: "a aa ", count: 2000) + "a"
    #expect(try count(long, tokens, preTokenizer: metaspace) == 4001)
  }

  @Test func `what is no such model is refused by name`() {
    func error(_ model: String) -> TokenizersError? {
      do throws(TokenizersError) {
        _ = try TokenizerSamples.read(TokenizerSamples.json(model: model))
        return nil
      } catch {
        return error
      }
    }
    #expect(error("{\"type\": \"Unigram\", \"vocab\": []}") == .malformed(part: "model.vocab"))
    #expect(
      error("{\"type\": \"Unigram\", \"vocab\": [[\"a\", 0], [\"b\"]], \"unk_id\": 0}")
        == .malformed(part: "model.vocab[1]"))
    #expect(
      error("{\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]]}")
        == .unsupported(part: "model", what: "Unigram without unk_id"))
    #expect(
      error("{\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]], \"unk_id\": 1}")
        == .malformed(part: "model.unk_id"))
    #expect(
      error(Self.model([("a", -1)], more: ", \"alpha\": 0.1"))
        == .unsupported(part: "model", what: "alpha"))
  }

  @Test func `a vocabulary of a hundred thousand tokens is read`() throws {
    let tokens = (0..<100_000).map { ("t\($0)", -1.0 - Double($0 % 7)) }
    #expect(try count("t5t99999", tokens) == 2)
  }
}
