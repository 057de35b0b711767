/// A repeatable source of randomness for tests: the same seed gives the same draws everywhere.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts from a seed.
  ///
  /// - Parameter seed: Any number; near seeds give unrelated draws.
  public init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0xD134_2543_DE82_EF95 &+ 1 }

  /// The next 64 random bits (a Weyl sequence through two multiply-xorshift rounds).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 32)) &* 0xD6E8_FEB8_6659_FD93
    bits = (bits ^ (bits >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return bits ^ (bits >> 32)
  }

  /// A number in 0…1 from few different values, so that ties are common.
  ///
  /// - Parameter levels: How many different values there are.
  /// - Returns: One of 0, 1/levels, 2/levels, …
  public mutating func coarse(levels: Int) -> Double {
    Double(Int.random(in: 0...levels, using: &self)) / Double(levels)
  }
}
