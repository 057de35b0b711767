import Metrics
import TestSupport
import Testing

@Suite struct QualityMetricsTests {
  @Test func `an empty set and one larger than the pool have no regret`() {
    #expect(QualityMetrics.regret(sortedPool: [1, 2], sortedSet: []) == nil)
    #expect(QualityMetrics.regret(sortedPool: [], sortedSet: []) == nil)
    #expect(QualityMetrics.regret(sortedPool: [1], sortedSet: [1, 2]) == nil)
  }

  @Test func `the best of the pool have none`() {
    #expect(QualityMetrics.regret(sortedPool: [0.1, 0.2, 0.3, 0.3], sortedSet: [0.3, 0.3]) == 0)
    #expect(QualityMetrics.regret(sortedPool: [0.1, 0.1], sortedSet: [0.1, 0.1]) == 0)
    #expect(QualityMetrics.regret(sortedPool: [1, 2, 4], sortedSet: [1]) == 3)
  }

  @Test func `qualities at the end of the doubles are met`() {
    let end = Double.greatestFiniteMagnitude
    #expect(QualityMetrics.regret(sortedPool: [0, end, end], sortedSet: [end, end]) == 0)
    #expect(QualityMetrics.regret(sortedPool: [0, end], sortedSet: [0]) == end)
    #expect(QualityMetrics.regret(sortedPool: [-end, end], sortedSet: [-end]) == nil)
  }

  @Test(arguments: 0..<30)
  func `is the difference of means and never negative`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let pool = (0..<80).map { _ in random.coarse(levels: 12) }.sorted()
    let set = pool.shuffled(using: &random).prefix(1 + seed).sorted()
    let regret = try #require(QualityMetrics.regret(sortedPool: pool, sortedSet: set))
    let naive = (pool.suffix(set.count).reduce(0, +) - set.reduce(0, +)) / Double(set.count)
    #expect(abs(regret - naive) < 1e-12)
    #expect(regret >= 0)
  }

  @Test func `retention is a share of the pool's score`() {
    func cells(_ members: [Int32], _ quality: [Double]) -> CellMetrics {
      CellMetrics(
        members: members, cells: [0, 1, 2], reachableCellCount: 3, possibleCellCount: 9,
        quality: quality)
    }
    func retention(_ members: [Int32], _ quality: [Double]) -> Double? {
      QualityMetrics(
        sortedPool: [], sortedSet: [], poolCells: cells([0, 1, 2], quality),
        setCells: cells(members, quality)
      ).eliteRetention
    }
    #expect(retention([0, 1, 2], [1, 2, 1]) == 1)
    #expect(retention([1], [1, 2, 1]) == 0.5)
    #expect(retention([], [1, 2, 1]) == nil)
    #expect(retention([0], [0, 0, 0]) == nil)
    #expect(retention([0], [-1, -1, -1]) == nil)
    #expect(retention([0], [.nan, .nan, .nan]) == nil)
    #expect(retention([0, 1], [1.5e308, 1.5e308, 0]) == 1)
  }

  @Test func `correlates every two measures on the samples that have both`() {
    let matrix = CorrelationMatrix([
      ("quality", [1, 2, 3, .nan, 5]), ("tokens", [5, 4, 3, 2, .nan]),
      ("constant", [1, 1, 1, 1, 1]), ("length", [1, 2, 4, 3, 9]),
    ])
    #expect(matrix.names == ["quality", "tokens", "constant", "length"])
    #expect(matrix["quality", "quality"] == 1)
    #expect(matrix["quality", "tokens"] == -1)
    #expect(matrix["tokens", "quality"] == -1)
    #expect(matrix["quality", "length"] == 1)
    #expect(matrix["constant", "quality"] == nil)
    #expect(matrix["constant", "constant"] == nil)
    #expect(matrix["quality", "unknown"] == nil)
    #expect(matrix.pairCounts[0] == [4, 3, 4, 4])
    #expect(matrix.values.allSatisfy { $0.count == 4 })
    #expect(CorrelationMatrix([]).values.isEmpty)
  }

  @Test func `every metric explains itself under its own name`() {
    let all =
      CellMetric.explanations + BalanceMetric.explanations + QualityMetric.explanations
      + TextMetric.explanations + [CorrelationMatrix.explanation]
    #expect(Set(all.map(\.name)).count == all.count)
    for one in all {
      let texts = [one.summary, one.formula, one.range, one.source, one.cost, one.blindTo]
      #expect(texts.allSatisfy { !$0.isEmpty && !$0.contains("\n") }, "\(one.name)")
      #expect(one.summary.hasSuffix(".") && one.blindTo.hasSuffix("."), "\(one.name)")
    }
    #expect(CellMetric.explanations.map(\.name) == CellMetric.allCases.map(\.rawValue))
    let promised = [
      "cells", "coverage", "reachable_coverage", "evenness", "qd_score", "normalized_qd_score",
      "distinct_1", "distinct_2", "distinct_3", "distinct_4", "self_bleu", "compression_ratio",
    ]
    #expect(Set(promised).isSubset(of: all.map(\.name)))
  }

  @Test func `metrics over cells are found by name`() {
    let found = CellMetrics(
      members: [0, 1], cells: [0, 1], reachableCellCount: 2, possibleCellCount: 8,
      quality: [1, .nan])
    #expect(found[.cells] == 2)
    #expect(found[.coverage] == 0.25)
    #expect(found[.reachableCoverage] == 1)
    #expect(found[.evenness] == 1)
    #expect(found[.qdScore] == 1)
    #expect(found[.normalizedQDScore] == 0.5)
  }
}
