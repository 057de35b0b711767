import TestSupport
import Testing

@testable import EliteArchive

@Suite struct RankingTests {
  @Test(arguments: 0..<30)
  func `best quality first, then the smaller hash, then the smaller index, none at last`(
    seed: Int
  ) {
    var random = SeededGenerator(seed: seed)
    // More than the runs that are sorted without scratch, and less.
    let count = Int.random(in: 0...700, using: &random)
    let quality = (0..<count).map { _ -> Double in
      switch Int.random(in: 0..<12, using: &random) {
      case 0: .nan
      case 1: -0.0
      case 2: 0
      default: Double(Int.random(in: -3...3, using: &random))
      }
    }
    let hashes = (0..<count).map { _ in UInt64.random(in: 0..<40, using: &random) }
    let expected = (0..<count).sorted { left, right in
      let (one, other) = (quality[left], quality[right])
      if one.isNaN != other.isNaN { return other.isNaN }
      if !one.isNaN, one != other { return one > other }
      return (hashes[left], left) < (hashes[right], right)
    }
    #expect(
      EliteArchive.ranking(quality: quality, contentHash: hashes) == expected.map(Int32.init))
  }
}
