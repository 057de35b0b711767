/// Outputs of one run that appear together.
///
/// All are complete and on the disk before the first gets its name; then they get their names one
/// after the other, in the order in which they were added. A process killed between two names leaves
/// whole files only.
public final class StagedOutputs {
  private var outputs: [StagedOutput] = []

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

  /// Finishes all outputs, then gives them their names.
  ///
  /// - Throws: `StorageError.cannotWrite` or `outputExists`; no output has appeared then, unless the
  ///   system refused a name after it had accepted an earlier one.
  public func commit() throws(StorageError) {
    for output in outputs { try output.finish() }
    for output in outputs { try output.checkName() }
    for output in outputs { try output.commit() }
  }
}
