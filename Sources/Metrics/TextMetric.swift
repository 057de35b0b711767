/// The metrics of `TextMetrics`, by name.
///
/// The words are those that `--exclude` compares texts by: runs of letters and digits, ASCII capitals
/// lowered, every ideograph and kana a word of its own, known by 32-bit hashes. A sample's words are one
/// sequence, that of all its compared parts in order; a run of words may reach from one part of a sample
/// into the next, as it does where other tools are handed a record as one text, and never into another
/// sample.
public enum TextMetric: String, DescribedMetric {
  /// Different words over words.
  case distinct1 = "distinct_1"
  /// Different runs of two words over all.
  case distinct2 = "distinct_2"
  /// Different runs of three words over all.
  case distinct3 = "distinct_3"
  /// Different runs of four words over all.
  case distinct4 = "distinct_4"
  /// The mean BLEU of a sample against the others.
  case selfBLEU = "self_bleu"
  /// Bytes over compressed bytes.
  case compressionRatio = "compression_ratio"
  /// How often runs of four words stand in other samples too.
  case selfRepetition = "self_repetition"

  /// How many words make the runs that a metric counts the different ones of; `nil` for other metrics.
  public var distinctLength: Int? {
    switch self {
    case .distinct1: 1
    case .distinct2: 2
    case .distinct3: 3
    case .distinct4: 4
    case .selfBLEU, .compressionRatio, .selfRepetition: nil
    }
  }

  /// What the metric says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    switch self {
    case .distinct1, .distinct2, .distinct3, .distinct4: distinctExplanation
    case .selfBLEU:
      explained(
        "How much of each text can be pieced together from the other texts of the set.",
        formula:
          "mean over texts of BLEU-4(text; all others), uniform weights, precision of no match"
          + " 0.1/n (Chen and Cherry's smoothing 1), brevity against the closest length; among at most"
          + " 500 texts drawn by seed and content",
        range: "0 … 1; none for fewer than two texts with words", direction: .lower,
        source: "Zhu et al. 2018 (Texygen); Papineni et al. 2002; Chen and Cherry 2014",
        cost: "O(words of the texts drawn)",
        blindTo:
          "Grows with the number of texts, so compare sets of at least 500; paraphrases; texts of"
          + " fewer than four words are all alike to it.")
    case .compressionRatio:
      explained(
        "How redundant the text is; higher is more redundant.",
        formula:
          "bytes / bytes after zlib level 9, in blocks of 1 MiB, texts by content hash, a line"
          + " feed after each; of a larger set texts drawn by seed and content up to a bound",
        range: "above 0, about 1 for noise, at most about 1030; none without text",
        direction: .lower,
        source: "Shaib et al. 2024, arXiv:2403.00553; others print the inverse",
        cost:
          "10 MB/s a core",
        blindTo:
          "Repetition farther apart than 32 KiB; and languages and scripts differ more than sets"
          + " do.")
    case .selfRepetition:
      explained(
        "How often the runs of four words of a text stand in other texts of the set too.",
        formula: "mean over texts of ln(1 + sum over the text's different runs of four words of the"
          + " number of other texts with it); among at most 4096 texts drawn by seed and content",
        range: "at least 0; none for fewer than two texts with words", direction: .lower,
        source: "Salkar et al. 2022, arXiv:2210.08145; Shaib et al. 2024",
        cost: "O(words of the texts drawn)",
        blindTo:
          "Grows with the length and the number of texts, so compare sets of at least 4096 or of"
          + " one size; paraphrases.")
    }
  }

  private var distinctExplanation: MetricDescription {
    let length = distinctLength ?? 1
    let thing = length == 1 ? "words" : "runs of \(length) words"
    return explained(
      "The share of \(thing) in the set that are different.",
      formula: "different \(thing) / all \(thing), case of ASCII letters aside",
      range: "above 0 … 1; none without \(thing)", direction: .higher,
      source: "Li et al. 2016, over a whole set",
      cost:
        "O(words); counted by 64-bit hashes, exactly up to 4,194,304 different ones, beyond estimated"
        + " from a sample of the hashes (Flajolet 1990) to 0.06 %",
      blindTo: "Falls as a set or its texts grow: compare sets of one size, such as random ones.")
  }
}

/// How diverse the texts of a set are.
public struct TextMetrics: Sendable, Equatable {
  /// What was measured and is defined; a metric that is neither has no value.
  public var values: [TextMetric: Double] = [:]
  /// How many words the set has, where the runs of words were counted.
  public var wordCount: Int?
  /// The metrics among `distinct_1` … `distinct_4` whose different runs are an estimate.
  public var estimated: Set<TextMetric> = []
  /// How many texts `self_bleu` was taken among.
  public var selfBLEUTexts: Int?
  /// How many texts `self_repetition` was taken among.
  public var selfRepetitionTexts: Int?
  /// How many texts were compressed.
  public var compressedTexts: Int?
  /// How many bytes they had.
  public var compressedTextBytes: Int?

  /// Nothing measured.
  public init() {}

  /// The value of a metric.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it was not computed or is not defined for the set.
  public subscript(metric: TextMetric) -> Double? { values[metric] }
}
