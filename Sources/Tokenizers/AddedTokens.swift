/// Tokens that are found in a text before it is cut into words.
struct AddedTokens: Sendable {
  /// One such token.
  struct Token: Sendable {
    var content: [UInt8]
    /// Whether letters or digits next to it keep it from being found.
    var isSingleWord: Bool
    /// Whether it takes the blanks before and behind it.
    var takesLeft: Bool
    var takesRight: Bool
  }

  /// Sorted by content, each once.
  private let tokens: [Token]
  /// For each byte those that begin with it.
  private let starts: [Range<Int32>]

  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: Of several with one content the last one counts.
  init(_ tokens: [Token]) {
    var sorted: [Token] = []
    let numbered = tokens.enumerated().sorted {
      $0.element.content.lexicographicallyPrecedes($1.element.content)
        || ($0.element.content == $1.element.content && $0.offset < $1.offset)
    }
    for (_, token) in numbered where !token.content.isEmpty {
      if sorted.last?.content == token.content { sorted.removeLast() }
      sorted.append(token)
    }
    self.tokens = sorted
    var starts = [Range<Int32>](repeating: 0..<0, count: 256)
    for (number, token) in sorted.enumerated() {
      let byte = Int(token.content[0])
      let start = starts[byte].isEmpty ? Int32(number) : starts[byte].lowerBound
      starts[byte] = start..<Int32(number + 1)
    }
    self.starts = starts
  }

  /// A token that was found.
  struct Match {
    /// Where it stands, with the blanks it takes.
    let range: Range<Int>
    /// Where the search goes on.
    let searchEnd: Int
  }

  /// The next token in a text.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - place: Where to search from: `searchEnd` of the match before.
  ///   - from: Where what is left of the text begins: behind the match before.
  ///   - table: `UnicodeTables.classes`.
  /// - Returns: The token and what it takes; `nil` for no more.
  func next(
    in text: Span<UInt8>, at place: Int, from: Int, _ table: Span<UInt16>
  ) -> Match? {
    var place = place
    while place < text.count {
      let candidates = starts[Int(text[place])]
      if !candidates.isEmpty, let (number, end) = longest(candidates, in: text, at: place) {
        let token = tokens[number]
        if !token.isSingleWord || standsAlone(place..<end, in: text, table) {
          var start = place
          var stop = end
          if token.takesLeft { start = max(from, blankStart(text, before: place, table)) }
          if token.takesRight { stop = PatternScan.run(text, end, table, of: .space) }
          return Match(range: start..<stop, searchEnd: end)
        }
        place = end
      } else {
        place += 1
      }
    }
    return nil
  }

  /// The longest of some tokens that stands at a place.
  private func longest(
    _ candidates: Range<Int32>, in text: Span<UInt8>, at place: Int
  ) -> (number: Int, end: Int)? {
    var range = Int(candidates.lowerBound)..<Int(candidates.upperBound)
    var depth = 1
    var found: (Int, Int)?
    while true {
      // Among those that agree so far, the one that ends here comes first.
      if tokens[range.lowerBound].content.count == depth {
        found = (range.lowerBound, place + depth)
        range = range.dropFirst()
      }
      guard !range.isEmpty, place + depth < text.count else { return found }
      let byte = text[place + depth]
      let lower = partition(range) { tokens[$0].content[depth] >= byte }
      let upper = partition(lower..<range.upperBound) { tokens[$0].content[depth] > byte }
      if lower == upper { return found }
      range = lower..<upper
      depth += 1
    }
  }

  /// The first of a range for which something holds that holds for all behind it.
  private func partition(_ range: Range<Int>, _ holds: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func standsAlone(
    _ range: Range<Int>, in text: Span<UInt8>, _ table: Span<UInt16>
  ) -> Bool {
    if range.lowerBound > 0 {
      let start = Self.characterStart(text, before: range.lowerBound)
      if DecodedCharacter(text, at: start, table).classes.contains(.word) { return false }
    }
    return range.upperBound == text.count
      || !DecodedCharacter(text, at: range.upperBound, table).classes.contains(.word)
  }

  private func blankStart(_ text: Span<UInt8>, before end: Int, _ table: Span<UInt16>) -> Int {
    var place = end
    while place > 0 {
      let start = Self.characterStart(text, before: place)
      if !DecodedCharacter(text, at: start, table).classes.contains(.space) { break }
      place = start
    }
    return place
  }

  private static func characterStart(_ text: Span<UInt8>, before end: Int) -> Int {
    var place = end - 1
    while place > 0, end - place < 4, text[place] & 0xC0 == 0x80 { place -= 1 }
    return place
  }
}
