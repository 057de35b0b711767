import Testing

@testable import Gamut

@Suite struct QualityRankingTests {
  @Test func `one column is the quality itself, negated for a negative weight`() {
    let column = [3, -1, .nan, 0.5]
    for weight in [1, 0.25, 7] as [Double] {
      let quality = combinedQuality(columns: [column], weights: [weight])
      #expect(quality[0] == 3 && quality[1] == -1 && quality[2].isNaN && quality[3] == 0.5)
    }
    let lower = combinedQuality(columns: [column], weights: [-0.5])
    #expect(lower[0] == -3 && lower[1] == 1 && lower[2].isNaN && lower[3] == -0.5)
  }

  @Test func `a percentile rank counts equal values half`() {
    let ranks = percentileRanks([5, 1, .nan, 1, 9])
    #expect(ranks[0] == 0.625 && ranks[1] == 0.25 && ranks[3] == 0.25 && ranks[4] == 0.875)
    #expect(ranks[2].isNaN)
    #expect(percentileRanks([]).isEmpty)
    #expect(percentileRanks([7]) == [0.5])
    #expect(percentileRanks([.nan])[0].isNaN)
  }

  @Test func `several columns are averaged by their ranks, whatever their units`() {
    let small = [0.1, 0.2, 0.3, 0.4]
    let large = [4000.0, 3000, 2000, 1000]
    let equal = combinedQuality(columns: [small, large], weights: [1, 1])
    #expect(equal.allSatisfy { ($0 - 0.5).magnitude < 1e-12 })
    let agreed = combinedQuality(columns: [small, large], weights: [2, -2])
    #expect(agreed == percentileRanks(small))
    let leaning = combinedQuality(columns: [small, large], weights: [3, 1])
    #expect(zip(leaning, leaning.dropFirst()).allSatisfy(<))
  }

  @Test func `a sample that lacks one of several columns has no quality`() {
    let quality = combinedQuality(columns: [[1, .nan, 3], [1, 2, .nan]], weights: [1, 1])
    #expect(!quality[0].isNaN && quality[1].isNaN && quality[2].isNaN)
  }
}
