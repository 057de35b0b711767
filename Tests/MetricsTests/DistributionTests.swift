import Metrics
import TestSupport
import Testing

@Suite struct DistributionTests {
  @Test func `of no values there is none`() {
    #expect(Distribution(of: []) == nil)
    #expect(Distribution(of: [.nan, .nan]) == nil)
  }

  @Test func `of one value`() throws {
    let one = try #require(Distribution(of: [.nan, 0.1]))
    #expect(one.count == 1)
    #expect(one.mean == 0.1)
    #expect(one.standardDeviation == 0)
    #expect(one.percentiles == [0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(one.shareAtMode == 1)
    #expect(one.distinctCount == 1)
  }

  @Test(arguments: [0.1, 1.0 / 3, -7.3, 1e-300, 2.5e17], [3, 10, 1000])
  func `a constant has its own mean and no spread`(value: Double, count: Int) throws {
    let constant = try #require(Distribution(of: [Double](repeating: value, count: count)))
    #expect(constant.mean == value)
    #expect(constant.standardDeviation == 0)
    #expect(constant.shareAtMode == 1)
    #expect(constant.percentiles == [Double](repeating: value, count: 5))
  }

  @Test func `a hand-computed example`() throws {
    let known = try #require(Distribution(of: [5, 1, .nan, 2, 2, 10]))
    #expect(known.distinctCount == 4)
    #expect(known.count == 5)
    #expect(known.mean == 4)
    // Squared distances 9 + 4 + 4 + 1 + 36 over 5.
    #expect(abs(known.standardDeviation - (54.0 / 5).squareRoot()) < 1e-15)
    #expect(known.shareAtMode == 0.4)
    for (found, expected) in zip(known.percentiles, [1.2, 2, 2, 5, 9]) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  @Test(arguments: [1e308, 1.7e308, 1e200, 1e-200, 3e-308, .leastNonzeroMagnitude])
  func `values of any size have a mean and a spread`(unit: Double) throws {
    let three = try #require(Distribution(of: [unit, unit, 0, unit]))
    // Where doubles are few, a quarter of one is none.
    let step = unit.ulp
    #expect((three.mean - unit * 0.75).magnitude <= step)
    #expect((three.standardDeviation - unit * (3.0.squareRoot() / 4)).magnitude <= step)
    let across = try #require(Distribution(of: [-unit, unit]))
    #expect(across.mean == 0 && across.standardDeviation == unit)
    #expect(across.percentiles[2] == 0)
  }

  @Test func `the largest doubles there are have a finite spread`() throws {
    let most = Double.greatestFiniteMagnitude
    for values in [[-most, most], [most, -most, most], [most, most, most]] {
      let found = try #require(Distribution(of: values))
      #expect(found.mean.isFinite && found.standardDeviation.isFinite)
      #expect(found.percentiles.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: 0..<60)
  func `agrees with the formulas written out, whatever the order of the values`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...200, using: &random)
    let levels = seed % 2 == 0 ? 5 : 1_000_000
    let values = (0..<count).map { _ in random.coarse(levels: levels) * 10 - 3 }
    let found = try #require(Distribution(of: values))
    let mean = values.reduce(0, +) / Double(count)
    #expect(abs(found.mean - mean) < 1e-12)
    let variance = values.map { $0 * $0 }.reduce(0, +) / Double(count) - mean * mean
    #expect(abs(found.standardDeviation * found.standardDeviation - variance) < 1e-9)
    let most = Dictionary(grouping: values) { $0 }.values.map(\.count).max() ?? 0
    #expect(found.shareAtMode == Double(most) / Double(count))
    let sorted = values.sorted()
    for (percentile, percent) in zip(found.percentiles, Distribution.percents) {
      let place = Double(percent) * Double(count - 1) / 100
      let low = Int(place + 1e-9)
      let expected =
        sorted[low]
        + (sorted[min(low + 1, count - 1)] - sorted[low]) * max(place - Double(low), 0)
      #expect(abs(percentile - expected) < 1e-9)
    }
    #expect(found.percentiles == found.percentiles.sorted())
    #expect(Distribution(of: values.shuffled(using: &random) + [.nan]) == found)
  }

  @Test func `zero and negative zero are one value`() throws {
    #expect(try #require(Distribution(of: [0, -0.0, 0, 1])).shareAtMode == 0.75)
  }
}
