import Testing

@testable import Gamut

@Suite struct NearestFlipTests {
  @Test(arguments: [1, 3, 100])
  func `what turns over once is found exactly, in either direction`(steps: Int) {
    for end in [-17, -1, 0, 1, 2, 30] {
      for turn in -20...32 {
        let found = nearestFlip(from: 0, to: end, steps: steps) {
          end < 0 ? $0 <= turn : $0 >= turn
        }
        // The start is known not to be otherwise.
        let expected = end < 0 ? min(turn, -1) : max(turn, 1)
        let isWithin = end < 0 ? expected >= end : expected <= end
        #expect(found == (end != 0 && isWithin ? expected : nil))
      }
    }
  }

  @Test func `of what turns over often some turn is found, and its neighbour is not flipped`() {
    let isFlipped: (Int) -> Bool = { $0 % 7 == 3 }
    let found = nearestFlip(from: 0, to: 1000, steps: 400, isFlipped: isFlipped)
    #expect(found.map { isFlipped($0) && !isFlipped($0 - 1) } == true)
    #expect(nearestFlip(from: 0, to: 1000, steps: 1, isFlipped: isFlipped) == nil)
  }

  @Test func `the widest range is no trouble`() {
    let found = nearestFlip(from: 0, to: .max, steps: 3) { $0 >= 1 << 61 }
    #expect(found == 1 << 61)
  }
}
