import Numbers
import TestSupport
import Testing

@Suite struct PartitioningIndexTests {
  @Test func `no places give the start of the range, and no call`() {
    let found = partitioningIndex(of: 5..<5) { _ in
      Issue.record("nothing is to be asked")
      return true
    }
    #expect(found == 5)
  }

  @Test(arguments: 0...70)
  func `the first place where a condition holds is found in few calls`(count: Int) {
    for start in [0, -3, 1000] {
      for first in start...start + count {
        var calls = 0
        let found = partitioningIndex(of: start..<start + count) { place in
          #expect((start..<start + count).contains(place))
          calls += 1
          return place >= first
        }
        #expect(found == first)
        #expect(calls <= Int.bitWidth - count.leadingZeroBitCount)
      }
    }
  }

  @Test(arguments: 0..<40)
  func `in sorted numbers it counts those below, or those not above`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let sorted = (0..<seed * 3).map { _ in Int.random(in: 0...seed, using: &random) }.sorted()
    for value in -1...seed + 1 {
      let below = partitioningIndex(of: sorted.indices) { sorted[$0] >= value }
      let notAbove = partitioningIndex(of: sorted.indices) { sorted[$0] > value }
      #expect(below == sorted.count { $0 < value })
      #expect(notAbove == sorted.count { $0 <= value })
    }
  }
}
