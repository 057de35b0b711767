/// What is kept of a sample's answer beside its measures: enough to find the same answer to many prompts,
/// and what needs its text.
///
/// The answer is all responses of a conversation together, the prompt all that the system and the user
/// say. A record of plain text has no answer, nor has one whose answer is absent rather than empty.
struct AnswerTraits: Equatable {
  /// What an answer is by itself.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8

    /// There is a response, and nothing in it can be seen.
    static let empty = Flags(rawValue: 1)
    /// It only holds the place of an answer.
    static let placeholder = Flags(rawValue: 2)
    /// It is the prompt, or most of it.
    static let echo = Flags(rawValue: 4)
  }

  /// 64 bits that agree where the words do, the case of ASCII letters and all white space aside; 0 for no
  /// answer, or one that is too short to tell anything when it is found again.
  ///
  /// Covers the first 64 words, and how many there are of words, long words, numbers and signs of some
  /// kinds, and the last visible character: two answers that differ later, or only in which signs stand
  /// where, may agree, seldom.
  var hash: UInt64 = 0
  /// The same for the prompt, in 32 bits, of the first 256 words; 0 where `hash` is.
  var promptHash: UInt32 = 0
  /// What it is by itself.
  var flags: Flags = []

  /// How many words an answer must have to tell something when it is given to many prompts.
  ///
  /// Labels, numbers and names are shared by right. Two ideographs count as one word.
  static let leastWordCount = 5
  /// How many words a copy of the prompt must have.
  ///
  /// Fewer may be a short answer that the prompt happens to hold.
  static let leastEchoWordCount = 10
}
