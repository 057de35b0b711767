import Numbers
import TestSupport
import Testing

@Suite struct SortedNumbersTests {
  @Test func `nothing sorts to nothing`() { #expect(sortedAscending([]) == []) }

  @Test func `NaN is left out`() {
    #expect(sortedAscending([.nan, 2, .nan, 1]) == [1, 2])
  }

  @Test func `infinities stand at the ends and zeros together`() {
    #expect(
      sortedAscending([.infinity, -0.0, 0.0, -.infinity, -1, 1])
        == [-.infinity, -1, 0, 0, 1, .infinity])
  }

  @Test(arguments: 0..<30)
  func `the order is that of the standard sort`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = [0, 1, 511, 512, 513, 3000][seed % 6]
    let values = (0..<count).map { _ -> Double in
      switch seed % 4 {
      case 0: Double(bitPattern: random.next() & ~(0x7FF << 52) | 0x3FF << 52)
      case 1: Double(Float.random(in: -1...1, using: &random))
      case 2: random.coarse(levels: 3)
      default: Double.random(in: -1e300...1e300, using: &random)
      }
    }
    #expect(sortedAscending(values) == values.sorted())
  }

  @Test(arguments: 0..<20)
  func `floats are sorted as the doubles that they are`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = [0, 1, 24, 25, 3000][seed % 5]
    var values = (0..<count).map { _ -> Float in
      switch seed % 3 {
      case 0: Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
      case 1: Float.random(in: -1...1, using: &random)
      default: Float(random.coarse(levels: 3))
      }
    }
    values += [-0.0, 0, .infinity, -.infinity, .nan].prefix(seed % 6)
    let sorted = SortedFloats(values)
    #expect((0..<sorted.count).map { sorted[$0] } == sortedAscending(values.map { Double($0) }))
    #expect((0..<sorted.count).allSatisfy { sorted[$0] != 0 || sorted[$0].sign == .plus })
  }
}
