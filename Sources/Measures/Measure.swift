/// A number known for every sample, computed from its text without a model.
///
/// The raw values are the names by which users choose axes. Every value is finite and defined for
/// the empty text (0 unless stated). What is counted is the same on every machine. Four measures
/// rest on libraries: `complexity`, `prompt_complexity` and `quality` take logarithms from the C
/// library, which may differ in their last bit between its versions and between processors, and
/// `compression` may differ by a few bytes between versions of zlib. *Answer* means the responses,
/// or the whole text of a record that has only text. Nothing here knows whether an answer is right.
///
/// "Difficulty", "ratings", "steps" in the notes below name the labels of the table in
/// `Experiments/Measures`, where every measure's rank correlation with every label stands.
public enum Measure: String, CaseIterable, Sendable {
  /// How demanding the sample looks: numbers, operators, long words, code, constraints and lines.
  ///
  /// ≥ 0, higher is harder. Formula, evidence and what it is blind to: `Complexity`.
  case complexity

  /// A heuristic guess at how good the answer is.
  ///
  /// 0…1, higher is better. Formula, evidence and what it is blind to: `QualityHeuristic`.
  case quality

  /// The number of tokens of all parts: estimated, or by a tokenizer where one counted them.
  ///
  /// Whole, ≥ 0; 0 only for the empty text. See `TokenEstimate` for prices and errors. Blind to
  /// chat templates.
  case tokens

  /// The estimated number of tokens of the prompt parts, rounded up for itself.
  ///
  /// 0 without a prompt.
  case promptTokens = "prompt_tokens"

  /// The estimated number of tokens of the answer, rounded up for itself.
  ///
  /// Judges reward it (0.48 within a prompt), which is a bias and not a merit.
  case responseTokens = "response_tokens"

  /// The number of characters (Unicode scalars) of all parts.
  ///
  /// Whole, ≥ 0. One ideograph is one character, so scripts do not compare.
  case characters

  /// The number of turns of the conversation.
  ///
  /// Whole, ≥ 0, as told by the reader of the record. All labelled sets have one turn, so no
  /// evidence.
  case turns

  /// The number of words of prompt and answer.
  ///
  /// Whole, ≥ 0. An ideograph or kana is a word; in Thai and Korean words are as spaces make them.
  case words

  /// The number of lines of prompt and answer that are not blank.
  ///
  /// Whole, ≥ 0. Follows the steps of arithmetic answers (0.77) because they are laid out one a
  /// line.
  case lines

  /// The complexity of the prompt alone.
  ///
  /// ≥ 0, higher is harder; 0 without a prompt. Not helped by an answer that shows its steps.
  case promptComplexity = "prompt_complexity"

  /// The numbers in prompt and answer, "3,000.5" being one.
  ///
  /// Whole, ≥ 0. The strongest single sign of quantitative difficulty. Blind to numbers in words.
  case numbers

  /// The mathematical operators in prompt and answer.
  ///
  /// Whole, ≥ 0. Blind to operators in words; counts `=` in code.
  case operators

  /// The long words of prompt and answer: words of ≥ 10 letters, twenty ideographs counting as one.
  ///
  /// ≥ 0. A sign of technical vocabulary, as in Gunning's fog index; blind to short terms, and
  /// inflated in languages that write compounds in one word.
  case longWords = "long_words"

  /// The words in prompt and answer that demand something ("must", "exactly", "between", …).
  ///
  /// Whole, ≥ 0. English only.
  case constraints

  /// The share of code signs (`{}[]();=<>_\|&$#@~^`, backtick) in the bytes of prompt and answer.
  ///
  /// 0…1; about 0.01 in prose, above 0.05 in code, JSON and LaTeX. Blind to code that reads as
  /// prose.
  case code

  /// The variety of the answer's words: different words / √(words + 1).
  ///
  /// ≥ 0, higher is richer; Guiraud's root type-token ratio. Still grows with length, though
  /// slowly; different words are counted too low beyond some 500, see `TextCounts.distinctWords`.
  case lexicalDiversity = "lexical_diversity"

  /// The share of words of ≥ 7 letters in the answer: (long words + ideographs / 5) / (words + 4).
  ///
  /// 0…1. Nearly constant in Chinese and Japanese.
  case vocabulary

  /// The marks of layout in the answer: gaps between paragraphs, list items, headings, bold.
  ///
  /// Whole, ≥ 0. Markdown only; judges like it, which is partly a bias.
  case structure

  /// The share of punctuation and other signs in the characters of the answer.
  ///
  /// 0…1. Its high correlation with difficulty is an artefact of very short answers.
  case punctuation

