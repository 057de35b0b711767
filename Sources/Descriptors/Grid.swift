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
  ///   result either a table of at most 16 n + 4096 bytes, or about 8 n bytes of scratch for the
  ///   samples' keys and a hash table of the reachable cells. Where the product of the bins exceeds
  ///   2^64, the hash table is built again each time that a factor would.
  public init(axes: [Axis], bins: [[Int32]], sampleCount: Int) {
    precondition(
      bins.count == axes.count && bins.allSatisfy { $0.count == sampleCount },
      "a grid needs one bin an axis and sample")
    let radices = axes.map { UInt64($0.binCount) }
    let product = radices.reduce(UInt64(1)) { product, radix in
      let (result, isTooLarge) = product.multipliedReportingOverflow(by: radix)
      return isTooLarge ? .max : result
    }
    let (cells, count) =
      product <= UInt64(4 * sampleCount + 1024) && product <= UInt64(Int32.max)
      ? Self.numberByTable(bins, radices, sampleCount: sampleCount, product: Int(product))
      : Self.numberBySearch(bins, radices, sampleCount: sampleCount)
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
    _ bins: [[Int32]], _ radices: [UInt64], sampleCount: Int, product: Int
  ) -> (cells: [Int32], count: Int) {
    var cells = bins.first ?? [Int32](repeating: 0, count: sampleCount)
    for (bins, radix) in zip(bins, radices).dropFirst() {
      let radix = Int32(radix)
      for sample in 0..<sampleCount { cells[sample] = cells[sample] * radix + bins[sample] }
    }
    var numbers = [Int32](repeating: -1, count: product)
    for key in cells { numbers[Int(key)] = 0 }
    var count = 0
    for key in 0..<product where numbers[key] == 0 {
      numbers[key] = Int32(count)
      count += 1
    }
    // Where every possible cell is reached its key is its number.
    if count < product {
      for sample in cells.indices { cells[sample] = numbers[Int(cells[sample])] }
    }
    return (cells, count)
  }

  /// Grids with more possible cells than samples: the distinct keys, sorted.
  private static func numberBySearch(
    _ bins: [[Int32]], _ radices: [UInt64], sampleCount: Int
  ) -> (cells: [Int32], count: Int) {
    // Mixed-radix numbers, the first axis counting most.
    var product: UInt64 = 1
    var sampleKeys = [UInt64](repeating: 0, count: sampleCount)
    for (bins, radix) in zip(bins, radices) {
      if product.multipliedReportingOverflow(by: radix).overflow {
        // The cells reached so far, numbered in the same order, are no more than the samples.
        let (cells, count) = numberBySearch(sampleKeys)
        sampleKeys = cells.map { UInt64($0) }
        product = UInt64(count)
      }
      product *= radix
      for sample in 0..<sampleCount {
        sampleKeys[sample] = sampleKeys[sample] * radix + UInt64(bins[sample])
      }
    }
    return numberBySearch(sampleKeys)
  }

  private static func numberBySearch(_ sampleKeys: [UInt64]) -> (cells: [Int32], count: Int) {
    var keys = Array(Set(sampleKeys))
    keys.sort()
    var numbers: [UInt64: Int32] = [:]
    numbers.reserveCapacity(keys.count)
    for (number, key) in keys.enumerated() { numbers[key] = Int32(number) }
    return (sampleKeys.map { numbers[$0] ?? 0 }, keys.count)
  }
}
