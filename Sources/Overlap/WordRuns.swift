/// Hashes of runs of words, 64 bits each, found by rolling from one run to the next.
///
/// A word is a 32-bit hash w. With s(w) its 64-bit scrambling (the finaliser of SplitMix64: Steele, Lea
/// and Flood 2014) a run w₁ … wₙ has the value Σ s(wᵢ) B^(n−i) modulo 2⁶⁴ for an odd B, and its hash is
/// that value with n added, scrambled once more: runs of different lengths never count as the same for
/// the same reason as others. The next run's value takes one multiplication and two additions.
///
/// Two given runs of different words have one hash with a chance of about 2⁻⁶⁴; two that differ in one
/// word alone with one of 2⁻³², since that is how often two words do.
struct WordRuns {
  /// How many words make a run.
  let length: Int
  /// B^length.
  private let power: UInt64

  private static let base: UInt64 = 0xD6E8_FEB8_6659_FD93

  /// Prepares for runs of a length, at least 1.
  init(length: Int) {
    precondition(length >= 1, "a run has at least one word")
    self.length = length
    var power: UInt64 = 1
    for _ in 0..<length { power = power &* Self.base }
    self.power = power
  }

  /// Hands on the hash of each run within a part until the body has had enough; no run where the part
  /// has fewer words.
  ///
  /// - Parameters:
  ///   - words: The part's words.
  ///   - body: Takes a hash; whether to go on.
  @inline(__always)
  func forEach(in words: Span<UInt32>, _ body: (UInt64) -> Bool) {
    if words.count < length { return }
    var value: UInt64 = 0
    for place in 0..<length { value = value &* Self.base &+ scrambled(UInt64(words[place])) }
    guard body(finished(value, length: length)) else { return }
    for place in length..<words.count {
      let gone = scrambled(UInt64(words[place &- length]))
      value = value &* Self.base &+ scrambled(UInt64(words[place])) &- gone &* power
      guard body(finished(value, length: length)) else { return }
    }
  }

  /// The hash of all words of a part as one run.
  static func whole(_ words: Span<UInt32>) -> UInt64 {
    var value: UInt64 = 0
    for place in words.indices { value = value &* base &+ scrambled(UInt64(words[place])) }
    return finished(value, length: words.count)
  }

  @inline(__always)
  private static func finished(_ value: UInt64, length: Int) -> UInt64 {
    scrambled(value &+ UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15)
  }

  @inline(__always)
  private func finished(_ value: UInt64, length: Int) -> UInt64 {
    Self.finished(value, length: length)
  }

  @inline(__always)
  private func scrambled(_ value: UInt64) -> UInt64 { Overlap.scrambled(value) }

  @inline(__always)
  private static func scrambled(_ value: UInt64) -> UInt64 { Overlap.scrambled(value) }
}

/// Scrambles 64 bits: a bijection whose every bit depends on every bit.
@inline(__always)
func scrambled(_ value: UInt64) -> UInt64 {
  var state = value &+ 0x9E37_79B9_7F4A_7C15
  state = (state ^ (state &>> 30)) &* 0xBF58_476D_1CE4_E5B9
  state = (state ^ (state &>> 27)) &* 0x94D0_49BB_1331_11EB
  return state ^ (state &>> 31)
}
