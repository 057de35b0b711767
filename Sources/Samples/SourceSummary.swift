/// What was found in one source.
public struct SourceSummary: Equatable, Sendable {
  /// The path as it was given.
  public var path: String
  /// Bytes on disk: compressed ones of a compressed file; for standard input, bytes that came.
  public var byteCount = 0
  /// Records that are samples.
  public var sampleCount = 0
  /// Records that are not.
  public var rejectedCount = 0
  /// Lines with white space only; always 0 for a JSON array.
  public var blankLineCount = 0
  /// SHA-256 of the bytes on disk in hexadecimal; empty when it was not asked for.
  public var sha256 = ""
  /// Whether the source is a JSON array, so that line numbers are numbers of elements.
  public var isArray = false
  /// Whether it is compressed, so that its lines can be reached from its start only.
  public var isCompressed = false

  /// Makes a summary of a source in which nothing was found yet.
  ///
  /// - Parameter path: The path as it was given.
  public init(path: String) { self.path = path }
}
