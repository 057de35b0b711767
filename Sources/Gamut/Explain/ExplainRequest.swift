/// A request to explain what became of a sample: the pool, the recipe, and the sample.
public struct ExplainRequest: Sendable {
  /// The pool's files in order, `-` being standard input; or one archive.
  public var inputs: [String]
  /// What decides the subset.
  public var recipe: Recipe
  /// Names the sample: by the record's own `id`, bare or as JSON text; else `PATH:LINE`, or `LINE` where
  /// there is one source.
  public var id: String
  /// What is done with a line that is no readable record.
  public var onUnreadable = SelectRequest.UnreadablePolicy.fail
  /// How many threads work; they change nothing.
  public var threads: Int
  /// Where standard input is kept while it is read.
  public var temporaryFolder = "/tmp"

  /// The most samples of one id that are explained.
  public static let sampleLimit = 10

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The pool's files in order, at least one; or one archive.
  ///   - recipe: What decides the subset.
  ///   - id: Names the sample.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], recipe: Recipe, id: String, threads: Int) {
    self.inputs = inputs
    self.recipe = recipe
    self.id = id
    self.threads = threads
  }
}
