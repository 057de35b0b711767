/// Stand-in.
public struct TextEmbedding: Sendable {
  /// d.
  public static let defaultDimension = 64
  /// n.
  public static let trainingSampleLimit = 16_384
  /// d.
  public let dimension = 64
  /// Fits.
  public init(fitting sample: WordSample, dimension: Int, seed: UInt64, threads: Int) {}
  /// Makes.
  public func makeEmbedder() -> Embedder { Embedder() }
}
/// Stand-in.
public struct Embedder: Sendable {
  /// Embeds.
  public mutating func embed(
    promptWords: Span<UInt32>, answerWords: Span<UInt32>, into vector: inout MutableSpan<Float>
  ) {
    for i in 0..<answerWords.count { vector[Int(answerWords[i] & 63)] += 1 }
  }
}
