/// Where an axis is cut in each cell of the axes before it.
public struct NestedEdges: Sendable, Equatable {
  /// The bins of each parent cell on the axes before, in the order of those bins; every one differs.
  public let parents: [[Int]]
  /// The inner edges within each parent cell, strictly ascending: one fewer than it has bins for values.
  public let edges: [[Double]]

  /// Takes edges that were found, or stored.
  ///
  /// Gives `nil` where the lists do not fit each other: other counts, tuples of different lengths or not
  /// in order, edges that are not finite or do not ascend.
  ///
  /// - Parameters:
  ///   - parents: The bins of each parent cell, one an axis before, ascending as tuples.
  ///   - edges: One list a parent cell.
  public init?(parents: [[Int]], edges: [[Double]]) {
    guard parents.count == edges.count,
      parents.allSatisfy({ $0.count == parents[0].count }),
      zip(parents, parents.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) }),
      edges.allSatisfy(isAscending)
    else { return nil }
    self.parents = parents
    self.edges = edges
  }

  /// The edges in each cell of a grid of the axes before; none in a cell that was never seen.
  func edges(in grid: Grid) -> [[Double]] {
    var places: [[Int]: Int] = [:]
    for (place, parent) in parents.enumerated() { places[parent] = place }
    return (0..<grid.reachableCellCount).map { cell in
      places[grid.bins(ofCell: cell)].map { edges[$0] } ?? []
    }
  }
}

/// Whether numbers are finite and each is larger than the one before.
func isAscending(_ edges: [Double]) -> Bool {
  edges.allSatisfy(\.isFinite) && zip(edges, edges.dropFirst()).allSatisfy(<)
}
