/// Numbers for pairs of numbers, counted from 0 in the order of their first appearance.
///
/// Open addressing; 4 bytes a place, 12 a pair, at most about 28 bytes a pair.
struct PairTable: Sendable {
  /// The pairs by number.
  private(set) var keys: [UInt64] = []
  private var slots: [Int32]

  /// How many pairs there are.
  var count: Int { keys.count }

  /// A table with room for some pairs.
  ///
  /// - Parameter capacity: About how many; more are taken as well.
  init(capacity: Int = 0) {
    var size = 64
    while size < capacity * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    keys.reserveCapacity(capacity)
  }

  @inline(__always)
  static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  @inline(__always)
  private static func mixed(_ key: UInt64) -> UInt64 {
    let product = key &* 0x9E37_79B9_7F4A_7C15
    return product ^ (product >> 32)
  }

  /// The number of a pair, a new one where it was not known.
  mutating func number(of key: UInt64) -> Int32 {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: Self.mixed(key)) & mask
    while slots[place] >= 0 {
      if keys[Int(slots[place])] == key { return slots[place] }
      place = (place + 1) & mask
    }
    let number = Int32(keys.count)
    precondition(number < Int32.max, "pairs are counted in 31 bits")
    slots[place] = number
    keys.append(key)
    if keys.count * 2 > slots.count { grow() }
    return number
  }

  /// The number of a pair; −1 where it is not known.
  @inline(__always)
  func find(_ key: UInt64) -> Int32 {
    let mask = slots.count - 1
    let slots = slots.span
    let keys = keys.span
    var place = Int(truncatingIfNeeded: Self.mixed(key)) & mask
    while slots[place] >= 0 {
      if keys[Int(slots[place])] == key { return slots[place] }
      place = (place + 1) & mask
    }
    return -1
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, key) in keys.enumerated() {
      var place = Int(truncatingIfNeeded: Self.mixed(key)) & mask
      while slots[place] >= 0 { place = (place + 1) & mask }
      slots[place] = Int32(number)
    }
  }
}
