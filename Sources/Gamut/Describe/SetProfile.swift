import Descriptors
public import Metrics
import Numbers
public import Reporting

/// What a set looks like: its cells over two axes, and how its quality and complexity are spread.
public struct SetProfile: Sendable, Equatable {
  /// How many samples lie in the cells of up to two axes.
  public struct Cells: Sendable, Equatable {
    /// The axis that runs down.
    public var rows: PictureAxis
    /// The axis that runs across; `nil` where there is one axis only.
    public var columns: PictureAxis?
    /// How many samples lie in each cell, row by row.
    public var counts: [Int]
  }

  /// The cells over the first two axes; `nil` without an axis.
  public var cells: Cells?
  /// How many more axes there are, over which the cells are added up.
  public var furtherAxes: Int
  /// How quality is spread; `nil` where no sample has one.
  public var quality: Histogram?
  /// How complexity is spread.
  public var complexity: Histogram?

  /// Looks at a set.
  ///
  /// - Parameters:
  ///   - samples: The set.
  ///   - grid: The cells of its pool.
  ///   - quality: The quality of each sample of the pool, NaN for one without.
  ///   - complexity: The complexity of each sample of the pool.
  /// - Complexity: O(n log n + c) for n samples and c cells.
  init(of samples: [Int32], grid: Grid, quality: [Double], complexity: [Float]) {
    self.quality = Histogram(of: samples.map { quality[Int($0)] })
    self.complexity = Histogram(of: samples.map { Double(complexity[Int($0)]) })
    furtherAxes = max(0, grid.axes.count - 2)
    cells = Self.cells(of: samples, grid: grid)
  }

  private static func cells(of samples: [Int32], grid: Grid) -> Cells? {
    guard let first = grid.axes.first else { return nil }
    let second = grid.axes.dropFirst().first
    // Names have room at the side and none above: they run down.
    let isTurned = second.map { PictureAxis($0).isNamed && !PictureAxis(first).isNamed } ?? false
    let (row, column) = isTurned ? (1, 0) : (0, 1)
    let rows = PictureAxis(grid.axes[row])
    let columns = second == nil ? nil : PictureAxis(grid.axes[column])
    let width = columns?.bins.count ?? 1
    var counts = [Int](repeating: 0, count: rows.bins.count * width)
    var ofCell = [Int](repeating: 0, count: grid.reachableCellCount)
    for sample in samples { ofCell[Int(grid.cells[Int(sample)])] += 1 }
    for (cell, count) in ofCell.enumerated() where count > 0 {
      let bins = grid.bins(ofCell: cell)
      counts[bins[row] * width + (columns == nil ? 0 : bins[column])] += count
    }
    return Cells(rows: rows, columns: columns, counts: counts)
  }
}

extension PictureAxis {
  /// Whether bins are told by names rather than by ranges.
  fileprivate var isNamed: Bool {
    if case .name? = bins.first { true } else { false }
  }

  /// The bins of an axis as they are called.
  init(_ axis: Axis) {
    let hasMissing = axis.missingCount > 0
    let missing: [Bin] = hasMissing ? [.name("missing")] : []
    switch axis.specification.binning {
    case .category:
      self.init(
        name: axis.name, bins: axis.labels.map(Bin.name) + missing, isOrdered: false,
        hasMissing: hasMissing)
    case .cvt:
      self.init(
        name: axis.name, bins: (0..<axis.valueBinCount).map { .name("centroid \($0)") } + missing,
        isOrdered: false, hasMissing: hasMissing)
    case .nested:
      // The edges differ from cell to cell.
      let count = axis.valueBinCount
      self.init(
        name: axis.name, bins: (1...count).map { .name("part \($0) of \(count)") } + missing,
        isOrdered: true, hasMissing: hasMissing)
    case .uniform, .quantile, .log, .edges:
      self.init(name: axis.name, edges: axis.edges, hasMissing: hasMissing)
    }
  }
}
