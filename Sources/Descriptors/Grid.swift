/// The cells that a pool reaches in the product of its axes.
///
/// Only reachable cells exist: they are numbered from 0 in the order of their bin numbers, first axis
/// first, so memory grows with the samples and never with the product of the bins.
public struct Grid: Sendable {
  /// The axes, in the recipe's order.
  public let axes: [Axis]
  /// The cell of each sample.
  public let cells: [Int32]
  /// The mixed-radix number of each reachable cell, ascending; the first axis counts most.
  public let keys: [UInt64]

  /// How many cells hold at least one sample.
  public var reachableCellCount: Int { keys.count }

  /// The product of the axes' bins, as a number that may exceed any count.
  public var possibleCellCount: Double { axes.reduce(1) { $0 * Double($1.binCount) } }

  /// Places every sample in its cell.
  ///
  /// - Parameters:
  ///   - axes: The fitted axes, none at all for a single cell.
  ///   - bins: One list an axis, one bin a sample, as `Axis.bins(of:)` gives them.
  ///   - sampleCount: How many samples there are.
  /// - Throws: `DescriptorsError.gridTooLarge` when the product of the bins exceeds 2^64 − 1.
  /// - Complexity: O(n a + c log c) expected, for n samples, a axes and c reachable cells; besides the
  ///   result about 8 n bytes of scratch for the samples' keys and either a table of at most
  ///   16 n + 4096 bytes or a hash table of the reachable cells.
  public init(
    axes: [Axis], bins: [[Int32]], sampleCount: Int
  ) throws(DescriptorsError) {
    precondition(
      bins.count == axes.count && bins.allSatisfy { $0.count == sampleCount },
      "a grid needs one bin an axis and sample")
    var product: UInt64 = 1
    for axis in axes {
      let (next, overflow) = product.multipliedReportingOverflow(by: UInt64(axis.binCount))
      if overflow { throw .gridTooLarge(axes: axes.map(\.name)) }
      product = next
    }
    var sampleKeys = [UInt64](repeating: 0, count: sampleCount)
    for (axis, bins) in zip(axes, bins) {
      let radix = UInt64(axis.binCount)
      for sample in 0..<sampleCount {
        sampleKeys[sample] = sampleKeys[sample] * radix + UInt64(bins[sample])
      }
    }
    self.axes = axes
    if product <= UInt64(4 * sampleCount + 1024) {
      (keys, cells) = Self.numberByTable(sampleKeys, product: Int(product))
    } else {
      (keys, cells) = Self.numberBySearch(sampleKeys)
    }
  }

  /// The bin numbers of a reachable cell, in the order of the axes.
  ///
  /// - Parameter cell: The cell's number, below `reachableCellCount`.
  /// - Returns: One bin number an axis.
  public func bins(ofCell cell: Int) -> [Int] {
    var key = keys[cell]
    var bins = [Int](repeating: 0, count: axes.count)
    for number in axes.indices.reversed() {
      let radix = UInt64(axes[number].binCount)
      bins[number] = Int(key % radix)
      key /= radix
    }
    return bins
  }

  /// Small grids: one slot a possible cell.
  private static func numberByTable(
    _ sampleKeys: [UInt64], product: Int
  ) -> (keys: [UInt64], cells: [Int32]) {
    var numbers = [Int32](repeating: -1, count: product)
    for key in sampleKeys { numbers[Int(key)] = 0 }
    var keys: [UInt64] = []
    for key in 0..<product where numbers[key] == 0 {
      numbers[key] = Int32(keys.count)
      keys.append(UInt64(key))
    }
    return (keys, sampleKeys.map { numbers[Int($0)] })
  }

  /// Grids with more possible cells than samples: the distinct keys, sorted.
  private static func numberBySearch(
    _ sampleKeys: [UInt64]
  ) -> (keys: [UInt64], cells: [Int32]) {
    var keys = Array(Set(sampleKeys))
    keys.sort()
    var numbers: [UInt64: Int32] = [:]
    numbers.reserveCapacity(keys.count)
    for (number, key) in keys.enumerated() { numbers[key] = Int32(number) }
    return (keys, sampleKeys.map { numbers[$0] ?? 0 })
  }
}
