import Glibc
import LinearAlgebra
public import Metrics

/// A number by which configurations are judged, none of which looks at cells: else a finer grid would win by
/// being finer.
public struct TuningObjective: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Which way it improves.
  public var direction: MetricDescription.Direction
  /// What it says, in words.
  public var meaning: String
  /// Whether it is one of those that make the front unless others are named.
  public var isUsual: Bool

  /// Whether a value is better than another.
  func isBetter(_ one: Double, than other: Double) -> Bool {
    direction == .lower ? one < other : one > other
  }
}

/// What is known of a fold while sets are measured that were chosen without it.
struct TuningPart: Sendable {
  /// The fold's number.
  var fold: Int
  /// Its samples that might have been chosen, had they been there.
  var heldOut: [Int32]
}

/// Takes some objectives of sets that were chosen without a fold.
///
/// What is to judge configurations besides what is here is one more of these.
protocol TuningGauge: Sendable {
  /// What it measures.
  var objectives: [TuningObjective] { get }

  /// Measures sets.
  ///
  /// - Parameters:
  ///   - sets: The samples of each set, each once, in an order that does not hang on where they stand.
  ///   - part: The fold that they were chosen without.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: One list a set, one value an objective, `nil` where it is not defined.
  /// - Throws: What reading vectors and texts throws.
  func measure(_ sets: [[Int32]], without part: TuningPart, threads: Int) throws -> [[Double?]]
}

/// The mean quality of a set, and how its complexity is spread.
struct ColumnGauge: TuningGauge {
  let quality: [Double]
  let complexity: [Float]

  let objectives = [
    TuningObjective(
      name: "quality", direction: .higher,
      meaning: "mean quality of the samples that have one", isUsual: true),
    TuningObjective(
      name: "complexity_sd", direction: .higher,
      meaning: "standard deviation of the complexity of the samples", isUsual: false),
  ]

  func measure(_ sets: [[Int32]], without part: TuningPart, threads: Int) -> [[Double?]] {
    sets.map { set in
      [
        Self.spread(set.lazy.map { quality[Int($0)] }.filter { !$0.isNaN })?.mean,
        Self.spread(set.map { Double(complexity[Int($0)]) })?.deviation,
      ]
    }
  }

  /// Mean and standard deviation, n in the denominator.
  private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double)? {
    if values.isEmpty { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / count).squareRoot())
  }
}

/// How evenly a set is spread over the labels of a column.
struct LabelGauge: TuningGauge {
  /// The label of each sample, −1 for none, which counts as one.
  let codes: [Int32]
  /// How many labels those that may be chosen have.
  let labelCount: Int
  let objectives: [TuningObjective]

  init(column: String, codes: [Int32], isCandidate: [Bool]) {
    self.codes = codes
    var found: Set<Int32> = []
    for (sample, code) in codes.enumerated() where isCandidate[sample] { found.insert(code) }
    labelCount = found.count
    objectives = [
      TuningObjective(
        name: "balance", direction: .higher,
        meaning: "evenness over the labels of '\(column)': entropy over the logarithm of how many"
          + " labels the pool has, 0 to 1", isUsual: true)
    ]
  }

  func measure(_ sets: [[Int32]], without part: TuningPart, threads: Int) -> [[Double?]] {
    sets.map { set in
      if set.isEmpty { return [nil] }
      if labelCount < 2 { return [1] }
      var counts: [Int32: Int] = [:]
      for sample in set { counts[codes[Int(sample)], default: 0] += 1 }
      // Sorted, so that the sum does not hang on the order of a dictionary.
      let balance = CellBalance(CellHistogram(counts: counts.values.sorted().map { Int32($0) }))
      return [balance.entropy.map { $0 / log(Double(labelCount)) }]
    }
  }
}

/// How a set lies among the vectors: what of the fold it covers, and how many different samples it is worth.
struct VectorGauge: TuningGauge {
  let vectors: RowSource
  let hashes: [UInt64]
  let seed: UInt64

  let objectives = [
    TuningObjective(
      name: "coverage", direction: .higher,
      meaning:
        "facility location of held-out samples: the mean of their largest cosines with a chosen"
        + " one, over \(TuneRequest.coveredSampleCount) of a fold at most", isUsual: true),
    TuningObjective(
      name: "vendi", direction: .higher,
      meaning: "Vendi score of order 1 of the samples' vectors", isUsual: false),
  ]

  func measure(
    _ sets: [[Int32]], without part: TuningPart, threads: Int
  ) throws -> [[Double?]] {
    var limits = VectorPool.Limits()
    limits.coveredSamples = TuneRequest.coveredSampleCount
    limits.seed = seed
    let pool = VectorPool(vectors: vectors, contentHashes: hashes, samples: part.heldOut)
    return try VectorMetrics.measure(
      sets, of: pool, metrics: [.facilityLocation, .vendi1], limits: limits, threads: threads
    ).map { [$0.facilityLocation, $0.vendi1] }
  }
}

extension TuningObjective {
  /// Told by the trials themselves, which know what was chosen otherwise.
  static let stability = TuningObjective(
    name: "stability", direction: .higher,
    meaning:
      "share of the subset that is chosen again without a fold of the pool, axes cut anew and"
      + " descriptors moved by \(TuneRequest.jitter) standard deviations", isUsual: true)
}
