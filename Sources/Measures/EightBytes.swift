/// Up to eight bytes of a text in one register, the first one lowest.
///
/// Letters are found and lowered eight at a time; that is what makes the walk fast, as most bytes of
/// most texts are letters.
struct EightBytes {
  /// The bytes; zeros past the end of the text.
  let bits: UInt64

  private static let caseBits: UInt64 = 0x2020_2020_2020_2020
  private static let topBits: UInt64 = 0x8080_8080_8080_8080
  /// 0x80 − "a" in every byte.
  private static let toA: UInt64 = 0x1F1F_1F1F_1F1F_1F1F
  /// 0x80 − the character after "z" in every byte.
  private static let beyondZ: UInt64 = 0x0505_0505_0505_0505

  /// Takes the bytes from an index on.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - index: Where to begin, in 0…count.
  @inline(__always)
  init(of text: Span<UInt8>, at index: Int) {
    if index &+ 8 <= text.count {
      // Unsafe: the bytes are read as another type, for which any bytes are valid; the load itself
      // checks its bounds.
      let loaded = unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      bits = UInt64(littleEndian: loaded)
    } else {
      var gathered: UInt64 = 0
      var position = text.count
      while position > index {
        position &-= 1
        gathered = gathered &<< 8 | UInt64(text[position])
      }
      bits = gathered
    }
  }

  /// How many ASCII letters there are before the first other byte, 0…8.
  @inline(__always)
  var letterCount: Int {
    // Adding to seven bits never carries into the next byte: the top bit then says "at least 'a'",
    // and in the second sum "beyond 'z'".
    let sevenBits = (bits | Self.caseBits) & ~Self.topBits
    let fromA = sevenBits &+ Self.toA
    let beyondZ = sevenBits &+ Self.beyondZ
    let others = ~(fromA & ~beyondZ & ~bits) & Self.topBits
    return others.trailingZeroBitCount &>> 3
  }

  /// The first letters in lower case, the other bytes zero.
  ///
  /// - Parameter count: How many of the bytes, all letters, in 1…8.
  /// - Returns: The letters, the first one lowest.
  @inline(__always)
  func lowercased(first count: Int) -> UInt64 {
    (bits | Self.caseBits) & (~0 &>> UInt64(64 &- 8 &* count))
  }
}
