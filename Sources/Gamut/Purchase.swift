import Descriptors
import EliteArchive
import Samples
import Selection

/// The candidates ranked, put into one order, and the budget spent along it.
struct Purchase: Sendable {
  /// The candidates, ranked; `nil` where nobody asks for more than the first of them.
  let archive: EliteArchive?
  /// The place of each sample in the total order, from 1; 0 for no candidate, and for one behind the part of
  /// the order that was worked out; empty where nobody asks.
  let places: [Int32]
  /// What each budget bought, the one before included.
  let spendings: [Spending]

  /// Ranks, orders and spends.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - ranking: All samples, best quality first; those without one, which may be candidates, last.
  ///   - quality: The quality that ranks them.
  ///   - grid: The cells of the pool.
  ///   - isCandidate: Whether a sample may be chosen.
  ///   - standing: Which samples are chosen before the order.
  ///   - vectors: The vectors of the samples; needed for redundancy and by methods that look at them.
  ///   - limits: The most that may be spent, one a budget, ascending.
  ///   - recipe: What decides.
  ///   - threads: How many threads may work at once; they change nothing.
  ///   - tellsRanks: Whether ranks and places are asked for, and not only what is chosen.
  ///   - ordersAll: Whether the order is worked out to its end, where the budgets do not reach that far.
  /// - Throws: `GamutError.includedBeyondBudget`; what reading vectors throws.
  init(
    columns: PoolColumns, ranking: [Int32], quality: [Double], grid: Grid, isCandidate: [Bool],
    standing: Standing, vectors: SampleVectors?, limits: [Int], recipe: Recipe, threads: Int,
    tellsRanks: Bool = true, ordersAll: Bool = false
  ) throws {
    var cells = grid.cells
    for index in cells.indices where !isCandidate[index] { cells[index] = EliteArchive.noCell }
    if !tellsRanks, recipe.isBoughtInOrder, standing.included.isEmpty {
      let order = RankedCells(
        cells: cells, cellCount: grid.reachableCellCount, ranking: ranking
      ).leading(
        limits.last ?? 0, evenness: recipe.evenness, greed: recipe.orderGreed,
        perCell: recipe.perCell)
      var spender = Spender(
        cells: cells, cellCount: grid.reachableCellCount, perCell: recipe.perCell, costs: nil)
      spender.cap(ranking)
      archive = nil
      places = []
      spendings = try limits.map { try spender.spend(upTo: $0, along: order) }
      return
    }
    let archive = EliteArchive(
      cells: cells, cellCount: grid.reachableCellCount, ranking: ranking)
    self.archive = archive
    let costs: [UInt32]? =
      switch recipe.budget.unit {
      case .samples: nil
      case .tokens: columns.tokens
      case .bytes: columns.lineByteCounts
      }
    let candidates = try Self.candidates(
      archive, columns: columns, quality: quality, standing: standing, vectors: vectors,
      recipe: recipe, threads: threads)
    let settings = Self.settings(of: recipe, threads: threads)
    var reach = ordersAll || recipe.method != .kCenter ? .max : Self.reach(limits, costs, archive)
    while true {
      let order = try recipe.method.order(of: candidates, settings, atLeast: reach)
      let rest = Self.rest(of: archive, behind: order)
      var spender = Spender(
        cells: cells, cellCount: grid.reachableCellCount, perCell: recipe.perCell, costs: costs,
        redundancy: try Self.redundancy(
          recipe, grid: grid, vectors: vectors, order: order, threads: threads))
      if !standing.included.isEmpty {
        let included = (order + rest).filter { standing.isIncluded(Int($0)) }
        let cost = included.reduce(0) { $0 + Self.cost(of: $1, costs) }
        guard let least = limits.first, cost <= least else {
          throw GamutError.includedBeyondBudget(
            samples: included.count, cost: cost, limit: limits.first ?? 0,
            unit: recipe.budget.unit)
        }
        try spender.take(included)
      }
      if !rest.isEmpty, let limit = limits.last {
        var trial = spender
        let spending = try trial.spend(upTo: limit, along: order)
        if !Self.reaches(spending, limit: limit, order: order, rest: rest, costs: costs) {
          reach = order.count * 2
          continue
        }
      }
      var places = [Int32](repeating: 0, count: columns.count)
      for (place, candidate) in order.enumerated() { places[Int(candidate)] = Int32(place + 1) }
      self.places = places
      spendings = try limits.map { try spender.spend(upTo: $0, along: order + rest) }
      return
    }
  }
}

