/// Spends a growing budget along an order, keeping what it bought.
///
/// Each call of `spend` goes along the whole order again with a larger limit: what was chosen stays, and
/// all others get another chance in their turn. So the subsets of rising limits nest whatever decides.
/// How samples are taken is told at `Spending`.
public struct Spender: Sendable {
  /// The cell of each sample; a negative one for a sample that may not be chosen.
  private let cells: [Int32]
  private let perCell: Int?
  private let costs: [UInt32]?
  /// What finds chosen samples that are too close in meaning; `nil` to look for none.
  private var redundancy: Redundancy?
  /// How many samples each cell has sent.
  private var sent: [Int32]
  private var outcomes: [Spending.Outcome]
  private var selected: [Int32] = []
  private var spent = 0
  private var twins: [Int32]
  private let cellCount: Int

  /// Prepares; nothing is bought yet.
  ///
  /// - Parameters:
  ///   - cells: The cell of each sample.
  ///   - cellCount: How many cells there are.
  ///   - perCell: The most one cell may send, at least 0, or `nil` for any number.
  ///   - costs: What each sample costs; `nil` where every sample costs 1.
  ///   - redundancy: What finds chosen samples that are too close in meaning; `nil` to look for none.
  public init(
    cells: [Int32], cellCount: Int, perCell: Int?, costs: [UInt32]?, redundancy: Redundancy? = nil
  ) {
    self.cells = cells
    self.cellCount = cellCount
    self.perCell = perCell
    self.costs = costs
    self.redundancy = redundancy
    sent = [Int32](repeating: 0, count: perCell == nil ? 0 : cellCount)
    outcomes = [Spending.Outcome](repeating: .none, count: cells.count)
    twins = redundancy == nil ? [] : [Int32](repeating: -1, count: cells.count)
  }

  /// Buys samples that are chosen in any case, before any order.
  ///
  /// They are bought whatever their cell has sent and whatever they resemble. They count in their cell, and others may be redundant to them.
  ///
  /// - Parameter samples: The samples, each once and none of them bought before.
  /// - Throws: What reading their vectors throws.
  public mutating func take(_ samples: [Int32]) throws {
    var start = 0
    while start < samples.count {
      let end = min(start + (redundancy?.lookAheadCount ?? samples.count), samples.count)
      redundancy?.lookAhead(Array(samples[start..<end]), comparing: false) { cells[Int($0)] }
      for sample in samples[start..<end] {
        try redundancy?.add(sample, in: cells[Int(sample)])
        buy(sample)
      }
      start = end
    }
  }

  /// Tells the candidates that are `capped` whatever is bought, where an order to be spent along does not
  /// name them: those behind the first `perCell` of their cell.
  ///
  /// For samples that all cost 1, of which none is redundant and none was taken before.
  ///
  /// - Parameter ranking: Every sample once, best first.
  public mutating func cap(_ ranking: [Int32]) {
    guard let perCell else { return }
    precondition(costs == nil && redundancy == nil && selected.isEmpty, "a cap that is not settled")
    var ranks = [Int32](repeating: 0, count: cellCount)
    for sample in ranking where cells[Int(sample)] >= 0 {
      let cell = Int(cells[Int(sample)])
      if ranks[cell] >= perCell { outcomes[Int(sample)] = .capped } else { ranks[cell] += 1 }
    }
  }

  /// Goes along an order and buys what the rules allow.
  ///
  /// - Parameters:
  ///   - limit: The most that may be spent, what was spent before included; not below that.
  ///   - order: Candidates, best claim first, each once; those bought before are passed over.
  /// - Returns: What was bought so far, and what became of the others this time.
  /// - Throws: What reading vectors throws.
  /// - Complexity: O(n + c) for a pool of n samples and c cells, and what `Redundancy` adds for each
  ///   candidate until the budget ends.
  public mutating func spend(upTo limit: Int, along order: [Int32]) throws -> Spending {
    precondition(limit >= spent, "a budget is not below what was spent before")
    /// What each cell would have sent had the budget not ended, where that can be told.
    var turns = sent
    let turnsAreKnown = costs == nil && redundancy == nil
    var known = 0
    for (place, candidate) in order.enumerated() {
      let index = Int(candidate)
      if outcomes[index] == .selected { continue }
      if place >= known {
        known = lookAhead(from: place, along: order, left: limit - spent, turns: turns)
      }
      let cost = costs.map { Int($0[index]) } ?? 1
      let fits = cost <= limit - spent
      if let perCell {
        let cell = Int(cells[index])
        if turns[cell] >= perCell {
          outcomes[index] = .capped
          continue
        }
        // What is passed over for its cost gives its turn to the next of the cell.
        if turnsAreKnown, !fits { turns[cell] += 1 }
      }
      guard fits else {
        outcomes[index] = .outranked
        continue
      }
      if let twin = try redundancy?.twinOrAdd(candidate, in: cells[index]) {
        outcomes[index] = .redundant
        twins[index] = twin
        continue
      }
      if perCell != nil { turns[Int(cells[index])] += 1 }
      buy(candidate)
    }
    return Spending(outcomes: outcomes, selected: selected, spent: spent, twins: twins)
  }

  /// Tells redundancy ahead whom it will be asked for: all that could be bought as things stand, until they
  /// would use up what is left and a little more.
  ///
  /// - Returns: The place in the order of the first that was not looked at.
  private mutating func lookAhead(
    from place: Int, along order: [Int32], left: Int, turns: [Int32]
  ) -> Int {
    guard let most = redundancy?.lookAheadCount else { return order.count }
    var candidates: [Int32] = []
    var cost = 0
    var place = place
    while place < order.count, candidates.count < most {
      // Some are redundant, and a few more cost less than coming back.
      if candidates.count >= Self.fewest, cost - cost / 5 >= left { break }
      let candidate = order[place]
      place += 1
      let index = Int(candidate)
      if outcomes[index] == .selected { continue }
      if let perCell, turns[Int(cells[index])] >= perCell { continue }
      let its = costs.map { Int($0[index]) } ?? 1
      if its > left { continue }
      candidates.append(candidate)
      cost += its
    }
    if !candidates.isEmpty { redundancy?.lookAhead(candidates) { cells[Int($0)] } }
    return place
  }

  /// The fewest candidates to tell ahead.
  private static let fewest = 64

  private mutating func buy(_ sample: Int32) {
    let index = Int(sample)
    outcomes[index] = .selected
    selected.append(sample)
    spent += costs.map { Int($0[index]) } ?? 1
    if perCell != nil { sent[Int(cells[index])] += 1 }
  }
}
