import TestSupport
import Testing

@testable import Gamut

/// Points held against each other: the front, and who lies nearest to the ideal.
@Suite struct TradeOffTests {
  private func points(seed: Int) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...40, using: &generator)
    let numbers = Int.random(in: 1...4, using: &generator)
    // Few values, so that there are ties.
    return (0..<count).map { _ in
      (0..<numbers).map { _ in Double(Int.random(in: 0...6, using: &generator)) }
    }
  }

  private func dominates(_ one: [Double], _ other: [Double]) -> Bool {
    one.indices.allSatisfy { one[$0] >= other[$0] } && one != other
  }

  @Test(arguments: 0..<40)
  func `the front holds what nothing dominates, and never nothing`(seed: Int) {
    let points = points(seed: seed)
    let counts = TradeOff.dominatorCounts(points)
    #expect(counts.contains(0))
    for (place, point) in points.enumerated() {
      #expect(counts[place] == points.count { dominates($0, point) })
    }
  }

  @Test(arguments: 0..<40)
  func `distances of the front lie in 0 to 1 and follow scale and place of no number`(seed: Int) {
    let points = points(seed: seed)
    let counts = TradeOff.dominatorCounts(points)
    let front = points.indices.filter { counts[$0] == 0 }
    let distances = TradeOff.distances(points, front: front)
    #expect(front.allSatisfy { (0...1).contains(distances[$0]) })
    let other = points.map { point in point.map { 4 * $0 - 8 } + [3] }
    for (one, two) in zip(distances, TradeOff.distances(other, front: front)) {
      #expect((one - two).magnitude < 1e-12)
    }
    // Who dominates lies nearer, unless the front does not tell them apart.
    for one in points.indices {
      for two in points.indices where dominates(points[one], points[two]) {
        #expect(distances[one] <= distances[two])
      }
    }
  }

  @Test func `the corner of a front is its knee`() {
    let points = [[0.0, 1], [0.8, 0.8], [1, 0], [0.5, 0.5]]
    #expect(TradeOff.dominatorCounts(points) == [0, 0, 0, 1])
    let distances = TradeOff.distances(points, front: [0, 1, 2])
    #expect(distances[0] == 0.5.squareRoot() && distances[2] == distances[0])
    #expect((distances[1] - 0.2).magnitude < 1e-15)
  }

  @Test func `one value, or one point, has no distance`() {
    #expect(TradeOff.distances([[3, 4]], front: [0]) == [0])
    #expect(TradeOff.distances([[3], [3]], front: [0, 1]) == [0, 0])
    #expect(TradeOff.distances([], front: []) == [])
  }

  @Test func `a mean over folds has the interval that is told`() throws {
    let mean = try #require(FoldMean([1, 2, 3, 4, 5]))
    // 2.7764 is Student's quantile of 4 degrees of freedom, the deviation is the root of 2.5.
    let width = 2.7764 * 2.5.squareRoot() * (0.2 + 0.25).squareRoot()
    #expect(mean.mean == 3)
    let interval = try #require(mean.interval)
    #expect((interval.upperBound - 3 - width).magnitude < 1e-5)
    #expect((3 - interval.lowerBound - width).magnitude < 1e-5)
    #expect(FoldMean([7])?.interval == nil && FoldMean([7])?.mean == 7)
    #expect(FoldMean([]) == nil)
    #expect(FoldMean([2, 2, 2])?.interval == 2...2)
  }

  @Test(arguments: [0, -0.0, 1, -1, 1e-300, .leastNormalMagnitude, 1e300, .greatestFiniteMagnitude])
  func `a number that is rounded stays nearly the same, and then the same`(value: Double) {
    let once = rounded(value)
    #expect((once - value).magnitude <= value.magnitude * 1e-6)
    #expect(rounded(once) == once)
    #expect(rounded(-value) == -once)
  }

  @Test func `rounding leaves seven digits`() {
    #expect(rounded(0.12345678) == 0.1234568)
    #expect(rounded(123_456_789) == 123_456_800)
    #expect(rounded(.infinity) == .infinity)
  }
}
