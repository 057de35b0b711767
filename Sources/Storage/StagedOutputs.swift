import Glibc

/// Outputs of one run that appear together.
///
/// All are complete and on the disk before the first gets its name; then they get their names one
/// after the other, in the order in which they were added. A process killed between two names leaves
/// whole files only. Files of an earlier run that do not belong to the new outputs go last.
public final class StagedOutputs {
  private var outputs: [StagedOutput] = []
  private var outdated: [(path: String, isReplacing: Bool)] = []

  /// Makes a group of no outputs.
  public init() {}

  /// Prepares one more output.
  ///
  /// - Parameters:
  ///   - path: As for `StagedOutput`.
  ///   - replacing: As for `StagedOutput`.
  /// - Returns: The output to write to; it is committed by the group.
  /// - Throws: What `StagedOutput` throws; `StorageError.sameFileTwice` when an output of the group
  ///   has the same name in the same folder.
  public func add(path: String, replacing: Bool = false) throws(StorageError) -> StagedOutput {
    let output = try StagedOutput(path: path, replacing: replacing)
    if let target = output.target, outputs.contains(where: { $0.target == target }) {
      throw .sameFileTwice(path: path)
    }
    outputs.append(output)
    return output
  }

  /// Has a file go that would tell of an earlier run's outputs beside the new ones.
  ///
  /// Nothing happens to it before `commit`. Only a file or a symbolic link goes; a folder or a device
  /// under that name is none of an earlier run's.
  ///
  /// - Parameters:
  ///   - path: Where the file would stand; whether one does, is looked up again by `commit`.
  ///   - replacing: Whether it may go.
  /// - Throws: `StorageError.outputExists` when the file is there and may not go.
  public func removeOutdated(path: String, replacing: Bool) throws(StorageError) {
    if !replacing, Self.isFile(path) { throw .outputExists(path: path) }
    outdated.append((path, replacing))
  }

  /// Finishes all outputs, gives them their names, and removes what is outdated.
  ///
  /// - Throws: `StorageError.cannotWrite` or `outputExists`; no output has appeared then, unless the
  ///   system refused a name after it had accepted an earlier one, and nothing is removed, unless all
  ///   outputs have appeared.
  public func commit() throws(StorageError) {
    for output in outputs { try output.finish() }
    for output in outputs { try output.checkName() }
    for (path, isReplacing) in outdated where !isReplacing && Self.isFile(path) {
      throw .outputExists(path: path)
    }
    for output in outputs { try output.commit() }
    for (path, _) in outdated where Self.isFile(path) {
      let target = StagedOutput.target(path)
      if outputs.contains(where: { $0.target == target }) { continue }
      guard unsafe unlink(path) == 0 || errno == ENOENT else {
        throw .cannotWrite(path: path, code: errno)
      }
    }
  }

  /// Whether a file or a symbolic link stands under a name.
  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return false }
    return [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT)
  }
}
