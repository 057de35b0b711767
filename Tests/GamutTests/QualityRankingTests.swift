import TestSupport
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

  @Test func `winsorised values lie between the 5th and the 95th percentile of the pool`() {
    let column = (0...20).map(Double.init) + [.nan]
    let values = winsorized(column)
    #expect(values[0] == 0 && values[1] == 0 && values[10] == 0.5 && values[20] == 1)
    #expect(values[19] == 1 && (values[2] - 1.0 / 18).magnitude < 1e-15 && values[21].isNaN)
    #expect(winsorized([]).isEmpty)
    #expect(winsorized([.nan])[0].isNaN)
    #expect(winsorized([7, 7]) == [0.5, 0.5])
    let huge = winsorized([-1.7e308, 0, 1.7e308])
    #expect(huge == [0, 0.5, 1])
  }

  @Test func `a scale may be asked for with one column, and lower is better turns it round`() {
    let column = [3, 1, .nan, 2]
    func quality(_ weight: Double, _ scale: Recipe.Normalization) -> [Double] {
      combinedQuality(columns: [column], weights: [weight], normalization: scale)
        .filter { !$0.isNaN }
    }
    #expect(quality(1, .none) == [3, 1, 2] && quality(-4, .none) == [-3, -1, -2])
    let ranks = percentileRanks([3, 1, 2])
    #expect(quality(5, .rank) == ranks && quality(-1, .rank) == ranks.map { 1 - $0 })
    let scaled = winsorized([3, 1, 2])
    #expect(quality(1, .winsor) == scaled && quality(-1, .winsor) == scaled.map { 1 - $0 })
  }

  @Test func `raw values of several columns are averaged by their weights`() {
    let quality = combinedQuality(
      columns: [[1, 2, 1e308], [10, 40, 1e308]], weights: [3, -1],
      normalization: Recipe.Normalization.none)
    #expect(quality[0] == -1.75 && quality[1] == -8.5)
    #expect((quality[2] / 5e307 - 1).magnitude < 1e-12)
    let large = combinedQuality(
      columns: [[1.7e308], [1.7e308]], weights: [1e308, 1e308],
      normalization: Recipe.Normalization.none)
    #expect(large[0].isFinite && large[0] > 1.69e308)
  }

  @Test(arguments: 0..<30)
  func `agreement is the mean less Z standard errors of the scorers there are`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let scorers = Int.random(in: 2...5, using: &random)
    let weights = (0..<scorers).map { _ in Double.random(in: 0.5...3, using: &random) }
    let columns = (0..<scorers).map { _ in
      (0..<30).map { _ in
        Int.random(in: 0..<4, using: &random) == 0 ? .nan : random.coarse(levels: 6)
      }
    }
    let z = random.coarse(levels: 4) * 2
    let found = combinedQuality(
      columns: columns, weights: weights, normalization: .winsor, agreement: z)
    let scaled = columns.map(winsorized)
    for sample in 0..<30 {
      let known = (0..<scorers).filter { !columns[$0][sample].isNaN }
      guard known.count >= 2 else {
        #expect(found[sample].isNaN)
        continue
      }
      let total = known.reduce(0) { $0 + weights[$1] }
      let mean = known.reduce(0) { $0 + weights[$1] * scaled[$1][sample] } / total
      let squares = known.reduce(0) { sum, scorer in
        let distance = weights[scorer] * (scaled[scorer][sample] - mean)
        return sum + distance * distance
      }
      let share = Double(known.count) / Double(known.count - 1)
      #expect(
        (found[sample] - (mean - z * (share * squares).squareRoot() / total)).magnitude < 1e-12)
    }
  }

  @Test func `with equal weights the standard error is that of a mean`() {
    let quality = combinedQuality(
      columns: [[2], [4], [9]], weights: [1, 1, 1], normalization: Recipe.Normalization.none,
      agreement: 2)
    // s = √13, so the error of the mean is √(13 / 3).
    #expect((quality[0] - (5 - 2 * (13.0 / 3).squareRoot())).magnitude < 1e-12)
    let agreed = combinedQuality(
      columns: [[4], [4]], weights: [1, 2], normalization: Recipe.Normalization.none,
      agreement: 1e300)
    #expect(agreed == [4])
  }

  @Test(arguments: 0..<10)
  func `agreement of 0 is the mean, and more of it never raises a quality`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let columns = (0..<3).map { _ in (0..<50).map { _ in random.coarse(levels: 9) } }
    let weights = [2.0, -1, 0.5]
    let mean = combinedQuality(columns: columns, weights: weights)
    var last = combinedQuality(columns: columns, weights: weights, agreement: 0)
    #expect(zip(mean, last).allSatisfy { ($0 - $1).magnitude < 1e-12 })
    for z in [0.5, 1, 2] {
      let next = combinedQuality(columns: columns, weights: weights, agreement: z)
      #expect(zip(last, next).allSatisfy { $0 >= $1 })
      last = next
    }
  }
}
