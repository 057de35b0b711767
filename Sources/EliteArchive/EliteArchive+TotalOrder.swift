import Numbers

extension EliteArchive {
  /// Puts all candidates into one order, every prefix of which is a balanced subset.
  ///
  /// The i-th candidate (i = 1, 2, …) of a cell with N candidates has the claim w = N^(1 − E) and
  /// the priority (i − ½) / w (``Claim``); smaller comes first, ties by quality, then content hash, then index.
  /// The first n of this order minimise Σ k² / 2w over all ways to take k candidates from each cell
  /// with Σ k = n (the marginal cost of a cell's k-th candidate is just its priority, and grows
  /// with k), so every prefix is an exact optimum and budgets nest. With E = 1 it is the
  /// water-filling of round-robin: cell counts differ by at most one, but for cells that ran dry.
  ///
  /// Greed G blends two ranks: with u a candidate's place in the order above and v its place by
  /// quality alone, both from 1, the key is (1 − G) u + G v, ties by quality. Within a cell u and v
  /// both grow with i, so a better candidate precedes a worse one for every G.
  ///
  /// - Parameters:
  ///   - evenness: E in 0…1. 1 gives every cell the same claim, 0 claims in proportion to the pool.
  ///   - greed: G in 0…1. 0 follows the claims alone, 1 quality alone.
  /// - Returns: Every candidate once.
  /// - Complexity: O(n) for n candidates.
  public func totalOrder(evenness: Double, greed: Double) -> [Int32] {
    precondition((0...1).contains(evenness), "evenness lies in 0...1")
    precondition((0...1).contains(greed), "greed lies in 0...1")
    if greed == 1 { return byQuality }
    if evenness == 1, greed == 0 { return byRank }
    let claims = masses.map { Claim(mass: Int($0), evenness: evenness) }
    let byClaim = stableSorted(byQuality) { candidate in
      ascendingKey(claims[Int(cells[Int(candidate)])].priority(Int(ranks[Int(candidate)])))
    }
    if greed == 0 { return byClaim }
    var places = [Int32](repeating: 0, count: cells.count)
    for (place, candidate) in byClaim.enumerated() { places[Int(candidate)] = Int32(place + 1) }
    var qualityPlace = 0.0
    // Keys are asked for in the order of the items, best first: counting gives the place by quality.
    return stableSorted(byQuality) { candidate in
      qualityPlace += 1
      return ascendingKey((1 - greed) * Double(places[Int(candidate)]) + greed * qualityPlace)
    }
  }

  /// The candidates by their ranks, each rank best quality first: the order of equal claims.
  private var byRank: [Int32] {
    // How many candidates have a lower rank: there are as few ranks as samples in the fullest cell.
    var starts = [Int](repeating: 0, count: Int(masses.max() ?? 0) + 2)
    for candidate in byQuality { starts[Int(ranks[Int(candidate)]) + 1] += 1 }
    for rank in 1..<starts.count { starts[rank] += starts[rank - 1] }
    var order = [Int32](repeating: 0, count: byQuality.count)
    for candidate in byQuality {
      let rank = Int(ranks[Int(candidate)])
      order[starts[rank]] = candidate
      starts[rank] += 1
    }
    return order
  }
}
