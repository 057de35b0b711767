public import Metrics
import Selection

/// Sets of samples that are to be measured in one common space.
public struct SetsRequest: Sendable {
  /// The sets: each a file, an archive, or `-` for standard input.
  public var inputs: [String]
  /// The files of the pool, or one archive; none where all sets together are the pool.
  public var pool: [String] = []
  /// What divergences are told against besides the pool, if anything.
  public var target: Target?
  /// Quality, axes, seed and text; of it all else, and the embeddings, are not looked at.
  public var recipe: Recipe
  /// Row-aligned vectors: none, or one file for each set that is no archive of vectors, then one
  /// for the target and one for the pool, if they are made of files.
  public var embeddings: [String] = []
  /// What is computed.
  public var metrics = Set(SetMetric.all)
  /// Of how many tokens the sequences are that a trainer makes of each set, one of `SequencePacking.lengths`;
  /// `nil` to say nothing of them.
  public var sequenceLength: Int?
  /// Of how many sets, the first ones, it is told what they look like.
  public var profileLimit = 0
  /// What is done with a line that is no readable record.
  public var onUnreadable = SelectRequest.UnreadablePolicy.fail
  /// How many threads work; they change no number.
  public var threads: Int
  /// Where standard input and vectors are kept while they are read.
  public var temporaryFolder = "/tmp"

  /// How samples should lie over the cells.
  public enum Target: Sendable, Equatable {
    /// The same number in all cells that the pool reaches.
    case uniform
    /// As the samples of a file, or of an archive, do.
    case file(String)
  }

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The sets, at least one.
  ///   - recipe: Quality, axes, seed and text.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], recipe: Recipe, threads: Int) {
    self.inputs = inputs
    self.recipe = recipe
    self.threads = threads
  }

  /// A recipe that chooses nothing: samples without a quality count as such.
  public static var measuringRecipe: Recipe {
    var recipe = Recipe(budget: .samples(0), text: "0")
    recipe.missingQuality = .lowest
    return recipe
  }
}
