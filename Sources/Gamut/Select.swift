import Descriptors
import EliteArchive
import JSON
import LinearAlgebra
import Metrics
public import Reporting
import Samples
import Selection
import Storage

/// What a selection came to.
public struct SelectReport: Sendable {
  /// The records of the run, one a budget, ascending.
  public var manifests: [Manifest]
  /// The files that were written: each subset with what stands beside it, then all others.
  public var files: [String]
  /// Seconds by stage in the order in which they began, and at last the total.
  ///
  /// The manifest holds the same up to the moment in which it was written, so without `commit`.
  public var timing: [(stage: String, seconds: Double)]

  /// The record of the largest subset, which is the only one unless the recipe has several budgets.
  public var manifest: Manifest { manifests[manifests.count - 1] }
}

/// Chooses a balanced subset of a pool and writes it with its manifest.
///
/// A recipe of several budgets makes as many subsets, each of which contains the one before; all but the
/// spending is done once.
///
/// Reads the pool once for its columns (and once before without parsing it, where the built-in
/// embedding has to be trained), the vectors twice where there are any, and the chosen lines once
/// more. Files are complete on the disk before the first of them gets its name, at the end; they
/// get their names one after the other.
///
/// - Parameters:
///   - request: The pool, the recipe and where results go.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: The manifests and the names of what was written.
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
    var run = try SelectRun(request)
    return try run.carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// One selection from start to end.
private struct SelectRun {
  let request: SelectRequest
  var plan: ReadingPlan
  let reader: SampleReader
  let progress = ReadingProgress()
  let outputs: SelectOutputs
  let watch = Stopwatch()
  /// The archive that is chosen from, if it is one.
  let archive: ArchivePool?

  var recipe: Recipe { request.recipe }

  init(_ given: SelectRequest) throws {
    var request = given
    try AxisSpecification.check(request.recipe.axes)
    archive = try Self.archive(of: request)
    if let archive {
      let fields = archive.index.model["text"]?.items?.compactMap(\.text) ?? []
      request.recipe.textFields = fields
    }
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
    let sources = try archive?.locatedSources() ?? request.inputs
    reader = try SampleReader(sources: sources.map(Source.init(path:)), options: options)
    // Before any work: an output that cannot be written should be told at once.
    outputs = try SelectOutputs(request, sources: sources)
  }

  /// The archive among the inputs, which then is the only one.
  private static func archive(of request: SelectRequest) throws -> ArchivePool? {
    guard let path = request.inputs.first(where: ArchivePool.isFolder) else { return nil }
    guard request.inputs.count == 1 else { throw ArchiveError.archiveAmongInputs(path: path) }
    for (option, isGiven) in [
      ("embeddings", request.recipe.embeddings != nil), ("rejects", request.rejects != nil),
    ] where isGiven {
      throw ArchiveError.decidedByArchive(path: path, option: "--\(option)")
    }
    return try ArchivePool(opening: path)
  }

  /// The samples to choose from, with what the manifest says of their topics.
  private struct Pool {
    var columns: PoolColumns
    var sources: [SourceSummary]
    var embedding: JSONValue?
    /// The dimension of the built-in embedding, where it was used.
    var builtInDimension: Int?
    /// The axes that are cut already, in the recipe's order, `nil` for those that are not.
    var cutAxes: [Axis?]
    /// The vectors of the samples, where redundancy is told by them.
    var vectors: SampleVectors?
    /// The file that they come from, if it is one.
    var vectorFile: NumPyArray?
    /// The evaluation sets that the samples were held against.
    var evaluations: Evaluations?
  }

  private mutating func readSources(_ onEvent: (Event) -> Void) throws -> Pool {
    let vectors = try recipe.embeddings.map { try NumPyArray(path: $0) }
    try plan.limitTopics(
      to: vectors?.columnCount ?? TextTopics.dimensionLimit, recipe: recipe)
    var evaluations: Evaluations?
    if !recipe.exclusions.isEmpty {
      evaluations = try Evaluations(recipe, options: reader.options, threads: request.threads)
    }
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    pool.evaluations = evaluations
    if plan.topicCount > 0, vectors == nil {
      // Training goes through the whole pool: a wrong file should be told before.
      try pool.checkStart()
      pool.topicModel = try watch.time(.train, onEvent) {
        try TextTopics(
          fitting: reader, count: plan.topicCount, seed: recipe.seed, threads: request.threads,
          onEvent: onEvent)
      }
      if plan.keepsVectors, let dimension = pool.topicModel?.dimension {
        pool.vectors = try VectorSpool(dimension: dimension, folder: request.temporaryFolder)
      }
    }
    var (columns, sources) = try watch.time(.read, onEvent) {
      try pool.read(rejects: outputs.rejects, onEvent: onEvent)
    }
    guard columns.count > 0 else {
      throw GamutError(
        emptyPool: columns, sources: sources, paths: request.inputs, textFields: plan.textFields)
    }
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
    var sampleVectors = try pool.vectors?.vectors()
    if let vectors, recipe.redundancy != nil {
      sampleVectors = try VectorTopics.sampleVectors(vectors, columns: columns)
    }
    return Pool(
      columns: columns, sources: sources, embedding: embedding,
      builtInDimension: pool.topicModel?.dimension,
      cutAxes: recipe.axes.map { _ in nil }, vectors: sampleVectors, vectorFile: vectors,
      evaluations: evaluations)
  }

