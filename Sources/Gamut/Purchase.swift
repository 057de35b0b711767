import Descriptors
import EliteArchive
import Selection

/// The candidates ranked, put into one order, and the budget spent along it.
struct Purchase: Sendable {
  /// The candidates, ranked; `nil` where nobody asks for more than the first of them.
  let archive: EliteArchive?
  /// The place of each sample in the total order, from 1; 0 for no candidate; empty where nobody asks.
  let places: [Int32]
  /// What each budget bought, the one before included.
  let spendings: [Spending]

  /// Ranks, orders and spends.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - ranking: All samples, best quality first; those without one, which may be candidates, last.
  ///   - grid: The cells of the pool.
  ///   - isCandidate: Whether a sample may be chosen.
  ///   - standing: Which samples are chosen before the order.
  ///   - vectors: The vectors of the samples; needed for redundancy.
  ///   - limits: The most that may be spent, one a budget, ascending.
  ///   - recipe: What decides.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `GamutError.includedBeyondBudget`; what reading vectors throws.
  init(
    columns: PoolColumns, ranking: [Int32], grid: Grid, isCandidate: [Bool], standing: Standing,
    vectors: SampleVectors?, limits: [Int], recipe: Recipe, threads: Int
  ) throws {
    var cells = grid.cells
    for index in cells.indices where !isCandidate[index] { cells[index] = EliteArchive.noCell }
    let order: [Int32]
    if columns.kept != nil, recipe.budget.unit == .samples, recipe.perCell == nil {
      archive = nil
      places = []
      order = EliteArchive.leading(
        limits.last ?? 0, cells: cells, cellCount: grid.reachableCellCount, ranking: ranking,
        evenness: recipe.evenness, greed: recipe.method == .top ? 1 : recipe.greed)
    } else {
      let archive = EliteArchive(
        cells: cells, cellCount: grid.reachableCellCount, ranking: ranking)
      order = recipe.method.order(
        of: archive, evenness: recipe.evenness, greed: recipe.greed, seed: recipe.seed,
        contentHash: columns.hashHigh, tokens: columns.tokens)
      self.archive = archive
      var places = [Int32](repeating: 0, count: columns.count)
      for (place, candidate) in order.enumerated() { places[Int(candidate)] = Int32(place + 1) }
      self.places = places
    }
    let costs: [UInt32]? =
      switch recipe.budget.unit {
      case .samples: nil
      case .tokens: columns.tokens
      case .bytes: columns.lineByteCounts
      }
    var redundancy: Redundancy?
    if let threshold = recipe.redundancy {
      guard let vectors else { preconditionFailure("redundancy is told by vectors") }
      redundancy = try Redundancy(
        threshold: Float(threshold), dimension: vectors.dimension,
        cellCount: grid.reachableCellCount, order: order, threads: threads,
        neighbours: { grid.neighbours(ofCell: $0) }, vectors: vectors.read)
    }
    var spender = Spender(
      cells: cells, cellCount: grid.reachableCellCount, perCell: recipe.perCell, costs: costs,
      redundancy: redundancy)
    if !standing.included.isEmpty {
      let included = order.filter { standing.isIncluded(Int($0)) }
      let cost = included.reduce(0) { $0 + Self.cost(of: $1, costs) }
      guard let least = limits.first, cost <= least else {
        throw GamutError.includedBeyondBudget(
          samples: included.count, cost: cost, limit: limits.first ?? 0,
          unit: recipe.budget.unit)
      }
      try spender.take(included)
    }
    spendings = try limits.map { try spender.spend(upTo: $0, along: order) }
  }
}

extension Purchase {
  /// What a sample costs.
  private static func cost(of sample: Int32, _ costs: [UInt32]?) -> Int {
    costs.map { Int($0[Int(sample)]) } ?? 1
  }
}
