import JSON

extension Tokenizer {
  /// Reads the model of a tokenizer.
  ///
  /// - Parameters:
  ///   - json: The file's `model`.
  ///   - isByteLevel: Whether its characters stand for bytes.
  /// - Returns: The model.
  /// - Throws: `TokenizersError.malformed`, `unknownToken` or `unsupported`.
  static func model(_ json: JSONValue, isByteLevel: Bool) throws(TokenizersError) -> Model {
    // Files of old have no type.
    let type =
      json["type"]?.text
      ?? (json["merges"] != nil
        ? "BPE" : json["max_input_chars_per_word"] != nil ? "WordPiece" : "Unigram")
    switch type {
    case "BPE": return .bytePair(try bytePair(json, isByteLevel: isByteLevel))
    case "WordPiece":
      guard !isByteLevel else {
        throw .unsupported(part: "pre_tokenizer", what: "ByteLevel with the model WordPiece")
      }
      return .wordPiece(try wordPiece(json))
    case "Unigram":
      guard !isByteLevel else {
        throw .unsupported(part: "pre_tokenizer", what: "ByteLevel with the model Unigram")
      }
      return .unigram(try unigram(json))
    default: throw .unsupported(part: "model", what: type)
    }
  }

  /// The tokens of a vocabulary, with the number of each.
  private struct Vocabulary {
    var tokens: ByteStringTable
    var numbers: [Int32] = []

    init(_ json: JSONValue) throws(TokenizersError) {
      guard let members = json["vocab"]?.members else { throw .malformed(part: "model.vocab") }
      tokens = ByteStringTable(capacity: members.count)
      numbers.reserveCapacity(members.count)
      for member in members {
        guard let number = member.value.wholeNumber, let number = Int32(exactly: number),
          number >= 0
        else { throw .malformed(part: "model.vocab['\(member.key)']") }
        let bytes = Array(member.key.utf8)
        let place = tokens.add(bytes.span)
        if place == numbers.count { numbers.append(number) } else { numbers[place] = number }
      }
    }

    func number(of token: Span<UInt8>) -> Int32? {
      tokens.number(of: token).map { numbers[$0] }
    }

    func number(of token: String) -> Int32? {
      let bytes = Array(token.utf8)
      return number(of: bytes.span)
    }
  }

  private static func bytePair(
    _ json: JSONValue, isByteLevel: Bool
  ) throws(TokenizersError) -> BytePairModel {
    if let dropout = json["dropout"]?.decimal, dropout != 0 {
      throw .unsupported(part: "model", what: "dropout")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = json[key]?.text, !text.isEmpty { throw .unsupported(part: "model", what: key) }
    }
    let vocabulary = try Vocabulary(json)
    var unknown: Int32 = -1
    if let token = json["unk_token"]?.text {
      guard let number = vocabulary.number(of: token) else {
        throw .unknownToken(part: "model.unk_token", token: token)
      }
      unknown = number
    }
    let ignoresMerges = json["ignore_merges"]?.truth ?? false
    let fallsBack = json["byte_fallback"]?.truth ?? false
    let units: BytePairModel.Units
    var wholeWords: ByteStringTable?
    if isByteLevel {
      // A unit that is not there would be looked up as a character of its own.
      if fallsBack { throw .unsupported(part: "model", what: "byte_fallback with ByteLevel") }
      units = .bytes(
        (0...255).map { byte in
          var character: [UInt8] = []
          character.append(scalar: ByteLevel.character(of: UInt8(byte)))
          return vocabulary.number(of: character.span) ?? -1
        })
      if ignoresMerges {
        var words = ByteStringTable(capacity: vocabulary.tokens.count)
        for number in 0..<vocabulary.tokens.count {
          if let word = ByteLevel.bytes(of: vocabulary.tokens.string(number)) {
            _ = words.add(word.span)
          }
        }
        wholeWords = words
      }
    } else {
      let fallback = fallsBack ? (0...255).map { vocabulary.number(of: byteToken($0)) ?? -1 } : nil
      units = .characters(
        tokens: vocabulary.tokens, numbers: vocabulary.numbers, fallback: fallback)
      if ignoresMerges { wholeWords = vocabulary.tokens }
    }
    return BytePairModel(
      units: units, unknown: unknown, fusesUnknown: json["fuse_unk"]?.truth ?? false,
      wholeWords: wholeWords, merges: try merges(json["merges"], vocabulary))
  }

