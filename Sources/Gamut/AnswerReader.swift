import Measures
import Samples

/// Finds the traits of one answer after another; most are settled without a look at the text.
struct AnswerReader: Sendable {
  /// One odd number a word; an own copy, since a shared one's reference count would be fought over.
  private let keys: [UInt32]
  /// The same for counts.
  private let countKeys: [UInt64]

  init() {
    // SplitMix64 (Steele, Lea and Flood 2014).
    func key(_ place: Int) -> UInt64 {
      Self.mixed(UInt64(place + 1) &* 0x9E37_79B9_7F4A_7C15) | 1
    }
    keys = (0..<Self.longestWordCount).map { UInt32(truncatingIfNeeded: key($0)) }
    countKeys = (0..<5).map { key(Self.longestWordCount + $0) }
  }

  /// How many words of a prompt count.
  private static let longestWordCount = 256
  /// How many words of an answer count.
  private static let answerWordCount = 64
  /// Up to how many words an answer may be a label.
  private static let labelWordCount = 16

  /// The traits of a record's answer.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - block: The block it came in.
  ///   - meter: What has just measured it.
  /// - Returns: The traits; none for a record without an answer.
  /// - Complexity: O(words kept by the meter), but for the few answers whose text has to be looked at.
  func traits(
    of record: Record, in block: borrowing ParsedBlock, meter: borrowing SampleMeter
  ) -> AnswerTraits {
    var traits = AnswerTraits()
    var hasAnswer = false
    var hasOther = false
    var spoken = 0
    var last = 0
    for index in record.parts {
      let part = block.parts[index]
      switch part.role {
      case .response:
        hasAnswer = true
        if part.byteCount > 0 {
          spoken += 1
          last = index
        }
      case .tool: hasOther = true
      case .system, .prompt, .rejected, .text: break
      }
    }
    guard hasAnswer else { return traits }
    let promptCount = meter.counts.prompt.words
    let wordCount = meter.counts.response.words
    if wordCount == 0, !hasOther, isBlank(record, in: block) { traits.flags.insert(.empty) }
    if spoken == 1,
      block.withText(of: block.parts[last], { PlaceholderText.isPlaceholder($0) })
    {
      traits.flags.insert(.placeholder)
    }
    let weight = wordCount - meter.counts.response.ideographs / 2
    var isLabel = false
    if weight >= AnswerTraits.leastWordCount, wordCount <= Self.labelWordCount, spoken == 1,
      meter.counts.response.ideographs == 0
    {
      isLabel = block.withText(of: block.parts[last]) { Self.isLabel($0) }
    }
    if weight >= AnswerTraits.leastWordCount, !isLabel {
      let hashes = meter.withWords { promptWords, responseWords in
        (
          sum(promptWords.extracting(first: Self.longestWordCount)),
          sum(responseWords.extracting(first: Self.answerWordCount))
        )
      }
      let promptHash = hash(of: hashes.0, meter.counts.prompt)
      traits.hash = max(hash(of: hashes.1, meter.counts.response), 1)
      traits.promptHash = max(UInt32(truncatingIfNeeded: promptHash &>> 32), 1)
    }
    if weight >= AnswerTraits.leastEchoWordCount, wordCount <= promptCount,
      wordCount * 3 >= promptCount * 2,
      meter.withWords({
        Self.mayContain($0, $1, wordCount: promptCount, soughtCount: wordCount)
      }),
      isEcho(record, in: block)
    {
      traits.flags.insert(.echo)
    }
    return traits
  }

  /// Whether a text is one name, such as `book_a_table_for_two`: classes are given to many prompts by right.
  private static func isLabel(_ text: Span<UInt8>) -> Bool {
    var first = 0
    var end = text.count
    while first < end, PlaceholderText.isSpace(text[first]) { first += 1 }
    while end > first, PlaceholderText.isSpace(text[end - 1]) { end -= 1 }
    for index in first..<end where PlaceholderText.isSpace(text[index]) { return false }
    return true
  }

  /// A sum of products with odd numbers, in which no word waits for another.
  @inline(__always)
  private func sum(_ words: Span<UInt32>) -> UInt64 {
    let keys = keys.span.extracting(first: words.count)
    precondition(keys.count == words.count, "there is a key for every word")
    var sum: UInt64 = 0
    for index in words.indices { sum &+= UInt64(words[index]) &* UInt64(keys[index]) }
    return sum
  }

