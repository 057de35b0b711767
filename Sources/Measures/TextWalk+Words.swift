extension TextWalk {
  /// Takes a word: runs of letters and digits with apostrophes between.
  ///
  /// - Parameters:
  ///   - text: The part.
  ///   - index: Where the word begins, which is a letter; afterwards its end.
  /// - Returns: The word's hash.
  @inline(__always)
  mutating func takeWord(in text: Span<UInt8>, at index: inout Int) -> UInt32 {
    var hash = WordHash()
    var letters = takeLetters(in: text, at: &index, &hash)
    let byte = Self.byte(of: text, at: index)
    // Where the word goes on after its first letters it takes the longer road.
    if byte >= 0x80 || byte == 0x27 || CharacterClasses.isDigit(byte) {
      takeRest(in: text, at: &index, &hash, &letters)
    }
    countLong(letters)
    return hash.value
  }

  /// Takes a word that begins with a digit; most of these are numbers.
  ///
  /// - Parameters:
  ///   - text: The part.
  ///   - index: Where the word begins; afterwards its end.
  /// - Returns: The word's hash.
  @inline(__always)
  mutating func takeNumber(in text: Span<UInt8>, at index: inout Int) -> UInt32 {
    var hash = WordHash()
    takeDigits(in: text, at: &index, &hash, inWord: false)
    let byte = Self.byte(of: text, at: index)
    if byte >= 0x80 || byte == 0x27 || CharacterClasses.isLetter(byte) {
      var letters = 0
      takeRest(in: text, at: &index, &hash, &letters)
      countLong(letters)
    }
    return hash.value
  }

  @inline(__always)
  private mutating func countLong(_ letters: Int) {
    counts.wordsOf7Letters &+= letters >= 7 ? 1 : 0
    counts.wordsOf10Letters &+= letters >= 10 ? 1 : 0
  }

  /// Takes a run of ASCII letters, which may be empty.
  ///
  /// - Returns: How many there are.
  @inline(__always)
  private mutating func takeLetters(
    in text: Span<UInt8>, at index: inout Int, _ hash: inout WordHash
  ) -> Int {
    let start = index
    while true {
      let bytes = EightBytes(of: text, at: index)
      let count = bytes.letterCount
      if count > 0 { hash.append(bytes.lowercased(first: count)) }
      index &+= count
      if count < 8 { break }
    }
    let count = index &- start
    if count > 0 {
      counts.tokenUnits &+= TokenEstimate.letters(
        count, afterSpace: context == .space || context == .start)
      context = .letter
      visibleInLine &+= count
      // Of the two characters before the next, only digits and signs are ever asked for.
      last = text[index &- 1]
      secondLast = last
      lastVisible = last
    }
    return count
  }

  /// Takes what follows the first letters of a word.
  @inline(never)
  private mutating func takeRest(
    in text: Span<UInt8>, at index: inout Int, _ hash: inout WordHash, _ letters: inout Int
  ) {
    while index < text.count {
      let byte = text[index]
      if CharacterClasses.isLetter(byte) {
        letters &+= takeLetters(in: text, at: &index, &hash)
      } else if CharacterClasses.isDigit(byte) {
        takeDigits(in: text, at: &index, &hash, inWord: letters > 0)
      } else if byte >= 0x80 {
        let next = Self.byte(of: text, at: index &+ 1)
        let wide = WideCharacter(lead: byte, next: next)
        guard wide.role == .letter else { return }
        hash.append(take(wide, in: text, at: &index))
        letters &+= wide.length >= 3 ? 2 : 1
      } else if byte == 0x27, CharacterClasses.isLetter(Self.byte(of: text, at: index &+ 1)) {
        counts.tokenUnits &+=
          context == .letter ? TokenEstimate.apostropheInWord : TokenEstimate.punctuationRun
        context = .punctuation
        hash.append(UInt64(byte))
        letters &+= 1
        counts.punctuation &+= 1
        advance(over: byte)
        index &+= 1
      } else {
        return
      }
    }
  }

  /// Takes a run of digits, which is not empty.
  @inline(__always)
  private mutating func takeDigits(
    in text: Span<UInt8>, at index: inout Int, _ hash: inout WordHash, inWord: Bool
  ) {
    // "3,000.5" is one number, "a3" none.
    let goesOn = (last == 0x2C || last == 0x2E) && CharacterClasses.isDigit(secondLast)
    if !inWord && !goesOn { counts.numbers &+= 1 }
    let start = index
    var byte = text[index]
    repeat {
      hash.append(UInt64(byte))
      secondLast = last
      last = byte
      index &+= 1
      byte = Self.byte(of: text, at: index)
    } while CharacterClasses.isDigit(byte)
    lastVisible = last
    let count = index &- start
    visibleInLine &+= count
    counts.tokenUnits &+= TokenEstimate.digits(count, afterSpace: context == .space)
    context = .digit
  }

  /// Takes an ideograph or kana.
  ///
  /// - Returns: Its hash as a word.
  @inline(__always)
  mutating func takeIdeograph(
    _ wide: WideCharacter, in text: Span<UInt8>, at index: inout Int
  ) -> UInt32 {
    counts.ideographs &+= 1
    var hash = WordHash()
    hash.append(take(wide, in: text, at: &index))
    return hash.value
  }

  /// Takes a character beyond ASCII as far as its size and price go.
  ///
  /// - Returns: Its bytes, the first one lowest.
  @inline(__always)
  mutating func take(_ wide: WideCharacter, in text: Span<UInt8>, at index: inout Int) -> UInt64 {
    let length = min(wide.length, text.count &- index)
    var bytes: UInt64 = 0
    for offset in 0..<length {
      bytes |= UInt64(text[index &+ offset]) &<< UInt64(8 &* offset)
    }
    continuationBytes &+= length &- 1
    counts.tokenUnits &+= wide.cost
    context = .other
    advance(over: text[index])
    index &+= length
    return bytes
  }
}
