import Numbers

extension EliteArchive {
  /// The first candidates of the total order, without working out the rest of it.
  ///
  /// What a budget of samples buys of a large pool is a small part of it: no cell is ranked further than
  /// its claims reach, and only what may be among the first is sorted.
  ///
  /// - Parameters:
  ///   - count: How many are wanted, at least 0; there may be fewer.
  ///   - cells: The cell of each sample, below `cellCount`, or `noCell`.
  ///   - cellCount: How many cells there are.
  ///   - ranking: Every sample once, best first.
  ///   - evenness: E in 0…1, as for `totalOrder(evenness:greed:)`.
  ///   - greed: G in 0…1, likewise.
  ///   - perCell: The most that one cell may send, at least 0, or `nil` for any number; not with greed
  ///     between 0 and 1.
  /// - Returns: The first of `totalOrder(evenness:greed:)` of the archive of these cells, to the last bit;
  ///   where cells are capped, of what that leaves when each cell keeps its first `perCell`.
  /// - Complexity: O(n + c) for n samples and c cells, besides sorting about as many as are wanted; with
  ///   greed between 0 and 1 about as many as the square root of n times what is wanted.
  public static func leading(
    _ count: Int, cells: [Int32], cellCount: Int, ranking: [Int32], evenness: Double,
    greed: Double, perCell: Int? = nil
  ) -> [Int32] {
    precondition((0...1).contains(evenness), "evenness lies in 0...1")
    precondition((0...1).contains(greed), "greed lies in 0...1")
    // Blended keys count capped candidates too.
    precondition(perCell == nil || greed == 0 || greed == 1, "a cap goes with greed of 0 or 1")
    let claims = Claims(
      cells: cells, cellCount: cellCount, ranking: ranking, evenness: evenness, perCell: perCell)
    let wanted = min(count, claims.candidateCount)
    if wanted == 0 { return [] }
    if greed == 1 { return claims.best(wanted) }
    if greed == 0 { return claims.first(wanted).byClaim.map(\.sample) }
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
      var places = [Int](repeating: 0, count: first.byQuality.count)
      for (place, claimed) in first.byClaim.enumerated() { places[claimed.place] = place + 1 }
      let chosen = first.byQuality.indices.filter { places[$0] > 0 }
        .map { Int32(truncatingIfNeeded: $0) }
      let order = stableSorted(chosen) {
        ascendingKey(
          key(
            claimPlace: places[Int($0)], qualityPlace: first.byQuality[Int($0)].qualityPlace))
      }
      let last = Int(order[wanted - 1])
      // Whatever was left out has a later claim, and no better quality than the best of it.
      let isWhole = reach == claims.candidateCount
      if isWhole
        || key(claimPlace: places[last], qualityPlace: first.byQuality[last].qualityPlace)
          < key(claimPlace: reach + 1, qualityPlace: first.bestLeftOut)
      {
        return order.prefix(wanted).map { first.byQuality[Int($0)].sample }
      }
      reach *= 2
    }
  }
}

/// The candidates of a pool with the claims of their cells.
private struct Claims {
  let cells: [Int32]
  let ranking: [Int32]
  /// How many candidates each cell may send.
  let reaches: [Int32]
  let claims: [Claim]
  let candidateCount: Int

  init(cells: [Int32], cellCount: Int, ranking: [Int32], evenness: Double, perCell: Int?) {
    precondition(cells.count == ranking.count, "a ranking names every sample once")
    self.cells = cells
    self.ranking = ranking
    var masses = [Int32](repeating: 0, count: cellCount)
    for cell in cells where cell != EliteArchive.noCell { masses[Int(cell)] += 1 }
    claims = masses.map { Claim(mass: Int($0), evenness: evenness) }
    reaches = masses.map { min($0, Int32(clamping: perCell ?? .max)) }
    candidateCount = reaches.reduce(0) { $0 + Int($1) }
  }

  /// A candidate that may be among the first.
  struct Candidate {
    var sample: Int32
    /// Its place among all candidates by quality, from 1.
    var qualityPlace: Int
    /// Its place among those that are kept, in the order of quality.
    var place: Int
  }

  /// The first of the order of claims.
  struct First {
    /// They, in this order.
    var byClaim: [Candidate]
    /// They and some others, best quality first.
    var byQuality: [Candidate]
    /// The place by quality of the best that is not among them; beyond all where there is none.
    var bestLeftOut: Int
  }

  func best(_ count: Int) -> [Int32] {
    var best: [Int32] = []
    best.reserveCapacity(count)
    var taken = [Int32](repeating: 0, count: reaches.count)
    for sample in ranking {
      let cell = Int(cells[Int(sample)])
      if cell < 0 || taken[cell] == reaches[cell] { continue }
      taken[cell] += 1
      best.append(sample)
      if best.count == count { break }
    }
    return best
  }

  /// How deep each cell is reached by at least so many candidates in the order of claims.
  private func depths(reaching count: Int) -> [Int32] {
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
    return reaches.indices.map { Int32(truncatingIfNeeded: depth(of: $0, within: high)) }
  }

  private func depth(of cell: Int, within limit: Double) -> Int {
    min(claims[cell].count(within: limit), Int(reaches[cell]))
  }

  /// The first in the order of claims: by priority, ties by quality.
  func first(_ count: Int) -> First {
    let depths = depths(reaching: count)
    var left = depths.reduce(0) { $0 + Int($1) }
    var taken = [Int32](repeating: 0, count: depths.count)
    var kept: [Candidate] = []
    var priorities: [Double] = []
    kept.reserveCapacity(left)
    priorities.reserveCapacity(left)
    var qualityPlace = 0
    var bestLeftOut = Int.max
    for sample in ranking {
      let cell = Int(cells[Int(sample)])
      if cell < 0 { continue }
      qualityPlace += 1
      guard taken[cell] < depths[cell] else {
        bestLeftOut = min(bestLeftOut, qualityPlace)
        if left == 0 { break }
        continue
      }
      taken[cell] += 1
      left -= 1
      priorities.append(claims[cell].priority(Int(taken[cell])))
      kept.append(Candidate(sample: sample, qualityPlace: qualityPlace, place: kept.count))
    }
    let places = kept.indices.map { Int32(truncatingIfNeeded: $0) }
    let order = stableSorted(places) { ascendingKey(priorities[Int($0)]) }
    for place in order.dropFirst(count) {
      bestLeftOut = min(bestLeftOut, kept[Int(place)].qualityPlace)
    }
    return First(
      byClaim: order.prefix(count).map { kept[Int($0)] }, byQuality: kept,
      bestLeftOut: bestLeftOut)
  }
}
