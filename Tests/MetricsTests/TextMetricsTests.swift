import Glibc
import TestSupport
import Testing

@testable import Metrics

/// Words as a test writes them: a hash each.
private func words(_ text: String) -> [UInt32] {
  text.split(separator: " ").map { word in
    word.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}

/// Measures sets of texts whose words are given as hashes and whose bytes are those of `texts`.
private func measure(
  _ texts: [[UInt32]], bytes: [[UInt8]]? = nil, hashes: [UInt64]? = nil, sets: [[Int]]? = nil,
  metrics: Set<TextMetric> = Set(TextMetric.allCases), limits: TextPlan.Limits = .init(),
  seed: UInt64 = 0, threads: Int = 1, batchSize: Int = 7, order: [Int]? = nil,
  handsInAll: Bool = false
) -> [TextMetrics] {
  let bytes = bytes ?? texts.map { $0.flatMap { [UInt8(truncatingIfNeeded: $0), 32] } }
  let plan = TextPlan(
    sets: (sets ?? [Array(texts.indices)]).map { $0.map { Int32($0) } },
    contentHash: hashes ?? texts.indices.map { scrambled(UInt64($0)) },
    byteCounts: bytes.map { UInt32($0.count) }, metrics: metrics, seed: seed, limits: limits)
  var collector = TextCollector(plan: plan, threads: threads)
  var batch = TextBatch()
  for sample in order ?? Array(texts.indices) where handsInAll || plan.needs(sample) {
    let (own, text) = (texts[sample], bytes[sample])
    if handsInAll || plan.needsWords(of: sample) { batch.addWords(own.span) }
    if handsInAll || plan.needsText(of: sample) { batch.addText(text.span) }
    batch.endSample(sample)
    if batch.count == batchSize {
      collector.add(batch)
      batch = TextBatch()
    }
  }
  collector.add(batch)
  return collector.measure()
}

private func randomTexts(_ count: Int, vocabulary: Int, most: Int, seed: Int) -> [[UInt32]] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    (0..<Int.random(in: 0...most, using: &random)).map { _ in
      UInt32.random(in: 0..<UInt32(vocabulary), using: &random)
    }
  }
}

private func runs(_ length: Int, of words: [UInt32]) -> [[UInt32]] {
  words.count < length
    ? [] : (0...(words.count - length)).map { Array(words[$0..<($0 + length)]) }
}

private func counted(_ runs: [[UInt32]]) -> [[UInt32]: Int] {
  runs.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}

/// BLEU as its authors write it, against each reference in turn.
private func naiveBLEU(_ text: [UInt32], against references: [[UInt32]]) -> Double {
  var logarithm = 0.0
  for length in 1...4 {
    let own = counted(runs(length, of: text))
    let others = references.map { counted(runs(length, of: $0)) }
    let matched = own.reduce(0) { sum, run in
      sum + min(run.value, others.map { $0[run.key] ?? 0 }.max() ?? 0)
    }
    if length == 1 && matched == 0 { return 0 }
    let possible = Double(max(own.values.reduce(0, +), 1))
    logarithm += log((matched == 0 ? 0.1 : Double(matched)) / possible) / 4
  }
  let nearest =
    references.map(\.count)
    .min { (abs($0 - text.count), $0) < (abs($1 - text.count), $1) } ?? 0
  let brevity = text.count > nearest ? 1 : exp(1 - Double(nearest) / Double(text.count))
  return brevity * exp(logarithm)
}

@Suite struct TextMetricsTests {
  static let sayings = [
    "the cat sat on the mat and the dog sat on the log",
    "the dog sat on the mat and looked at the cat",
    "a bird in the hand is worth two in the bush",
    "the bird sat in the bush",
    "go on",
    "completely unrelated",
    "the cat sat on the mat",
  ].map(words)

  @Test func `an empty set has no diversity of texts`() {
    let empty = measure([], sets: [[]])
    #expect(empty.count == 1)
    #expect(empty[0].values.isEmpty)
    #expect(empty[0].wordCount == 0)
    #expect(measure([], sets: []).isEmpty)
  }

  @Test func `a single text is held against none`() {
    let one = measure([words("a b a b a b")])[0]
    #expect(one[.selfBLEU] == nil)
    #expect(one[.selfRepetition] == nil)
    #expect(one[.distinct1] == 2.0 / 6)
    #expect(one[.distinct2] == 2.0 / 5)
    #expect(one[.distinct3] == 2.0 / 4)
    #expect(one[.distinct4] == 2.0 / 3)
    #expect(one[.compressionRatio] != nil)
  }

