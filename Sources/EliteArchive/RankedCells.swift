import Numbers

/// The candidates of a pool by their cells, in each the best first: what any policy needs to tell what comes first,
/// without looking at the rest.
///
/// Made once for a grid, however many policies and budgets are tried on it.
public struct RankedCells: Sendable {
  /// All candidates, best quality first.
  private let candidates: [Int32]
  /// Where the candidates of each cell begin among `places`; at last where those of the last one end.
  private let starts: [Int32]
  /// The candidates' places among `candidates`, cell by cell, in each ascending.
  private let places: [Int32]

  /// Sorts candidates into their cells.
  ///
  /// - Parameters:
  ///   - cells: The cell of each sample, below `cellCount`, or `EliteArchive.noCell`.
  ///   - cellCount: How many cells there are.
  ///   - ranking: Samples, each once, best first; those without a cell are passed over.
  /// - Complexity: O(n + c) time for n samples and c cells; memory for 8 n bytes, 4 n of them shared with the ranking
  ///   where every sample of it has a cell, and 4 n bytes of scratch.
  public init(cells: [Int32], cellCount: Int, ranking: [Int32]) {
    // The cell of each candidate in the order of quality: looked up here and there once, and read in a row after.
    var cellAt = [Int32](repeating: 0, count: ranking.count)
    for (place, sample) in ranking.enumerated() { cellAt[place] = cells[Int(sample)] }
    if cellAt.contains(EliteArchive.noCell) {
      candidates = zip(ranking, cellAt).lazy.filter { $0.1 != EliteArchive.noCell }.map(\.0)
      cellAt.removeAll { $0 == EliteArchive.noCell }
    } else {
      candidates = ranking
    }
    var starts = [Int32](repeating: 0, count: cellCount + 1)
    for cell in cellAt { starts[Int(cell) + 1] += 1 }
    for cell in 0..<cellCount { starts[cell + 1] += starts[cell] }
    var ends = starts
    var places = [Int32](repeating: 0, count: cellAt.count)
    for place in cellAt.indices {
      let cell = Int(cellAt[place])
      places[Int(ends[cell])] = Int32(truncatingIfNeeded: place)
      ends[cell] += 1
    }
    self.starts = starts
    self.places = places
  }

  private func mass(_ cell: Int) -> Int { Int(starts[cell + 1] - starts[cell]) }

  /// The first candidates of the total order, without working out the rest of it.
  ///
  /// What a budget of samples buys of a large pool is a small part of it: no cell is ranked further than
  /// its claims reach, and only what may be among the first is sorted.
  ///
  /// - Parameters:
  ///   - count: How many are wanted, at least 0; there may be fewer.
  ///   - evenness: E in 0…1, as for `EliteArchive.totalOrder(evenness:greed:)`.
  ///   - greed: G in 0…1, likewise.
  ///   - perCell: The most that one cell may send, at least 0, or `nil` for any number; not with greed
  ///     between 0 and 1.
  /// - Returns: The first of `totalOrder(evenness:greed:)` of the archive of these cells, to the last bit;
  ///   where cells are capped, of what that leaves when each cell keeps its first `perCell`.
  /// - Complexity: O(c) for c cells, besides sorting about as many as are wanted; with greed between 0 and 1 about as
  ///   many as the square root of the candidates times what is wanted. With greed of 1 and a cap O(n) for n
  ///   candidates.
  public func leading(
    _ count: Int, evenness: Double, greed: Double, perCell: Int? = nil
  ) -> [Int32] {
    precondition((0...1).contains(evenness), "evenness lies in 0...1")
    precondition((0...1).contains(greed), "greed lies in 0...1")
    // Blended keys count capped candidates too.
    precondition(perCell == nil || greed == 0 || greed == 1, "a cap goes with greed of 0 or 1")
    let claims = Claims(self, evenness: evenness, perCell: perCell)
    let wanted = min(count, claims.candidateCount)
    if wanted == 0 { return [] }
    if greed == 1 { return best(wanted, reaches: perCell.map { _ in claims.reaches }) }
    if greed == 0 { return claims.first(wanted).places.map { candidates[Int($0)] } }
    // With both places spread evenly, as many lie below the wanted-th key as this many claims hold.
    let total = Double(claims.candidateCount)
    let guess = (2.5 * greed / (1 - greed) * Double(wanted) * total).squareRoot()
    var reach = max(2 * wanted, guess < total ? Int(guess) : claims.candidateCount)
    while true {
      reach = min(reach, claims.candidateCount)
      let first = claims.first(reach)
      func key(claimPlace: Int, qualityPlace: Int) -> Double {
        (1 - greed) * Double(claimPlace) + greed * Double(qualityPlace)
      }
      func key(_ claimed: Int) -> Double {
        key(claimPlace: claimed + 1, qualityPlace: Int(first.places[claimed]) + 1)
      }
      let order = stableSorted(first.places.indices.map { Int32(truncatingIfNeeded: $0) }) {
        ascendingKey(key(Int($0)))
      } then: {
        UInt64(first.places[Int($0)])
      }
      // Whatever was left out has a later claim, and no better quality than the best of it.
      if reach == claims.candidateCount
        || key(Int(order[wanted - 1]))
          < key(claimPlace: reach + 1, qualityPlace: first.bestLeftOut + 1)
      {
        return order.prefix(wanted).map { candidates[Int(first.places[Int($0)])] }
      }
      reach *= 2
    }
  }

