import Numbers
import TestSupport
import Testing

@Suite struct RankCorrelationTests {
  @Test func `too little to correlate has no correlation`() {
    #expect(rankCorrelation([], []) == nil)
    #expect(rankCorrelation([1], [2]) == nil)
    #expect(rankCorrelation([1, .nan, 3], [1, 2, .nan]) == nil)
    #expect(rankCorrelation([4, 4, 4], [1, 2, 3]) == nil)
    #expect(rankCorrelation([1, 2, 3], [-0.0, 0, 0]) == nil)
  }

  @Test func `lists that rise together correlate fully, whatever their numbers`() {
    #expect(rankCorrelation([1, 2, 3], [-1e300, 0, .infinity]) == 1)
    #expect(rankCorrelation([1, 2, 3], [9, 4, 1]) == -1)
    #expect(rankCorrelation([1, 2, .nan, 3], [9, 4, 7, 1]) == -1)
    // 1 − 6 Σ d² / (n (n² − 1)) without ties: d = 0, 1, 1, 0.
    #expect(rankCorrelation([1, 2, 3, 4], [1, 3, 2, 4]) == 0.8)
  }

  @Test(arguments: 0..<40)
  func `it is Pearson's correlation of mean ranks, in any order of the pairs`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...700, using: &random)
    let first = (0..<count).map { _ in random.coarse(levels: 12) }
    let second = first.map { $0 + 2 * random.coarse(levels: 5) }
    func ranks(_ values: [Double]) -> [Double] {
      values.map { value in
        Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
      }
    }
    let (ranks1, ranks2) = (ranks(first), ranks(second))
    let mean = Double(count + 1) / 2
    func sum(_ one: [Double], _ other: [Double]) -> Double {
      zip(one, other).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    }
    let expected =
      sum(ranks1, ranks2) / (sum(ranks1, ranks1) * sum(ranks2, ranks2)).squareRoot()
    guard expected.isFinite else {
      #expect(rankCorrelation(first, second) == nil)
      return
    }
    let found = try #require(rankCorrelation(first, second))
    #expect((found - expected).magnitude < 1e-12)
    let order = first.indices.shuffled(using: &random)
    #expect(rankCorrelation(order.map { first[$0] }, order.map { second[$0] }) == found)
  }
}
