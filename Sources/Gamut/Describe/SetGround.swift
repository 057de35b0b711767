import Descriptors
import LinearAlgebra
import Metrics
import Numbers
public import Reporting
import Samples
import Storage

/// Sets read into one pool, with the cells and vectors that they have in common.
struct SetGround {
  /// A set, or the pool, as it came.
  struct Part {
    /// What it is called: its path, or its label.
    var name: String
    /// Its samples, ascending.
    var samples: [Int32]
  }

  /// All samples with their cells, quality and vectors.
  var measured: MeasuredPool
  /// The sets.
  var sets: [Part]
  /// What was found in each source.
  var sources: [SourceSummary]
  /// Where the columns have what.
  var plan: ReadingPlan
  /// How the vectors' variance is spread over the topics' components; `nil` without topics.
  var spectrum: TopicSpectrum?
  /// What stands in for something that was not given, in sentences.
  var notes: [SetNote]

  /// Says how each set fits into sequences, where the request asks for that.
  func addPackings(to measures: inout [SetMeasures], for request: SetsRequest) {
    guard let length = request.sequenceLength else { return }
    let tokens = measured.columns.tokens
    for (place, set) in sets.enumerated() {
      measures[place].packing = SequencePacking(
        set.samples.lazy.map { tokens[Int($0)] }, length: length,
        isEstimated: request.recipe.tokenizer == nil)
    }
  }
}

/// What a reader of metrics should know of how they came about.
public enum SetNote: Sendable, Equatable {
  /// No column tells quality.
  case heuristicQuality
  /// Vectors come from the built-in embedding, trained on so many samples.
  case builtInEmbedding(trainingSamples: Int)
  /// What fits into sequences is told by tokens that are estimated.
  case estimatedSequences
  /// An archive's tokens were counted by a tokenizer, and are estimated here.
  case countedTokensEstimated(archive: String)
  /// So many samples have texts that the chat template does not render.
  case notRendered(Int)
  /// Several sets are their own pool together.
  case unionIsPool
  /// The sets differ in size, the smallest and the largest being so large.
  case sizesDiffer(smallest: Int, largest: Int)
  /// So many lines that are no readable record were skipped.
  case skipped(Int)
  /// What is wrong with the grid, which nobody sees by looking at its axes one by one.
  case grid(Warning)
  /// Only samples whose key all sets have are looked at: so many keys.
  case commonKeys(Int)
}
