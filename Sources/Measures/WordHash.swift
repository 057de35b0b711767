/// The 32-bit hash of a word, the same in every process and on every machine.
///
/// Words are hashed eight letters at a time, with ASCII capitals lowered, so "Word" and "word" agree;
/// letters beyond ASCII are taken as they are. What is taken together depends on the word alone, not
/// on where it stands. Inside this module words are known by that hash only.
///
/// Each step is a multiplication by the golden ratio's 64 bits and a fold of the high half onto the
/// low one; the end is one round of multiply-xorshift, after which any 16 bits may serve as a bucket
/// number.
struct WordHash {
  private var state: UInt64 = 0x243F_6A88_85A3_08D3

  /// Takes up to eight bytes, unused ones zero.
  ///
  /// - Parameter bytes: At least one byte that is not zero.
  @inline(__always)
  mutating func append(_ bytes: UInt64) {
    state = (state ^ bytes) &* 0x9E37_79B9_7F4A_7C15
    state ^= state &>> 32
  }

  /// The hash of all that was taken.
  @inline(__always)
  var value: UInt32 {
    let folded = state &* 0xD6E8_FEB8_6659_FD93
    return UInt32(truncatingIfNeeded: folded &>> 32)
  }
}
