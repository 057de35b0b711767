/// What configurations are judged by when one is to be preferred: a bound that it has to keep, or what is to
/// be greatest among those that keep all bounds.
public enum TuningPreference: Sendable, Equatable {
  /// An objective held against a number, `top` or `random`, as in `quality>=0.95*top`.
  case bound(TuningBound)
  /// The objective that decides among what is left, in place of the knee.
  case best(String)
}

/// An objective held against a number, or against what chance or quality alone reach.
public struct TuningBound: Sendable, Equatable {
  /// The objective's name.
  public var objective: String
  /// How it has to stand to the bound.
  public var relation: Requirement.Relation
  /// What the reference is multiplied by.
  public var factor: Double
  /// What it is held against: a number, `top` or `random`.
  public var reference: Requirement.Reference
  /// The bound as it was written.
  public var text: String
}

/// Why a text is no preference.
public enum TuningPreferenceError: Error, Sendable, Equatable {
  /// It is neither a name nor METRIC OP TERM.
  case requirement(Requirement.ParsingError)
  /// What stands behind the relation is known elsewhere, and not measured here.
  case unmeasured(String)
}

extension TuningPreference {
  /// Reads a preference: `NAME`, or `NAME OP TERM` as `Requirement` has it, TERM a number, `top`, `random` or a
  /// number times one of these.
  ///
  /// - Parameter text: The preference.
  /// - Throws: `TuningPreferenceError`; whether there is an objective of the name is not looked at.
  public init(parsing text: String) throws(TuningPreferenceError) {
    guard text.contains(where: { $0 == "<" || $0 == ">" }) else {
      let name = text.split(separator: " ").joined(separator: " ")
      guard !name.isEmpty else { throw .requirement(.incomplete) }
      self = .best(name)
      return
    }
    let parts: Requirement.Parts
    do throws(Requirement.ParsingError) {
      parts = try Requirement.Parts(parsing: text)
    } catch {
      throw .requirement(error)
    }
    switch parts.reference {
    case .number, .random, .top: break
    case .randomLength, .pool: throw .unmeasured(parts.reference.word ?? "")
    }
    self = .bound(
      TuningBound(
        objective: parts.name, relation: parts.relation, factor: parts.factor,
        reference: parts.reference, text: parts.text))
  }
}

/// A request to find a grid and a policy.
public struct TuneRequest: Sendable {
  /// Whether configurations that fall behind on a part of the folds are left there.
  public enum Halving: String, Sendable, CaseIterable {
    /// Where a full sweep would take long: `TuneRequest.longSweep`.
    case auto
    /// In any case.
    case always
    /// Never: every configuration is measured on every fold.
    case never
  }

  /// The pool's files in order, or one archive.
  public var inputs: [String]
  /// What all configurations share, the budget first of all; its axes, evenness and greed are the default
  /// that the others are held against.
  public var recipe: Recipe
  /// What is tried.
  public var space: TuningSpace
  /// The column over whose labels balance is told; `nil` for none.
  public var label: String?
  /// Whether a small language model is trained on every subset and held against what is held out; takes
  /// longer than all else, and the texts are read once more.
  public var trainsProxies = false
  /// Files of other samples that the models are held against as well; any makes that models are trained.
  public var validations: [String] = []
  /// Into how many parts the pool is divided, each held out once; in `foldRange`.
  public var folds = 5
  /// The objectives that make the front; none for the usual ones.
  public var objectives: [String] = []
  /// What is asked of the recommended configuration.
  public var preferences: [TuningPreference] = []
  /// Whether configurations that fall behind are left early.
  public var halving = Halving.auto
  /// What is done with a line that is no readable record.
  public var onUnreadable = SelectRequest.UnreadablePolicy.fail
  /// Where the recipe goes; `nil` for nowhere: then nothing is written, and nothing kept of an interrupted run.
  public var output: String?
  /// Whether outputs that stand already are replaced, and the journal of another request is dropped.
  public var replacesOutputs = false
  /// How many threads work; they change nothing.
  public var threads: Int
  /// Where vectors are kept while the run goes on.
  public var temporaryFolder = "/tmp"

  /// How many folds there may be.
  public static let foldRange = 2...20
  /// From so many samples looked at on, in all choices together, a sweep counts as long.
  public static let longSweep = 2_000_000_000
  /// How many samples of a fold coverage is looked at from.
  public static let coveredSampleCount = 1_024
  /// By how much descriptors are moved for stability, in standard deviations of the descriptor.
  public static let jitter = 0.05

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The pool's files in order, or one archive.
  ///   - recipe: What all configurations share.
  ///   - space: What is tried.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], recipe: Recipe, space: TuningSpace, threads: Int) {
    self.inputs = inputs
    self.recipe = recipe
    self.space = space
    self.threads = threads
  }
}

/// The files of a tuning, by the recipe's name.
public struct TuningPaths: Sendable, Equatable {
  /// The recommended recipe.
  public var recipe: String
  /// What was measured.
  public var tuning: String
  /// What an interrupted run keeps.
  public var journal: String

  /// Names the files: beside `recipe.yaml` stand `recipe.tuning.json` and, while the run goes on,
  /// `recipe.tuning.journal`.
  ///
  /// - Parameter recipe: The recipe's path.
  public init(recipe: String) {
    var stem = recipe
    for ending in [".yaml", ".yml", ".json"]
    where recipe.hasSuffix(ending) && recipe.count > ending.count {
      stem = String(recipe.dropLast(ending.count))
      break
    }
    self.recipe = recipe
    tuning = stem + ".tuning.json"
    journal = stem + ".tuning.journal"
  }
}
