import Glibc

extension Axis {
  /// Cuts an axis over the values of a pool.
  ///
  /// - `quantile`: the edges are the order statistics at the ranks ⌊jN/k⌋, j = 1…k−1, without
  ///   repetitions, so equal values always share a bin; many equal values make fewer bins than asked.
  /// - `uniform`: k equal widths between the 1st and the 99th percentile (linear interpolation between
  ///   order statistics, as NumPy's default). Values beyond go to the border bins and are counted.
  /// - `log`: the same over log(1 + x), with edges told in the value's own unit.
  /// - A constant axis has one bin.
  ///
  /// - Parameters:
  ///   - specification: What to cut and how; not a category.
  ///   - values: One number a sample; NaN for a missing one, infinities are not allowed.
  ///   - isSinglePrecision: Whether the values are floats, so that edges are to be floats as well: then
  ///     an edge prints as shortly as a value does and compares the same when read back.
  /// - Throws: `DescriptorsError.noValues`, `DescriptorsError.negativeOnLogAxis`.
  /// - Complexity: O(n log n) for n samples, 8 n bytes of scratch.
  public init(
    fitting specification: AxisSpecification, to values: [Double], isSinglePrecision: Bool
  ) throws(DescriptorsError) {
    precondition(specification.binning != .category, "labels are fitted by init(labels:)")
    var present = values.filter { !$0.isNaN }
    let missingCount = values.count - present.count
    let name = specification.name
    guard !present.isEmpty else { throw .noValues(axis: name) }
    precondition(present.allSatisfy(\.isFinite), "an axis takes finite values only")
    var edges: [Double] = []
    var range: ClosedRange<Double>?
    var isGiven = false
    switch specification.binning {
    case .category: break
    case .edges(let given):
      edges = given
      isGiven = true
    case .quantile:
      present.sort()
      edges = Self.quantileEdges(ofSorted: present, bins: specification.binCount)
    case .uniform:
      present.sort()
      let low = percentile(1, ofSorted: present)
      let high = percentile(99, ofSorted: present)
      edges = Self.equalWidths(from: low, to: high, bins: specification.binCount)
      range = low...high
    case .log:
      present.sort()
      if let lowest = present.first, lowest < 0 {
        throw .negativeOnLogAxis(axis: name, value: lowest)
      }
      let low = percentile(1, ofSorted: present)
      let high = percentile(99, ofSorted: present)
      let widths = Self.equalWidths(
        from: log1p(low), to: log1p(high), bins: specification.binCount)
      edges = widths.map { expm1($0) }
      range = low...high
    }
    if isSinglePrecision, !isGiven {
      edges = edges.map { Double(Float($0)) }
      range = range.map { Double(Float($0.lowerBound))...Double(Float($0.upperBound)) }
    }
    edges = strictlyAscending(edges)
    self.specification = specification
    self.edges = edges
    self.labels = []
    self.range = range
    self.missingCount = missingCount
    clippedCount = range.map { range in present.count { !range.contains($0) } } ?? 0
  }

  /// Makes a category axis.
  ///
  /// - Parameters:
  ///   - specification: The column; its binning is `category`.
  ///   - labels: The labels of the pool, in the order of their bytes, each once.
  ///   - missingCount: How many samples have no label.
  public init(category specification: AxisSpecification, labels: [String], missingCount: Int) {
    precondition(specification.binning == .category, "only a category has labels")
    self.specification = specification
    self.edges = []
    self.labels = labels
    self.range = nil
    self.clippedCount = 0
    self.missingCount = missingCount
  }

  private static func quantileEdges(ofSorted values: [Double], bins: Int) -> [Double] {
    var edges: [Double] = []
    for j in 1..<max(bins, 1) {
      let edge = values[j * values.count / bins]
      // An edge at the least value would leave the first bin empty.
      if edge > (edges.last ?? values[0]) { edges.append(edge) }
    }
    return edges
  }

  private static func equalWidths(from low: Double, to high: Double, bins: Int) -> [Double] {
    guard low < high, bins > 1 else { return [] }
    return (1..<bins).map { low + (high - low) * Double($0) / Double(bins) }
  }
}

/// The p-th percentile of sorted numbers, linear between order statistics (NumPy's default rule).
///
/// - Parameters:
///   - percent: p in 0…100.
///   - sorted: Ascending numbers, at least one.
/// - Returns: A number between the least and the largest.
public func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
  precondition(!sorted.isEmpty, "a percentile needs at least one number")
  let place = percent / 100 * Double(sorted.count - 1)
  let below = Int(place.rounded(.down))
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}

/// Drops edges that rounding has made equal to the one before.
private func strictlyAscending(_ edges: [Double]) -> [Double] {
  var result: [Double] = []
  for edge in edges where result.last.map({ $0 < edge }) ?? true { result.append(edge) }
  return result
}
