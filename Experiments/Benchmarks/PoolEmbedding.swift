internal import Embeddings
internal import Gamut
internal import Measures
internal import Samples

/// A pool's vectors by the built-in embedding, made as the selection makes them: trained on the same
/// sample, at most `TextEmbedding.trainingSampleLimit` records, on the words that the measures count.
struct PoolEmbedding {
  private(set) var sampleCount = 0
  let dimension: Int
  /// How many samples it was trained on.
  let trainingCount: Int
  /// Row by row.
  private(set) var vectors: [Float] = []
  /// What reading and training on part of the pool took.
  let trainingSeconds: Double
  /// What reading, counting words and embedding all of it took.
  private(set) var seconds = 0.0
  /// What embedding all of it took, on one thread and with the words in memory.
  private(set) var embeddingSeconds = 0.0

  init(path: String, seed: UInt64, threads: Int) throws {
    let reader = try SampleReader(sources: [Source(path: path)])
    let start = wallClock()
    let training = try trainingSample(of: reader, seed: seed, threads: threads)
    let embedding = TextEmbedding(
      fitting: training, dimension: TextEmbedding.defaultDimension, seed: seed, threads: threads)
    trainingSeconds = wallClock() - start
    trainingCount = training.count
    dimension = embedding.dimension
    try embed(reader, embedding, threads: threads)
    let all = try Self.words(reader, threads: threads)
    var embedder = embedding.makeEmbedder()
    var vector = [Float](repeating: 0, count: dimension)
    var target = vector.mutableSpan
    var sum: Float = 0
    embeddingSeconds =
      timed {
        for row in 0..<all.count {
          all.withWords(of: row) { prompt, answer in
            embedder.embed(promptWords: prompt, answerWords: answer, into: &target)
          }
          sum += target[0]
        }
      }.wall
    precondition(sum.isFinite, "a vector is never NaN")
  }

  /// What one thread keeps from block to block.
  private struct Worker {
    var meter: SampleMeter
    var embedder: Embedder
  }

  /// Reads and embeds every sample.
  private mutating func embed(
    _ reader: SampleReader, _ embedding: TextEmbedding, threads: Int
  ) throws {
    let dimension = embedding.dimension
    var vectors: [Float] = []
    let taken = try timed {
      _ = try reader.read(
        threads: threads,
        makeWorker: { Worker(meter: SampleMeter(), embedder: embedding.makeEmbedder()) },
        work: { (worker: inout Worker, block) -> [Float] in
          var rows: [Float] = []
          var vector = [Float](repeating: 0, count: dimension)
          for record in block.records where record.isReadable {
            worker.meter.measure(record, of: block)
            let (prompt, answer) = (worker.meter.promptWords, worker.meter.responseWords)
            var target = vector.mutableSpan
            worker.embedder.embed(
              promptWords: prompt.span, answerWords: answer.span,
              into: &target)
            rows += vector
          }
          return rows
        },
        consume: { vectors += $0 })
    }
    seconds = taken.wall
    sampleCount = vectors.count / dimension
    self.vectors = vectors
  }

  /// The words of all of the pool.
  private static func words(_ reader: SampleReader, threads: Int) throws -> WordSample {
    var all = WordSample()
    _ = try reader.read(
      threads: threads, makeWorker: { SampleMeter() },
      work: { (meter: inout SampleMeter, block) in
        var words = WordSample()
        for record in block.records where record.isReadable {
          meter.measure(record, of: block)
          words.append(promptWords: meter.promptWords.span, answerWords: meter.responseWords.span)
        }
        return words
      },
      consume: { all.append(contentsOf: $0) })
    return all
  }
}
