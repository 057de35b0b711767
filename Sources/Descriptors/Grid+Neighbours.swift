extension Grid {
  /// The reachable cells around a cell: those whose bins differ by at most one on every axis.
  ///
  /// - Parameter cell: The cell's number, below `reachableCellCount`.
  /// - Returns: Their numbers, ascending, without its own.
  /// - Complexity: O(cells).
  public func neighbours(ofCell cell: Int) -> [Int] {
    let own = bins(ofCell: cell)
    return (0..<reachableCellCount).filter { other in
      other != cell && zip(own, bins(ofCell: other)).allSatisfy { abs($0 - $1) <= 1 }
    }
  }
}
