/// What a set of samples measures: size, quality, complexity, and metrics by name.
public struct SetMeasures: Sendable, Equatable {
  /// A metric's value.
  public struct Value: Sendable, Equatable {
    /// Which metric.
    public var metric: SetMetric
    /// Its value, finite.
    public var value: Double

    /// The metric's name.
    public var name: String { metric.name }

    /// Joins a metric and its value.
    ///
    /// - Parameters:
    ///   - metric: Which metric.
    ///   - value: Its value, finite.
    public init(_ metric: SetMetric, _ value: Double) {
      self.metric = metric
      self.value = value
    }
  }

  /// That a metric was taken from a part.
  public struct Sampling: Sendable, Equatable {
    /// Of what the part is one.
    public enum Unit: String, Sendable {
      /// Samples of the set.
      case samples
      /// Samples of the pool.
      case poolSamples = "pool_samples"
      /// Texts of the set.
      case texts
      /// Different runs of words, of which a sample was counted.
      case runs
    }

    /// Which metric.
    public var metric: SetMetric
    /// How many were looked at; `nil` where only an estimate was kept.
    public var used: Int?
    /// Out of how many; `nil` where nobody counted.
    public var total: Int?
    /// What was counted.
    public var unit: Unit

    /// Says that a metric was taken from a part.
    ///
    /// - Parameters:
    ///   - metric: Which metric.
    ///   - used: How many were looked at.
    ///   - total: Out of how many.
    ///   - unit: What was counted.
    public init(metric: SetMetric, used: Int?, total: Int?, unit: Unit) {
      self.metric = metric
      self.used = used
      self.total = total
      self.unit = unit
    }
  }

  /// How many samples the set has.
  public var samples: Int
  /// The sum of their tokens.
  public var tokens: Int
  /// The bytes of their lines, each with its line end.
  public var bytes: Int
  /// The spread of quality; `nil` when no sample has one.
  public var quality: Distribution?
  /// The spread of complexity; `nil` for an empty set.
  public var complexity: Distribution?
  /// How quality, complexity and tokens go together; `nil` where that was not asked for.
  public var correlations: CorrelationMatrix?
  /// How the set fits into sequences of a length; `nil` where nobody asked.
  public var packing: SequencePacking?
  /// What was computed and is defined, in the order of `SetMetric.all`.
  public var values: [Value] = []
  /// Which of the values were taken from a part, in the same order.
  public var sampled: [Sampling] = []

  /// How many samples have no quality.
  public var unscored: Int { samples - (quality?.count ?? 0) }

  /// Describes a set of which no metric was taken yet.
  ///
  /// - Parameters:
  ///   - samples: How many samples it has.
  ///   - tokens: The sum of their tokens.
  ///   - bytes: The bytes of their lines, each with its line end.
  ///   - quality: The spread of quality.
  ///   - complexity: The spread of complexity.
  public init(
    samples: Int, tokens: Int, bytes: Int, quality: Distribution?, complexity: Distribution?
  ) {
    self.samples = samples
    self.tokens = tokens
    self.bytes = bytes
    self.quality = quality
    self.complexity = complexity
  }

  /// The value of a metric.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it was not computed or is not defined.
  public subscript(metric: SetMetric) -> Double? {
    values.first { $0.metric == metric }?.value
  }

  /// The value of a metric by its name.
  ///
  /// - Parameter name: The metric's name.
  /// - Returns: `nil` where it was not computed, is not defined, or is no metric.
  public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }
}
