import TestSupport
import Testing

@testable import Embeddings

@Suite struct WordSampleTests {
  @Test func `an empty set has no samples and no words`() {
    #expect(WordSample().count == 0)
    #expect(WordSample().wordCount == 0)
    #expect(WordSample().canonicalOrder().isEmpty)
  }

  @Test(arguments: 0..<10)
  func `sets join as their samples do`(seed: Int) {
    let texts = TopicTexts(count: 20, seed: seed, wordsAPart: 0...3)
    var joined = texts.sample(order: Array(0..<7))
    joined.append(contentsOf: texts.sample(order: Array(7..<20)))
    #expect(joined == texts.sample())
    var picked = WordSample()
    for index in [3, 0, 19] { picked.append(index, of: joined) }
    #expect(picked == texts.sample(order: [3, 0, 19]))
    joined.append(contentsOf: WordSample())
    #expect(joined == texts.sample())
  }

  @Test(arguments: 0..<10)
  func `the canonical order is the words' own`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    // Short texts, so that some are equal.
    let texts = TopicTexts(count: 30, seed: seed, wordsAPart: 0...1)
    let sample = texts.sample()
    let shuffled = texts.sample(order: (0..<30).shuffled(using: &random))
    func ordered(_ sample: WordSample) -> WordSample {
      var result = WordSample()
      for index in sample.canonicalOrder() { result.append(index, of: sample) }
      return result
    }
    #expect(sample.canonicalOrder().sorted() == Array(0..<30))
    #expect(ordered(sample) == ordered(shuffled))
  }

  @Test func `prompt and answer are not mistaken for each other`() {
    var left = WordSample()
    left.append([1, 2], [])
    var right = WordSample()
    right.append([1], [2])
    #expect(left != right)
  }
}
