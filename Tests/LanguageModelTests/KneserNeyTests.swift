import TestSupport
import Testing

@testable import LanguageModel

/// Smoothing, held against the formulas in their plainest form.
@Suite struct KneserNeyTests {
  private func sequences(
    _ random: inout SeededGenerator, order: Int, kinds: Int
  ) -> [(window: [Int32], symbols: [Int32])] {
    (0..<Int.random(in: 1...30, using: &random)).map { _ in
      (
        [Int32](repeating: -1, count: order - 1),
        (0..<Int.random(in: 0...20, using: &random)).map { _ in
          // Skewed, so that some runs come often.
          Int32(
            min(
              Int.random(in: 0..<kinds, using: &random), Int.random(in: 0..<kinds, using: &random)))
        }
      )
    }
  }

  private func model(
    order: Int, _ sequences: [(window: [Int32], symbols: [Int32])]
  ) -> KneserNey {
    var counter = KneserNey.Counter(order: order, capacity: 0)
    for (window, symbols) in sequences {
      var window = window
      for symbol in symbols {
        counter.add(symbol, after: window.span)
        window.append(symbol)
        window.removeFirst()
      }
    }
    return KneserNey(counter)
  }

  @Test(arguments: 1...16)
  func `probabilities are those of the formulas`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let order = Int.random(in: 1...5, using: &random)
    let kinds = Int.random(in: 1...12, using: &random)
    let sequences = sequences(&random, order: order, kinds: kinds)
    let naive = NaiveKneserNey(order: order, sequences: sequences)
    let model = model(order: order, sequences)
    for _ in 0..<30 {
      let window = (0..<(order - 1)).map { _ in
        Int32(Int.random(in: -1...kinds, using: &random))
      }
      let symbol = Int32(Int.random(in: 0...kinds, using: &random))
      let base = Double.random(in: 0...1, using: &random)
      let found = model.probability(of: symbol, after: window.span, base: base)
      let expected = naive.probability(of: symbol, after: window, base: base)
      #expect(abs(found - expected) < 1e-12, "\(window) \(symbol)")
    }
  }

  @Test(arguments: 1...16)
  func `after any history the probabilities of all symbols add up to one`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let order = Int.random(in: 1...5, using: &random)
    let kinds = Int.random(in: 1...40, using: &random)
    let model = model(order: order, sequences(&random, order: order, kinds: kinds))
    let all = kinds + 5
    for _ in 0..<20 {
      let window = (0..<(order - 1)).map { _ in
        Int32(Int.random(in: -1..<all, using: &random))
      }
      let sum = (0..<Int32(all)).reduce(0.0) {
        $0 + model.probability(of: $1, after: window.span, base: 1 / Double(all))
      }
      #expect(abs(sum - 1) < 1e-9)
      let least = (0..<Int32(all)).map {
        model.probability(of: $0, after: window.span, base: 1 / Double(all))
      }.min()
      #expect((least ?? 0) > 0)
    }
  }

  @Test func `nothing counted leaves what is given`() {
    let model = model(order: 3, [])
    let window: [Int32] = [1, 2]
    #expect(model.probability(of: 4, after: window.span, base: 0.25) == 0.25)
    #expect(!model.knows(4) && model.symbols.isEmpty && model.entryCount == 0)
  }

  @Test(arguments: 1...10)
  func `the order of what is counted changes no bit`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let all = sequences(&random, order: 3, kinds: 9)
    let one = model(order: 3, all)
    let other = model(order: 3, all.shuffled(using: &random))
    for first in Int32(-1)...9 {
      for second in Int32(-1)...9 {
        for symbol in Int32(0)...9 {
          let window = [first, second]
          #expect(
            one.probability(of: symbol, after: window.span, base: 0.1)
              == other.probability(of: symbol, after: window.span, base: 0.1))
        }
      }
    }
    #expect(one.entryCount == other.entryCount)
  }
}
