public import Descriptors
import Numbers
public import Reporting
public import Selection

/// Everything that decides a subset besides the pool.
public struct Recipe: Sendable {
  /// A column that tells quality, with its weight.
  public struct QualityColumn: Sendable, Equatable {
    /// The dotted path of the column.
    public var path: String
    /// How much it counts among several; negative where lower is better, never 0.
    public var weight: Double

    /// Names a column.
    ///
    /// - Parameters:
    ///   - path: The dotted path of the column.
    ///   - weight: How much it counts among several; negative where lower is better.
    public init(path: String, weight: Double = 1) {
      self.path = path
      self.weight = weight
    }
  }

  /// What is done with a sample without a usable quality.
  public enum MissingQuality: String, Sendable, CaseIterable {
    /// The run ends with an error that names the first such sample.
    case fail
    /// The sample may not be chosen: its status is `unscored`.
    case drop
    /// The sample ranks behind all that have a quality.
    case lowest
  }

  /// How each quality column is brought to a common scale before it is combined.
  public enum Normalization: String, Sendable, CaseIterable {
    /// As it stands, negated where its weight is negative.
    case none
    /// The percentile rank, in 0…1; one minus that where the weight is negative.
    case rank
    /// Clipped to the pool's 5th and 95th percentile and scaled so that these are 0 and 1; one minus that
    /// where the weight is negative.
    case winsor
  }

  /// The least quality that may be chosen.
  public enum QualityFloor: Sendable, Equatable {
    /// A value in the unit of quality.
    case value(Double)
    /// A percentile of the pool's quality, 0…100.
    case percentile(Double)
  }

  /// How much may be chosen.
  public var budget: Budget
  /// The budget as it was written.
  public var budgetText: String
  /// The columns that tell quality; none for the heuristic.
  public var quality: [QualityColumn] = []
  /// The common scale of the quality columns; `nil` for none with one column, rank with several.
  public var normalization: Normalization?
  /// Whether what goes with the logarithm of length is taken out of quality.
  public var debiasesLength = false
  /// Z, at least 0: several scorers are joined by their mean less Z standard errors; `nil` for the mean.
  public var agreement: Double?
  /// Which suspect answers may not be chosen.
  public var dropped: Set<SuspectKind> = []
  /// What is done with a sample without a usable quality.
  public var missingQuality = MissingQuality.fail
  /// The path of row-aligned vectors; `nil` for the built-in text embedding.
  public var embeddings: String?
  /// The axes of the grid.
  public var axes = AxisSpecification.defaults
  /// E: 1 gives every cell the same claim, 0 claims in proportion to the pool.
  public var evenness = 1.0
  /// G: 0 follows the claims alone, 1 quality alone.
  public var greed = 0.0
  /// The least quality that may be chosen.
  public var qualityFloor: QualityFloor?
  /// The most samples of one cell.
  public var perCell: Int?
  /// How candidates are ordered.
  public var method = SelectionMethod.archive
  /// What randomness starts from.
  public var seed: UInt64 = 0
  /// The fields that hold the text; none to recognise the record's shape.
  public var textFields: [String] = []

  /// Makes a recipe with the defaults for all but the budget.
  ///
  /// - Parameters:
  ///   - budget: How much may be chosen.
  ///   - text: The budget as it was written.
  public init(budget: Budget, text: String) {
    self.budget = budget
    budgetText = text
  }

  /// Whether quality is not a column as it stands, or not the heuristic as it is measured.
  var derivesQuality: Bool {
    quality.count > 1 || quality.contains { $0.weight < 0 } || debiasesLength
      || normalization == .rank || normalization == .winsor
  }

  /// The recipe as JSON, under the names of the options.
  var json: JSONValue {
    .members([
      "budget": .string(budgetText),
      "quality": .array(
        quality.map { .string($0.weight == 1 ? $0.path : "\($0.path):\(shortest($0.weight))") }),
      "normalize": normalization.map { .string($0.rawValue) },
      "debias-length": debiasesLength ? .bool(true) : nil,
      "agreement": agreement.map { .number($0) },
      "drop": dropped.isEmpty
        ? nil
        : .array(SuspectKind.allCases.filter(dropped.contains).map { .string($0.rawValue) }),
      "missing-quality": .string(missingQuality.rawValue),
      "embeddings": embeddings.map { .string($0) } ?? .null,
      "axis": .array(axes.map { .string($0.description) }),
      "evenness": .number(evenness),
      "greed": .number(greed),
      "min-quality": qualityFloor.map {
        switch $0 {
        case .value(let value): .number(value)
        case .percentile(let percent): .string("\(shortest(percent))%")
        }
      } ?? .null,
      "per-cell": perCell.map { .integer($0) } ?? .null,
      "method": .string(method.rawValue),
      "seed": seed <= UInt64(Int.max) ? .integer(Int(seed)) : .string(String(seed)),
      "text": .array(textFields.map { .string($0) }),
    ])
  }
}