  @Test func `texts without words have bytes and nothing else`() throws {
    let dots = [[UInt8]](repeating: Array(".....".utf8), count: 3)
    let none = measure([[], [], []], bytes: dots)[0]
    #expect(Set(none.values.keys) == [.compressionRatio])
    #expect(none.compressedTextBytes == 18)
    #expect(none.selfBLEUTexts == 0)
    let one = measure([[], words("a b c d e"), []], bytes: dots)[0]
    #expect(one[.selfBLEU] == nil)
    #expect(one.selfRepetitionTexts == 1)
  }

  @Test func `texts shorter than a run have none`() {
    let short = measure([words("a b"), words("b a")])[0]
    #expect(short[.distinct1] == 0.5)
    #expect(short[.distinct2] == 1)
    #expect(short[.distinct3] == nil)
    #expect(short[.distinct4] == nil)
    #expect(short[.selfRepetition] == 0)
  }

  @Test func `equal texts are pieced together wholly from each other`() throws {
    let same = measure([[UInt32]](repeating: words("one two three four five"), count: 4))[0]
    #expect(abs(try #require(same[.selfBLEU]) - 1) < 1e-15)
    #expect(same[.distinct4] == 2.0 / 8)
    // Two runs, each in three other texts.
    #expect(abs(try #require(same[.selfRepetition]) - log(7)) < 1e-15)
  }

  @Test func `texts of no common word score 0 and are all different`() {
    let apart = measure([words("a b c d"), words("e f g h"), words("i j k l")])[0]
    #expect(apart[.selfBLEU] == 0)
    #expect(apart[.selfRepetition] == 0)
    for metric in TextMetric.allCases where metric.distinctLength != nil {
      #expect(apart[metric] == 1)
    }
  }

  @Test func `agrees with NLTK 3.10.4`() throws {
    let found = measure(Self.sayings)[0]
    #expect(abs(try #require(found[.selfBLEU]) - 0.396_469_506_145_591_73) < 1e-14)
    #expect(found[.distinct1] == 21.0 / 51)
    #expect(found[.distinct2] == 27.0 / 44)
    #expect(found[.distinct3] == 26.0 / 37)
    #expect(found[.distinct4] == 25.0 / 32)
    #expect(abs(try #require(found[.selfRepetition]) - 0.782_948_417_620_284_4) < 1e-14)
  }

  @Test(arguments: 0..<40)
  func `agrees with counting by hand`(seed: Int) throws {
    let texts = randomTexts(2 + seed % 30, vocabulary: 2 + seed, most: 14, seed: seed)
    let found = measure(texts)[0]
    for metric in TextMetric.allCases {
      guard let length = metric.distinctLength else { continue }
      let all = texts.flatMap { runs(length, of: $0) }
      #expect(found[metric] == (all.isEmpty ? nil : Double(Set(all).count) / Double(all.count)))
    }
    let spoken = texts.filter { !$0.isEmpty }
    guard spoken.count >= 2 else {
      #expect(found[.selfBLEU] == nil)
      return
    }
    var bleu = 0.0
    var repetition = 0.0
    let held = spoken.map { Set(runs(4, of: $0)) }
    for (place, text) in spoken.enumerated() {
      let others = spoken.indices.filter { $0 != place }
      bleu += naiveBLEU(text, against: others.map { spoken[$0] })
      let sum = held[place].reduce(0) { sum, run in
        sum + others.count { held[$0].contains(run) }
      }
      repetition += log(1 + Double(sum))
    }
    let count = Double(spoken.count)
    #expect(abs(try #require(found[.selfBLEU]) - bleu / count) < 1e-12)
    #expect(abs(try #require(found[.selfRepetition]) - repetition / count) < 1e-12)
    #expect((0...1).contains(try #require(found[.selfBLEU])))
  }

