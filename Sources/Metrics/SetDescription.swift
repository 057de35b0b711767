/// What a set of samples is made of: size, quality, complexity and its lie over the cells.
public struct SetDescription: Sendable, Equatable {
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
  /// The measures over the cells.
  public var metrics: CellMetrics
  /// How the set fits into sequences of a length; `nil` where nobody asked.
  public var packing: SequencePacking?

  /// Puts a description together.
  ///
  /// - Parameters:
  ///   - samples: How many samples the set has.
  ///   - tokens: The sum of their tokens.
  ///   - bytes: The bytes of their lines, each with its line end.
  ///   - quality: The spread of quality.
  ///   - complexity: The spread of complexity.
  ///   - metrics: The measures over the cells.
  public init(
    samples: Int, tokens: Int, bytes: Int, quality: Distribution?, complexity: Distribution?,
    metrics: CellMetrics
  ) {
    self.samples = samples
    self.tokens = tokens
    self.bytes = bytes
    self.quality = quality
    self.complexity = complexity
    self.metrics = metrics
  }
}
