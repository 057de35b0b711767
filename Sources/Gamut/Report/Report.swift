import JSON
public import Reporting
import Storage

/// Gathers what a page shows of an archive, a subset or a tuning run.
///
/// Of an archive the columns are loaded, a choice is made where there is a budget, and the sources are gone
/// through once for the texts that are shown and for telling words. A subset is made again from its manifest, as
/// `verify` does, and shown only if it is what its manifest says.
///
/// - Parameters:
///   - request: What is to be shown.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: The content; the same for any number of threads.
/// - Throws: `GamutError`, among others `notReportable`, `subsetNotRederived`, `malformedTuning`.
/// - Complexity: As for `select(_:onEvent:)`, and O(bytes of the sources).
public func report(
  _ request: ReportRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ReportContent {
  do {
    switch ReportRequest.subject(of: request.path) {
    case .archive: return try reportOfArchive(request, onEvent)
    case .subset: return try reportOfSubset(request, onEvent)
    case .tuning:
      var content = ReportContent(kind: .tuning, name: request.path, version: gamutVersion)
      content.tuning = try TuningRun.read(request.path)
      return content
    case .other:
      // What is not there, or may not be read, is told as such.
      _ = try InputFile(path: request.path)
      throw GamutError.notReportable(path: request.path)
    }
  } catch {
    throw GamutError(error)
  }
}

private func reportOfArchive(
  _ request: ReportRequest, _ onEvent: (Event) -> Void
) throws -> ReportContent {
  var selecting = SelectRequest(
    inputs: [request.path], recipe: request.recipe, output: nil, threads: request.threads)
  selecting.temporaryFolder = request.temporaryFolder
  if !request.chooses {
    selecting.recipe.requirements = []
    selecting.recipe.randomCount = 0
  }
  var run = try ChoiceRun(selecting)
  let pool = try run.pool(rejects: nil, onEvent)
  let choices = try run.choices(of: pool, onEvent)
  let choice = choices[choices.count - 1]
  let proofs = try run.proofs(of: choices, pool: pool, onEvent)
  let warnings = SelectWarnings(
    request: run.request, columns: pool.columns, sources: pool.sources, choice: choice,
    plan: run.plan, embeddingDimension: pool.builtInDimension, evaluations: pool.evaluations,
    countsTokens: run.tokenizerJSON != nil)
  let manifest = run.manifest(
    pool: pool, choice: choice, proof: proofs[proofs.count - 1], output: nil, timing: [],
    warnings: request.chooses ? warnings.all : [])
  var content = ReportContent(kind: .archive, name: request.path, version: gamutVersion)
  content.archive = try ReportBuilder(
    run: run, pool: pool, choice: choice, chooses: request.chooses
  ).archive(manifest, onEvent)
  content.timing = run.watch.stages
  return content
}

private func reportOfSubset(
  _ request: ReportRequest, _ onEvent: (Event) -> Void
) throws -> ReportContent {
  var verifying = VerifyRequest(
    path: request.path, threads: request.threads, readRecipe: request.readRecipe)
  verifying.temporaryFolder = request.temporaryFolder
  var verification = SubsetVerification(verifying)
  let found = try verification.remadeChoice(onEvent)
  guard let remade = found.remade, found.report.isVerified else {
    throw GamutError.subsetNotRederived(found.report)
  }
  var manifest = remade.run.manifest(
    pool: remade.pool, choice: remade.choice, proof: remade.proof, output: nil, timing: [],
    warnings: [])
  // Under the names that the sources had.
  manifest.archive = found.manifest["archive"]
  manifest.recipe = found.manifest["recipe"] ?? manifest.recipe
  var content = ReportContent(kind: .subset, name: request.path, version: gamutVersion)
  content.archive = try ReportBuilder(
    run: remade.run, pool: remade.pool, choice: remade.choice, chooses: true
  ).archive(manifest, onEvent)
  content.archive?.writtenManifest = found.manifest
  content.archive?.isRederived = true
  content.timing = remade.run.watch.stages
  content.notes = found.manifest["warnings"]?.items?.compactMap(\.text) ?? []
  return content
}
