internal import Numbers

/// What of the texts of a pool has to be seen to measure sets of its samples.
///
/// A large set is judged by a few of its texts where all would cost too much. They are drawn by a hash of
/// seed and content, so that neither the order of the pool nor its files matter: the texts of smallest hash
/// of each set. Sets that overlap share texts, which are kept once.
public struct TextPlan: Sendable {
  /// How much of a set's text is looked at.
  public struct Limits: Sendable, Equatable {
    /// How many texts `self_bleu` is taken among at most.
    public var selfBLEUTexts = 500
    /// How many texts `self_repetition` is taken among at most.
    public var selfRepetitionTexts = 4096
    /// How many bytes of text are compressed at most, by the sizes that the plan is told; a first text
    /// that is larger is compressed all the same.
    ///
    /// Draws of one set differ by 0.2 % at 4 MiB and 0.3 % at 1 MiB, which is enough for many sets: this
    /// is by far the dearest of the metrics. Sets are comparable at one limit only.
    public var compressedBytes = 4 << 20
    /// Up to how many different runs of words of one length in one set are counted exactly.
    public var distinctRuns = 1 << 22
    /// How many words of all sets are kept at most until they are counted, 4 bytes each.
    public var keptWords = 1 << 26

    /// The usual limits.
    public init() {}
  }

  /// The samples of each set.
  let sets: [[Int32]]
  /// What is measured.
  let metrics: Set<TextMetric>
  /// How much is looked at.
  let limits: Limits
  /// The samples of each set that `self_bleu` is taken among, by content hash.
  let selfBLEUSamples: [[Int32]]
  /// The same for `self_repetition`.
  let selfRepetitionSamples: [[Int32]]
  /// The samples of each set that are compressed, by content hash.
  let compressedSamples: [[Int32]]
  /// How many samples the pool has.
  let poolCount: Int
  private var uses: [Use]

  private struct Use: OptionSet {
    let rawValue: UInt8
    /// The sample's words are counted.
    static let counted = Use(rawValue: 1)
    /// Its words are drawn.
    static let drawn = Use(rawValue: 2)
    /// Its text is compressed.
    static let compressed = Use(rawValue: 4)
  }

  /// Plans the measuring of sets.
  ///
  /// - Parameters:
  ///   - sets: The samples of each set, each once in a set.
  ///   - contentHash: One for each sample of the pool. Samples of one hash have one text.
  ///   - byteCounts: The size of each sample of the pool, such as the bytes of its line.
  ///   - metrics: What to measure.
  ///   - seed: What drawing starts from; a set within the limits does not depend on it.
  ///   - limits: How much of a set's text is looked at.
  /// - Complexity: O(n + Σ m) time for n samples of the pool and m of a set; n + 12 m bytes, m the
  ///   samples drawn.
  public init(
    sets: [[Int32]], contentHash: [UInt64], byteCounts: [UInt32],
    metrics: Set<TextMetric> = Set(TextMetric.allCases), seed: UInt64 = 0, limits: Limits = Limits()
  ) {
    precondition(contentHash.count == byteCounts.count, "a sample has one hash and one size")
    precondition(
      limits.selfBLEUTexts >= 2 && limits.selfRepetitionTexts >= 2, "a text is held against others")
    precondition(limits.distinctRuns >= 1 && limits.keptWords >= 1, "something must be kept")
    self.sets = sets
    self.metrics = metrics
    self.limits = limits
    poolCount = contentHash.count
    uses = [Use](repeating: [], count: contentHash.count)
    var (forBLEU, forRepetition, forCompression) = ([[Int32]](), [[Int32]](), [[Int32]]())
    let counts = metrics.contains { $0.distinctLength != nil }
    let draws = metrics.contains { $0.distinctLength == nil }
    for set in sets {
      if counts { for sample in set { uses[Int(sample)].insert(.counted) } }
      guard draws else {
        forBLEU.append([])
        forRepetition.append([])
        forCompression.append([])
        continue
      }
      let drawn = Self.drawn(set, contentHash: contentHash, byteCounts: byteCounts, seed: seed)
      // By content hash alone, so that nothing depends on the seed where all texts are drawn.
      func ordered(_ samples: ArraySlice<Int32>, for metric: TextMetric) -> [Int32] {
        metrics.contains(metric)
          ? stableSorted(Array(samples)) { contentHash[Int($0)] } : []
      }
      forBLEU.append(ordered(drawn.prefix(limits.selfBLEUTexts), for: .selfBLEU))
      forRepetition.append(ordered(drawn.prefix(limits.selfRepetitionTexts), for: .selfRepetition))
      forCompression.append(
        ordered(
          Self.prefix(of: drawn, bytes: limits.compressedBytes, byteCounts: byteCounts),
          for: .compressionRatio))
    }
    for sample in (forBLEU + forRepetition).joined() { uses[Int(sample)].insert(.drawn) }
    for sample in forCompression.joined() { uses[Int(sample)].insert(.compressed) }
    selfBLEUSamples = forBLEU
    selfRepetitionSamples = forRepetition
    compressedSamples = forCompression
  }

  /// Whether a sample has to be read.
  ///
  /// - Parameter sample: Its place in the pool.
  /// - Returns: Whether its words or its text is needed.
  public func needs(_ sample: Int) -> Bool { !uses[sample].isEmpty }

  /// Whether a sample's words are needed.
  ///
  /// - Parameter sample: Its place in the pool.
  /// - Returns: Whether `TextBatch` has to be given them.
  public func needsWords(of sample: Int) -> Bool {
    uses[sample].contains(.counted) || uses[sample].contains(.drawn)
  }

  /// Whether a sample's text is needed, besides its words.
  ///
  /// - Parameter sample: Its place in the pool.
  /// - Returns: Whether `TextBatch` has to be given it.
  public func needsText(of sample: Int) -> Bool { uses[sample].contains(.compressed) }

  /// Whether a sample's words are needed once they were counted.
  func draws(_ sample: Int) -> Bool { uses[sample].contains(.drawn) }

  /// How many different runs of words are counted exactly where the counts of all sets are kept at once.
  var sharedDistinctRuns: Int {
    var share = limits.distinctRuns
    var sets = sets.count
    while sets > 1, share > 1 << 16 {
      share /= 2
      sets = (sets + 1) / 2
    }
    return share
  }

  /// A set's samples by a hash of seed and content; equal content by size.
  private static func drawn(
    _ set: [Int32], contentHash: [UInt64], byteCounts: [UInt32], seed: UInt64
  ) -> [Int32] {
    // Not the hash by which random subsets are drawn from the same seed: those would be judged by the
    // same texts again and again.
    let key = scrambled(seed ^ 0x7465_7874_5F6D_6574)
    var order = stableSorted(set) { scrambled(contentHash[Int($0)] ^ key) }
    var start = 0
    while start < order.count {
      let hash = contentHash[Int(order[start])]
      var end = start + 1
      while end < order.count, contentHash[Int(order[end])] == hash { end += 1 }
      if end - start > 1 {
        order[start..<end].sort { byteCounts[Int($0)] < byteCounts[Int($1)] }
      }
      start = end
    }
    return order
  }

  /// The samples from the front whose sizes stay within a bound, at least one.
  private static func prefix(
    of samples: [Int32], bytes: Int, byteCounts: [UInt32]
  ) -> ArraySlice<Int32> {
    var sum = 0
    var count = 0
    for sample in samples {
      sum += Int(byteCounts[Int(sample)])
      if count > 0, sum > bytes { break }
      count += 1
    }
    return samples.prefix(count)
  }
}
