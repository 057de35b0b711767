extension YAMLNode {
  /// How many bytes of JSON are read at most.
  public static let jsonByteLimit = 64 << 20

  /// Reads JSON (RFC 8259) into the same nodes.
  ///
  /// JSON is YAML but for its strings: libyaml takes each half of a `\uD83D\uDE00` for itself and refuses
  /// it, and refuses U+007F and its like. Numbers, `true` and `false` stay the text that was written,
  /// `null` is no value.
  ///
  /// - Parameter bytes: UTF-8, with or without a byte-order mark; nothing but white space follows the
  ///   value.
  /// - Throws: `YAMLError`, as for YAML: also for keys that stand twice and NUL characters.
  /// - Complexity: O(n + m²) for n bytes and m keys of the largest mapping.
  public init(parsingJSON bytes: [UInt8]) throws(YAMLError) {
    guard bytes.count <= Self.jsonByteLimit else {
      throw .tooLarge(byteCount: bytes.count, limit: Self.jsonByteLimit)
    }
    var reader = JSONReader(bytes)
    self = try reader.readAll()
  }
}

/// Goes through JSON text once.
private struct JSONReader {
  private let bytes: [UInt8]
  private var next = 0
  private var line = 1
  private var lineStart = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      next = 3
      lineStart = 3
    }
  }

  mutating func readAll() throws(YAMLError) -> YAMLNode {
    let node = try readValue(depth: 0)
    skipSpace()
    guard next == bytes.count else { throw malformed("something follows the value") }
    return node
  }

  private var place: YAMLPlace { place(of: next) }

  /// The place of a byte of the current line.
  private func place(of index: Int) -> YAMLPlace {
    let characters = bytes[lineStart..<index].count { $0 & 0xC0 != 0x80 }
    return YAMLPlace(line: line, column: characters + 1)
  }

  private func malformed(_ problem: String) -> YAMLError { .malformed(place, problem: problem) }

  private mutating func skipSpace() {
    while next < bytes.count {
      switch bytes[next] {
      case 0x0A:
        next += 1
        line += 1
        lineStart = next
      case 0x20, 0x09, 0x0D: next += 1
      default: return
      }
    }
  }

  /// Takes a byte if it is the next one that is no white space.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next < bytes.count, bytes[next] == UInt8(ascii: byte) else { return false }
    next += 1
    return true
  }

  private mutating func readValue(depth: Int) throws(YAMLError) -> YAMLNode {
    skipSpace()
    let start = place
    guard depth <= YAMLNode.depthLimit else {
      throw .tooDeep(start, limit: YAMLNode.depthLimit)
    }
    guard next < bytes.count else { throw malformed("the text ends where a value should stand") }
    switch bytes[next] {
    case UInt8(ascii: "{"): return try readObject(at: start, depth: depth)
    case UInt8(ascii: "["): return try readArray(at: start, depth: depth)
    case UInt8(ascii: "\""):
      return YAMLNode(place: start, content: .scalar(try readString()))
    default: return YAMLNode(place: start, content: try readWord())
    }
  }

  private mutating func readObject(
    at start: YAMLPlace, depth: Int
  ) throws(YAMLError) -> YAMLNode {
    next += 1
    var members: [YAMLNode.Member] = []
    if take("}") { return YAMLNode(place: start, content: .mapping([])) }
    repeat {
      skipSpace()
      guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") else {
        throw malformed("a key in double quotes should stand here")
      }
      let place = place
      let key = try readString()
      try YAMLNode.check(key, at: place, among: members)
      guard take(":") else { throw malformed("a colon should stand here") }
      let value = try readValue(depth: depth + 1)
      members.append(YAMLNode.Member(key: key, place: place, value: value))
    } while take(",")
    guard take("}") else { throw malformed("a comma or '}' should stand here") }
    return YAMLNode(place: start, content: .mapping(members))
  }

  private mutating func readArray(
    at start: YAMLPlace, depth: Int
  ) throws(YAMLError) -> YAMLNode {
    next += 1
    var nodes: [YAMLNode] = []
    if take("]") { return YAMLNode(place: start, content: .sequence([])) }
    repeat { nodes.append(try readValue(depth: depth + 1)) } while take(",")
    guard take("]") else { throw malformed("a comma or ']' should stand here") }
    return YAMLNode(place: start, content: .sequence(nodes))
  }

  /// Reads a number, `true`, `false` or `null`.
  private mutating func readWord() throws(YAMLError) -> YAMLNode.Content {
    let end =
      bytes[next...].firstIndex { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
          false
        default: true
        }
      } ?? bytes.count
    let word = String(decoding: bytes[next..<end], as: UTF8.self)
    let isWord = ["true", "false", "null"].contains(word)
    guard isWord || Self.isNumber(bytes[next..<end]) else {
      throw malformed("no value of JSON begins here")
    }
    next = end
    return word == "null" ? .null : .scalar(word)
  }

  /// Whether bytes are `-?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?`.
  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits(&rest)
    guard whole == 1 || whole > 1 && !startsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits(&rest) > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard digits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Reads a string from its opening quote on.
  private mutating func readString() throws(YAMLError) -> String {
    let start = place
    next += 1
    var text: [UInt8] = []
    while true {
      guard next < bytes.count else { throw .malformed(start, problem: "the string does not end") }
      let byte = bytes[next]
      switch byte {
      case UInt8(ascii: "\""):
        next += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw .malformed(start, problem: "the string is no UTF-8")
        }
        if text.contains(0) { throw .nulCharacter(start) }
        return string
      case UInt8(ascii: "\\"):
        next += 1
        try readEscape(into: &text)
      case 0..<0x20: throw malformed("control characters are not allowed in a string")
      default:
        text.append(byte)
        next += 1
      }
    }
  }

  /// Reads what follows a backslash.
  private mutating func readEscape(into text: inout [UInt8]) throws(YAMLError) {
    guard next < bytes.count else { throw malformed("the string does not end") }
    let plain: UInt8
    switch bytes[next] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = bytes[next]
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"):
      let unit = try readUnit()
      var value = UInt32(unit)
      if UTF16.isLeadSurrogate(unit), next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
        bytes[next + 1] == UInt8(ascii: "u")
      {
        next += 1
        let trail = try readUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw malformed("half a surrogate pair") }
        value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw malformed("half a surrogate pair") }
      text += Array(String(Character(scalar)).utf8)
      return
    default: throw malformed("no such escape")
    }
    text.append(plain)
    next += 1
  }

  /// Reads `uXXXX`.
  private mutating func readUnit() throws(YAMLError) -> UInt16 {
    let digits = bytes[min(next + 1, bytes.count)..<min(next + 5, bytes.count)]
    let isHexadecimal = digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    guard digits.count == 4, isHexadecimal,
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed("four hexadecimal digits should follow \\u") }
    next += 5
    return unit
  }
}
