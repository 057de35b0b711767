import Selection
import TestSupport
import Testing

@testable import Gamut

/// Random subsets: their size, how evenly they are drawn, and what they hang on.
@Suite struct SubsetDrawsTests {
  private func draws(
    _ count: Int, closed: Set<Int> = [], included: [Int32] = [], tokens: [UInt32] = [],
    seed: UInt64 = 0
  ) -> SubsetDraws {
    SubsetDraws(
      ranking: (0..<Int32(count)).map { $0 },
      isCandidate: (0..<count).map { !closed.contains($0) }, included: included, tokens: tokens,
      seed: seed)
  }

  @Test(arguments: [0, 1, 2, 31, 63, 64, 65, 99, 100])
  func `a subset has the size that was asked for, no sample twice, and candidates only`(size: Int) {
    let draws = draws(120, closed: Set(stride(from: 0, to: 120, by: 6)))
    for number in 0..<20 {
      let subset = draws.subset(.random, number: number, size: .init(count: size, strata: []))
      #expect(subset.count == size && Set(subset).count == size)
      #expect(subset.allSatisfy { $0 % 6 != 0 && (0..<120).contains($0) })
      // In the order that ranks them.
      #expect(subset == subset.sorted())
    }
  }

  @Test func `of one candidate and of none there is one subset`() {
    #expect(draws(1).subset(.random, number: 0, size: .init(count: 1, strata: [])) == [0])
    #expect(draws(0).subset(.random, number: 0, size: .init(count: 0, strata: [])).isEmpty)
    #expect(!draws(0, tokens: []).knowsLengths)
  }

  @Test func `what is chosen in any case is in every subset and is not drawn again`() {
    let draws = draws(50, included: [7, 30], tokens: (0..<50).map { UInt32($0) })
    let chosen: [Int32] = [7, 30, 1, 2, 3, 40]
    let size = draws.size(of: chosen, tokens: (0..<50).map { UInt32($0) })
    #expect(size.count == 4)
    for kind in SubsetDraws.Kind.allCases {
      for number in 0..<10 {
        let subset = draws.subset(kind, number: number, size: size)
        #expect(subset.contains(7) && subset.contains(30) && subset == subset.sorted())
        #expect(subset.count == 6 && Set(subset).count == 6)
      }
    }
  }

  /// Chi-square of how often each of 40 places was drawn, 39 degrees of freedom: 72.05 is passed by one of
  /// a thousand fair draws.
  @Test(arguments: [5, 13, 20, 35])
  func `every place is as likely as any other`(size: Int) {
    for seed: UInt64 in 0..<4 {
      let draws = draws(40, seed: seed)
      let rounds = 4000
      var counts = [Int](repeating: 0, count: 40)
      for number in 0..<rounds {
        for sample in draws.subset(.random, number: number, size: .init(count: size, strata: [])) {
          counts[Int(sample)] += 1
        }
      }
      let expected = Double(rounds * size) / 40
      // Within a subset places exclude each other, which takes this factor off the variance.
      let variance = expected * (1 - Double(size) / 40) * 40 / 39
      let square = counts.reduce(0) { sum, count in
        sum + (Double(count) - expected) * (Double(count) - expected) / variance
      }
      #expect(square < 72.05, "\(size) \(seed)")
      #expect(square > 10, "as even as that is no chance")
    }
  }

  @Test func `every pair of places is as likely as any other`() {
    let draws = draws(6)
    var counts: [[Int32]: Int] = [:]
    for number in 0..<3000 {
      counts[
        draws.subset(.random, number: number, size: .init(count: 2, strata: [])), default: 0] +=
        1
    }
    #expect(counts.count == 15)
    let square = counts.values.reduce(0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
    // 14 degrees of freedom, one of a thousand.
    #expect(square < 36.12)
  }

  @Test func `draws hang on seed, kind and number, and on nothing else`() {
    let tokens = (0..<300).map { UInt32($0 * 7 % 50) }
    let chosen = (0..<60).map { Int32($0 * 5) }
    let (one, other) = (draws(300, tokens: tokens), draws(300, tokens: tokens))
    let size = one.size(of: chosen, tokens: tokens)
    var seen: Set<[Int32]> = []
    for kind in SubsetDraws.Kind.allCases {
      for number in 0..<5 {
        let subset = one.subset(kind, number: number, size: size)
        #expect(subset == other.subset(kind, number: number, size: size))
        seen.insert(subset.sorted())
      }
    }
    #expect(seen.count == 10)
    let reseeded = draws(300, tokens: tokens, seed: 1)
    #expect(
      reseeded.subset(.random, number: 0, size: size)
        != one.subset(.random, number: 0, size: size))
  }

