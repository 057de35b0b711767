public import Metrics

/// A number by which a subset is held against others, by the name that manifests, `--metrics` and `--require`
/// know it by.
public enum ProofMetric: Sendable, Hashable {
  /// The mean quality of the samples that have one.
  case qualityMean
  /// Its standard deviation.
  case qualityDeviation
  /// The mean complexity.
  case complexityMean
  /// Its standard deviation.
  case complexityDeviation
  /// The mean number of tokens of a sample.
  case tokensMean
  /// A metric of sets.
  case set(SetMetric)

  /// All metrics, in the order in which they are told: those that cost next to nothing, then the others.
  public static let all: [ProofMetric] = {
    let metrics = SetMetric.all.filter { !SetMetric.ofTarget.contains($0) }.map {
      ProofMetric.set($0)
    }
    return [.qualityMean, .qualityDeviation, .complexityMean, .complexityDeviation, .tokensMean]
      + metrics.filter(\.isCheap) + metrics.filter { !$0.isCheap }
  }()

  /// Those that are taken of columns alone.
  static let cheap = Set(all.filter(\.isCheap))

  /// Shorter names for some: quality, complexity and tokens stand for their means.
  public static let shortNames: [(short: String, full: String)] = [
    ("quality", "quality_mean"), ("complexity", "complexity_mean"), ("tokens", "tokens_mean"),
    ("vendi", "vendi_1"),
  ]

  /// Finds a metric; `nil` where no metric has the name.
  ///
  /// - Parameter name: Its name, or its shorter one.
  public init?(named name: String) {
    let full = Self.shortNames.first { $0.short == name }?.full ?? name
    guard let metric = Self.all.first(where: { $0.name == full }) else { return nil }
    self = metric
  }

  /// The metric's name.
  public var name: String {
    switch self {
    case .qualityMean: "quality_mean"
    case .qualityDeviation: "quality_sd"
    case .complexityMean: "complexity_mean"
    case .complexityDeviation: "complexity_sd"
    case .tokensMean: "tokens_mean"
    case .set(let metric): metric.name
    }
  }

  /// Which way it improves, all else equal.
  public var direction: MetricDescription.Direction {
    switch self {
    case .qualityMean: .higher
    case .qualityDeviation, .complexityMean, .complexityDeviation, .tokensMean: .neither
    case .set(let metric): metric.explanation.direction
    }
  }

  /// Whether it is taken of columns alone, and so costs next to nothing.
  public var isCheap: Bool { !needsVectors && !needsTexts }

  /// Whether it looks at vectors.
  var needsVectors: Bool { if case .set(.vector) = self { true } else { false } }

  /// Whether it looks at texts.
  var needsTexts: Bool { if case .set(.text) = self { true } else { false } }
}
