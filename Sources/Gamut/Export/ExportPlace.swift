import Glibc
import Samples
import Storage

/// Where an export goes: a folder with all that belongs to it, or a file and what stands beside it.
final class ExportPlace {
  /// A part of the records.
  enum Part: String {
    case train, validation, rejects
  }

  /// Whether a file is written and no folder: then there is no card and no configuration.
  let isFile: Bool
  private let request: ExportRequest
  private let kind: Kind

  private enum Kind {
    case folder(StagedFolder)
    /// The first of the files is staged from the start.
    case files(StagedOutputs, train: StagedOutput)
  }

  /// Prepares the place, so that one that cannot be written is told before any work; nothing appears yet.
  ///
  /// - Parameter request: What is asked for.
  /// - Throws: `StorageError`, `sameFileTwice` where the subset would be replaced.
  init(_ request: ExportRequest) throws {
    self.request = request
    isFile = request.isFile
    if request.isFile {
      if InputFile.isSameFile(request.output, request.input) {
        throw StorageError.sameFileTwice(path: request.output)
      }
      let group = StagedOutputs()
      let train = try group.add(path: request.output, replacing: request.replacesOutput)
      for part in [Part.validation, .rejects] {
        try group.removeOutdated(
          path: Self.path(of: part, for: request), replacing: request.replacesOutput)
      }
      kind = .files(group, train: train)
    } else {
      let folder = try StagedFolder(
        path: request.output, marker: ExportRun.marker, replacing: request.replacesOutput)
      if request.replacesOutput, Self.isWithin(request.input, folder: folder.path) {
        throw StorageError.sameFileTwice(path: request.input)
      }
      kind = .folder(folder)
    }
  }

  /// Prepares the file of a part.
  ///
  /// - Parameter part: The part, asked for once.
  /// - Returns: The file's name, within the folder if there is one, and the output, which adds up its hash.
  /// - Throws: `StorageError`.
  func add(_ part: Part) throws(StorageError) -> (name: String, output: StagedOutput) {
    let added: (name: String, output: StagedOutput)
    switch kind {
    case .folder(let folder):
      let name = Self.nameInFolder(of: part, for: request.target)
      added = (name, try folder.add(name))
    case .files(let group, let train):
      let path = Self.path(of: part, for: request)
      added = (
        path,
        part == .train ? train : try group.add(path: path, replacing: request.replacesOutput)
      )
    }
    added.output.addUpHash()
    return added
  }

  /// Prepares a file that stands beside the records in a folder.
  ///
  /// - Parameter name: Its name within the folder.
  /// - Returns: The output, which adds up its hash.
  /// - Throws: `StorageError`.
  func addCompanion(_ name: String) throws(StorageError) -> StagedOutput {
    guard case .folder(let folder) = kind else { preconditionFailure("a file has no companions") }
    let output = try folder.add(name)
    output.addUpHash()
    return output
  }

  /// Has all appear.
  ///
  /// - Throws: `StorageError`.
  func commit() throws(StorageError) {
    switch kind {
    case .folder(let folder): try folder.commit()
    case .files(let group, _): try group.commit()
    }
  }

  private static func nameInFolder(of part: Part, for target: ExportRequest.Target) -> String {
    switch (part, target) {
    case (.rejects, _): "rejects.jsonl"
    case (_, .parquet): "\(part.rawValue).parquet"
    case (_, .hfFolder): "data/\(part.rawValue)-00000-of-00001.parquet"
    default: "\(part.rawValue).jsonl"
    }
  }

  /// `out.jsonl` has `out.validation.jsonl` and `out.rejects.jsonl` beside it.
  private static func path(of part: Part, for request: ExportRequest) -> String {
    let ending = request.target.fileEnding ?? ""
    let stem = request.output.dropLast(ending.count)
    return switch part {
    case .train: request.output
    case .validation: "\(stem).validation\(ending)"
    case .rejects: "\(stem).rejects.jsonl"
    }
  }

  /// Whether a folder holds the subset: replacing it would take the subset away.
  private static func isWithin(_ path: String, folder: String) -> Bool {
    guard let inner = realPath(path), let outer = realPath(folder) else { return false }
    return inner.hasPrefix(outer + "/")
  }

  private static func realPath(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    // The name ends with a zero, and is ours to free.
    defer { unsafe free(found) }
    return unsafe String(validatingCString: found)
  }
}
