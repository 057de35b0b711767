import Numbers
import TestSupport
import Testing

@Suite struct PercentileTests {
  @Test(arguments: [0.0, 1, 50, 99, 100])
  func `of one number is that number`(percent: Double) {
    #expect(percentile(percent, ofSorted: [0.1]) == 0.1)
  }

  @Test(arguments: [
    // What numpy.percentile gives.
    (0.0, 1.0), (1, 1.03), (25, 1.75), (50, 2.5), (75, 3.25), (100, 4),
  ])
  func `is linear between order statistics`(percent: Double, expected: Double) {
    #expect(abs(percentile(percent, ofSorted: [1, 2, 3, 4]) - expected) < 1e-12)
  }

  @Test(arguments: 0..<50)
  func `stays within the neighbours, never falls and keeps constants`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...40, using: &random)
    let sorted = (0..<count).map { _ in Double.random(in: -1...1, using: &random) * 1e3 }.sorted()
    var last = sorted[0]
    for percent in 0...100 {
      let value = percentile(Double(percent), ofSorted: sorted)
      let place = Double(percent) / 100 * Double(count - 1)
      #expect(value >= sorted[Int(place)])
      #expect(value <= sorted[min(Int(place) + 1, count - 1)])
      #expect(value >= last)
      last = value
    }
    #expect(last == sorted.last)
    let constant = [Double](repeating: sorted[0], count: count)
    #expect(percentile(Double(seed), ofSorted: constant) == sorted[0])
  }

  @Test func `numbers too far apart to subtract do not overflow`() {
    let far = [-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude]
    #expect(percentile(50, ofSorted: far) == 0)
    let third = percentile(75, ofSorted: far) / Double.greatestFiniteMagnitude
    #expect(abs(third - 0.5) < 1e-15)
  }

  @Test func `none of no numbers, and none beyond 100`() async {
    await #expect(processExitsWith: .failure) { _ = percentile(50, ofSorted: []) }
    await #expect(processExitsWith: .failure) { _ = percentile(101, ofSorted: [1]) }
    await #expect(processExitsWith: .failure) { _ = percentile(.nan, ofSorted: [1]) }
  }
}
