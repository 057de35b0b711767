internal import CommandLineKit
internal import JSON
import Reporting

/// `gamut-benchmarks embed`: the built-in embedding's vectors of a pool, for experiments.
struct EmbedCommand: Command {
  static let name = "embed"
  static let abstract = "Write the built-in embedding's vectors of a pool."
  static let discussion = """
    Trains on the pool as `gamut select` does, embeds every sample, and writes a float32 .npy with a row \
    a sample in their order. What it took goes to standard output as JSON: training; reading, counting \
    words and embedding all samples; and embedding alone, the words being counted already.
    """

  var input = ""
  var output = ""
  var seed: UInt64 = 0
  var threads = 1

  static var arguments: [Argument<Self>] {
    [.value("INPUT", \.input, help: "A pool, as gamut select takes it.")]
  }

  static var options: [Option<Self>] {
    [
      .value("output", short: "o", \.output, valueName: "FILE.npy", help: "Where vectors go.")
        .required(),
      .value("seed", \.seed, valueName: "N", help: "What training starts from."),
      .value("threads", \.threads, valueName: "N", help: "Threads to work with."),
    ]
  }

  func run(on console: Console) throws -> ExitCode {
    let embedded = try PoolEmbedding(path: input, seed: seed, threads: threads)
    let file = try VectorFile(
      path: output, rowCount: embedded.sampleCount, dimension: embedded.dimension)
    try file.write(embedded.vectors)
    try file.finish()
    func rate(_ seconds: Double) -> JSONValue { .number(Double(embedded.sampleCount) / seconds) }
    console.writeOutput(
      JSONValue.members([
        "samples": .integer(embedded.sampleCount), "dimension": .integer(embedded.dimension),
        "threads": .integer(threads), "training_samples": .integer(embedded.trainingCount),
        "training_seconds": .number(embedded.trainingSeconds),
        "seconds": .number(embedded.seconds), "samples_per_second": rate(embedded.seconds),
        "embedding_alone_seconds": .number(embedded.embeddingSeconds),
        "embedding_alone_samples_per_second": rate(embedded.embeddingSeconds),
      ]).pretty)
    return .success
  }
}
