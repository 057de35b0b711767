import Glibc
import Metrics
import TestSupport
import Testing

@Suite struct CellMetricsTests {
  static func measure(
    _ members: [Int], cells: [Int32], reachable: Int, possible: Double, quality: [Double]
  ) -> CellMetrics {
    CellMetrics(
      members: members.map(Int32.init), cells: cells, reachableCellCount: reachable,
      possibleCellCount: possible,
      quality: quality)
  }

  @Test func `an empty set fills nothing, and has no evenness and no score`() {
    let empty = Self.measure([], cells: [0, 1], reachable: 2, possible: 4, quality: [1, 2])
    #expect(empty.cells == 0)
    #expect(empty.coverage == 0)
    #expect(empty.reachableCoverage == 0)
    #expect(empty.evenness == nil)
    #expect(empty.qdScore == nil)
    #expect(empty.normalizedQDScore == nil)
  }

  @Test func `an empty pool divides by nothing`() {
    let nothing = Self.measure([], cells: [], reachable: 0, possible: 0, quality: [])
    #expect(nothing.coverage == 0)
    #expect(nothing.reachableCoverage == 0)
    #expect(nothing.normalizedQDScore == nil)
  }

  @Test func `a single cell is even`() {
    let one = Self.measure([0, 1], cells: [0, 0], reachable: 1, possible: 1, quality: [3, 4])
    #expect(one.evenness == 1)
    #expect(one.coverage == 1)
    #expect(one.qdScore == 4)
  }

  @Test func `a hand-computed example`() throws {
    // Cells 0 0 0 1 3 of five reachable ones and twenty possible ones; sample 5 is no member, sample 6
    // has no cell.
    let known = Self.measure(
      [0, 1, 2, 3, 4, 6], cells: [0, 0, 0, 1, 3, 2, -1], reachable: 5, possible: 20,
      quality: [0.25, 0.75, 0.5, 1, 0.5, 100, 100])
    #expect(known.cells == 3)
    #expect(known.coverage == 0.15)
    #expect(known.reachableCoverage == 0.6)
    // H = −(3/5 ln 3/5 + 2 · 1/5 ln 1/5) over ln 3.
    let entropy = -(0.6 * log(0.6) + 0.4 * log(0.2))
    #expect(abs(try #require(known.evenness) - entropy / log(3)) < 1e-14)
    #expect(known.qdScore == 0.75 + 1 + 0.5)
    #expect(known.normalizedQDScore == 2.25 / 5)
  }

  @Test func `a score that is larger than any double is absent, and its mean is there`() throws {
    let huge = [1e308, 1.5e308, 0.5e308, -1e308, -1e308]
    let beyond = Self.measure([0, 1], cells: [0, 1], reachable: 2, possible: 2, quality: huge)
    #expect(beyond.qdScore == nil)
    #expect((try #require(beyond.normalizedQDScore) - 1.25e308).magnitude < 1e293)
    let within = Self.measure(
      [0, 1, 2, 3, 4], cells: [0, 1, 2, 3, 4], reachable: 5, possible: 5, quality: huge)
    #expect((try #require(within.qdScore) - 1e308).magnitude < 1e293)
    #expect((try #require(within.normalizedQDScore) - 0.2e308).magnitude < 1e293)
  }

  @Test func `coverage is a share and not a percentage, and the offset of the score is none`() {
    let full = Self.measure([0, 1], cells: [0, 1], reachable: 2, possible: 2, quality: [-1, -3])
    #expect(full.coverage == 1)
    #expect(full.reachableCoverage == 1)
    #expect(full.qdScore == -4)
    #expect(full.normalizedQDScore == -2)
  }

  @Test func `samples without quality count for coverage and not for the score`() {
    let some = Self.measure(
      [0, 1, 2], cells: [0, 0, 1], reachable: 2, possible: 2, quality: [.nan, 2, .nan])
    #expect(some.cells == 2)
    #expect(some.qdScore == 2)
    #expect(some.normalizedQDScore == 1)
    let none = Self.measure([0], cells: [0], reachable: 1, possible: 1, quality: [.nan])
    #expect(none.qdScore == nil)
    #expect(none.normalizedQDScore == nil)
  }

  @Test(arguments: 2..<60)
  func `equal counts are perfectly even and never more`(cellCount: Int) {
    let cells = (0..<cellCount * 3).map { Int32($0 % cellCount) }
    let equal = Self.measure(
      Array(cells.indices), cells: cells, reachable: cellCount, possible: Double(cellCount),
      quality: cells.map { _ in 1 })
    let evenness = equal.evenness ?? 0
    #expect(evenness <= 1)
    #expect(evenness > 1 - 1e-12)
  }

  @Test(arguments: 0..<30)
  func `lies between its bounds, whatever the order of the members`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let reachable = Int.random(in: 1...9, using: &random)
    let count = Int.random(in: 1...60, using: &random)
    let cells = (0..<count).map { _ in Int32.random(in: 0..<Int32(reachable), using: &random) }
    let quality = (0..<count).map { _ in random.coarse(levels: 9) }
    let members = (0..<count).shuffled(using: &random)
    let found = Self.measure(
      members, cells: cells, reachable: reachable, possible: 81, quality: quality)
    let filled = Set(cells).count
    #expect(found.cells == filled)
    #expect(found.coverage == Double(filled) / 81)
    #expect((0...1).contains(try #require(found.evenness)))
    let best = Dictionary(grouping: members) { cells[$0] }.values.map { group in
      group.map { quality[$0] }.max() ?? 0
    }
    #expect(abs(try #require(found.qdScore) - best.reduce(0, +)) < 1e-9)
    #expect(
      found
        == Self.measure(
          members.sorted(), cells: cells, reachable: reachable, possible: 81, quality: quality))
  }
}