  /// The share of the answer's runs of four words that the answer had before.
  ///
  /// 0…1, lower is better; 0 under four words. Remembers about a thousand runs. Blind to
  /// paraphrase; formulas and tables repeat honestly.
  case repetition

  /// The share of the answer's runs of four words that the prompt had.
  ///
  /// 0…1; high for copies, and also for honest corrections and quotations.
  case echo

  /// The pairs of words in the answer that open a refusal or a remark on being a model.
  ///
  /// Whole, ≥ 0, lower is better. English and Chinese; raters like many refusals, so it does not
  /// follow ratings.
  case refusals

  /// How finished the answer looks: the product of the quality heuristic's factors for its end, its
  /// fences and its brackets.
  ///
  /// 0.31…1, higher is better. Blind to a list that breaks off.
  case completeness

  /// The compressed size of prompt and answer over their size (zlib, level 6).
  ///
  /// > 0, low for repetitive text; 1 for the empty text, above 1 for very short ones. Mostly says
  /// how long a text is. Texts beyond 1 MiB are compressed in pieces of that size. The only expensive measure: the meter must be made for it.
  case compression

  /// The names of all measures, in the order of the cases.
  public static let names: [String] = allCases.map(\.rawValue)

  /// Whether the meter must be made with `needsCompression`.
  public var needsCompression: Bool { self == .compression }

  /// Whether the meter must be made with `remembersWords`.
  public var needsMemory: Bool {
    switch self {
    case .quality, .lexicalDiversity, .repetition, .echo: true
    default: false
    }
  }

  /// The value for one sample.
  ///
  /// - Parameter counts: What was counted, after `finish(turns:)`.
  /// - Returns: A finite number.
  /// - Precondition: For `compression` the meter was made with `needsCompression`, for a measure
  ///   that `needsMemory` with `remembersWords`.
  public func value(of counts: SampleCounts) -> Double {
    precondition(
      counts.remembersWords || !needsMemory, "the meter was made without a memory of words")
    // The sides by their names, and no copies of them: they are large, and this is asked some twenty times a
    // sample.
    switch self {
    case .complexity: return Complexity.value(of: counts)
    case .quality: return QualityHeuristic(of: counts.response).value
    case .tokens: return Double(counts.tokens)
    case .promptTokens:
      return Double(
        counts.countedTokens?.prompt ?? TokenEstimate.tokens(units: counts.prompt.tokenUnits))
    case .responseTokens:
      return Double(
        counts.countedTokens?.response ?? TokenEstimate.tokens(units: counts.response.tokenUnits))
    case .characters: return Double(counts.characters)
    case .turns: return Double(counts.turns)
    case .words: return Double(counts.prompt.words + counts.response.words)
    case .lines: return Double(counts.prompt.lines + counts.response.lines)
    case .promptComplexity: return Complexity.promptValue(of: counts)
    case .numbers: return Double(counts.prompt.numbers + counts.response.numbers)
    case .operators: return Double(counts.prompt.operators + counts.response.operators)
    case .longWords: return counts.prompt.longWords + counts.response.longWords
    case .constraints: return Double(counts.prompt.constraints + counts.response.constraints)
    case .code:
      return share(
        counts.prompt.codeSymbols + counts.response.codeSymbols,
        counts.prompt.bytes + counts.response.bytes)
    case .lexicalDiversity: return counts.response.rootTypeTokenRatio
    case .vocabulary:
      let long = Double(counts.response.wordsOf7Letters) + Double(counts.response.ideographs) / 5
      return long / Double(counts.response.words + 4)
    case .structure: return Double(counts.response.layoutMarks)
    case .punctuation: return share(counts.response.punctuation, counts.response.characters)
    case .repetition: return share(counts.response.repeatedFourGrams, counts.response.fourGrams)
    case .echo: return share(counts.response.echoedFourGrams, counts.response.fourGrams)
    case .refusals: return Double(counts.response.refusals)
    case .completeness:
      let judged = QualityHeuristic(of: counts.response)
      return judged.ended * judged.notCutOff * judged.closedFences * judged.closedBrackets
    case .compression:
      guard let compressed = counts.compressedBytes else {
        preconditionFailure("compression was not asked for when the meter was made")
      }
      let bytes = counts.prompt.bytes + counts.response.bytes
      return bytes == 0 ? 1 : Double(compressed) / Double(bytes)
    }
  }
}

/// A part of a whole, 0 where there is no whole.
private func share(_ part: Int, _ whole: Int) -> Double {
  whole == 0 ? 0 : Double(part) / Double(whole)
}
