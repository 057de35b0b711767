/// Byte-pair encoding: a word's units are joined pair by pair, the pair that was learned first at first.
///
/// A class, so that threads share its tables without counting references to each.
final class BytePairModel: Sendable {
  /// What a word is made of at first.
  enum Units: Sendable {
    /// Its bytes: the token of each, −1 for none.
    case bytes([Int32])
    /// Its characters, looked up among the tokens; those of the bytes of one that is not there, −1 for none.
    case characters(tokens: ByteStringTable, numbers: [Int32], fallback: [Int32]?)
  }

  let units: Units
  /// What stands for a unit without a token; −1 to leave it out.
  let unknown: Int32
  /// Whether several of these in a row are one.
  let fusesUnknown: Bool
  /// The words that are one token whatever the pairs say.
  let wholeWords: ByteStringTable?
  let merges: PairTable

  init(
    units: Units, unknown: Int32, fusesUnknown: Bool, wholeWords: ByteStringTable?,
    merges: PairTable
  ) {
    self.units = units
    self.unknown = unknown
    self.fusesUnknown = fusesUnknown
    self.wholeWords = wholeWords
    self.merges = merges
  }

  /// The pairs that are joined, with their rank and what becomes of them.
  struct PairTable: Sendable {
    private var slots: [Slot]
    /// How many `grow` made room for.
    private var count = 0

    private struct Slot: BitwiseCopyable {
      var pair: UInt64 = .max
      var merge: UInt64 = .max
    }

    /// No merge; behind all others.
    static let none = UInt64.max

    init(capacity: Int) {
      var count = 16
      while count < capacity * 2 { count *= 2 }
      slots = [Slot](repeating: Slot(), count: count)
    }

    @inline(__always)
    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
      UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
      Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }

    /// The rank of a pair in the upper half and its token in the lower; `none` for no merge.
    @inline(__always)
    func merge(_ first: Int32, _ second: Int32) -> UInt64 {
      let key = Self.key(first, second)
      let mask = slots.count - 1
      var place = Self.hash(key) & mask
      while true {
        let slot = slots[place]
        if slot.pair == key { return slot.merge }
        if slot.pair == .max { return Self.none }
        place = (place + 1) & mask
      }
    }

    /// Makes room for one more, where how many there will be was not known.
    mutating func grow() {
      count += 1
      if count * 2 <= slots.count { return }
      let old = slots
      slots = [Slot](repeating: Slot(), count: old.count * 2)
      let mask = slots.count - 1
      for slot in old where slot.pair != .max {
        var place = Self.hash(slot.pair) & mask
        while slots[place].pair != .max { place = (place + 1) & mask }
        slots[place] = slot
      }
    }

