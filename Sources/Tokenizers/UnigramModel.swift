/// Unigram: of all ways to cut a word into tokens the one whose scores add up to the most.
///
/// A class, so that threads share its tables without counting references to each.
final class UnigramModel: Sendable {
  /// The numbers of the tokens by their bytes.
  private let trie: ByteTrie
  private let scores: [Double]
  /// The token that stands for a character without one.
  private let unknown: Int32
  private let unknownScore: Double
  /// Whether there are tokens for the bytes of what has none; `nil` where they are not used.
  private let byteTokens: [Bool]?

  /// How much less than the least of all scores the unknown token has.
  private static let unknownPenalty = 10.0

  /// - Parameters:
  ///   - tokens: The tokens in their order, with their scores; of two equal ones the later one holds.
  ///   - unknown: The number of the token for what is unknown.
  ///   - byteTokens: For each byte whether it has a token; `nil` where these are not used.
  init(tokens: [(bytes: [UInt8], score: Double)], unknown: Int32, byteTokens: [Bool]?) {
    var trie = ByteTrie(capacity: tokens.count * 4)
    for (number, token) in tokens.enumerated() where !token.bytes.isEmpty {
      trie.set(token.bytes, Int32(number))
    }
    self.trie = trie
    scores = tokens.map(\.score)
    self.unknown = unknown
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    self.byteTokens = byteTokens
  }

  /// Memory for one word after the other.
  struct Scratch: Sendable {
    /// For each place the best way that ends there.
    fileprivate var ends: [End] = []
  }

  fileprivate struct End: BitwiseCopyable {
    var score = 0.0
    /// Where its last token starts, −1 for no way.
    var start: Int32 = -1
    var token: Int32 = 0
  }

  /// How many tokens a word has.
  ///
  /// The score of a way is added up from its start; of two ways of one score the one holds whose last token
  /// starts first.
  ///
  /// - Parameters:
  ///   - word: UTF-8.
  ///   - scratch: Memory that is used.
  /// - Returns: The number, 0 for no word.
  /// - Complexity: O(n · m) for n bytes and tokens of up to m.
  func count(_ word: Span<UInt8>, _ scratch: inout Scratch) -> Int {
    if word.isEmpty { return 0 }
    scratch.ends.removeAll(keepingCapacity: true)
    scratch.ends.append(contentsOf: repeatElement(End(), count: word.count + 1))
    var ends = scratch.ends.mutableSpan
    var place = 0
    while place < word.count {
      let first = word[place]
      let length =
        first < 0x80 ? 1 : DecodedCharacter.decode(word, at: place, first: first).end - place
      let score = ends[place].score
      var hasOwn = false
      var node: Int32 = 0
      var end = place
      while end < word.count {
        node = trie.next(node, word[end])
        if node == 0 { break }
        end += 1
        let token = trie.value(of: node)
        if token < 0 { continue }
        let sum = scores[Int(token)] + score
        if ends[end].start < 0 || sum > ends[end].score {
          ends[end] = End(score: sum, start: Int32(place), token: token)
        }
        if end - place == length { hasOwn = true }
      }
      if !hasOwn {
        let sum = unknownScore + score
        if ends[place + length].start < 0 || sum > ends[place + length].score {
          ends[place + length] = End(score: sum, start: Int32(place), token: unknown)
        }
      }
      place += length
    }
    // Back along the way; unknown tokens in a row are one.
    var count = 0
    var unknownEnd: Int?
    place = word.count
    while place > 0 {
      let end = ends[place]
      if end.token == unknown {
        if unknownEnd == nil { unknownEnd = place }
      } else {
        if let last = unknownEnd { count += countUnknown(word.extracting(place..<last)) }
        unknownEnd = nil
        count += 1
      }
      place = Int(end.start)
    }
    if let last = unknownEnd { count += countUnknown(word.extracting(0..<last)) }
    return count
  }

  /// How many tokens a text has that is unknown as a whole.
  private func countUnknown(_ text: Span<UInt8>) -> Int {
    guard let byteTokens else { return 1 }
    var node: Int32 = 0
    for index in text.indices {
      node = trie.next(node, text[index])
      if node == 0 { break }
    }
    if node > 0, trie.value(of: node) >= 0 { return 1 }
    return text.indices.allSatisfy { byteTokens[Int(text[$0])] } ? text.count : 1
  }
}
