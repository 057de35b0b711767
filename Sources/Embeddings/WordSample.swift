/// The words of some samples as hashes, from which a text embedding is fitted.
///
/// A word is the hash of its lower-cased letters; whoever walks the text decides what a word is.
/// All 32 bits of a hash must be well mixed: the low 16 choose a word's bucket.
public struct WordSample: Equatable, Sendable {
  /// Words of one part that count; the rest of the part is left out.
  ///
  /// A bound makes the cost of a sample a constant and keeps one very long text from outweighing the
  /// others; 256 words of 8 bits add up within 16.
  public static let wordLimit = 256

  /// The hashes of all samples' words: prompt then answer, sample after sample.
  public private(set) var hashes: [UInt32] = []

  /// Where every part ends in `hashes`; the first entry is 0, two follow for each sample.
  public private(set) var ends: [Int] = [0]

  /// No samples yet.
  public init() {}

  /// Takes up samples that were kept; `nil` where the two lists do not fit each other.
  ///
  /// - Parameters:
  ///   - hashes: As the property of that name.
  ///   - ends: As the property of that name; no part has more words than ``wordLimit``.
  /// - Complexity: O(samples).
  public init?(hashes: [UInt32], ends: [Int]) {
    guard ends.first == 0, ends.last == hashes.count, ends.count % 2 == 1,
      zip(ends, ends.dropFirst()).allSatisfy({ (0...Self.wordLimit).contains($1 - $0) })
    else { return nil }
    self.hashes = hashes
    self.ends = ends
  }

  /// How many samples there are.
  public var count: Int { ends.count / 2 }

  /// How many words are kept, over all samples.
  public var wordCount: Int { hashes.count }

  /// Adds one sample.
  ///
  /// - Parameters:
  ///   - promptWords: Hashes of the prompt's words (with its input, where there is one); may be empty.
  ///   - answerWords: Hashes of the answer's words; may be empty.
  /// - Complexity: O(words), of which the first ``wordLimit`` of each part are kept.
  public mutating func append(promptWords: Span<UInt32>, answerWords: Span<UInt32>) {
    for index in 0..<min(promptWords.count, Self.wordLimit) { hashes.append(promptWords[index]) }
    ends.append(hashes.count)
    for index in 0..<min(answerWords.count, Self.wordLimit) { hashes.append(answerWords[index]) }
    ends.append(hashes.count)
  }

  /// Adds all samples of another set.
  ///
  /// - Parameter other: The samples to add, in their order.
  /// - Complexity: O(words of `other`).
  public mutating func append(contentsOf other: WordSample) {
    let shift = hashes.count
    hashes.append(contentsOf: other.hashes)
    for end in other.ends.dropFirst() { ends.append(end + shift) }
  }

  /// Adds one sample of another set.
  ///
  /// - Parameters:
  ///   - index: Which one, in `0..<other.count`.
  ///   - other: The set that holds it.
  /// - Complexity: O(words of the sample).
  public mutating func append(_ index: Int, of other: WordSample) {
    hashes.append(contentsOf: other.hashes[other.promptRange(index)])
    ends.append(hashes.count)
    hashes.append(contentsOf: other.hashes[other.answerRange(index)])
    ends.append(hashes.count)
  }

  /// Lends the words of one sample.
  ///
  /// - Parameters:
  ///   - index: Which one, in `0..<count`.
  ///   - body: Takes the prompt's and the answer's words.
  public func withWords(of index: Int, _ body: (Span<UInt32>, Span<UInt32>) -> Void) {
    let words = hashes.span
    body(words.extracting(promptRange(index)), words.extracting(answerRange(index)))
  }

  func promptRange(_ index: Int) -> Range<Int> { ends[2 * index]..<ends[2 * index + 1] }

  func answerRange(_ index: Int) -> Range<Int> { ends[2 * index + 1]..<ends[2 * index + 2] }

  /// The samples' indices in an order that their words alone decide.
  ///
  /// Sums taken in this order do not depend on the order in which samples were added, for equal
  /// samples are interchangeable. Ordered by a hash of the words, equal hashes by the words.
  func canonicalOrder() -> [Int] {
    let digests = (0..<count).map { digest(of: $0) }
    return (0..<count).sorted { left, right in
      digests[left] != digests[right]
        ? digests[left] < digests[right] : precedesByWords(left, right)
    }
  }

  private func digest(of index: Int) -> UInt64 {
    var digest = UInt64(promptRange(index).count)
    for place in ends[2 * index]..<ends[2 * index + 2] {
      digest = (digest ^ UInt64(hashes[place])) &* 0x9E37_79B9_7F4A_7C15
      digest ^= digest >> 29
    }
    return digest
  }

  private func precedesByWords(_ left: Int, _ right: Int) -> Bool {
    let leftPrompt = hashes[promptRange(left)]
    let rightPrompt = hashes[promptRange(right)]
    if leftPrompt != rightPrompt { return leftPrompt.lexicographicallyPrecedes(rightPrompt) }
    return hashes[answerRange(left)].lexicographicallyPrecedes(hashes[answerRange(right)])
  }
}
