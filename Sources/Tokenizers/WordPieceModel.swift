/// WordPiece: a word is cut from its start, each piece as long as the vocabulary has it; a word that cannot be
/// cut whole is one unknown token.
struct WordPieceModel: Sendable {
  /// The tokens that may begin a word.
  let beginnings: ByteStringTable
  /// Those that may go on with one, without their prefix.
  let continuations: ByteStringTable
  /// Words of more characters are unknown.
  let longestWord: Int

  /// How many tokens a word has.
  ///
  /// - Complexity: O(n · m) for n bytes and tokens of up to m.
  func count(_ word: Span<UInt8>) -> Int {
    var characters = 0
    for index in word.indices where word[index] & 0xC0 != 0x80 { characters += 1 }
    if characters > longestWord { return 1 }
    var start = 0
    var count = 0
    while start < word.count {
      let longest = start == 0 ? beginnings.longest : continuations.longest
      var end = min(word.count, start + longest)
      while end > start {
        // Never within a character.
        if end == word.count || word[end] & 0xC0 != 0x80 {
          let piece = word.extracting(start..<end)
          let isKnown =
            (start == 0 ? beginnings.number(of: piece) : continuations.number(of: piece)) != nil
          if isKnown { break }
        }
        end -= 1
      }
      if end == start { return 1 }
      start = end
      count += 1
    }
    return count
  }
}
