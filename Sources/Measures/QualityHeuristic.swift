/// A guess at the quality of a response without a model: rich, ordered, unbroken text scores high.
///
/// Used where no quality column is named. 0 if the response has no word, else
///
///     quality = (0.4 + 0.6 (2 variety + vocabulary + structure) / 4) × eight factors
///
/// | term, 0…1 | formula (on the responses) | why |
/// | --- | --- | --- |
/// | ``variety`` | distinct words / √(words + 1) / 14 | says different things; saturates, so that length alone stops paying |
/// | ``vocabulary`` | (words of ≥ 7 letters + ideographs / 5) / (words + 4) / 0.3 | words that carry content |
/// | ``structure`` | lb(paragraph gaps + list items + headings + bold) / 5 | laid out for a reader |
///
/// | factor | at least | lowers |
/// | --- | ---: | --- |
/// | ``unrepeated`` | 0.4 | loops: the share of repeated runs of four words above 10 % |
/// | ``ended`` | 0.8 | 16 words or more of prose that end in a letter, `(`, `,`, `-` or `;` |
/// | ``notCutOff`` | 0.7 | an end in `(`, `,`, `-` or `:` |
/// | ``closedFences`` | 0.7 | a fence of code left open |
/// | ``closedBrackets`` | 0.8 | brackets left open |
/// | ``unrefused`` | 0.7 | a refusal or a remark on being a model |
/// | ``unechoed`` | 0.7 | more than 40 % of the runs of four words taken from the prompt |
/// | ``encoded`` | 0 | replacement characters left by a broken conversion |
///
/// Range 0…1; 0.43 to 0.74 in practice. A correct answer of one word gets about 0.42. There is no
/// hard floor, because these are instruction data and not web pages: a short answer, a list of
/// numbers, code or an answer in any script is a good answer where the prompt asks for it. The
/// factors are mild for the same reason, and only text that cannot be read at all reaches 0.
///
/// **Evidence** (Spearman): 0.334 with ratings from 1 to 10 (n = 960, 95 % interval 0.271 to 0.394,
/// not covering that the formula was chosen on them), where the tokens of the response give 0.111
/// and the best other single count, `lexical_diversity`, 0.259; 0.507 with judged win probability
/// within a prompt (381 prompts), where those tokens give 0.479 and `lexical_diversity` 0.511: on
/// that set the heuristic is no better than they. Rows and columns are those of the table in
/// `Experiments/Measures`. It does not predict whether an arithmetic answer is correct (−0.04;
/// within a question 0.09). Of two raters of one data set it follows one (area under the curve
/// 0.65) and runs against the other (0.41), as every measure related to length does there. In
/// Chinese it is nearly length (correlation 0.905 with log tokens), because the vocabulary term is
/// constant there. The strength of the refusal factor is policy: a weaker one follows the ratings a
/// little better (0.348 against 0.334).
///
/// **Blind to** truth, relevance and harm. It does not notice a list whose last item is cut off. It
/// lowers honest copy-editing, which echoes, by at most 0.3. Refusals are known in English and
/// Chinese only.
public struct QualityHeuristic: Sendable, Equatable {
  /// Whether there is any word.
  public var hasWords: Bool
  /// Different words for the length, 0…1.
  public var variety: Double
  /// Long words among all, 0…1.
  public var vocabulary: Double
  /// Marks of layout, 0…1.
  public var structure: Double
  /// 1 unless runs of words are repeated; at least 0.4.
  public var unrepeated: Double
  /// 1 unless prose ends without an end mark; then 0.8.
  public var ended: Double
  /// 1 unless the text ends where none can; then 0.7.
  public var notCutOff: Double
  /// 1 unless a fence of code is left open; then 0.7.
  public var closedFences: Double
  /// 1 unless brackets are left open; at least 0.8.
  public var closedBrackets: Double
  /// 1 unless the response refuses; then 0.7.
  public var unrefused: Double
  /// 1 unless the response copies the prompt; at least 0.7.
  public var unechoed: Double
  /// 1 unless there are replacement characters; at least 0.
  public var encoded: Double

  /// Judges a response.
  ///
  /// - Parameter response: What was counted in the responses, or in the text of a record that has
  ///   only text.
  public init(of response: TextCounts) {
    let words = Double(response.words)
    let bytes = Double(response.bytes + 1)
    let fourGrams = Double(max(1, response.fourGrams))
    let last = response.lastByte

    hasWords = response.words > 0
    variety = clamped(response.rootTypeTokenRatio / 14)
    let longWords = Double(response.wordsOf7Letters) + Double(response.ideographs) / 5
    vocabulary = clamped(longWords / (words + 4) / 0.3)
    structure = clamped(logarithm(Double(response.layoutMarks)) / 5)

    let repeated = Double(response.repeatedFourGrams) / fourGrams
    unrepeated = 1 - 0.6 * clamped((repeated - 0.1) / 0.5)
    // ( , - after which nothing ends.
    let endsOpen = last == 0x28 || last == 0x2C || last == 0x2D
    // ; ends lines of code, and a letter ends list items and code, but neither ends prose.
    let endsInWord = CharacterClasses.isLetter(last) || endsOpen || last == 0x3B
    let isProse = response.listItems == 0 && Double(response.codeSymbols) / bytes <= 0.03
    ended = endsInWord && response.words >= 16 && isProse ? 0.8 : 1
    notCutOff = endsOpen || last == 0x3A ? 0.7 : 1
    closedFences = response.fences % 2 == 1 ? 0.7 : 1
    let unpaired = Double(abs(response.openBrackets - response.closeBrackets))
    closedBrackets = 1 - 0.2 * clamped((unpaired - 1) / 8)
    unrefused = response.refusals > 0 ? 0.7 : 1
    let echoed = Double(response.echoedFourGrams) / fourGrams
    unechoed = response.words > 12 ? 1 - 0.3 * clamped((echoed - 0.4) / 0.6) : 1
    encoded = 1 - clamped(20 * Double(response.replacementCharacters) / bytes)
  }

  /// The quality, 0…1, always finite.
  public var value: Double {
    guard hasWords else { return 0 }
    let richness = 0.4 + 0.6 * (2 * variety + vocabulary + structure) / 4
    let soundness = unrepeated * ended * notCutOff * closedFences
    return richness * soundness * closedBrackets * unrefused * unechoed * encoded
  }
}

extension TextCounts {
  /// Different words over the root of all: the root type-token ratio (Guiraud's index), with one
  /// word more so that it is defined for none.
  var rootTypeTokenRatio: Double { Double(distinctWords) / Double(words + 1).squareRoot() }

  /// Marks that lay a text out for a reader.
  var layoutMarks: Int { paragraphGaps + listItems + headings + boldMarks }
}

/// The nearest number in 0…1.
private func clamped(_ x: Double) -> Double { min(max(x, 0), 1) }
