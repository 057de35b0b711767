import Descriptors
import EliteArchive
import Metrics
import Numbers
import Overlap
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
  /// For each sample the one that stands in its place, −1 for none: of the same text, of nearly the same
  /// text, or a chosen one that is close in meaning.
  let twins: [Int32]
  /// Which samples are never chosen, and which always.
  let standing: Standing
  /// The suspect answers of the pool.
  let suspects: SuspectAnswers
  /// Which suspect answers may not be chosen.
  let exclusions: Exclusions
  /// The cells of the pool.
  let grid: Grid
  /// All samples in the order that ranks them in their cells.
  let ranking: [Int32]
  /// The candidates, ranked; `nil` where nobody asks for more than the first of them.
  private let ranked: EliteArchive?
  /// The place of each sample in the total order, from 1; 0 for no candidate, and for one behind the part of
  /// the order that was worked out; empty where nobody asks.
  let places: [Int32]
  /// The budget.
  let budget: Recipe.WrittenBudget
  /// What it bought.
  let spending: Spending
  /// The least quality that may be chosen, if there is a floor.
  let floor: Double?
  /// The most that might have been spent.
  let limit: Int
  /// What became of each sample.
  let statuses: [ReceiptStatus]
  /// Lines, hashes and sizes of the samples that were chosen by the largest budget, at least.
  let rows: PoolRows
  /// What pool and subset are made of.
  let poolDescription: SetDescription
  let subsetDescription: SetDescription

  /// The candidates, ranked.
  ///
  /// Not for a choice of which nobody is to tell ranks.
  var archive: EliteArchive {
    guard let ranked else { preconditionFailure("nobody was to tell ranks of this choice") }
    return ranked
  }

  /// Whether a larger budget would have chosen more.
  var isLimitedByBudget: Bool { statuses.contains(.outranked) }

  /// The least that a sample costs which may be chosen and was not; `nil` where there is none.
  func leastCost(columns: PoolColumns, unit: Budget.Unit) -> Int? {
    statuses.indices.lazy.filter { statuses[$0] == .outranked }.map { sample in
      switch unit {
      case .samples: 1
      case .tokens: Int(columns.tokens[sample])
      case .bytes: Int(columns.lineByteCounts[sample])
      }
    }.min()
  }

  /// Chooses: one choice a budget of the recipe, each of which contains the one before and differs from
  /// it in `budget`, `spending`, `limit`, `statuses` and `subsetDescription` alone.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - plan: Where the columns have what.
  ///   - recipe: What decides.
  ///   - cutAxes: The axes that were cut before, in the recipe's order; `nil` for one to be cut.
  ///   - known: What is known beforehand, and is not worked out again.
  ///   - vectors: The vectors of the samples, by which redundancy is told; `nil` where it is not.
  ///   - tellsRanks: Whether ranks in the cells and places in the order are asked for afterwards.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: At least one choice, in the order of the budgets.
  /// - Throws: `GamutError.missingQuality`, `noQuality`, `tooFewScorers`, `agreementOfOne`,
  ///   `noAxisValues`; `includedAndExcluded`, `includedOverlaps`, `includedBeyondBudget`;
  ///   `DescriptorsError`; `StorageError` for a list of ids; what reading vectors and rows throws.
  static func all(
    columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe,
    cutAxes: [Axis?], known: Groundwork.Known? = nil, vectors: SampleVectors? = nil,
    tellsRanks: Bool = true, threads: Int
  ) throws -> [Choice] {
    let standing = try Standing(columns: columns, sources: sources, recipe: recipe)
    let scores = try Scores(of: columns, sources: sources, plan: plan, recipe: recipe)
    let quality = scores.values
    let ground = try Groundwork(
      columns: columns, sources: sources, quality: quality, standing: standing, plan: plan,
      recipe: recipe, cutAxes: cutAxes, known: known, threads: threads)
    let grid = ground.grid
    let floor = Self.floor(recipe.qualityFloor) { ground.sorted(quality) }
    var exclusions = Exclusions()
    exclusions.drop(
      ground.suspects, kinds: recipe.dropped, twins: ground.twins, ranking: ground.ranking)
    var unspent = Self.statuses(
      quality: quality, twins: ground.twins, standing: standing, exclusions: exclusions,
      missing: recipe.missingQuality, floor: floor)
    var knownTwins = ground.twins
    if let threshold = recipe.nearDuplicates {
      Self.removeNearDuplicates(
        threshold, columns: columns, ranking: ground.ranking, standing: standing,
        statuses: &unspent, twins: &knownTwins)
    }
    let isCandidate = unspent.map { $0 == .outranked }
    if recipe.method.needsAmounts {
      try Self.checkAmounts(
        quality, isCandidate: isCandidate, columns: columns, sources: sources, recipe: recipe)
    }
    let limits = recipe.budgets.map { $0.budget.limit(poolSampleCount: columns.count) }
    // Describing the pool needs nothing of the choice, so both go on side by side.
    let bought = Slot<Result<Purchase, any Error>>()
    let described = Slot<SetDescription>()
    forEachIndex(below: 2, threads: threads) { job in
      if job == 0 {
        bought.fill(
          Result {
            try Purchase(
              columns: columns, ranking: ground.ranking, quality: quality, grid: grid,
              isCandidate: isCandidate, standing: standing, vectors: vectors, limits: limits,
              recipe: recipe, threads: threads, tellsRanks: tellsRanks)
          })
      } else {
        described.fill(
          Self.describe(
            Array(0..<Int32(columns.count)),
            totals: columns.kept?.totals ?? PoolTotals(of: columns), quality: quality, grid: grid,
            qualitySpread: ground.qualitySpread, complexitySpread: ground.complexitySpread))
      }
    }
    let purchase = try bought.value.get()
    var looked = purchase.spendings.last?.selected ?? []
    looked += SuspectKind.allCases.compactMap { Self.first($0, of: ground.suspects, knownTwins) }
    let rows = try columns.rows(of: looked, sources: sources)
    return recipe.budgets.indices.map { place in
      let spending = purchase.spendings[place]
      var statuses = unspent
      var twins = knownTwins
      for index in statuses.indices {
        switch spending.outcomes[index] {
        case .none, .outranked: break
        case .selected: statuses[index] = .selected
        case .capped: statuses[index] = .capped
        case .redundant:
          statuses[index] = .redundant
          twins[index] = spending.twins[index]
        }
      }
      let selected = spending.selected
      return Choice(
        quality: quality, lengthDebias: scores.lengthDebias, twins: twins, standing: standing,
        suspects: ground.suspects, exclusions: exclusions, grid: grid, ranking: ground.ranking,
        ranked: purchase.archive,
        places: purchase.places, budget: recipe.budgets[place], spending: spending, floor: floor,
        limit: limits[place], statuses: statuses, rows: rows, poolDescription: described.value,
        subsetDescription: describe(selected, rows: rows, quality: quality, grid: grid))
    }
  }

  /// Checks that no candidate has a negative quality, for a method that takes it for an amount.
  private static func checkAmounts(
    _ quality: [Double], isCandidate: [Bool], columns: PoolColumns, sources: [SourceSummary],
    recipe: Recipe
  ) throws(GamutError) {
    let negative = quality.indices.filter { isCandidate[$0] && quality[$0] < 0 }
    guard let first = negative.first else { return }
    let place = SamplePlaces(sources: sources, lines: columns.lines)[first]
    throw .negativeQuality(
      method: recipe.method, path: place.path, line: place.line, quality: quality[first],
      count: negative.count)
  }

  /// What becomes of each sample before any is chosen: `outranked` stands for "may be chosen".
  static func statuses(
    quality: [Double], twins: [Int32], standing: Standing, exclusions: Exclusions,
    missing: Recipe.MissingQuality,
    floor: Double?
  ) -> [ReceiptStatus] {
    quality.indices.map { index in
      if !standing.isEmpty {
        if standing.isIncluded(index) { return .outranked }
        if standing.exclusion(of: index) != .none { return .excluded }
      }
      if twins[index] >= 0 { return .duplicate }
      if exclusions[index] != nil { return .excluded }
      if quality[index].isNaN, missing != .lowest { return .unscored }
      if let floor, !(quality[index] >= floor) { return .belowFloor }
      return .outranked
    }
  }

  /// Marks the samples that nearly repeat a better one which may be chosen.
  static func removeNearDuplicates(
    _ threshold: Double, columns: PoolColumns, ranking: [Int32], standing: Standing,
    statuses: inout [ReceiptStatus], twins: inout [Int32]
  ) {
    let candidates = ranking.filter { statuses[Int($0)] == .outranked }
    let first = candidates.filter { standing.isIncluded(Int($0)) }
    let order = first + candidates.filter { !standing.isIncluded(Int($0)) }
    let found = nearDuplicates(
      along: order, shingles: columns.shingles, threshold: threshold, alwaysKept: first.count)
    for sample in order where found[Int(sample)] >= 0 {
      statuses[Int(sample)] = .duplicate
      twins[Int(sample)] = found[Int(sample)]
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

  /// The first sample that is suspect in a way and no duplicate; `nil` for none.
  func firstSuspect(_ kind: SuspectKind) -> Int32? { Self.first(kind, of: suspects, twins) }

  private static func first(
    _ kind: SuspectKind, of suspects: SuspectAnswers, _ twins: [Int32]
  ) -> Int32? {
    suspects.samples(kind).lazy.filter { twins[Int($0)] < 0 }.min()
  }

  static func floor(
    _ floor: Recipe.QualityFloor?, sortedQuality: () -> [Double]
  ) -> Double? {
    switch floor {
    case nil: return nil
    case .value(let value): return value
    case .percentile(let percent):
      let sorted = sortedQuality()
      return sorted.isEmpty ? nil : percentile(percent, ofSorted: sorted)
    }
  }

  private static func describe(
    _ members: [Int32], rows: PoolRows, quality: [Double], grid: Grid
  ) -> SetDescription {
    let (places, columns) = (rows.rows(of: members).map { Int($0) }, rows.columns)
    return describe(
      members,
      totals: PoolTotals(
        tokens: places.reduce(0) { $0 + Int(columns.tokens[$1]) },
        bytes: places.reduce(0) { $0 + Int(columns.lineByteCounts[$1]) }),
      quality: quality, grid: grid,
      qualitySpread: Distribution(of: members.map { quality[Int($0)] }),
      complexitySpread: Distribution(of: places.map { Double(columns.complexity[$0]) }))
  }

  private static func describe(
    _ members: [Int32], totals: PoolTotals, quality: [Double], grid: Grid,
    qualitySpread: Distribution?, complexitySpread: Distribution?
  ) -> SetDescription {
    SetDescription(
      samples: members.count, tokens: totals.tokens, bytes: totals.bytes,
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
    case .topic, .topics, .complexity, .measure: true
    case .tokens, .number, .label: false
    }
  }
}

extension PoolColumns {
  /// The values of an axis whose values are floats; `nil` for others.
  func floats(at place: ReadingPlan.Place, topicCount: Int) -> [Float]? {
    switch place {
    case .complexity: complexity
    case .measure(let index): measures[index]
    case .topic(let component):
      topicCount == 1 ? topics : (0..<count).map { topics[$0 * topicCount + component] }
    case .tokens, .number, .label, .topics: nil
    }
  }

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
    case .topics: preconditionFailure("several topics are no number")
    }
  }
}
