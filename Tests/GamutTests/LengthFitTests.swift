import Glibc
import Numbers
import TestSupport
import Testing

@testable import Gamut

@Suite struct LengthFitTests {
  @Test func `too few samples, or samples of one length, change nothing`() {
    let cases: [([Double], [UInt32])] = [
      ([], []), ([1], [5]), ([1, 2], [5, 9]), ([1, 2, .nan], [5, 9, 7]),
      ([1, 2, 3], [5, 5, 5]), ([.nan, .nan, .nan], [1, 2, 3]),
    ]
    for (quality, tokens) in cases {
      let fit = LengthFit(of: quality, tokens: tokens)
      #expect(fit.slope == 0 && fit.count == quality.count { !$0.isNaN })
      let residuals = fit.residuals(of: quality, tokens: tokens)
      #expect(zip(residuals, quality).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }
    #expect(LengthFit(of: [2, 2, 2], tokens: [1, 2, 3]).slope == 0)
  }

  @Test func `what length alone explains becomes constant, its mean`() {
    let tokens: [UInt32] = [0, 3, 9, 1000, 40]
    let quality = tokens.map { 7 - 2.5 * log1p(Double($0)) }
    let fit = LengthFit(of: quality, tokens: tokens)
    #expect((fit.slope + 2.5).magnitude < 1e-12)
    let mean = quality.reduce(0, +) / 5
    #expect(
      fit.residuals(of: quality, tokens: tokens).allSatisfy { ($0 - mean).magnitude < 1e-12 })
  }

  @Test(arguments: 0..<30)
  func `it is the line of least squares, and residuals go with nothing`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 3...400, using: &random)
    let tokens = (0..<count).map { _ in UInt32.random(in: 0...900, using: &random) }
    let quality = (0..<count).map { sample in
      Int.random(in: 0..<9, using: &random) == 0
        ? .nan : random.coarse(levels: 7) + Double(tokens[sample]) / 500
    }
    let fit = LengthFit(of: quality, tokens: tokens)
    let scored = quality.indices.filter { !quality[$0].isNaN }
    guard scored.count >= 3 else { return }
    let x = scored.map { log1p(Double(tokens[$0])) }
    let y = scored.map { quality[$0] }
    let n = Double(scored.count)
    let (sumX, sumY) = (x.reduce(0, +), y.reduce(0, +))
    let sumXX = x.reduce(0) { $0 + $1 * $1 }
    let sumXY = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    let slope = (n * sumXY - sumX * sumY) / (n * sumXX - sumX * sumX)
    guard slope.isFinite else { return }
    #expect((fit.slope - slope).magnitude < 1e-9 * max(1, slope.magnitude))
    let residuals = fit.residuals(of: quality, tokens: tokens)
    let left = scored.map { residuals[$0] }
    #expect((left.reduce(0, +) - sumY).magnitude < 1e-9 * n)
    let joint = zip(x, left).reduce(0) { $0 + ($1.0 - sumX / n) * ($1.1 - sumY / n) }
    #expect(joint.magnitude < 1e-9 * n)
  }

  @Test(arguments: 0..<20)
  func `the order of the pool moves no bit`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 3...600, using: &random)
    let tokens = (0..<count).map { _ in UInt32.random(in: 0...60, using: &random) }
    let quality = (0..<count).map { _ in
      Int.random(in: 0..<9, using: &random) == 0
        ? .nan : Double.random(in: -1e6...1e6, using: &random)
    }
    let fit = LengthFit(of: quality, tokens: tokens)
    let order = tokens.indices.shuffled(using: &random)
    #expect(LengthFit(of: order.map { quality[$0] }, tokens: order.map { tokens[$0] }) == fit)
  }

  @Test func `numbers as large and as small as there are stay numbers`() {
    for scale in [1e308, 1e-308, .leastNonzeroMagnitude] as [Double] {
      let fit = LengthFit(of: [scale, -scale, scale, 0], tokens: [1, 20, 300, 4000])
      #expect(fit.slope.isFinite)
      let residuals = fit.residuals(of: [scale, -scale, scale, 0], tokens: [1, 20, 300, 4000])
      #expect(residuals.allSatisfy { $0.isFinite })
    }
  }
}
