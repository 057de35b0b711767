/// The built-in text embedding: a vector for a sample, learned from the words of the pool itself.
///
/// It needs no model file and no network, costs a few nanoseconds a word, and gives the same bits
/// on every machine, for any number of threads.
///
/// # Fitting
///
/// A sample of the pool (at most ``trainingSampleLimit`` samples) gives a matrix of weighted word
/// counts; a randomised range finder gives the directions in which it varies most; every word then
/// gets the unit vector of its own column in those directions.
///
/// 1. *Buckets.* A word stands for the low 16 bits of its hash. Words that share a bucket share
///    everything from here on.
/// 2. *Weights.* p(b) is the share of bucket b among all words of the sample. A bucket is known
///    when at least 2 samples hold it (1 in a sample of fewer than 500); its weight is
///    w(b) = √(a / (a + p(b))) with a = 0.001, the root of the smooth inverse frequency of Arora,
///    Liang and Ma, *A Simple but Tough-to-Beat Baseline for Sentence Embeddings* (2017).
/// 3. *Matrix.* X(i, b) = log(1 + 3 · prompt count + answer count) · w(b), rows to unit length. A
///    word of the prompt counts three times: what is asked tells a topic better than the answer.
/// 4. *Range.* From a seeded ±1 matrix B of r columns, three times: Q = orthonormalise(X B), then
///    B = Xᵀ Q (Halko, Martinsson and Tropp, *Finding Structure with Randomness*, 2011, algorithm
///    4.4). The rows of B are, up to a rotation, the words' coordinates of latent semantic analysis
///    (Deerwester et al., *Indexing by Latent Semantic Analysis*, 1990): singular vectors times
///    singular values. Cosines do not see the rotation, so no singular values are computed. r is
///    the dimension, but never more than there are samples or known words; in a sample of fewer
///    than 500 it is an eighth of it, at least 4, for more would fit single samples. Unused
///    coordinates are zero.
/// 5. *Word rows.* T(b) = w(b) · B(b) / |B(b)|, as 8-bit integers with one scale for the whole
///    table.
/// 6. *Mean and length.* Over the sample: the mean vector μ, mean and deviation of L = log(1 +
///    words), and the slope g = mean of z · (e − μ) with z = (L − mean) / deviation. Without this
///    last step the first topic axis is text length.
///
/// A sample of fewer than 16 teaches nothing about words: every bucket then gets a seeded row of ±1
/// times its weight, and neither mean nor length is removed.
///
/// # Embedding
///
/// e = unit(Σ prompt words 3 · T(b) + Σ answer words T(b)), then unit(e − μ − z · g), with z held
/// within 8 deviations. At most ``WordSample/wordLimit`` words a part are used. Vectors have unit
/// length, except for the zero vector of a text without a known word, or one that is the mean
/// itself (as when all samples are equal): its cosine with everything is 0.
///
/// # What it does not see
///
/// Word order, and words that the sample does not hold (in a large sample: that only one of its
/// samples holds). Synonyms are near only when the pool uses them alike: 10-nearest-neighbour label
/// agreement was 0.80 to 1.2 times that of a pre-trained sentence encoder on seven labelled sets,
/// lowest on short paraphrased requests, which ask for meaning most. Languages written without
/// spaces are as good as what the caller calls a word; one word a character works.
///
/// # Determinism
///
/// The model depends on the words of the samples, the dimension and the seed; not on the order in
/// which samples were added (they are put into an order of their own), nor on threads (every number
/// is computed by one thread in a fixed order, partial sums are added in order), nor on the
/// processor: no BLAS, no fused multiply-add, no logarithm of the C library.
public struct TextEmbedding: Sendable {
  /// Numbers in a vector when nothing else is asked for.
  ///
  /// 64 loses a few hundredths of label agreement where many sources are mixed; 128 gains one more
  /// hundredth, while the principal components' cost grows with the square.
  public static let defaultDimension = 96

  /// Samples worth fitting with: agreement still grew by 0.03 from 8,000 to 16,000, by 0.01 beyond.
  ///
  /// A larger sample is fitted all the same, at its cost.
  public static let trainingSampleLimit = 16_384

  /// The largest dimension that can be asked for.
  public static let dimensionLimit = 1024

  /// Numbers in a vector.
  public let dimension: Int

  /// The seed that the model was fitted with.
  public let seed: UInt64

  /// Where the words' rows come from.
  enum Rows: Equatable, Sendable {
    /// Learned: the bucket of row 1, 2, … in order of descending frequency; row 0 is zero, for
    /// words that are not known.
    case learned(buckets: [UInt16])
    /// Drawn: signs from the seed, times the weight of every bucket in 127ths.
    case drawn(weights: [UInt8])
  }

