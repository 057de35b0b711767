import Samples

/// What a record's prompts hash to, so that samples that ask the same are known for it.
///
/// All prompts of a conversation count, letter for letter, escapes resolved; of text without roles the text does.
/// Answers, system texts and tools do not.
func promptHash(of record: Record, in block: borrowing ParsedBlock) -> UInt64 {
  var hash: UInt64 = 0
  var hasPrompt = false
  for index in record.parts {
    let part = block.parts[index]
    guard part.role == .prompt || part.role == .text, part.byteCount > 0 else { continue }
    hasPrompt = true
    block.withText(of: part) { bytes in
      // The length parts one text from the next.
      hash = ValidationDraw.mixed(hash &+ UInt64(bytes.count) &+ 0x9E37_79B9_7F4A_7C15)
      var place = 0
      while place < bytes.count {
        let end = min(place + 8, bytes.count)
        var word: UInt64 = 0
        for index in place..<end { word = word << 8 | UInt64(bytes[index]) }
        hash = ValidationDraw.mixed(hash ^ word) &* 0x9FB2_1C65_1E98_DF25
        place = end
      }
    }
  }
  // What asks nothing is like nothing else.
  return hasPrompt ? hash : record.contentHash.high
}
