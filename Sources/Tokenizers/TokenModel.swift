/// What counts tokens: a tokenizer, or a model of SentencePiece.
public enum TokenModel: Sendable {
  /// A `tokenizer.json`.
  case tokenizer(Tokenizer)
  /// A model of SentencePiece.
  case sentencePiece(SentencePieceModel)

  /// Reads a file of either kind: JSON begins with a brace.
  ///
  /// - Parameter bytes: The contents of the file.
  /// - Throws: As `Tokenizer` or `SentencePieceModel`.
  public init(parsing bytes: Span<UInt8>) throws(TokenizersError) {
    var place = 0
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    if bytes.count > place, bytes[place] == UInt8(ascii: "{") || bytes[place] == UInt8(ascii: "[") {
      self = .tokenizer(try Tokenizer(parsing: bytes))
    } else {
      self = .sentencePiece(try SentencePieceModel(parsing: bytes))
    }
  }
}
