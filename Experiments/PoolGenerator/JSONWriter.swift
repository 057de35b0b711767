/// Writes rows as lines of JSON.
enum JSONWriter {
  /// Appends a string in quotes: control characters, quotes and backslashes are escaped.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += Array(#"\n"#.utf8)
      case 0x0D: bytes += Array(#"\r"#.utf8)
      case 0x09: bytes += Array(#"\t"#.utf8)
      case 0..<0x20: appendEscape(UInt16(byte), to: &bytes)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends a string with every character escaped that `escapes` says, as UTF-16 units.
  private static func append(
    _ text: String, escaping escapes: (Unicode.Scalar) -> Bool, to bytes: inout [UInt8]
  ) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      if escapes(scalar) || scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
        for unit in String(scalar).utf16 { appendEscape(unit, to: &bytes) }
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(_ unit: UInt16, to bytes: inout [UInt8]) {
    let digits = String(unit, radix: 16)
    bytes += Array((#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }

  /// A score in ten-thousandths as a decimal number with four decimals.
  static func decimal(_ score: Int) -> String {
    let digits = String(score % 10_000)
    return "\(score / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Appends the row's line of the pool.
  static func appendPool(_ row: Row, to bytes: inout [UInt8]) {
    var fields: [(key: String, value: Value)] = [
      ("id", .text(Row.id(row.index))), ("instruction", .text(row.instruction)),
      ("input", .text(row.input)), ("output", .text(row.output)),
      ("topic", .text(row.cell.topic.rawValue)), ("level", .raw(String(row.cell.level))),
      ("source", .text(row.generator.rawValue)), ("quality", .raw(decimal(row.quality))),
    ]
    var space = ""
    var escapes: ((Unicode.Scalar) -> Bool)?
    switch row.ugliness {
    case .escapedSurrogates: escapes = { !$0.isASCII }
    case .allEscaped: escapes = { _ in true }
    case .deepExtra:
      let open = String(repeating: #"{"inner":["#, count: 30)
      fields.insert(
        ("trace", .raw(open + "null" + String(repeating: "]}", count: 30))), at: 1)
    case .keyOrder: fields = [7, 3, 4, 2, 6, 0, 5, 1].map { fields[$0] }
    case .extraKeys:
      fields.insert(("", .text("an empty key")), at: 0)
      fields.insert(("Instruction", .text("not this one")), at: 2)
      fields.append(("metadata", .raw(#"{"tags":["a",null,true],"cost":1.5e-3,"shift":-0.0}"#)))
      fields.append(("评分", .raw("12345678901234567890")))
    case .spacing: space = " \t "
    case .exponent: fields[7].value = .raw("\(row.quality)E-04")
    default: break
    }
    bytes += Array((space + "{" + space).utf8)
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes += Array(("," + space).utf8) }
      append(field.key, to: &bytes)
      bytes += Array((space + ":" + space).utf8)
      switch field.value {
      case .raw(let text): bytes += Array(text.utf8)
      case .text(let text):
        if let escapes {
          append(text, escaping: escapes, to: &bytes)
        } else {
          append(text, to: &bytes)
        }
      }
    }
    bytes += Array((space + "}" + space + "\n").utf8)
  }

  private enum Value {
    case text(String)
    case raw(String)
  }

  /// Appends the row's line of the truth.
  static func appendTruth(_ row: Row, to bytes: inout [UInt8]) {
    func field(_ key: String, _ text: String?, to bytes: inout [UInt8]) {
      bytes += Array(#","\#(key)":"#.utf8)
      if let text { append(text, to: &bytes) } else { bytes += Array("null".utf8) }
    }
    bytes += Array(#"{"id":"\#(Row.id(row.index))","correct":\#(row.defect == .none)"#.utf8)
    field("answer", row.answer, to: &bytes)
    field("defect", row.defect.rawValue, to: &bytes)
    field("twin", row.twin?.kind.rawValue, to: &bytes)
    field("twin_of", row.twin.map { Row.id($0.of) }, to: &bytes)
    field("ugly", row.ugliness?.rawValue, to: &bytes)
    field("task", row.task.name, to: &bytes)
    field("skill", row.task.skill.rawValue, to: &bytes)
    field("language", row.language.rawValue, to: &bytes)
    let numbers = row.facts.numbers.map(String.init).joined(separator: ",")
    bytes += Array(#","numbers":[\#(numbers)],"words":["#.utf8)
    for (index, word) in row.facts.words.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(word, to: &bytes)
    }
    bytes += Array("]}\n".utf8)
  }
}
