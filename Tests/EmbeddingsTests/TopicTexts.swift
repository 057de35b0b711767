import Embeddings
import TestSupport

/// Made-up texts of two topics: every word is either one that both use or one of the topic's own.
struct TopicTexts {
  var prompts: [[UInt32]] = []
  var answers: [[UInt32]] = []
  var topics: [Int] = []

  var count: Int { topics.count }

  init(count: Int, seed: Int, wordsAPart: ClosedRange<Int> = 4...14) {
    var random = SeededGenerator(seed: seed)
    for index in 0..<count {
      let topic = index % 2
      topics.append(topic)
      prompts.append(Self.words(topic, Int.random(in: wordsAPart, using: &random), &random))
      answers.append(Self.words(topic, Int.random(in: wordsAPart, using: &random), &random))
    }
  }

  /// A word's hash: any well-mixed number.
  static func hash(_ word: Int) -> UInt32 {
    var random = SeededGenerator(seed: 1_000_003 &* word &+ 17)
    return UInt32(truncatingIfNeeded: random.next())
  }

  private static func words(
    _ topic: Int, _ count: Int, _ random: inout SeededGenerator
  ) -> [UInt32] {
    (0..<count).map { _ in
      let place = min(
        Int.random(in: 0..<120, using: &random), Int.random(in: 0..<120, using: &random))
      let isShared = Int.random(in: 0..<3, using: &random) == 0
      return hash(isShared ? place : 1000 * (topic + 1) + place)
    }
  }

  func sample(order: [Int]? = nil) -> WordSample {
    var sample = WordSample()
    for index in order ?? Array(0..<count) {
      sample.append(prompts[index], answers[index])
    }
    return sample
  }

  func vectors(_ embedding: TextEmbedding) -> [[Float]] {
    var embedder = embedding.makeEmbedder()
    return (0..<count).map { embedder.vector(prompts[$0], answers[$0]) }
  }
}

extension WordSample {
  /// Adds one sample given as arrays.
  mutating func append(_ prompt: [UInt32], _ answer: [UInt32]) {
    append(promptWords: prompt.span, answerWords: answer.span)
  }
}

extension Embedder {
  /// The vector of a sample as an array.
  mutating func vector(_ prompt: [UInt32], _ answer: [UInt32]) -> [Float] {
    var vector = [Float](repeating: .nan, count: embedding.dimension)
    var span = vector.mutableSpan
    embed(promptWords: prompt.span, answerWords: answer.span, into: &span)
    return vector
  }
}

/// The share of the nearest `neighbours` of each vector that have its label.
func labelAgreement(_ vectors: [[Float]], _ labels: [Int], neighbours: Int = 10) -> Double {
  var hits = 0
  for (index, vector) in vectors.enumerated() {
    let cosines = vectors.map { other in zip(vector, other).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
    let nearest = vectors.indices.filter { $0 != index }.sorted {
      (cosines[$1], $0) < (cosines[$0], $1)
    }
    hits += nearest.prefix(neighbours).count { labels[$0] == labels[index] }
  }
  return Double(hits) / Double(vectors.count * neighbours)
}

func length(_ vector: [Float]) -> Double {
  vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}
