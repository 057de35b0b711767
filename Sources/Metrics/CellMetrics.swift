import Glibc

/// How a set of samples lies over the cells of an archive.
public struct CellMetrics: Sendable, Equatable {
  /// How many cells the set fills.
  public var cells: Int
  /// Filled cells over all cells of the grid, 0…1, higher is wider.
  ///
  /// Blind to cells that the pool itself cannot fill, so rarely near 1.
  public var coverage: Double
  /// Filled cells over the cells that the pool reaches, 0…1, higher is wider.
  public var reachableCoverage: Double
  /// Pielou's evenness over the filled cells, 0…1, higher is more even; `nil` without any.
  ///
  /// H / ln(filled cells) with H = −Σ p ln p, p a cell's share of the set; 1 for a single cell. Blind to
  /// cells that are empty. The measure is Pielou's of 1966.
  public var evenness: Double?
  /// Σ over filled cells of the best quality there, in the unit of quality; higher is better.
  ///
  /// Nothing is added or subtracted as an offset, so it is meaningful for qualities that are not
  /// negative. Cells without any quality are left out; `nil` when all are, and when the sum is larger
  /// than any double. The measure is that of Pugh, Soros and Stanley, 2016.
  public var qdScore: Double?
  /// The QD-score over the number of reachable cells: the mean best quality, an empty cell counting 0.
  ///
  /// Not over all cells of the grid, since no set could fill those.
  public var normalizedQDScore: Double?

  /// Measures a set.
  ///
  /// - Parameters:
  ///   - members: The samples of the set, each once; those without a cell are left out.
  ///   - cells: The cell of each sample of the pool; negative for a sample without one.
  ///   - reachableCellCount: How many cells the pool reaches.
  ///   - possibleCellCount: The product of the axes' bins.
  ///   - quality: The quality of each sample of the pool, NaN for one without.
  /// - Complexity: O(n + c) for n members and c reachable cells.
  public init(
    members: [Int32], cells: [Int32], reachableCellCount: Int,
    possibleCellCount: Double, quality: [Double]
  ) {
    var counts = [Int](repeating: 0, count: reachableCellCount)
    var best = [Double](repeating: .nan, count: reachableCellCount)
    var total = 0
    for member in members.lazy.map(Int.init) where cells[member] >= 0 {
      let cell = Int(cells[member])
      counts[cell] += 1
      total += 1
      let value = quality[member]
      if !value.isNaN, best[cell].isNaN || value > best[cell] { best[cell] = value }
    }
    var filled = 0
    var entropy = 0.0
    var score: Double?
    for cell in counts.indices where counts[cell] > 0 {
      filled += 1
      let share = Double(counts[cell]) / Double(total)
      entropy -= share * log(share)
      if !best[cell].isNaN { score = (score ?? 0) + best[cell] }
    }
    self.cells = filled
    coverage = possibleCellCount > 0 ? Double(filled) / possibleCellCount : 0
    reachableCoverage =
      reachableCellCount > 0 ? Double(filled) / Double(reachableCellCount) : 0
    // Rounding may lead a hair above 1.
    evenness = filled > 1 ? min(entropy / log(Double(filled)), 1) : (filled == 1 ? 1 : nil)
    let cellCount = Double(reachableCellCount)
    if let score, !score.isFinite {
      // In smaller units: a mean of doubles is always one, even where their sum is not.
      let scaled = best.reduce(0) { $1.isNaN ? $0 : $0 + $1 * 0x1p-64 }
      let whole = scaled * 0x1p64
      qdScore = whole.isFinite ? whole : nil
      normalizedQDScore = scaled / cellCount * 0x1p64
    } else {
      qdScore = score
      normalizedQDScore = score.map { $0 / cellCount }
    }
  }
}
