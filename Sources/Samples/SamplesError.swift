public import Storage

/// What went wrong while samples were read: facts only, worded by the tool.
public enum SamplesError: Error, Equatable, Sendable {
  /// No source was given.
  case noInput
  /// Standard input was given more than once; it can be read once only.
  case standardInputTwice
  /// A record is not a sample. `byteOffset` counts from the start of the (decompressed) source and
  /// points at the fault where that is known, else at the record's first byte.
  case unreadableRecord(path: String, line: Int, byteOffset: Int, problem: RecordProblem)
  /// One line, or one element of an array as it stands in the source, is longer than 2 GiB.
  case lineTooLong(path: String, line: Int, byteOffset: Int)
  /// A `.gz` or `.zst` source cannot be decompressed; `byteOffset` counts compressed bytes.
  case corruptCompression(
    path: String, format: CompressionFormat, byteOffset: Int, problem: CompressionProblem)
  /// A JSON array does not hold together; `byteOffset` counts from the start of the (decompressed)
  /// source.
  case malformedArray(path: String, byteOffset: Int, problem: ArrayProblem)
  /// Not enough memory to parse a block.
  case outOfMemory(path: String, byteCount: Int)
  /// A line asked for again does not lie where it was found: the source is another now.
  case lineMissing(path: String, byteOffset: Int)
  /// A Parquet, CSV or TSV source cannot be read, or not as records.
  case table(path: String, problem: TableProblem)
  /// A file could not be read, or the copy of standard input not be kept.
  case storage(StorageError)

  /// How a source is compressed.
  public enum CompressionFormat: String, Equatable, Sendable {
    /// gzip (RFC 1952), one member or several.
    case gzip
    /// Zstandard (RFC 8878), one frame or several.
    case zstandard
  }

  /// Why a source cannot be decompressed.
  public enum CompressionProblem: Equatable, Sendable {
    /// The file ends within a compressed stream.
    case truncated
    /// The decompressor refused the data; `detail` is its own word for it.
    case corrupt(detail: String)
  }

  /// Why a JSON array does not hold together.
  public enum ArrayProblem: Equatable, Sendable {
    /// The source ends before the closing bracket.
    case missingClosingBracket
    /// This byte cannot stand there: a comma too many, or text after the closing bracket.
    case unexpectedByte(UInt8)
  }
}
