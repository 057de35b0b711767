import Descriptors
import EliteArchive
import Metrics
import Numbers
import Parallelism
import Reporting
import Samples
import Selection
import Synchronization

/// From a pool's columns to a subset: quality, twins, axes, cells, order, budget.
struct Choice: Sendable {
  /// The quality of each sample, NaN for one without.
  let quality: [Double]
  /// For each sample the better one of the same text, −1 for none.
  let twins: [Int32]
  /// The cells of the pool.
  let grid: Grid
  /// The candidates, ranked.
  let archive: EliteArchive
  /// The place of each sample in the total order, from 1; 0 for no candidate.
  let places: [Int32]
  /// What the budget bought.
  let spending: Spending
  /// The most that might have been spent.
  let limit: Int
  /// What became of each sample.
  let statuses: [ReceiptStatus]
  /// What pool and subset are made of.
  let poolDescription: SetDescription
  let subsetDescription: SetDescription

  /// Whether a larger budget would have chosen more.
  var isLimitedByBudget: Bool { statuses.contains(.outranked) }

  /// Chooses.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - plan: Where the columns have what.
  ///   - recipe: What decides.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `GamutError.missingQuality`, `noQuality`; `DescriptorsError`.
  init(
    columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe, threads: Int
  ) throws {
    let quality = try Self.quality(of: columns, sources: sources, plan: plan, recipe: recipe)
    self.quality = quality
    // What needs nothing of the others is done side by side.
    let twins = Slot<[Int32]>()
    let poolQuality = Slot<[Double]>()
    let poolComplexity = Slot<Distribution?>()
    let axes = recipe.axes.map { _ in Slot<Result<(axis: Axis, values: [Double]), any Error>>() }
    forEachIndex(below: 3 + axes.count, threads: threads) { job in
      switch job {
      case 0:
        twins.fill(
          betterTwins(
            high: columns.hashHigh, low: columns.hashLow, quality: quality, isMember: { _ in true })
        )
      case 1: poolQuality.fill(sortedAscending(quality))
      case 2: poolComplexity.fill(Distribution(of: columns.complexity.map(Double.init)))
      default:
        let number = job - 3
        axes[number].fill(
          Result {
            try Self.axis(
              recipe.axes[number], at: plan.places[number], columns: columns,
              topicCount: plan.topicCount)
          })
      }
    }
    let fitted = try axes.map { try $0.value.get() }
    grid = try Grid(
      axes: fitted.map(\.axis), values: fitted.map(\.values), sampleCount: columns.count)
    self.twins = twins.value
    var statuses = [ReceiptStatus](repeating: .outranked, count: columns.count)
    let floor = Self.floor(recipe.qualityFloor, sortedQuality: poolQuality.value)
    for index in statuses.indices {
      if self.twins[index] >= 0 {
        statuses[index] = .duplicate
      } else if quality[index].isNaN, recipe.missingQuality != .lowest {
        statuses[index] = .unscored
      } else if let floor, !(quality[index] >= floor) {
        statuses[index] = .belowFloor
      }
    }
    var cells = grid.cells
    for index in cells.indices where statuses[index] != .outranked {
      cells[index] = EliteArchive.noCell
    }
    archive = EliteArchive(
      cells: cells, cellCount: grid.reachableCellCount,
      // What has no quality but may be chosen stands behind all that has one.
      quality: recipe.missingQuality == .lowest
        ? quality.map { $0.isNaN ? -Double.greatestFiniteMagnitude : $0 } : quality,
      contentHash: columns.hashHigh)
    let order = recipe.method.order(
      of: archive, evenness: recipe.evenness, greed: recipe.greed, seed: recipe.seed,
      contentHash: columns.hashHigh, tokens: columns.tokens)
    var places = [Int32](repeating: 0, count: columns.count)
    for (place, candidate) in order.enumerated() { places[Int(candidate)] = Int32(place + 1) }
    self.places = places
    limit = recipe.budget.limit(poolSampleCount: columns.count)
    let costs: [UInt32]? =
      switch recipe.budget.unit {
      case .samples: nil
      case .tokens: columns.tokens
      case .bytes: columns.lineByteCounts
      }
    spending = Spending(
      limit: limit, along: order, cells: cells, cellCount: grid.reachableCellCount,
      perCell: recipe.perCell, costs: costs)
    for index in statuses.indices {
      switch spending.outcomes[index] {
      case .none, .outranked: break
      case .selected: statuses[index] = .selected
      case .capped: statuses[index] = .capped
      }
    }
    self.statuses = statuses
    poolDescription = Self.describe(
      Array(0..<Int32(columns.count)), columns: columns, quality: quality, grid: grid,
      qualitySpread: Distribution(ofSorted: poolQuality.value),
      complexitySpread: poolComplexity.value)
    let selected = spending.selected
    subsetDescription = Self.describe(
      selected, columns: columns, quality: quality, grid: grid,
      qualitySpread: Distribution(of: selected.map { quality[Int($0)] }),
      complexitySpread: Distribution(of: selected.map { Double(columns.complexity[Int($0)]) }))
  }

  /// How many lines have each status; they add up to all lines that are not blank.
  func outcome(rejectedCount: Int) -> [ReceiptStatus: Int] {
    var counts = [Int](repeating: 0, count: ReceiptStatus.allCases.count)
    for status in statuses { counts[Int(status.rawValue)] += 1 }
    counts[Int(ReceiptStatus.rejected.rawValue)] = rejectedCount
    return Dictionary(
      uniqueKeysWithValues: ReceiptStatus.allCases.map { ($0, counts[Int($0.rawValue)]) })
  }

