/// A pattern of a pre-tokenizer, recognised by its text, with a scanner written by hand.
///
/// A scanner takes at each place what the regular expression takes there: the first alternative that
/// matches, its repetitions as long as they can be, and shorter where the rest needs it.
enum SplitPattern: Sendable, Equatable {
  /// That of GPT-2, which ByteLevel brings along.
  case gpt2
  /// That of cl100k, with up to so many digits in a row: 3 in Llama 3, 1 in Qwen 2. Where marks are letters,
  /// as in Qwen 3.5, a combining mark goes on with a word.
  case cl100k(digits: Int, marksAreLetters: Bool)
  /// That of o200k, which parts words where small letters are followed by capitals.
  case o200k(digits: Int, contractions: Bool)
  /// The words of DeepSeek V3.
  case deepSeek
  /// Up to so many digits in a row.
  case digits(Int)
  /// A run of ideographs and kana, as DeepSeek V3 has it.
  case ideographs
  /// `\w+|[^\w\s]+`.
  case words

  /// - Parameter text: The regular expression.
  init?(_ text: String) {
    // Some files have line ends as themselves, others as the escapes of regular expressions.
    var written = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": written += "\\r"
      case "\n": written += "\\n"
      default: written.unicodeScalars.append(scalar)
      }
    }
    guard let pattern = Self.known[written] else { return nil }
    self = pattern
  }

  private static let known: [String: SplitPattern] = {
    let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    let blanks = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    let signs = #" ?[^\s\p{L}\p{N}]+[\r\n]*|"#
    let head = #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    let tail = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    var known: [String: SplitPattern] = [
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: .gpt2,
      #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: .gpt2,
      #"\p{N}"#: .digits(1),
      #"\p{N}{1,3}"#: .digits(3),
      "[一-龥぀-ゟ゠-ヿ]+": .ideographs,
      ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + #"| ?[\p{P}\p{S}]+[\r\n]*|"# + blanks: .deepSeek,
      #"\w+|[^\w\s]+"#: .words,
    ]
    for (digits, number) in [(1, #"\p{N}|"#), (3, #"\p{N}{1,3}|"#)] {
      known[contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + number + signs + blanks] =
        .cl100k(digits: digits, marksAreLetters: false)
      known[
        contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|"# + number
          + #" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + blanks] =
        .cl100k(digits: digits, marksAreLetters: true)
      for (end, hasContractions) in [(contractions + "?", true), ("", false)] {
        known[
          head + "*" + tail + "+" + end + "|" + head + "+" + tail + "*" + end + "|" + number
            + #" ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + blanks] =
          .o200k(digits: digits, contractions: hasContractions)
      }
    }
    return known
  }()

  /// The end of the match that starts at a place; `nil` for none.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - start: A place within the text.
  ///   - table: `UnicodeTables.classes`.
  /// - Returns: Where the match ends, behind `start`.
  @inline(__always)
  func match(_ text: Span<UInt8>, at start: Int, _ table: Span<UInt16>) -> Int? {
    switch self {
    case .gpt2: return PatternScan.gpt2(text, start, table)
    case .cl100k(let digits, let marksAreLetters):
      return PatternScan.cl100k(
        text, start, table, digits: digits,
        letters: marksAreLetters ? [.letter, .mark] : .letter)
    case .o200k(let digits, let contractions):
      return PatternScan.o200k(text, start, table, digits: digits, contractions: contractions)
    case .deepSeek: return PatternScan.deepSeek(text, start, table)
    case .digits(let limit):
      let end = PatternScan.run(text, start, table, of: .number, limit: limit)
      return end > start ? end : nil
    case .ideographs: return PatternScan.ideographs(text, start)
    case .words: return PatternScan.words(text, start, table)
    }
  }
}
