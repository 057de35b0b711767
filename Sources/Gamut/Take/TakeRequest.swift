public import Reporting

/// A request for the records that stand at given places of a pool.
public struct TakeRequest: Sendable {
  /// The pool's files in order, `-` for standard input, or one archive.
  public var inputs: [String]
  /// The `.npy` file of the places: whole numbers, each the place of a record among all lines of the pool that are
  /// not blank, from 0, as `--indices` and the format `npy` write them.
  public var places: String
  /// Where the records go; `nil` for standard output.
  public var output: String?
  /// How they are written; not `npy`.
  public var format = SelectRequest.Format.jsonl
  /// The fields that hold the text; none to recognise the record's shape.
  ///
  /// An archive decides by itself.
  public var textFields: [String] = []
  /// What is done with a line of a file that is no readable record.
  public var onUnreadable = SelectRequest.UnreadablePolicy.fail
  /// Whether an output that stands already is replaced.
  public var replacesOutputs = false
  /// How many threads work; they change no byte.
  public var threads: Int
  /// Where standard input is kept while it is read.
  public var temporaryFolder = "/tmp"

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The pool's files in order, or one archive.
  ///   - places: The `.npy` file of the places.
  ///   - output: Where the records go; `nil` for standard output.
  ///   - threads: How many threads work, at least 1.
  public init(inputs: [String], places: String, output: String?, threads: Int) {
    self.inputs = inputs
    self.places = places
    self.output = output
    self.threads = threads
  }
}

/// What taking records came to.
public struct TakeReport: Sendable {
  /// How many records were written.
  public var samples: Int
  /// How many bytes.
  public var bytes: Int
  /// Seconds by stage, each once and in the order in which they first ended, and at last the total.
  public var timing: [StageTime]
}
