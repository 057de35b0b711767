import Descriptors
import EliteArchive
import LinearAlgebra
import Metrics
public import Reporting
import Samples
import Selection
import Storage

/// What a selection came to.
public struct SelectReport: Sendable {
  /// The record of the run.
  public var manifest: Manifest
  /// The files that were written, the subset first.
  public var files: [String]
  /// Seconds by stage in the order in which they began, and at last the total.
  ///
  /// The manifest holds the same up to the moment in which it was written, so without `commit`.
  public var timing: [(stage: String, seconds: Double)]
}

/// Chooses a balanced subset of a pool and writes it with its manifest.
///
/// Reads the pool once for its columns (and once before without parsing it, where the built-in
/// embedding has to be trained), the vectors twice where there are any, and the chosen lines once
/// more. Files are complete on the disk before the first of them gets its name, at the end; they
/// get their names one after the other.
///
/// - Parameters:
///   - request: The pool, the recipe and where results go.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: The manifest and the names of what was written.
/// - Throws: `GamutError`. No file has appeared, changed or gone then, with two exceptions, both at
///   the very end. When the system refuses a name after it granted an earlier one (something else
///   took the name in that moment, or the folder may no longer be written to), the earlier files
///   stay, whole. And when all have appeared but receipts of an earlier subset cannot be removed,
///   those stay as well. A process killed between two names leaves the same; where files are
///   replaced, new ones then stand beside old ones. What went to standard output, a pipe or a
///   device is never taken back.
/// - Complexity: O(bytes of the pool + n log n) time for n samples; memory grows with n times the
///   columns, not with text or vectors.
public func select(
  _ request: SelectRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> SelectReport {
  do {
    let run = try SelectRun(request)
    return try run.carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// One selection from start to end.
private struct SelectRun {
  let request: SelectRequest
  let plan: ReadingPlan
  let reader: SampleReader
  let progress = ReadingProgress()
  let outputs: SelectOutputs
  let watch = Stopwatch()

  var recipe: Recipe { request.recipe }

  init(_ request: SelectRequest) throws {
    self.request = request
    plan = ReadingPlan(
      request.recipe, keepsIdentifiers: request.writesReceipts,
      keepsRejectedLines: request.rejects != nil)
    var options = ReadingOptions()
    options.textFields = plan.textFields
    options.numericColumns = plan.numericColumns
    options.categoryColumns = plan.categoryColumns
    // Delivered in any case: what fails the run is told with what the source may be instead.
    options.unreadable = .deliver
    options.temporaryFolder = request.temporaryFolder
    options.progress = progress
    reader = try SampleReader(
      sources: request.inputs.map(Source.init(path:)), options: options)
    // Before any work: an output that cannot be written should be told at once.
    outputs = try SelectOutputs(request)
  }

  func carryOut(_ onEvent: (Event) -> Void) throws -> SelectReport {
    let vectors = try recipe.embeddings.map { try NumPyArray(path: $0) }
    if let vectors, plan.topicCount > vectors.columnCount {
      throw GamutError.topicBeyondDimension(
        topic: plan.topicCount, dimension: vectors.columnCount)
    }
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    if plan.topicCount > 0, vectors == nil {
      // Training goes through the whole pool: a wrong file should be told before.
      try pool.checkStart()
      pool.topicModel = try watch.time(.train, onEvent) {
        try TextTopics(
          fitting: reader, count: plan.topicCount, seed: recipe.seed, threads: request.threads,
          onEvent: onEvent)
      }
    }
    var (columns, sources) = try watch.time(.read, onEvent) {
      try pool.read(rejects: outputs.rejects, onEvent: onEvent)
    }
    guard columns.count > 0 else { throw emptiness(columns: columns, sources: sources) }
    var embedding = pool.topicModel?.json
    if let vectors, plan.topicCount > 0 {
      let topics = try VectorTopics(
        vectors, columns: columns, topicCount: plan.topicCount, threads: request.threads,
        watch: watch, onEvent: onEvent)
      columns.topics = topics.coordinates
      embedding = topics.json
    } else if let vectors {
      // No axis needs them, but a mismatch is a mistake all the same.
      try VectorTopics.checkCount(vectors, columns: columns)
    }
    let choice = try watch.time(.select, onEvent) {
      try Choice(
        columns: columns, sources: sources, plan: plan, recipe: recipe, threads: request.threads)
    }
    let warnings = SelectWarnings(
      request: request, columns: columns, sources: sources, choice: choice,
      plan: plan, embeddingDimension: pool.topicModel?.dimension
    ).all
    try watch.time(.write, onEvent) {
      try outputs.write(
        columns: columns, sources: sources, choice: choice, plan: plan, reader: reader)
    }
    let manifest = manifest(
      columns: columns, sources: sources, choice: choice, embedding: embedding,
      warnings: warnings)
    let files = try watch.time(.commit, onEvent) { try outputs.commit(manifest) }
    return SelectReport(manifest: manifest, files: files, timing: watch.stages)
  }

  /// Why there is nothing to choose from.
  private func emptiness(columns: PoolColumns, sources: [SourceSummary]) -> GamutError {
    guard let first = columns.rejected.first, let problem = first.problem,
      let source = sources.first(where: { $0.rejectedCount > 0 })
    else { return .emptyPool(paths: request.inputs) }
    if let error = GamutError(
      unreadable: first, path: source.path, textFields: plan.textFields,
      count: columns.rejected.count)
    {
      return error
    }
    return .nothingReadable(
      path: source.path, line: first.line, problem: problem, count: columns.rejected.count)
  }

  private func manifest(
    columns: PoolColumns, sources: [SourceSummary], choice: Choice, embedding: JSONValue?,
    warnings: [Warning]
  ) -> Manifest {
    var manifest = Manifest(
      version: gamutVersion, recipe: recipe.json,
      sources: sources.map {
        .init(
          path: $0.path, bytes: $0.byteCount, samples: $0.sampleCount, rejected: $0.rejectedCount,
          sha256: $0.sha256)
      },
      axes: zip(choice.grid.axes, plan.places).map { Manifest.Axis($0, place: $1) },
      embedding: embedding, pool: choice.poolDescription, subset: choice.subsetDescription,
      output: outputs.subsetFacts, reachableCells: choice.grid.reachableCellCount,
      outcome: choice.outcome(rejectedCount: columns.rejected.count),
      budgetRequested: recipe.budgetText, budgetUnit: recipe.budget.unit.rawValue,
      budgetLimit: choice.limit, budgetSpent: choice.spending.spent,
      timing: watch.stages, warnings: warnings)
    manifest.lengthDebias = choice.lengthDebias
    manifest.suspects = choice.suspectCounts
    return manifest
  }
}

extension Manifest.Axis {
  /// An axis as it was cut, for the manifest.
  init(_ axis: Axis, place: ReadingPlan.Place) {
    let binning =
      switch axis.specification.binning {
      case .uniform: "uniform"
      case .quantile: "quantile"
      case .log: "log"
      case .edges: "edges"
      case .category: "category"
      }
    self.init(
      name: axis.name, binning: binning, bins: axis.binCount, edges: axis.edges,
      isSinglePrecision: place.isSinglePrecision,
      labels: axis.isCategory ? axis.labels : nil, range: axis.range, clipped: axis.clippedCount,
      missing: axis.missingCount)
  }
}
