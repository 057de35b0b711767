/// Counts how many different hashes there are among those it is given, in bounded memory.
///
/// Hashes are kept in a table. While there are no more than `limit` the count is exact. Beyond, it keeps
/// those alone whose upper bits are 0, one bit more each time it is full, and counts each for the 2^bits
/// that it stands for: adaptive sampling (Wegman; Flajolet 1990, "On adaptive sampling"), unbiased, with a
/// standard error of about 1.2 / √limit. Which hashes are kept at the end, and so the count, depends on
/// the set of hashes and on nothing else: not on their order, nor how often each came.
///
/// **Memory.** Slots of 8 bytes, of which 5 in 16 to 5 in 8 are taken: at most 26 bytes a kept hash, but at
/// the usual limit of 2²² hashes 64 MiB.
struct DistinctCounter: Sendable {
  /// How many hashes are kept at most.
  let limit: Int
  /// How many upper bits of a kept hash are 0.
  private(set) var level = 0
  /// How many hashes are kept.
  private(set) var keptCount = 0
  /// 0 is an empty slot.
  private var slots: [UInt64]
  /// What a kept hash is below; 0 stands for 2⁶⁴.
  private var bound: UInt64 = 0

  /// Makes a counter that has seen nothing.
  ///
  /// - Parameters:
  ///   - limit: How many hashes are kept at most, at least 1.
  ///   - expected: How many different ones may come; a guess, which saves growing step by step.
  init(limit: Int, expected: Int = 0) {
    precondition(limit >= 1, "a counter keeps at least one hash")
    self.limit = limit
    var capacity = 1 << 10
    while 5 * capacity < 8 * min(expected, limit) { capacity *= 2 }
    slots = [UInt64](repeating: 0, count: capacity)
  }

  /// How many different hashes came; an estimate where `level` is not 0.
  var count: Double { Double(keptCount) * Double(sign: .plus, exponent: level, significand: 1) }

  /// Takes the hashes of all runs of a text.
  ///
  /// - Parameters:
  ///   - length: How many words make a run.
  ///   - words: The text's words.
  /// - Complexity: O(words), amortised.
  mutating func insert(runsOf length: Int, in words: Span<UInt32>) {
    let most = NGrams.count(ofWords: words.count, length: length)
    if most == 0 { return }
    // In pieces: none then fills the table while it is written to, and the slots of a piece are looked
    // at before they are searched, all at once, since most of them are far from the processor.
    var start = 0
    while start < most {
      let end = min(start + Self.pieceLength, most)
      makeRoom(for: end - start)
      let new = Self.insert(
        piece: words.extracting(start..<(end + length - 1)), runsOf: length, last: bound &- 1,
        into: &slots, hashes: &pieceHashes, looked: &looked)
      keptCount += new
      while keptCount > limit { raiseLevel() }
      start = end
    }
  }

  /// Puts the runs of a piece in, for which there is room.
  private static func insert(
    piece: Span<UInt32>, runsOf length: Int, last: UInt64, into slots: inout [UInt64],
    hashes: inout [UInt64], looked: inout UInt64
  ) -> Int {
    let mask = slots.count &- 1
    var table = slots.mutableSpan
    var hashes = hashes.mutableSpan
    var count = 0
    var sum: UInt64 = 0
    NGrams.forEach(length, in: piece) { hash in
      hashes[count] = hash
      count &+= hash <= last ? 1 : 0
    }
    for place in 0..<count { sum |= table[Int(truncatingIfNeeded: max(hashes[place], 1)) & mask] }
    var added = 0
    for place in 0..<count {
      added &+= put(hashes[place], into: &table, mask: mask) ? 1 : 0
    }
    looked = sum
    return added
  }

  /// How many runs are put in between two looks at the room left.
  private static let pieceLength = 256
  /// The hashes of a piece, and one more place, for one that is not kept.
  private var pieceHashes = [UInt64](repeating: 0, count: pieceLength + 1)
  /// What the slots looked at held, kept so that looking is not left out.
  private var looked: UInt64 = 0

  /// Whether the hash is new.
  @inline(__always)
  private static func put(
    _ hash: UInt64, into table: inout MutableSpan<UInt64>, mask: Int
  ) -> Bool {
    // 0 and 1 are taken for one.
    let stored = max(hash, 1)
    var slot = Int(truncatingIfNeeded: stored) & mask
    while true {
      let there = table[slot]
      if there == stored { return false }
      if there == 0 {
        table[slot] = stored
        return true
      }
      slot = (slot &+ 1) & mask
    }
  }

  private mutating func makeRoom(for more: Int) {
    while 8 * (keptCount + more) > 5 * slots.count { rebuild(capacity: 2 * slots.count) }
  }

  private mutating func raiseLevel() {
    level += 1
    bound = 1 << UInt64(64 - level)
    rebuild(capacity: slots.count)
  }

  private mutating func rebuild(capacity: Int) {
    (slots, keptCount) = Self.rebuilt(slots, capacity: capacity, last: bound &- 1)
  }

  /// The hashes of a table up to a last one, in a fresh table.
  private static func rebuilt(
    _ slots: [UInt64], capacity: Int, last: UInt64
  ) -> (slots: [UInt64], count: Int) {
    var fresh = [UInt64](repeating: 0, count: capacity)
    var kept = 0
    var table = fresh.mutableSpan
    let old = slots.span
    for slot in old.indices where old[slot] != 0 && old[slot] <= last {
      kept += put(old[slot], into: &table, mask: capacity - 1) ? 1 : 0
    }
    return (fresh, kept)
  }
}
