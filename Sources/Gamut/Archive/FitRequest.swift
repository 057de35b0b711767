public import Descriptors
import LinearAlgebra
public import Reporting

/// A request to read a pool once and keep what later choices need.
public struct FitRequest: Sendable {
  /// The pool's files in order; standard input cannot be read again and is none.
  public var inputs: [String]
  /// The archive's folder.
  public var output: String
  /// The columns that tell quality unless a choice names others; none for the heuristic.
  public var quality: [Recipe.QualityColumn] = []
  /// The axes that are cut, and that a choice has unless it names others.
  public var axes = AxisSpecification.defaults
  /// Further fields of the records that are kept, as numbers and as labels.
  public var keptColumns: [String] = []
  /// The path of row-aligned vectors; `nil` for the built-in text embedding.
  public var embeddings: String?
  /// The share of the vectors that topics are fitted to, above 0 and below 1, as in a recipe; `nil` for all of
  /// them, without `embeddings`, and where `model` tells the topics.
  public var vectorShare: Double?
  /// The path of the tokenizer that counts tokens; `nil` for an estimate.
  ///
  /// Where samples join a model whose tokens were counted, the tokenizer of that.
  public var tokenizer: String?
  /// How conversations are rendered before their tokens are counted, as in a recipe; `nil` for none, and where
  /// samples join a model for what that keeps.
  public var chatTemplate: String?
  /// How many topics are kept, where the vectors have as many dimensions.
  public var topicCount = 16
  /// How many leading topics a cvt axis looks at; `nil` for 16, or as many as there are.
  public var cvtTopicCount: Int?
  /// What training's randomness starts from.
  public var seed: UInt64 = 0
  /// The fields that hold the text; none to recognise the record's shape.
  public var textFields: [String] = []
  /// An archive whose model is taken; then that archive decides all of the above but the vectors.
  public var model: String?
  /// What is done with a line that is no readable record.
  public var onUnreadable = SelectRequest.UnreadablePolicy.fail
  /// Where unreadable lines are kept, as they came.
  public var rejects: String?
  /// Whether an archive that stands already is replaced.
  public var replacesOutputs = false
  /// Where vectors of a column are kept while they are needed.
  public var temporaryFolder = "/tmp"
  /// How many threads work; they change no byte.
  public var threads: Int

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The pool's files in order, at least one.
  ///   - output: The archive's folder.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], output: String, threads: Int) {
    self.inputs = inputs
    self.output = output
    self.threads = threads
  }

  /// Which vectors topics are fitted to; `nil` for all.
  var vectorSample: RowSample? { vectorShare.map { RowSample(share: $0, seed: seed) } }
}

/// What fitting, adding or merging came to.
public struct ArchiveReport: Sendable {
  /// What an archive holds.
  public enum Content: Sendable, Equatable {
    /// Samples, or none of them.
    case samples
    /// A model by which samples are yet to be read; its axes are cut when they are there.
    case model
    /// Moments of so many sources, from which a model is yet to be fitted.
    case moments(sources: Int)
  }

  /// The archive's folder.
  public var path: String
  /// What it holds.
  public var content: Content
  /// How many samples it has now.
  public var samples: Int
  /// How many of them are new.
  public var newSamples: Int
  /// How many lines of the new sources are no readable record.
  public var rejected: Int
  /// How many sources it has now.
  public var sources: Int
  /// How many segments it has now.
  public var segments: Int
  /// How many bytes its columns take a sample.
  public var bytesPerSample: Double
  /// How the new samples lie on the axes of the model; none where the model was fitted to them.
  public var drift: [AxisDrift]
  /// What is wrong with the grid of the axes that were fitted, which nobody sees by looking at them one by
  /// one; none where the model was fitted before.
  public var warnings: [Warning] = []
  /// Why what choices start with is not kept in the archive; `nil` where it is kept, or where there is none.
  ///
  /// The archive is whole without it: each choice works it out again.
  public var groundworkFailure: GamutError?
  /// Seconds by stage, each once and in the order in which they first ended, and at last the total.
  public var timing: [StageTime]
}

/// How far the samples that are added to an archive lie from those that its axis was cut on.
public struct AxisDrift: Sendable, Equatable {
  /// The axis's name.
  public var axis: String
  /// How many new samples have a value.
  public var samples: Int
  /// The share of the new samples' values that lie beyond the axis's range and are clipped, 0…1; 0 on
  /// axes without a range.
  public var clippedShare: Double
  /// The share that was clipped when the axis was cut.
  public var fittedClippedShare: Double
  /// The greatest distance between the two cumulative distributions (Kolmogorov and Smirnov), 0…1, as
  /// far as the 101 quantiles that are kept tell it.
  public var distance: Double
  /// The median of the new samples, and that of the fitted ones.
  public var median: Double
  /// See `median`.
  public var fittedMedian: Double

  /// The most that may be clipped more than at the fit before a refit is advised.
  public static let clippedLimit = 0.05
  /// The largest distance that is no reason to fit again.
  public static let distanceLimit = 0.15

  /// What chance alone may add to a share or a distance: 1.36 / √n, which nineteen of twenty draws of n
  /// from one distribution stay below (Kolmogorov's limit law).
  public var chance: Double { 1.36 / Double(max(samples, 1)).squareRoot() }

  /// Whether a refit is advised: a limit is exceeded by more than chance explains.
  public var exceedsLimit: Bool {
    clippedShare > fittedClippedShare + Self.clippedLimit + chance
      || distance > Self.distanceLimit + chance
  }
}
