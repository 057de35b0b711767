/// Whether a model of SentencePiece counts a text as the sum of its parts, where the text is cut before spaces.
///
/// So it is for byte-pair encoding, where nothing is joined across such a cut: it begins with a space, which the
/// library writes as U+2581, and behind another character that sign stands in no piece. Joining goes on within
/// each part, whatever happens in others, since the piece that is joined next is found by its own score and
/// place. For unigrams it is not, as their scores are added up from the start of the text and rounded.
///
/// What a text is made into before must not depend on what stands around a part: no map of characters, no spaces
/// taken away. The sign that is put before every text then stands for the space that a part begins with.
struct SentencePieceSpaces: Sendable {
  /// Whether the library puts a sign before each text.
  let addsPrefix: Bool
  /// The model's joining, done here in the library's place; `nil` where only the library does it.
  let pairs: SentencePiecePairs?

  /// The sign for a space.
  static let sign: [UInt8] = [0xE2, 0x96, 0x81]

  /// Looks at a model; `nil` where texts are not to be cut, or where the model cannot be read.
  ///
  /// - Parameter model: The contents of the file, a message of Protocol Buffers.
  init?(model: Span<UInt8>) {
    var isBytePairs = false
    var fallsBack = false
    var hasMap = false
    var addsPrefix = true
    var removesSpaces = true
    var escapesSpaces = true
    var spacesFollow = false
    var hasSign = false
    var isFine = true
    var pieces: [SentencePiecePairs.Piece] = []
    let isRead = ProtocolMessage.forEachField(of: model, 0..<model.count) { field in
      switch field {
      case .bytes(1, let piece):
        var text = 0..<0
        var type: UInt64 = 1
        var score: Float = 0
        let isPiece = ProtocolMessage.forEachField(of: model, piece) { field in
          switch field {
          case .bytes(1, let range): text = range
          case .float(2, let value): score = value
          case .number(3, let value): type = value
          default: break
          }
        }
        if !isPiece { isFine = false }
        // Unknown (2), control (3) and byte tokens (6) are not found in a text.
        if [2, 3, 6].contains(type) { return }
        let (first, other) = Self.spaces(model.extracting(text))
        if text.count == Self.sign.count, first { hasSign = true }
        if other { spacesFollow = true }
        pieces.append(.init(bytes: text, score: score, type: type))
      case .bytes(2, let trainer):
        let isTrainer = ProtocolMessage.forEachField(of: model, trainer) { field in
          switch field {
          case .number(3, let value): isBytePairs = value == 2
          case .number(24, let value): if value != 0 { isFine = false }
          case .number(35, let value): fallsBack = value != 0
          default: break
          }
        }
        if !isTrainer { isFine = false }
      case .bytes(3, let normalizer):
        let isNormalizer = ProtocolMessage.forEachField(of: model, normalizer) { field in
          switch field {
          case .bytes(2, let map): hasMap = !map.isEmpty
          case .number(3, let value): addsPrefix = value != 0
          case .number(4, let value): removesSpaces = value != 0
          case .number(5, let value): escapesSpaces = value != 0
          default: break
          }
        }
        if !isNormalizer { isFine = false }
      default: break
      }
    }
    // Unknown characters in a row are one token, unless they become bytes; a sign that is known parts them.
    guard isRead, isFine, isBytePairs, !hasMap, !removesSpaces, escapesSpaces, !spacesFollow,
      hasSign || fallsBack
    else { return nil }
    self.addsPrefix = addsPrefix
    pairs = fallsBack ? SentencePiecePairs(pieces, of: model) : nil
  }

  /// Whether a piece begins with a sign, and whether one stands behind another character; a space as itself
  /// counts as such, as it is found before it is written as a sign.
  private static func spaces(_ piece: Span<UInt8>) -> (first: Bool, other: Bool) {
    var place = 0
    var isLeading = true
    var first = false
    while place < piece.count {
      if piece[place] == UInt8(ascii: " ") { return (first, true) }
      let isSign =
        place + 3 <= piece.count
        && (0..<3).allSatisfy { piece[place + $0] == sign[$0] }
      if isSign {
        if !isLeading { return (first, true) }
        first = true
        place += 3
      } else {
        isLeading = false
        place += 1
      }
    }
    return (first, false)
  }

  /// Tells the parts of a text, without the space that the library puts before each itself.
  ///
  /// - Parameters:
  ///   - text: Not empty.
  ///   - body: Takes the parts in order.
  func forEachPart(of text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
    if Normalizer.find(Self.sign, in: text, from: 0) != nil {
      // In a text of its own it could not be told from one that stands for a space.
      body(0..<text.count)
      return
    }
    let space = UInt8(ascii: " ")
    var start = 0
    var isFirst = true
    while start < text.count {
      var end = start
      while end < text.count, text[end] == space { end += 1 }
      while end < text.count, text[end] != space { end += 1 }
      // A space that ends the text would be a part of nothing.
      if end + 1 == text.count { end = text.count }
      body((isFirst || !addsPrefix ? start : start + 1)..<end)
      isFirst = false
      start = end
    }
  }
}

/// Messages of Protocol Buffers, field by field.
private enum ProtocolMessage {
  /// A field that was found: its number, and its value or where that lies.
  enum Field {
    case number(UInt64, UInt64)
    case bytes(UInt64, Range<Int>)
    case float(UInt64, Float)
    case other
  }

  /// Tells the fields of a message in order.
  ///
  /// - Returns: Whether it is one, from start to end.
  static func forEachField(
    of bytes: Span<UInt8>, _ message: Range<Int>, _ body: (Field) -> Void
  ) -> Bool {
    var place = message.lowerBound
    func varint() -> UInt64? {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while place < message.upperBound, shift < 64 {
        let byte = bytes[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    while place < message.upperBound {
      guard let key = varint() else { return false }
      switch key & 7 {
      case 0:
        guard let value = varint() else { return false }
        body(.number(key >> 3, value))
      case 1, 5:
        let start = place
        place += key & 7 == 1 ? 8 : 4
        guard place <= message.upperBound else { return false }
        if key & 7 == 1 {
          body(.other)
        } else {
          let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
          body(.float(key >> 3, Float(bitPattern: bits)))
        }
      case 2:
        guard let length = varint(), length <= UInt64(message.upperBound - place) else {
          return false
        }
        body(.bytes(key >> 3, place..<place + Int(length)))
        place += Int(length)
      default: return false
      }
    }
    return true
  }
}
