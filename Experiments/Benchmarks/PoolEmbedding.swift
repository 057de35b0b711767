internal import Embeddings
internal import Measures
internal import Samples

/// A pool's vectors by the built-in embedding, made as the selection makes them: trained on evenly
/// spread records, at most `TextEmbedding.trainingSampleLimit`, on the words that the measures count.
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
    let limit = TextEmbedding.trainingSampleLimit
    // The same share of the pool that the selection reads for it.
    let sample = try Self.words(reader, part: 2048 * limit, threads: threads)
    var training = sample
    if sample.count > limit {
      training = WordSample()
      for place in 0..<limit { training.append(place * sample.count / limit, of: sample) }
    }
    let embedding = TextEmbedding(
      fitting: training, dimension: TextEmbedding.defaultDimension, seed: seed, threads: threads)
    trainingSeconds = wallClock() - start
    trainingCount = training.count
    dimension = embedding.dimension
    try embed(reader, embedding, threads: threads)
    let all = try Self.words(reader, part: nil, threads: threads)
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
            Self.count(record, of: block, with: &worker.meter)
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

  /// The words of the pool, or of a part of it of about so many bytes.
  private static func words(
    _ reader: SampleReader, part: Int?, threads: Int
  ) throws -> WordSample {
    var all = WordSample()
    let work: @Sendable (inout SampleMeter, borrowing ParsedBlock) -> WordSample = { meter, block in
      var words = WordSample()
      for record in block.records where record.isReadable {
        count(record, of: block, with: &meter)
        words.append(
          promptWords: meter.promptWords.span, answerWords: meter.responseWords.span)
      }
      return words
    }
    if let part {
      try reader.readPart(
        ofAbout: part, threads: threads, makeWorker: { SampleMeter() }, work: work,
        consume: { all.append(contentsOf: $0) })
    } else {
      _ = try reader.read(
        threads: threads, makeWorker: { SampleMeter() }, work: work,
        consume: { all.append(contentsOf: $0) })
    }
    return all
  }

  private static func count(
    _ record: Record, of block: borrowing ParsedBlock, with meter: inout SampleMeter
  ) {
    meter.begin()
    for part in block.parts[record.parts] {
      let kind: TextKind =
        switch part.role {
        case .system, .prompt: .prompt
        case .response: .response
        case .text: .text
        case .rejected, .tool: .other
        }
      block.withText(of: part) { meter.add($0, kind) }
    }
    meter.finish(turns: record.turns)
  }
}
