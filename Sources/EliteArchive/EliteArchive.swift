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

  /// All samples of a pool in the order that ranks them in their cells.
  ///
  /// - Parameters:
  ///   - quality: The quality of each sample; NaN for one without, which comes after all others.
  ///   - contentHash: What settles ties of quality, before the index does; one a sample.
  /// - Returns: Every index once, best quality first.
  /// - Complexity: O(n) for n samples, besides runs of equal quality, which are sorted by hash.
  public static func ranking(quality: [Double], contentHash: [UInt64]) -> [Int32] {
    precondition(quality.count == contentHash.count, "a ranking needs one hash a sample")
    precondition(quality.count <= Int(Int32.max), "an archive holds at most 2^31 - 1 samples")
    let samples = quality.indices.map { Int32(truncatingIfNeeded: $0) }
    var order = stableSorted(samples) { sample in
      let value = quality[Int(sample)]
      return value.isNaN ? .max : descendingKey(value)
    }
    settleTies(of: &order, quality: quality, contentHash: contentHash)
    return order
  }

  /// Ranks the candidates of every cell.
  ///
  /// - Parameters:
  ///   - cells: The cell of each sample, below `cellCount`, or `noCell`.
  ///   - cellCount: How many cells there are.
  ///   - quality: The quality of each sample; finite where it has a cell.
  ///   - contentHash: What settles ties of quality; one a sample.
  /// - Complexity: As for `ranking(quality:contentHash:)`.
  public init(cells: [Int32], cellCount: Int, quality: [Double], contentHash: [UInt64]) {
    precondition(cells.count == quality.count, "an archive needs one cell and quality a sample")
    for index in cells.indices where cells[index] != Self.noCell {
      precondition(quality[index].isFinite, "a candidate's quality must be finite")
    }
    self.init(
      cells: cells, cellCount: cellCount,
      ranking: Self.ranking(quality: quality, contentHash: contentHash))
  }

  /// Takes the candidates of every cell in the order of a ranking.
  ///
  /// - Parameters:
  ///   - cells: The cell of each sample, below `cellCount`, or `noCell`.
  ///   - cellCount: How many cells there are.
  ///   - ranking: Every sample once, best first.
  /// - Complexity: O(n) for n samples.
  public init(cells: [Int32], cellCount: Int, ranking: [Int32]) {
    precondition(cells.count == ranking.count, "a ranking names every sample once")
    var masses = [Int32](repeating: 0, count: cellCount)
    var ranks = [Int32](repeating: 0, count: cells.count)
    var byQuality: [Int32] = []
    byQuality.reserveCapacity(cells.count)
    for sample in ranking where cells[Int(sample)] != Self.noCell {
      let cell = Int(cells[Int(sample)])
      masses[cell] += 1
      ranks[Int(sample)] = masses[cell]
      byQuality.append(sample)
    }
    self.cells = cells
    self.masses = masses
    self.byQuality = byQuality
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
      while end < order.count, quality[Int(order[end])] == value || value.isNaN { end += 1 }
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
