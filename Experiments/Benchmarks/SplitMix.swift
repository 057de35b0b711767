/// A seeded source of numbers.
///
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from -1 to below 1.
  mutating func signed() -> Float { Float(Int32(truncatingIfNeeded: next() >> 32)) / 0x1p31 }

  /// A number with mean 0 and variance 1 that looks normal: the sum of three uniform ones.
  mutating func bell() -> Float { signed() + signed() + signed() }
}
