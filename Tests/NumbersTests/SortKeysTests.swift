import Numbers
import TestSupport
import Testing

@Suite struct SortKeysTests {
  @Test func `keys sort as their numbers do`() {
    let numbers = [
      -Double.infinity, -1e300, -2, -1, -Double.leastNonzeroMagnitude, 0,
      Double.leastNonzeroMagnitude, 0.5, 1, 1e300, .infinity,
    ]
    for (left, right) in zip(numbers, numbers.dropFirst()) {
      #expect(ascendingKey(left) < ascendingKey(right))
      #expect(descendingKey(left) > descendingKey(right))
    }
    #expect(ascendingKey(-0.0) == ascendingKey(0.0))
  }

  @Test func `NaN is refused`() async {
    await #expect(processExitsWith: .failure) { _ = ascendingKey(.nan) }
  }

  @Test(arguments: 0..<40)
  func `the radix sort is the stable sort`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...300, using: &random)
    let range: UInt64 = [1, 3, 1000, .max][seed % 4]
    let keys = (0..<count).map { _ in UInt64.random(in: 0...range, using: &random) }
    let items = (0..<Int32(count)).shuffled(using: &random)
    let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
    let expected = items.sorted {
      (keys[Int($0)], places[$0, default: 0]) < (keys[Int($1)], places[$1, default: 0])
    }
    #expect(stableSorted(items) { keys[Int($0)] } == expected)
  }
}
