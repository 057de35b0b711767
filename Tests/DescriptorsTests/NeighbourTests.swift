import Descriptors
import LinearAlgebra
import TestSupport
import Testing

@Suite struct NeighbourTests {
  /// What kind of axis to make at random.
  enum Kind: CaseIterable {
    case number, numberWithMissing, category, categoryWithMissing, cells, nested
  }

  /// A grid of random samples with its axes' bins.
  static func grid(
    _ kinds: [Kind], binCount: Int, samples: Int, using random: inout SeededGenerator
  ) throws -> Grid {
    var axes: [Axis] = []
    var bins: [[Int32]] = []
    for kind in kinds {
      var values = (0..<samples).map { _ in Double(Int.random(in: 0..<binCount, using: &random)) }
      let hasMissing = kind == .numberWithMissing || kind == .categoryWithMissing
      if hasMissing {
        for index in values.indices where Int.random(in: 0..<4, using: &random) == 0 {
          values[index] = .nan
        }
        values[0] = .nan
        values[samples - 1] = 0
      }
      switch kind {
      case .number, .numberWithMissing:
        let edges = (1..<binCount).map(Double.init)
        let axis = try axis(.edges(edges), bins: binCount, of: values)
        axes.append(axis)
        bins.append(axis.bins(of: values))
      case .category, .categoryWithMissing:
        let specification = AxisSpecification(
          subject: .column("c"), binCount: 1, binning: .category)
        let axis = Axis(
          category: specification,
          labels: (0..<binCount).map { String(decoding: [UInt8(65 + $0)], as: UTF8.self) },
          missingCount: values.count { $0.isNaN })
        axes.append(axis)
        bins.append(axis.bins(of: values))
      case .cells:
        var matrix = Matrix(rowCount: 3 * binCount, columnCount: 2)
        for row in 0..<matrix.rowCount {
          for column in 0..<2 { matrix[row, column] = Float(random.coarse(levels: 20)) }
        }
        let axis = Axis(
          cells: AxisSpecification(subject: .topics, binCount: matrix.rowCount, binning: .cvt),
          centroids: try KMeans(centroids: matrix))
        axes.append(axis)
        bins.append(
          (0..<samples).map { _ in Int32(Int.random(in: 0..<matrix.rowCount, using: &random)) })
      case .nested:
        let parents = Grid(axes: axes, bins: bins, sampleCount: samples)
        let specification = AxisSpecification(
          subject: .measure("n"), binCount: binCount, binning: .nested)
        let axis = try Axis(fitting: specification, to: values, within: parents)
        bins.append(axis.bins(of: values, within: parents))
        axes.append(axis)
      }
    }
    return Grid(axes: axes, bins: bins, sampleCount: samples)
  }

  /// Squared distances in double, for the nearest centroids.
  static func areNear(_ first: Int, _ second: Int, of centroids: KMeans) -> Bool {
    func nearest(_ own: Int) -> [Int] {
      func distance(_ other: Int) -> Double {
        (0..<centroids.dimension).reduce(0) { sum, column in
          let difference =
            Double(centroids.centroids[own, column]) - Double(centroids.centroids[other, column])
          return sum + difference * difference
        }
      }
      let others = (0..<centroids.count).filter { $0 != own }
      return Array(others.sorted { (distance($0), $0) < (distance($1), $1) }.prefix(6))
    }
    return nearest(first).contains(second) || nearest(second).contains(first)
  }

  /// Whether two cells are neighbours, as the rule says it, axis by axis.
  static func areNeighbours(_ first: Int, _ second: Int, of grid: Grid) -> Bool {
    let (one, other) = (grid.bins(ofCell: first), grid.bins(ofCell: second))
    return first != second
      && grid.axes.indices.allSatisfy { index in
        let axis = grid.axes[index]
        let (bin, another) = (one[index], other[index])
        if axis.isNested, one[..<index] != other[..<index] { return false }
        if bin == another { return true }
        if bin == axis.valueBinCount || another == axis.valueBinCount || axis.isCategory {
          return false
        }
        if let centroids = axis.centroids { return areNear(bin, another, of: centroids) }
        return abs(bin - another) == 1
      }
  }

  @Test(arguments: 0..<60)
  func `neighbours are those that the rule names, found one by one`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...4, using: &random)
    var kinds = (0..<count).map { _ in Kind.allCases.randomElement(using: &random) ?? .number }
    if kinds[0] == .nested { kinds[0] = .number }
    let grid = try Self.grid(
      kinds, binCount: Int.random(in: 1...5, using: &random),
      samples: Int.random(in: 2...120, using: &random), using: &random)
    for cell in 0..<grid.reachableCellCount {
      let expected = (0..<grid.reachableCellCount).filter {
        Self.areNeighbours(cell, $0, of: grid)
      }
      #expect(grid.neighbours(ofCell: cell) == expected)
    }
  }

  @Test func `a single cell has no neighbour`() {
    let grid = Grid(axes: [], bins: [], sampleCount: 3)
    #expect(grid.neighbours(ofCell: 0) == [])
  }

  @Test func `more axes than their threefold choices can be counted`() throws {
    var random = SeededGenerator(seed: 5)
    let grid = try Self.grid(
      [NeighbourTests.Kind](repeating: .number, count: 45), binCount: 2, samples: 60,
      using: &random)
    // Of two bins each is next to the other, so all cells are neighbours.
    let all = Array(0..<grid.reachableCellCount)
    for cell in all { #expect(grid.neighbours(ofCell: cell) == all.filter { $0 != cell }) }
  }

  @Test func `cells of another parent are no neighbours on a nested axis`() throws {
    let first = try axis(.edges([1, 2]), bins: 3, of: [0])
    let parents = Grid(axes: [first], bins: [[0, 0, 1, 1, 1, 2, 2]], sampleCount: 7)
    let values: [Double] = [1, 2, 1, 2, 3, 1, 2]
    let nested = try Axis(
      fitting: AxisSpecification(subject: .measure("n"), binCount: 3, binning: .nested),
      to: values, within: parents)
    let grid = Grid(
      axes: [first, nested],
      bins: [[0, 0, 1, 1, 1, 2, 2], nested.bins(of: values, within: parents)], sampleCount: 7)
    #expect(grid.reachableCellCount == 7)
    #expect(
      (0..<7).map { grid.neighbours(ofCell: $0) } == [[1], [0], [3], [2, 4], [3], [6], [5]])
  }

  @Test func `a cell that is not there is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = Grid(axes: [], bins: [], sampleCount: 3).neighbours(ofCell: 1)
    }
  }
}
