import Measures
import Samples

/// By what samples of several sets are told to be about the same thing.
public enum SampleKey: Sendable, Equatable {
  /// What the user says, white space aside.
  case prompt
  /// The label in a column.
  case column(String)
}

extension SampleKey {
  /// The hash of a record's key.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - block: The block it came in.
  ///   - column: The key's place among the columns that are read as labels.
  /// - Returns: 0 for a record without one.
  func hash(of record: Record, in block: borrowing ParsedBlock, column: Int) -> UInt64 {
    var hasher = TextHasher()
    switch self {
    case .prompt:
      for index in record.parts where block.parts[index].role == .prompt {
        block.withText(of: block.parts[index]) { hasher.add($0) }
        hasher.endWord()
      }
    case .column:
      _ = block.withLabel(column, of: record) { hasher.add($0) }
    }
    return hasher.finish()
  }
}

/// A 64-bit hash of words, whatever white space stands between them.
private struct TextHasher {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  private var isInWord = false
  private var isEmpty = true

  mutating func add(_ text: Span<UInt8>) {
    for index in text.indices {
      let byte = text[index]
      if PlaceholderText.isSpace(byte) {
        endWord()
      } else {
        if !isInWord, !isEmpty { absorb(0x20) }
        absorb(byte)
        isInWord = true
        isEmpty = false
      }
    }
  }

  mutating func endWord() { isInWord = false }

  /// FNV-1a (Fowler, Noll and Vo) with SplitMix64's finaliser, since its own bits mix poorly.
  func finish() -> UInt64 {
    if isEmpty { return 0 }
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return max(bits ^ (bits >> 31), 1)
  }

  private mutating func absorb(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
}
