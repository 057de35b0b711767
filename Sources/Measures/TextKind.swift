/// What part of a sample a text is, which decides what is counted in it.
public enum TextKind: Sendable, Hashable, CaseIterable {
  /// What the model is given: system text, instruction, input, the user's turns.
  case prompt
  /// What the model is to answer.
  case response
  /// The whole of a record that has text only; counted as a response without a prompt.
  case text
  /// Text a trainer reads but the sample is not judged by: tool descriptions, dispreferred answers.
  /// Only its tokens, characters and bytes count.
  case other
}
