/// The rows of CSV or TSV as lines of JSON: the first line's names as keys, every value a string.
///
/// As in RFC 4180, a value may stand between double quotes, and then hold separators, line breaks, and
/// quotes that are written twice; a quote elsewhere is a character like others. Lines end with LF or CR LF;
/// empty ones are passed over, unless there is one column only. Nothing is guessed: `007` stays `007`, and
/// an empty value is an empty string.
///
/// CSV is separated by commas, or, where its first line has none, by semicolons or tabs, whichever that
/// line has; TSV by tabs.
final class SeparatedValuesStream: ByteStream {
  /// Which of the two it is.
  enum Kind {
    case commas
    case tabs

    /// Tells it by the name of a file, compressed or not; `nil` for other names.
    init?(name: String) {
      var name = name.lowercased()[...]
      for ending in [".gz", ".zst"] where name.hasSuffix(ending) {
        name = name.dropLast(ending.count)
        break
      }
      if name.hasSuffix(".csv") {
        self = .commas
      } else if name.hasSuffix(".tsv") {
        self = .tabs
      } else {
        return nil
      }
    }
  }

  private enum State {
    case fieldStart
    case bare
    case quoted
    case afterQuote
  }

  private let path: String
  private let source: any ByteStream
  private let kind: Kind
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  /// Whole records that are not yet handed on, from `taken` on.
  private var output: [UInt8] = []
  private var taken = 0
  private var hasStarted = false
  private var hasEnded = false

  private var separator = UInt8(ascii: ",")
  private var state = State.fieldStart
  /// Whether the last byte was a CR that may belong to the line's end.
  private var isAfterReturn = false
  /// What stands before each value in a record; empty while the line of names is read.
  private var prefixes: [[UInt8]] = []
  private var names: [[UInt8]] = []
  /// The record, or the name, that is being read.
  private var current: [UInt8] = []
  private var field = 0
  /// Whether the row has no byte yet.
  private var isRowEmpty = true
  /// The row, from 1, the line of the file that it begins in, and the line that is read.
  private var row = 1
  private var rowLine = 1
  private var line = 1

  init(path: String, source: any ByteStream, kind: Kind) {
    self.path = path
    self.source = source
    self.kind = kind
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    while taken == output.count {
      if hasEnded { return 0 }
      output.removeAll(keepingCapacity: true)
      taken = 0
      try advance()
    }
    let count = min(buffer.count, output.count - taken)
    for index in 0..<count { buffer[index] = output[taken + index] }
    taken += count
    return count
  }

  private func advance() throws(SamplesError) {
    var bytes: [UInt8] = []
    swap(&bytes, &input)
    defer { swap(&bytes, &input) }
    var count = try fill(&bytes)
    if !hasStarted {
      hasStarted = true
      // Enough for a byte-order mark and a line of names, where there is as much.
      var beginning = Array(bytes[..<count])
      while count > 0, beginning.count < Self.mostNameBytes {
        count = try fill(&bytes)
        beginning += bytes[..<count]
      }
      let first = try start(beginning[...])
      for byte in beginning[first...] { try take(byte) }
      if count > 0 { return }
    }
    if count == 0 {
      hasEnded = true
      try finish()
    }
    for index in 0..<count { try take(bytes[index]) }
  }

  private static let mostNameBytes = 1 << 16

  private func fill(_ bytes: inout [UInt8]) throws(SamplesError) -> Int {
    var span = bytes.mutableSpan
    return try source.read(into: &span)
  }

  /// Finds out what separates values; gives the place behind a byte-order mark.
  private func start(_ bytes: ArraySlice<UInt8>) throws(SamplesError) -> Int {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .table(path: path, problem: .utf16)
    }
    let first = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard kind == .commas else {
      separator = UInt8(ascii: "\t")
      return first
    }
    var isQuoted = false
    var found: UInt8?
    for byte in bytes[first...] {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == UInt8(ascii: ",") {
        if byte != 0x0A { found = nil }
        break
      }
      if found == nil, byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\t") { found = byte }
    }
    separator = found ?? separator
    return first
  }

  private func take(_ byte: UInt8) throws(SamplesError) {
    if isAfterReturn {
      isAfterReturn = false
      if byte == 0x0A {
        try endRow()
        return
      }
      if state == .afterQuote { throw problem(.textAfterQuote(row: row, line: line)) }
      if state == .fieldStart { beginField() }
      append(0x0D)
      state = .bare
    }
    switch state {
    case .quoted:
      if byte == UInt8(ascii: "\"") {
        state = .afterQuote
      } else {
        if byte == 0x0A { line += 1 }
        append(byte)
      }
      return
    case .afterQuote where byte == UInt8(ascii: "\""):
      append(byte)
      state = .quoted
      return
    case .fieldStart, .bare, .afterQuote: break
    }
    if byte == separator {
      isRowEmpty = false
      endField()
    } else if byte == 0x0A {
      try endRow()
    } else if byte == 0x0D {
      isAfterReturn = true
    } else if state == .afterQuote {
      throw problem(.textAfterQuote(row: row, line: line))
    } else if state == .fieldStart, byte == UInt8(ascii: "\"") {
      isRowEmpty = false
      beginField()
      state = .quoted
    } else {
      isRowEmpty = false
      if state == .fieldStart { beginField() }
      append(byte)
      state = .bare
    }
  }

  private func beginField() {
    if field < prefixes.count { current += prefixes[field] }
  }

  private func endField() {
    if state == .fieldStart { beginField() }
    if prefixes.isEmpty {
      names.append(current)
      current.removeAll()
    }
    field += 1
    state = .fieldStart
  }

  private func endRow() throws(SamplesError) {
    defer {
      line += 1
      rowLine = line
      state = .fieldStart
      isRowEmpty = true
      field = 0
      current.removeAll(keepingCapacity: true)
    }
    // An empty line; of one column it may be an empty value.
    if isRowEmpty, prefixes.count != 1 { return }
    endField()
    if prefixes.isEmpty { return try endHeader() }
    guard field == prefixes.count else {
      throw problem(
        .fieldCount(row: row, line: rowLine, expected: prefixes.count, found: field))
    }
    output += current
    output += Self.rowEnd
    row += 1
  }

  private func endHeader() throws(SamplesError) {
    var known: Set<[UInt8]> = []
    for (index, name) in names.enumerated() {
      guard known.insert(name).inserted else {
        // Names are escaped as JSON's.
        let text = String(decoding: name, as: UTF8.self)
        throw problem(.duplicateColumn(name: text, other: text))
      }
      let opening = index == 0 ? "{\"" : "\",\""
      prefixes.append(Array(opening.utf8) + name + Array("\":\"".utf8))
    }
  }

  private func finish() throws(SamplesError) {
    if state == .quoted { throw problem(.openQuote(row: row, line: rowLine)) }
    if !isRowEmpty { try endRow() }
    if prefixes.isEmpty { throw problem(.headerMissing) }
  }

  private static let rowEnd = Array("\"}\n".utf8)

  /// Appends a byte of a value or a name as a JSON string has it.
  private func append(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      current.append(UInt8(ascii: "\\"))
      current.append(byte)
    case 0x20...: current.append(byte)
    case 0x0A: current += Array("\\n".utf8)
    case 0x0D: current += Array("\\r".utf8)
    case 0x09: current += Array("\\t".utf8)
    default:
      let digits = Array("0123456789abcdef".utf8)
      current += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  private func problem(_ problem: TableProblem) -> SamplesError {
    .table(path: path, problem: problem)
  }
}
