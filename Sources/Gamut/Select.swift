import Descriptors
import DuckDB
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
  /// Seconds by stage, each once and in the order in which they first ended, and at last the total.
  ///
  /// The manifest holds the same up to the moment in which it was written, so without `commit`.
  public var timing: [StageTime]

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
/// - Throws: `GamutError`, among others `requirementsNotMet`. No file has appeared, changed or gone then, with two exceptions, both at
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
  private var run: ChoiceRun
  private let outputs: SelectOutputs

  private var request: SelectRequest { run.request }
  private var recipe: Recipe { run.recipe }
  private var plan: ReadingPlan { run.plan }

  init(_ request: SelectRequest) throws {
    run = try ChoiceRun(request, readsFewRows: true)
    // Before any work: an output that cannot be written should be told at once.
    outputs = try SelectOutputs(run.request, sources: run.neededFiles)
  }

  mutating func carryOut(_ onEvent: (Event) -> Void) throws -> SelectReport {
    let pool = try run.pool(rejects: outputs.rejects, onEvent)
    let choices = try run.choices(of: pool, onEvent)
    for choice in choices where choice.spending.selected.isEmpty && choice.limit > 0 {
      // A subset of nothing is no subset, and nobody asks for one.
      let unit = recipe.budget.unit
      if let least = choice.leastCost(columns: pool.columns, unit: unit) {
        throw GamutError.budgetBuysNothing(
          budget: choice.budget.text, limit: choice.limit, least: least, unit: unit)
      }
    }
    let proofs = try run.proofs(of: choices, pool: pool, onEvent)
    let unmet = zip(choices, proofs).flatMap { choice, proof in
      proof.requirements.filter { !$0.isMet }.map {
        UnmetRequirement(
          outcome: $0, budget: recipe.budgets.count > 1 ? choice.budget.text : nil)
      }
    }
    guard unmet.isEmpty else { throw GamutError.requirementsNotMet(unmet) }
    let watch = run.watch
    try watch.time(.write, onEvent) {
      try outputs.write(
        columns: pool.columns, sources: pool.sources, choices: choices, plan: plan,
        reader: run.reader, makeCheck: choices.last.flatMap { run.lineCheck($0.rows) })
    }
    let timing = watch.stages
    let proved = zip(choices, proofs).map { (choice: $0, proof: $1) }
    let manifests = zip(proved, outputs.subsetFacts).map { choice, output in
      let warnings = SelectWarnings(
        request: request, columns: pool.columns, sources: pool.sources, choice: choice.choice,
        plan: plan,
        embeddingDimension: pool.builtInDimension, evaluations: pool.evaluations,
        countsTokens: run.tokenizerJSON != nil)
      return run.manifest(
        pool: pool, choice: choice.choice, proof: choice.proof, output: output, timing: timing,
        warnings: warnings.all)
    }
    let files = try watch.time(.commit, onEvent) { try outputs.commit(manifests) }
    return SelectReport(manifests: manifests, files: files, timing: watch.stages)
  }
}

extension ChoiceRun {
  /// What the manifest says of a choice.
  func manifest(
    pool: ChoiceRun.Pool, choice: Choice, proof: Proof, output: JSONValue?,
    timing: [StageTime], warnings: [Warning]
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
    manifest.tokenizer = tokenizerJSON
    manifest.duckdb = DuckDB.shared.versionUsed?.description
    if let length = request.sequenceLength {
      let tokens = pool.columns.tokens
      let isEstimated = tokenizerJSON == nil
      manifest.pool.packing = SequencePacking(tokens, length: length, isEstimated: isEstimated)
      manifest.subset.packing = SequencePacking(
        choice.spending.selected.lazy.map { tokens[Int($0)] }, length: length,
        isEstimated: isEstimated)
    }
    manifest.lengthDebias = choice.lengthDebias
    manifest.suspects = choice.suspectCounts
    manifest.random = proof.random
    manifest.requirements = proof.requirements
    manifest.recipeSHA256 = Self.digest(of: recipe.json)
    manifest.writing = .members([
      "order": .string(request.order.rawValue), "format": .string(request.format.rawValue),
      "on_error": .string(request.onUnreadable.rawValue),
    ])
    return manifest
  }

  /// The SHA-256 of a recipe's JSON on one line.
  static func digest(of recipe: JSONValue) -> String {
    let hasher = SHA256()
    hasher.update(Array(recipe.compact.utf8).span)
    return hasher.finish()
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
