import Descriptors
import JSON
import Numbers
import Reporting
import Samples
import Selection
import Storage

/// The files of one selection: staged from the start, committed together at the end.
final class SelectOutputs {
  private let request: SelectRequest
  private let group: StagedOutputs
  /// One a budget of the recipe.
  private let subsets: [SubsetFiles]
  private let savedRecipe: StagedOutput?
  /// Where lines that are no readable record are kept.
  let rejects: StagedOutput?

  /// Prepares all outputs, so that one that cannot be written is told before any work.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - sources: Where the lines are copied from, which no output may replace.
  /// - Throws: `StorageError`; `GamutError.subsetsInNoFile` and what `SubsetFiles` throws.
  init(_ request: SelectRequest, sources: [String]) throws {
    let group = StagedOutputs()
    self.group = group
    self.request = request
    let paths = try Self.paths(request)
    let replacing = request.replacesOutputs
    for path in paths.flatMap({ [$0?.subset, $0?.manifest, $0?.receipts, $0?.indices] }) + [
      request.rejects, request.savedRecipe,
    ] {
      guard let path else { continue }
      for input in sources + request.inputs + request.recipe.files
      where InputFile.isSameFile(path, input) {
        throw StorageError.sameFileTwice(path: path)
      }
    }
    subsets = try paths.map { try SubsetFiles($0, for: request, in: group) }
    rejects = try request.rejects.map { try group.add(path: $0, replacing: replacing) }
    savedRecipe = try request.savedRecipe.map { try group.add(path: $0, replacing: replacing) }
  }

  /// The names of each subset's files; `nil` for standard output.
  private static func paths(_ request: SelectRequest) throws -> [OutputPaths?] {
    let budgets = request.recipe.budgets
    if budgets.count == 1 { return [request.output.map(OutputPaths.init(subset:))] }
    // A folder, a pipe or a device makes no names; what else may stand there is none of the outputs.
    guard let output = request.output, try !StagedOutput(path: output, replacing: true).isDirect
    else { throw GamutError.subsetsInNoFile(output: request.output) }
    return budgets.map { OutputPaths(subset: output, budget: $0.text) }
  }

  /// The subsets' files for their manifests, one a budget; `nil` for standard output.
  var subsetFacts: [JSONValue?] { subsets.map(\.facts) }

  /// Writes subsets and receipts, and waits until the disk has them.
  func write(
    columns: PoolColumns, sources: [SourceSummary], choices: [Choice], plan: ReadingPlan,
    reader: SampleReader, makeCheck: (@Sendable () throws -> SubsetWriter.LineCheck)?
  ) throws {
    for (files, choice) in zip(subsets, choices) {
      let rows = choice.rows
      if request.format == .npy {
        let samples = choice.samples(in: request.order, seed: request.recipe.seed)
        try files.writePlaces(samples, rejected: columns.rejected)
        try files.writeIndices(samples, rejected: columns.rejected)
        continue
      }
      var writer = SubsetWriter(columns: rows.columns, sources: rows.sources, reader: reader)
      writer.makeCheck = makeCheck
      writer.threads = request.threads
      let samples = choice.samples(in: request.order, seed: request.recipe.seed)
      try files.writeSubset(rows.rows(of: samples), format: request.format, with: writer)
      try files.writeIndices(samples, rejected: columns.rejected)
    }
    if request.writesReceipts {
      for (files, choice) in zip(subsets, choices) {
        try files.writeReceipts(
          with: ReceiptsWriter(
            columns: columns, sources: sources, choice: choice, plan: plan,
            recipe: request.recipe),
          threads: request.threads)
      }
    }
    try savedRecipe?.write(request.recipe.yaml)
    for output in [savedRecipe, rejects] { try output?.finish() }
  }

  /// Gives all outputs their names.
  ///
  /// - Parameter manifests: One a budget.
  /// - Returns: The names: each subset's with what stands beside it, then all others.
  /// - Throws: `StorageError`, as `StagedOutputs.commit` does.
  func commit(_ manifests: [Manifest]) throws -> [String] {
    for (files, manifest) in zip(subsets, manifests) { try files.writeManifest(manifest) }
    try group.commit()
    return subsets.flatMap(\.names) + [request.rejects, request.savedRecipe].compactMap(\.self)
  }
}

extension Choice {
  /// The chosen samples in the order in which their lines are to stand.
  func samples(in order: SelectRequest.SubsetOrder, seed: UInt64) -> [Int32] {
    let bought = spending.selected
    switch order {
    case .pool: return stableSorted(bought) { UInt64($0) }
    case .rank: return bought
    case .shuffle:
      return shuffled(bought, seed: seed) { rows.columns.hashHigh[rows.row(of: $0)] }
    }
  }
}