    /// Sets a pair's merge; of several the last one holds.
    mutating func set(_ first: Int32, _ second: Int32, rank: Int, token: Int32) {
      let key = Self.key(first, second)
      let mask = slots.count - 1
      var place = Self.hash(key) & mask
      while slots[place].pair != .max, slots[place].pair != key { place = (place + 1) & mask }
      slots[place] = Slot(pair: key, merge: UInt64(rank) << 32 | UInt64(UInt32(bitPattern: token)))
    }
  }

  /// Memory for one word after the other.
  struct Scratch: Sendable {
    var tokens: [Int32] = []
    var pairs: [UInt64] = []
    var next: [Int32] = []
    var previous: [Int32] = []
    var heap: [HeapEntry] = []
  }

  /// A pair that may be joined: the lower rank first, then the one more to the left.
  struct HeapEntry: BitwiseCopyable, Comparable {
    let merge: UInt64
    let place: Int32

    @inline(__always)
    static func < (a: HeapEntry, b: HeapEntry) -> Bool {
      let (rankA, rankB) = (a.merge >> 32, b.merge >> 32)
      return rankA != rankB ? rankA < rankB : a.place < b.place
    }
  }

  /// Longer words are joined by way of a heap.
  static let longestScanned = 40

  /// How many tokens a word has.
  ///
  /// - Complexity: O(n log n) for n bytes.
  func count(_ word: Span<UInt8>, _ scratch: inout Scratch) -> Int {
    if let wholeWords, wholeWords.number(of: word) != nil { return 1 }
    scratch.tokens.removeAll(keepingCapacity: true)
    switch units {
    case .bytes(let tokens):
      var pending = false
      for index in word.indices {
        let token = tokens[Int(word[index])]
        addUnit(token, &pending, &scratch.tokens)
      }
      if pending { scratch.tokens.append(unknown) }
    case .characters(let table, let numbers, let fallback):
      var pending = false
      var place = 0
      while place < word.count {
        let end =
          word[place] < 0x80
          ? place + 1 : DecodedCharacter.decode(word, at: place, first: word[place]).end
        let character = word.extracting(place..<end)
        if let number = table.number(of: character) {
          addUnit(numbers[number], &pending, &scratch.tokens)
        } else if let fallback, (place..<end).allSatisfy({ fallback[Int(word[$0])] >= 0 }) {
          for index in place..<end { scratch.tokens.append(fallback[Int(word[index])]) }
        } else {
          addUnit(-1, &pending, &scratch.tokens)
        }
        place = end
      }
      if pending { scratch.tokens.append(unknown) }
    }
    let count = scratch.tokens.count
    if count < 2 { return count }
    if count > Self.longestScanned { return joinByHeap(&scratch) }
    return joinByScan(&scratch.tokens, &scratch.pairs)
  }

  /// Adds a unit's token, or what stands for it: that comes when a known one or the end follows.
  @inline(__always)
  private func addUnit(_ token: Int32, _ pending: inout Bool, _ tokens: inout [Int32]) {
    if token >= 0 {
      if pending { tokens.append(unknown) }
      pending = false
      tokens.append(token)
    } else if unknown >= 0 {
      if pending, !fusesUnknown { tokens.append(unknown) }
      pending = true
    }
  }

  private func joinByScan(_ tokenList: inout [Int32], _ pairList: inout [UInt64]) -> Int {
    var count = tokenList.count
    pairList.removeAll(keepingCapacity: true)
    for place in 0..<count - 1 {
      pairList.append(merges.merge(tokenList[place], tokenList[place + 1]))
    }
    var tokens = tokenList.mutableSpan
    var pairs = pairList.mutableSpan
    while count > 1 {
      var best = PairTable.none
      var at = 0
      for place in 0..<count - 1 where pairs[place] >> 32 < best >> 32 {
        best = pairs[place]
        at = place
      }
      if best == PairTable.none { break }
      tokens[at] = Int32(truncatingIfNeeded: best)
      count -= 1
      for place in at + 1..<max(at + 1, count) { tokens[place] = tokens[place + 1] }
      for place in at..<max(at, count - 1) { pairs[place] = pairs[place + 1] }
      if at > 0 { pairs[at - 1] = merges.merge(tokens[at - 1], tokens[at]) }
      if at < count - 1 { pairs[at] = merges.merge(tokens[at], tokens[at + 1]) }
    }
    return count
  }

  private func joinByHeap(_ scratch: inout Scratch) -> Int {
    let count = scratch.tokens.count
    var left = count
    scratch.next.removeAll(keepingCapacity: true)
    scratch.previous.removeAll(keepingCapacity: true)
    scratch.heap.removeAll(keepingCapacity: true)
    for place in 0..<count {
      scratch.next.append(Int32(place + 1))
      scratch.previous.append(Int32(place - 1))
      if place + 1 < count {
        let merge = merges.merge(scratch.tokens[place], scratch.tokens[place + 1])
        if merge != PairTable.none {
          scratch.heap.append(HeapEntry(merge: merge, place: Int32(place)))
        }
      }
    }
    if scratch.heap.count > 1 {
      for place in (0..<scratch.heap.count / 2).reversed() { sink(place, &scratch.heap) }
    }
    func push(_ first: Int, _ second: Int) {
      let merge = merges.merge(scratch.tokens[first], scratch.tokens[second])
      if merge == PairTable.none { return }
      scratch.heap.append(HeapEntry(merge: merge, place: Int32(first)))
      rise(scratch.heap.count - 1, &scratch.heap)
    }
    while let top = scratch.heap.first {
      let last = scratch.heap.removeLast()
      if !scratch.heap.isEmpty {
        scratch.heap[0] = last
        sink(0, &scratch.heap)
      }
      let place = Int(top.place)
      // −1 where it was taken over by the unit before it.
      if scratch.tokens[place] < 0 { continue }
      let second = Int(scratch.next[place])
      if second >= count { continue }
      if merges.merge(scratch.tokens[place], scratch.tokens[second]) != top.merge { continue }
      scratch.tokens[place] = Int32(truncatingIfNeeded: top.merge)
      scratch.tokens[second] = -1
      left -= 1
      let third = Int(scratch.next[second])
      scratch.next[place] = Int32(third)
      if third < count {
        scratch.previous[third] = Int32(place)
        push(place, third)
      }
      let before = Int(scratch.previous[place])
      if before >= 0 { push(before, place) }
    }
    return left
  }

  @inline(__always)
  private func rise(_ start: Int, _ heap: inout [HeapEntry]) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      if !(heap[place] < heap[parent]) { return }
      heap.swapAt(place, parent)
      place = parent
    }
  }

  @inline(__always)
  private func sink(_ start: Int, _ heap: inout [HeapEntry]) {
    var place = start
    while true {
      var least = place
      let child = place * 2 + 1
      if child < heap.count, heap[child] < heap[least] { least = child }
      if child + 1 < heap.count, heap[child + 1] < heap[least] { least = child + 1 }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
