/// All that was counted in one sample; every measure is computed from this.
public struct SampleCounts: Sendable, Equatable {
  /// The prompt parts.
  public var prompt = TextCounts()
  /// The responses, or the text of a record that has only text.
  public var response = TextCounts()
  /// Everything else; only its bytes, characters and token units are counted.
  public var other = TextCounts()
  /// Turns of the conversation, as told by the reader of the sample.
  public var turns = 0
  /// Bytes of prompt, responses and text together after compression; `nil` where the meter was made
  /// without it.
  public var compressedBytes: Int?
  /// Whether words were remembered, so that the counts of different, repeated and echoed ones hold.
  public var remembersWords = true

  /// What a tokenizer counted; `nil` where tokens are estimated.
  public var countedTokens: CountedTokens?

  /// The tokens of a sample by a tokenizer.
  public struct CountedTokens: Sendable, Equatable {
    /// Those of the prompt parts.
    public var prompt = 0
    /// Those of the responses, or of the text of a record that has only text.
    public var response = 0
    /// Those of everything else.
    public var other = 0

    /// None.
    public init() {}
  }

  /// A sample without text.
  public init() {}

  /// The number of tokens of all parts: counted, or else estimated and rounded up once.
  public var tokens: Int {
    if let counted = countedTokens { return counted.prompt + counted.response + counted.other }
    return estimatedTokens
  }

  /// The estimated number of tokens of all parts, rounded up once.
  public var estimatedTokens: Int {
    TokenEstimate.tokens(units: prompt.tokenUnits + response.tokenUnits + other.tokenUnits)
  }

  /// The characters (Unicode scalars) of all parts.
  public var characters: Int { prompt.characters + response.characters + other.characters }
}
