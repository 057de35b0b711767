import Testing

@testable import PoolGenerator

@Suite struct DiceTests {
  @Test func `mixes as SplitMix64 does`() {
    // The first outputs of the published generator for seed 0.
    var state: UInt64 = 0
    var outputs: [UInt64] = []
    for _ in 0..<3 {
      state &+= 0x9E37_79B9_7F4A_7C15
      outputs.append(Dice.mixed(state))
    }
    #expect(outputs == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
  }

  @Test func `streams of other seeds, rows and purposes differ`() {
    var firsts: Set<UInt64> = []
    for seed in 0..<4 as Range<UInt64> {
      for row in 0..<4 {
        for purpose in [Dice.Purpose.plan, .facts, .judge] {
          var dice = Dice(seed: seed, row: row, purpose: purpose)
          firsts.insert(dice.next())
        }
      }
    }
    #expect(firsts.count == 48)
  }

  @Test func `numbers fill their range evenly`() {
    var dice = Dice(seed: 1, row: 0, purpose: .facts)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<6000 { counts[dice.number(in: 3...8) - 3] += 1 }
    for count in counts { #expect((850...1150).contains(count)) }
    #expect(dice.number(in: 5...5) == 5)
  }

  @Test func `weights of nothing are never drawn`() {
    var dice = Dice(seed: 1, row: 0, purpose: .facts)
    for _ in 0..<100 { #expect(dice.index(weights: [0, 3, 0]) == 1) }
  }

  @Test func `shuffles and samples keep what they are given`() {
    var dice = Dice(seed: 1, row: 0, purpose: .facts)
    for _ in 0..<50 {
      #expect(dice.shuffled(Array(0..<9)).sorted() == Array(0..<9))
      let sample = dice.sample(4, of: Array(0..<9))
      #expect(Set(sample).count == 4)
    }
    #expect(dice.sample(0, of: [1]).isEmpty)
    #expect(dice.shuffled([Int]()).isEmpty)
  }

  @Test func `noise has mean 0 and variance 1`() {
    var dice = Dice(seed: 1, row: 0, purpose: .judge)
    let draws = (0..<4000).map { _ in dice.bell() }
    let mean = draws.reduce(0, +) / 4000
    let variance = draws.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 4000
    #expect(abs(mean) < 0.06)
    #expect(abs(variance - 1) < 0.1)
  }
}
