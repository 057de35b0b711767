import TestSupport
import Testing

@testable import Embeddings

@Suite struct TextEmbeddingTests {
  @Test(arguments: [15, 16, 120, 600])
  func `any number of threads gives the same bits`(count: Int) {
    let sample = TopicTexts(count: count, seed: 1).sample()
    let one = TextEmbedding(fitting: sample, dimension: 20, seed: 5, threads: 1).encode()
    for threads in [2, 3, 8] {
      let other = TextEmbedding(fitting: sample, dimension: 20, seed: 5, threads: threads)
      #expect(other.encode() == one)
    }
  }

  @Test(arguments: 0..<4)
  func `the order of the samples changes no bit`(seed: Int) {
    let texts = TopicTexts(count: 150, seed: seed)
    var random = SeededGenerator(seed: seed)
    let shuffled = texts.sample(order: (0..<150).shuffled(using: &random))
    #expect(shuffled != texts.sample())
    #expect(
      TextEmbedding(fitting: shuffled, dimension: 24, seed: 1, threads: 2).encode()
        == TextEmbedding(fitting: texts.sample(), dimension: 24, seed: 1, threads: 2).encode())
  }

  @Test func `another seed gives another model`() {
    let sample = TopicTexts(count: 60, seed: 3).sample()
    let models = (0..<3).map { seed in
      TextEmbedding(fitting: sample, dimension: 8, seed: seed, threads: 1).encode().dropFirst(48)
    }
    #expect(models[0] != models[1])
    #expect(models[1] != models[2])
  }

  @Test(arguments: 0..<4)
  func `two topics separate, shuffled labels do not`(seed: Int) {
    let texts = TopicTexts(count: 200, seed: seed)
    let embedding = TextEmbedding(
      fitting: texts.sample(), dimension: 32, seed: UInt64(seed), threads: 2)
    let vectors = texts.vectors(embedding)
    var random = SeededGenerator(seed: seed)
    #expect(labelAgreement(vectors, texts.topics) > 0.97)
    // 2,000 draws of one half; the band is wide because neighbours are not independent.
    let chance = labelAgreement(vectors, texts.topics.shuffled(using: &random))
    #expect(chance > 0.4 && chance < 0.6)
  }

  @Test func `topics separate in a sample large enough for the full rank`() {
    let texts = TopicTexts(count: 520, seed: 8)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 32, seed: 2, threads: 2)
    let first = Array(texts.vectors(embedding).prefix(150))
    #expect(labelAgreement(first, Array(texts.topics.prefix(150))) > 0.97)
  }

  @Test(arguments: [3, 40, 200])
  func `vectors have unit length, and equal texts equal vectors`(count: Int) {
    let texts = TopicTexts(count: count, seed: count)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 12, seed: 1, threads: 2)
    var embedder = embedding.makeEmbedder()
    for (index, vector) in texts.vectors(embedding).enumerated() {
      #expect(abs(length(vector) - 1) < 1e-5)
      #expect(vector == embedder.vector(texts.prompts[index], texts.answers[index]))
      // Words are added as whole numbers: their order does not even change a bit.
      #expect(
        vector
          == embedder.vector(texts.prompts[index].reversed(), texts.answers[index].reversed()))
    }
  }

  @Test func `a word of the prompt counts as three of the answer`() {
    let texts = TopicTexts(count: 100, seed: 4)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 16, seed: 1, threads: 1)
    var sums = [Int32](repeating: 0, count: embedding.table.stride)
    var tripled = sums
    let words = texts.prompts[0]
    embedding.table.add(words.span, weight: 3, to: &sums)
    embedding.table.add((words + words + words).span, weight: 1, to: &tripled)
    #expect(sums == tripled)
    #expect(TextEmbedding.promptWeight == 3)
  }

  @Test func `a text without words, or of unknown words only, is the zero vector`() {
    let texts = TopicTexts(count: 60, seed: 6)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 10, seed: 1, threads: 1)
    var embedder = embedding.makeEmbedder()
    let zeros = [Float](repeating: 0, count: 10)
    #expect(embedder.vector([], []) == zeros)
    guard case .learned(let buckets) = embedding.rows else {
      Issue.record("60 samples should be learned from")
      return
    }
    let known = Set(buckets)
    let unknown = (0...UInt32(UInt16.max)).first { !known.contains(UInt16($0)) } ?? 0
    #expect(embedder.vector([unknown], [unknown, unknown]) == zeros)
    #expect(embedder.vector([unknown, texts.prompts[0][0]], []) != zeros)
  }

  @Test func `one word is enough`() {
    let texts = TopicTexts(count: 60, seed: 7)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 10, seed: 1, threads: 1)
    var embedder = embedding.makeEmbedder()
    #expect(abs(length(embedder.vector([texts.prompts[0][0]], [])) - 1) < 1e-5)
    #expect(abs(length(embedder.vector([], [texts.prompts[0][0]])) - 1) < 1e-5)
  }

  @Test(arguments: [0, 1, 2, 15])
  func `fewer than 16 samples are embedded by drawn rows`(count: Int) {
    let texts = TopicTexts(count: count, seed: 2)
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 9, seed: 1, threads: 3)
    #expect(embedding.knownWordCount == 0)
    for vector in texts.vectors(embedding) { #expect(abs(length(vector) - 1) < 1e-5) }
    var embedder = embedding.makeEmbedder()
    #expect(abs(length(embedder.vector([123_456], [])) - 1) < 1e-5)
    #expect(embedder.vector([], []).allSatisfy { $0 == 0 })
    #expect(embedder.vector([1], []) != embedder.vector([2], []))
  }

  @Test(arguments: [1, 2, 16, 600])
  func `equal samples give finite vectors`(count: Int) {
    var sample = WordSample()
    let words = (0..<12).map { TopicTexts.hash($0) }
    for _ in 0..<count { sample.append(promptWords: words.span, answerWords: words.span) }
    let embedding = TextEmbedding(fitting: sample, dimension: 32, seed: 1, threads: 2)
    var embedder = embedding.makeEmbedder()
    let vector = embedder.vector(words, words)
    // From 16 samples on the mean is removed, and nothing is left of what is all the same.
    #expect(abs(length(vector) - (count < 16 ? 1 : 0)) < 1e-5)
    #expect(embedder.vector([words[0]], [words[1]]).allSatisfy { $0.isFinite })
  }

  @Test(arguments: [20, 700])
  func `samples without words, or without words in common, give zero or unit vectors`(count: Int) {
    for wordCount in [0, 1] {
      var sample = WordSample()
      for index in 0..<count {
        let words = [TopicTexts.hash(index)].prefix(wordCount)
        sample.append([], Array(words))
      }
      let embedding = TextEmbedding(fitting: sample, dimension: 16, seed: 1, threads: 2)
      var embedder = embedding.makeEmbedder()
      for index in 0..<count {
        let size = length(embedder.vector([], [TopicTexts.hash(index)]))
        #expect(size == 0 || abs(size - 1) < 1e-5)
      }
    }
  }

  @Test func `a length unlike all others does not become the whole vector`() {
    var sample = WordSample()
    var random = SeededGenerator(seed: 1)
    for index in 0..<400 {
      let count = index == 0 ? 9 : 8
      let words = (0..<count).map { _ in TopicTexts.hash(Int.random(in: 0..<90, using: &random)) }
      sample.append(words, [])
    }
    let embedding = TextEmbedding(fitting: sample, dimension: 16, seed: 1, threads: 1)
    #expect(embedding.lengthDeviation > 0)
    #expect(embedding.standardLength(words: 500) == 8)
    #expect(embedding.standardLength(words: 0) == -8)
    #expect(abs(embedding.standardLength(words: 8)) < 1)
  }

  @Test func `no coordinate goes with length`() {
    // Long texts have words of their own, so that wording tells length.
    var random = SeededGenerator(seed: 12)
    var texts = TopicTexts(count: 300, seed: 12)
    for index in 0..<300 {
      let count = Int.random(in: 1...40, using: &random)
      texts.prompts[index] += (0..<count).map { place in
        TopicTexts.hash(Int.random(in: place * 10..<(place + 10) * 10, using: &random))
      }
    }
    let embedding = TextEmbedding(fitting: texts.sample(), dimension: 24, seed: 3, threads: 2)
    let blind = TextEmbedding(
      dimension: 24, seed: 3, rows: embedding.rows, table: embedding.table,
      mean: embedding.mean)
    let z = (0..<300).map { index in
      Double(
        embedding.standardLength(words: texts.prompts[index].count + texts.answers[index].count))
    }
    /// The largest mean product of z and a coordinate.
    func share(_ vectors: [[Float]]) -> Double {
      (0..<24).map { column in
        abs((0..<300).reduce(0) { $0 + z[$1] * Double(vectors[$1][column]) }) / 300
      }.max() ?? 0
    }
    // The last step to unit length leaves a little of what was removed exactly.
    #expect(share(texts.vectors(embedding)) < 0.05)
    #expect(share(texts.vectors(blind)) > 0.1)
  }

  @Test func `only the first 256 words of a part count`() {
    var random = SeededGenerator(seed: 4)
    let words = (0..<700).map { _ in TopicTexts.hash(Int.random(in: 0..<90, using: &random)) }
    let first = Array(words.prefix(256))
    let texts = TopicTexts(count: 50, seed: 9)
    var whole = texts.sample()
    var cut = whole
    whole.append(promptWords: words.span, answerWords: words.span)
    cut.append(promptWords: first.span, answerWords: first.span)
    #expect(whole == cut)
    #expect(whole.wordCount - texts.sample().wordCount == 512)
    let embedding = TextEmbedding(fitting: whole, dimension: 8, seed: 1, threads: 1)
    var embedder = embedding.makeEmbedder()
    #expect(embedder.vector(words, words) == embedder.vector(first, first))
    let less = Array(words.prefix(255))
    #expect(embedder.vector(words, []) != embedder.vector(less, []))
    #expect(embedder.vector([], words) != embedder.vector([], less))
  }

  @Test(arguments: [(16, 4), (40, 5), (499, 62), (500, 96), (16_384, 96)])
  func `the rank grows with a small sample`(samples: Int, expected: Int) {
    #expect(TextEmbedding.rank(samples: samples, words: 5000, dimension: 96) == expected)
    #expect(TextEmbedding.rank(samples: samples, words: 3, dimension: 96) == 3)
    #expect(TextEmbedding.rank(samples: samples, words: 5000, dimension: 2) == 2)
    #expect(TextEmbedding.rank(samples: samples, words: 0, dimension: 96) == 0)
  }

  @Test func `frequent words come first, and rare ones of a large sample have no row`() {
    var sample = WordSample()
    for index in 0..<500 {
      let words = [
        TopicTexts.hash(1), TopicTexts.hash(2 + index % 2), TopicTexts.hash(100 + index),
      ]
      sample.append(words, [])
    }
    let embedding = TextEmbedding(fitting: sample, dimension: 4, seed: 1, threads: 1)
    guard case .learned(let buckets) = embedding.rows else {
      Issue.record("500 samples should be learned from")
      return
    }
    #expect(buckets.first == UInt16(truncatingIfNeeded: TopicTexts.hash(1)))
    // Two hashes of 500 may share a bucket by chance, hardly more than a handful.
    #expect(buckets.count >= 3 && buckets.count < 12)
  }

  @Test func `a dimension outside of 1 to 1024 is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = TextEmbedding(fitting: WordSample(), dimension: 0, seed: 1, threads: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = TextEmbedding(fitting: WordSample(), dimension: 1025, seed: 1, threads: 1)
    }
  }
}
