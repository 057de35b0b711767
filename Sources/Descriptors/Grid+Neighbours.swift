import LinearAlgebra
import Numbers
import Synchronization

extension Grid {
  /// How many of a centroid's nearest centroids are its neighbours.
  static let nearestCentroidCount = 6

  /// The reachable cells next to a cell.
  ///
  /// Two cells are neighbours when their bins are on every axis. On a numeric axis those are bins whose
  /// numbers differ by at most one; on a category equal ones; on a cvt axis equal ones and those of two
  /// centroids of which one is among the six nearest of the other. The bin of missing values is next to
  /// itself only. Bins of a nested axis can be compared within one parent cell only, so cells that differ
  /// on any axis before a nested one are no neighbours.
  ///
  /// The relation is symmetric and does not hang on which other cells are reachable.
  ///
  /// - Parameter cell: The cell's number, below `reachableCellCount`.
  /// - Returns: The numbers of its neighbours, ascending, without its own.
  /// - Complexity: O(m a log c) for a axes, c reachable cells and m of them that are next to this one on
  ///   the first axes, at most c; the first call on a grid with a cvt axis of k bins also O(k²).
  public func neighbours(ofCell cell: Int) -> [Int] {
    precondition(cell >= 0 && cell < reachableCellCount, "no reachable cell has this number")
    let own = bins(ofCell: cell)
    let adjacent = adjacency.lists(of: axes)
    let lastNested = axes.lastIndex(where: \.isNested) ?? 0
    // Cells are numbered in the order of their bins, so those that agree on the first axes lie together.
    var runs = [0..<reachableCellCount]
    for (index, axis) in axes.enumerated() {
      let bin = own[index]
      let candidates: [Int]
      if bin >= axis.valueBinCount || axis.isCategory || index < lastNested {
        candidates = [bin]
      } else if axis.centroids != nil {
        candidates = adjacent[index][bin]
      } else {
        candidates = Array(max(bin - 1, 0)...min(bin + 1, axis.valueBinCount - 1))
      }
      var next: [Range<Int>] = []
      for run in runs {
        var start = run.lowerBound
        for candidate in candidates where start < run.upperBound {
          start = partitioningIndex(of: start..<run.upperBound) {
            Int(cellBins[$0 * axes.count + index]) >= candidate
          }
          let end = partitioningIndex(of: start..<run.upperBound) {
            Int(cellBins[$0 * axes.count + index]) > candidate
          }
          if start < end { next.append(start..<end) }
          start = end
        }
      }
      runs = next
    }
    var neighbours: [Int] = []
    for run in runs {
      for other in run where other != cell { neighbours.append(other) }
    }
    return neighbours
  }
}

/// Which centroids lie next to each other, found when first asked for: most choices never do.
final class CentroidAdjacency: Sendable {
  private let content = Mutex<[[[Int]]]?>(nil)

  /// For each cvt axis each bin's list of bins that are next to it, itself included, ascending; for other
  /// axes nothing.
  func lists(of axes: [Axis]) -> [[[Int]]] {
    content.withLock { content in
      if let content { return content }
      let lists = axes.map { axis in
        guard let centroids = axis.centroids else { return [[Int]]() }
        return centroids.neighbours(nearest: Grid.nearestCentroidCount).enumerated().map {
          bin, others in
          (others.map(Int.init) + [bin]).sorted()
        }
      }
      content = lists
      return lists
    }
  }
}
