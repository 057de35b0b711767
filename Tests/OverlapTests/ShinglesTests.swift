import Overlap
import TestSupport
import Testing

@Suite struct ShinglesTests {
  @Test func `no words make no sketch, which is similar to nothing`() {
    let sketches = shingles([[], words([1, 2, 3]), []])
    #expect(sketches.count == 3)
    #expect(sketches.range(of: 0).isEmpty && sketches.range(of: 1).count == 1)
    #expect(sketches.similarity(0, 2) == 0 && sketches.similarity(0, 1) == 0)
    #expect(sketches.similarity(1, 1) == 1)
  }

  @Test func `parts are not joined, and a repeated run counts once`() {
    var sketches = Shingles()
    var maker = ShingleMaker()
    maker.add(words([1, 2, 3]).span)
    maker.add(words([4, 5, 6]).span)
    maker.finish(into: &sketches)
    maker.add(words([1, 2, 3, 4, 5, 6]).span)
    maker.finish(into: &sketches)
    maker.add(words([7, 7, 7, 7, 7, 7, 7, 7]).span)
    maker.finish(into: &sketches)
    #expect(sketches.range(of: 0).count == 2 && sketches.range(of: 1).count == 2)
    #expect(sketches.range(of: 2).count == 1)
    #expect(sketches.similarity(0, 1) == 0)
  }

  @Test(arguments: 0..<10)
  func `similarity of short texts is that of their sets`(seed: Int) {
    let parts = similarParts(seed: seed, count: 40, longest: 60, vocabulary: 40)
    let sketches = shingles(parts)
    let sets = parts.map(runSet)
    for one in parts.indices {
      for other in parts.indices {
        #expect(sketches.similarity(one, other) == jaccard(sets[one], sets[other]))
      }
    }
  }

  @Test func `similarity of long texts is estimated without bias and within its deviation`() {
    var errors: [Double] = []
    for seed in 0..<200 {
      var random = SeededGenerator(seed: seed)
      let one = (0..<1500).map { _ in UInt32.random(in: 0...(.max), using: &random) }
      var other = one
      for _ in 0..<30 { other[Int.random(in: other.indices, using: &random)] ^= 1 }
      let sketches = shingles([one, other])
      #expect(sketches.range(of: 0).count == Shingles.sketchLimit)
      errors.append(sketches.similarity(0, 1) - jaccard(runSet(one), runSet(other)))
    }
    let mean = errors.reduce(0, +) / 200
    let deviation = (errors.reduce(0) { $0 + $1 * $1 } / 200).squareRoot()
    // √(0.83 · 0.17 / 128) = 0.033; the mean of 200 draws deviates by 0.0024.
    #expect(mean.magnitude < 0.01)
    #expect((0.02...0.044).contains(deviation))
  }

  @Test func `lists are joined as if they had been made as one`() {
    let parts = similarParts(seed: 9, count: 30, longest: 300, vocabulary: 100)
    var joined = shingles(Array(parts[..<11]))
    joined.append(contentsOf: shingles([]))
    joined.append(contentsOf: shingles(Array(parts[11...])))
    let whole = shingles(parts)
    #expect(joined.hashes == whole.hashes && joined.ends == whole.ends)
    let taken = Shingles(hashes: whole.hashes, ends: whole.ends)
    #expect(taken.count == 30)
  }
}
