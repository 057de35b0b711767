import Descriptors
import Metrics
import Reporting
import Samples
import Selection

/// Gathers what a user should know of a selection and cannot see otherwise.
///
/// What went other than a user might think comes first, what stands in for something absent last.
struct SelectWarnings {
  let request: SelectRequest
  let columns: PoolColumns
  let choice: Choice
  /// The dimension of the built-in text embedding; `nil` where it was not used.
  let embeddingDimension: Int?
  /// What samples must not overlap with, if anything.
  let evaluations: Evaluations?

  private var recipe: Recipe { request.recipe }

  /// All warnings in the order in which they are to be read.
  var all: [Warning] {
    var warnings = subset
    if !columns.rejected.isEmpty {
      warnings.append(.rejectedLines(count: columns.rejected.count, rejects: request.rejects))
    }
    warnings += exclusion
    warnings += quality
    for axis in choice.grid.axes { warnings += of(axis) }
    if recipe.quality.isEmpty { warnings.append(.heuristicQuality) }
    if let embeddingDimension { warnings.append(.builtInEmbedding(dimension: embeddingDimension)) }
    return warnings + [.estimatedTokens]
  }

  /// Of a subset that is empty, smaller than asked for, or too small for its grid.
  private var subset: [Warning] {
    let chosen = choice.spending.selected.count
    let unit = recipe.budget.unit
    if chosen == 0 { return [emptiness] }
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
    if let cost = leastCost {
      return choice.limit == 0
        ? .emptySubset(.budgetIsNone(requested: choice.budget.text, unit: unit.rawValue))
        : .emptySubset(.nothingFits(limit: choice.limit, least: cost, unit: unit.rawValue))
    }
    let excluded = choice.statuses.count { $0 == .excluded }
    if excluded > 0 { return .emptySubset(.nothingLeft(excluded: excluded)) }
    let best = choice.quality.lazy.filter { !$0.isNaN }.max()
    if let floor = choice.floor, let best {
      let isDerived = recipe.quality.count > 1 || recipe.quality.contains { $0.weight < 0 }
      return .emptySubset(.nothingReachesFloor(floor: floor, best: best, isDerived: isDerived))
    }
    return .emptySubset(.nothingScored)
  }

  /// The least that a sample costs which may be chosen; `nil` where none may.
  private var leastCost: Int? {
    choice.statuses.indices.lazy.filter { choice.statuses[$0] == .outranked }.map { sample in
      switch recipe.budget.unit {
      case .samples: 1
      case .tokens: Int(columns.tokens[sample])
      case .bytes: Int(columns.lineByteCounts[sample])
      }
    }.min()
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
    if let heuristic = choice.poolDescription.quality, recipe.quality.isEmpty {
      return spread(heuristic, of: nil, value: heuristic.mean)
    }
    return recipe.quality.enumerated().flatMap { index, column in
      let values = columns.numbers[index]
      let missing = values.count { $0.isNaN }
      var warnings: [Warning] = []
      if missing > 0 {
        warnings.append(
          .qualityMissing(
            column: column.path, missing: missing, notNumbers: columns.textCounts[index],
            samples: values.count))
      }
      // With one column the pool's quality is that column's.
      let found =
        recipe.quality.count == 1 ? choice.poolDescription.quality : Distribution(of: values)
      if let found {
        warnings += spread(found, of: column.path, value: values.first { !$0.isNaN } ?? 0)
      }
      return warnings
    }
  }

  /// Of quality that is the same for all samples or for most.
  private func spread(_ spread: Distribution, of column: String?, value: Double) -> [Warning] {
    if spread.count < 2 { return [] }
    if spread.shareAtMode == 1 { return [.constantQuality(column: column, value: value)] }
    return spread.shareAtMode > 0.5
      ? [.qualityMostlyAtMode(column: column, share: spread.shareAtMode)] : []
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
