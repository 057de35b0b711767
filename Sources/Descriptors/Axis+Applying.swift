public import LinearAlgebra
import Numbers

extension Axis {
  /// Makes an axis of facts that were stored.
  ///
  /// - Parameters:
  ///   - specification: What the axis measures and how it was to be cut.
  ///   - edges: The inner edges of a numeric axis.
  ///   - nestedEdges: The edges of a nested axis.
  ///   - centroids: The centroids of a cvt axis.
  ///   - labels: The labels of a category, in the order of their bytes, each once.
  ///   - range: Between which values a uniform or log axis was cut.
  ///   - clippedCount: How many samples lie beyond `range`.
  ///   - missingCount: How many samples have no value.
  /// - Throws: `DescriptorsError.inconsistentAxis` where the binning needs other facts than these, or
  ///   where they are not in order.
  public init(
    stored specification: AxisSpecification, edges: [Double] = [],
    nestedEdges: NestedEdges? = nil, centroids: KMeans? = nil, labels: [String] = [],
    range: ClosedRange<Double>? = nil, clippedCount: Int, missingCount: Int
  ) throws(DescriptorsError) {
    let isNumeric =
      switch specification.binning {
      case .uniform, .quantile, .log, .edges: true
      case .category, .cvt, .nested: false
      }
    guard (nestedEdges != nil) == (specification.binning == .nested),
      (centroids != nil) == (specification.binning == .cvt),
      edges.isEmpty || isNumeric, isAscending(edges),
      labels.isEmpty || specification.binning == .category,
      zip(labels, labels.dropFirst()).allSatisfy({ precedes($0, $1) }),
      clippedCount >= 0, missingCount >= 0
    else { throw .inconsistentAxis(axis: specification.name) }
    self.init(
      specification, edges: edges, nestedEdges: nestedEdges, centroids: centroids, labels: labels,
      range: range, clippedCount: clippedCount, missingCount: missingCount)
  }

  /// Makes a cvt axis of centroids, before it is applied to samples.
  ///
  /// - Parameters:
  ///   - specification: What the axis measures; its binning is `cvt`.
  ///   - centroids: The centroids, one a bin.
  public init(cells specification: AxisSpecification, centroids: KMeans) {
    precondition(specification.binning == .cvt, "only a cvt axis has centroids")
    self.init(specification, centroids: centroids, missingCount: 0)
  }

  /// The values that stand for labels on a category axis.
  ///
  /// - Parameter labels: The labels by their bytes.
  /// - Returns: The place of each in `labels`, NaN for one that the axis does not know: it goes to the bin
  ///   of missing values.
  /// - Complexity: O(m log b) for m labels and b bins.
  public func values(ofLabels labels: [[UInt8]]) -> [Double] {
    precondition(isCategory, "only a category has labels")
    return labels.map { label in
      let place = partitioningIndex(of: self.labels.indices) {
        !self.labels[$0].utf8.lexicographicallyPrecedes(label)
      }
      guard place < self.labels.count, self.labels[place].utf8.elementsEqual(label) else {
        return .nan
      }
      return Double(place)
    }
  }

  /// Applies an axis to other samples than it was fitted on, neither nested nor cvt.
  ///
  /// - Parameter values: One a sample, NaN for a missing one; of a category what `values(ofLabels:)` gives.
  /// - Returns: The axis, cut as it is, with `clippedCount` and `missingCount` of these samples, and so
  ///   with or without a bin for missing values, which is the last in any case; and one bin a sample.
  /// - Complexity: O(n log b) for n values and b bins.
  public func applied(to values: [Double]) -> (axis: Axis, bins: [Int32]) {
    let axis = counting(values)
    return (axis, axis.bins(of: values))
  }

  /// Applies a nested axis to other samples than it was fitted on.
  ///
  /// - Parameters:
  ///   - values: One a sample, NaN for a missing one.
  ///   - parents: The grid of the axes before, applied to the same samples.
  /// - Returns: The axis, cut as it is, with `missingCount` of these samples; and one bin a sample.
  /// - Complexity: As `bins(of:within:)`.
  public func applied(to values: [Double], within parents: Grid) -> (axis: Axis, bins: [Int32]) {
    let axis = counting(values)
    return (axis, axis.bins(of: values, within: parents))
  }

  /// Applies a cvt axis to samples.
  ///
  /// - Parameters:
  ///   - rows: The samples' leading topics, `stride` a sample, of which the first count.
  ///   - stride: Floats from one sample to the next, at least the centroids' dimension.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The axis and one bin a sample.
  /// - Throws: `LinearAlgebraError.notFinite` with the first sample that has no topics that are finite.
  /// - Complexity: O(n b d) for n samples, b bins and d topics.
  public func applied(
    toRows rows: [Float], stride: Int, threads: Int
  ) throws(LinearAlgebraError) -> (axis: Axis, bins: [Int32]) {
    guard let centroids else { preconditionFailure("only a cvt axis has centroids") }
    return (self, try centroids.assign(rows, stride: stride, threads: threads))
  }

  /// The axis with what is counted of other samples.
  private func counting(_ values: [Double]) -> Axis {
    var axis = self
    axis.missingCount = values.count { $0.isNaN }
    axis.clippedCount =
      range.map { range in values.count { !$0.isNaN && !range.contains($0) } } ?? 0
    return axis
  }
}

/// Whether a label comes before another by its bytes.
private func precedes(_ first: String, _ second: String) -> Bool {
  first.utf8.lexicographicallyPrecedes(second.utf8)
}
