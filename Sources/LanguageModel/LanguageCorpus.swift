/// Answers with what stands before them, cut into pieces and numbered: what models are trained on and held
/// against.
///
/// An example is an answer with the last piece of its prompt, which is its history. What is kept is 4 bytes a
/// piece of an answer and some 16 an example, and each different piece once.
public struct LanguageCorpus: Sendable {
  /// What stands between a prompt and its answer in a history; no answer has it.
  static let answerMark: Int32 = -2
  /// What stands where there is nothing before.
  static let nothing: Int32 = -1

  /// How many examples there are.
  public var count: Int { starts.count }
  /// How many different pieces there are, the end of an answer among them.
  public var pieceCount: Int { pieces.count }

  private(set) var pieces = PieceTable()
  /// The pieces of all answers, each with the end behind it.
  private(set) var symbols: [Int32] = []
  /// Where each example's answer starts.
  private(set) var starts: [Int] = []
  /// The last piece of each prompt.
  private(set) var lastPieces: [Int32] = []
  /// How many bytes each answer has.
  private(set) var byteCounts: [Int32] = []

  /// A corpus without an example.
  public init() {}

  /// The pieces before an example's answer, the latest last.
  func history(of example: Int) -> [Int32] { [lastPieces[example], Self.answerMark] }

  /// Where the symbols of an example's answer are.
  func range(of example: Int) -> Range<Int> {
    starts[example]..<(example + 1 < starts.count ? starts[example + 1] : symbols.count)
  }

  /// How many pieces an example's answer has, its end counted.
  ///
  /// - Parameter example: Its number.
  /// - Returns: At least 1.
  public func pieceCount(of example: Int) -> Int { range(of: example).count }

  /// How many bytes an example's answer has.
  ///
  /// - Parameter example: Its number.
  /// - Returns: At least 0.
  public func byteCount(of example: Int) -> Int { Int(byteCounts[example]) }

  /// Takes an example.
  ///
  /// - Parameters:
  ///   - prompt: What stands before the answer; of it the last piece counts, and its last 4,096 bytes are
  ///     looked at.
  ///   - answer: What a model learns or is asked for, in UTF-8, shorter than 2 GiB.
  /// - Returns: The example's number: how many were taken before.
  /// - Complexity: O(bytes).
  @discardableResult
  public mutating func add(prompt: Span<UInt8>, answer: Span<UInt8>) -> Int {
    var last = 0..<0
    var start = max(0, prompt.count - 4096)
    // Not from the middle of a character.
    while start < prompt.count, start > 0, prompt[start] & 0xC0 == 0x80 { start += 1 }
    let tail = prompt.extracting(start..<prompt.count)
    Pieces.forEach(in: tail) { first, end in last = first..<end }
    lastPieces.append(
      last.isEmpty
        ? Self.nothing : pieces.number(of: tail, last.lowerBound, last.upperBound))
    starts.append(symbols.count)
    Pieces.forEach(in: answer) { first, end in
      symbols.append(pieces.number(of: answer, first, end))
    }
    symbols.append(PieceTable.end)
    byteCounts.append(Int32(answer.count))
    return starts.count - 1
  }

  /// Takes all examples of another corpus, in their order, after its own.
  ///
  /// The result is that of adding them one by one, whatever way they came together.
  ///
  /// - Parameter other: The other corpus.
  /// - Complexity: O(pieces of the other).
  public mutating func append(contentsOf other: LanguageCorpus) {
    let bytes = other.pieces.bytes.span
    let numbers = (0..<Int32(other.pieces.count)).map { piece in
      let range = other.pieces.range(of: piece)
      return pieces.number(of: bytes, range.lowerBound, range.upperBound)
    }
    let before = symbols.count
    starts += other.starts.map { $0 + before }
    symbols += other.symbols.map { numbers[Int($0)] }
    lastPieces += other.lastPieces.map { $0 < 0 ? $0 : numbers[Int($0)] }
    byteCounts += other.byteCounts
  }
}
