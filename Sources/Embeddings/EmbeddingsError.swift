/// What went wrong with a stored embedding: facts only, worded by the tool.
public enum EmbeddingsError: Error, Equatable, Sendable {
  /// The first bytes are not those of a stored text embedding.
  case notATextEmbedding
  /// The format's version is not one that this program reads.
  case unsupportedVersion(found: Int, supported: Int)
  /// The length does not follow from the header.
  case wrongLength(expectedBytes: Int, foundBytes: Int)
  /// The bytes are not those that were written: their checksum differs.
  case checksumMismatch(expected: UInt64, found: UInt64)
  /// A field holds what no writer writes there; `byteOffset` is where the field starts.
  case invalidField(Field, byteOffset: Int)

  /// A part of a stored text embedding.
  public enum Field: Equatable, Sendable {
    /// Whether rows were learned or drawn.
    case kind
    /// How many numbers a vector has.
    case dimension
    /// How many words have a row.
    case rowCount
    /// Mean and deviation of the log word count.
    case lengthMoments
    /// The mean vector.
    case mean
    /// The share of length in every coordinate.
    case slope
    /// The bucket of every row.
    case buckets
    /// The weights of drawn rows.
    case weights
  }
}