  /// One hash of the words' sum and of counts.
  @inline(__always)
  private func hash(of words: UInt64, _ counts: borrowing TextCounts) -> UInt64 {
    // Pairs of counts share a product; none comes near 2^32.
    let signs = UInt64(truncatingIfNeeded: counts.punctuation &+ counts.codeSymbols &<< 32)
    let brackets = UInt64(truncatingIfNeeded: counts.openBrackets &+ counts.closeBrackets &<< 32)
    let long = UInt64(truncatingIfNeeded: counts.wordsOf7Letters &+ counts.wordsOf10Letters &<< 32)
    let all = UInt64(truncatingIfNeeded: counts.words &+ counts.ideographs &<< 32)
    let end = UInt64(truncatingIfNeeded: counts.numbers &+ Int(counts.lastByte) &<< 32)
    return Self.mixed(
      words &+ signs &* countKeys[0] &+ brackets &* countKeys[1] &+ long &* countKeys[2]
        &+ all &* countKeys[3] &+ end &* countKeys[4])
  }

  /// Spreads every bit over all others.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// Whether the words of an answer may stand in a row among those of the prompt, as far as they are known.
  private static func mayContain(
    _ words: Span<UInt32>, _ sought: Span<UInt32>, wordCount: Int, soughtCount: Int
  ) -> Bool {
    guard !sought.isEmpty else { return false }
    let starts = min(wordCount - soughtCount + 1, words.count)
    for start in 0..<max(starts, 0) where words[start] == sought[0] {
      let known = min(sought.count, words.count - start)
      var length = 1
      while length < known, words[start + length] == sought[length] { length += 1 }
      if length == known { return true }
    }
    return false
  }

  /// Whether nothing of the answer can be seen.
  private func isBlank(_ record: Record, in block: borrowing ParsedBlock) -> Bool {
    for index in record.parts where block.parts[index].role == .response {
      if !block.withText(of: block.parts[index], { PlaceholderText.isBlank($0) }) { return false }
    }
    return true
  }

  /// Whether the answer stands in the prompt letter for letter, white space aside; but one of more lines than
  /// what it copies is work that was asked for.
  private func isEcho(_ record: Record, in block: borrowing ParsedBlock) -> Bool {
    var prompt: [UInt8] = []
    var answer: [UInt8] = []
    var promptLineCount = 0
    var answerLineCount = 0
    for index in record.parts {
      let part = block.parts[index]
      switch part.role {
      case .system, .prompt:
        promptLineCount += block.withText(of: part) { prompt.append(folding: $0) }
      case .response: answerLineCount += block.withText(of: part) { answer.append(folding: $0) }
      case .rejected, .tool, .text: break
      }
    }
    // What asks for a copy of the rest mostly stands on a line of its own.
    let most = answer.count == prompt.count ? promptLineCount : max(promptLineCount - 1, 1)
    return answerLineCount <= most && prompt.contains(inARow: answer)
  }
}

extension [UInt8] {
  /// Appends a text with one space before each of its words.
  ///
  /// - Returns: How many of its lines hold a word.
  fileprivate mutating func append(folding text: Span<UInt8>) -> Int {
    var lineCount = 0
    var isInWord = false
    var isInLine = false
    for index in text.indices {
      let isSpace = PlaceholderText.isSpace(text[index])
      if !isSpace {
        if !isInWord { append(0x20) }
        if !isInLine { lineCount += 1 }
        append(text[index])
        isInLine = true
      } else if text[index] == 0x0A {
        isInLine = false
      }
      isInWord = !isSpace
    }
    return lineCount
  }

  /// Whether other bytes stand in a row somewhere among these; found in linear time (Knuth, Morris and
  /// Pratt 1977), since a text may repeat itself.
  fileprivate func contains(inARow sought: [UInt8]) -> Bool {
    guard !sought.isEmpty, sought.count <= count else { return false }
    var borders = [Int](repeating: 0, count: sought.count)
    var length = 0
    for index in 1..<sought.count {
      while length > 0, sought[index] != sought[length] { length = borders[length - 1] }
      if sought[index] == sought[length] { length += 1 }
      borders[index] = length
    }
    length = 0
    for byte in self {
      while length > 0, byte != sought[length] { length = borders[length - 1] }
      if byte == sought[length] { length += 1 }
      if length == sought.count { return true }
    }
    return false
  }
}
