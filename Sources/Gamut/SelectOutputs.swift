import Descriptors
import Reporting
import Samples
import Selection
import Storage

/// The files of one selection: staged from the start, committed together at the end.
///
/// Receipts of an earlier subset of the same name would lie beside a new one: where none are written,
/// they go when the new files appear.
final class SelectOutputs {
  private let request: SelectRequest
  private let group: StagedOutputs
  private let subset: StagedOutput
  private let manifest: StagedOutput?
  private let receipts: StagedOutput?
  private let paths: OutputPaths?
  /// Where lines that are no readable record are kept.
  let rejects: StagedOutput?
  private let hasher = SHA256()
  private var subsetHash = ""

  /// Prepares all outputs, so that one that cannot be written is told before any work.
  init(_ request: SelectRequest) throws {
    let group = StagedOutputs()
    self.group = group
    self.request = request
    var paths = request.output.map(OutputPaths.init(subset:))
    let replacing = request.replacesOutputs
    for path in [paths?.subset, paths?.manifest, paths?.receipts, request.rejects] {
      guard let path else { continue }
      for input in request.inputs + [request.recipe.embeddings].compactMap(\.self)
      where InputFile.isSameFile(path, input) {
        throw StorageError.sameFileTwice(path: path)
      }
    }
    subset = try group.add(path: paths?.subset ?? "/dev/stdout", replacing: replacing)
    // Nothing stands beside a pipe or a device.
    if subset.isDirect { paths = nil }
    if request.writesReceipts, paths == nil {
      throw GamutError.receiptsBesideNoFile(output: subset.path)
    }
    self.paths = paths
    if let paths {
      manifest = try group.add(path: paths.manifest, replacing: replacing)
      if request.writesReceipts {
        receipts = try group.add(path: paths.receipts, replacing: replacing)
      } else {
        receipts = nil
        try Self.removeReceipts(paths.receipts, with: group, replacing: replacing)
      }
    } else {
      manifest = nil
      receipts = nil
    }
    rejects = try request.rejects.map { try group.add(path: $0, replacing: replacing) }
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
  var subsetFacts: JSONValue? {
    request.output.map {
      .members([
        "path": .string($0), "bytes": .integer(subset.byteCount),
        "sha256": .string(subsetHash),
      ])
    }
  }

  /// Writes subset and receipts, and waits until the disk has them.
  func write(
    columns: PoolColumns, sources: [SourceSummary], choice: Choice, plan: ReadingPlan,
    reader: SampleReader
  ) throws {
    try SubsetWriter(columns: columns, sources: sources, reader: reader).write(
      inOrder(choice, seed: request.recipe.seed, columns: columns), format: request.format
    ) { bytes in
      hasher.update(bytes)
      try subset.write(bytes)
    }
    subsetHash = hasher.finish()
    if let receipts {
      try ReceiptsWriter(
        columns: columns, sources: sources, choice: choice, plan: plan, recipe: request.recipe
      ).write(to: receipts, threads: request.threads)
    }
    for output in [subset, receipts, rejects] { try output?.finish() }
  }

  /// Gives all outputs their names.
  ///
  /// - Returns: The names, the subset's first; without the subset's for standard output.
  func commit(_ manifest: Manifest) throws -> [String] {
    try self.manifest?.write(manifest.json.pretty)
    try group.commit()
    let written = [
      request.output, paths?.manifest,
      receipts == nil ? nil : paths?.receipts, request.rejects,
    ]
    return written.compactMap(\.self)
  }

  /// The chosen samples in the order in which their lines are to stand.
  private func inOrder(_ choice: Choice, seed: UInt64, columns: PoolColumns) -> [Int32] {
    let bought = choice.spending.selected
    switch request.order {
    case .pool: return bought.sorted()
    case .rank: return bought
    case .shuffle: return shuffled(bought, seed: seed, contentHash: columns.hashHigh)
    }
  }
}
