import TestSupport
import Testing

@testable import Embeddings

@Suite struct WordReservoirTests {
  /// One sample a key, whose one word is the key's low half, so that they can be told apart.
  static func sample(_ keys: [UInt64]) -> WordSample {
    var sample = WordSample()
    for key in keys {
      let word = [UInt32(truncatingIfNeeded: key)]
      let none: [UInt32] = []
      sample.append(promptWords: word.span, answerWords: none.span)
    }
    return sample
  }

  static func reservoir(_ keys: [UInt64], limit: Int, at once: Int) -> WordSample {
    var reservoir = WordReservoir(limit: limit)
    for start in stride(from: 0, to: keys.count, by: once) {
      let part = Array(keys[start..<min(start + once, keys.count)])
      reservoir.append(contentsOf: sample(part), keys: part)
      // Nothing that belongs to the smallest may lie above the bound.
      let smallest = Array(Set(keys[..<min(start + once, keys.count)])).sorted().prefix(limit)
      #expect(smallest.allSatisfy { $0 <= reservoir.bound })
    }
    return reservoir.sample()
  }

  @Test func `an empty reservoir gives no sample`() {
    var reservoir = WordReservoir(limit: 3)
    #expect(reservoir.sample() == WordSample())
    #expect(reservoir.bound == .max)
  }

  @Test(arguments: 0..<20)
  func `the smallest distinct keys stay, in whatever order they come`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let limit = Int.random(in: 1...40, using: &random)
    let most = UInt64.random(in: 5...400, using: &random)
    let keys = (0..<Int.random(in: 0...300, using: &random)).map { _ in
      UInt64.random(in: 0..<most, using: &random)
    }
    let expected = Self.sample(Array(Array(Set(keys)).sorted().prefix(limit)))
    #expect(Self.reservoir(keys, limit: limit, at: 1) == expected)
    #expect(Self.reservoir(keys.shuffled(using: &random), limit: limit, at: 7) == expected)
    #expect(Self.reservoir(keys.shuffled(using: &random), limit: limit, at: 300) == expected)
  }

  @Test(arguments: 0..<20)
  func `what lies at a ceiling or above is let go, whenever it came`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let keys = (0..<200).map { _ in UInt64.random(in: 0..<1000, using: &random) }
    let ceiling = UInt64.random(in: 0...1000, using: &random)
    var reservoir = WordReservoir(limit: 50)
    let cut = Int.random(in: 0...200, using: &random)
    reservoir.append(contentsOf: Self.sample(Array(keys[..<cut])), keys: Array(keys[..<cut]))
    reservoir.lower(to: ceiling)
    reservoir.append(contentsOf: Self.sample(Array(keys[cut...])), keys: Array(keys[cut...]))
    let expected = Array(Set(keys.filter { $0 < ceiling })).sorted().prefix(50)
    #expect(reservoir.sample() == Self.sample(Array(expected)))
  }
}
