import Descriptors
import EliteArchive
import Reporting
import Samples
import Selection

/// Explains what became of a sample: where it stands, what took its place, and the smallest changes of
/// budget, quality and recipe that would flip the decision, each found by making the choice again.
///
/// - Parameters:
///   - request: The pool, the recipe and the sample.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: One explanation a sample that the ID names, in the order of the pool, of at most
///   `ExplainRequest.sampleLimit` of them; at least one.
/// - Throws: `GamutError`, as `select(_:onEvent:)`, and `noSuchSample` or `noSuchLine` for an ID that names
///   nothing.
/// - Complexity: As for `select(_:onEvent:)`, and O(n) for each choice that is made again, of n samples: a
///   handful where every sample costs 1 and nothing is told by vectors, else up to about a hundred.
public func explain(
  _ request: ExplainRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> [Explanation] {
  do {
    var selecting = SelectRequest(
      inputs: request.inputs, recipe: request.recipe, output: nil, threads: request.threads)
    // What a subset is held against explains nothing.
    selecting.recipe.requirements = []
    selecting.recipe.randomCount = 0
    // Receipts bring the ids along.
    selecting.writesReceipts = true
    selecting.onUnreadable = request.onUnreadable
    selecting.temporaryFolder = request.temporaryFolder
    var run = try ChoiceRun(selecting)
    let pool = try run.pool(rejects: nil, onEvent)
    let named = try NamedLines(request.id, in: pool)
    let choices = try run.choices(of: pool, onEvent)
    let explainer = Explainer(run: run, pool: pool, choices: choices)
    if let rejected = named.rejected {
      return [explainer.explanation(ofRejected: rejected.line, source: rejected.source)]
    }
    let trials = ChoiceTrials(run: run, pool: pool, choice: explainer.choice)
    return try run.watch.time(.explain, onEvent) {
      try named.samples.prefix(ExplainRequest.sampleLimit).map { sample in
        var explanation = explainer.explanation(of: sample)
        explanation.matchCount = named.samples.count
        explanation.changes = try FlipSearch(trials, sample: sample).changes()
        return explanation
      }
    }
  } catch {
    throw GamutError(error)
  }
}

/// Tells of the samples of a choice what is known without changing anything.
private struct Explainer {
  let run: ChoiceRun
  let pool: ChoiceRun.Pool
  let choices: [Choice]
  private let receipts: ReceiptsWriter
  private let places: SamplePlaces

  /// The choice of the largest budget.
  var choice: Choice { choices[choices.count - 1] }

  init(run: ChoiceRun, pool: ChoiceRun.Pool, choices: [Choice]) {
    self.run = run
    self.pool = pool
    self.choices = choices
    receipts = ReceiptsWriter(
      columns: pool.columns, sources: pool.sources, choice: choices[choices.count - 1],
      plan: run.plan, recipe: run.recipe)
    places = SamplePlaces(sources: pool.sources, lines: pool.columns.lines)
  }

  private func blank(_ sample: Explanation.Sample) -> Explanation {
    Explanation(
      sample: sample, matchCount: 1, candidateCount: choice.archive.byQuality.count,
      budget: .init(
        text: choice.budget.text, unit: run.recipe.budget.unit, limit: choice.limit,
        spent: choice.spending.spent),
      perCell: run.recipe.perCell, floor: choice.floor)
  }

  func explanation(ofRejected index: Int, source: Int) -> Explanation {
    let line = pool.columns.rejected[index]
    var explanation = blank(
      .init(
        source: pool.sources[source].path, line: line.line, idText: [], status: .rejected,
        quality: .missing))
    explanation.reason = line.problem?.message(textFields: run.plan.textFields)
    return explanation
  }

  private func sample(_ sample: Int) -> Explanation.Sample {
    let receipt = receipts.receipt(of: sample, source: places[sample].path)
    return .init(
      source: receipt.source, line: receipt.line, idText: receipt.idText, status: receipt.status,
      quality: receipt.quality, rank: receipt.rank, order: receipt.order)
  }

  func explanation(of sample: Int) -> Explanation {
    let receipt = receipts.receipt(of: sample, source: places[sample].path)
    var explanation = blank(self.sample(sample))
    explanation.reason = receipt.reason
    explanation.isIncluded = choice.standing.isIncluded(sample)
    if choice.statuses[sample] == .excluded {
      explanation.excludedBy =
        switch choice.standing.exclusion(of: sample) {
        case .none: "drop"
        case .overlap: "exclude"
        case .identifier: "exclude-ids"
        }
    }
    if choice.twins[sample] >= 0 {
      explanation.because = self.sample(Int(choice.twins[sample]))
    } else if let better = choice.exclusions.betterSample(than: sample) {
      explanation.because = self.sample(better)
    } else {
      explanation.evaluation = receipt.because
    }
    explanation.smallerBudgets = choices.dropLast().map { ($0.budget.text, $0.statuses[sample]) }
    let own = choice.quality[sample]
    if !own.isNaN {
      explanation.qualityPlace = .init(
        number: 1 + choice.quality.count { $0 > own },
        count: choice.quality.count { !$0.isNaN })
    }
    let cell = choice.grid.cells[sample]
    let bins = choice.grid.bins(ofCell: Int(cell))
    explanation.axes = choice.grid.axes.enumerated().map { index, axis in
      standing(
        receipt.descriptor[index].value, on: axis, index: index, bins: bins,
        isSinglePrecision: run.plan.places[index].isSinglePrecision)
    }
    explanation.cell = .init(
      bins: bins, sampleCount: choice.grid.cells.count { $0 == cell },
      candidateCount: Int(choice.archive.masses[Int(cell)]),
      selectedCount: choice.spending.selected.count { choice.grid.cells[Int($0)] == cell })
    if choice.statuses[sample] != .selected {
      // What is chosen in any case took no place in the order.
      let chosen = choice.spending.selected.filter { !choice.standing.isIncluded(Int($0)) }
      explanation.lastOfCell = chosen.filter { choice.grid.cells[Int($0)] == cell }
        .max { choice.places[Int($0)] < choice.places[Int($1)] }.map { self.sample(Int($0)) }
      explanation.lastOfOrder = chosen.max { choice.places[Int($0)] < choice.places[Int($1)] }
        .map { self.sample(Int($0)) }
    }
    return explanation
  }

  private func standing(
    _ value: Receipt.AxisValue, on axis: Axis, index: Int, bins: [Int], isSinglePrecision: Bool
  ) -> Explanation.AxisStanding {
    let bin = bins[index]
    var edges = axis.edges
    var parent: [Int]?
    if let nested = axis.nestedEdges {
      let own = Array(bins[..<index])
      parent = own
      edges = nested.parents.firstIndex(of: own).map { nested.edges[$0] } ?? []
    }
    let hasEdges = axis.centroids == nil && !axis.isCategory
    let binCount = hasEdges ? edges.count + 1 : axis.valueBinCount
    var standing = Explanation.AxisStanding(
      name: axis.name, binning: Manifest.Axis(axis, place: run.plan.places[index]).binning,
      value: value, bin: bin, binCount: binCount, isClipped: false,
      isMissing: bin == axis.valueBinCount && axis.missingCount > 0, parent: parent)
    guard hasEdges, !standing.isMissing else { return standing }
    func end(_ edge: Double) -> Receipt.AxisValue {
      isSinglePrecision ? .single(Float(edge)) : .number(edge)
    }
    if bin > 0, bin <= edges.count { standing.low = end(edges[bin - 1]) }
    if bin < edges.count { standing.high = end(edges[bin]) }
    if let range = axis.range {
      switch value {
      case .single(let value): standing.isClipped = !range.contains(Double(value))
      case .number(let value): standing.isClipped = !range.contains(value)
      case .label, .missing: break
      }
    }
    return standing
  }
}
