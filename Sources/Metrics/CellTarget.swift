/// How samples should lie over the cells, or do lie in a pool: what a set is held against.
///
/// Made once and used for many sets.
public struct CellTarget: Sendable, Equatable {
  /// The share of each reachable cell; they add up to 1.
  public let shares: [Double]
  /// How many of the shares are not 0.
  public let filledCount: Int

  /// Takes a target as weights of any scale.
  ///
  /// The result is `nil` for weights that are no histogram: none, all 0, one negative or not finite.
  ///
  /// - Parameter weights: One a reachable cell, in the order of the cells' numbers.
  /// - Complexity: O(c) for c cells.
  public init?(weights: [Double]) {
    guard let largest = weights.max(), largest > 0, largest.isFinite,
      weights.allSatisfy({ $0 >= 0 })
    else { return nil }
    // Against the largest, so that the sum of any finite weights is finite.
    let scaled = weights.map { $0 / largest }
    let sum = scaled.reduce(0, +)
    shares = scaled.map { $0 / sum }
    filledCount = weights.count { $0 > 0 }
  }

  /// Takes a set, such as the pool, as the target.
  ///
  /// The result is `nil` for a set without any sample in a cell.
  ///
  /// - Parameter histogram: Where the samples lie.
  /// - Complexity: O(c) for c cells.
  public init?(_ histogram: CellHistogram) {
    guard histogram.total > 0 else { return nil }
    let total = Double(histogram.total)
    shares = histogram.counts.map { Double($0) / total }
    filledCount = histogram.counts.count { $0 > 0 }
  }

  /// The same share for every cell.
  ///
  /// - Parameter cellCount: How many cells there are, at least 1.
  /// - Complexity: O(c) for c cells.
  public init(uniformOver cellCount: Int) {
    precondition(cellCount >= 1, "a target needs a cell")
    shares = [Double](repeating: 1 / Double(cellCount), count: cellCount)
    filledCount = cellCount
  }
}

/// How many samples of a set lie in each cell.
public struct CellHistogram: Sendable, Equatable {
  /// The samples in each reachable cell, in the order of the cells' numbers.
  public let counts: [Int32]
  /// How many samples lie in any cell.
  public let total: Int

  /// Counts a set.
  ///
  /// - Parameters:
  ///   - members: The samples of the set, each once; those without a cell are left out.
  ///   - cells: The cell of each sample of the pool; negative for a sample without one.
  ///   - reachableCellCount: How many cells the pool reaches.
  /// - Complexity: O(n + c) for n members and c cells.
  public init(members: [Int32], cells: [Int32], reachableCellCount: Int) {
    var counts = [Int32](repeating: 0, count: reachableCellCount)
    var total = 0
    for member in members {
      let cell = cells[Int(member)]
      guard cell >= 0 else { continue }
      counts[Int(cell)] += 1
      total += 1
    }
    self.counts = counts
    self.total = total
  }

  /// Takes counts that were made before.
  ///
  /// - Parameter counts: The samples in each reachable cell, at least 0.
  public init(counts: [Int32]) {
    precondition(counts.allSatisfy { $0 >= 0 }, "a cell cannot hold fewer than no samples")
    self.counts = counts
    total = counts.reduce(0) { $0 + Int($1) }
  }
}
