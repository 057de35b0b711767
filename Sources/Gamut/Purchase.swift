import Descriptors
import EliteArchive
import Selection

/// The candidates ranked, put into one order, and the budget spent along it.
struct Purchase: Sendable {
  /// The candidates, ranked.
  let archive: EliteArchive
  /// The place of each sample in the total order, from 1; 0 for no candidate.
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
  ///   - limits: The most that may be spent, one a budget, ascending.
  ///   - recipe: What decides.
  init(
    columns: PoolColumns, ranking: [Int32], grid: Grid, isCandidate: [Bool],
    limits: [Int], recipe: Recipe
  ) {
    var cells = grid.cells
    for index in cells.indices where !isCandidate[index] { cells[index] = EliteArchive.noCell }
    archive = EliteArchive(
      cells: cells, cellCount: grid.reachableCellCount, ranking: ranking)
    let order = recipe.method.order(
      of: archive, evenness: recipe.evenness, greed: recipe.greed, seed: recipe.seed,
      contentHash: columns.hashHigh, tokens: columns.tokens)
    var places = [Int32](repeating: 0, count: columns.count)
    for (place, candidate) in order.enumerated() { places[Int(candidate)] = Int32(place + 1) }
    self.places = places
    let costs: [UInt32]? =
      switch recipe.budget.unit {
      case .samples: nil
      case .tokens: columns.tokens
      case .bytes: columns.lineByteCounts
      }
    var spendings: [Spending] = []
    for limit in limits {
      spendings.append(
        Spending(
          limit: limit, along: order, cells: cells, cellCount: grid.reachableCellCount,
          perCell: recipe.perCell, costs: costs, including: spendings.last))
    }
    self.spendings = spendings
  }
}
