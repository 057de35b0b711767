/// Counts one sample after another, reusing its memory.
///
/// A meter belongs to one worker. For each sample call `begin()`, then `add` for every part in the
/// order of the conversation, then `finish(turns:)`, and read `counts` and the word hashes before the
/// next `begin()`:
///
/// ```swift
/// meter.begin()
/// meter.add(instruction, .prompt)
/// meter.add(answer, .response)
/// meter.finish(turns: 1)
/// let quality = Measure.quality.value(of: meter.counts)
/// ```
///
/// Parts are counted each for itself: words, numbers, lines and runs of four words never reach from
/// one part into the next, while the memory of words seen goes on. Empty parts change nothing.
///
/// Nothing is allocated for a sample once the first samples have sized the buffers.
public struct SampleMeter: Sendable {
  /// How many words of the prompt parts, and how many of the responses, are kept as hashes.
  public let wordLimit: Int
  /// Whether `finish(turns:)` compresses the text.
  public let needsCompression: Bool
  /// Whether words are remembered, so that different, repeated and echoed ones are told apart.
  public let remembersWords: Bool
  /// Whether the words behind the first `wordLimit` of a side are kept as well, part by part.
  public let keepsAllWords: Bool

  /// What was counted since `begin()`; complete after `finish(turns:)`.
  public private(set) var counts = SampleCounts()

  /// Hashes of the first `wordLimit` words of the prompt parts, in order, repeated words included.
  ///
  /// ASCII case does not matter. Any bits of a hash may serve as a bucket number. The hash of a word
  /// is the same everywhere and will not change within a major version. A copy: see `withWords`.
  public var promptWords: [UInt32] { Array(promptHashes[..<min(promptHashCount, wordLimit)]) }

  /// Hashes of the first `wordLimit` words of the responses, or of the text of a record that has only
  /// text; otherwise as `promptWords`.
  public var responseWords: [UInt32] {
    Array(responseHashes[..<min(responseHashCount, wordLimit)])
  }

  private let markers = MarkerWords()
  /// An own copy: a shared one's reference count would be fought over by all threads.
  private let classes = CharacterClasses.ofByte.map(\.self)
  private var promptMemory = WordMemory()
  private var responseMemory = WordMemory()
  private var otherMemory = WordMemory()
  private let noMemory = WordMemory()
  private var promptHashes: [UInt32]
  private var promptHashCount = 0
  private var responseHashes: [UInt32]
  private var responseHashCount = 0
  /// The words of the parts, if all are kept: which side a part belongs to, and where its words end.
  private var partEnds: [(isPrompt: Bool, end: Int)] = []
  /// Longer texts are compressed in pieces, each for itself, so that none has to be kept whole.
  private static let pieceByteCount = 1 << 20
  private var keptText: [UInt8] = []
  private var compressor = Compressor()

  /// Makes a meter.
  ///
  /// - Parameters:
  ///   - wordLimit: How many words of a side are kept as hashes, at least 0.
  ///   - needsCompression: Whether to compress every sample's text for `Measure.compression`. It
  ///     costs more than all other counts together, several times over.
  ///   - remembersWords: Whether to remember words for the measures whose `needsMemory` says so; a
  ///     quarter of the time is saved without.
  ///   - keepsAllWords: Whether to keep the words behind the first `wordLimit` too, for
  ///     `withWordsOfParts`. Memory then grows with the longest sample: 2 bytes a byte of its text.
  public init(
    wordLimit: Int = 256, needsCompression: Bool = false, remembersWords: Bool = true,
    keepsAllWords: Bool = false
  ) {
    precondition(wordLimit >= 0, "a meter cannot keep fewer than no words")
    self.wordLimit = wordLimit
    self.needsCompression = needsCompression
    self.remembersWords = remembersWords
    self.keepsAllWords = keepsAllWords
    counts.remembersWords = remembersWords
    promptHashes = [UInt32](repeating: 0, count: wordLimit)
    responseHashes = promptHashes
  }

  /// Begins a sample: forgets the one before.
  public mutating func begin() {
    // Most samples of some data sets have no prompt: spare the clearing of unused tables.
    if remembersWords, counts.prompt.words > 0 { promptMemory.clear() }
    if remembersWords, counts.response.words > 0 { responseMemory.clear() }
    counts = SampleCounts()
    counts.remembersWords = remembersWords
    promptHashCount = 0
    responseHashCount = 0
    if keepsAllWords { partEnds.removeAll(keepingCapacity: true) }
    keptText.removeAll(keepingCapacity: true)
  }

