/// A request to show an archive, a subset or a tuning run.
public struct ReportRequest: Sendable {
  /// An archive's folder, a subset with its manifest beside it, or the JSON of a tuning run.
  public var path: String
  /// How an archive is looked at, and with a budget what counts as chosen; a subset has its own.
  public var recipe: Recipe
  /// Whether the recipe's budget chooses, or nothing is chosen.
  public var chooses: Bool
  /// How many threads work; they change no byte.
  public var threads: Int
  /// Where temporary files are kept.
  public var temporaryFolder = "/tmp"
  /// Reads the recipe of a manifest.
  public var readRecipe: VerifyRequest.RecipeReader

  /// What lies at a path.
  public enum Subject: Sendable, Equatable {
    /// An archive's folder.
    case archive
    /// A file of records with a manifest beside it.
    case subset
    /// The JSON of a tuning run.
    case tuning
    /// Nothing that can be shown.
    case other
  }

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - path: What is to be shown.
  ///   - recipe: How an archive is looked at.
  ///   - chooses: Whether the recipe's budget chooses.
  ///   - threads: How many threads work, at least 1.
  ///   - readRecipe: Reads the recipe of a manifest.
  public init(
    path: String, recipe: Recipe, chooses: Bool, threads: Int,
    readRecipe: @escaping VerifyRequest.RecipeReader
  ) {
    self.path = path
    self.recipe = recipe
    self.chooses = chooses
    self.threads = threads
    self.readRecipe = readRecipe
  }

  /// Tells what lies at a path.
  ///
  /// - Parameter path: Any path.
  /// - Returns: What it is; a file whose JSON begins like a tuning run is one, even if it turns out broken.
  public static func subject(of path: String) -> Subject {
    if ArchivePool.isFolder(path) { return .archive }
    if regularFileSize(OutputPaths(subset: path).manifest) != nil { return .subset }
    return TuningRun.isOne(path) ? .tuning : .other
  }
}
