import JSON
import Reporting
import Samples
import Storage

/// The files of one subset: itself, its manifest and its receipts, staged in the group of all outputs.
///
/// Receipts of an earlier subset of the same name would lie beside a new one: where none are written,
/// they go when the new files appear.
final class SubsetFiles {
  private let paths: OutputPaths?
  private let subset: StagedOutput
  private let manifest: StagedOutput?
  private let receipts: StagedOutput?
  private let hasher = SHA256()
  private var hash = ""

  /// Prepares the files.
  ///
  /// - Parameters:
  ///   - paths: Their names; `nil` for standard output.
  ///   - request: What else there is to say.
  ///   - group: All outputs of the run.
  /// - Throws: `StorageError` for a name that cannot be written to; `GamutError.receiptsBesideNoFile` and
  ///   `receiptsOfAnother`.
  init(_ paths: OutputPaths?, for request: SelectRequest, in group: StagedOutputs) throws {
    let replacing = request.replacesOutputs
    subset = try group.add(path: paths?.subset ?? "/dev/stdout", replacing: replacing)
    // Nothing stands beside a pipe or a device.
    let places = subset.isDirect ? nil : paths
    if request.writesReceipts, places == nil {
      throw GamutError.receiptsBesideNoFile(output: subset.path)
    }
    self.paths = paths
    guard let places else {
      manifest = nil
      receipts = nil
      return
    }
    manifest = try group.add(path: places.manifest, replacing: replacing)
    if request.writesReceipts {
      receipts = try group.add(path: places.receipts, replacing: replacing)
    } else {
      receipts = nil
      try Self.removeReceipts(places.receipts, with: group, replacing: replacing)
    }
  }

  /// Has receipts of another subset go with the group's commit, or refuses.
  private static func removeReceipts(
    _ path: String, with group: StagedOutputs, replacing: Bool
  ) throws(GamutError) {
    do {
      try group.removeOutdated(path: path, replacing: replacing)
    } catch {
      if case .outputExists = error { throw .receiptsOfAnother(path: path) }
      throw .storage(error)
    }
  }

  /// The subset's file for the manifest; `nil` for standard output.
  var facts: JSONValue? {
    paths.map {
      .members([
        "path": .string($0.subset), "bytes": .integer(subset.byteCount), "sha256": .string(hash),
      ])
    }
  }

  /// The names of what is written, the subset's first; without the subset's for standard output.
  var names: [String] {
    [
      paths?.subset, manifest == nil ? nil : paths?.manifest,
      receipts == nil ? nil : paths?.receipts,
    ].compactMap(\.self)
  }

  /// Writes the subset, and waits until the disk has it.
  func writeSubset(
    _ samples: [Int32], format: SelectRequest.Format, with writer: SubsetWriter
  ) throws {
    try writer.write(samples, format: format) { bytes in
      hasher.update(bytes)
      try subset.write(bytes)
    }
    hash = hasher.finish()
    try subset.finish()
  }

  /// Writes the receipts, if they are asked for, and waits until the disk has them.
  func writeReceipts(with writer: ReceiptsWriter, threads: Int) throws {
    guard let receipts else { return }
    try writer.write(to: receipts, threads: threads)
    try receipts.finish()
  }

  /// Writes the manifest, where one stands beside the subset.
  func writeManifest(_ manifest: Manifest) throws {
    try self.manifest?.write(manifest.json.pretty)
  }
}
