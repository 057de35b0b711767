/// A file of samples, or standard input.
public struct Source: Equatable, Sendable {
  /// The path as it was given; `-` is standard input.
  public var path: String

  /// Names a source.
  ///
  /// - Parameter path: A file's path, or `-`.
  public init(path: String) { self.path = path }

  /// Whether this is standard input.
  public var isStandardInput: Bool { path == "-" }
}

/// How samples are read.
public struct ReadingOptions: Sendable {
  /// What to do with a record that is no sample.
  public enum UnreadablePolicy: Equatable, Sendable {
    /// Throw `SamplesError.unreadableRecord` for the first one in the order of the sources.
    case fail
    /// Hand it on with its problem, for the caller to count and keep.
    case deliver
  }

  /// Fields whose texts make the sample, as dotted paths; none leaves it to the record's shape.
  ///
  /// One field is plain text. Of several the last is the response, the others one prompt. Absent and
  /// null fields are passed over; a record with none of them is unreadable.
  public var textFields: [String] = []
  /// Columns to read as numbers, as dotted paths; `NumericValue` says what is taken for a number.
  ///
  /// A path is looked up as one key first, then by the part before its first dot, and so on within;
  /// in an array a part that is a decimal number picks the element, from 0.
  public var numericColumns: [String] = []
  /// Columns to read as labels, as dotted paths.
  public var categoryColumns: [String] = []
  /// A column of vectors to read of every record, as a dotted path.
  public var vectorPath: String?
  /// A column of vectors that is left out of the records of Parquet sources, where `vectors` reads it.
  public var vectorColumn: String?
  /// What to do with a record that is no sample.
  public var unreadable: UnreadablePolicy = .fail
  /// Whether to add up the SHA-256 of the sources.
  public var hashesSources = true
  /// Where standard input is kept while it is read.
  public var temporaryFolder = "/tmp"
  /// The descriptor behind the source `-`.
  public var standardInputDescriptor: Int32 = 0
  /// Bytes in a block, the unit of parallel work, at least 1; a longer line makes a longer block.
  public var blockByteCount = 1 << 20
  /// The longest line or array element that is read, in bytes of the decompressed source; at least 4.
  ///
  /// Offsets within a line have 32 bits, and simdjson wants room above the line.
  var mostLineBytes = 1 << 31
  /// Where to note how far the reading has come.
  public var progress: ReadingProgress?

  /// Makes the default options.
  public init() {}
}
