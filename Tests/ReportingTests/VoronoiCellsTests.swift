import TestSupport
import Testing

@testable import Reporting

@Suite struct VoronoiCellsTests {
  private func points(seed: Int) -> [(x: Double, y: Double)] {
    var generator = SeededGenerator(seed: seed)
    // A coarse raster, so that points share lines, and circles pass through more than three.
    return (0..<Int.random(in: 1...40, using: &generator)).map { _ in
      (
        Double(Int.random(in: 0...20, using: &generator)) * 5,
        Double(Int.random(in: 0...20, using: &generator)) * 3
      )
    }
  }

  private func area(_ corners: [VoronoiCells.Corner]) -> Double {
    corners.indices.reduce(0) { sum, place in
      let (one, other) = (corners[place], corners[(place + 1) % corners.count])
      return sum + (one.x * other.y - other.x * one.y) / 2
    }.magnitude
  }

  private func contains(_ corners: [VoronoiCells.Corner], _ x: Double, _ y: Double) -> Bool {
    corners.indices.allSatisfy { place in
      let (one, other) = (corners[place], corners[(place + 1) % corners.count])
      return (other.x - one.x) * (y - one.y) - (other.y - one.y) * (x - one.x) >= -1e-6
    }
  }

  @Test(arguments: 0..<60) func `a place lies in the cell of its nearest point`(seed: Int) {
    let points = points(seed: seed)
    let cells = VoronoiCells(points: points, width: 100, height: 60).polygons
    #expect(cells.count == points.count)
    var generator = SeededGenerator(seed: seed + 1000)
    for _ in 0..<50 {
      let x = Double.random(in: 0...100, using: &generator)
      let y = Double.random(in: 0...60, using: &generator)
      let squares = points.map { ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) }
      let least = squares.min() ?? 0
      for (index, square) in squares.enumerated() where square == least {
        #expect(contains(cells[index], x, y))
      }
    }
  }

  @Test(arguments: 0..<60) func `the cells of different points fill the rectangle once`(seed: Int) {
    var seen: Set<[Double]> = []
    let points = points(seed: seed).filter { seen.insert([$0.x, $0.y]).inserted }
    let cells = VoronoiCells(points: points, width: 100, height: 60).polygons
    #expect((cells.map { area($0) }.reduce(0, +) - 6000).magnitude < 1e-6)
  }

  @Test func `one point has everything, and equal points have the same cell`() {
    let one = VoronoiCells(points: [(3, 4)], width: 10, height: 10).polygons
    #expect(area(one[0]) == 100)
    let two = VoronoiCells(points: [(3, 4), (3, 4), (7, 4)], width: 10, height: 10).polygons
    #expect(two[0] == two[1] && area(two[0]) == 50)
    #expect(VoronoiCells(points: [], width: 1, height: 1).polygons.isEmpty)
  }
}
