import Measures
import TestSupport
import Testing

@Suite struct WordHashTests {
  /// The hashes of the words of a response.
  private func hashes(_ text: String, limit: Int = 256) -> [UInt32] {
    var meter = SampleMeter(wordLimit: limit)
    _ = meter.counts(of: [(Array(text.utf8), .response)])
    return meter.responseWords
  }

  @Test func `does not mind ASCII case`() {
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: seed)
      let text = generator.words(12).joined(separator: " ")
      #expect(hashes(text) == hashes(text.uppercased()))
    }
  }

  @Test func `does not mind what surrounds a word`() {
    let alone = hashes("extraordinarily")
    #expect(alone.count == 1)
    for text in [
      "(extraordinarily)", "extraordinarily.", "\nextraordinarily ", "“extraordinarily”",
    ] {
      #expect(hashes(text) == alone)
    }
    #expect(hashes("a extraordinarily b")[1] == alone[0])
  }

  @Test func `tells words apart`() {
    let words = [
      "a", "b", "aa", "ab", "ba", "abcdefgh", "abcdefghi", "abcdefghj", "isn't", "isnt", "3", "33",
      "a3", "3a", "é", "e", "Größe", "Grosse", "中", "文", "дом", "домы",
    ]
    let hashes = words.map { self.hashes($0) }
    #expect(hashes.allSatisfy { $0.count == 1 })
    #expect(Set(hashes).count == words.count)
  }

  @Test func `keeps the first words of each side, over its parts`() {
    var meter = SampleMeter(wordLimit: 3)
    meter.begin()
    for (text, kind) in [
      ("one two", TextKind.prompt), ("five", .response), ("three four", .prompt), ("tools", .other),
    ] {
      meter.add(Array(text.utf8).span, kind)
    }
    meter.finish(turns: 2)
    #expect(meter.promptWords == hashes("one two three"))
    #expect(meter.responseWords == hashes("five"))
    #expect(hashes("one two three", limit: 0).isEmpty)
  }

  @Test func `spreads its low bits evenly`() {
    // Short words that differ little are the hard case. The count in each of 256 buckets is binomial
    // with mean 104 and standard deviation 10.2; five of them either way is the band.
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    for shift in [UInt32(0), 8, 16, 24] {
      var buckets = [Int](repeating: 0, count: 256)
      var pairs = 0
      for first in letters {
        for second in letters {
          let line = (0..<40).map { "\(first)\(second)\($0)" }.joined(separator: " ")
          for hash in hashes(line) {
            buckets[Int(hash >> shift & 255)] += 1
            pairs += 1
          }
        }
      }
      #expect(pairs == 27_040)
      #expect(buckets.allSatisfy { (55...156).contains($0) }, "shift \(shift)")
    }
  }

  @Test func `has few collisions in 16 bits`() {
    var generator = SeededGenerator(seed: 1)
    var seen: Set<UInt32> = []
    for _ in 0..<20 {
      for hash in hashes(generator.words(100).joined(separator: " ")) { seen.insert(hash & 0xFFFF) }
    }
    // 2,000 words in 65,536 buckets: about 30 collisions expected.
    #expect((1_940...1_990).contains(seen.count))
  }
}
