extension TextWalk {
  /// Takes an ASCII character that is neither space nor part of a word.
  @inline(__always)
  mutating func takePunctuation(_ byte: UInt8, _ entry: UInt8, next: UInt8) {
    if context != .punctuation {
      counts.tokenUnits &+= TokenEstimate.punctuationRun
      context = .punctuation
    }
    counts.punctuation &+= 1
    if entry != 0 { takeFlagged(byte, entry, next: next) }
    advance(over: byte)
  }

  /// Takes the part of ASCII punctuation that means something besides.
  private mutating func takeFlagged(_ byte: UInt8, _ entry: UInt8, next: UInt8) {
    if entry & CharacterClasses.sign != 0 {
      if last != byte { counts.operators &+= 1 }
    } else if entry & CharacterClasses.signAfterNumber != 0 {
      if CharacterClasses.isDigit(lastVisible) || lastVisible == 0x29 { counts.operators &+= 1 }
    }
    if entry & CharacterClasses.codeSymbol != 0 { counts.codeSymbols &+= 1 }
    if entry & CharacterClasses.bracket != 0 {
      // "(", "[" and "{" against their closing partners.
      if byte == 0x28 || byte == 0x5B || byte == 0x7B {
        counts.openBrackets &+= 1
      } else {
        counts.closeBrackets &+= 1
      }
    }
    if entry & CharacterClasses.layout != 0 { takeLayout(byte, next: next) }
  }

  /// Takes the first characters of list items and headings, and the last of fences and bold marks.
  private mutating func takeLayout(_ byte: UInt8, next: UInt8) {
    if visibleInLine == 0 {
      if byte == 0x2D || byte == 0x2A || byte == 0x2B {  // - * +
        if next == 0x20 { counts.listItems &+= 1 }
      } else if byte == 0x23 {  // #
        if next == 0x20 || next == 0x23 { counts.headings &+= 1 }
      }
    } else if byte == 0x2E || byte == 0x29 {  // "1. ", "12) "
      if next == 0x20 && visibleInLine <= 2 && CharacterClasses.isDigit(last) {
        counts.listItems &+= 1
      }
    }
    if byte == 0x60 {
      if last == 0x60 && secondLast == 0x60 { counts.fences &+= 1 }
    } else if byte == 0x2A && last == 0x2A {
      counts.boldMarks &+= 1
    }
  }

  /// Takes a sign beyond ASCII, by its first three bytes.
  mutating func takeWideSign(_ wide: WideCharacter, in text: Span<UInt8>, at index: inout Int) {
    let lead = text[index]
    let next = Self.byte(of: text, at: index &+ 1)
    counts.punctuation &+= 1
    if lead == 0xE2 {
      if next &- 0x88 < 4 { counts.operators &+= 1 }  // U+2200…U+22FF
    } else if lead == 0xC3 {
      counts.operators &+= 1  // multiplication, division
    } else if lead == 0xEF && next == 0xBF && Self.byte(of: text, at: index &+ 2) == 0xBD {
      counts.replacementCharacters &+= 1
    }
    _ = take(wide, in: text, at: &index)
  }
}
