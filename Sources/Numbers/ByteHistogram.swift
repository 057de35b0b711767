/// How often each value of each byte occurs in keys, from which a radix sort knows where things go.
struct ByteHistogram {
  private var counts = [Int](repeating: 0, count: 8 * 256)
  private let keyCount: Int

  init(of keys: [UInt64]) {
    keyCount = keys.count
    for key in keys {
      for byte in 0..<8 { counts[byte << 8 | Self.bucket(of: key, byte: byte)] += 1 }
    }
  }

  /// The value of one byte of a key, the lowest byte being 0.
  @inline(__always)
  static func bucket(of key: UInt64, byte: Int) -> Int {
    Int(truncatingIfNeeded: key >> UInt64(byte << 3)) & 255
  }

  /// Where the keys of each value of a byte begin; `nil` where all keys have the same value.
  func starts(ofByte byte: Int) -> [Int]? {
    var starts = [Int](repeating: 0, count: 256)
    var sum = 0
    for value in 0..<256 {
      let count = counts[byte << 8 | value]
      if count == keyCount { return nil }
      starts[value] = sum
      sum += count
    }
    return starts
  }
}
