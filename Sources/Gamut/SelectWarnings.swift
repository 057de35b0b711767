import Descriptors
import Metrics
import Numbers
import Reporting
import Samples
import Selection

/// Gathers what a user should know of a selection and cannot see otherwise.
///
/// What went other than a user might think comes first, what stands in for something absent last.
struct SelectWarnings {
  let request: SelectRequest
  let columns: PoolColumns
  let sources: [SourceSummary]
  let choice: Choice
  /// Where the columns have what.
  let plan: ReadingPlan
  /// The dimension of the built-in text embedding; `nil` where it was not used.
  let embeddingDimension: Int?
  /// What samples must not overlap with, if anything.
  let evaluations: Evaluations?
  /// Whether tokens were counted by a tokenizer.
  let countsTokens: Bool

  private var recipe: Recipe { request.recipe }

  /// All warnings in the order in which they are to be read.
  var all: [Warning] {
    var warnings = subset
    if !columns.rejected.isEmpty {
      warnings.append(.rejectedLines(count: columns.rejected.count, rejects: request.rejects))
    }
    warnings += exclusion
    warnings += quality + length + cellsWithoutQuality + suspects
    for axis in choice.grid.axes { warnings += of(axis) }
    if recipe.quality.isEmpty { warnings.append(.heuristicQuality) }
    if let embeddingDimension { warnings.append(.builtInEmbedding(dimension: embeddingDimension)) }
    if columns.unrenderedCount > 0 {
      warnings.append(.notRendered(samples: columns.unrenderedCount))
    }
    return warnings + (countsTokens ? [] : [.estimatedTokens])
  }

  /// Of a subset that is empty, smaller than asked for, or too small for its grid.
  private var subset: [Warning] {
    let chosen = choice.spending.selected.count
    if chosen == 0 { return [emptiness] }
    let ignored = [
      recipe.evenness == Recipe.defaultEvenness ? nil : "evenness",
      recipe.greed == 0 ? nil : "greed",
    ].compactMap(\.self)
    if !ignored.isEmpty, !recipe.method.balances {
      return [.optionsWithoutEffect(options: ignored, method: recipe.method.rawValue)] + fulfilment
    }
    return fulfilment
  }

  /// Of a subset that is smaller than asked for, or too small for its grid.
  private var fulfilment: [Warning] {
    let chosen = choice.spending.selected.count
    let unit = recipe.budget.unit
    if !choice.isLimitedByBudget {
      return choice.spending.spent < choice.limit
        ? [
          .budgetNotReached(
            limit: choice.limit, spent: choice.spending.spent, unit: unit.rawValue)
        ] : []
    }
    // Where quality or chance alone decides, nobody expects every cell to send something.
    let isBalanced = recipe.method == .archive && recipe.greed < 1
    return isBalanced && choice.grid.reachableCellCount > chosen
      ? [.moreCellsThanBudget(cells: choice.grid.reachableCellCount, samples: chosen)] : []
  }

  /// Why the subset is empty.
  private var emptiness: Warning {
    let unit = recipe.budget.unit
    if let cost = choice.leastCost(columns: columns, unit: unit) {
      return choice.limit == 0
        ? .emptySubset(.budgetIsNone(requested: choice.budget.text, unit: unit.rawValue))
        : .emptySubset(.nothingFits(limit: choice.limit, least: cost, unit: unit.rawValue))
    }
    let excluded = choice.statuses.count { $0 == .excluded }
    if excluded > 0 { return .emptySubset(.nothingLeft(excluded: excluded)) }
    let best = choice.quality.lazy.filter { !$0.isNaN }.max()
    if let floor = choice.floor, let best {
      return .emptySubset(
        .nothingReachesFloor(floor: floor, best: best, isDerived: recipe.derivesQuality))
    }
    return .emptySubset(.nothingScored)
  }

  /// Of evaluation sets and lists of ids.
  private var exclusion: [Warning] {
    var warnings: [Warning] = []
    for (file, count) in zip(evaluations?.files ?? [], choice.standing.overlapCounts) {
      if count > 0 {
        warnings.append(
          .overlap(path: file.path, samples: count, words: recipe.exclusionWords))
      }
      if file.unusedCount > 0 {
        warnings.append(
          .evaluationUnused(
            path: file.path, unused: file.unusedCount, records: file.recordCount))
      }
    }
    for list in choice.standing.lists {
      guard let first = list.firstUnmatched else { continue }
      warnings.append(
        .identifiersUnmatched(
          path: list.path, unmatched: list.unmatchedCount, identifiers: list.identifierCount,
          first: first))
    }
    return warnings
  }

  /// Of quality that is missing, or ranks little.
  private var quality: [Warning] {
    // With one column as it stands the pool's quality is that column's.
    let isPoolQuality = recipe.quality.count < 2 && !derivesValues
    guard let heuristic else {
      return recipe.quality.enumerated().flatMap { index, column in
        let values = columns.numbers[index]
        let found = isPoolQuality ? choice.poolDescription.quality : Distribution(of: values)
        let missing = values.count - (found?.count ?? 0)
        var warnings: [Warning] = []
        if missing > 0 {
          warnings.append(
            .qualityMissing(
              column: column.path, missing: missing, notNumbers: columns.textCounts[index],
              samples: values.count))
        }
        return warnings
          + of(values, spread: found, column: column.path, value: values.first { !$0.isNaN } ?? 0)
      }
    }
    let values = heuristic.map(Double.init)
    let found = isPoolQuality ? choice.poolDescription.quality : Distribution(of: values)
    return of(values, spread: found, column: nil, value: found?.mean ?? 0)
  }

