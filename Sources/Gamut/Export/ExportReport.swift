public import Reporting

/// Something that is wrong with records, or that a target cannot hold of them.
public struct ExportFinding: Sendable, Equatable {
  /// What kind of finding it is.
  public enum Kind: String, Sendable {
    /// A trainer would refuse the records, drop them, or learn nothing from them.
    case problem
    /// The target has no place for something.
    case loss
  }

  /// What kind of finding it is.
  public var kind: Kind
  /// What was found, as one word with hyphens, such as `empty-answer`.
  public var code: String
  /// The key that it is about, where it is about one.
  public var key: String?
  /// How many records have it.
  public var count: Int
  /// The first line that has it; of a JSON array the first element.
  public var line: Int
}

/// What a user should know of an export, though it is no fault.
public enum ExportNote: Sendable, Equatable {
  /// Why samples could not be told apart by cells.
  public enum NoCells: String, Sendable {
    /// No manifest stands beside the subset, or none that can be read.
    case noManifest = "no-manifest"
    /// The subset is not the file that its manifest tells of.
    case subsetChanged = "subset-changed"
    /// The choice cannot be made again.
    case notRederived = "not-rederived"
  }

  /// The validation part is drawn without cells.
  case drawnWithoutCells(NoCells)
  /// What stands where the manifest should is none.
  case manifestUnreadable(String)
  /// Fewer are set aside than asked for, since samples of one prompt stay together.
  case validationSmaller(wanted: Int, got: Int)
  /// Records of several kinds are written as dialogues.
  case mixedKinds
  /// A column has another name, since the old one says something else to the trainer.
  case renamedColumn(from: String, to: String)
  /// A column is written as JSON in text, since its values have several types.
  case columnAsText(String)
  /// The instruction and its input are one prompt, with a line break between.
  case joinedInputs
  /// Arguments of tools are written as JSON in text.
  case argumentsAsText
  /// So many records stand first though they came later, to show the types of columns.
  case movedToFront(Int)
  /// No trainer heeds weights by itself.
  case weightsUnheeded
  /// The trainer learns all that is said unless it is told otherwise.
  case learnsAllTurns
}

/// What came of an export.
public struct ExportReport: Sendable {
  /// A file that was written.
  public struct File: Sendable, Equatable {
    /// Its name within the folder; where no folder is written, its path.
    public var name: String
    /// Its size.
    public var bytes: Int
    /// The SHA-256 of its bytes, in hexadecimal.
    public var sha256: String
  }

  /// The folder, or the file.
  public var folder: String
  /// What was written.
  public var target: ExportRequest.Target
  /// What the data set is called.
  public var name: String
  /// How many records the subset has, unreadable lines included.
  public var sampleCount = 0
  /// How many are written to be trained on.
  public var trainCount = 0
  /// How many are set aside for validation.
  public var validationCount = 0
  /// How many are left out.
  public var droppedCount = 0
  /// In how many cells the samples lie; `nil` where nobody asked, or cells are not known.
  public var cellCount: Int?
  /// The columns that are written, in order.
  public var columns: [String] = []
  /// What is wrong with records that are left out, and what is lost.
  public var findings: [ExportFinding] = []
  /// What else a user should know.
  public var notes: [ExportNote] = []
  /// The files that were written.
  public var files: [File] = []
  /// Seconds by stage.
  public var timing: [StageTime] = []
}

/// Why nothing was exported: facts only, worded by the tool.
public struct ExportRefusal: Sendable, Equatable {
  /// The subset.
  public var path: String
  /// What is written.
  public var target: ExportRequest.Target
  /// What stands against it, problems first.
  public var findings: [ExportFinding]
}
