/// What is remembered of the words of one side of a sample: which were seen, and in which company.
///
/// Both tables have a fixed size, so that noting a word never allocates.
struct WordMemory: Sendable {
  /// How many 64-bit words the bitmap of words seen has.
  static let seenWordCount = 64
  /// How many runs of four words are remembered at most.
  static let fourGramCount = 1024

  /// One bit for 12 bits of a word's hash.
  var seen = [UInt64](repeating: 0, count: seenWordCount)
  /// Hashes of runs of four words, directly mapped; a newer one replaces an older one, 0 is none.
  var fourGrams = [UInt32](repeating: 0, count: fourGramCount)

  /// Forgets everything.
  mutating func clear() {
    var seen = seen.mutableSpan
    for index in seen.indices { seen[index] = 0 }
    clearFourGrams()
  }

  private mutating func clearFourGrams() {
    var fourGrams = fourGrams.mutableSpan
    for index in fourGrams.indices { fourGrams[index] = 0 }
  }

  /// Where in the bitmap a word's bit is.
  @inline(__always)
  static func seenIndex(_ hash: UInt32) -> Int { Int(hash >> 26) }

  /// A word's bit in the bitmap.
  @inline(__always)
  static func seenBit(_ hash: UInt32) -> UInt64 { 1 &<< UInt64((hash >> 20) & 63) }
}

/// The words before, within one part.
struct WordRun {
  /// The three words before, newest last.
  private var before: (UInt32, UInt32, UInt32) = (0, 0, 0)
  /// How many words of this part were noted.
  private var count = 0

  /// Counts a word and what it means after the words before it.
  ///
  /// Written without branches wherever the outcome differs from word to word: a mispredicted branch
  /// costs as much as all of this.
  ///
  /// - Parameters:
  ///   - hash: The word's hash.
  ///   - counts: Where to count.
  ///   - seen: The bitmap of words seen on this side.
  ///   - fourGrams: The runs of four words on this side.
  ///   - remembers: Whether the two are to be kept.
  ///   - filter: The filter of the words known by name.
  ///   - echo: The runs of four words to compare with besides.
  /// - Returns: The word before, if the filter admits this word; else `nil`.
  @inline(__always)
  mutating func note(
    _ hash: UInt32, in counts: inout TextCounts, seen: inout MutableSpan<UInt64>,
    fourGrams: inout MutableSpan<UInt32>, remembers: Bool, filter: Span<UInt64>,
    echo: Span<UInt32>
  ) -> MarkedWord? {
    counts.words &+= 1
    count &+= 1
    let index = WordMemory.seenIndex(hash)
    let place = UInt64((hash >> 20) & 63)
    let previous = before.2
    if remembers {
      let known = seen[index]
      counts.distinctWords &+= Int(truncatingIfNeeded: ~(known &>> place) & 1)
      seen[index] = known | 1 &<< place
    }
    if remembers && count >= 4 {
      let joined = rotated(before.0, 15) ^ rotated(before.1, 10) ^ rotated(previous, 5) ^ hash
      // 0 marks an empty slot.
      let gram = max(joined &* 0x9E37_79B1, 1)
      let slot = Int(gram >> 22)
      counts.fourGrams &+= 1
      counts.repeatedFourGrams &+= fourGrams[slot] == gram ? 1 : 0
      counts.echoedFourGrams &+= echo[slot] == gram ? 1 : 0
      fourGrams[slot] = gram
    }
    before = (before.1, previous, hash)
    guard (filter[index] &>> place) & 1 == 1 else { return nil }
    return MarkedWord(hash: hash, previous: previous, isEarly: count <= MarkerWords.refusalWindow)
  }
}

/// A word that may be one of those known by name.
struct MarkedWord {
  /// Its hash.
  var hash: UInt32
  /// The hash of the word before, 0 if there is none.
  var previous: UInt32
  /// Whether it is among the first words of its part.
  var isEarly: Bool
}

/// Rotates to the left by a constant.
@inline(__always)
private func rotated(_ bits: UInt32, _ places: UInt32) -> UInt32 {
  (bits &<< places) | (bits &>> (32 &- places))
}
