import Tokenizers

extension TokenizersError {
  /// The error in words.
  ///
  /// - Parameter path: The file that was to be the tokenizer.
  /// - Returns: A sentence or two, without a closing full stop.
  func message(path: String) -> String {
    switch self {
    case .notJSON:
      "\(path) is no tokenizer: it begins like JSON and is none; name a tokenizer.json, or a"
        + " SentencePiece model"
    case .malformed(let part):
      "\(path) is no tokenizer that can be read: '\(part)' is missing or not what it should be; name a"
        + " tokenizer.json as Hugging Face's tokenizers writes it, or a SentencePiece model"
    case .unknownToken(let part, let token):
      "\(path) is no whole tokenizer: '\(part)' speaks of \(token.debugDescription), which is not in its"
        + " vocabulary"
    case .unsupported(let part, let what):
      "\(path) counts by what is not supported, and counts would not be exact: \(part) \(what); without"
        + " --tokenizer tokens are estimated"
    case .sentencePieceMissing(let reason):
      "\(path) is taken for a SentencePiece model, and its library is not there (\(reason)); install the"
        + " package libsentencepiece0, or name a tokenizer.json"
    case .notSentencePiece(let reason):
      "\(path) is neither a tokenizer.json nor a SentencePiece model"
        + (reason.isEmpty ? "" : " (\(reason))")
    case .sentencePieceFailed(let reason): "\(path) does not encode a text: \(reason)"
    }
  }
}

extension ChatTemplate.Problem {
  /// What to do where there is no template.
  static let advice =
    "give one of \(ChatTemplate.named.map(\.name).joined(separator: ", ")) with --chat-template, or a file"
    + " that says what stands before and after each message"

  /// The problem in words.
  ///
  /// - Parameter path: The file that was to be the template.
  /// - Returns: A sentence or two, without a closing full stop.
  func message(path: String) -> String {
    switch self {
    case .notJSON:
      "\(path) is no chat template: it is neither JSON nor, by its name, a program of Jinja (.jinja);"
        + " \(Self.advice)"
    case .malformed(let member):
      "\(path) is no chat template: '\(member)' is missing or not what it should be;"
        + " gamut select --help says what such a file holds"
    case .unknown(let member):
      "\(path) is no chat template that can be read: nobody knows '\(member)';"
        + " gamut select --help says what such a file holds"
    case .unknownProgram:
      "the chat template of \(path) is none of those that are known, and counts would not be exact;"
        + " \(Self.advice)"
    }
  }
}
