import Glibc

/// The words of some samples, and which of them tell one part of these from the others.
///
/// A word counts once a sample, however often it stands there. Words of fewer than five samples are left out.
struct TellingWords: Sendable {
  /// The samples.
  private(set) var samples: [Int32] = []
  /// The words of each sample, as places in `texts`.
  private(set) var words: [[Int32]] = []
  /// The words.
  private(set) var texts: [[UInt8]] = []
  private var places: [UInt64: Int32] = [:]

  /// How many samples there are.
  var sampleCount: Int { samples.count }

  /// How many words are told at most.
  static let wordLimit = 6
  /// In how many samples a word must stand.
  private static let leastCount = 5
  /// Above which share of the samples a word is too common to tell the ends of an axis, which long texts and
  /// short ones may make as well.
  private static let mostShare = 0.1
  /// How far off chance a ratio must be: the 97.5th percentile of the normal distribution.
  private static let leastScore = 1.96
  /// The prior's weight in parts of what was counted.
  private static let priorWeight = 0.1
  /// Which share of the samples makes an end, at least.
  private static let endShare = 0.15

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - sample: The sample, after all that were added before.
  ///   - found: Its words by their hashes.
  mutating func add(_ sample: Int32, _ found: [UInt64: [UInt8]]) {
    samples.append(sample)
    words.append(
      found.map { hash, text in
        if let place = places[hash] { return place }
        let place = Int32(texts.count)
        places[hash] = place
        texts.append(text)
        return place
      })
  }

  /// In how many samples each word stands.
  private var counts: [Int] {
    var counts = [Int](repeating: 0, count: texts.count)
    for list in words { for word in list { counts[Int(word)] += 1 } }
    return counts
  }

  /// The words that tell the samples at either end of an axis from those at the other.
  ///
  /// Log-odds ratios with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, formulas 16, 20 and
  /// 22): δ = ln((y₁ + α)/(n₁ + α₀ − y₁ − α)) − ln((y₂ + α)/(n₂ + α₀ − y₂ − α)) over √(1/(y₁ + α) + 1/(y₂ + α)),
  /// y a word's count at an end and n that of all words there; α is a tenth of its count in all samples.
  ///
  /// - Parameters:
  ///   - bins: The bin of each sample.
  ///   - binCount: How many bins hold values; others count to no end.
  /// - Returns: The most telling words of the lowest bins and of the highest, as many bins as hold 15 % of the
  ///   samples; none where these overlap.
  /// - Complexity: O(words).
  func ofEnds(_ bins: [Int], binCount: Int) -> (low: [String], high: [String]) {
    var masses = [Int](repeating: 0, count: binCount)
    for bin in bins where bin < binCount { masses[bin] += 1 }
    let wanted = Self.endShare * Double(masses.reduce(0, +))
    func end(_ bins: [Int]) -> Int? {
      var mass = 0
      for bin in bins {
        mass += masses[bin]
        if mass > 0, Double(mass) >= wanted { return bin }
      }
      return nil
    }
    guard let low = end(Array(0..<binCount)), let high = end((0..<binCount).reversed()), low < high
    else { return ([], []) }
    var lower = [Int](repeating: 0, count: texts.count)
    var upper = lower
    for (bin, list) in zip(bins, words) {
      if bin <= low {
        for word in list { lower[Int(word)] += 1 }
      } else if bin >= high, bin < binCount {
        for word in list { upper[Int(word)] += 1 }
      }
    }
    let counts = counts
    let totals = (
      Double(lower.reduce(0, +)), Double(upper.reduce(0, +)),
      Double(counts.reduce(0, +)) * Self.priorWeight
    )
    var scores: [(word: Int, score: Double)] = []
    let most = max(Int(Self.mostShare * Double(samples.count)), Self.leastCount)
    for word in texts.indices where (Self.leastCount...most).contains(counts[word]) {
      let prior = Double(counts[word]) * Self.priorWeight
      let (one, other) = (Double(lower[word]) + prior, Double(upper[word]) + prior)
      let odds =
        log(one / (totals.0 + totals.2 - one)) - log(other / (totals.1 + totals.2 - other))
      let score = odds / (1 / one + 1 / other).squareRoot()
      if score.magnitude >= Self.leastScore { scores.append((word, score)) }
    }
    return (
      best(scores.filter { $0.score > 0 }),
      best(scores.compactMap { $0.score < 0 ? ($0.word, -$0.score) : nil })
    )
  }

  /// The words that tell each class of samples from the others.
  ///
  /// Class-based tf-idf (Grootendorst 2022, arXiv 2203.05794): the share of a class's words that a word makes,
  /// times ln(1 + A/f) for A words a class on average, f of them this one.
  ///
  /// - Parameters:
  ///   - classes: The class of each sample.
  ///   - count: How many classes there are; a sample of another counts to none.
  /// - Returns: The most telling words of each class, each in at least two of its samples.
  /// - Complexity: O(words).
  func ofClasses(_ classes: [Int], count: Int) -> [[String]] {
    let counts = counts
    var own = [[Int32: Int]](repeating: [:], count: count)
    var totals = [Int](repeating: 0, count: count)
    var frequencies = [Int](repeating: 0, count: texts.count)
    for (number, list) in zip(classes, words) where number < count {
      for word in list where counts[Int(word)] >= Self.leastCount {
        own[number][word, default: 0] += 1
        totals[number] += 1
        frequencies[Int(word)] += 1
      }
    }
    let filled = max(totals.count { $0 > 0 }, 1)
    let average = Double(totals.reduce(0, +)) / Double(filled)
    return own.enumerated().map { number, found in
      best(
        found.compactMap { word, count in
          if count < 2 { return nil }
          let share = Double(count) / Double(totals[number])
          return (Int(word), share * log(1 + average / Double(frequencies[Int(word)])))
        })
    }
  }

  /// The words of the largest scores; of equal ones in the order of their bytes.
  private func best(_ scores: [(word: Int, score: Double)]) -> [String] {
    let order = scores.sorted { left, right in
      left.score == right.score
        ? texts[left.word].lexicographicallyPrecedes(texts[right.word]) : left.score > right.score
    }
    return order.prefix(Self.wordLimit).map { String(decoding: texts[$0.word], as: UTF8.self) }
  }
}
