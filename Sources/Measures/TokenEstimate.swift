/// The documented estimate of how many tokens a text has, without a vocabulary.
///
/// Every language model cuts text in its own way, and a vocabulary is larger than this tool. The
/// estimate prices what it sees in sixteenths of a token, adds the prices up over all parts of a
/// sample and rounds up once. Separators and the markers of a chat template are not counted.
///
/// | what | sixteenths |
/// | --- | ---: |
/// | run of ASCII letters after a space or at the start of a text | 16 |
/// | run of ASCII letters anywhere else | 10 |
/// | its 8th letter | 3 |
/// | each letter from the 14th on | 9 |
/// | each three digits of a run, begun or full | 16 |
/// | run of digits after a space, in addition | 16 |
/// | run of line ends, unless ASCII punctuation stands before it | 20 |
/// | second space of a run | 4 |
/// | run of ASCII punctuation | 18 |
/// | apostrophe between ASCII letters | 4 |
/// | Latin letter beyond ASCII, Latin-1 sign | 12 |
/// | Cyrillic letter | 8 |
/// | Greek, Hebrew, Arabic and other two-byte letter | 14 |
/// | three-byte punctuation, mathematics, full-width form | 10 |
/// | kana | 14 |
/// | ideograph | 19 |
/// | Hangul, Indic, Thai and other three-byte letter | 18 |
/// | four-byte character, emoji included | 32 |
///
/// The prices are a least-squares fit to the cl100k vocabulary on the texts below, rounded, so these
/// errors are of a fit looked at on its own data. Total error, then the median and the 90th
/// percentile of a record's absolute relative error; bytes/4, the usual rule of thumb, beside it.
///
/// | texts | records | total | median | p90 | bytes/4, total |
/// | --- | ---: | ---: | ---: | ---: | ---: |
/// | English instructions | 4,334 | +0.4 % | 3.2 % | 8.9 % | +21.9 % |
/// | answers of many models | 1,841 | −1.7 % | 2.9 % | 9.5 % | +11.6 % |
/// | arithmetic problems | 2,491 | −1.1 % | 1.7 % | 6.3 % | −10.4 % |
/// | mixed expert tasks | 854 | −4.8 % | 3.5 % | 11.2 % | +5.2 % |
/// | Chinese instructions | 2,924 | −2.4 % | 8.4 % | 20.6 % | −37.1 % |
/// | Chinese answers | 1,000 | −1.5 % | 8.4 % | 18.7 % | −35.4 % |
/// | code | 2,268 | +1.4 % | 3.1 % | 8.5 % | −2.2 % |
/// | tasks built from templates | 1,933 | −4.8 % | 5.9 % | 13.8 % | +13.8 % |
/// | tool calls | 300 | +0.7 % | 2.3 % | 5.8 % | +14.9 % |
/// | odd records (emoji, loops, mojibake) | 224 | −4.5 % | 5.1 % | 19.2 % | +11.9 % |
///
/// The prices of Korean, Japanese, Arabic, Hindi and Thai come from one sentence each. Later
/// vocabularies were not measured; they are expected to need fewer tokens for Chinese.
public enum TokenEstimate {
  /// The unit of the prices: this many make a token.
  public static let unitsPerToken = 16

  static let letterRunAfterSpace = 16
  static let letterRun = 10
  static let eighthLetter = 3
  static let letterAfterThirteenth = 9
  static let threeDigits = 16
  static let digitRunAfterSpace = 16
  static let lineEnd = 20
  static let secondSpace = 4
  static let punctuationRun = 18
  static let apostropheInWord = 4
  static let latinLetter = 12
  static let cyrillicLetter = 8
  static let otherTwoByteLetter = 14
  static let threeByteSign = 10
  static let kana = 14
  static let ideograph = 19
  static let threeByteLetter = 18
  static let fourByteCharacter = 32

  /// The price of a run of ASCII letters.
  ///
  /// - Parameters:
  ///   - count: How many letters, at least 1.
  ///   - afterSpace: Whether a space or the start of the text stands before it.
  /// - Returns: Sixteenths of a token.
  @inline(__always)
  static func letters(_ count: Int, afterSpace: Bool) -> Int {
    (afterSpace ? letterRunAfterSpace : letterRun)
      &+ (count >= 8 ? eighthLetter : 0)
      &+ (count > 13 ? letterAfterThirteenth &* (count &- 13) : 0)
  }

  /// The price of a run of digits.
  ///
  /// - Parameters:
  ///   - count: How many digits, at least 1.
  ///   - afterSpace: Whether a space stands before it.
  /// - Returns: Sixteenths of a token.
  @inline(__always)
  static func digits(_ count: Int, afterSpace: Bool) -> Int {
    threeDigits &* ((count &+ 2) / 3) &+ (afterSpace ? digitRunAfterSpace : 0)
  }

  /// Rounds a sum of prices up to whole tokens.
  ///
  /// - Parameter units: A sum of sixteenths of a token, at least 0.
  /// - Returns: The number of tokens; 0 for the empty text.
  public static func tokens(units: Int) -> Int { (units + unitsPerToken - 1) / unitsPerToken }
}

/// What stood before, as far as the price of the next character depends on it.
enum TokenContext {
  case start
  case letter
  case digit
  case space
  case lineEnd
  case punctuation
  case other
}