  let rows: Rows
  let table: WordTable

  /// Mean of log(1 + words) in the sample, and its deviation; a deviation of 0 removes no length.
  let lengthMean: Double
  let lengthDeviation: Double

  /// μ and g, padded with zeros to the table's stride.
  let mean: [Float]
  let slope: [Float]

  /// A model of its parts; `mean` and `slope` as long as the dimension or as the table's stride.
  init(
    dimension: Int, seed: UInt64, rows: Rows, table: WordTable,
    length: (mean: Double, deviation: Double) = (0, 0), mean: [Float] = [], slope: [Float] = []
  ) {
    self.dimension = dimension
    self.seed = seed
    self.rows = rows
    self.table = table
    lengthMean = length.mean
    lengthDeviation = length.deviation
    self.mean = mean + [Float](repeating: 0, count: table.stride - mean.count)
    self.slope = slope + [Float](repeating: 0, count: table.stride - slope.count)
  }

  /// How many buckets have learned rows; 0 for drawn rows.
  public var knownWordCount: Int {
    if case .learned(let buckets) = rows { buckets.count } else { 0 }
  }

  /// A worker's own embedder; make one a thread.
  public func makeEmbedder() -> Embedder { Embedder(self) }
}

extension TextEmbedding {
  /// Times that a word of the prompt counts, against once for one of the answer.
  static let promptWeight = 3

  /// a of the word weights: a word this frequent weighs √½.
  ///
  /// Larger values let frequent words drown paraphrases, smaller ones lose wording and format.
  static let frequencyHalving = 1e-3

  /// Samples that must hold a bucket before it is known, in a sample of `smallSample` or more.
  static let leastHolders = 2

  /// Below this many samples every bucket is known, and the rank grows with the sample.
  static let smallSample = 500

  /// Samples a direction in a small sample, and the least directions there.
  static let samplesPerDirection = 8
  static let leastRank = 4

  /// Below this many samples rows are drawn, not learned.
  static let leastLearningSample = 16

  /// Rounds of orthonormalising and multiplying; the first finds the range, two more sharpen it.
  static let rounds = 3

  /// Buckets, from the low 16 bits of a hash.
  static let bucketCount = 65_536

  /// Known buckets at most: rows are numbered in 16 bits, and row 0 is taken.
  static let knownLimit = 65_535

  /// What is left of a unit vector after mean and length is noise when it is no longer than this:
  /// a hundred times the rounding of its floats.
  static let leastLength: Float = 1e-5

  /// Deviations within which z is held.
  ///
  /// Real texts stay far within. Where nearly all samples of a fit were equally long, a text of
  /// another length would otherwise be nothing but its length.
  static let largestDeviation = 8.0

  /// A word whose row keeps less than this of its column is outside of the range found: what it has
  /// is rounding.
  static let leastShare = 1e-4

  /// The largest entry of the integer table; 256 of them add up within 16 bits.
  static let largestEntry = 127

  /// log of 1 up to one more than all words of a sample, the prompt's three times.
  static let logarithms = Logarithms(upTo: (promptWeight + 1) * WordSample.wordLimit + 1)

  /// w(p) = √(a / (a + p)).
  static func wordWeight(share: Double) -> Double {
    (frequencyHalving / (frequencyHalving + share)).squareRoot()
  }

  /// The table of learned rows: row 0 zero, then one for each bucket.
  static func learnedTable(
    buckets: [UInt16], columnCount: Int, fill: (Int, inout MutableSpan<Int8>) -> Void
  ) -> WordTable {
    var rowsByBucket = [UInt16](repeating: 0, count: bucketCount)
    for (place, bucket) in buckets.enumerated() { rowsByBucket[Int(bucket)] = UInt16(place + 1) }
    return WordTable(
      rowCount: buckets.count + 1, columnCount: columnCount, rowsByBucket: rowsByBucket
    ) { row, entries in if row > 0 { fill(row - 1, &entries) } }
  }

  /// The table of drawn rows: bucket b in row b.
  static func drawnTable(weights: [UInt8], columnCount: Int, seed: UInt64) -> WordTable {
    WordTable(
      rowCount: bucketCount, columnCount: columnCount, rowsByBucket: (0...UInt16.max).map { $0 }
    ) { row, entries in
      var signs = RandomSigns(seed: seed, bucket: row)
      let weight = Int8(weights[row])
      for column in 0..<columnCount { entries[column] = signs.next() ? weight : -weight }
    }
  }
}
