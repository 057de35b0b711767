import Overlap
import TestSupport
import Testing

@Suite struct NearDuplicatesTests {
  /// Every pair compared.
  static func bruteForce(along order: [Int32], _ shingles: Shingles, _ threshold: Double) -> [Int32]
  {
    var twins = [Int32](repeating: -1, count: shingles.count)
    var kept: [Int32] = []
    for sample in order {
      var best: (similarity: Double, sample: Int32) = (0, -1)
      for other in kept {
        let similarity = shingles.similarity(Int(sample), Int(other))
        if similarity >= threshold, similarity > best.similarity { best = (similarity, other) }
      }
      if best.sample >= 0 { twins[Int(sample)] = best.sample } else { kept.append(sample) }
    }
    return twins
  }

  @Test func `nothing walked removes nothing`() {
    #expect(nearDuplicates(along: [], shingles: shingles([]), threshold: 0.5) == [])
    let pair = shingles([words([1, 2, 3]), words([1, 2, 3])])
    #expect(nearDuplicates(along: [], shingles: pair, threshold: 0.5) == [-1, -1])
    #expect(nearDuplicates(along: [1], shingles: pair, threshold: 0.5) == [-1, -1])
    #expect(nearDuplicates(along: [1, 0], shingles: pair, threshold: 1) == [1, -1])
  }

  @Test func `samples without words are all kept`() {
    #expect(
      nearDuplicates(along: [0, 1], shingles: shingles([[], []]), threshold: 0.1) == [-1, -1])
  }

  @Test func `a removed sample removes no other`() {
    // Each shares all but one run with the next, and the first and last are far apart.
    let parts = (0..<12).map { words(Array($0..<$0 + 24)) }
    let twins = nearDuplicates(
      along: (0..<12).map { $0 }, shingles: shingles(parts), threshold: 0.8)
    #expect(twins == [-1, 0, 0, -1, 3, 3, -1, 6, 6, -1, 9, 9])
  }

  @Test func `the most similar kept sample stands in its place, of equals the first kept`() {
    let base = Array(0..<40)
    let parts = [
      words(base + [101, 102, 103, 104, 105, 106]), words(base + [201, 202, 203]), words(base),
      words([301, 302] + base + [303, 304]), words(base),
    ]
    let all = shingles(parts)
    #expect(
      nearDuplicates(along: [0, 1, 2], shingles: all, threshold: 0.9) == [-1, -1, 1, -1, -1])
    #expect(nearDuplicates(along: [2, 4], shingles: all, threshold: 1) == [-1, -1, -1, -1, 2])
  }

  @Test(arguments: 0..<60)
  func `no pair is missed and none is made up`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let parts = similarParts(
      seed: seed, count: Int.random(in: 0...80, using: &random),
      longest: [4, 12, 60, 400][seed % 4],
      vocabulary: [2, 10, 1000][Int.random(in: 0...2, using: &random)])
    let all = shingles(parts)
    let order = parts.indices.filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
      .map(Int32.init).shuffled(using: &random)
    for threshold in [0.01, 0.3, 0.5, 0.8, 0.95, 1] {
      #expect(
        nearDuplicates(along: order, shingles: all, threshold: threshold)
          == Self.bruteForce(along: order, all, threshold))
    }
  }
}
