extension Measure {
  /// One line for a help page: what the number is, its range and its direction.
  public var summary: String {
    switch self {
    case .complexity: "how demanding the sample looks (numbers, operators, terms, code, demands)"
    case .quality: "heuristic quality of the answer, 0 to 1; knows nothing of truth"
    case .tokens: "estimated tokens of all parts"
    case .promptTokens: "estimated tokens of the prompt"
    case .responseTokens: "estimated tokens of the answer"
    case .characters: "characters of all parts"
    case .turns: "turns of the conversation"
    case .words: "words of prompt and answer; an ideograph is a word"
    case .lines: "lines of prompt and answer that are not blank"
    case .promptComplexity: "complexity of the prompt alone"
    case .numbers: "numbers in prompt and answer"
    case .operators: "mathematical operators in prompt and answer"
    case .longWords: "words of at least 10 letters in prompt and answer"
    case .constraints: "words that demand something (must, exactly, between); English only"
    case .code: "share of code signs in prompt and answer, 0 to 1"
    case .lexicalDiversity: "variety of the answer's words: different words / sqrt(words + 1)"
    case .vocabulary: "share of words of at least 7 letters in the answer, 0 to 1"
    case .structure: "paragraphs, list items, headings and bold marks of the answer"
    case .punctuation: "share of punctuation and signs in the answer, 0 to 1"
    case .repetition: "share of the answer's four-word runs that repeat, 0 to 1; low is good"
    case .echo: "share of the answer's four-word runs taken from the prompt, 0 to 1"
    case .refusals: "phrases of refusal in the answer; English and Chinese only"
    case .completeness: "how finished the answer looks (end, fences, brackets), 0.31 to 1"
    case .compression: "compressed size of prompt and answer over size; slow"
    }
  }
}
