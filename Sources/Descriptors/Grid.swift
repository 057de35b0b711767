/// The cells that a pool reaches in the product of its axes.
///
/// Only reachable cells exist: they are numbered from 0 in the order of their bin numbers, first axis
/// first, so memory grows with the samples and never with the product of the bins.
public struct Grid: Sendable {
  /// The axes, in the recipe's order.
  public let axes: [Axis]
  /// The cell of each sample.
  public let cells: [Int32]
  /// The bin numbers of each reachable cell, one an axis.
  let cellBins: [Int32]
  /// Which centroids of a cvt axis lie next to each other, found when first asked for.
  let adjacency = CentroidAdjacency()
  /// How many cells hold at least one sample.
  public let reachableCellCount: Int

  /// The product of the axes' bins, as a number that may exceed any count.
  public var possibleCellCount: Double { axes.reduce(1) { $0 * Double($1.binCount) } }

  /// Places every sample in its cell.
  ///
  /// - Parameters:
  ///   - axes: The fitted axes, none at all for a single cell.
  ///   - bins: One list an axis, one bin a sample, as `Axis.bins(of:)` gives them.
  ///   - sampleCount: How many samples there are.
  /// - Complexity: O(n a + c log c) expected, for n samples, a axes and c reachable cells; besides the
  ///   result about 8 n bytes of scratch for the samples' keys and either a table of at most
  ///   16 n + 4096 bytes or a hash table of the reachable cells. Where the product of the bins exceeds
  ///   2^64, the hash table is built again each time that a factor would.
  public init(axes: [Axis], bins: [[Int32]], sampleCount: Int) {
    precondition(
      bins.count == axes.count && bins.allSatisfy { $0.count == sampleCount },
      "a grid needs one bin an axis and sample")
    // Mixed-radix numbers, the first axis counting most.
    var product: UInt64 = 1
    var sampleKeys = [UInt64](repeating: 0, count: sampleCount)
    for (axis, bins) in zip(axes, bins) {
      let radix = UInt64(axis.binCount)
      if product.multipliedReportingOverflow(by: radix).overflow {
        // The cells reached so far, numbered in the same order, are no more than the samples.
        let (cells, count) = Self.numberBySearch(sampleKeys)
        sampleKeys = cells.map { UInt64($0) }
        product = UInt64(count)
      }
      product *= radix
      for sample in 0..<sampleCount {
        sampleKeys[sample] = sampleKeys[sample] * radix + UInt64(bins[sample])
      }
    }
    let (cells, count) =
      product <= UInt64(4 * sampleCount + 1024)
      ? Self.numberByTable(sampleKeys, product: Int(product)) : Self.numberBySearch(sampleKeys)
    var cellBins = [Int32](repeating: 0, count: count * axes.count)
    var isKnown = [Bool](repeating: false, count: count)
    for (sample, cell) in cells.enumerated() where !isKnown[Int(cell)] {
      isKnown[Int(cell)] = true
      for axis in axes.indices { cellBins[Int(cell) * axes.count + axis] = bins[axis][sample] }
    }
    self.axes = axes
    self.cells = cells
    self.cellBins = cellBins
    reachableCellCount = count
  }

  /// The bin numbers of a reachable cell, in the order of the axes.
  ///
  /// - Parameter cell: The cell's number, below `reachableCellCount`.
  /// - Returns: One bin number an axis.
  public func bins(ofCell cell: Int) -> [Int] {
    axes.indices.map { Int(cellBins[cell * axes.count + $0]) }
  }

  /// Small grids: one slot a possible cell.
  private static func numberByTable(
    _ sampleKeys: [UInt64], product: Int
  ) -> (cells: [Int32], count: Int) {
    var numbers = [Int32](repeating: -1, count: product)
    for key in sampleKeys { numbers[Int(key)] = 0 }
    var count = 0
    for key in 0..<product where numbers[key] == 0 {
      numbers[key] = Int32(count)
      count += 1
    }
    return (sampleKeys.map { numbers[Int($0)] }, count)
  }

  /// Grids with more possible cells than samples: the distinct keys, sorted.
  private static func numberBySearch(_ sampleKeys: [UInt64]) -> (cells: [Int32], count: Int) {
    var keys = Array(Set(sampleKeys))
    keys.sort()
    var numbers: [UInt64: Int32] = [:]
    numbers.reserveCapacity(keys.count)
    for (number, key) in keys.enumerated() { numbers[key] = Int32(number) }
    return (sampleKeys.map { numbers[$0] ?? 0 }, keys.count)
  }
}
