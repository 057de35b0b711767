/// A request to write a subset as files that a trainer takes as they are.
public struct ExportRequest: Sendable {
  /// What is written.
  public enum Target: String, Sendable, CaseIterable {
    /// Lines for Hugging Face TRL, in the shape that it trains on answers only.
    case trl
    /// Lines for LLaMA-Factory, with `dataset_info.json`.
    case llamaFactory = "llama-factory"
    /// Lines for Axolotl, with the `datasets:` part of its configuration.
    case axolotl
    /// Lines of `messages`.
    case messages
    /// Lines of `conversations`.
    case shareGPT = "sharegpt"
    /// Lines of `instruction`, `input` and `output`.
    case alpaca
    /// Lines of `prompt` and `completion`.
    case promptCompletion = "prompt-completion"
    /// `messages` in Parquet.
    case parquet
    /// A folder as the Hugging Face Hub has it: `messages` in Parquet under `data`.
    case hfFolder = "hf-folder"

    /// Whether records are written as Parquet, which takes the `duckdb` command.
    public var isParquet: Bool { self == .parquet || self == .hfFolder }

    /// The ending of a file that holds all that the target is; `nil` where a folder is needed for what stands
    /// beside the records.
    public var fileEnding: String? {
      switch self {
      case .trl, .messages, .shareGPT, .alpaca, .promptCompletion: ".jsonl"
      case .parquet: ".parquet"
      case .llamaFactory, .axolotl, .hfFolder: nil
      }
    }
  }

  /// What is done where a record holds something that the target cannot.
  public enum LossPolicy: String, Sendable, CaseIterable {
    /// Nothing is written, and the losses are told.
    case fail
    /// The record is written without it.
    case accept
    /// The record is left out.
    case drop
  }

  /// How much is set aside for validation.
  public enum Validation: Sendable, Equatable {
    /// This part of all that is written, above 0 and below 1; rounded down.
    case share(Double)
    /// So many samples, at least 1.
    case samples(Int)
  }

  /// Which of the other columns are written.
  public enum Columns: Sendable, Equatable {
    /// All of them.
    case all
    /// None.
    case none
    /// Those named.
    case named([String])
  }

  /// The subset.
  public var input: String
  /// What is written.
  public var target: Target
  /// The folder that is written; or, where it ends with the target's `fileEnding`, that one file, without a card.
  public var output: String
  /// How much is set aside for validation; `nil` for nothing.
  public var validation: Validation?
  /// Whether each row tells what its mistakes weigh.
  public var hasWeight = false
  /// What the data set is called; `nil` for the subset's name.
  public var name: String?
  /// The licence for the card, as the Hugging Face Hub names it.
  public var licence: String?
  /// Whether records that no trainer takes are left out.
  public var dropsInvalid = false
  /// What is done where a record holds something that the target cannot.
  public var onLoss = LossPolicy.fail
  /// Which of the other columns are written.
  public var columns = Columns.all
  /// What decides between samples that could as well stand on one side as on the other.
  public var seed: UInt64 = 0
  /// Whether an earlier export is replaced.
  public var replacesOutput = false
  /// How many threads work; they change no byte.
  public var threads: Int
  /// Where temporary files are kept.
  public var temporaryFolder = "/tmp"
  /// Reads the recipe of a manifest, where the choice has to be made again.
  public var readRecipe: VerifyRequest.RecipeReader

  /// Whether a file is written and no folder.
  public var isFile: Bool {
    guard let ending = target.fileEnding else { return false }
    return output.hasSuffix(ending) && output.split(separator: "/").last?.count != ending.count
  }

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - input: The subset.
  ///   - target: What is written.
  ///   - output: The folder or the file that is written.
  ///   - threads: How many threads work, at least 1.
  ///   - readRecipe: Reads the recipe of a manifest.
  public init(
    input: String, target: Target, output: String, threads: Int,
    readRecipe: @escaping VerifyRequest.RecipeReader
  ) {
    self.input = input
    self.target = target
    self.output = output
    self.threads = threads
    self.readRecipe = readRecipe
  }
}
