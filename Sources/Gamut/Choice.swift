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
  /// What length explained of it, where that was taken out.
  let lengthDebias: Manifest.LengthDebias?
  /// For each sample the better one of the same text, −1 for none.
  let twins: [Int32]
  /// The suspect answers of the pool.
  let suspects: SuspectAnswers
  /// Which samples may not be chosen for a reason of their own.
  let exclusions: Exclusions
  /// The cells of the pool.
  let grid: Grid
  /// The candidates, ranked.
  let archive: EliteArchive
  /// The place of each sample in the total order, from 1; 0 for no candidate.
  let places: [Int32]
  /// What the budget bought.
  let spending: Spending
  /// The least quality that may be chosen, if there is a floor.
  let floor: Double?
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
  /// - Throws: `GamutError.missingQuality`, `noQuality`, `tooFewScorers`, `agreementOfOne`,
  ///   `noAxisValues`; `DescriptorsError`.
  init(
    columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe, threads: Int
  ) throws {
    let scores = try Scores(of: columns, sources: sources, plan: plan, recipe: recipe)
    let quality = scores.values
    let ground = try Groundwork(
      columns: columns, sources: sources, quality: quality, plan: plan, recipe: recipe,
      threads: threads)
    let grid = ground.grid
    let floor = Self.floor(recipe.qualityFloor, sortedQuality: ground.sortedQuality)
    var exclusions = Exclusions()
    exclusions.drop(
      ground.suspects, kinds: recipe.dropped, twins: ground.twins, ranking: ground.ranking)
    var statuses = Self.statuses(
      quality: quality, twins: ground.twins, exclusions: exclusions,
      missing: recipe.missingQuality, floor: floor)
    let isCandidate = statuses.map { $0 == .outranked }
    let limit = recipe.budget.limit(poolSampleCount: columns.count)
    // Describing the pool needs nothing of the choice, so both go on side by side.
    let bought = Slot<Purchase>()
    let described = Slot<SetDescription>()
    forEachIndex(below: 2, threads: threads) { job in
      if job == 0 {
        bought.fill(
          Purchase(
            columns: columns, ranking: ground.ranking, grid: grid, isCandidate: isCandidate,
            limit: limit, recipe: recipe))
      } else {
        described.fill(
          Self.describe(
            Array(0..<Int32(columns.count)), columns: columns, quality: quality, grid: grid,
            qualitySpread: Distribution(ofSorted: ground.sortedQuality),
            complexitySpread: ground.complexitySpread))
      }
    }
    let purchase = bought.value
    for index in statuses.indices {
      switch purchase.spending.outcomes[index] {
      case .none, .outranked: break
      case .selected: statuses[index] = .selected
      case .capped: statuses[index] = .capped
      }
    }
    self.quality = quality
    lengthDebias = scores.lengthDebias
    twins = ground.twins
    suspects = ground.suspects
    self.exclusions = exclusions
    self.grid = grid
    archive = purchase.archive
    places = purchase.places
    spending = purchase.spending
    self.floor = floor
    self.limit = limit
    self.statuses = statuses
    poolDescription = described.value
    let selected = purchase.spending.selected
    subsetDescription = Self.describe(
      selected, columns: columns, quality: quality, grid: grid,
      qualitySpread: Distribution(of: selected.map { quality[Int($0)] }),
      complexitySpread: Distribution(of: selected.map { Double(columns.complexity[Int($0)]) }))
  }

  /// What becomes of each sample before any is chosen: `outranked` stands for "may be chosen".
  private static func statuses(
    quality: [Double], twins: [Int32], exclusions: Exclusions, missing: Recipe.MissingQuality,
    floor: Double?
  ) -> [ReceiptStatus] {
    quality.indices.map { index in
      if twins[index] >= 0 { return .duplicate }
      if exclusions[index] != nil { return .excluded }
      if quality[index].isNaN, missing != .lowest { return .unscored }
      if let floor, !(quality[index] >= floor) { return .belowFloor }
      return .outranked
    }
  }

  /// How many lines have each status; they add up to all lines that are not blank.
  func outcome(rejectedCount: Int) -> [ReceiptStatus: Int] {
    var counts = [Int](repeating: 0, count: ReceiptStatus.allCases.count)
    for status in statuses { counts[Int(status.rawValue)] += 1 }
    counts[Int(ReceiptStatus.rejected.rawValue)] = rejectedCount
    return Dictionary(
      uniqueKeysWithValues: ReceiptStatus.allCases.map { ($0, counts[Int($0.rawValue)]) })
  }

  /// How many samples are suspect by each kind, duplicates left out, and how many of them were dropped.
  var suspectCounts: [Manifest.Suspects] {
    SuspectKind.allCases.map { kind in
      Manifest.Suspects(
        kind: kind, found: suspects.samples(kind).count { twins[Int($0)] < 0 },
        dropped: exclusions.count(Exclusions.Reason(kind)))
    }
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
