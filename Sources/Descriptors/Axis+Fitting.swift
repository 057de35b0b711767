import Glibc
import LinearAlgebra
import Numbers

extension Axis {
  /// Cuts an axis over the values of a pool, in any order.
  ///
  /// As `init(fitting:toSorted:missingCount:isSinglePrecision:)`, after sorting them.
  ///
  /// - Parameters:
  ///   - specification: What to cut and how; not a category.
  ///   - values: One number a sample; NaN for a missing one, infinities are not allowed.
  ///   - isSinglePrecision: Whether the values are floats.
  /// - Throws: `DescriptorsError.noValues`, `DescriptorsError.tooSmallForLogAxis`.
  /// - Complexity: O(n) for n samples, 24 n bytes of scratch.
  public init(
    fitting specification: AxisSpecification, to values: [Double], isSinglePrecision: Bool
  ) throws(DescriptorsError) {
    let present = sortedAscending(values)
    try self.init(
      fitting: specification, toSorted: present, missingCount: values.count - present.count,
      isSinglePrecision: isSinglePrecision)
  }

  /// Cuts an axis over the values of a pool that are floats, in any order.
  ///
  /// As for doubles that are floats, with half the memory.
  ///
  /// - Parameters:
  ///   - specification: What to cut and how; not a category.
  ///   - values: One number a sample; NaN for a missing one, infinities are not allowed.
  /// - Throws: `DescriptorsError.noValues`, `DescriptorsError.tooSmallForLogAxis`.
  /// - Complexity: O(n) for n samples, 8 n bytes of scratch.
  public init(
    fitting specification: AxisSpecification, to values: [Float]
  ) throws(DescriptorsError) {
    let present = SortedFloats(values)
    try self.init(
      fitting: specification, count: present.count, missingCount: values.count - present.count,
      isSinglePrecision: true
    ) { present[$0] }
  }

  /// Cuts an axis over the values of a pool.
  ///
  /// - `quantile`: the sorted values are cut at the ranks ⌊jN/k⌋, j = 1…k−1. A rank that falls into a
  ///   run of equal values moves to the nearer end of the run, to its start when both are as near, so
  ///   equal values always share a bin; cuts that meet are one, so many equal values make fewer bins
  ///   than asked. An edge is the least value of the bin above it. No bin is empty, and where all
  ///   values differ the bins' counts differ by at most one.
  /// - `uniform`: k equal widths between the 1st and the 99th percentile (linear interpolation between
  ///   order statistics, as NumPy's default). Values beyond go to the border bins and are counted;
  ///   where the two percentiles are equal there is one bin.
  /// - `log`: the same over log(1 + x), with edges told in the value's own unit; the percentiles are
  ///   those of x.
  /// - A list: the edges as given, whether or not values lie between them.
  /// - A constant axis has one bin, unless its edges are given.
  ///
  /// - Parameters:
  ///   - specification: What to cut and how; not a category.
  ///   - present: The values of the samples that have one, ascending and finite.
  ///   - missingCount: How many samples have none.
  ///   - isSinglePrecision: Whether the values are floats, so that edges are to be floats as well, given
  ///     ones included: printed as floats, an edge is as short as a value and compares the same when
  ///     read back. Given edges that are the same float are one.
  /// - Throws: `DescriptorsError.noValues`, `DescriptorsError.tooSmallForLogAxis`.
  /// - Complexity: O(n) for n samples.
  public init(
    fitting specification: AxisSpecification, toSorted present: [Double], missingCount: Int,
    isSinglePrecision: Bool
  ) throws(DescriptorsError) {
    try self.init(
      fitting: specification, count: present.count, missingCount: missingCount,
      isSinglePrecision: isSinglePrecision
    ) { present[$0] }
  }

