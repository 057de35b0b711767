import EliteArchive

/// What a budget bought.
public struct Spending: Sendable {
  /// What became of a candidate.
  public enum Outcome: UInt8, Sendable {
    /// Not a candidate.
    case none
    /// In the subset.
    case selected
    /// The budget ended before its turn, or what was left was too small for it.
    case outranked
    /// Its cell had sent as many as one cell may, or had to before its turn.
    case capped
    /// Too close in meaning to one that was chosen before its turn.
    case redundant
  }

  /// One outcome a sample of the pool.
  public let outcomes: [Outcome]
  /// The chosen samples in the order in which they were bought.
  public let selected: [Int32]
  /// What they cost together, never above the limit.
  public let spent: Int
  /// For each redundant sample the chosen one it is closest to; empty where none is looked for.
  public let twins: [Int32]

  /// Spends a limit along an order.
  ///
  /// A candidate that does not fit into what is left is passed over and the next is tried, so at the end
  /// no candidate is left that would fit, but for capped ones. Samples that cost nothing always fit.
  ///
  /// A cell that has sent `perCell` samples sends no more. Where every sample costs 1, a sample is
  /// `capped` when `perCell` of its cell stand before it, whether or not the budget reached it: a larger
  /// budget alone would not choose it. Where costs differ any candidate may be passed over, so a sample
  /// is `capped` only when its cell did send `perCell` before its turn.
  ///
  /// Where every sample costs 1, a smaller limit buys a prefix of what a larger one buys. Where costs
  /// differ it need not: a sample that is passed over by a small limit may fit a larger one, and then
  /// leave no room for one that the small limit bought. With `smaller` what that bought is taken first, in
  /// its order, and counts to its cells; then what is left is spent along the order. So the smaller
  /// subset is a part of the larger, and it still holds that no candidate is left that would fit, but for
  /// capped ones.
  ///
  /// Where redundancy is looked for (`Spender`), a candidate that fits and is too close to a chosen one is
  /// skipped: it costs nothing, takes no turn of its cell, and removes no other. When the budget has ended
  /// nobody looks any more, and so a sample is `capped` only when its cell did send `perCell`.
  ///
  /// - Parameters:
  ///   - limit: The most that may be spent, at least 0.
  ///   - order: Candidates, best claim first, each once.
  ///   - cells: The cell of each sample.
  ///   - cellCount: How many cells there are.
  ///   - perCell: The most one cell may send, at least 0, or `nil` for any number.
  ///   - costs: What each sample costs; `nil` where every sample costs 1.
  ///   - smaller: What a limit that is not larger bought along the same order, of the same cells with the
  ///     same costs and the same `perCell`.
  /// - Complexity: O(n + c) for a pool of n samples and c cells.
  public init(
    limit: Int, along order: [Int32], cells: [Int32], cellCount: Int, perCell: Int?,
    costs: [UInt32]?, including smaller: Spending? = nil
  ) {
    precondition(
      limit >= smaller?.spent ?? 0, "a budget is not negative, and none below a part of it")
    var spender = Spender(cells: cells, cellCount: cellCount, perCell: perCell, costs: costs)
    do {
      try spender.take(smaller?.selected ?? [])
      self = try spender.spend(upTo: limit, along: order)
    } catch {
      preconditionFailure("without vectors nothing can fail: \(error)")
    }
  }

  init(outcomes: [Outcome], selected: [Int32], spent: Int, twins: [Int32]) {
    self.outcomes = outcomes
    self.selected = selected
    self.spent = spent
    self.twins = twins
  }
}
