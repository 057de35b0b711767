import JSON
import Reporting
import Samples
import Storage

/// The files of one subset: itself, its manifest, its receipts and its indices, staged in the group of all
/// outputs.
///
/// Receipts and indices of an earlier subset of the same name would lie beside a new one: where none are
/// written, they go when the new files appear.
final class SubsetFiles {
  private let paths: OutputPaths?
  private let subset: StagedOutput
  private let manifest: StagedOutput?
  private let receipts: StagedOutput?
  private let indices: StagedOutput?
  private let hasher = SHA256()
  private var hash = ""

  /// Prepares the files.
  ///
  /// - Parameters:
  ///   - paths: Their names; `nil` for standard output.
  ///   - request: What else there is to say.
  ///   - group: All outputs of the run.
  /// - Throws: `StorageError` for a name that cannot be written to; `GamutError.receiptsBesideNoFile`,
  ///   `receiptsOfAnother`, `indicesBesideNoFile` and `indicesOfAnother`.
  init(_ paths: OutputPaths?, for request: SelectRequest, in group: StagedOutputs) throws {
    let replacing = request.replacesOutputs
    subset = try group.add(path: paths?.subset ?? "/dev/stdout", replacing: replacing)
    // Nothing stands beside a pipe or a device.
    let places = subset.isDirect ? nil : paths
    if request.writesReceipts, places == nil {
      throw GamutError.receiptsBesideNoFile(output: subset.path)
    }
    if request.writesIndices, places == nil {
      throw GamutError.indicesBesideNoFile(output: subset.path)
    }
    self.paths = paths
    guard let places else {
      manifest = nil
      receipts = nil
      indices = nil
      return
    }
    manifest = try group.add(path: places.manifest, replacing: replacing)
    if request.writesReceipts {
      receipts = try group.add(path: places.receipts, replacing: replacing)
    } else {
      receipts = nil
      try Self.remove(
        places.receipts, with: group, replacing: replacing, orThrow: GamutError.receiptsOfAnother)
    }
    if request.writesIndices {
      indices = try group.add(path: places.indices, replacing: replacing)
    } else {
      indices = nil
      try Self.remove(
        places.indices, with: group, replacing: replacing, orThrow: GamutError.indicesOfAnother)
    }
  }

  /// Has what tells of another subset go with the group's commit, or refuses.
  private static func remove(
    _ path: String, with group: StagedOutputs, replacing: Bool,
    orThrow refusal: (String) -> GamutError
  ) throws(GamutError) {
    do {
      try group.removeOutdated(path: path, replacing: replacing)
    } catch {
      if case .outputExists = error { throw refusal(path) }
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
      receipts == nil ? nil : paths?.receipts, indices == nil ? nil : paths?.indices,
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

  /// Writes the places of the samples as the subset, and waits until the disk has them.
  ///
  /// - Parameters:
  ///   - samples: The samples in the order of the subset.
  ///   - rejected: The lines of the pool that are no samples.
  /// - Throws: `StorageError.cannotWrite`.
  func writePlaces(_ samples: [Int32], rejected: RejectedLines) throws {
    let bytes = PlacesInPool(of: samples, rejected: rejected).bytes
    hasher.update(bytes.span)
    try subset.write(bytes.span)
    hash = hasher.finish()
    try subset.finish()
  }

  /// Writes the receipts, if they are asked for, and waits until the disk has them.
  func writeReceipts(with writer: ReceiptsWriter, threads: Int) throws {
    guard let receipts else { return }
    try writer.write(to: receipts, threads: threads)
    try receipts.finish()
  }

  /// Writes the places of the chosen samples, if they are asked for, and waits until the disk has them.
  ///
  /// - Parameters:
  ///   - samples: The samples in the order of the subset's lines.
  ///   - rejected: The lines of the pool that are no samples.
  /// - Throws: `StorageError.cannotWrite`.
  func writeIndices(_ samples: [Int32], rejected: RejectedLines) throws {
    guard let indices else { return }
    try indices.write(PlacesInPool(of: samples, rejected: rejected).bytes.span)
    try indices.finish()
  }

  /// Writes the manifest, where one stands beside the subset.
  func writeManifest(_ manifest: Manifest) throws {
    try self.manifest?.write(manifest.json.pretty)
  }
}
