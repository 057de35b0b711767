import Embeddings
import LinearAlgebra
import Measures
import Reporting
import Samples
import Synchronization

/// Topics of texts by the built-in embedding: trained on part of a pool, then applied to any sample.
///
/// The embedding and its principal components are both fitted to at most
/// `TextEmbedding.trainingSampleLimit` samples, evenly spread over the pool (all of a smaller pool): so
/// the whole pool has to be read once only.
struct TextTopics: Sendable {
  /// How many topics there are.
  let count: Int
  private let embedding: TextEmbedding
  private let components: PrincipalComponents

  /// The embedding's dimension.
  var dimension: Int { embedding.dimension }

  /// How many bytes of records are read to learn how long a record is.
  private static let probeByteCount = 1 << 18
  /// The most bytes of records that are read for the sample: its size at 2 KiB a record.
  private static let mostTrainingBytes = 2048 * TextEmbedding.trainingSampleLimit

  /// Trains on part of a pool; `nil` where it has no readable record.
  ///
  /// - Parameters:
  ///   - reader: The pool.
  ///   - count: How many topics, at least 1.
  ///   - seed: What the training's randomness starts from.
  ///   - threads: How many threads may work at once; they change no bit.
  /// - Throws: What reading throws; `GamutError.topicBeyondDimension`.
  init?(fitting reader: SampleReader, count: Int, seed: UInt64, threads: Int) throws {
    guard count <= TextEmbedding.defaultDimension else {
      throw GamutError.topicBeyondDimension(
        topic: count, dimension: TextEmbedding.defaultDimension)
    }
    let sample = try Self.trainingSample(reader, threads: threads)
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
    self.count = count
    self.embedding = embedding
    components = try PrincipalComponents.fit(vectors, count: count, threads: threads)
  }

  /// The words of samples evenly spread over a pool.
  private static func trainingSample(
    _ reader: SampleReader, threads: Int
  ) throws -> WordSample {
    let limit = TextEmbedding.trainingSampleLimit
    var byteCount = mostTrainingBytes
    // Where all must be gone through anyway, a look ahead would cost more than it saves.
    if try reader.canLeap() {
      let probe = try words(ofAbout: probeByteCount, of: reader, threads: threads)
      // A little more than enough, since records differ in length.
      let length = Double(probe.byteCount) / Double(max(probe.words.count, 1))
      byteCount = min(max(Int(length * Double(limit) * 1.25), probeByteCount), byteCount)
    }
    var read = try words(ofAbout: byteCount, of: reader, threads: threads).words
    if read.count == 0 {
      // A part without a readable record says nothing of the rest.
      read = try words(ofAbout: .max, of: reader, threads: threads).words
    }
    guard read.count > limit else { return read }
    var sample = WordSample()
    for place in 0..<limit { sample.append(place * read.count / limit, of: read) }
    return sample
  }

  /// What came of one block of the sample, or of all of them.
  private struct Part: Sendable {
    var words = WordSample()
    var byteCount = 0
  }

  private static func words(
    ofAbout byteCount: Int, of reader: SampleReader, threads: Int
  ) throws -> Part {
    var whole = Part()
    try reader.readPart(
      ofAbout: byteCount, threads: threads,
      makeWorker: { SampleMeter(remembersWords: false) },
      work: { (meter: inout SampleMeter, block) -> Part in
        var part = Part()
        for record in block.records where record.isReadable {
          meter.begin()
          for text in block.parts[record.parts] {
            block.withText(of: text) { meter.add($0, TextKind(text.role)) }
          }
          meter.finish(turns: record.turns)
          part.words.append(
            promptWords: meter.promptWords.span, answerWords: meter.responseWords.span)
          part.byteCount += record.lineByteCount + 1
        }
        return part
      },
      consume: {
        whole.words.append(contentsOf: $0.words)
        whole.byteCount += $0.byteCount
      })
    return whole
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
      "training_samples": .integer(components.rowCount), "components": components.json,
      "blas_kernel": .string(LinearAlgebraLibrary.coreName),
    ])
  }

  /// Finds topics, one thread's.
  struct Projector {
    fileprivate let components: PrincipalComponents
    fileprivate var embedder: Embedder
    fileprivate var vector: [Float]
    fileprivate var coordinates: [Float]

    /// Appends the topics of a sample.
    mutating func project(
      promptWords: [UInt32], responseWords: [UInt32], into topics: inout [Float]
    ) {
      // Taken out for the call, so that nothing is copied and nothing accessed twice.
      var vector: [Float] = []
      swap(&vector, &self.vector)
      var target = vector.mutableSpan
      embedder.embed(
        promptWords: promptWords.span, answerWords: responseWords.span, into: &target)
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
