import JSON
import TestSupport

@testable import Tokenizers

/// Small tokenizers, and what their parts are by definition.
enum TokenizerSamples {
  /// A tokenizer of some parts, as JSON.
  static func json(
    model: String, normalizer: String = "null", preTokenizer: String = "null",
    postProcessor: String = "null", added: String = "[]"
  ) -> String {
    """
    {"version": "1.0", "added_tokens": \(added), "normalizer": \(normalizer), "pre_tokenizer": \
    \(preTokenizer), "post_processor": \(postProcessor), "model": \(model)}
    """
  }

  static func read(_ json: String) throws(TokenizersError) -> Tokenizer {
    let bytes = Array(json.utf8)
    return try Tokenizer(parsing: bytes.span)
  }

  static func count(_ text: String, _ tokenizer: Tokenizer) -> Int {
    var counter = TokenCounter(tokenizer)
    let bytes = Array(text.utf8)
    return counter.count(bytes.span)
  }

  /// A model of pairs of a few letters: each merge joins two tokens that are there already.
  static func bytePair(
    letters: String, merges: [(String, String)], more: String = ""
  ) -> String {
    var tokens = letters.map(String.init)
    for (first, second) in merges where !tokens.contains(first + second) {
      tokens.append(first + second)
    }
    let vocabulary = tokens.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    let pairs = merges.map { "\"\($0) \($1)\"" }.joined(separator: ", ")
    return "{\"type\": \"BPE\", \"vocab\": {\(vocabulary)}, \"merges\": [\(pairs)]\(more)}"
  }

  static func randomMerges(
    letters: String, count: Int, _ random: inout SeededGenerator
  ) -> [(String, String)] {
    var tokens = letters.map(String.init)
    var merges: [(String, String)] = []
    while merges.count < count {
      let first = tokens[Int.random(in: 0..<tokens.count, using: &random)]
      let second = tokens[Int.random(in: 0..<tokens.count, using: &random)]
      if merges.contains(where: { $0 == (first, second) }) { continue }
      merges.append((first, second))
      if !tokens.contains(first + second) { tokens.append(first + second) }
    }
    return merges
  }

  /// Joins by definition: of all pairs the one learned first, the leftmost of equals.
  static func naiveCount(_ word: String, _ merges: [(String, String)]) -> Int {
    var parts = word.map(String.init)
    while true {
      var best: (rank: Int, place: Int)?
      for place in parts.indices.dropLast() {
        guard
          let rank = merges.lastIndex(where: { $0 == (parts[place], parts[place + 1]) })
        else { continue }
        if best.map({ rank < $0.rank }) ?? true { best = (rank, place) }
      }
      guard let best else { return parts.count }
      parts[best.place] += parts.remove(at: best.place + 1)
    }
  }

  static func randomText(_ pieces: [String], _ count: Int, _ random: inout SeededGenerator)
    -> String
  {
    (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
  }
}
