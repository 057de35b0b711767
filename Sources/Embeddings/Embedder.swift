/// Embeds samples one at a time, with room of its own for the sums.
///
/// Copies work independently of each other; give every thread one.
public struct Embedder: Sendable {
  /// The fitted model.
  public let embedding: TextEmbedding

  private var sums: [Int32]
  private var vector: [Float]

  init(_ embedding: TextEmbedding) {
    self.embedding = embedding
    sums = [Int32](repeating: 0, count: embedding.table.stride)
    vector = [Float](repeating: 0, count: embedding.table.stride)
  }

  /// Writes the vector of a sample.
  ///
  /// - Parameters:
  ///   - promptWords: Hashes of the prompt's words, as in the ``WordSample`` fitted with; the first
  ///     ``WordSample/wordLimit`` are used.
  ///   - answerWords: Hashes of the answer's words, likewise.
  ///   - output: Receives ``TextEmbedding/dimension`` numbers: a vector of unit length, or zeros for
  ///     a text without a known word or without difference from the mean. Never NaN.
  /// - Precondition: `output` holds exactly `dimension` numbers.
  /// - Complexity: O(words · dimension): 2 to 4 ns a word of real text on a processor of 2024.
  public mutating func embed(
    promptWords: Span<UInt32>, answerWords: Span<UInt32>, into output: inout MutableSpan<Float>
  ) {
    precondition(output.count == embedding.dimension, "a vector has `dimension` numbers")
    let prompt = promptWords.extracting(first: WordSample.wordLimit)
    let answer = answerWords.extracting(first: WordSample.wordLimit)
    for index in sums.indices { sums[index] = 0 }
    embedding.table.add(prompt, weight: Int32(TextEmbedding.promptWeight), to: &sums)
    embedding.table.add(answer, weight: 1, to: &sums)
    let z = embedding.standardLength(words: prompt.count + answer.count)
    _ = finish(
      sums, mean: embedding.mean, slope: embedding.slope, z: z, least: TextEmbedding.leastLength,
      into: &vector)
    for index in 0..<output.count { output[index] = vector[index] }
  }
}

extension TextEmbedding {
  /// z: how many deviations a text of that many words is longer than the mean; 0 without deviation.
  func standardLength(words: Int) -> Float {
    guard lengthDeviation > 0 else { return 0 }
    let z = (Self.logarithms[words + 1] - lengthMean) / lengthDeviation
    return Float(max(-Self.largestDeviation, min(Self.largestDeviation, z)))
  }
}
