import Descriptors
import JSON
import LinearAlgebra
import Metrics
public import Reporting
import Samples
import Selection
import Storage

/// What a tuning came to.
public struct TuneReport: Sendable {
  /// What was found.
  public var tuning: Tuning
  /// The recommended recipe.
  public var recipe: Recipe
  /// The recipe as YAML, with the reason in comments.
  public var yaml: String
  /// The files that were written.
  public var files: [String]
  /// How many batches an interrupted run had left done.
  public var takenUp: Int
  /// Seconds by stage, each once and in the order in which they first ended, and at last the total.
  public var timing: [StageTime]
}

/// Tries grids and policies on a pool, and recommends one.
///
/// Each configuration chooses from the pool without one of its folds at a time, of the budget the same share,
/// and what it chooses is measured by numbers that look at no cell. Which are tried is `TuningSpace`, what is
/// measured `TuningObjective`, how the one is found `TradeOff` and `Tuning.rule`.
///
/// With an output a journal of what is done stands beside it until the end; an interrupted run leaves it, and
/// the same request goes on from there, with the same result.
///
/// - Parameters:
///   - request: The pool, what is tried, and where results go.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: What was found, and the recipe.
/// - Throws: `GamutError`. No file has appeared or changed then but the journal.
/// - Complexity: For c configurations of g grids, k folds and n samples O(k g n), for each of the k c choices
///   `RankedCells.leading`, or O(n) where samples are not all alike (tokens, caps, redundancy, included ones), and
///   what measuring takes; memory grows with n times the columns, and with c times the budget, not with text or vectors.
public func tune(
  _ request: TuneRequest, onEvent: @escaping (Event) -> Void = { _ in }
) throws(GamutError) -> TuneReport {
  do {
    return try TuneRun(request).carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// One tuning from start to end.
struct TuneRun {
  private let request: TuneRequest
  private let configurations: [TuningConfiguration]
  private let paths: TuningPaths?

  init(_ request: TuneRequest) throws {
    precondition(
      TuneRequest.foldRange.contains(request.folds), "a pool is divided into 2 to 20 folds")
    precondition(request.recipe.method == .archive, "grids matter to the method 'archive' alone")
    precondition(request.recipe.budgets.count == 1, "one budget is tuned for")
    self.request = request
    let first = TuningConfiguration(
      axes: request.recipe.axes, evenness: request.recipe.evenness, greed: request.recipe.greed,
      redundancy: request.recipe.redundancy)
    guard request.space.count <= TuningSpace.limit else {
      throw GamutError.tooManyConfigurations(
        count: request.space.count, limit: TuningSpace.limit)
    }
    try AxisSpecification.check(first.axes)
    configurations = try request.space.configurations(after: first)
    paths = request.output.map { TuningPaths(recipe: $0) }
  }

  /// One axis a descriptor that any grid looks at, the default's own first: what has to be read.
  private var descriptors: [AxisSpecification] {
    var result: [AxisSpecification] = []
    func add(_ axis: AxisSpecification) {
      let isKnown = result.contains {
        $0.subject == axis.subject && ($0.binning == .category) == (axis.binning == .category)
      }
      if isKnown { return }
      var axis = axis
      // Read by itself, and cut where it belongs.
      if axis.binning == .nested { axis.binning = .quantile }
      result.append(axis)
    }
    for configuration in configurations { configuration.axes.forEach(add) }
    if let label = request.label {
      add(AxisSpecification(subject: .column(label), binCount: 1, binning: .category))
    }
    return result
  }

  func carryOut(_ onEvent: @escaping (Event) -> Void) throws -> TuneReport {
    // Before any work: an output that cannot be written should be told at once.
    let outputs = try paths.map {
      try TuneOutputs($0, replacing: request.replacesOutputs)
    }
    var recipe = request.recipe
    recipe.axes = descriptors
    // So that vectors are there to measure by.
    recipe.metrics = [.set(.vector(.facilityLocation))]
    recipe.randomCount = 2
    recipe.requirements = []
    var choosing = SelectRequest(
      inputs: request.inputs, recipe: recipe, output: nil, threads: request.threads)
    choosing.onUnreadable = request.onUnreadable
    choosing.temporaryFolder = request.temporaryFolder
    var run = try ChoiceRun(choosing, readsTopics: true)
    try paths?.check(
      against: run.neededFiles + request.inputs + recipe.files + request.validations)
    let pool = try run.pool(rejects: nil, onEvent)
    let (plan, watch) = (run.plan, run.watch)
    let ground = try watch.time(.select, onEvent) {
      try TuningGround(
        pool, plan: plan, recipe: run.recipe, foldCount: request.folds, threads: request.threads)
    }
    if let label = request.label {
      let axis = AxisSpecification(subject: .column(label), binCount: 1, binning: .category)
      try Groundwork.checkHasValues(
        axis, at: plan.place(of: axis), columns: pool.columns, sources: pool.sources)
    }
    var gauges = gauges(ground)
    if request.trainsProxies || !request.validations.isEmpty {
      let reader = run.reader
      let texts = try watch.time(.read, onEvent) {
        try ProxyTexts(
          reader: reader, sources: pool.sources, columns: pool.columns,
          isWanted: ground.isCandidate, validations: request.validations,
          threads: request.threads)
      }
      gauges.append(
        try ProxyGauge(texts, on: ground, folds: request.folds, threads: request.threads))
    }
    let objectives = gauges.flatMap(\.objectives) + [.stability]
    let front = try frontObjectives(among: objectives)
    var journal: TuningJournal?
    if let paths, outputs?.isDirect == false {
      journal = try TuningJournal(
        path: paths.journal, request: identity(of: ground, objectives: objectives),
        replacing: request.replacesOutputs)
    }
    let takenUp = journal?.count ?? 0
    let model = try run.archive.map { try DescriptorModel(reading: $0.path, index: $0.index) }
    let tuning = try watch.time(.tune, onEvent) {
      var trials = TuningTrials(
        configurations, ground: ground, model: model, gauges: gauges, journal: journal
      ) { done, total in onEvent(.advanced(.tune, done: done, total: total, samples: 0)) }
      let outcome: TuningTrials.Outcome
      do {
        outcome = try trials.run(halving: request.halving, counting: front)
      } catch {
        // A journal of nothing is of no use to anybody.
        if trials.journaledCount == 0 { journal?.remove() }
        throw error
      }
      try pool.vectorFile?.checkUnchanged()
      var found = self.tuning(outcome, ground: ground, objectives: objectives, front: front)
      try found.decide()
      found.warnings = try warnings(of: found, ground: ground, model: model)
      return found
    }
    var best = request.recipe
    best.axes = tuning.best.configuration.axes
    best.evenness = tuning.best.configuration.evenness
    best.greed = tuning.best.configuration.greed
    best.redundancy = tuning.best.configuration.redundancy
    if !best.axes.contains(where: { $0.binning == .cvt }) { best.topics = nil }
    let yaml = yaml(of: best, tuning)
    let files = try watch.time(.write, onEvent) {
      try outputs?.write(recipe: yaml, tuning: tuning.json.pretty) ?? []
    }
    journal?.remove()
    return TuneReport(
      tuning: tuning, recipe: best, yaml: yaml, files: files, takenUp: takenUp,
      timing: watch.stages)
  }

  /// What measures sets.
  private func gauges(_ ground: TuningGround) -> [any TuningGauge] {
    let columns = ground.pool.columns
    var gauges: [any TuningGauge] = [
      ColumnGauge(quality: ground.quality, complexity: columns.complexity)
    ]
    if let vectors = ground.pool.vectors {
      gauges.append(
        VectorGauge(
          vectors: RowSource(vectors, count: columns.count), hashes: columns.hashHigh,
          seed: ground.recipe.seed))
    }
    if let label = request.label, let place = ground.plan.categoryColumns.firstIndex(of: label) {
      gauges.append(
        LabelGauge(
          column: label, codes: columns.labelCodes[place], isCandidate: ground.isCandidate))
    }
    return gauges
  }

  /// The places of the objectives that make the front; all names that are asked for are known then.
  private func frontObjectives(among objectives: [TuningObjective]) throws(GamutError) -> [Int] {
    let preferred = request.preferences.map { preference in
      switch preference {
      case .bound(let bound): bound.objective
      case .best(let name): name
      }
    }
    let known = objectives.map(\.name)
    for name in request.objectives + preferred where !known.contains(name) {
      throw .noSuchObjective(name: name, known: known)
    }
    return objectives.indices.filter { place in
      request.objectives.isEmpty
        ? objectives[place].isUsual : request.objectives.contains(objectives[place].name)
    }
  }

  /// A digest of all that decides what is measured; what is preferred among it does not.
  private func identity(
    of ground: TuningGround, objectives: [TuningObjective]
  ) -> String {
    let parts = JSONValue.members([
      "gamut": .string(gamutVersion), "recipe": request.recipe.json,
      "sources": .array(
        ground.pool.sources.flatMap {
          [JSONValue.string($0.path), .string($0.sha256), .integer($0.sampleCount)]
        }),
      "on_error": .string(request.onUnreadable.rawValue),
      // What paths in the recipe lead to may have changed.
      "archive": .bool(ground.pool.known != nil), "embedding": ground.pool.embedding,
      "candidates": .integer(ground.candidateCount),
      "configurations": .array(configurations.map { .string($0.text) }),
      "folds": .integer(request.folds), "halving": .string(request.halving.rawValue),
      // Halves are told by what makes the front.
      "front": request.halving == .never
        ? nil : .array(request.objectives.map { .string($0) }),
      "objectives": .array(objectives.map { .string("\($0.name): \($0.meaning)") }),
      "blas_kernel": .string(LinearAlgebraLibrary.coreName),
    ])
    return ChoiceRun.digest(of: parts)
  }

  private func tuning(
    _ outcome: TuningTrials.Outcome, ground: TuningGround, objectives: [TuningObjective],
    front: [Int]
  ) -> Tuning {
    func means(_ folds: [[Double?]]) -> [FoldMean?] {
      objectives.indices.map { place in FoldMean(folds.compactMap { $0[place] }) }
    }
    var gridOf: [Int] = []
    var grids: [[AxisSpecification]] = []
    for configuration in configurations {
      if let place = grids.lastIndex(of: configuration.axes) {
        gridOf.append(place)
      } else {
        gridOf.append(grids.count)
        grids.append(configuration.axes)
      }
    }
    return Tuning(
      paths: request.inputs, samples: ground.pool.columns.count,
      budget: (request.recipe.budgetText, request.recipe.budget.unit.rawValue, ground.limit),
      seed: request.recipe.seed, foldCount: request.folds, objectives: objectives,
      frontObjectives: front,
      trials: configurations.indices.map { place in
        Tuning.Trial(
          configuration: configurations[place], cells: outcome.possibleCells[gridOf[place]],
          reachableCells: outcome.reachableCells[gridOf[place]], folds: outcome.values[place],
          values: means(outcome.values[place]), rung: outcome.rungs[place])
      },
      rungCount: outcome.rungCount, top: means(outcome.top), random: means(outcome.random),
      preferences: request.preferences)
  }

  /// What a user cannot see otherwise.
  private func warnings(
    of tuning: Tuning, ground: TuningGround, model: DescriptorModel?
  ) throws -> [String] {
    var warnings: [String] = []
    if tuning.rungCount > 1 {
      let left = tuning.trials.count { $0.rung < tuning.rungCount }
      warnings.append(
        "\(grouped(left)) of \(grouped(tuning.trials.count)) configurations fell behind on the first"
          + " folds and were left there (--halving); the others were measured on all"
          + " \(tuning.foldCount)")
    }
    for place in tuning.frontObjectives where tuning.best.values[place] == nil {
      warnings.append("\(tuning.objectives[place].name) is not defined for what is chosen")
    }
    let axes = tuning.best.configuration.axes
    if !axes.isEmpty {
      let cut = try TuningAxes([axes], ground: ground, model: model).ofWholePool()[0]
      let diagnosis = GridDiagnosis(
        grid: ground.cells(cut, of: ground.part(without: nil)).grid,
        samples: ground.isCandidate.indices.filter { ground.isCandidate[$0] }.map { Int32($0) },
        columns: ground.pool.columns, plan: ground.plan,
        budget: request.recipe.budget.unit == .samples ? ground.limit : nil,
        topics: ground.pool.components.flatMap(TopicSpectrum.init))
      warnings += diagnosis.warnings.map(\.message)
    }
    if request.recipe.quality.isEmpty { warnings.append(Warning.heuristicQuality.message) }
    if let dimension = ground.pool.builtInDimension {
      warnings.append(Warning.builtInEmbedding(dimension: dimension).message)
    }
    return warnings
  }

  /// The recipe with its reason in comments.
  private func yaml(of recipe: Recipe, _ tuning: Tuning) -> String {
    let lines = [
      "Recommended by gamut tune among \(tuning.trials.count) configurations.",
      "Rule: \(tuning.rule)", "Reason: \(tuning.reason)",
    ]
    return lines.map { line in
      // A name of a file or a column may hold anything.
      "# " + line.map { $0.isNewline ? " " : String($0) }.joined() + "\n"
    }.joined() + recipe.yaml
  }
}

/// The recipe and what was measured, staged from the start and committed together.
private final class TuneOutputs {
  private let group = StagedOutputs()
  private let recipe: StagedOutput
  private let tuning: StagedOutput?
  private let paths: TuningPaths

  /// - Throws: `StorageError`.
  init(_ paths: TuningPaths, replacing: Bool) throws {
    self.paths = paths
    recipe = try group.add(path: paths.recipe, replacing: replacing)
    // Nothing stands beside a pipe or a device.
    tuning = recipe.isDirect ? nil : try group.add(path: paths.tuning, replacing: replacing)
  }

  /// Whether what is written goes to a pipe or a device.
  var isDirect: Bool { recipe.isDirect }

  /// Writes all, and gives the files their names.
  func write(recipe text: String, tuning json: String) throws -> [String] {
    try recipe.write(text)
    try tuning?.write(json)
    try group.commit()
    return [paths.recipe] + (tuning == nil ? [] : [paths.tuning])
  }
}

extension TuningPaths {
  /// Checks that no file that is read would be replaced.
  fileprivate func check(against inputs: [String]) throws(StorageError) {
    for path in [recipe, tuning, journal] {
      for input in inputs where InputFile.isSameFile(path, input) {
        throw .sameFileTwice(path: path)
      }
    }
  }
}
