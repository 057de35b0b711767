import Descriptors

/// The cells of a grid as a page shows them: where they are too many, those of the first axes, and of these the
/// largest.
struct CellTable {
  /// How many axes the cells are of.
  let axisCount: Int
  /// The bins of each cell, in their order.
  let bins: [[Int]]
  /// For each cell of the grid its number here, −1 for none; empty where these are the same.
  private let numbers: [Int32]

  /// How many cells there are.
  var count: Int { bins.count }
  /// Whether these are the grid's own cells.
  var isWhole: Bool { numbers.isEmpty }

  /// Takes as many axes as leave at most so many cells, at least one; of one that has more bins the largest.
  ///
  /// - Parameters:
  ///   - grid: The grid.
  ///   - limit: The most cells, at least 1.
  /// - Complexity: O(n + c a) for n samples in c cells of a axes; where cells are left out also O(c log c).
  init(_ grid: Grid, limit: Int) {
    let all = (0..<grid.reachableCellCount).map { grid.bins(ofCell: $0) }
    if all.count <= limit {
      (axisCount, bins, numbers) = (grid.axes.count, all, [])
      return
    }
    var axes = grid.axes.count
    var kept: [[Int]] = []
    var numbers: [Int32] = []
    repeat {
      axes = max(axes - 1, 1)
      // Cells are in the order of their bins, so those that agree on the first axes lie together.
      (kept, numbers) = ([], [])
      for bins in all {
        let own = Array(bins[..<axes])
        if kept.last != own { kept.append(own) }
        numbers.append(Int32(kept.count - 1))
      }
    } while kept.count > limit && axes > 1
    axisCount = axes
    if kept.count > limit {
      var masses = [Int](repeating: 0, count: kept.count)
      for cell in grid.cells { masses[Int(numbers[Int(cell)])] += 1 }
      let largest = kept.indices.sorted {
        masses[$0] == masses[$1] ? $0 < $1 : masses[$0] > masses[$1]
      }.prefix(limit).sorted()
      var places = [Int32](repeating: -1, count: kept.count)
      for (place, cell) in largest.enumerated() { places[cell] = Int32(place) }
      kept = largest.map { kept[$0] }
      numbers = numbers.map { places[Int($0)] }
    }
    bins = kept
    self.numbers = numbers
  }

  /// The number here of a cell of the grid; `nil` for one that is left out.
  func cell(_ cell: Int32) -> Int? {
    if numbers.isEmpty { return Int(cell) }
    let number = numbers[Int(cell)]
    return number < 0 ? nil : Int(number)
  }
}
