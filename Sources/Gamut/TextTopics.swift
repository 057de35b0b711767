import Embeddings
import JSON
import LinearAlgebra
import Measures
import Reporting
import Samples

/// Topics of texts by the built-in embedding: trained on part of a pool, then applied to any sample.
///
/// The embedding and its principal components are both fitted to at most
/// `TextEmbedding.trainingSampleLimit` distinct samples, drawn by their own bytes (all of a smaller
/// pool). Which they are does not depend on how the pool is divided, packed or ordered, and it is
/// gone through a first time without being parsed, so the second time is the only dear one.
struct TextTopics: Sendable {
  /// How many components are fitted and kept, where the vectors have as many: so that an archive can be
  /// cut along more than its first axes need, and a choice is the same with an archive and without.
  static let keptCount = 16

  /// How many topics there are.
  let count: Int
  /// The embedding.
  let embedding: TextEmbedding
  /// All components that were fitted.
  let fitted: PrincipalComponents
  /// Those that are projected on.
  private let components: PrincipalComponents

  /// The embedding's dimension.
  var dimension: Int { embedding.dimension }

  /// The most topics that texts can have.
  static let dimensionLimit = TextEmbedding.defaultDimension

  /// Trains on part of a pool; `nil` where it has no readable record.
  ///
  /// - Parameters:
  ///   - reader: The pool.
  ///   - sources: Which of its sources are the pool; all unless told.
  ///   - count: How many topics, at least 1.
  ///   - seed: What the training's randomness starts from.
  ///   - threads: How many threads may work at once; they change no bit.
  ///   - onEvent: Is told how far the reading has come.
  /// - Throws: What reading throws; `GamutError.topicBeyondDimension`.
  init?(
    fitting reader: SampleReader, sources: Range<Int>? = nil, count: Int, seed: UInt64,
    threads: Int,
    onEvent: (Event) -> Void
  ) throws {
    guard count <= TextEmbedding.defaultDimension else {
      throw GamutError.topicBeyondDimension(
        topic: count, dimension: TextEmbedding.defaultDimension)
    }
    try self.init(
      training: try trainingSample(
        of: reader, sources: sources, seed: seed, threads: threads, onEvent: onEvent),
      count: count, seed: seed, threads: threads)
  }

  /// Trains on samples that were drawn; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - sample: The samples in any order.
  ///   - count: How many topics, from 1 to `dimensionLimit`.
  ///   - seed: What the training's randomness starts from.
  ///   - threads: How many threads may work at once; they change no bit.
  /// - Throws: `LinearAlgebraError`.
  init?(training sample: WordSample, count: Int, seed: UInt64, threads: Int) throws {
    guard sample.count > 0 else { return nil }
    let embedding = TextEmbedding(
      fitting: sample, dimension: TextEmbedding.defaultDimension, seed: seed, threads: threads)
    let dimension = embedding.dimension
    let vectors = RowSource(rowCount: sample.count, dimension: dimension) { rows, buffer in
      var embedder = embedding.makeEmbedder()
      var vector = [Float](repeating: 0, count: dimension)
      for row in rows {
        sample.withWords(of: row) { prompt, answer in
          var target = vector.mutableSpan
          embedder.embed(promptWords: prompt, answerWords: answer, into: &target)
        }
        let start = (row - rows.lowerBound) * dimension
        for place in 0..<dimension { buffer[start + place] = vector[place] }
      }
    }
    self.init(
      embedding: embedding,
      fitted: try PrincipalComponents.fit(
        vectors, count: min(max(count, Self.keptCount), dimension), threads: threads),
      count: count)
  }

  /// Takes what was fitted before.
  ///
  /// - Parameters:
  ///   - embedding: The embedding.
  ///   - fitted: Components of its vectors.
  ///   - count: How many topics, from 1 to the number of components.
  init(embedding: TextEmbedding, fitted: PrincipalComponents, count: Int) {
    precondition(count <= fitted.count, "a topic is one of the components")
    self.count = count
    self.embedding = embedding
    self.fitted = fitted
    components = fitted.prefix(count)
  }

  /// What one thread needs to find topics.
  func makeProjector() -> Projector {
    Projector(
      components: components, embedder: embedding.makeEmbedder(),
      vector: [Float](repeating: 0, count: dimension),
      coordinates: [Float](repeating: 0, count: count))
  }

  /// What the manifest says of the topics.
  var json: JSONValue {
    .members([
      "source": .string("built-in"), "dimension": .integer(dimension),
      "training_samples": .integer(fitted.rowCount), "components": fitted.json,
      "blas_kernel": .string(LinearAlgebraLibrary.coreName),
    ])
  }

  /// Finds topics, one thread's.
  struct Projector {
    fileprivate let components: PrincipalComponents
    fileprivate var embedder: Embedder
    fileprivate var vector: [Float]
    fileprivate var coordinates: [Float]

    /// Appends the vector of the sample that was projected last.
    func appendVector(to vectors: inout [Float]) { vectors += vector }

    /// Appends the topics of a sample.
    mutating func project(
      promptWords: Span<UInt32>, responseWords: Span<UInt32>, into topics: inout [Float]
    ) {
      // Taken out for the call, so that nothing is copied and nothing accessed twice.
      var vector: [Float] = []
      swap(&vector, &self.vector)
      var target = vector.mutableSpan
      embedder.embed(promptWords: promptWords, answerWords: responseWords, into: &target)
      var coordinates: [Float] = []
      swap(&coordinates, &self.coordinates)
      var place = coordinates.mutableSpan
      components.project(vector.span, into: &place)
      topics += coordinates
      swap(&vector, &self.vector)
      swap(&coordinates, &self.coordinates)
    }
  }
}
