/// A request to choose a subset: the pool, the recipe, and where results go.
public struct SelectRequest: Sendable {
  /// What is done with a line that is no readable record.
  public enum UnreadablePolicy: String, Sendable, CaseIterable {
    /// The run ends with an error that names the first such line.
    case fail
    /// The line is counted, its receipt says `rejected`, and it is kept in the rejects file, if any.
    case skip
  }

  /// In which order the chosen lines stand in the subset.
  public enum SubsetOrder: String, Sendable, CaseIterable {
    /// As in the pool.
    case pool
    /// As in the total order: the best claim first.
    case rank
    /// Shuffled by the seed.
    case shuffle
  }

  /// How the subset is written.
  public enum Format: String, Sendable, CaseIterable {
    /// One record a line, each as it came.
    case jsonl
    /// One JSON array of the records, each as it came.
    case json
    /// Apache Parquet: rows of Parquet sources with their types, other records with types that fit all.
    case parquet
    /// Values between commas under a line of names.
    case csv
    /// Values between tabs under a line of names.
    case tsv
    /// No records but where they stand in the pool, as `--indices` tells it: a NumPy array.
    case npy
    /// Lines of `messages`.
    case messages
    /// Lines of `conversations`.
    case shareGPT = "sharegpt"
    /// Lines of `instruction`, `input` and `output`.
    case alpaca
    /// Lines of `prompt` and `completion`.
    case promptCompletion = "prompt-completion"

    /// The format of which a file's name tells, by its ending; `nil` for other names.
    ///
    /// - Parameter path: The file's path.
    public init?(endingOf path: String) {
      let formats: [Format] = [.parquet, .csv, .tsv, .npy]
      guard let format = formats.first(where: { path.hasSuffix("." + $0.rawValue) }) else {
        return nil
      }
      self = format
    }
  }

  /// The pool's files in order; `-` is standard input.
  public var inputs: [String]
  /// What decides the subset.
  public var recipe: Recipe
  /// Where the subset goes; `nil` for standard output, which has no manifest beside it.
  ///
  /// A recipe of several budgets needs a file, from whose name those of the subsets are made.
  public var output: String?
  /// Whether receipts are written beside the subset.
  public var writesReceipts = false
  /// Whether the places of the chosen samples in the pool are written beside the subset.
  public var writesIndices = false
  /// In which order the chosen lines stand.
  public var order = SubsetOrder.pool
  /// Of how many tokens the sequences are that a trainer makes of pool and subset; `nil` to say nothing of them.
  ///
  /// One of `SequencePacking.lengths`.
  public var sequenceLength: Int?
  /// How the subset is written.
  public var format = Format.jsonl
  /// What is done with a line that is no readable record.
  public var onUnreadable = UnreadablePolicy.fail
  /// Where unreadable lines are kept, as they came.
  public var rejects: String?
  /// Where the recipe is written as YAML; `nil` for nowhere.
  public var savedRecipe: String?
  /// Whether outputs that stand already are replaced.
  public var replacesOutputs = false
  /// How many threads work; they change no byte of the subset.
  public var threads: Int
  /// Where standard input is kept while it is read.
  public var temporaryFolder = "/tmp"

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The pool's files in order, at least one.
  ///   - recipe: What decides the subset.
  ///   - output: Where the subset goes.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], recipe: Recipe, output: String?, threads: Int) {
    self.inputs = inputs
    self.recipe = recipe
    self.output = output
    self.threads = threads
  }
}

/// The files that stand beside a subset, by its name.
public struct OutputPaths: Sendable, Equatable {
  /// The subset.
  public var subset: String
  /// Its manifest.
  public var manifest: String
  /// Its receipts.
  public var receipts: String
  /// The places of its samples in the pool.
  public var indices: String

  /// Names the files beside a subset.
  ///
  /// `subset.jsonl` has `subset.manifest.json`, `subset.receipts.jsonl` and `subset.indices.npy`. A name that
  /// does not end with a format (`.jsonl`, `.json`, `.parquet`, `.csv`, `.tsv`, `.npy`) keeps its whole self before the
  /// endings.
  ///
  /// - Parameter subset: The subset's path.
  public init(subset: String) {
    let stem = Self.divided(subset).stem
    self.subset = subset
    manifest = stem + ".manifest.json"
    receipts = stem + ".receipts.jsonl"
    indices = stem + ".indices.npy"
  }

  /// Names the files of one of several nested subsets.
  ///
  /// For `subset.jsonl` and `5k` they are `subset.5k.jsonl`, `subset.5k.manifest.json`,
  /// `subset.5k.receipts.jsonl` and `subset.5k.indices.npy`; in a name `10%` is `10pct`.
  ///
  /// - Parameters:
  ///   - subset: The path that all the subsets' names are made from.
  ///   - budget: The subset's budget as it was written.
  public init(subset: String, budget: String) {
    let (stem, ending) = Self.divided(subset)
    let part = budget.split(separator: "%", omittingEmptySubsequences: false)
      .joined(separator: "pct")
    self.init(subset: "\(stem).\(part)\(ending)")
  }

  /// A path's ending, if it is one of records, and what stands before it.
  private static func divided(_ subset: String) -> (stem: String, ending: String) {
    for ending in [".jsonl", ".json", ".parquet", ".csv", ".tsv", ".npy"]
    where subset.hasSuffix(ending) && subset.count > ending.count {
      return (String(subset.dropLast(ending.count)), ending)
    }
    return (subset, "")
  }
}
