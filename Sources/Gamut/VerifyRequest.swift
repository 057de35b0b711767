public import Reporting

/// A request to hold a subset against its manifest, or an archive against its digests.
public struct VerifyRequest: Sendable {
  /// Reads the recipe of a manifest.
  ///
  /// It is given the manifest's path and the inputs that the subset was chosen from, where they lie now.
  public typealias RecipeReader =
    @Sendable (_ manifest: String, _ inputs: [String]) throws -> Recipe

  /// The subset, or the archive's folder.
  public var path: String
  /// The subset's manifest; `nil` for the one beside it.
  public var manifest: String?
  /// Whether an archive's sources are read and held against their digests.
  public var checksSources = false
  /// How many threads work.
  public var threads: Int
  /// Where temporary files are kept.
  public var temporaryFolder = "/tmp"
  /// Reads the recipe of a manifest; what it throws is told as `VerifyFinding.recipeUnreadable`.
  public var readRecipe: RecipeReader

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - path: The subset, or the archive's folder.
  ///   - threads: How many threads work, at least 1.
  ///   - readRecipe: Reads the recipe of a manifest.
  public init(path: String, threads: Int, readRecipe: @escaping RecipeReader) {
    self.path = path
    self.threads = threads
    self.readRecipe = readRecipe
  }
}

/// What came of verifying.
public struct VerifyReport: Sendable {
  /// What was verified.
  public enum Subject: String, Sendable {
    /// A subset with its manifest.
    case subset
    /// An archive.
    case archive
  }

  /// What was given.
  public var path: String
  /// What it is.
  public var subject: Subject
  /// The manifest of a subset.
  public var manifest: String?
  /// Everything that is not as it should be, in the order in which it was looked at; none when all is well.
  public var findings: [VerifyFinding] = []
  /// What a user should know, though it is no fault.
  public var notes: [VerifyNote] = []
  /// How many lines the subset has, or samples the archive; 0 where that was not come to.
  public var sampleCount = 0
  /// How many files of an archive were held against their digests.
  public var fileCount = 0
  /// How many sources of an archive were held against theirs.
  public var sourceCount = 0
  /// Whether the subset was made again and held against the file.
  public var isRederived = false
  /// Whether receipts beside it were made again as well.
  public var hasReceipts = false
  /// Seconds by stage, and at last the total.
  public var timing: [StageTime] = []

  /// Whether nothing was found, and everything was looked at.
  public var isVerified: Bool { findings.isEmpty && (subject == .archive || isRederived) }

  init(path: String, subject: Subject) {
    self.path = path
    self.subject = subject
  }
}
