@testable import Measures

/// The same counts as those of a walk, in the plainest way: one character after the other, by questions alone.
///
/// What words are remembered for (different words, runs of four, refusals) is not counted.
struct PlainWalk {
  private let text: [UInt8]
  private var place = 0
  private var counts = TextCounts()
  private var words: [UInt32] = []
  private var context = TokenContext.start
  /// The first bytes of the characters that were passed.
  private var passed: [UInt8] = [10, 10]
  private var spaces = 0
  private var visible = 0
  private var hasLine = false
  private var inGap = false

  /// Counts a text that is one part of a sample.
  static func counts(of text: [UInt8]) -> (counts: TextCounts, words: [UInt32]) {
    var walk = PlainWalk(text: text)
    while walk.place < text.count { walk.takeCharacter() }
    if walk.visible > 0 { walk.counts.lines += 1 }
    walk.counts.bytes = text.count
    return (walk.counts, walk.words)
  }

  private init(text: [UInt8]) { self.text = text }

  private func byte(_ offset: Int = 0) -> UInt8 {
    place + offset < text.count ? text[place + offset] : 10
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }

  private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private var wide: WideCharacter? {
    byte() < 0x80 ? nil : WideCharacter(lead: byte(), next: byte(1))
  }

  private mutating func takeCharacter() {
    switch byte() {
    case 10: takeLineFeed()
    case 13:
      takeLineEnd()
      pass()
    case 0...32: takeSpace()
    case 48...57, 65...90, 97...122: takeWord()
    case 33...127: takeSign()
    default:
      switch wide?.role {
      case .letter: takeWord()
      case .ideograph:
        counts.ideographs += 1
        var hash = WordHash()
        hash.append(takeWide())
        end(hash, [])
      default: takeWideSign()
      }
    }
  }

  /// Goes on by a character.
  private mutating func pass(isVisible: Bool = false, length: Int = 1) {
    passed.append(byte())
    if isVisible {
      visible += 1
      counts.lastByte = byte()
    }
    counts.characters += 1
    place += length
  }

  private mutating func takeLineFeed() {
    takeLineEnd()
    if visible > 0 {
      counts.lines += 1
      (hasLine, inGap) = (true, false)
    } else if hasLine, !inGap {
      counts.paragraphGaps += 1
      inGap = true
    }
    visible = 0
    pass()
  }

  private mutating func takeLineEnd() {
    switch context {
    case .lineEnd, .punctuation: break
    default: counts.tokenUnits += 20
    }
    context = .lineEnd
  }

  private mutating func takeSpace() {
    spaces = context == .space ? spaces + 1 : 1
    if spaces == 2 { counts.tokenUnits += 4 }
    context = .space
    pass()
  }

  private mutating func takeWord() {
    var hash = WordHash()
    var letters = 0
    let start = place
    while place < text.count {
      if isLetter(byte()) {
        letters += takeLetters(&hash)
      } else if isDigit(byte()) {
        takeDigits(&hash, inWord: letters > 0)
      } else if byte() == 0x27, place > start, isLetter(byte(1)) {
        counts.tokenUnits += context == .letter ? 4 : 18
        context = .punctuation
        counts.punctuation += 1
        letters += 1
        hash.append(0x27)
        pass(isVisible: true)
      } else if let wide, wide.role == .letter {
        letters += wide.length > 2 ? 2 : 1
        hash.append(takeWide())
      } else {
        break
      }
    }
    if letters >= 7 { counts.wordsOf7Letters += 1 }
    if letters >= 10 { counts.wordsOf10Letters += 1 }
    end(hash, Array(text[start..<place]))
  }

  private mutating func end(_ hash: WordHash, _ word: [UInt8]) {
    counts.words += 1
    words.append(hash.value)
    let lowered = word.map { (65...90).contains($0) ? $0 + 32 : $0 }
    let constraints = MarkerWords.constraints.split(separator: " ")
    if constraints.contains(where: { Array($0.utf8) == lowered }) { counts.constraints += 1 }
  }

  /// Takes a run of letters, hashed by eights.
  private mutating func takeLetters(_ hash: inout WordHash) -> Int {
    var run: [UInt8] = []
    let afterSpace = context == .space || context == .start
    while isLetter(byte()), place < text.count {
      run.append(byte() | 0x20)
      pass(isVisible: true)
    }
    for start in stride(from: 0, to: run.count, by: 8) {
      let eight = run[start..<min(start + 8, run.count)]
      hash.append(eight.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    counts.tokenUnits += afterSpace ? 16 : 10
    if run.count >= 8 { counts.tokenUnits += 3 }
    counts.tokenUnits += 9 * max(0, run.count - 13)
    context = .letter
    return run.count
  }

  private mutating func takeDigits(_ hash: inout WordHash, inWord: Bool) {
    let before = passed.suffix(2)
    let goesOn = [0x2C, 0x2E].contains(before.last) && before.first.map(isDigit) == true
    if !inWord, !goesOn { counts.numbers += 1 }
    var count = 0
    while isDigit(byte()) {
      hash.append(UInt64(byte()))
      count += 1
      pass(isVisible: true)
    }
    counts.tokenUnits += (count + 2) / 3 * 16 + (context == .space ? 16 : 0)
    context = .digit
  }

  /// Takes a character beyond ASCII; of one that is cut short what is there.
  private mutating func takeWide() -> UInt64 {
    guard let wide else { return 0 }
    let length = min(wide.length, text.count - place)
    let bytes = text[place..<place + length].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    counts.tokenUnits += wide.cost
    context = .other
    pass(isVisible: true, length: length)
    return bytes
  }

  private mutating func takeWideSign() {
    counts.punctuation += 1
    switch (byte(), byte(1), byte(2)) {
    case (0xE2, 0x88...0x8B, _), (0xC3, _, _): counts.operators += 1
    case (0xEF, 0xBF, 0xBD): counts.replacementCharacters += 1
    default: break
    }
    _ = takeWide()
  }

  private mutating func takeSign() {
    let (sign, last, secondLast) = (byte(), passed[passed.count - 1], passed[passed.count - 2])
    func isOne(of signs: String) -> Bool { signs.utf8.contains(sign) }
    if context != .punctuation { counts.tokenUnits += 18 }
    context = .punctuation
    counts.punctuation += 1
    if isOne(of: "+=<>^%") {
      if last != sign { counts.operators += 1 }
    } else if isOne(of: "-*/"), isDigit(counts.lastByte) || counts.lastByte == 0x29 {
      counts.operators += 1
    }
    if isOne(of: "{}[]();=<>_\\|&$#@`~^") { counts.codeSymbols += 1 }
    if isOne(of: "([{") { counts.openBrackets += 1 }
    if isOne(of: ")]}") { counts.closeBrackets += 1 }
    if visible == 0 {
      if isOne(of: "-*+"), byte(1) == 0x20 { counts.listItems += 1 }
      if sign == 0x23, byte(1) == 0x20 || byte(1) == 0x23 { counts.headings += 1 }
    } else if isOne(of: ".)"), byte(1) == 0x20, visible <= 2, isDigit(last) {
      counts.listItems += 1
    }
    if sign == 0x60, last == 0x60, secondLast == 0x60 { counts.fences += 1 }
    if sign == 0x2A, last == 0x2A { counts.boldMarks += 1 }
    pass(isVisible: true)
  }
}
