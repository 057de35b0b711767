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

  /// A sample without text.
  public init() {}

  /// The estimated number of tokens of all parts, rounded up once.
  public var tokens: Int {
    TokenEstimate.tokens(units: prompt.tokenUnits + response.tokenUnits + other.tokenUnits)
  }

  /// The characters (Unicode scalars) of all parts.
  public var characters: Int { prompt.characters + response.characters + other.characters }
}
