/// How many tokens the words had that came last, within bounds.
///
/// Words of up to 15 bytes lie each in one of a fixed number of places, where the next one with the same
/// place replaces it; longer ones, up to 128 bytes, in a table that is emptied when it is full.
struct WordCache: Sendable {
  private static let placeCount = 1 << 15
  private static let longestWord = 128
  private static let byteLimit = 1 << 20

  /// A short word in 16 bytes, the last of which is its length, and its tokens.
  private struct Entry: BitwiseCopyable {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var count: UInt64 = 0
  }

  private var entries = [Entry](repeating: Entry(), count: placeCount)
  private var longWords = ByteStringTable()
  private var longCounts: [Int32] = []

  /// The word at a place of a text as a key, if it is short.
  struct Key {
    fileprivate let low: UInt64
    fileprivate let high: UInt64

    /// - Parameters:
    ///   - text: The text.
    ///   - range: The word, 1 to 15 bytes.
    @inline(__always)
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
      let count = range.count
      let length = UInt64(count) << 56
      if range.lowerBound + 16 <= text.count {
        let bytes = unsafe text.bytes
        // Within the text, as was just seen; any bytes are a number.
        let first = unsafe bytes.unsafeLoadUnaligned(
          fromByteOffset: range.lowerBound, as: UInt64.self)
        if count <= 8 {
          low = count == 8 ? first : first & (1 << UInt64(count * 8) &- 1)
          high = length
        } else {
          let second = unsafe bytes.unsafeLoadUnaligned(
            fromByteOffset: range.lowerBound + 8, as: UInt64.self)
          low = first
          high = second & (1 << UInt64((count - 8) * 8) &- 1) | length
        }
      } else {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in 0..<min(count, 8) {
          low |= UInt64(text[range.lowerBound + index]) << UInt64(index * 8)
        }
        for index in 8..<max(count, 8) {
          high |= UInt64(text[range.lowerBound + index]) << UInt64((index - 8) * 8)
        }
        self.low = low
        self.high = high | length
      }
    }

    @inline(__always)
    fileprivate var place: Int {
      let mixed = (low ^ high &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
      return Int(truncatingIfNeeded: mixed >> 40) & (WordCache.placeCount - 1)
    }
  }

  /// Whether words of a length are kept as keys.
  @inline(__always)
  static func isShort(_ byteCount: Int) -> Bool { byteCount < 16 }

  /// The tokens of a short word; `nil` where it is not known.
  @inline(__always)
  func count(of key: Key) -> Int? {
    let entry = entries[key.place]
    return entry.low == key.low && entry.high == key.high ? Int(entry.count) : nil
  }

  /// Keeps the tokens of a short word.
  @inline(__always)
  mutating func set(_ key: Key, count: Int) {
    entries[key.place] = Entry(low: key.low, high: key.high, count: UInt64(count))
  }

  /// The tokens of a longer word; `nil` where it is not known.
  func count(ofLong word: Span<UInt8>) -> Int? {
    guard word.count <= Self.longestWord, let number = longWords.number(of: word) else {
      return nil
    }
    return Int(longCounts[number])
  }

  /// Keeps the tokens of a longer word.
  mutating func set(long word: Span<UInt8>, count: Int) {
    guard word.count <= Self.longestWord else { return }
    if longWords.byteCount > Self.byteLimit {
      longWords = ByteStringTable(capacity: longCounts.count)
      longCounts.removeAll(keepingCapacity: true)
    }
    if longWords.add(word) == longCounts.count { longCounts.append(Int32(count)) }
  }
}