  @Test func `numbering the samples in another way draws the same ones`() {
    let count = 200
    let tokens = (0..<count).map { UInt32($0 * 13 % 90) }
    var random = SeededGenerator(seed: 3)
    // The number of each sample in the other division.
    let numbers = (0..<Int32(count)).map { $0 }.shuffled(using: &random)
    var otherTokens = tokens
    for place in 0..<count { otherTokens[Int(numbers[place])] = tokens[place] }
    let open = [Bool](repeating: true, count: count)
    let first = draws(count, tokens: tokens, seed: 9)
    let second = SubsetDraws(
      ranking: numbers, isCandidate: open, included: [], tokens: otherTokens, seed: 9)
    let chosen = (0..<40).map { Int32($0 * 3) }
    let size = first.size(of: chosen, tokens: tokens)
    #expect(size == second.size(of: chosen.map { numbers[Int($0)] }, tokens: otherTokens))
    for kind in SubsetDraws.Kind.allCases {
      let subset = first.subset(kind, number: 2, size: size)
      #expect(subset.map { numbers[Int($0)] } == second.subset(kind, number: 2, size: size))
    }
  }

  @Test(arguments: 0..<20)
  func `subsets of the same lengths have as many samples of each stratum as random-length cuts`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...400, using: &random)
    let most: UInt32 = [3, 40, 70_000, 2_000_000][seed % 4]
    let tokens = (0..<count).map { _ in UInt32.random(in: 0...most, using: &random) }
    let draws = draws(count, tokens: tokens, seed: UInt64(seed))
    // The strata as `random-length` tells them, by sorting.
    let sorted = tokens.map { min($0, 1 << 16) }.sorted()
    let bounds = lengthStratumPlaces(among: count).map { sorted[$0] }
    func strata(_ subset: [Int32]) -> [Int: Int] {
      Dictionary(
        subset.map { sample in
          (bounds.count { $0 <= min(tokens[Int(sample)], 1 << 16) }, 1)
        }, uniquingKeysWith: +)
    }
    let chosen = Array(
      (0..<Int32(count)).map { $0 }.shuffled(using: &random)
        .prefix(Int.random(in: 0...count, using: &random)))
    let size = draws.size(of: chosen, tokens: tokens)
    for number in 0..<5 {
      let subset = draws.subset(.length, number: number, size: size)
      #expect(Set(subset).count == chosen.count)
      #expect(strata(subset) == strata(chosen))
    }
  }

  @Test(arguments: 0..<5)
  func `a few samples of quite another length are drawn only for a subset that has some`(seed: Int)
  {
    let count = 1000
    let outliers: Set<Int32> = [7, 311, 312, 800, 999]
    let tokens = (0..<Int32(count)).map { outliers.contains($0) ? 60_000 : UInt32($0 % 100) }
    let draws = draws(count, tokens: tokens, seed: UInt64(seed))
    let chosen = (0..<Int32(count)).filter { !outliers.contains($0) && $0 % 4 == 1 }
    let size = draws.size(of: chosen, tokens: tokens)
    for number in 0..<10 {
      #expect(outliers.isDisjoint(with: draws.subset(.length, number: number, size: size)))
    }
    let other = draws.size(of: chosen.dropLast(2) + [311, 800], tokens: tokens)
    for number in 0..<10 {
      #expect(outliers.intersection(draws.subset(.length, number: number, size: other)).count == 2)
    }
  }
}
