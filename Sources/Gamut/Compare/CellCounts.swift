import Descriptors

/// What each of several sets has in each cell.
struct CellCounts {
  private let grid: Grid
  /// How many samples each set has in each cell.
  let counts: [[Int]]
  /// The mean quality of each set in each cell.
  private let quality: [[Double?]]
  private let poolCounts: [Int]
  private let sizes: [Int]

  /// Counts.
  ///
  /// - Parameters:
  ///   - sets: The samples of each set.
  ///   - pool: What they are samples of.
  /// - Complexity: O(n + s c) for n samples, s sets and c cells.
  init(_ sets: [[Int32]], of pool: MeasuredPool) {
    grid = pool.grid
    sizes = sets.map(\.count)
    var counts: [[Int]] = []
    var quality: [[Double?]] = []
    for set in sets {
      var own = [Int](repeating: 0, count: grid.reachableCellCount)
      var scored = own
      var means = [Double](repeating: 0, count: grid.reachableCellCount)
      for sample in set.lazy.map(Int.init) {
        let cell = Int(grid.cells[sample])
        own[cell] += 1
        let value = pool.quality[sample]
        if value.isNaN { continue }
        scored[cell] += 1
        // A running mean, which stays within the doubles where a sum would not.
        means[cell] += (value - means[cell]) / Double(scored[cell])
      }
      counts.append(own)
      quality.append(means.indices.map { scored[$0] > 0 ? means[$0] : nil })
    }
    self.counts = counts
    self.quality = quality
    var poolCounts = [Int](repeating: 0, count: grid.reachableCellCount)
    for sample in pool.poolSamples { poolCounts[Int(grid.cells[Int(sample)])] += 1 }
    self.poolCounts = poolCounts
  }

  /// How many cells the pool reaches.
  var reachableCount: Int { poolCounts.count { $0 > 0 } }

  /// A cell as it is told.
  func cell(_ cell: Int) -> Comparison.Cell {
    let bins = grid.bins(ofCell: cell)
    return Comparison.Cell(
      bins: bins, parts: grid.axes.indices.map { part($0, bins: bins) },
      counts: counts.map { $0[cell] }, quality: quality.map { $0[cell] },
      poolCount: poolCounts[cell])
  }

  private func part(_ index: Int, bins: [Int]) -> Comparison.AxisPart {
    let (axis, bin) = (grid.axes[index], bins[index])
    if bin >= axis.valueBinCount { return .missing }
    if axis.isCategory { return .label(axis.labels[bin]) }
    if axis.centroids != nil { return .centroid(bin, count: axis.valueBinCount) }
    var edges = axis.edges
    if let nested = axis.nestedEdges {
      let own = Array(bins[..<index])
      edges = nested.parents.firstIndex(of: own).map { nested.edges[$0] } ?? []
    }
    return .range(
      low: bin > 0 && bin <= edges.count ? edges[bin - 1] : nil,
      high: bin < edges.count ? edges[bin] : nil)
  }

  /// The share of a set that lies in a cell.
  private func share(_ set: Int, _ cell: Int) -> Double {
    sizes[set] > 0 ? Double(counts[set][cell]) / Double(sizes[set]) : 0
  }

  /// Below how many samples of either set a difference of mean quality is mostly chance.
  private static let leastCount = 5

  /// How a set's cells differ from those of the first.
  ///
  /// Ties go by the cell's number, so that lists never hang on chance.
  func changes(of set: Int, limit: Int) -> Comparison.CellChanges {
    let cells = grid.reachableCellCount
    func ranked(
      _ picked: [Int], by value: (Int) -> Double, limit: Int
    ) -> [Comparison.Cell] {
      let values = picked.map { (cell: $0, value: value($0)) }
      let order = values.sorted { $0.value == $1.value ? $0.cell < $1.cell : $0.value > $1.value }
      return order.prefix(limit).map { cell($0.cell) }
    }
    let all = Array(0..<cells)
    let shared = all.filter { counts[0][$0] > 0 && counts[set][$0] > 0 }
    let here = all.filter { counts[0][$0] == 0 && counts[set][$0] > 0 }
    let first = all.filter { counts[0][$0] > 0 && counts[set][$0] == 0 }
    func gain(_ cell: Int) -> Double? {
      guard let before = quality[0][cell], let after = quality[set][cell] else { return nil }
      return after - before
    }
    let higher = shared.filter { (gain($0) ?? 0) > 0 }
    let lower = shared.filter { (gain($0) ?? 0) < 0 }
    func solid(_ cells: [Int]) -> [Int] {
      cells.filter { min(counts[0][$0], counts[set][$0]) >= Self.leastCount }
    }
    let difference = { (cell: Int) in share(set, cell) - share(0, cell) }
    return Comparison.CellChanges(
      more: ranked(shared.filter { difference($0) > 0 }, by: difference, limit: limit),
      fewer: ranked(shared.filter { difference($0) < 0 }, by: { -difference($0) }, limit: limit),
      onlyHere: ranked(here, by: { Double(counts[set][$0]) }, limit: limit),
      onlyHereCount: here.count,
      onlyInFirst: ranked(first, by: { Double(counts[0][$0]) }, limit: limit),
      onlyInFirstCount: first.count,
      gains: ranked(solid(higher), by: { gain($0) ?? 0 }, limit: limit),
      losses: ranked(solid(lower), by: { -(gain($0) ?? 0) }, limit: limit),
      sharedCount: shared.count, gainCount: higher.count, lossCount: lower.count)
  }

  /// The cells that a set lacks or is short of, most wanted first.
  ///
  /// What it is held against is the pool without the set itself: the other sets, or a given pool. A cell is
  /// short where the set has less than half of what it would have if it followed them, and at least one
  /// sample would be missing.
  ///
  /// - Parameters:
  ///   - set: The set.
  ///   - containsSet: Whether the pool is the sets together, so that the set itself is taken out.
  /// - Returns: Each cell with how many samples the set would have there.
  func shortages(of set: Int, containsSet: Bool) -> [(cell: Int, wanted: Int)] {
    var others = poolCounts
    if containsSet { for cell in others.indices { others[cell] -= counts[set][cell] } }
    let total = others.reduce(0, +)
    guard total > 0 else { return [] }
    var found: [(cell: Int, wanted: Int, missing: Double)] = []
    for cell in others.indices where others[cell] > 0 {
      let expected = Double(others[cell]) / Double(total) * Double(sizes[set])
      let wanted = max(1, Int(expected.rounded()))
      let present = counts[set][cell]
      guard present == 0 || 2 * present < wanted else { continue }
      found.append((cell, wanted, expected - Double(present)))
    }
    found.sort { $0.missing == $1.missing ? $0.cell < $1.cell : $0.missing > $1.missing }
    return found.map { ($0.cell, $0.wanted) }
  }
}