  /// What stands for a byte in `byte_fallback`, such as `<0x0A>`.
  private static func byteToken(_ byte: Int) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
  }

  private static func merges(
    _ json: JSONValue?, _ vocabulary: Vocabulary
  ) throws(TokenizersError) -> BytePairModel.PairTable {
    guard let items = json?.items else { throw .malformed(part: "model.merges") }
    var table = BytePairModel.PairTable(capacity: items.count)
    for (rank, item) in items.enumerated() {
      let pair: (first: [UInt8], second: [UInt8])
      if let text = item.text {
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .malformed(part: "model.merges[\(rank)]") }
        pair = (Array(parts[0]), Array(parts[1]))
      } else if let parts = item.items, parts.count == 2, let first = parts[0].text,
        let second = parts[1].text
      {
        pair = (Array(first.utf8), Array(second.utf8))
      } else {
        throw .malformed(part: "model.merges[\(rank)]")
      }
      let whole = pair.first + pair.second
      func number(_ token: [UInt8]) throws(TokenizersError) -> Int32 {
        guard let number = vocabulary.number(of: token.span) else {
          throw .unknownToken(
            part: "model.merges[\(rank)]", token: String(decoding: token, as: UTF8.self))
        }
        return number
      }
      table.set(
        try number(pair.first), try number(pair.second), rank: rank, token: try number(whole))
    }
    return table
  }

  private static func unigram(_ json: JSONValue) throws(TokenizersError) -> UnigramModel {
    guard let items = json["vocab"]?.items, !items.isEmpty else {
      throw .malformed(part: "model.vocab")
    }
    for key in ["alpha", "nbest_size"] {
      if let value = json[key], value != .null { throw .unsupported(part: "model", what: key) }
    }
    var tokens: [(bytes: [UInt8], score: Double)] = []
    tokens.reserveCapacity(items.count)
    for (number, item) in items.enumerated() {
      guard let pair = item.items, pair.count == 2, let text = pair[0].text,
        let score = pair[1].decimal, score.isFinite
      else { throw .malformed(part: "model.vocab[\(number)]") }
      tokens.append((Array(text.utf8), score))
    }
    guard let value = json["unk_id"], value != .null else {
      // A text with another character would have no tokens at all.
      throw .unsupported(part: "model", what: "Unigram without unk_id")
    }
    guard let unknown = value.wholeNumber, tokens.indices.contains(unknown) else {
      throw .malformed(part: "model.unk_id")
    }
    var byteTokens: [Bool]?
    if json["byte_fallback"]?.truth ?? false {
      let known = Set(tokens.map { String(decoding: $0.bytes, as: UTF8.self) })
      byteTokens = (0...255).map { known.contains(byteToken($0)) }
    }
    return UnigramModel(tokens: tokens, unknown: Int32(unknown), byteTokens: byteTokens)
  }

  private static func wordPiece(_ json: JSONValue) throws(TokenizersError) -> WordPieceModel {
    let vocabulary = try Vocabulary(json)
    let unknown = json["unk_token"]?.text ?? "[UNK]"
    guard vocabulary.number(of: unknown) != nil else {
      throw .unknownToken(part: "model.unk_token", token: unknown)
    }
    let prefix = Array((json["continuing_subword_prefix"]?.text ?? "##").utf8)
    var continuations = ByteStringTable(capacity: vocabulary.tokens.count)
    for number in 0..<vocabulary.tokens.count {
      let token = vocabulary.tokens.string(number)
      if token.starts(with: prefix) {
        let rest = Array(token.dropFirst(prefix.count))
        _ = continuations.add(rest.span)
      }
    }
    return WordPieceModel(
      beginnings: vocabulary.tokens, continuations: continuations,
      longestWord: json["max_input_chars_per_word"]?.wholeNumber ?? 100)
  }
}

/// The characters that stand for bytes in vocabularies of the kind of GPT-2.
enum ByteLevel {
  /// The bytes that stand for themselves.
  private static func isPrinted(_ byte: Int) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }

  private static let characters: [UInt32] = {
    var characters: [UInt32] = []
    var next: UInt32 = 256
    for byte in 0...255 {
      if isPrinted(byte) {
        characters.append(UInt32(byte))
      } else {
        characters.append(next)
        next += 1
      }
    }
    return characters
  }()

  private static let bytes: [UInt32: UInt8] = {
    var bytes: [UInt32: UInt8] = [:]
    for (byte, character) in characters.enumerated() { bytes[character] = UInt8(byte) }
    return bytes
  }()

  /// The character that stands for a byte.
  static func character(of byte: UInt8) -> UInt32 { characters[Int(byte)] }

  /// The bytes that a token stands for; `nil` where it has other characters.
  static func bytes(of token: ArraySlice<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var place = 0
    let token = token.span
    while place < token.count {
      let first = token[place]
      let (scalar, end) =
        first < 0x80
        ? (UInt32(first), place + 1) : DecodedCharacter.decode(token, at: place, first: first)
      guard let byte = bytes[scalar] else { return nil }
      out.append(byte)
      place = end
    }
    return out
  }
}
