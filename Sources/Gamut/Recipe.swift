public import Descriptors
import JSON
import LinearAlgebra
import Numbers
public import Reporting
public import Selection
import Tokenizers

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

  /// A budget with its notation.
  public struct WrittenBudget: Sendable, Equatable {
    /// How much may be chosen.
    public var budget: Budget
    /// The budget as it was written, such as `2Mtok`.
    public var text: String

    /// A budget as it was written.
    ///
    /// - Parameters:
    ///   - budget: How much may be chosen.
    ///   - text: The budget as it was written.
    public init(_ budget: Budget, text: String) {
      self.budget = budget
      self.text = text
    }
  }

  /// How much may be chosen, at least one budget.
  ///
  /// Of several each must be smaller than the next (`Budget.isSmaller`). Each makes a subset, which
  /// contains those before it.
  public var budgets: [WrittenBudget] {
    didSet { Self.check(budgets) }
  }
  /// The largest budget.
  public var budget: Budget { budgets[budgets.count - 1].budget }
  /// The budgets as they were written, with commas between them.
  public var budgetText: String { budgets.map(\.text).joined(separator: ",") }
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
  /// The share of the vectors that topics are fitted to, above 0 and below 1; `nil` for all of them.
  ///
  /// Which ones decides a hash of their values and of `seed`, so that parts of a pool may be fitted in different
  /// places. All vectors are projected on what was fitted.
  public var vectorShare: Double?
  /// The path of the tokenizer that counts tokens, a `tokenizer.json` or a model of SentencePiece; `nil` for
  /// an estimate, and of an archive for what it keeps.
  public var tokenizer: String?
  /// How conversations are rendered before their tokens are counted: one of `ChatTemplate.named`, `auto` for the
  /// template beside the tokenizer, or the path of a file; `nil` where each text counts for itself.
  public var chatTemplate: String?
  /// The axes of the grid.
  public var axes = AxisSpecification.defaults
  /// How many leading components of the embedding a cvt axis looks at when nothing is said, or all where
  /// vectors have fewer.
  public static let defaultTopicCount = 16
  /// How many a recipe may ask for.
  public static let topicCountRange = 1...1024
  /// How many leading components of the embedding a cvt axis looks at; `nil` for the default.
  public var topics: Int?
  /// E where nothing is said: in `Experiments/Knobs` 1 was worst or no different, 0.5 and 0 nearly alike; 0.5 keeps
  /// rare cells in.
  public static let defaultEvenness = 0.5
  /// E: 1 gives every cell the same claim, 0 claims in proportion to the pool.
  public var evenness = Recipe.defaultEvenness
  /// G: 0 follows the claims alone, 1 quality alone.
  public var greed = 0.0
  /// The least quality that may be chosen.
  public var qualityFloor: QualityFloor?
  /// The most samples of one cell.
  public var perCell: Int?
  /// Files of evaluation records that no chosen sample may overlap with.
  public var exclusions: [String] = []
  /// How many words make a run that a sample may not share with one of them, 1…1000.
  public var exclusionWords = 13
  /// Files of the ids of samples that are never chosen.
  public var excludedIdentifiers: [String] = []
  /// Files of the ids of samples that are always chosen.
  public var includedIdentifiers: [String] = []
  /// The similarity of texts, in (0, 1], from which the worse of two is a duplicate.
  public var nearDuplicates: Double?
  /// The cosine, in (−1, 1], from which a sample is redundant to a chosen one.
  public var redundancy: Double?
  /// How candidates are ordered.
  public var method = SelectionMethod.archive
  /// α in 0…1, by which `facility-location` weighs quality; `nil` for the default, and for other methods.
  public var alpha: Double?
  /// What randomness starts from.
  public var seed: UInt64 = 0
  /// The fields that hold the text; none to recognise the record's shape.
  public var textFields: [String] = []
  /// What the subset has to be; where it is not, none is written.
  public var requirements: [Requirement] = []
  /// How many random subsets are drawn to hold the subset against when nothing is said.
  public static let defaultRandomCount = 20
  /// How many a recipe may ask for.
  public static let randomCountRange = 0...10_000
  /// How many random subsets the subset is held against, and as many of the same lengths; 0 for none.
  ///
  /// Decides nothing but where something is required that speaks of them.
  public var randomCount = Recipe.defaultRandomCount
  /// The metrics that are compared besides those that cost next to nothing; they decide nothing.
  public var metrics: Set<ProofMetric> = []

  /// Makes a recipe with the defaults for all but the budget.
  ///
  /// - Parameters:
  ///   - budget: How much may be chosen.
  ///   - text: The budget as it was written.
  public init(budget: Budget, text: String) { self.init(budgets: [.init(budget, text: text)]) }

  /// Makes a recipe for nested subsets with the defaults for all but the budgets.
  ///
  /// - Parameter budgets: At least one, each smaller than the next.
  public init(budgets: [WrittenBudget]) {
    Self.check(budgets)
    self.budgets = budgets
  }

  private static func check(_ budgets: [WrittenBudget]) {
    precondition(!budgets.isEmpty, "a recipe has a budget")
    precondition(
      zip(budgets, budgets.dropFirst()).allSatisfy {
        $0.budget.isSmaller(than: $1.budget) == true
      }, "budgets of nested subsets ascend in one unit")
  }

  /// The recipe as a YAML file: what `--recipe` reads, and what gives the same subset again.
  ///
  /// - Returns: One key an option, in the order of the help page; options that are off have none.
  public var yaml: String {
    guard case .object(let members) = json else { return "" }
    return "# A recipe of gamut \(gamutVersion): gamut select POOL --recipe THIS -o SUBSET\n"
      + JSONValue.object(members.filter { $0.value != .null && $0.value != .array([]) }).yaml
  }

  /// The cosine that makes a sample redundant: what was asked for, or what the method brings along.
  var redundancyThreshold: Double? {
    redundancy ?? (method == .deita ? SelectionMethod.deitaRedundancy : nil)
  }

  /// Which vectors topics are fitted to; `nil` for all.
  var vectorSample: RowSample? { vectorShare.map { RowSample(share: $0, seed: seed) } }

  /// Whether the vectors of the samples are needed, and not their topics alone.
  var usesVectors: Bool { redundancy != nil || method.usesVectors || provesByVectors }

  /// The files that are read besides the pool.
  var files: [String] {
    [
      ColumnVectors.column(embeddings) == nil ? embeddings : nil, tokenizer, chatTemplateFile,
    ].compactMap(\.self) + exclusions + excludedIdentifiers
      + includedIdentifiers
  }

  /// The file that a template is read from, where one is named.
  var chatTemplateFile: String? {
    chatTemplate.flatMap(ConversationTemplate.file(namedBy:))
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
      "quality": .array(quality.map { .string($0.text) }),
      "normalize": normalization.map { .string($0.rawValue) },
      "debias-length": debiasesLength ? .bool(true) : nil,
      "agreement": agreement.map { .number($0) },
      "drop": dropped.isEmpty
        ? nil
        : .array(SuspectKind.allCases.filter(dropped.contains).map { .string($0.rawValue) }),
      "missing-quality": .string(missingQuality.rawValue),
      "embeddings": embeddings.map { .string($0) } ?? .null,
      "vector-share": vectorShare.map { .number($0) },
      "tokenizer": tokenizer.map { .string($0) },
      "chat-template": chatTemplate.map { .string($0) },
      "axis": .array(axes.map { .string($0.description) }),
      "topics": topics.map { .integer($0) } ?? .null,
      "evenness": .number(evenness),
      "greed": .number(greed),
      "min-quality": qualityFloor.map {
        switch $0 {
        case .value(let value): .number(value)
        case .percentile(let percent): .string("\(shortest(percent))%")
        }
      } ?? .null,
      "per-cell": perCell.map { .integer($0) } ?? .null,
      "exclude": exclusions.isEmpty ? nil : .array(exclusions.map { .string($0) }),
      "exclude-words": exclusions.isEmpty ? nil : .integer(exclusionWords),
      "exclude-ids": excludedIdentifiers.isEmpty
        ? nil : .array(excludedIdentifiers.map { .string($0) }),
      "include-ids": includedIdentifiers.isEmpty
        ? nil : .array(includedIdentifiers.map { .string($0) }),
      "near-duplicates": nearDuplicates.map { .number($0) },
      "redundancy": redundancy.map { .number($0) },
      "method": .string(method.rawValue),
      "alpha": alpha.map { .number($0) },
      "seed": seed <= UInt64(Int.max) ? .integer(Int(seed)) : .string(String(seed)),
      "text": .array(textFields.map { .string($0) }),
      "require": requirements.isEmpty ? nil : .array(requirements.map { .string($0.text) }),
      "random": requirements.contains { $0.reference.isRandom } ? .integer(randomCount) : nil,
    ])
  }
}
