/// Hashes of runs of words, 64 bits each.
///
/// A word is a 32-bit hash. Of one and two words the hash is a bijection of them, so that only words that
/// share their own hash are mistaken for each other; of three and four it is a mixture, of which two given
/// ones agree with a chance of about 2⁻⁶⁴. Runs of different lengths are never compared.
enum NGrams {
  /// The longest runs.
  static let mostWords = 4

  /// How many runs of a length a text has.
  @inline(__always)
  static func count(ofWords wordCount: Int, length: Int) -> Int { max(wordCount - length + 1, 0) }

  /// Hands on the hash of each run of a text, in order.
  ///
  /// - Parameters:
  ///   - length: How many words make a run, 1 … `mostWords`.
  ///   - words: The text's words.
  ///   - body: Takes a hash.
  @inline(__always)
  static func forEach(_ length: Int, in words: Span<UInt32>, _ body: (UInt64) -> Void) {
    let last = words.count - length
    guard last >= 0 else { return }
    switch length {
    case 1:
      for place in words.indices { body(scrambled(UInt64(words[place]))) }
    case 2:
      for place in 0...last { body(pair(words[place], words[place &+ 1])) }
    case 3:
      for place in 0...last {
        let first = pair(words[place], words[place &+ 1])
        body(scrambled(first &* multiplier &+ UInt64(words[place &+ 2])))
      }
    default:
      precondition(length == 4, "runs have one to four words")
      for place in 0...last {
        let first = pair(words[place], words[place &+ 1])
        let second = pair(words[place &+ 2], words[place &+ 3])
        body(scrambled(first &* multiplier &+ second))
      }
    }
  }

  private static let multiplier: UInt64 = 0xD6E8_FEB8_6659_FD93

  @inline(__always)
  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    scrambled(UInt64(first) &<< 32 | UInt64(second))
  }
}

/// Scrambles 64 bits: a bijection whose every bit depends on every bit (the finaliser of SplitMix64:
/// Steele, Lea and Flood 2014).
@inline(__always)
func scrambled(_ value: UInt64) -> UInt64 {
  var state = value &+ 0x9E37_79B9_7F4A_7C15
  state = (state ^ (state &>> 30)) &* 0xBF58_476D_1CE4_E5B9
  state = (state ^ (state &>> 27)) &* 0x94D0_49BB_1331_11EB
  return state ^ (state &>> 31)
}
