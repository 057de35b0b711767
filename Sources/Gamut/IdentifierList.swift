import Storage

/// A list of ids out of a file: one a line, blank lines passed over.
///
/// A line is the JSON text of an id, or the id itself: `17` names the number 17 and the string "17",
/// `"17"` the string alone. A CR before the line end, white space around and a byte-order mark at the start do
/// not count. Strings are compared by what they say, however they are escaped; of an array or object the
/// text counts, without white space between its tokens.
struct IdentifierList: Sendable {
  let path: String
  /// The SHA-256 of the file.
  let sha256: String
  /// The ids as they are written in the file, each once.
  private(set) var texts: [[UInt8]] = []
  private var numbers: [[UInt8]: Int] = [:]

  /// Reads a list.
  ///
  /// - Parameter path: Its file.
  /// - Throws: `StorageError`.
  init(path: String) throws {
    let file = try InputFile(path: path)
    var bytes = [UInt8](repeating: 0, count: file.byteCount)
    var room = bytes.mutableSpan
    try file.readAll(into: &room, at: 0)
    self.init(path: path, bytes: bytes)
  }

  /// Takes a list from bytes.
  init(path: String, bytes: [UInt8]) {
    self.path = path
    let hasher = SHA256()
    hasher.update(bytes.span)
    sha256 = hasher.finish()
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for line in bytes[start...].split(separator: 0x0A) {
      let text = Self.trimmed(line)
      if text.isEmpty { continue }
      let keys: [[UInt8]]
      if let string = Self.string(text) {
        keys = [Self.stringKey(string)]
      } else {
        keys = [Self.stringKey(Array(text)), Self.otherKey(text)]
      }
      if keys.allSatisfy({ numbers[$0] != nil }) { continue }
      for key in keys where numbers[key] == nil { numbers[key] = texts.count }
      texts.append(Array(text))
    }
  }

  /// The number of the id that a record's own matches.
  ///
  /// - Parameter identifier: The JSON text of the record's `id`; empty for none.
  /// - Returns: A place in `texts`; `nil` for none.
  func match(_ identifier: ArraySlice<UInt8>) -> Int? {
    if identifier.isEmpty { return nil }
    if let string = Self.string(identifier) { return numbers[Self.stringKey(string)] }
    return numbers[Self.otherKey(identifier)]
  }

  // What an id says, behind a byte that tells strings from other values.
  private static func stringKey(_ string: [UInt8]) -> [UInt8] { [0x22] + string }
  private static func otherKey(_ text: ArraySlice<UInt8>) -> [UInt8] { [0x20] + text }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0D].contains($0) }
    guard let first = line.firstIndex(where: { !isSpace($0) }),
      let last = line.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return line[first...last]
  }

  /// What a JSON string says in UTF-8; `nil` for what is none.
  static func string(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count >= 2, text.first == 0x22, text.last == 0x22 else { return nil }
    let inner = text.dropFirst().dropLast()
    guard inner.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 < 0x20 }) else {
      return Array(inner)
    }
    var units: [UInt8] = []
    var place = inner.startIndex
    /// The four digits after `\u`.
    func unit(at start: Int) -> UInt16? {
      guard start + 4 <= inner.endIndex else { return nil }
      var value: UInt16 = 0
      for byte in inner[start..<start + 4] {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
        value = value << 4 | UInt16(digit)
      }
      return value
    }
    while place < inner.endIndex {
      let byte = inner[place]
      place += 1
      if byte == 0x22 || byte < 0x20 { return nil }
      guard byte == 0x5C else {
        units.append(byte)
        continue
      }
      guard place < inner.endIndex else { return nil }
      let escape = inner[place]
      place += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "u"):
        guard let first = unit(at: place) else { return nil }
        place += 4
        var scalar = UInt32(first)
        if 0xD800..<0xDC00 ~= first {
          guard place + 1 < inner.endIndex, inner[place] == 0x5C, inner[place + 1] == 0x75,
            let second = unit(at: place + 2), 0xDC00..<0xE000 ~= second
          else { return nil }
          place += 6
          scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let character = UnicodeScalar(scalar) else { return nil }
        units += Array(String(character).utf8)
      default: return nil
      }
    }
    return units
  }
}
