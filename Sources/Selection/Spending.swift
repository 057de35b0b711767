import EliteArchive

/// What a budget bought.
public struct Spending: Sendable {
  /// What became of a candidate.
  public enum Outcome: UInt8, Sendable {
    /// Not a candidate.
    case none
    /// In the subset.
    case selected
    /// The budget ended before it, or what was left was too small for it.
    case outranked
    /// Its cell had sent as many as one cell may.
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
  /// no candidate that is left would fit. A cell that has sent `perCell` samples sends no more; a sample
  /// is `capped` when its cell would have to send more than that for its turn to come, whether or not
  /// the budget reached it.
  ///
  /// - Parameters:
  ///   - limit: The most that may be spent, at least 0.
  ///   - order: Candidates, best claim first, each once.
  ///   - cells: The cell of each sample.
  ///   - cellCount: How many cells there are.
  ///   - perCell: The most one cell may send, or `nil`.
  ///   - costs: What each sample costs; `nil` where every sample costs 1.
  /// - Complexity: O(n) for n candidates.
  public init(
    limit: Int, along order: [Int32], cells: [Int32], cellCount: Int, perCell: Int?,
    costs: [UInt32]?
  ) {
    precondition(limit >= 0, "a budget is not negative")
    var outcomes = [Outcome](repeating: .none, count: cells.count)
    var selected: [Int32] = []
    var left = limit
    /// What each cell has sent or would have sent, had the budget not ended.
    var sent = [Int32](repeating: 0, count: perCell == nil ? 0 : cellCount)
    for candidate in order {
      let index = Int(candidate)
      let cost = costs.map { Int($0[index]) } ?? 1
      let fits = cost <= left
      if let perCell {
        let cell = Int(cells[index])
        if sent[cell] >= perCell {
          outcomes[index] = .capped
          continue
        }
        // With something left, what does not fit gives its turn to the next of the cell.
        if fits || left == 0 { sent[cell] += 1 }
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
