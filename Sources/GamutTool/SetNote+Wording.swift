import Gamut
import Reporting

extension SetNote {
  /// The note as a sentence without a closing full stop.
  var message: String {
    switch self {
    case .heuristicQuality:
      "no --quality is given, so quality is a model-free heuristic"
    case .builtInEmbedding(let count):
      "no --embeddings are given, so vectors are those of the built-in text embedding, trained on"
        + " \(grouped(count)) samples"
    case .countedTokensEstimated(let archive):
      "the tokens of \(archive) were counted by a tokenizer, and are estimated here, since its sources are"
        + " read again; give that --tokenizer to have them counted"
    case .estimatedSequences:
      "no --tokenizer is given, so what fits into sequences goes by estimated tokens"
    case .notRendered(let count): Warning.notRendered(samples: count).message
    case .unionIsPool:
      "coverage, divergences and regret are told against all sets together; --pool names another pool"
    case .sizesDiffer(let smallest, let largest):
      "the sets have from \(grouped(smallest)) to \(grouped(largest)) samples, and cells, distances,"
        + " distinct_n, log_determinant and self_bleu change with size: hold sets of one size against each"
        + " other for those"
    case .skipped(let count):
      "\(grouped(count)) lines are no readable record and were skipped"
    case .grid(let warning): warning.message
    case .commonKeys(let count):
      "only samples of the \(grouped(count)) keys that all sets have are looked at"
    }
  }
}
