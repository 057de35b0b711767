/// One thing that is not as it should be: facts only, worded by the tool.
public enum VerifyFinding: Error, Sendable {
  // MARK: The manifest

  /// No manifest can be read; `code` is the system's `errno`.
  case manifestUnreadable(path: String, code: Int32)
  /// The file is no JSON.
  case manifestNotJSON(path: String)
  /// The JSON is no manifest, or lacks a member that a manifest has.
  case manifestMalformed(path: String, member: String)
  /// The manifest was written by a later version.
  case manifestNewer(path: String, found: Int, supported: Int)
  /// The recipe is not the one that made the subset: its digest is another.
  case recipeChanged(path: String)
  /// The recipe cannot be read.
  case recipeUnreadable(path: String, any Error & Sendable)
  /// The manifest is of a budget that its recipe does not have.
  case budgetNotInRecipe(path: String, budget: String, budgets: [String])
  /// What the manifest says of these members is not what comes out; the subset is.
  case manifestFacts(path: String, members: [String])

  // MARK: What the subset was chosen from

  /// A source is neither where it was nor beside the manifest.
  case sourceMissing(path: String)
  /// A source was standard input or a pipe, which cannot be read again.
  case sourceNotAFile(path: String)
  /// A source has another size.
  case sourceSize(path: String, expected: Int, found: Int)
  /// A source has the same size and other bytes.
  case sourceDigest(path: String)
  /// A source has these bytes, but the manifest counts other samples or rejected lines in it.
  case sourceCounts(path: String)
  /// The archive is neither where it was nor beside the manifest.
  case archiveMissing(path: String)
  /// The archive has another model.
  case archiveModel(path: String, expected: String, found: String)
  /// The archive lacks segments that were chosen from.
  case archiveSegments(path: String, missing: [String])
  /// The archive was made of other bytes of a source than the manifest says.
  case archiveSource(path: String, source: String)
  /// A file that the recipe names is neither where it was nor beside the manifest.
  case recipeFileMissing(path: String)
  /// A file that the recipe names has other bytes.
  case recipeFileChanged(path: String)

  // MARK: The subset

  /// The subset cannot be read; `code` is the system's `errno`.
  case subsetUnreadable(path: String, code: Int32)
  /// The subset is not the file that was written, and could not be made again to tell more.
  case subsetChanged(path: String, expectedBytes: Int, foundBytes: Int)
  /// The subset cannot be made again.
  case cannotRederive(GamutError)
  /// The subset has other lines than the manifest's recipe gives. `isAsWritten` tells that the file has the
  /// digest that the manifest notes, so that not the file but the manifest differs from the run.
  case lines(SubsetDifference, isAsWritten: Bool, causes: [VerifyCause])
  /// The subset is what the recipe gives, but the manifest notes another size or digest.
  case outputFacts(path: String)
  /// Receipts beside the subset differ from those that belong to it, from a line on.
  case receipts(path: String, line: Int, causes: [VerifyCause])

  // MARK: Archives

  /// The archive cannot be read.
  case archive(GamutError)
  /// The index is not the one that was written.
  case indexChanged(path: String)
  /// The index has no digest of itself.
  case indexWithoutDigest(path: String)
  /// The model's name is not that of what it is made of.
  case modelIdentity(path: String)
  /// A segment's name is not that of what it is made of, or stands twice.
  case segmentIdentity(path: String, segment: String)
  /// What is kept for choices to stand on is not what the columns give.
  case derivedWrong(path: String)
  /// A file is missing.
  case fileMissing(path: String)
  /// A file has another size.
  case fileSize(path: String, expected: Int, found: Int)
  /// A file has the same size and other bytes.
  case fileDigest(path: String)
}

/// In what lines differ from those that should stand there.
public struct SubsetDifference: Sendable, Equatable {
  /// How lines differ.
  public enum Kind: Sendable, Equatable {
    /// As many lines, some of them others.
    case changed
    /// The same lines in another order.
    case reordered
    /// Lines are missing.
    case missing
    /// There are lines too many.
    case extra
    /// Lines are missing and others too many.
    case mixed(missing: Int, extra: Int)
    /// The lines are the same, but not what stands between them.
    case lineEnds
  }

  /// Where a line comes from.
  public struct Place: Sendable, Equatable {
    /// The source.
    public var path: String
    /// The line, from 1.
    public var line: Int
  }

  /// How lines differ.
  public var kind: Kind
  /// How many lines are concerned.
  public var count: Int
  /// The first line of the subset's file that is not as it should be, from 1.
  public var line: Int
  /// What should stand there; `nil` where the subset should have ended.
  public var expected: Place?
  /// What stands there, where it is a line that belongs elsewhere.
  public var found: Place?
}

/// Why bytes may differ though nothing was touched.
public enum VerifyCause: Sendable, Equatable {
  /// Another version of Gamut made the subset.
  case otherVersion(recorded: String, own: String)
  /// Another kernel of OpenBLAS fitted the topics.
  case otherKernel(recorded: String, own: String)
  /// Another version of duckdb read or wrote Parquet.
  case otherDuckDB(recorded: String, own: String)
  /// The manifest's recipe was edited.
  case recipeChanged
}

/// What is no fault, but worth knowing.
public enum VerifyNote: Sendable, Equatable {
  /// The archive has more segments now than when the subset was chosen; those of then were taken.
  case archiveGrew(path: String, segments: Int)
  /// Something in an archive's folder that no index names, and nobody reads.
  case unknownFile(path: String)
  /// Figures of the manifest differ, and another version or kernel made it.
  case manifestFacts(path: String, members: [String], causes: [VerifyCause])
}
