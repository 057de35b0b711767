import TestSupport
import Testing

@testable import Metrics

/// Values counted in bins with round edges.
@Suite struct HistogramTests {
  @Test func `no value has no histogram, one has one bar`() {
    #expect(Histogram(of: []) == nil)
    #expect(Histogram(of: [.nan]) == nil)
    #expect(Histogram(of: [2, .nan, 2])?.bins == .values([2]))
    #expect(Histogram(of: [2, .nan, 2])?.counts == [2])
    let ratings = Histogram(of: [1, 5, 3, 3, 4, 4, 4, -0.0, 0])
    #expect(ratings?.bins == .values([0, 1, 3, 4, 5]))
    #expect(ratings?.counts == [2, 1, 2, 3, 1])
  }

  @Test(arguments: 1...30)
  func `the bins hold every value once, in few round steps`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var scale = 1.0
    for _ in 0..<Int.random(in: 0...12, using: &random) { scale *= 10 }
    if Bool.random(using: &random) { scale = 1 / scale }
    let shift = Double.random(in: -3...3, using: &random) * scale
    var values = (0..<Int.random(in: 20...400, using: &random)).map { _ in
      shift + Double.random(in: -1...1, using: &random) * scale
    }
    if seed % 3 == 0 { values[0] = 1e6 * scale }
    let found = try #require(Histogram(of: values))
    guard case .edges(let edges) = found.bins else {
      Issue.record("many values have edges")
      return
    }
    #expect((2...25).contains(edges.count), "\(edges)")
    #expect(zip(edges, edges.dropFirst()).allSatisfy(<))
    for bin in found.counts.indices {
      let low = bin == 0 ? -.infinity : edges[bin - 1]
      let high = bin == edges.count ? Double.infinity : edges[bin]
      #expect(found.counts[bin] == values.count { $0 >= low && $0 < high })
    }
    #expect(Histogram(of: values.shuffled(using: &random)) == found)
  }

  @Test func `an edge is the number that is written, and values on it lie above`() throws {
    let found = try #require(Histogram(of: (0...100).map { Double($0) / 100 }))
    #expect(found.bins == .edges((1...9).map { Double($0) / 10 }))
    #expect(found.counts == [Int](repeating: 10, count: 9) + [11])
  }

  @Test(
    arguments: [
      [1e308, -1e308, 0, 5, 6], [1, 1.0000000000000002, 1.0000000000000004], [1e300],
      [.leastNonzeroMagnitude, 0],
      [1e18, 1e18 + 128],
    ] as [[Double]])
  func `the ends of the doubles are counted as well`(base: [Double]) throws {
    let values = base + (0..<20).map { base[0] * (1 - Double($0) / 100) }
    let found = try #require(Histogram(of: values))
    #expect(found.counts.reduce(0, +) == values.count)
  }
}
