/// Why a file is no tokenizer that can be used.
public enum TokenizersError: Error, Sendable, Equatable {
  /// The bytes are no JSON.
  case notJSON
  /// A part that a tokenizer cannot be without is missing or is not what it should be, such as
  /// `model.vocab`.
  case malformed(part: String)
  /// A token that another part speaks of is not in the vocabulary.
  case unknownToken(part: String, token: String)
  /// A part is well-formed and not supported, such as `normalizer` and `Precompiled`.
  case unsupported(part: String, what: String)
  /// SentencePiece's library is not on this machine; how the loader put it.
  case sentencePieceMissing(reason: String)
  /// SentencePiece does not take the file as a model; how it put it.
  case notSentencePiece(reason: String)
  /// SentencePiece did not encode a text; how it put it.
  case sentencePieceFailed(reason: String)
}