  /// Counts one part of the sample.
  ///
  /// - Parameters:
  ///   - text: Its bytes, unescaped. Expected to be UTF-8; other bytes are safe and count as
  ///     something.
  ///   - kind: What part it is.
  /// - Complexity: O(bytes).
  public mutating func add(_ text: Span<UInt8>, _ kind: TextKind) {
    if text.isEmpty {
      if keepsAllWords, kind != .other { endPart(kind) }
      return
    }
    switch kind {
    case .prompt:
      if keepsAllWords { Self.makeRoom(for: text, in: &promptHashes, after: promptHashCount) }
      addPrompt(text)
      if keepsAllWords { endPart(kind) }
    case .response, .text:
      if keepsAllWords { Self.makeRoom(for: text, in: &responseHashes, after: responseHashCount) }
      addResponse(text)
      if keepsAllWords { endPart(kind) }
    case .other:
      addOther(text)
      return
    }
    if needsCompression {
      for index in text.indices {
        if keptText.count == Self.pieceByteCount { compressKeptText() }
        keptText.append(text[index])
      }
    }
  }

  /// Ends the sample.
  ///
  /// - Parameter turns: How many turns the conversation has, at least 0.
  public mutating func finish(turns: Int) {
    precondition(turns >= 0, "a conversation cannot have fewer than no turns")
    counts.turns = turns
    if needsCompression { compressKeptText() }
  }

  /// Puts what a tokenizer counted in place of the estimate; after `finish(turns:)`.
  ///
  /// - Parameter tokens: The tokens of the sample.
  public mutating func setTokens(_ tokens: SampleCounts.CountedTokens) {
    counts.countedTokens = tokens
  }

  /// Compresses what was kept of the text and adds up its size.
  private mutating func compressKeptText() {
    counts.compressedBytes = (counts.compressedBytes ?? 0) + compressor.compressedSize(of: keptText)
    keptText.removeAll(keepingCapacity: true)
  }

  /// Lends the hashes of `promptWords` and `responseWords`, without a copy.
  ///
  /// - Parameter body: Takes the prompt's and the responses' words.
  /// - Returns: What `body` returns.
  public func withWords<Result>(_ body: (Span<UInt32>, Span<UInt32>) -> Result) -> Result {
    body(
      promptHashes.span.extracting(first: min(promptHashCount, wordLimit)),
      responseHashes.span.extracting(first: min(responseHashCount, wordLimit)))
  }

  /// Lends the hashes of all words of each part that was added and is no `.other`, empty ones too, in
  /// the order in which they were added.
  ///
  /// - Parameter body: Takes the part's number, from 0, and its words.
  /// - Precondition: The meter keeps all words.
  public func withWordsOfParts(_ body: (Int, Span<UInt32>) -> Void) {
    precondition(keepsAllWords, "this meter keeps the first words only")
    var starts = (prompt: 0, response: 0)
    for (number, part) in partEnds.enumerated() {
      if part.isPrompt {
        body(number, promptHashes.span.extracting(starts.prompt..<part.end))
        starts.prompt = part.end
      } else {
        body(number, responseHashes.span.extracting(starts.response..<part.end))
        starts.response = part.end
      }
    }
  }

  private mutating func endPart(_ kind: TextKind) {
    let isPrompt = kind == .prompt
    partEnds.append((isPrompt, isPrompt ? promptHashCount : responseHashCount))
  }

  /// Makes room for as many words as a text can hold: of two neighbours one is followed by a character
  /// that belongs to neither, or is an ideograph of three bytes.
  private static func makeRoom(for text: Span<UInt8>, in hashes: inout [UInt32], after count: Int) {
    let needed = count + text.count / 2 + 2
    if hashes.count < needed {
      hashes.append(contentsOf: repeatElement(0, count: needed - hashes.count))
    }
  }

  private mutating func addPrompt(_ text: Span<UInt8>) {
    var walk = TextWalk(after: counts.prompt)
    walk.walk(
      text, classes: classes, memory: &promptMemory, remembers: remembersWords, markers: markers,
      echo: noMemory.fourGrams, hashes: &promptHashes, hashCount: &promptHashCount)
    counts.prompt = walk.counts
  }

  private mutating func addResponse(_ text: Span<UInt8>) {
    var walk = TextWalk(after: counts.response)
    walk.walk(
      text, classes: classes, memory: &responseMemory, remembers: remembersWords, markers: markers,
      echo: promptMemory.fourGrams, hashes: &responseHashes, hashCount: &responseHashCount)
    counts.response = walk.counts
  }

  /// Walks a part for its size alone; what else the walk sees is dropped.
  private mutating func addOther(_ text: Span<UInt8>) {
    var walk = TextWalk(after: TextCounts())
    var none: [UInt32] = []
    var noCount = 0
    walk.walk(
      text, classes: classes, memory: &otherMemory, remembers: false, markers: nil,
      echo: noMemory.fourGrams, hashes: &none, hashCount: &noCount)
    counts.other.bytes += walk.counts.bytes
    counts.other.characters += walk.counts.characters
    counts.other.tokenUnits += walk.counts.tokenUnits
  }
}
