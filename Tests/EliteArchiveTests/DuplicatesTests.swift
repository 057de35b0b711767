import EliteArchive
import TestSupport
import Testing

@Suite struct DuplicatesTests {
  func twins(_ contents: [UInt64], _ quality: [Double]) -> [Int32] {
    betterTwins(high: contents, low: contents.map { $0 % 2 }, quality: quality)
  }

  @Test func `without samples there are no twins`() {
    #expect(twins([], []) == [])
  }

  @Test func `the best of equal texts stays`() {
    #expect(twins([7, 8, 7, 7], [0.1, 0.5, 0.9, 0.3]) == [2, -1, -1, 2])
  }

  @Test func `the first stays when all are equally good`() {
    #expect(twins([5, 5, 5], [0.5, 0.5, 0.5]) == [-1, 0, 0])
  }

  @Test func `a sample without quality loses`() {
    #expect(twins([5, 5, 5], [.nan, 0.0, .nan]) == [1, -1, 1])
    #expect(twins([5, 5], [.nan, .nan]) == [-1, 0])
  }

  @Test func `a long rise of quality is settled at the last`() {
    let count = 50_000
    let result = twins(.init(repeating: 1, count: count), (0..<count).map(Double.init))
    #expect(result.dropLast().allSatisfy { $0 == Int32(count - 1) })
    #expect(result.last == -1)
  }

  @Test(arguments: 0..<40)
  func `random pools agree with a search of all pairs`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...80, using: &random)
    let contents = (0..<count).map { _ in UInt64.random(in: 0..<20, using: &random) }
    let quality = (0..<count).map { _ in
      Bool.random(using: &random) ? random.coarse(levels: 3) : .nan
    }
    let expected: [Int32] = (0..<count).map { index in
      let group = (0..<count).filter { contents[$0] == contents[index] }
      let best = group.min { left, right in
        let (a, b) = (quality[left], quality[right])
        if a.isNaN != b.isNaN { return b.isNaN }
        if a != b && !a.isNaN { return a > b }
        return left < right
      }
      return best == index ? -1 : Int32(best ?? -1)
    }
    #expect(twins(contents, quality) == expected)
  }
}
