/// The runs of words of some records, to find samples that share one with them.
///
/// Every part of a record is added for itself: with at least as many words as a run has, all its runs;
/// with fewer, but at least `leastWords`, its whole as one run, which is shared only by a part that is just the
/// same; with fewer still it is left out, or an answer such as "Yes" would be shared by half of a pool.
///
/// **Memory.** A table of 12 bytes a slot, at most half full, and one bit a slot eight times over that
/// most look-ups end at.
///
/// **False alarms.** Runs are known by hashes of 64 bits: of P runs held against E, about P · E / 2⁶⁴ are
/// taken for shared and are not, 5 in 100,000 for a billion words against a million. Runs that differ
/// in one word alone are taken for the same with a chance of 2⁻³².
public struct RunIndex: Sendable {
  /// The fewest words of a part shorter than a run that counts as a whole.
  public static let leastWords = 3

  /// How many words make a run.
  public var runLength: Int { runs.length }
  /// How many different runs there are.
  public private(set) var count = 0

  private let runs: WordRuns
  private var keys: [UInt64] = []
  private var records: [Int32] = []
  private var bits: [UInt64] = [0]
  private static let noRecord: Int32 = -1

  /// Makes an empty index.
  ///
  /// - Parameter runLength: How many words make a run, at least 1.
  public init(runLength: Int) {
    runs = WordRuns(length: runLength)
    grow(to: 1 << 10)
  }

  /// Adds the runs of one part.
  ///
  /// A run that is there already stays that of the record that brought it.
  ///
  /// - Parameters:
  ///   - words: The part's words.
  ///   - record: The record's number, at least 0.
  /// - Returns: Whether the part has a run, or a whole that counts as one.
  /// - Complexity: O(words), amortised.
  public mutating func add(_ words: Span<UInt32>, of record: Int32) -> Bool {
    precondition(record >= 0, "a record's number is not negative")
    if words.count < runLength {
      if words.count < Self.leastWords { return false }
      insert(WordRuns.whole(words), record)
      return true
    }
    runs.forEach(in: words) { hash in
      insert(hash, record)
      return true
    }
    return true
  }

  /// Finds a record that shares a run with a part.
  ///
  /// - Parameter words: The part's words.
  /// - Returns: The record of the first shared run along the part; `nil` for none.
  /// - Complexity: O(words) expected.
  public func firstMatch(in words: Span<UInt32>) -> Int32? {
    if words.count < runLength {
      return words.count < Self.leastWords ? nil : record(of: WordRuns.whole(words))
    }
    var found: Int32?
    runs.forEach(in: words) { hash in
      found = record(of: hash)
      return found == nil
    }
    return found
  }

  private func record(of hash: UInt64) -> Int32? {
    // The bits lie in a memory eight times denser than the table, and nearly all look-ups end here.
    let bit = Int(truncatingIfNeeded: hash &>> 32) & (bits.count &* 64 &- 1)
    guard bits[bit &>> 6] &>> UInt64(bit & 63) & 1 == 1 else { return nil }
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while records[slot] != Self.noRecord {
      if keys[slot] == hash { return records[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ hash: UInt64, _ record: Int32) {
    if (count + 1) * 2 > keys.count { grow(to: keys.count * 2) }
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while records[slot] != Self.noRecord {
      if keys[slot] == hash { return }
      slot = (slot + 1) & mask
    }
    keys[slot] = hash
    records[slot] = record
    count += 1
    let bit = Int(truncatingIfNeeded: hash &>> 32) & (bits.count * 64 - 1)
    bits[bit >> 6] |= 1 << UInt64(bit & 63)
  }

  private mutating func grow(to capacity: Int) {
    var oldKeys = [UInt64](repeating: 0, count: capacity)
    var oldRecords = [Int32](repeating: Self.noRecord, count: capacity)
    swap(&keys, &oldKeys)
    swap(&records, &oldRecords)
    bits = [UInt64](repeating: 0, count: capacity * 8 / 64)
    count = 0
    for (slot, record) in oldRecords.enumerated() where record != Self.noRecord {
      insert(oldKeys[slot], record)
    }
  }
}
