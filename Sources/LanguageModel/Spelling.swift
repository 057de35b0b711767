/// How likely a piece is that was never seen, by its bytes.
///
/// A model of order 5 over bytes, trained on each different piece once; its own p₀ is 1/257 for each byte and
/// for the end. The probabilities of all texts of any length, the empty one with them, add up to 1: so a model
/// of pieces that leaves what it does not know to this one is a distribution over all pieces that there may
/// be, and a small vocabulary gains nothing by charging unknown words little.
struct Spelling: Sendable {
  private static let order = 5
  /// What stands for the end of a piece; bytes stand for themselves.
  private static let end: Int32 = 256
  private static let base = 1.0 / 257

  private let model: KneserNey

  /// Learns pieces.
  ///
  /// - Parameters:
  ///   - numbers: Which, each once.
  ///   - pieces: Where their bytes are.
  /// - Complexity: O(bytes).
  init(of numbers: [Int32], in pieces: PieceTable) {
    var counter = KneserNey.Counter(order: Self.order, capacity: numbers.count * 4)
    let bytes = pieces.bytes.span
    for number in numbers {
      var window = [Int32](repeating: -1, count: Self.order - 1)
      for place in pieces.range(of: number) {
        counter.add(Int32(bytes[place]), after: window.span)
        Self.push(Int32(bytes[place]), to: &window)
      }
      counter.add(Self.end, after: window.span)
    }
    model = KneserNey(counter)
  }

  /// The probability of a piece.
  ///
  /// - Parameters:
  ///   - piece: Its number.
  ///   - pieces: Where its bytes are.
  /// - Returns: Greater than 0, save for pieces of very many unlikely bytes.
  func probability(of piece: Int32, in pieces: PieceTable) -> Double {
    var window = [Int32](repeating: -1, count: Self.order - 1)
    var probability = 1.0
    let bytes = pieces.bytes.span
    for place in pieces.range(of: piece) {
      let byte = Int32(bytes[place])
      probability *= model.probability(of: byte, after: window.span, base: Self.base)
      Self.push(byte, to: &window)
    }
    return probability * model.probability(of: Self.end, after: window.span, base: Self.base)
  }

  /// How many entries are kept.
  var entryCount: Int { model.entryCount }

  private static func push(_ symbol: Int32, to window: inout [Int32]) {
    for place in 1..<window.count { window[place - 1] = window[place] }
    window[window.count - 1] = symbol
  }
}
