import JSON
import Metrics
import Testing

@testable import Reporting

/// What random subsets come to, against the same computed by the book.
@Suite struct RandomProofTests {
  private func comparison(
    _ value: Double, _ random: [Double], _ direction: MetricDescription.Direction = .higher
  ) -> RandomProof.Comparison? {
    RandomProof.Comparison(name: "m", direction: direction, value: value, random: random)
  }

  @Test func `mean, deviation, interval and score are those of the textbook`() throws {
    let found = try #require(comparison(9, [2, 4, 4, 6]))
    #expect(found.mean == 4)
    // Squares of −2, 0, 0, 2 over n − 1.
    let deviation = (8.0 / 3).squareRoot()
    #expect(abs((found.standardDeviation ?? 0) - deviation) < 1e-12)
    let half = 3.1824 * deviation * 1.25.squareRoot()
    #expect(abs((found.interval?.lowerBound ?? 0) - (4 - half)) < 1e-9)
    #expect(abs((found.interval?.upperBound ?? 0) - (4 + half)) < 1e-9)
    #expect(abs((found.zScore ?? 0) - 5 / deviation) < 1e-12)
    #expect(found.beaten == 4)
  }

  @Test func `from 40 on the interval is one of percentiles`() throws {
    let random = (0..<41).map { Double($0 * $0) }
    let found = try #require(comparison(0, random))
    // Between the second and third, and the last but one and the one before it: places 1 and 39.
    #expect(found.interval == 1...1521)
    let fewer = try #require(comparison(0, Array(random[..<39])))
    #expect((fewer.interval?.lowerBound ?? 0) < 0)
  }

  @Test func `equal ones count half, and direction decides what is worse`() throws {
    let random = [1.0, 2, 2, 3]
    #expect(comparison(2, random)?.beaten == 2)
    #expect(comparison(2.5, random)?.beaten == 3)
    #expect(comparison(2.5, random, .lower)?.beaten == 1)
    #expect(comparison(1, random, .lower)?.beaten == 3.5)
    let neither = try #require(comparison(2.5, random, .neither))
    #expect(neither.beaten == nil && neither.zScore != nil)
  }

  @Test func `what is not defined is absent`() throws {
    let one = try #require(comparison(2, [1]))
    #expect(one.mean == 1 && one.beaten == 1)
    #expect(one.standardDeviation == nil && one.interval == nil && one.zScore == nil)
    #expect(one.json["sd"] == nil && one.json["low"] == nil && one.json["z"] == nil)
    let same = try #require(comparison(0.1, [0.1, 0.1, 0.1]))
    #expect(same.zScore == nil && same.interval == 0.1...0.1 && same.beaten == 1.5)
    #expect(comparison(2, []) == nil)
    #expect(comparison(.nan, [1, 2]) == nil)
    #expect(comparison(.infinity, [1, 2]) == nil)
    #expect(comparison(1, [1, .nan]) == nil)
    #expect(comparison(1, [1, .infinity]) == nil)
  }

  /// Of 20 normal numbers the interval holds one more in 95 of 100 cases.
  @Test func `the interval holds as many as it says`() {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    // The sum of twelve is close to normal.
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
    var held = 0
    let rounds = 4000
    for _ in 0..<rounds {
      let random = (0..<20).map { _ in normal() }
      if comparison(0, random)?.interval?.contains(normal()) == true { held += 1 }
    }
    #expect((0.935...0.965).contains(Double(held) / Double(rounds)))
  }

  @Test func `the table tells each metric in a line`() throws {
    var own = try #require(comparison(9, [2, 4, 4, 6]))
    own.name = "evenness"
    let proof = RandomProof(
      count: 4, seed: 1, samples: 7, subset: [.init(name: "evenness", value: 9)], random: [own],
      randomLength: nil, named: [])
    #expect(
      proof.lines(title: "5k") == [
        "          5k      4 random (95 %)  beats", "evenness   9  4 (-1.810 to 9.810)    4/4",
      ])
    #expect(proof.json["random_length"] == nil && proof.json["metrics"] == nil)
    #expect(proof.json["samples"]?.wholeNumber == 7)
    var empty = proof
    empty.random = []
    #expect(empty.lines(title: "5k").isEmpty)
  }
}
