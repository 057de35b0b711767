import Numbers

/// The cells of a pool with, in each, all candidates ranked by quality.
///
/// A MAP-Elites archive (Mouret and Clune 2015, arXiv 1504.04909) that keeps every candidate of a cell
/// and not only its best, so that a budget of any size can be spent on it. It knows numbers only: a
/// candidate is an index into the pool's columns.
///
/// Ranks are total: better quality first, then the smaller content hash, then the smaller index. The
/// content hash comes before the index so that a tie falls the same way however the pool was divided.
public struct EliteArchive: Sendable {
  /// Marks a sample that is no candidate.
  public static let noCell: Int32 = -1

  /// The cell of each sample of the pool, `noCell` for a sample that may not be chosen.
  public let cells: [Int32]
  /// How many candidates each cell holds; its count is the number of cells.
  public let masses: [Int32]
  /// All candidates, best quality first.
  public let byQuality: [Int32]
  /// The place of each sample among the candidates of its cell, from 1; 0 for no candidate.
  public let ranks: [Int32]

  /// Ranks the candidates of every cell.
  ///
  /// - Parameters:
  ///   - cells: The cell of each sample, below `cellCount`, or `noCell`.
  ///   - cellCount: How many cells there are.
  ///   - quality: The quality of each sample; finite where it has a cell.
  ///   - contentHash: What settles ties of quality; one a sample.
  /// - Complexity: O(n) for n samples, besides runs of equal quality, which are sorted by hash.
  public init(cells: [Int32], cellCount: Int, quality: [Double], contentHash: [UInt64]) {
    precondition(
      cells.count == quality.count && cells.count == contentHash.count,
      "an archive needs one cell, quality and hash a sample")
    precondition(cells.count <= Int(Int32.max), "an archive holds at most 2^31 - 1 samples")
    var candidates: [Int32] = []
    candidates.reserveCapacity(cells.count)
    for index in cells.indices where cells[index] != Self.noCell {
      precondition(quality[index].isFinite, "a candidate's quality must be finite")
      candidates.append(Int32(truncatingIfNeeded: index))
    }
    var order = stableSorted(candidates) { descendingKey(quality[Int($0)]) }
    Self.settleTies(of: &order, quality: quality, contentHash: contentHash)

    var masses = [Int32](repeating: 0, count: cellCount)
    var ranks = [Int32](repeating: 0, count: cells.count)
    for candidate in order {
      let cell = Int(cells[Int(candidate)])
      masses[cell] += 1
      ranks[Int(candidate)] = masses[cell]
    }
    self.cells = cells
    self.masses = masses
    self.byQuality = order
    self.ranks = ranks
  }

  /// Sorts each run of equal quality by content hash; the index settles what is still equal.
  private static func settleTies(
    of order: inout [Int32], quality: [Double], contentHash: [UInt64]
  ) {
    var start = 0
    while start < order.count {
      let value = quality[Int(order[start])]
      var end = start + 1
      while end < order.count && quality[Int(order[end])] == value { end += 1 }
      if end - start > 1 {
        // The run stands in index order, which a stable sort keeps among equal hashes.
        order.replaceSubrange(
          start..<end,
          with: stableSorted(Array(order[start..<end])) { contentHash[Int($0)] })
      }
      start = end
    }
  }
}
