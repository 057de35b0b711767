/// Why the text of one value was refused.
///
/// The cases carry facts; the sentence around them is made in `CommandLineError+Wording.swift`.
public enum ArgumentProblem: Error, Equatable, Sendable {
  /// The text is none of the kind that was asked for.
  ///
  /// The fact is a noun phrase that stands after "expected": `a whole number`,
  /// `samples, a share such as 10%, or tokens such as 2Mtok`.
  case expected(String)

  /// The text is none of a closed list of words, given in declared order.
  case expectedOneOf([String])

  /// The text is a number, but lies outside the bounds, both inclusive; `nil` is no bound.
  case outOfRange(minimum: String?, maximum: String?)

  /// Another reason, in the words of whoever parses the value: a clause without a full stop.
  case because(String)
}
