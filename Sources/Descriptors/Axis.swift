public import LinearAlgebra
import Numbers

/// An axis cut into bins, fitted once and then applied to any sample.
///
/// Bin numbers start at 0. A value v lies in the bin whose number is the count of edges e with e ≤ v,
/// as in NumPy's `digitize(v, edges)`: bin b of a numeric axis is [edge b−1, edge b), the border bins
/// reach to infinity, and the largest value has no bin of its own. A bin of a nested axis is the same
/// within the sample's parent cell, which is the tuple of its bins on the axes before. A bin of a cvt
/// axis is the Voronoi cell of the centroid of that number. A sample without a value has the bin after
/// the last; it exists only where `missingCount` is not 0.
public struct Axis: Sendable, Equatable {
  /// What the axis measures and how it was to be cut.
  public var specification: AxisSpecification
  /// The inner edges of a numeric axis that is not nested, strictly ascending: one fewer than there are
  /// bins for values.
  public var edges: [Double]
  /// The edges of a nested axis in each of its parent cells.
  public var nestedEdges: NestedEdges?
  /// The centroids of a cvt axis.
  public var centroids: KMeans?
  /// The labels of a category, in the order of their bytes: one a bin.
  public var labels: [String]
  /// Between which values a uniform or log axis was cut; values beyond were clipped.
  public var range: ClosedRange<Double>?
  /// How many samples of the pool the axis was fitted on lie below or above `range`, and so went to a
  /// border bin.
  public var clippedCount: Int
  /// How many samples of the pool the axis was fitted on have no value, or a label that the axis does
  /// not know.
  public var missingCount: Int

  /// The axis's name in manifests and receipts.
  public var name: String { specification.name }

  /// Whether labels and not numbers are cut.
  public var isCategory: Bool { specification.binning == .category }

  /// Whether the axis is cut anew in each cell of the axes before.
  public var isNested: Bool { specification.binning == .nested }

  /// How many bins hold values; on a nested axis, in the parent cell that has most.
  public var valueBinCount: Int {
    switch specification.binning {
    case .category: labels.count
    case .cvt: centroids?.count ?? 1
    case .nested: (nestedEdges?.edges.lazy.map(\.count).max() ?? 0) + 1
    case .uniform, .quantile, .log, .edges: edges.count + 1
    }
  }

  /// How many bins there are, the one for missing values included.
  public var binCount: Int { valueBinCount + (missingCount > 0 ? 1 : 0) }

  /// The bin of a value.
  ///
  /// - Parameter value: A number, NaN for a missing one; of a category the label's place in `labels`.
  /// - Returns: The bin's number, from 0; for a missing value `valueBinCount`, whether or not the axis
  ///   has that bin.
  /// - Precondition: The axis is neither nested nor cvt, whose bins hang on more than one value.
  /// - Complexity: O(log b) for b bins.
  public func bin(of value: Double) -> Int {
    precondition(!isNested && centroids == nil, "a bin that hangs on more than one value")
    if value.isNaN { return valueBinCount }
    if isCategory {
      precondition(
        value >= 0 && value < Double(labels.count), "a category's value is a label's place")
      return Int(value)
    }
    return partitioningIndex(of: edges.indices) { edges[$0] > value }
  }

  /// The bins of many values.
  ///
  /// - Parameter values: As for `bin(of:)`.
  /// - Returns: One bin number a value.
  /// - Precondition: A missing value needs an axis with a bin for it.
  /// - Complexity: O(n log b) for n values and b bins.
  public func bins(of values: [Double]) -> [Int32] {
    let binCount = binCount
    return values.map { value in
      let bin = bin(of: value)
      precondition(bin < binCount, "a missing value on an axis without a bin for it")
      return Int32(truncatingIfNeeded: bin)
    }
  }

  /// The bins of many values that are floats.
  ///
  /// - Parameter values: As for `bin(of:)`.
  /// - Returns: One bin number a value.
  /// - Precondition: A missing value needs an axis with a bin for it.
  /// - Complexity: O(n log b) for n values and b bins.
  public func bins(of values: [Float]) -> [Int32] {
    let binCount = binCount
    return values.map { value in
      let bin = bin(of: Double(value))
      precondition(bin < binCount, "a missing value on an axis without a bin for it")
      return Int32(truncatingIfNeeded: bin)
    }
  }
}