  /// The same for values that are told by their place among the sorted.
  private init(
    fitting specification: AxisSpecification, count: Int, missingCount: Int,
    isSinglePrecision: Bool, value: (Int) -> Double
  ) throws(DescriptorsError) {
    precondition(
      ![.category, .cvt, .nested].contains(specification.binning),
      "labels, centroids and nested edges are fitted by other initializers")
    let name = specification.name
    guard count > 0 else { throw .noValues(axis: name) }
    precondition(
      value(0).isFinite && value(count - 1).isFinite, "an axis takes finite values only")
    func percentile(_ percent: Double) -> Double {
      Numbers.percentile(percent, count: count, value: value)
    }
    var edges: [Double] = []
    var range: ClosedRange<Double>?
    switch specification.binning {
    case .category, .cvt, .nested: break
    case .edges(let given):
      precondition(isAscending(given), "given edges are finite and ascend")
      edges = given
    case .quantile:
      edges = Self.quantileEdges(count: count, bins: specification.binCount, value: value)
    case .uniform:
      let (low, high) = (percentile(1), percentile(99))
      edges = equalWidths(from: low, to: high, bins: specification.binCount)
      range = low...high
    case .log:
      if value(0) <= -1 { throw .tooSmallForLogAxis(axis: name, value: value(0)) }
      let (low, high) = (percentile(1), percentile(99))
      let widths = equalWidths(
        from: log1p(low), to: log1p(high), bins: specification.binCount)
      edges = widths.map { expm1($0) }
      range = low...high
    }
    if isSinglePrecision {
      edges = edges.map(roundedToSingle)
      range = range.map { roundedToSingle($0.lowerBound)...roundedToSingle($0.upperBound) }
    }
    edges = strictlyAscending(edges)
    let within = range.map { range in
      partitioningIndex(of: 0..<count) { value($0) > range.upperBound }
        - partitioningIndex(of: 0..<count) { value($0) >= range.lowerBound }
    }
    self.init(
      specification, edges: edges, range: range, clippedCount: count - (within ?? count),
      missingCount: missingCount)
  }

  /// Makes a category axis.
  ///
  /// - Parameters:
  ///   - specification: The column; its binning is `category`.
  ///   - labels: The labels of the pool, in the order of their bytes, each once.
  ///   - missingCount: How many samples have no label.
  public init(category specification: AxisSpecification, labels: [String], missingCount: Int) {
    precondition(specification.binning == .category, "only a category has labels")
    precondition(missingCount >= 0, "a count is not negative")
    self.init(specification, labels: labels, missingCount: missingCount)
  }

  /// Puts an axis together without asking whether its parts fit.
  init(
    _ specification: AxisSpecification, edges: [Double] = [], nestedEdges: NestedEdges? = nil,
    centroids: KMeans? = nil, labels: [String] = [], range: ClosedRange<Double>? = nil,
    clippedCount: Int = 0, missingCount: Int
  ) {
    self.specification = specification
    self.edges = edges
    self.nestedEdges = nestedEdges
    self.centroids = centroids
    self.labels = labels
    self.range = range
    self.clippedCount = clippedCount
    self.missingCount = missingCount
  }

  static func quantileEdges(ofSorted values: [Double], bins: Int) -> [Double] {
    quantileEdges(count: values.count, bins: bins) { values[$0] }
  }

  private static func quantileEdges(
    count: Int, bins: Int, value: (Int) -> Double
  ) -> [Double] {
    var edges: [Double] = []
    for j in 1..<max(bins, 1) {
      let rank = j * count / bins
      let start = partitioningIndex(of: 0..<rank) { value($0) >= value(rank) }
      let end = partitioningIndex(of: rank..<count) { value($0) > value(rank) }
      let cut = rank - start <= end - rank ? start : end
      // A cut before all values, or after them, would leave a bin empty.
      guard cut > 0, cut < count else { continue }
      if edges.last.map({ $0 < value(cut) }) ?? true { edges.append(value(cut)) }
    }
    return edges
  }
}

/// The inner edges of equal widths between two numbers; none where there is no width.
private func equalWidths(from low: Double, to high: Double, bins: Int) -> [Double] {
  guard low < high, bins > 1 else { return [] }
  return (1..<bins).map { number in
    let part = low + (high - low) * Double(number) / Double(bins)
    if part.isFinite { return part }
    // Numbers so far apart that their difference is no double.
    return low * (Double(bins - number) / Double(bins)) + high * (Double(number) / Double(bins))
  }
}

/// The nearest float, or the number itself where it is too large or too small for one.
private func roundedToSingle(_ value: Double) -> Double {
  let single = Float(value)
  return single.isNormal || value == 0 ? Double(single) : value
}

/// Drops edges that rounding has made equal to the one before.
private func strictlyAscending(_ edges: [Double]) -> [Double] {
  var result: [Double] = []
  for edge in edges where result.last.map({ $0 < edge }) ?? true { result.append(edge) }
  return result
}
