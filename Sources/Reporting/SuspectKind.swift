/// Why an answer may not deserve to be an elite, however well it is scored.
public enum SuspectKind: String, Sendable, CaseIterable {
  /// One answer of at least five words that is given to at least five different prompts.
  case repeated = "repeated-answers"
  /// An answer without a visible character.
  case empty = "empty-answers"
  /// An answer that only holds the place of one, such as "N/A", "..." or "[insert chart]".
  case placeholder = "placeholder-answers"
  /// An answer that is the prompt, or most of it, word for word.
  case echoed = "echoed-answers"

  /// Why a sample was dropped, as its receipt says.
  public var reason: String {
    switch self {
    case .repeated: "one answer to many prompts"
    case .empty: "the answer is empty"
    case .placeholder: "the answer is a placeholder"
    case .echoed: "the answer repeats the prompt"
    }
  }
}
