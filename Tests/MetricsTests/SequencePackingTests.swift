import Metrics
import TestSupport
import Testing

struct SequencePackingTests {
  /// First-fit decreasing as its definition says.
  private static func naive(_ tokens: [UInt32], length: Int) -> Int {
    var rooms: [Int] = []
    for size in tokens.map({ min(Int($0), length) }).filter({ $0 > 0 }).sorted(by: >) {
      if let place = rooms.firstIndex(where: { $0 >= size }) {
        rooms[place] -= size
      } else {
        rooms.append(length - size)
      }
    }
    return rooms.count
  }

  private static func packing(_ tokens: [UInt32], _ length: Int) -> SequencePacking {
    SequencePacking(tokens, length: length, isEstimated: false)
  }

  @Test func `no samples, and samples without tokens, take no sequence`() {
    for tokens: [UInt32] in [[], [0], [0, 0, 0]] {
      let packing = Self.packing(tokens, 8)
      #expect(packing.sequences == 0 && packing.samples == 0 && packing.truncated == 0)
      #expect(packing.fill == 1 && packing.fillUnpacked == 1 && packing.keptShare == 1)
    }
  }

  @Test func `a longer sample is cut off, one of just the length is not`() {
    let packing = Self.packing([8, 9, 20, 0, 3], 8)
    #expect(packing.samples == 4 && packing.truncated == 2 && packing.lostTokens == 13)
    #expect(packing.keptTokens == 27 && packing.keptShare == 27.0 / 40)
    #expect(packing.sequences == 4)
    #expect(packing.fill == 27.0 / 32 && packing.fillUnpacked == 27.0 / 32)
    let all = Self.packing([.max, .max], 1)
    #expect(all.truncated == 2 && all.lostTokens == 2 * (Int(UInt32.max) - 1))
    #expect(all.sequences == 2 && all.fill == 1)
  }

  @Test func `what fits together is packed together`() {
    #expect(Self.packing([6, 2, 5, 3, 4, 4], 8).sequences == 3)
    #expect(Self.packing([UInt32](repeating: 1, count: 17), 8).sequences == 3)
    #expect(Self.packing([UInt32](repeating: 5, count: 7), 8).sequences == 7)
    #expect(Self.packing([5], SequencePacking.lengths.upperBound).sequences == 1)
  }

  @Test(arguments: 0..<60)
  func `sequences are those of first-fit decreasing, in whatever order samples come`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let length = Int.random(in: 1...60, using: &random)
    let most = UInt32.random(in: 1...UInt32(length * 2), using: &random)
    let tokens = (0..<Int.random(in: 1...200, using: &random)).map { _ in
      UInt32.random(in: 0...most, using: &random)
    }
    let packing = Self.packing(tokens, length)
    #expect(packing.sequences == Self.naive(tokens, length: length))
    #expect(packing == Self.packing(tokens.shuffled(using: &random), length))
    #expect(packing.keptTokens + packing.lostTokens == tokens.reduce(0) { $0 + Int($1) })
    #expect(packing.sequences <= packing.samples)
    #expect(packing.sequences * length >= packing.keptTokens)
    #expect(packing.fill <= 1 && packing.fillUnpacked <= packing.fill)
  }
}
