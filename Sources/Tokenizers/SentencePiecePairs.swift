/// The byte-pair encoding of a model of SentencePiece, done here as its library does it, several times as fast.
///
/// The library joins the two neighbours whose piece has the highest score, of equal ones those most to the left,
/// until no neighbours make a piece; what is none then becomes its bytes. That is `BytePairModel` with a rank for
/// each score. A text with a symbol that a user defined is left to the library.
struct SentencePiecePairs: Sendable {
  /// A piece of a model that may be found in a text.
  struct Piece {
    /// Where it stands in the file.
    let bytes: Range<Int>
    let score: Float
    /// 1 for a normal one, 4 for a user's symbol, 5 for one that is not used.
    let type: UInt64
  }

  private let model: BytePairModel
  /// Whether a user's symbol begins with the byte.
  private let startsSymbol: [Bool]

  /// Reads a model's pieces; `nil` for one that is to be left to the library: with pieces that are not used, with
  /// users' symbols that have the sign for a space, and with characters that only longer pieces have.
  ///
  /// - Parameters:
  ///   - pieces: All of them.
  ///   - file: The model.
  init?(_ pieces: [Piece], of file: Span<UInt8>) {
    var startsSymbol = [Bool](repeating: false, count: 256)
    var tokens = ByteStringTable(capacity: pieces.count)
    var scores: [Float] = []
    for piece in pieces {
      let text = file.extracting(piece.bytes)
      guard !text.isEmpty, !piece.score.isNaN else { return nil }
      switch piece.type {
      case 1:
        // The library takes no model in which one stands twice.
        guard tokens.add(text) == scores.count else { return nil }
        scores.append(piece.score)
      case 4:
        if Normalizer.find(SentencePieceSpaces.sign, in: text, from: 0) != nil { return nil }
        startsSymbol[Int(text[0])] = true
      default: return nil
      }
    }
    let ranks = Set(scores).sorted(by: >)
    guard ranks.count < Int(Int32.max) else { return nil }
    var rankOfScore: [Float: Int] = [:]
    for (rank, score) in ranks.enumerated() { rankOfScore[score] = rank }
    var merges = BytePairModel.PairTable(capacity: pieces.count * 4)
    for number in scores.indices {
      let bytes = Array(tokens.string(number))
      let text = bytes.span
      var place = 0
      var start = 0
      while place < text.count {
        start = place
        place =
          text[place] < 0x80
          ? place + 1 : DecodedCharacter.decode(text, at: place, first: text[place]).end
        guard tokens.number(of: text.extracting(start..<place)) != nil else { return nil }
        guard place < text.count, let first = tokens.number(of: text.extracting(0..<place)),
          let second = tokens.number(of: text.extracting(place..<text.count))
        else { continue }
        merges.grow()
        merges.set(
          Int32(first), Int32(second), rank: rankOfScore[scores[number]] ?? 0,
          token: Int32(number))
      }
    }
    self.startsSymbol = startsSymbol
    // Bytes have tokens that nothing is joined with.
    model = BytePairModel(
      units: .characters(
        tokens: tokens, numbers: scores.indices.map { Int32($0) },
        fallback: (0..<256).map { Int32(scores.count + $0) }),
      unknown: -1, fusesUnknown: false, wholeWords: nil, merges: merges)
  }

  /// How many tokens a part of a text has.
  ///
  /// - Parameters:
  ///   - part: As `SentencePieceSpaces.forEachPart` tells it, without the sign itself.
  ///   - addsPrefix: Whether a sign stands before it.
  ///   - written: Memory for the part with signs for spaces.
  ///   - scratch: Memory for joining.
  /// - Returns: `nil` where a user's symbol may stand in it.
  func count(
    _ part: Span<UInt8>, addsPrefix: Bool, _ written: inout [UInt8],
    _ scratch: inout BytePairModel.Scratch
  ) -> Int? {
    written.removeAll(keepingCapacity: true)
    if addsPrefix { written += SentencePieceSpaces.sign }
    for index in part.indices {
      let byte = part[index]
      if startsSymbol[Int(byte)] { return nil }
      if byte == UInt8(ascii: " ") {
        written += SentencePieceSpaces.sign
      } else {
        written.append(byte)
      }
    }
    return model.count(written.span, &scratch)
  }
}