  /// The first by quality alone, of each cell no more than it may send.
  private func best(_ count: Int, reaches: [Int32]?) -> [Int32] {
    guard let reaches else { return Array(candidates.prefix(count)) }
    var isOpen = [Bool](repeating: false, count: candidates.count)
    for (cell, reach) in reaches.enumerated() {
      let start = Int(starts[cell])
      for place in places[start..<start + Int(reach)] { isOpen[Int(place)] = true }
    }
    var best: [Int32] = []
    best.reserveCapacity(count)
    for place in isOpen.indices where isOpen[place] {
      best.append(candidates[place])
      if best.count == count { break }
    }
    return best
  }

  /// What the cells claim under one evenness.
  private struct Claims {
    private let ranked: RankedCells
    /// How many candidates each cell may send.
    let reaches: [Int32]
    private let claims: [Claim]
    /// How many all of them may send.
    let candidateCount: Int

    init(_ ranked: RankedCells, evenness: Double, perCell: Int?) {
      self.ranked = ranked
      let masses = (0..<ranked.starts.count - 1).map(ranked.mass)
      claims = masses.map { Claim(mass: $0, evenness: evenness) }
      reaches = masses.map { Int32(truncatingIfNeeded: min($0, perCell ?? $0)) }
      candidateCount = reaches.reduce(0) { $0 + Int($1) }
    }

    /// The first of the order of claims.
    struct First {
      /// Their places among all candidates by quality, in the order of claims.
      var places: [Int32]
      /// The place by quality of the best that is not among them; beyond all where there is none.
      var bestLeftOut: Int
    }

    /// How deep each cell is reached by at least so many candidates in the order of claims.
    private func depths(reaching count: Int) -> [Int] {
      let filled = reaches.indices.filter { reaches[$0] > 0 }
      var high = filled.reduce(0) { max($0, claims[$1].priority(Int(reaches[$1]))) }
      var low = 0.0
      let enough = count + count / 8
      while true {
        let middle = low + (high - low) / 2
        guard middle > low, middle < high else { break }
        let reached = filled.reduce(0) { $0 + depth(of: $1, within: middle) }
        if reached < count {
          low = middle
        } else {
          high = middle
          if reached <= enough { break }
        }
      }
      return reaches.indices.map { depth(of: $0, within: high) }
    }

    private func depth(of cell: Int, within limit: Double) -> Int {
      min(claims[cell].count(within: limit), Int(reaches[cell]))
    }

    /// The first in the order of claims: by priority, ties by quality.
    func first(_ count: Int) -> First {
      let depths = depths(reaching: count)
      let keptCount = depths.reduce(0, +)
      var places: [Int32] = []
      var priorities: [UInt64] = []
      places.reserveCapacity(keptCount)
      priorities.reserveCapacity(keptCount)
      var bestLeftOut = Int.max - 1
      for (cell, depth) in depths.enumerated() {
        let start = Int(ranked.starts[cell])
        for rank in 0..<depth {
          places.append(ranked.places[start + rank])
          priorities.append(ascendingKey(claims[cell].priority(rank + 1)))
        }
        if depth < ranked.mass(cell) {
          bestLeftOut = min(bestLeftOut, Int(ranked.places[start + depth]))
        }
      }
      let order = stableSorted(places.indices.map { Int32(truncatingIfNeeded: $0) }) {
        priorities[Int($0)]
      } then: {
        UInt64(places[Int($0)])
      }
      for index in order.dropFirst(count) {
        bestLeftOut = min(bestLeftOut, Int(places[Int(index)]))
      }
      return First(
        places: order.prefix(count).map { places[Int($0)] }, bestLeftOut: bestLeftOut)
    }
  }
}