  @Test(arguments: 0..<12)
  func `order, batches, threads and kept words change nothing`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let texts = randomTexts(60, vocabulary: 30, most: 20, seed: seed)
    let sets = (0..<5).map { _ in (0..<60).shuffled(using: &random).prefix(25).sorted() }
    var limits = TextPlan.Limits()
    limits.selfBLEUTexts = 10
    limits.selfRepetitionTexts = 15
    limits.compressedBytes = 300
    let expected = measure(texts, sets: sets, limits: limits, seed: 3)
    let order = (0..<60).shuffled(using: &random)
    #expect(
      expected
        == measure(
          texts, sets: sets, limits: limits, seed: 3, threads: 3, batchSize: 4, order: order))
    limits.keptWords = 100
    #expect(
      expected
        == measure(
          texts, sets: sets, limits: limits, seed: 3, threads: 2, order: order, handsInAll: true))
    // Each set by itself is what it is among others.
    limits.keptWords = 1 << 20
    for (set, found) in zip(sets, expected) {
      #expect([found] == measure(texts, sets: [set], limits: limits, seed: 3))
    }
  }

  @Test(arguments: 0..<8)
  func `the place of a sample in the pool changes nothing`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let texts = randomTexts(50, vocabulary: 20, most: 12, seed: seed)
    let hashes = texts.indices.map { scrambled(UInt64($0)) }
    var limits = TextPlan.Limits()
    limits.selfBLEUTexts = 9
    limits.selfRepetitionTexts = 12
    limits.compressedBytes = 200
    let expected = measure(texts, hashes: hashes, limits: limits, seed: 1)
    let moved = texts.indices.shuffled(using: &random)
    #expect(
      expected
        == measure(
          moved.map { texts[$0] }, hashes: moved.map { hashes[$0] }, limits: limits, seed: 1))
    #expect(expected != measure(texts, hashes: hashes, limits: limits, seed: 2))
    // Within the limits nothing is drawn.
    #expect(
      measure(texts, hashes: hashes, seed: 1) == measure(texts, hashes: hashes, seed: 2))
  }

  @Test func `only what was asked for is needed and there`() {
    let texts = randomTexts(40, vocabulary: 9, most: 9, seed: 1)
    for metric in TextMetric.allCases {
      let found = measure(texts, metrics: [metric])
      #expect(Set(found[0].values.keys) == [metric])
      #expect(found == measure(texts, metrics: [metric], handsInAll: true))
    }
    var limits = TextPlan.Limits()
    limits.selfBLEUTexts = 5
    let plan = TextPlan(
      sets: [Array(0..<40)], contentHash: (0..<40).map { scrambled($0) },
      byteCounts: Array(repeating: 10, count: 40), metrics: [.selfBLEU], limits: limits)
    #expect((0..<40).count { plan.needs($0) } == 5)
    #expect(!(0..<40).contains { plan.needsText(of: $0) })
  }

  @Test func `texts are drawn up to the bound, and one that is larger alone`() {
    var limits = TextPlan.Limits()
    for (bound, expected) in [(0, 1), (99, 1), (100, 1), (399, 3), (400, 4), (5000, 40)] {
      limits.compressedBytes = bound
      let plan = TextPlan(
        sets: [Array(0..<40)], contentHash: (0..<40).map { scrambled($0) },
        byteCounts: Array(repeating: 100, count: 40), metrics: [.compressionRatio],
        limits: limits)
      #expect((0..<40).count { plan.needsText(of: $0) } == expected)
    }
  }

  @Test func `redundant text compresses better, over several blocks`() throws {
    var random = SeededGenerator(seed: 4)
    let noise = (0..<30).map { _ in
      (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    let texts = [[UInt32]](repeating: [1], count: 30)
    let hard = measure(texts, bytes: noise, metrics: [.compressionRatio])[0]
    let ratio = try #require(hard[.compressionRatio])
    #expect(hard.compressedTextBytes == 30 * 100_001)
    #expect(ratio < 1 && ratio > 0.99)
    let same = [[UInt8]](repeating: Array(noise[0].prefix(10_000)), count: 300)
    let easy = measure(
      [[UInt32]](repeating: [1], count: 300), bytes: same, metrics: [.compressionRatio],
      threads: 2)[0]
    #expect(try #require(easy[.compressionRatio]) > 30)
  }
}

@Suite struct DistinctCounterTests {
  @Test(arguments: 0..<10)
  func `counts exactly up to its limit`(seed: Int) {
    let texts = randomTexts(40, vocabulary: 40, most: 600, seed: seed)
    for length in 1...3 {
      let expected = Set(texts.flatMap { runs(length, of: $0) }).count
      var counter = DistinctCounter(limit: expected)
      for text in texts { counter.insert(runsOf: length, in: text.span) }
      #expect(counter.count == Double(expected))
      #expect(counter.level == 0)
    }
  }

  @Test(arguments: 0..<10)
  func `its estimate depends on what came and not on the order`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let texts = randomTexts(60, vocabulary: 1000, most: 400, seed: seed)
    var first = DistinctCounter(limit: 300)
    var second = DistinctCounter(limit: 300, expected: 10_000)
    for text in texts { first.insert(runsOf: 2, in: text.span) }
    for text in (texts + texts).shuffled(using: &random) {
      second.insert(runsOf: 2, in: text.span)
    }
    #expect(first.level > 0)
    #expect(first.count == second.count)
    #expect(first.keptCount <= 300)
  }

  @Test func `its estimate is unbiased and as close as it says`() {
    var sum = 0.0
    var squares = 0.0
    for seed in 0..<100 {
      let words = (0..<4_000).map { UInt32($0 + seed * 4_000) }
      var counter = DistinctCounter(limit: 400)
      counter.insert(runsOf: 1, in: words.span)
      let error = counter.count / 4_000 - 1
      sum += error
      squares += error * error
    }
    // 1.2 / √400 = 0.06, whose mean over 100 has a deviation of 0.006.
    #expect(abs(sum / 100) < 0.02)
    #expect((squares / 100).squareRoot() < 0.09)
    #expect((squares / 100).squareRoot() > 0.03)
  }
}
