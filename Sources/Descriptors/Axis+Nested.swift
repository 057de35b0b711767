import Numbers

extension Axis {
  /// Cuts an axis anew in each cell of the axes before it.
  ///
  /// In each cell the values are cut as by `quantile`: near-equal mass, equal values share a bin. So the
  /// cells of the whole grid are near equal where the cells before are. A cell with few values, or with
  /// many equal ones, has fewer bins than asked.
  ///
  /// - Parameters:
  ///   - specification: What to cut; its binning is `nested`.
  ///   - values: One finite number a sample; NaN for a missing one.
  ///   - parents: The grid of the axes before, at least one, with the same samples.
  /// - Throws: `DescriptorsError.noValues`.
  /// - Complexity: O(n) for n samples, 24 n bytes of scratch.
  public init(
    fitting specification: AxisSpecification, to values: [Double], within parents: Grid
  ) throws(DescriptorsError) {
    precondition(specification.binning == .nested, "only a nested axis has parent cells")
    precondition(!parents.axes.isEmpty, "a nested axis stands after another")
    precondition(parents.cells.count == values.count, "a cell a value")
    // The values of each cell side by side.
    var starts = [Int](repeating: 0, count: parents.reachableCellCount + 1)
    for (sample, cell) in parents.cells.enumerated() where !values[sample].isNaN {
      starts[Int(cell) + 1] += 1
    }
    for cell in 0..<parents.reachableCellCount { starts[cell + 1] += starts[cell] }
    let presentCount = starts[parents.reachableCellCount]
    guard presentCount > 0 else { throw .noValues(axis: specification.name) }
    var next = starts
    var present = [Double](repeating: 0, count: presentCount)
    for (sample, cell) in parents.cells.enumerated() where !values[sample].isNaN {
      present[next[Int(cell)]] = values[sample]
      next[Int(cell)] += 1
    }
    let edges = (0..<parents.reachableCellCount).map { cell in
      Self.quantileEdges(
        ofSorted: sortedAscending(Array(present[starts[cell]..<starts[cell + 1]])),
        bins: specification.binCount)
    }
    guard
      let nested = NestedEdges(
        parents: (0..<parents.reachableCellCount).map { parents.bins(ofCell: $0) }, edges: edges)
    else { preconditionFailure("an axis takes finite values only") }
    self.init(specification, nestedEdges: nested, missingCount: values.count - presentCount)
  }

  /// The bins of many values on a nested axis.
  ///
  /// - Parameters:
  ///   - values: One a sample, NaN for a missing one.
  ///   - parents: The grid of the axes before, with the same samples; its axes are those before which
  ///     this one was fitted, though applied perhaps to other samples.
  /// - Returns: One bin number a value. In a parent cell that was never seen there is one bin, 0.
  /// - Precondition: A missing value needs an axis with a bin for it.
  /// - Complexity: O(n log b + p) for n values, b bins and p parent cells.
  public func bins(of values: [Double], within parents: Grid) -> [Int32] {
    guard let nestedEdges else { preconditionFailure("only a nested axis has parent cells") }
    precondition(parents.cells.count == values.count, "a cell a value")
    let edges = nestedEdges.edges(in: parents)
    // Gone through once, not once a value.
    let missingBin = Int32(truncatingIfNeeded: valueBinCount)
    return values.indices.map { sample in
      let value = values[sample]
      if value.isNaN {
        precondition(missingCount > 0, "a missing value on an axis without a bin for it")
        return missingBin
      }
      let edges = edges[Int(parents.cells[sample])]
      return Int32(
        truncatingIfNeeded: partitioningIndex(of: edges.indices) { edges[$0] > value })
    }
  }
}
