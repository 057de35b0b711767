/// Different strings of bytes, numbered in the order in which they came.
struct ByteStringTable: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int32] = [0]
  /// The number behind each place, −1 for none; a power of two of them, at most half in use.
  private var slots: [Int32]
  /// The length of the longest.
  private(set) var longest = 0

  /// How many there are.
  var count: Int { ends.count - 1 }

  /// - Parameter capacity: How many there is room for at first.
  init(capacity: Int = 8) {
    slots = [Int32](repeating: -1, count: Self.slotCount(capacity))
  }

  private static func slotCount(_ capacity: Int) -> Int {
    var count = 16
    while count < capacity * 2 { count *= 2 }
    return count
  }

  @inline(__always)
  private static func hash(_ string: Span<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in string.indices { hash = (hash ^ UInt64(string[index])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 29)
  }

  /// The number of a string, `nil` for one that is not here.
  @inline(__always)
  func number(of string: Span<UInt8>) -> Int? {
    let place = slot(of: string)
    return slots[place] < 0 ? nil : Int(slots[place])
  }

  /// The number of a string, which is added if it is not here.
  mutating func add(_ string: Span<UInt8>) -> Int {
    if (count + 1) * 2 > slots.count { grow() }
    let place = slot(of: string)
    if slots[place] >= 0 { return Int(slots[place]) }
    slots[place] = Int32(count)
    bytes.append(bytes: string)
    ends.append(Int32(bytes.count))
    longest = max(longest, string.count)
    return count - 1
  }

  /// The string of a number.
  func string(_ number: Int) -> ArraySlice<UInt8> {
    bytes[Int(ends[number])..<Int(ends[number + 1])]
  }

  /// How many bytes all strings have.
  var byteCount: Int { bytes.count }

  @inline(__always)
  private func slot(of string: Span<UInt8>) -> Int {
    let mask = slots.count - 1
    var place = Self.hash(string) & mask
    while slots[place] >= 0 {
      let start = Int(ends[Int(slots[place])])
      if Int(ends[Int(slots[place]) + 1]) - start == string.count {
        var index = 0
        while index < string.count, bytes[start + index] == string[index] { index += 1 }
        if index == string.count { return place }
      }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for number in 0..<count {
      var place = Self.hash(string(number).span) & mask
      while slots[place] >= 0 { place = (place + 1) & mask }
      slots[place] = Int32(number)
    }
  }
}
