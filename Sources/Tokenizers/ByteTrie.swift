/// Strings of bytes, to find those that a text goes on with.
struct ByteTrie: Sendable {
  private struct Slot: BitwiseCopyable {
    var step: UInt64 = .max
    var node: Int32 = 0
  }

  /// The steps from node to node: by byte from the root, by a hash of node and byte from all others.
  private var roots = [Int32](repeating: 0, count: 256)
  private var slots: [Slot]
  private var stepCount = 0
  /// What was set for each node, −1 for nothing; the root is the first.
  private var values: [Int32] = [-1]

  /// - Parameter capacity: How many steps there is room for at first.
  init(capacity: Int) {
    var count = 16
    while count < capacity * 2 { count *= 2 }
    slots = [Slot](repeating: Slot(), count: count)
  }

  @inline(__always)
  private static func hash(_ step: UInt64) -> Int {
    Int(truncatingIfNeeded: (step &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  @inline(__always)
  private static func step(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }

  /// The node behind another one; 0 for none, as no step leads to the root.
  @inline(__always)
  func next(_ node: Int32, _ byte: UInt8) -> Int32 {
    if node == 0 { return roots[Int(byte)] }
    let step = Self.step(node, byte)
    let mask = slots.count - 1
    var place = Self.hash(step) & mask
    while true {
      let slot = slots[place]
      if slot.step == step { return slot.node }
      if slot.step == .max { return 0 }
      place = (place + 1) & mask
    }
  }

  /// What was set for the string that a node stands for; −1 for nothing.
  @inline(__always)
  func value(of node: Int32) -> Int32 { values[Int(node)] }

  /// Sets a value, at least 0, for a string that is not empty; a later one wins.
  mutating func set(_ string: [UInt8], _ value: Int32) {
    var node: Int32 = 0
    for byte in string {
      var following = next(node, byte)
      if following == 0 {
        following = Int32(values.count)
        values.append(-1)
        add(node, byte, following)
      }
      node = following
    }
    values[Int(node)] = value
  }

  private mutating func add(_ node: Int32, _ byte: UInt8, _ following: Int32) {
    if node == 0 {
      roots[Int(byte)] = following
      return
    }
    stepCount += 1
    if stepCount * 2 > slots.count {
      let old = slots
      slots = [Slot](repeating: Slot(), count: old.count * 2)
      for slot in old where slot.step != .max { put(slot) }
    }
    put(Slot(step: Self.step(node, byte), node: following))
  }

  private mutating func put(_ slot: Slot) {
    let mask = slots.count - 1
    var place = Self.hash(slot.step) & mask
    while slots[place].step != .max { place = (place + 1) & mask }
    slots[place] = slot
  }
}
