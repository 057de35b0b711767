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
  }

  /// One outcome a sample of the pool.
  public let outcomes: [Outcome]
  /// The chosen samples in the order in which they were bought.
  public let selected: [Int32]
  /// What they cost together, never above the limit.
  public let spent: Int

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
    var outcomes = [Outcome](repeating: .none, count: cells.count)
    var selected: [Int32] = []
    var left = limit
    /// What each cell has sent or, where every sample costs 1, would have sent had the budget not ended.
    var sent = [Int32](repeating: 0, count: perCell == nil ? 0 : cellCount)
    // Where every sample costs 1, the order alone brings the smaller subset first.
    if let smaller, costs != nil {
      selected = smaller.selected
      left -= smaller.spent
      for sample in selected {
        outcomes[Int(sample)] = .selected
        if perCell != nil { sent[Int(cells[Int(sample)])] += 1 }
      }
    }
    for candidate in order {
      let index = Int(candidate)
      if outcomes[index] == .selected { continue }
      let cost = costs.map { Int($0[index]) } ?? 1
      let fits = cost <= left
      if let perCell {
        let cell = Int(cells[index])
        if sent[cell] >= perCell {
          outcomes[index] = .capped
          continue
        }
        // What is passed over for its cost gives its turn to the next of the cell.
        if fits || costs == nil { sent[cell] += 1 }
      }
      if fits {
        outcomes[index] = .selected
        selected.append(candidate)
        left -= cost
      } else {
        outcomes[index] = .outranked
      }
    }
    self.outcomes = outcomes
    self.selected = selected
    spent = limit - left
  }
}
