import Descriptors
import Glibc
import Numbers
import TestSupport
import Testing

@testable import Gamut

/// How far new samples lie from those that an axis was cut on.
@Suite struct DriftTests {
  private func axis(_ binning: String, over values: [Double]) throws -> (Axis, AxisReference) {
    let axis = try Axis(
      fitting: AxisSpecification(parsing: "tokens:5@\(binning)", measures: ["tokens"]),
      to: values, isSinglePrecision: false)
    return (axis, AxisReference(sorted: sortedAscending(values), clipped: axis.clippedCount))
  }

  /// The distance of two empirical distributions at every value of either, straight from its definition.
  private func kolmogorovSmirnov(_ one: [Double], _ other: [Double]) -> Double {
    (one + other).map { value in
      let first = Double(one.count { $0 <= value }) / Double(one.count)
      let second = Double(other.count { $0 <= value }) / Double(other.count)
      return (first - second).magnitude
    }.max() ?? 0
  }

  private func normal(_ random: inout SeededGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &random))).squareRoot()
    return radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &random))
  }

  @Test(arguments: 0..<12)
  func `share, median and distance are those of the definition`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let shift = [0, 0.1, 0.5, 3][seed % 4]
    let scale = [1, 2.5][seed / 4 % 2]
    let isCoarse = seed % 3 == 0
    func draw(_ count: Int, shift: Double, scale: Double) -> [Double] {
      (0..<count).map { _ in
        let value = 20 + (normal(&random) + shift) * scale
        return isCoarse ? value.rounded() : value
      }
    }
    let fitted = draw(900, shift: 0, scale: 1)
    var new = draw(500, shift: shift, scale: scale)
    let (axis, reference) = try axis(["uniform", "log", "quantile"][seed % 3], over: fitted)
    let expected = kolmogorovSmirnov(new, fitted)
    let sorted = new.sorted()
    // A missing value takes no part.
    new.append(.nan)
    let drift = try #require(AxisDrift.of(new, on: axis, reference: reference))
    let clipped = axis.range.map { range in sorted.count { !range.contains($0) } } ?? 0
    #expect(drift.clippedShare == Double(clipped) / 500)
    #expect(drift.fittedClippedShare == Double(axis.clippedCount) / 900)
    #expect(drift.median == percentile(50, ofSorted: sorted))
    // As far as 101 quantiles tell it: within a hundredth on either side.
    #expect((drift.distance - expected).magnitude <= 0.021, "\(drift.distance) \(expected)")
    #expect((0...1).contains(drift.distance))
  }

  @Test func `the same values have not drifted`() throws {
    var random = SeededGenerator(seed: 1)
    let values = (0..<3000).map { _ in normal(&random) + 9 }
    let (axis, reference) = try axis("uniform", over: values)
    let drift = try #require(AxisDrift.of(values, on: axis, reference: reference))
    #expect(drift.distance <= 0.011)
    #expect(drift.clippedShare == drift.fittedClippedShare)
    #expect(drift.median == drift.fittedMedian)
    #expect(!drift.exceedsLimit)
  }

  @Test func `a constant, ends and nothing at all`() throws {
    let (axis, reference) = try axis("uniform", over: [4, 4, 4, 4])
    let same = try #require(AxisDrift.of([4], on: axis, reference: reference))
    #expect(same.distance == 0 && same.clippedShare == 0)
    let above = try #require(
      AxisDrift.of([Double](repeating: 5, count: 9), on: axis, reference: reference))
    #expect(above.distance == 1 && above.samples == 9 && above.exceedsLimit)
    // Of one sample nobody can tell.
    let one = try #require(AxisDrift.of([5], on: axis, reference: reference))
    #expect(one.distance == 1 && !one.exceedsLimit)
    let below = try #require(AxisDrift.of([3, 3], on: axis, reference: reference))
    #expect(below.distance == 1 && below.clippedShare == 1)
    #expect(AxisDrift.of([], on: axis, reference: reference) == nil)
    #expect(AxisDrift.of([.nan], on: axis, reference: reference) == nil)
  }

  @Test func `a refit is advised beyond either limit and not at it`() {
    func drift(_ clipped: Double, _ distance: Double, samples: Int = 1_000_000_000) -> Bool {
      AxisDrift(
        axis: "a", samples: samples, clippedShare: clipped, fittedClippedShare: 0.25,
        distance: distance, median: 0,
        fittedMedian: 0
      ).exceedsLimit
    }
    #expect(!drift(0.3, 0.15))
    #expect(drift(0.31, 0))
    #expect(drift(0, 0.16))
    // 1.36 / √400 = 0.068.
    #expect(!drift(0.36, 0, samples: 400) && drift(0.37, 0, samples: 400))
    #expect(!drift(0, 0.21, samples: 400) && drift(0, 0.22, samples: 400))
  }
}
