/// The words and texts of some samples, gathered by one worker.
///
/// For each sample hand in its parts, then end it:
///
/// ```swift
/// batch.addWords(words)
/// if plan.needsText(of: sample) { batch.addText(text) }
/// batch.endSample(sample)
/// ```
public struct TextBatch: Sendable {
  /// The samples, in the order in which they came.
  private(set) var samples: [Int32] = []
  /// The hashes of all their words.
  private(set) var words: [UInt32] = []
  /// Where each sample's words end.
  private(set) var wordEnds: [Int] = []
  /// All their texts, each part followed by a line feed.
  private(set) var bytes: [UInt8] = []
  /// Where each sample's text ends.
  private(set) var byteEnds: [Int] = []

  /// A batch of no samples.
  public init() {}

  /// How many samples were ended.
  public var count: Int { samples.count }

  /// Adds words behind those that the sample has so far.
  ///
  /// - Parameter words: The words' hashes, such as `SampleMeter` lends those of a part.
  /// - Complexity: O(words).
  public mutating func addWords(_ words: Span<UInt32>) {
    for place in words.indices { self.words.append(words[place]) }
  }

  /// Adds a part behind the text that the sample has so far, and a line feed.
  ///
  /// - Parameter text: The part's bytes.
  /// - Complexity: O(bytes).
  public mutating func addText(_ text: Span<UInt8>) {
    for place in text.indices { bytes.append(text[place]) }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Ends a sample.
  ///
  /// - Parameter sample: Its place in the pool, or what `TextCollector` makes the place of.
  public mutating func endSample(_ sample: Int) {
    samples.append(Int32(sample))
    wordEnds.append(words.count)
    byteEnds.append(bytes.count)
  }

  /// Where a sample's words lie.
  func wordRange(_ place: Int) -> Range<Int> {
    (place == 0 ? 0 : wordEnds[place - 1])..<wordEnds[place]
  }

  /// Where a sample's text lies.
  func byteRange(_ place: Int) -> Range<Int> {
    (place == 0 ? 0 : byteEnds[place - 1])..<byteEnds[place]
  }

  /// The same batch with the words and texts of those samples alone for which a condition holds.
  func keeping(words keepsWords: (Int) -> Bool, texts keepsText: (Int) -> Bool) -> TextBatch {
    var kept = TextBatch()
    kept.samples = samples
    for (place, sample) in samples.enumerated() {
      if keepsWords(Int(sample)) { kept.words += words[wordRange(place)] }
      if keepsText(Int(sample)) { kept.bytes += bytes[byteRange(place)] }
      kept.wordEnds.append(kept.words.count)
      kept.byteEnds.append(kept.bytes.count)
    }
    return kept
  }

  /// Whether a sample has words or text that are not asked for.
  func hasMore(thanWords needsWords: (Int) -> Bool, texts needsText: (Int) -> Bool) -> Bool {
    samples.enumerated().contains { place, sample in
      !wordRange(place).isEmpty && !needsWords(Int(sample))
        || !byteRange(place).isEmpty && !needsText(Int(sample))
    }
  }

  /// Counts the samples from another place in the pool.
  mutating func shift(by first: Int) {
    for place in samples.indices { samples[place] += Int32(first) }
  }
}