  /// The heuristic quality; `nil` where a column tells quality.
  private var heuristic: [Float]? { plan.heuristic.map { columns.measures[$0] } }

  /// Whether the values of one column are not those that rank, but for a sign.
  private var derivesValues: Bool {
    recipe.debiasesLength || recipe.normalization == .rank || recipe.normalization == .winsor
  }

  /// How many samples a column must score before its values are judged.
  private static let judgedCount = 100
  /// How many values are few.
  private static let fewValues = 10
  /// How many samples on average must share each of a few values.
  private static let samplesPerFewValue = 20
  /// Above which correlation with length a score is told to follow it: a quarter of its ranks' variance.
  private static let lengthCorrelation = 0.5
  /// Up to which correlation with length a score is free of it.
  private static let remainingCorrelation = 0.1
  /// Of quality that is the same for all samples or for most, takes few values, or goes with length.
  private func of(
    _ values: [Double], spread: Distribution?, column: String?, value: Double
  ) -> [Warning] {
    guard let spread, spread.count >= 2 else { return [] }
    if spread.shareAtMode == 1 { return [.constantQuality(column: column, value: value)] }
    var warnings: [Warning] = []
    let isFew =
      spread.distinctCount <= Self.fewValues && spread.count > Self.judgedCount
      && spread.count >= Self.samplesPerFewValue * spread.distinctCount
    if isFew {
      warnings.append(
        .fewQualityValues(
          column: column, values: spread.distinctCount, share: spread.shareAtMode))
    } else if spread.shareAtMode > 0.5 {
      warnings.append(.qualityMostlyAtMode(column: column, share: spread.shareAtMode))
    }
    if !recipe.debiasesLength, spread.count > Self.judgedCount,
      let correlation = lengthCorrelation(values), correlation.magnitude > Self.lengthCorrelation
    {
      warnings.append(.qualityFollowsLength(column: column, correlation: correlation))
    }
    return warnings
  }

  /// Spearman's correlation of a score with tokens.
  private func lengthCorrelation(_ values: [Double]) -> Double? {
    guard let kept = columns.kept else { return columns.lengthCorrelation(of: values) }
    // What ranks by one column alone was known with the archive; a column whose less is better has the
    // other sign.
    let isTurned = (recipe.quality.first?.weight ?? 1) < 0
    return kept.totals.lengthCorrelation.map { isTurned ? -$0 : $0 }
  }

  /// Of length that explains nothing, where it was to be taken out, or explains what is left.
  private var length: [Warning] {
    guard let debias = choice.lengthDebias else { return [] }
    if debias.slope == 0 { return [.nothingToDebias(samples: debias.samples)] }
    guard let before = debias.spearmanBefore, let after = debias.spearmanAfter,
      after.magnitude > max(Self.remainingCorrelation, before.magnitude / 2)
    else { return [] }
    let isRanked =
      recipe.normalization == .rank || recipe.normalization == nil && recipe.quality.count > 1
    return [.lengthRemains(before: before, after: after, isRanked: isRanked)]
  }

  /// Of cells in which no sample has a quality.
  private var cellsWithoutQuality: [Warning] {
    if choice.poolDescription.quality?.count == choice.quality.count { return [] }
    var isScored = [Bool](repeating: false, count: choice.grid.reachableCellCount)
    for (cell, quality) in zip(choice.grid.cells, choice.quality) where !quality.isNaN {
      isScored[Int(cell)] = true
    }
    let unscored = isScored.count { !$0 }
    return unscored == 0
      ? []
      : [
        .cellsWithoutQuality(
          cells: unscored, of: isScored.count, areChosenFrom: recipe.missingQuality == .lowest)
      ]
  }

  /// Of answers that may be no elites.
  private var suspects: [Warning] {
    zip(SuspectKind.allCases, choice.suspectCounts).compactMap { kind, counts in
      guard let first = choice.firstSuspect(kind) else { return nil }
      let place = choice.rows.place(of: first)
      return .suspectAnswers(
        kind: kind, samples: counts.found, answers: choice.suspects.repeated.count,
        path: place.path, line: place.line, dropped: counts.dropped)
    }
  }

  /// Of an axis that divides little.
  private func of(_ axis: Axis) -> [Warning] {
    var warnings: [Warning] = []
    let sampleCount = columns.count
    if axis.isCategory {
      if axis.binCount == 1 {
        warnings.append(.constantAxis(axis: axis.name))
      } else if axis.labels.count > 1000, axis.labels.count * 10 > sampleCount {
        warnings.append(.manyLabels(axis: axis.name, labels: axis.labels.count))
      }
    } else if axis.valueBinCount == 1, axis.specification.binCount > 1 {
      warnings.append(.constantAxis(axis: axis.name))
    } else if axis.valueBinCount < axis.specification.binCount {
      warnings.append(
        .fewerBins(
          axis: axis.name, asked: axis.specification.binCount, made: axis.valueBinCount))
    }
    if axis.missingCount * 2 > sampleCount {
      warnings.append(
        .axisMostlyMissing(axis: axis.name, missing: axis.missingCount, samples: sampleCount))
    }
    if axis.clippedCount * 20 > sampleCount {
      warnings.append(
        .muchClipped(axis: axis.name, clipped: axis.clippedCount, samples: sampleCount))
    }
    return warnings
  }
}
