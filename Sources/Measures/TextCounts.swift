/// What was counted in one side of a sample: all prompt parts, all responses, or all other texts.
///
/// A *word* is a longest run of ASCII letters and digits, letters beyond ASCII, and apostrophes
/// between a word character and an ASCII letter; or a single ideograph or kana.
public struct TextCounts: Sendable, Equatable {
  /// UTF-8 bytes.
  public var bytes = 0
  /// Characters (Unicode scalars).
  public var characters = 0
  /// Price in sixteenths of a token, see `TokenEstimate`.
  public var tokenUnits = 0
  /// Words.
  public var words = 0
  /// Different words, case of ASCII letters aside, by a bitmap of 4,096 bits: about 6 % too few at 500
  /// of them, 11 % at 1,000, and never above 4,096.
  public var distinctWords = 0
  /// Numbers: runs of digits not inside a word; "3,000.5" is one.
  public var numbers = 0
  /// Mathematical operators.
  ///
  /// `+ = < > ^ %` (a repeated one once), `- * /` after a digit or `)`, the multiplication and division
  /// signs, and U+2200 to U+22FF. Space does not matter, so the dash of an item below a line that
  /// ends in a digit is taken for a minus.
  public var operators = 0
  /// Words of at least 7 letters; a letter of three or more bytes counts as two.
  public var wordsOf7Letters = 0
  /// Words of at least 10 letters; a letter of three or more bytes counts as two.
  public var wordsOf10Letters = 0
  /// Ideographs and kana, each of which is also a word.
  public var ideographs = 0
  /// Occurrences of U+FFFD, the trace of a broken conversion.
  public var replacementCharacters = 0
  /// Words out of a list of some forty that state a requirement or a step, such as "must", "exactly".
  public var constraints = 0
  /// Lines that hold more than space.
  public var lines = 0
  /// Gaps between paragraphs: empty lines after a line that is not.
  public var paragraphGaps = 0
  /// Lines that begin as an item of a list, with a dash, asterisk or plus sign and a space, or with a
  /// number of up to two digits, a full stop or closing parenthesis and a space.
  public var listItems = 0
  /// Lines that begin as a heading ("# ", "##").
  public var headings = 0
  /// Fences of code: three backticks, openings and closings alike.
  public var fences = 0
  /// Pairs of asterisks.
  public var boldMarks = 0
  /// Signs frequent in code: `{}[]();=<>_\|&$#@~^` and the backtick.
  public var codeSymbols = 0
  /// ASCII punctuation and signs, and punctuation, signs and emoji beyond ASCII.
  public var punctuation = 0
  /// Opening brackets `([{`.
  public var openBrackets = 0
  /// Closing brackets `)]}`.
  public var closeBrackets = 0
  /// Runs of four words within a part.
  public var fourGrams = 0
  /// Runs of four words that were seen before on this side, among the last thousand or so.
  public var repeatedFourGrams = 0
  /// Runs of four words of a response that the prompt before it had.
  public var echoedFourGrams = 0
  /// Pairs of words that open a refusal, among the first 60 words of each part.
  public var refusals = 0
  /// The first byte of the last character that is not space, or a line feed if there is none.
  public var lastByte: UInt8 = 10

  /// All counts at zero.
  public init() {}
}