extension Recipe {
  /// Whether a budget buys the first so many of the archive's order that are not capped, whatever they are.
  fileprivate var isBoughtInOrder: Bool {
    budget.unit == .samples && redundancyThreshold == nil
      && (method == .archive || method == .top)
      && (perCell == nil || orderGreed == 0 || orderGreed == 1)
  }

  /// The greed of the order: the best first are what greed alone would take.
  fileprivate var orderGreed: Double { method == .top ? 1 : greed }
}

extension Purchase {
  /// How many samples behind the first that did not fit an order is worked out, to fill a budget of tokens or
  /// bytes; what is left of it goes to others by quality.
  static let fillingCount = 1000

  /// What the method looks at.
  ///
  /// - Throws: `GamutError.negativeQuality`; what reading vectors throws.
  static func candidates(
    _ archive: EliteArchive, columns: PoolColumns, quality: [Double], standing: Standing,
    vectors: SampleVectors?, recipe: Recipe, threads: Int
  ) throws -> Candidates {
    var candidates = Candidates(archive: archive, contentHash: columns.hashHigh)
    candidates.tokens = columns.tokens
    candidates.quality = quality
    candidates.complexity = columns.complexity
    if !standing.included.isEmpty {
      candidates.included = archive.byQuality.filter { standing.isIncluded(Int($0)) }
    }
    if recipe.method.ordersByVectors {
      guard let vectors else { preconditionFailure("the method looks at vectors") }
      candidates.directions = try Directions(
        of: archive.byQuality, dimension: vectors.dimension, threads: threads, vectors.read)
    }
    return candidates
  }

  /// What else its order hangs on.
  static func settings(of recipe: Recipe, threads: Int) -> SelectionMethod.Settings {
    var settings = SelectionMethod.Settings()
    settings.evenness = recipe.evenness
    settings.greed = recipe.greed
    settings.alpha = recipe.alpha ?? SelectionMethod.defaultAlpha
    settings.seed = recipe.seed
    settings.threads = threads
    return settings
  }

  /// What finds chosen samples that are too close, where that is asked for.
  ///
  /// `deita` compares all that are chosen, and only what is closer than the threshold is too close.
  static func redundancy(
    _ recipe: Recipe, grid: Grid, vectors: SampleVectors?, order: [Int32], threads: Int
  ) throws -> Redundancy? {
    guard let threshold = recipe.redundancyThreshold.map({ Float($0) }) else { return nil }
    guard let vectors else { preconditionFailure("redundancy is told by vectors") }
    let isGlobal = recipe.method == .deita
    // No cosine exceeds 1.
    if isGlobal, threshold == 1 { return nil }
    return try Redundancy(
      threshold: isGlobal ? threshold.nextUp : threshold, dimension: vectors.dimension,
      cellCount: grid.reachableCellCount, isGlobal: isGlobal, order: order,
      threads: threads,
      neighbours: { grid.neighbours(ofCell: $0) }, vectors: vectors.read)
  }

  /// How many samples a budget may buy, about.
  private static func reach(_ limits: [Int], _ costs: [UInt32]?, _ archive: EliteArchive) -> Int {
    let limit = limits.last ?? 0
    guard let costs else { return limit }
    let total = archive.byQuality.reduce(0) { $0 + Int(costs[Int($1)]) }
    let mean = Double(total) / Double(max(archive.byQuality.count, 1))
    return Int(Double(limit) / max(mean, 1)) + fillingCount
  }

  /// The candidates that an order does not name, by quality.
  private static func rest(of archive: EliteArchive, behind order: [Int32]) -> [Int32] {
    if order.count == archive.byQuality.count { return [] }
    var isOrdered = [Bool](repeating: false, count: archive.cells.count)
    for candidate in order { isOrdered[Int(candidate)] = true }
    return archive.byQuality.filter { !isOrdered[Int($0)] }
  }

  /// Whether an order goes far enough: the budget is spent, or only gaps are left of it.
  private static func reaches(
    _ spending: Spending, limit: Int, order: [Int32], rest: [Int32], costs: [UInt32]?
  ) -> Bool {
    let left = limit - spending.spent
    guard let costs else { return left == 0 }
    if rest.allSatisfy({ Int(costs[Int($0)]) > left }) { return true }
    guard let first = order.firstIndex(where: { spending.outcomes[Int($0)] == .outranked }) else {
      return false
    }
    return order.count - first > fillingCount
  }

  /// What a sample costs.
  private static func cost(of sample: Int32, _ costs: [UInt32]?) -> Int {
    costs.map { Int($0[Int(sample)]) } ?? 1
  }
}
