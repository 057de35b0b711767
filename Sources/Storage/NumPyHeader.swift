/// What stands before the data of a `.npy` file.
///
/// Byte by byte: 0x93 and "NUMPY"; the format's major and minor version; the length of what follows,
/// two bytes in version 1, four in 2 and 3, little-endian; then a Python dictionary as text with the
/// keys `descr`, `fortran_order` and `shape`, padded with spaces and ended by a newline.
package struct NumPyHeader {
  /// NumPy's name of the element type, such as "<f4"; of a structured type, its description.
  private(set) var elementType = ""
  /// Whether columns lie one after the other instead of rows.
  private(set) var isColumnMajor = false
  /// The lengths of the dimensions.
  private(set) var shape: [Int] = []
  /// How many bytes stand before the data.
  let byteCount: Int

  /// The shape as NumPy writes it.
  var shapeText: String { Self.text(of: shape) }

  /// Reads and understands the header of a file.
  init(of file: InputFile) throws(StorageError) {
    let start = try Self.read(12, of: file, at: 0)
    let magic: [UInt8] = [0x93] + "NUMPY".utf8
    guard start.count >= 10, start.starts(with: magic) else {
      throw .unreadableArray(
        path: file.path, problem: .notNumPy, found: Self.printable(start.prefix(8)))
    }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw .unreadableArray(
        path: file.path, problem: .malformedHeader, found: "\(start[6]).\(start[7])")
    }
    let isShort = start[6] == 1
    guard isShort || start.count >= 12 else {
      throw .endsEarly(path: file.path, expectedBytes: 12, foundBytes: file.byteCount)
    }
    var length = Int(start[8]) | Int(start[9]) << 8
    if !isShort { length |= Int(start[10]) << 16 | Int(start[11]) << 24 }
    let textStart = isShort ? 10 : 12
    byteCount = textStart + length
    guard file.byteCount >= byteCount else {
      throw .endsEarly(
        path: file.path, expectedBytes: byteCount, foundBytes: file.byteCount)
    }
    // Three short entries fit a thousandth of it.
    guard length <= 1 << 20 else {
      throw .unreadableArray(
        path: file.path, problem: .malformedHeader, found: "\(length)")
    }
    let text = try Self.read(length, of: file, at: textStart)
    var scanner = LiteralScanner(bytes: text)
    guard understand(&scanner) else {
      throw .unreadableArray(
        path: file.path, problem: .malformedHeader, found: Self.printable(text.prefix(80)))
    }
  }

  /// Takes the dictionary apart; false when it is not one of the three known keys.
  private mutating func understand(_ scanner: inout LiteralScanner) -> Bool {
    var seen: Set<String> = []
    guard scanner.take("{") else { return false }
    while !scanner.take("}") {
      guard let key = scanner.string(), seen.insert(key).inserted, scanner.take(":") else {
        return false
      }
      switch key {
      case "descr":
        // A structured type is a list; it is quoted back when it is refused.
        guard let value = scanner.string() ?? scanner.list() else { return false }
        elementType = value
      case "fortran_order":
        guard let value = scanner.boolean() else { return false }
        isColumnMajor = value
      case "shape":
        guard let value = scanner.tuple() else { return false }
        shape = value
      default: return false
      }
      guard scanner.take(",") || scanner.isNext("}") else { return false }
    }
    return seen.count == 3 && scanner.isAtEnd
  }

  /// The header that NumPy itself writes before an array in C order, version 1.0.
  ///
  /// The data starts at a multiple of 64 bytes. As NumPy does, it leaves room for the first number
  /// of the shape to grow.
  package static func bytes(elementType: String, shape: [Int]) -> [UInt8] {
    let text = text(of: shape)
    var header = Array(
      "{'descr': '\(elementType)', 'fortran_order': False, 'shape': \(text), }".utf8)
    if let first = shape.first {
      header += [UInt8](repeating: 0x20, count: 21 - "\(first)".utf8.count)
    }
    let unpadded = 10 + header.count + 1
    header += [UInt8](repeating: 0x20, count: (64 - unpadded % 64) % 64)
    header.append(0x0A)
    let length = header.count
    precondition(length < 1 << 16, "a shape of so many dimensions needs version 2")
    return [0x93] + "NUMPY".utf8
      + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)] + header
  }

  private static func text(of shape: [Int]) -> String {
    shape.count == 1
      ? "(\(shape[0]),)" : "(" + shape.map { String($0) }.joined(separator: ", ") + ")"
  }

  private static func read(
    _ count: Int, of file: InputFile, at offset: Int
  ) throws(StorageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    let got = try file.read(into: &span, at: offset)
    bytes.removeLast(count - got)
    return bytes
  }

  /// Bytes as ASCII, with a full stop for what cannot be shown.
  private static func printable(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.map { (0x20..<0x7F).contains($0) ? $0 : 0x2E }, as: UTF8.self)
  }
}

/// Reads the few Python literals that a `.npy` header is made of.
private struct LiteralScanner {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func skipSpaces() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether nothing but spaces is left.
  var isAtEnd: Bool {
    mutating get {
      skipSpaces()
      return position == bytes.count
    }
  }

  mutating func isNext(_ character: Character) -> Bool {
    skipSpaces()
    return position < bytes.count && bytes[position] == character.asciiValue
  }

  mutating func take(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  /// A quoted string without escapes, of which NumPy needs none.
  mutating func string() -> String? {
    guard isNext("'") || isNext("\"") else { return nil }
    let quote = bytes[position]
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
    let content = bytes[(position + 1)..<end]
    guard content.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x5C }) else { return nil }
    position = end + 1
    return String(decoding: content, as: UTF8.self)
  }

  /// A list, as text, with all that is nested in it.
  mutating func list() -> String? {
    guard isNext("[") else { return nil }
    let start = position
    var depth = 0
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case 0x22, 0x27: quote = byte
      case 0x5B: depth += 1
      case 0x5D:
        depth -= 1
        if depth == 0 { return String(decoding: bytes[start..<position].prefix(80), as: UTF8.self) }
      default: break
      }
    }
    return nil
  }

  mutating func boolean() -> Bool? {
    skipSpaces()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    return nil
  }

  /// A tuple of numbers of at least 0; Python 2 wrote an L behind long ones.
  mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      skipSpaces()
      let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      position = digits.endIndex
      _ = take("L")
      numbers.append(number)
      // "(3)" is no tuple, "(3,)" is one.
      guard take(",") || (numbers.count > 1 && isNext(")")) else { return nil }
    }
    return numbers
  }
}