  private mutating func readArchive(
    _ archive: ArchivePool, _ onEvent: (Event) -> Void
  ) throws -> Pool {
    let model = try DescriptorModel(reading: archive.path, index: archive.index)
    let cutAxes = model.known(of: recipe.axes, topics: recipe.topics)
    try plan.limitTopics(
      toKept: model.topicCount, cut: cutAxes, archive: archive.path, recipe: recipe)
    var columns = try watch.time(.load, onEvent) {
      try archive.columns(for: plan, threads: request.threads)
    }
    guard columns.count > 0 else { throw GamutError.emptyPool(paths: request.inputs) }
    let texts = try ArchiveTexts(
      archive, model: model, recipe: recipe, reader: reader, threads: request.threads)
    let compared = try texts.map { texts in
      try watch.time(.read, onEvent) { try texts.read(into: &columns, onEvent: onEvent) }
    }
    var vectors = compared?.vectors
    if recipe.redundancy != nil, model.embedding == nil {
      vectors = try archive.sampleVectors(dimension: model.dimension)
    }
    let usesTopics = plan.topicCount > 0
    return Pool(
      columns: columns, sources: archive.sources, embedding: usesTopics ? model.json : nil,
      builtInDimension: usesTopics && model.embedding != nil ? model.dimension : nil,
      cutAxes: cutAxes, vectors: vectors, evaluations: compared?.evaluations)
  }

  mutating func carryOut(_ onEvent: (Event) -> Void) throws -> SelectReport {
    let pool: Pool
    if let archive {
      pool = try readArchive(archive, onEvent)
    } else {
      pool = try readSources(onEvent)
    }
    let (columns, sources) = (pool.columns, pool.sources)
    let choices = try watch.time(.select, onEvent) {
      try Choice.all(
        columns: columns, sources: sources, plan: plan, recipe: recipe, cutAxes: pool.cutAxes,
        vectors: pool.vectors, threads: request.threads)
    }
    if recipe.redundancy != nil { try pool.vectorFile?.checkUnchanged() }
    try watch.time(.write, onEvent) {
      try outputs.write(
        columns: columns, sources: sources, choices: choices, plan: plan, reader: reader,
        check: archive == nil ? nil : try lineCheck(columns: columns, sources: sources))
    }
    let timing = watch.stages
    let manifests = zip(choices, outputs.subsetFacts).map { choice, output in
      let warnings = SelectWarnings(
        request: request, columns: columns, sources: sources, choice: choice, plan: plan,
        embeddingDimension: pool.builtInDimension, evaluations: pool.evaluations)
      return manifest(
        pool: pool, choice: choice, output: output, timing: timing, warnings: warnings.all)
    }
    let files = try watch.time(.commit, onEvent) { try outputs.commit(manifests) }
    return SelectReport(manifests: manifests, files: files, timing: watch.stages)
  }

  /// Holds lines that are fetched against those that the archive was made of.
  private func lineCheck(
    columns: PoolColumns, sources: [SourceSummary]
  ) throws -> (Int, Span<UInt8>) throws -> Void {
    let hasher = try LineHasher(textFields: plan.textFields)
    return { sample, line in
      let hash = try hasher.contentHash(of: line)
      guard let hash, hash.high == columns.hashHigh[sample], hash.low == columns.hashLow[sample]
      else {
        let place = SamplePlaces(sources: sources, lines: columns.lines)[sample]
        throw ArchiveError.lineChanged(path: place.path, line: place.line)
      }
    }
  }

  private func manifest(
    pool: Pool, choice: Choice, output: JSONValue?,
    timing: [(stage: String, seconds: Double)], warnings: [Warning]
  ) -> Manifest {
    var manifest = Manifest(
      version: gamutVersion, recipe: recipe.json,
      sources: pool.sources.map {
        .init(
          path: $0.path, bytes: $0.byteCount, samples: $0.sampleCount, rejected: $0.rejectedCount,
          sha256: $0.sha256)
      },
      axes: zip(choice.grid.axes, plan.places).map { Manifest.Axis($0, place: $1) },
      archive: archive?.json, embedding: pool.embedding, pool: choice.poolDescription,
      subset: choice.subsetDescription, output: output,
      reachableCells: choice.grid.reachableCellCount,
      outcome: choice.outcome(rejectedCount: pool.columns.rejected.count),
      budgetRequested: choice.budget.text, budgetUnit: recipe.budget.unit.rawValue,
      budgetLimit: choice.limit, budgetSpent: choice.spending.spent,
      timing: timing, warnings: warnings)
    manifest.exclusion = pool.evaluations?.json(excluded: choice.standing.overlapCounts)
    manifest.identifierLists = choice.standing.listsJSON
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
      case .cvt: "cvt"
      case .nested: "nested"
      }
    self.init(
      name: axis.name, binning: binning, bins: axis.binCount, edges: axis.edges,
      isSinglePrecision: place.isSinglePrecision,
      labels: axis.isCategory ? axis.labels : nil, range: axis.range, clipped: axis.clippedCount,
      missing: axis.missingCount)
    parents = axis.nestedEdges?.parents
    parentEdges = axis.nestedEdges?.edges
    components = axis.centroids?.dimension
  }
}
