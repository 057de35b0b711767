/// Repeatable ±1 draws: one independent stream a bucket, so that no stream depends on another's
/// length or place.
///
/// A Weyl sequence (steps of the odd constant nearest to 2⁶⁴ over the golden ratio) through two
/// multiply-xorshift rounds.
struct RandomSigns {
  private var state: UInt64
  private var bits: UInt64 = 0
  private var left = 0

  init(seed: UInt64, bucket: Int) {
    state = Self.mixed(seed) ^ Self.mixed(UInt64(bucket) &+ 0x5851_F42D_4C95_7F2D)
  }

  /// True for +1.
  mutating func next() -> Bool {
    if left == 0 {
      state &+= 0x9E37_79B9_7F4A_7C15
      bits = Self.mixed(state)
      left = 64
    }
    defer {
      bits >>= 1
      left -= 1
    }
    return bits & 1 == 1
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 32)) &* 0xD6E8_FEB8_6659_FD93
    bits = (bits ^ (bits >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return bits ^ (bits >> 32)
  }
}
