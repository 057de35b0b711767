import EliteArchive
import Numbers

/// How one sample fares in its pool under other qualities, claims and caps, without sorting anew.
///
/// The place of a sample in the balanced order is the number of those with a smaller priority, and that
/// can be counted cell by cell: within a cell priorities rise with rank. Holds for the archive's order at
/// greed 0 or 1 and for `top`, where every sample costs 1; all else is found by choosing again.
struct CellContest {
  /// Whether quality alone makes the order.
  private let isByQuality: Bool
  /// All other candidates, best quality first.
  private let others: [Int32]
  /// The places among `others` of each cell's candidates, cell after cell, best first.
  private let members: [Int32]
  private let starts: [Int]
  /// How many candidates each cell has, the sample among them.
  private let masses: [Int32]
  private let sample: Int32
  private let cell: Int
  private let quality: [Double]
  private let contentHash: [UInt64]

  /// Prepares for a sample.
  ///
  /// - Parameters:
  ///   - sample: The sample; it need not be a candidate.
  ///   - cell: Its cell.
  ///   - archive: The candidates.
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - contentHash: One a sample.
  ///   - isByQuality: Whether quality alone makes the order.
  /// - Complexity: O(n + c) for n candidates and c cells.
  init(
    of sample: Int, in cell: Int, archive: EliteArchive, quality: [Double],
    contentHash: [UInt64], isByQuality: Bool
  ) {
    self.sample = Int32(sample)
    self.cell = cell
    self.quality = quality
    self.contentHash = contentHash
    self.isByQuality = isByQuality
    var masses = archive.masses
    if archive.ranks[sample] == 0 { masses[cell] += 1 }
    self.masses = masses
    var starts = [Int](repeating: 0, count: masses.count + 1)
    for (number, mass) in masses.enumerated() {
      starts[number + 1] = starts[number] + Int(mass) - (number == cell ? 1 : 0)
    }
    self.starts = starts
    var next = starts
    var members = [Int32](repeating: 0, count: starts[masses.count])
    var others: [Int32] = []
    others.reserveCapacity(members.count)
    for other in archive.byQuality where other != self.sample {
      let itsCell = Int(archive.cells[Int(other)])
      members[next[itsCell]] = Int32(others.count)
      next[itsCell] += 1
      others.append(other)
    }
    self.others = others
    self.members = members
  }

  /// How many others rank ahead of the sample, were its quality so; NaN is behind all.
  func countAhead(at value: Double) -> Int {
    partitioningIndex(of: others.indices) { place in
      let other = others[place]
      let its = quality[Int(other)]
      if its.isNaN != value.isNaN { return its.isNaN }
      if !its.isNaN, its != value { return its < value }
      let (itsHash, ownHash) = (contentHash[Int(other)], contentHash[Int(sample)])
      return itsHash == ownHash ? other > sample : itsHash > ownHash
    }
  }

  /// Where a sample comes to stand.
  struct Standing {
    /// Its place among the candidates of its cell, from 1.
    var rank: Int
    /// How many stand before it in the order and are not capped.
    var countBefore: Int
  }

  /// Where the sample stands when so many others rank ahead of it.
  ///
  /// - Parameters:
  ///   - ahead: How many; as `countAhead(at:)` tells.
  ///   - evenness: E in 0…1.
  ///   - perCell: The most of one cell.
  /// - Returns: Its rank, and how many are before it.
  /// - Complexity: O(c log n) for c cells and n candidates.
  func standing(ahead: Int, evenness: Double, perCell: Int?) -> Standing {
    let most = perCell ?? .max
    func countAhead(in number: Int) -> Int {
      partitioningIndex(of: starts[number]..<starts[number + 1]) { Int(members[$0]) >= ahead }
        - starts[number]
    }
    let rank = countAhead(in: cell) + 1
    var count = min(rank - 1, most)
    let own = Claim(mass: Int(masses[cell]), evenness: evenness).priority(rank)
    for number in masses.indices where number != cell && masses[number] > 0 {
      if isByQuality {
        count += min(countAhead(in: number), most)
        continue
      }
      let claim = Claim(mass: Int(masses[number]), evenness: evenness)
      var before = claim.count(within: own)
      // Of the same priority there is at most one, and then quality decides.
      if before > 0, claim.priority(before) == own,
        Int(members[starts[number] + before - 1]) >= ahead
      {
        before -= 1
      }
      count += min(before, most)
    }
    return Standing(rank: rank, countBefore: count)
  }
}