  private static func quality(
    of columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe
  ) throws -> [Double] {
    if let heuristic = plan.heuristic { return columns.measures[heuristic].map(Double.init) }
    for (index, column) in recipe.quality.enumerated() {
      let values = columns.numbers[index]
      guard let first = values.firstIndex(where: \.isNaN) else { continue }
      let isText = columns.textCounts[index] > 0
      if values.allSatisfy(\.isNaN) {
        throw GamutError.noQuality(column: column.path, isText: isText)
      }
      if recipe.missingQuality == .fail {
        let place = SamplePlace(of: first, columns: columns, sources: sources)
        throw GamutError.missingQuality(
          path: place.path, line: place.line, column: column.path,
          count: values.count { $0.isNaN })
      }
    }
    return combinedQuality(
      columns: Array(columns.numbers.prefix(recipe.quality.count)),
      weights: recipe.quality.map(\.weight))
  }

  private static func floor(
    _ floor: Recipe.QualityFloor?, sortedQuality: [Double]
  ) -> Double? {
    switch floor {
    case nil: return nil
    case .value(let value): return value
    case .percentile(let percent):
      return sortedQuality.isEmpty ? nil : percentile(percent, ofSorted: sortedQuality)
    }
  }

  /// Cuts one axis; also each sample's value on it.
  private static func axis(
    _ specification: AxisSpecification, at place: ReadingPlan.Place, columns: PoolColumns,
    topicCount: Int
  ) throws -> (axis: Axis, values: [Double]) {
    if case .label(let column) = place {
      // As for a numeric column: a name that no record knows is a slip of the pen.
      guard !columns.labels[column].labels.isEmpty else {
        throw DescriptorsError.noValues(axis: specification.name)
      }
      return categoryAxis(specification, column: column, columns: columns)
    }
    let values = columns.values(at: place, topicCount: topicCount)
    let axis = try Axis(
      fitting: specification, to: values, isSinglePrecision: place.isSinglePrecision)
    return (axis, values)
  }

  /// A category's axis with its labels in the order of their bytes, and each sample's label number.
  private static func categoryAxis(
    _ specification: AxisSpecification, column: Int, columns: PoolColumns
  ) -> (axis: Axis, values: [Double]) {
    let labels = columns.labels[column].labels
    let order = labels.indices.sorted { labels[$0].lexicographicallyPrecedes(labels[$1]) }
    var numbers = [Double](repeating: 0, count: labels.count)
    for (number, code) in order.enumerated() { numbers[code] = Double(number) }
    let codes = columns.labelCodes[column].map { $0 < 0 ? .nan : numbers[Int($0)] }
    let axis = Axis(
      category: specification, labels: order.map { String(decoding: labels[$0], as: UTF8.self) },
      missingCount: codes.count { $0.isNaN })
    return (axis, codes)
  }

  private static func describe(
    _ members: [Int32], columns: PoolColumns, quality: [Double], grid: Grid,
    qualitySpread: Distribution?, complexitySpread: Distribution?
  ) -> SetDescription {
    SetDescription(
      samples: members.count,
      tokens: members.reduce(0) { $0 + Int(columns.tokens[Int($1)]) },
      bytes: members.reduce(0) { $0 + Int(columns.lineByteCounts[Int($1)]) },
      quality: qualitySpread, complexity: complexitySpread,
      metrics: CellMetrics(
        members: members, cells: grid.cells,
        reachableCellCount: grid.reachableCellCount, possibleCellCount: grid.possibleCellCount,
        quality: quality))
  }
}

/// A place for one result of work done side by side.
private final class Slot<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)

  func fill(_ value: Value) { content.withLock { $0 = value } }

  /// The result; the work must be done.
  var value: Value {
    guard let value = content.withLock({ $0 }) else {
      preconditionFailure("a result was asked for before it was there")
    }
    return value
  }
}

/// Where a sample stands: its source and line.
struct SamplePlace {
  var source: Int
  var path: String
  var line: Int

  init(of sample: Int, columns: PoolColumns, sources: [SourceSummary]) {
    var start = 0
    var source = 0
    while source + 1 < sources.count, sample >= start + sources[source].sampleCount {
      start += sources[source].sampleCount
      source += 1
    }
    self.source = source
    path = sources[source].path
    line = Int(columns.lines[sample])
  }
}

extension ReadingPlan.Place {
  /// Whether the values are floats, printed as such.
  var isSinglePrecision: Bool {
    switch self {
    case .topic, .complexity, .measure: true
    case .tokens, .number, .label: false
    }
  }
}

extension PoolColumns {
  /// The values of a numeric axis, one a sample, NaN for a missing one.
  func values(at place: ReadingPlan.Place, topicCount: Int) -> [Double] {
    switch place {
    case .tokens: tokens.map(Double.init)
    case .complexity: complexity.map(Double.init)
    case .measure(let index): measures[index].map(Double.init)
    case .number(let index): numbers[index]
    case .topic(let component):
      (0..<count).map { Double(topics[$0 * topicCount + component]) }
    case .label: preconditionFailure("labels are no numbers")
    }
  }
}
