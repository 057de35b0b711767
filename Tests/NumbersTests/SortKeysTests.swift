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

  /// Few, some and many items are sorted in different ways: 24 is where insertion ends.
  @Test(arguments: 0..<6, [0, 1, 2, 3, 17, 23, 24, 25, 33, 100, 255, 256, 300, 1000, 5000])
  func `any number of items is sorted stably`(seed: Int, count: Int) {
    var random = SeededGenerator(seed: 1009 * seed + count)
    let range: UInt64 = [1, 3, 1000, .max, 0, 1 << 40][seed]
    let keys = (0..<count).map { _ in
      // In one kind nearly all keys lie close together, far from a few others: a cut parts little.
      seed == 5 && Int.random(in: 0..<50, using: &random) > 0
        ? UInt64.random(in: 1 << 60..<1 << 60 + 3000, using: &random)
        : UInt64.random(in: 0...range, using: &random)
    }
    let items = (0..<Int32(count)).shuffled(using: &random)
    let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
    let expected = items.sorted {
      (keys[Int($0)], places[$0, default: 0]) < (keys[Int($1)], places[$1, default: 0])
    }
    #expect(stableSorted(items) { keys[Int($0)] } == expected)
  }

  @Test(arguments: 0..<4, [0, 1, 2, 24, 25, 60, 300, 3000])
  func `ties are settled by a second key, and what has both equal keeps its order`(
    seed: Int, count: Int
  ) {
    var random = SeededGenerator(seed: 1013 * seed + count)
    // All different, few of a kind, many of a kind, one kind.
    let range: UInt64 = [.max, UInt64(count / 2 + 1), 5, 0][seed]
    let keys = (0..<count).map { _ in UInt64.random(in: 0...range, using: &random) }
    let seconds = (0..<count).map { _ in UInt64.random(in: 0...9, using: &random) }
    let items = (0..<Int32(count)).shuffled(using: &random)
    let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
    func rank(_ item: Int32) -> (UInt64, UInt64, Int) {
      (keys[Int(item)], seconds[Int(item)], places[item, default: 0])
    }
    let sorted = stableSorted(items, by: { keys[Int($0)] }, then: { seconds[Int($0)] })
    #expect(sorted == items.sorted { rank($0) < rank($1) })
  }

  @Test(arguments: [2, 31, 32, 255, 256, 1000])
  func `a key is asked for once for each item, in their order`(count: Int) {
    var random = SeededGenerator(seed: count)
    let items = (0..<Int32(count)).shuffled(using: &random)
    var asked: [Int32] = []
    let sorted = stableSorted(items) {
      asked.append($0)
      return UInt64($0)
    }
    #expect(asked == items)
    #expect(sorted == Array(0..<Int32(count)))
  }
}
