/// The scanners of `SplitPattern`: each takes a text, a place within it and `UnicodeTables.classes`, and gives
/// the end of the match that starts there.
enum PatternScan {
  /// The end of the run of characters of some classes from a place on.
  @inline(__always)
  static func run(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>, of classes: CharacterClass,
    limit: Int = .max
  ) -> Int {
    var place = start
    var left = limit
    while place < text.count, left > 0 {
      let character = DecodedCharacter(text, at: place, table)
      if character.classes.isDisjoint(with: classes) { break }
      place = character.end
      left -= 1
    }
    return place
  }

  /// The end of the run of characters of none of some classes from a place on.
  @inline(__always)
  static func run(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>, butOf classes: CharacterClass
  ) -> Int {
    var place = start
    while place < text.count {
      let character = DecodedCharacter(text, at: place, table)
      if !character.classes.isDisjoint(with: classes) { break }
      place = character.end
    }
    return place
  }

  /// The end of the run of some bytes from a place on.
  @inline(__always)
  private static func run(
    _ text: Span<UInt8>, _ start: Int, ofBytes isOne: (UInt8) -> Bool
  ) -> Int {
    var place = start
    while place < text.count, isOne(text[place]) { place += 1 }
    return place
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// `'(?:[sdmt]|ll|ve|re)`, and with `ignoringCase` as `(?i:…)` takes it, which knows the long s.
  @inline(__always)
  static func contraction(_ text: Span<UInt8>, _ start: Int, ignoringCase: Bool) -> Int? {
    guard text[start] == UInt8(ascii: "'"), start + 1 < text.count else { return nil }
    func letter(_ place: Int) -> UInt8 {
      guard place < text.count else { return 0 }
      let byte = text[place]
      return ignoringCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
    switch letter(start + 1) {
    case UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "l"): return letter(start + 2) == UInt8(ascii: "l") ? start + 3 : nil
    case UInt8(ascii: "v"), UInt8(ascii: "r"):
      return letter(start + 2) == UInt8(ascii: "e") ? start + 3 : nil
    case 0xC5 where ignoringCase: return letter(start + 2) == 0xBF ? start + 3 : nil
    default: return nil
    }
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`, without the first where `lines` is false.
  @inline(__always)
  private static func blanks(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>, lines: Bool
  ) -> Int? {
    var place = start
    var last = start
    var lineEnd = start
    while place < text.count {
      let character = DecodedCharacter(text, at: place, table)
      if !character.classes.contains(.space) { break }
      last = place
      place = character.end
      if lines, isLineEnd(text[last]) { lineEnd = place }
    }
    if place == start { return nil }
    if lineEnd > start { return lineEnd }
    // The last blank is left to the word behind it, unless it is the only one.
    return place == text.count || last == start ? place : last
  }

  static func gpt2(_ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>) -> Int? {
    if let end = contraction(text, start, ignoringCase: false) { return end }
    var character = DecodedCharacter(text, at: start, table)
    if text[start] == UInt8(ascii: " "), character.end < text.count {
      let next = DecodedCharacter(text, at: character.end, table)
      if !next.classes.contains(.space) { character = next }
    }
    if character.classes.contains(.letter) {
      return run(text, character.end, table, of: .letter)
    }
    if character.classes.contains(.number) {
      return run(text, character.end, table, of: .number)
    }
    if !character.classes.contains(.space) {
      return run(text, character.end, table, butOf: [.space, .letter, .number])
    }
    return blanks(text, start, table, lines: false)
  }

  static func cl100k(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>, digits: Int, letters: CharacterClass
  ) -> Int? {
    let first = text[start]
    if let end = contraction(text, start, ignoringCase: true) { return end }
    let character = DecodedCharacter(text, at: start, table)
    let classes = character.classes
    if classes.isDisjoint(with: [.letter, .number]), !isLineEnd(first) {
      let end = run(text, character.end, table, of: letters)
      if end > character.end { return end }
    }
    if !classes.isDisjoint(with: letters) { return run(text, character.end, table, of: letters) }
    if classes.contains(.number) { return run(text, start, table, of: .number, limit: digits) }
    let others = letters.union([.space, .number])
    if let end = signs(text, start, character, table, butOf: others) {
      return run(text, end, ofBytes: isLineEnd)
    }
    return blanks(text, start, table, lines: true)
  }

  /// ` ?[^…]+`.
  @inline(__always)
  private static func signs(
    _ text: Span<UInt8>, _ start: Int, _ character: DecodedCharacter, _ table: Span<UInt16>,
    butOf classes: CharacterClass
  ) -> Int? {
    if text[start] == UInt8(ascii: " ") {
      let end = run(text, character.end, table, butOf: classes)
      return end > character.end ? end : nil
    }
    guard character.classes.isDisjoint(with: classes) else { return nil }
    return run(text, character.end, table, butOf: classes)
  }

  static func o200k(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>, digits: Int, contractions: Bool
  ) -> Int? {
    let character = DecodedCharacter(text, at: start, table)
    let classes = character.classes
    let takesHead = classes.isDisjoint(with: [.letter, .number]) && !isLineEnd(text[start])
    let isWord = !classes.isDisjoint(with: [.letter, .mark])
    if takesHead || isWord {
      var end: Int?
      if takesHead { end = wordInSmallLetters(text, character.end, table) }
      if end == nil, isWord { end = wordInSmallLetters(text, start, table) }
      if end == nil, takesHead { end = wordInCapitals(text, character.end, table) }
      if end == nil, isWord { end = wordInCapitals(text, start, table) }
      if let end {
        guard contractions, end < text.count else { return end }
        return contraction(text, end, ignoringCase: true) ?? end
      }
    }
    if classes.contains(.number) { return run(text, start, table, of: .number, limit: digits) }
    if let end = signs(text, start, character, table, butOf: [.space, .letter, .number]) {
      return run(text, end) { isLineEnd($0) || $0 == UInt8(ascii: "/") }
    }
    return blanks(text, start, table, lines: true)
  }

  /// Whether a character is in `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`.
  @inline(__always)
  private static func mayBeCapital(_ classes: CharacterClass) -> Bool {
    !classes.contains(.lower) && !classes.isDisjoint(with: [.letter, .mark])
  }

  /// Whether a character is in `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
  @inline(__always)
  private static func mayBeSmall(_ classes: CharacterClass) -> Bool {
    !classes.contains(.upper) && !classes.isDisjoint(with: [.letter, .mark])
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`.
  private static func wordInSmallLetters(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>
  ) -> Int? {
    var place = start
    // Behind the last character that is of both kinds: there the match ends where no small letter follows.
    var lastOfBoth: Int?
    while place < text.count {
      let character = DecodedCharacter(text, at: place, table)
      if !mayBeCapital(character.classes) { break }
      place = character.end
      if mayBeSmall(character.classes) { lastOfBoth = place }
    }
    let end = smallLetters(text, place, table)
    return end > place ? end : lastOfBoth
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`.
  private static func wordInCapitals(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>
  ) -> Int? {
    var place = start
    while place < text.count {
      let character = DecodedCharacter(text, at: place, table)
      if !mayBeCapital(character.classes) { break }
      place = character.end
    }
    return place > start ? smallLetters(text, place, table) : nil
  }

  @inline(__always)
  private static func smallLetters(
    _ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>
  ) -> Int {
    var place = start
    while place < text.count {
      let character = DecodedCharacter(text, at: place, table)
      if !mayBeSmall(character.classes) { break }
      place = character.end
    }
    return place
  }

  static func deepSeek(_ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>) -> Int? {
    let first = text[start]
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    let isSign =
      (0x21...0x2F).contains(first) || (0x3A...0x40).contains(first)
      || (0x5B...0x60).contains(first) || (0x7B...0x7E).contains(first)
    if isSign {
      let end = run(text, start + 1, ofBytes: isLetter)
      if end > start + 1 { return end }
    }
    let character = DecodedCharacter(text, at: start, table)
    let classes = character.classes
    if classes.isDisjoint(with: [.letter, .punctuation, .symbol]), !isLineEnd(first) {
      let end = run(text, character.end, table, of: [.letter, .mark])
      if end > character.end { return end }
    }
    if !classes.isDisjoint(with: [.letter, .mark]) {
      return run(text, character.end, table, of: [.letter, .mark])
    }
    let from = first == UInt8(ascii: " ") ? character.end : start
    let end = run(text, from, table, of: [.punctuation, .symbol])
    if end > from { return run(text, end, ofBytes: isLineEnd) }
    return blanks(text, start, table, lines: true)
  }

  static func ideographs(_ text: Span<UInt8>, _ start: Int) -> Int? {
    var place = start
    while place < text.count, text[place] >= 0xE0 {
      let (scalar, end) = DecodedCharacter.decode(text, at: place, first: text[place])
      guard (0x4E00...0x9FA5).contains(scalar) || (0x3040...0x30FF).contains(scalar) else { break }
      place = end
    }
    return place > start ? place : nil
  }

  static func words(_ text: Span<UInt8>, _ start: Int, _ table: Span<UInt16>) -> Int? {
    let character = DecodedCharacter(text, at: start, table)
    if character.classes.contains(.word) {
      return run(text, character.end, table, of: .word)
    }
    if character.classes.contains(.space) { return nil }
    return run(text, character.end, table, butOf: [.word, .space])
  }
}
