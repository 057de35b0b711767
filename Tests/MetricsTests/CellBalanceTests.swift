import Glibc
import Metrics
import TestSupport
import Testing

@Suite struct CellBalanceTests {
  static func near(_ one: Double?, _ other: Double, within tolerance: Double = 1e-12) -> Bool {
    guard let one else { return false }
    return abs(one - other) <= tolerance
  }

  @Test func `nothing is defined for a set without cells`() {
    for counts in [[], [0], [0, 0, 0]] as [[Int32]] {
      let none = CellBalance(
        CellHistogram(counts: counts),
        target: counts.isEmpty ? nil : .init(uniformOver: counts.count))
      for metric in BalanceMetric.allCases { #expect(none[metric] == nil) }
    }
    #expect(CellTarget(CellHistogram(counts: [0, 0])) == nil)
  }

  @Test func `weights that are no histogram are no target`() {
    for weights in [[], [0, 0], [1, -1], [1, .nan], [.nan], [1, .infinity]] as [[Double]] {
      #expect(CellTarget(weights: weights) == nil)
    }
    let huge = CellTarget(weights: [.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0])
    #expect(huge?.shares == [0.5, 0.5, 0])
    #expect(huge?.filledCount == 2)
  }

  @Test func `one cell has no diversity`() {
    let one = CellBalance(CellHistogram(counts: [0, 5, 0, 0]))
    #expect(one.hill0 == 1)
    #expect(one.hill1 == 1)
    #expect(one.hill2 == 1)
    #expect(one.entropy == 0)
    #expect(one.entropy?.sign == .plus)
    #expect(one.gini == 0.75)
    #expect(one.largestShare == 1)
    #expect(one.singletonShare == 0)
    #expect(one.divergence == nil)
  }

  @Test func `a hand-computed example`() {
    let pool = CellHistogram(counts: [4, 2, 1, 1])
    let found = CellBalance(CellHistogram(counts: [1, 2, 1, 0]), target: CellTarget(pool))
    #expect(found.hill0 == 3)
    #expect(Self.near(found.entropy, 1.5 * M_LN2))
    #expect(Self.near(found.hill1, exp(1.5 * M_LN2)))
    #expect(Self.near(found.hill2, 1 / (0.25 + 0.125)))
    // Ascending 0 1 1 2: (−3)·0 + (−1)·1 + 1·1 + 3·2 over 4 · 4.
    #expect(found.gini == 6.0 / 16)
    #expect(found.largestShare == 0.5)
    #expect(found.singletonShare == 2.0 / 3)
    #expect(found.totalVariation == (0.25 + 0.25 + 0.125 + 0.125) / 2)
    let plain = 0.25 * log(0.25 / 0.5) + 0.5 * log(0.5 / 0.25) + 0.25 * log(0.25 / 0.125)
    #expect(Self.near(found.divergence, plain, within: 1e-4))
  }

  @Test func `a set of the pool's shares does not diverge, whatever its size`() {
    let pool = CellTarget(CellHistogram(counts: [30, 60, 0, 10]))
    let same = CellBalance(CellHistogram(counts: [3, 6, 0, 1]), target: pool)
    #expect(same.divergence == 0)
    #expect(same.jensenShannon == 0)
    #expect(same.totalVariation == 0)
  }

  @Test func `a set where the target has nothing is as far as can be, and finitely so`() throws {
    let apart = CellBalance(
      CellHistogram(counts: [0, 0, 4, 4]), target: CellTarget(weights: [1, 1, 0, 0]))
    #expect(apart.jensenShannon == 1)
    #expect(apart.totalVariation == 1)
    let divergence = try #require(apart.divergence)
    #expect(divergence.isFinite)
    #expect(divergence > 13 && divergence < log(4 / CellBalance.smoothing))
  }

  @Test(arguments: 0..<60)
  func `agrees with the formulas and keeps its bounds`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let cellCount = Int.random(in: 1...40, using: &random)
    let cells = (0..<300).map { _ in
      Int32.random(in: -1..<Int32(Int.random(in: 1...cellCount, using: &random)), using: &random)
    }
    let pool = CellHistogram(
      members: cells.indices.map { Int32($0) }, cells: cells, reachableCellCount: cellCount)
    #expect(pool.total == cells.count { $0 >= 0 })
    let members = cells.indices.map { Int32($0) }.shuffled(using: &random)
      .prefix(Int.random(in: 1...80, using: &random))
    let set = CellHistogram(
      members: Array(members), cells: cells, reachableCellCount: cellCount)
    guard set.total > 0 else { return }
    let found = CellBalance(set, target: CellTarget(pool))
    let p = set.counts.map { Double($0) / Double(set.total) }
    let t = pool.counts.map { Double($0) / Double(pool.total) }
    func sum(_ terms: (Double, Double) -> Double) -> Double {
      zip(p, t).reduce(0) { $0 + terms($1.0, $1.1) }
    }
    func plogp(_ p: Double, over q: Double) -> Double { p == 0 ? 0 : p * log(p / q) }
    let entropy = -sum { p, _ in plogp(p, over: 1) }
    #expect(Self.near(found.entropy, entropy))
    #expect(Self.near(found.hill1, exp(entropy), within: 1e-10))
    #expect(Self.near(found.hill2, 1 / sum { p, _ in p * p }, within: 1e-10))
    let (n0, n1, n2) = (
      try #require(found.hill0), try #require(found.hill1), try #require(found.hill2)
    )
    #expect(1 <= n2 && n2 <= n1 + 1e-9 && n1 <= n0)
    let pairs = p.flatMap { one in p.map { abs(one - $0) } }.reduce(0, +)
    #expect(Self.near(found.gini, pairs / 2 / Double(cellCount)))
    #expect(Self.near(found.totalVariation, sum { abs($0 - $1) } / 2))
    #expect(
      Self.near(
        found.jensenShannon,
        sum { plogp($0, over: ($0 + $1) / 2) + plogp($1, over: ($0 + $1) / 2) } / 2 / M_LN2))
    let (k, l) = (Double(cellCount), CellBalance.smoothing)
    #expect(
      Self.near(
        found.divergence,
        sum { plogp((1 - l) * $0 + l / k, over: (1 - l) * $1 + l / k) }, within: 1e-10))
    // The order of the members is none of its business.
    let again = CellHistogram(
      members: members.reversed(), cells: cells, reachableCellCount: cellCount)
    #expect(CellBalance(again, target: CellTarget(pool)) == found)
  }
}
