/// The words of those samples that have the smallest keys.
///
/// Keys drawn from the samples' own bytes make this a random sample of the distinct ones, which does not
/// depend on the order in which they are added, nor on how they are divided (a bottom-k sketch: Cohen
/// and Kaplan 2007, doi:10.1145/1281100.1281133). Samples of equal keys are taken for one.
public struct WordReservoir: Sendable {
  /// How many samples are kept.
  public let limit: Int
  /// Samples whose keys lie at or above it are not taken in: the limit-th smallest key of a while ago.
  public private(set) var bound = UInt64.max

  private var ceiling = UInt64.max
  private var words = WordSample()
  private var keys: [UInt64] = []

  /// Keeps nothing yet.
  ///
  /// - Parameter limit: How many samples to keep, at least 1.
  public init(limit: Int) {
    precondition(limit >= 1, "a reservoir keeps at least one sample")
    self.limit = limit
  }

  /// Lets go of samples whose keys lie at or above a ceiling, those that were added already too.
  ///
  /// - Parameter ceiling: The first key that is not wanted.
  public mutating func lower(to ceiling: UInt64) {
    self.ceiling = min(self.ceiling, ceiling)
    bound = min(bound, ceiling)
  }

  /// Adds samples.
  ///
  /// - Parameters:
  ///   - samples: Their words.
  ///   - keys: One key a sample, in their order.
  /// - Precondition: There are as many keys as samples.
  /// - Complexity: O(words of the samples), amortised, and O(log `limit`) a sample that is taken in.
  public mutating func append(contentsOf samples: WordSample, keys: [UInt64]) {
    precondition(samples.count == keys.count, "a key belongs to every sample")
    for (index, key) in keys.enumerated() where key < bound {
      words.append(index, of: samples)
      self.keys.append(key)
      // A quarter more than is kept, so that sorting is rare and memory small.
      if self.keys.count > limit + limit / 4 { cut() }
    }
  }

  /// The samples with the smallest keys, at most `limit`, by rising key.
  ///
  /// - Returns: Samples that depend on what was added alone, not on its order.
  /// - Complexity: O(words kept + `limit` log `limit`).
  public mutating func sample() -> WordSample {
    cut()
    return words
  }

  /// The same with their keys, for a reservoir elsewhere that takes in the samples of several.
  ///
  /// - Returns: What was kept of the samples, and one key a sample, ascending.
  /// - Complexity: As `sample()`.
  public mutating func keyedSample() -> (words: WordSample, keys: [UInt64]) {
    cut()
    return (words, keys)
  }

  /// Leaves the samples with the smallest keys.
  private mutating func cut() {
    var keptKeys: [UInt64] = []
    var keptWords = WordSample()
    for index in keys.indices.sorted(by: { keys[$0] < keys[$1] }) {
      if keptKeys.count == limit || keys[index] >= ceiling { break }
      if keptKeys.last == keys[index] { continue }
      keptKeys.append(keys[index])
      keptWords.append(index, of: words)
    }
    keys = keptKeys
    words = keptWords
    if keys.count == limit, let last = keys.last { bound = min(bound, last) }
  }
}
