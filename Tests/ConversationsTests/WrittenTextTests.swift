import JSON
import TestSupport
import Testing

@testable import Conversations

/// Text that is escaped in some way that JSON allows.
func randomText(_ generator: inout SeededGenerator, length: Int = 12) -> String {
  let scalars: [Unicode.Scalar] = [
    "a", "b", " ", "\n", "\t", "\"", "\\", "/", "é", "漢", "😀", "\u{0}", "\u{1F}", "{", "]", ",",
    ":",
  ]
  var text = String.UnicodeScalarView()
  for _ in 0..<Int.random(in: 0...length, using: &generator) {
    text.append(scalars.randomElement(using: &generator) ?? "a")
  }
  return String(text)
}

/// A text between quotation marks, some characters escaped that need not be.
func randomlyEscaped(_ text: String, _ generator: inout SeededGenerator) -> String {
  var result = "\""
  for unit in text.utf16 {
    if Bool.random(using: &generator) || unit < 0x20 || unit == 0x22 || unit == 0x5C
      || unit > 0x7F
    {
      let digits = String(unit, radix: 16, uppercase: Bool.random(using: &generator))
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    } else {
      result += String(decoding: [unit], as: UTF16.self)
    }
  }
  return result + "\""
}

@Suite struct WrittenTextTests {
  private func text(_ json: String) -> WrittenText {
    WrittenJSON(Array(json.utf8)[...]).text ?? .empty
  }

  @Test(arguments: [
    ("\"\"", ""), (#""a\n\t\r\b\f\/\\\"""#, "a\n\t\r\u{8}\u{C}/\\\""), (#""\u00e9\u6f22""#, "é漢"),
    (#""\ud83d\ude00!""#, "😀!"), (#""\uD83D\uDE00""#, "😀"), (#""\u0000""#, "\u{0}"),
  ])
  func `escapes are resolved`(json: String, expected: String) {
    #expect(text(json).string == expected)
  }

  @Test(arguments: 0..<60)
  func `what is escaped reads back, and JSON reads the same`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let string = randomText(&generator)
    let json = randomlyEscaped(string, &generator)
    #expect(parsed(json)?.text == string)
    #expect(text(json).string == string)
    #expect(text(json).scalarCount == string.unicodeScalars.count)
    let own = "\"" + String(decoding: WrittenText(string).escaped, as: UTF8.self) + "\""
    #expect(parsed(own)?.text == string)
  }

  @Test func `white space alone is blank, however it is written`() {
    for json in ["\"\"", "\" \"", #""\n\t ""#, "\"\u{3000}\"", #""\u00a0""#] {
      #expect(text(json).isBlank, "\(json)")
    }
    for json in ["\"a\"", "\" a\"", #""\u0041""#, "\"漢\"", #""\\""#] {
      #expect(!text(json).isBlank, "\(json)")
    }
  }

  @Test(arguments: 0..<60)
  func `a joined text is divided where it was joined, and nowhere else`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let (head, tail) = (randomText(&generator) + "x", randomText(&generator))
    let parts = [head, tail].map { text(randomlyEscaped($0, &generator)) }
    let joined = WrittenText.joined(parts, separator: "\\n")
    #expect(joined.string == head + "\n" + tail)
    let divided = try #require(joined.divided(afterScalars: head.unicodeScalars.count))
    #expect(divided.head.string == head && divided.tail.string == tail)
    let scalars = Array(joined.string.unicodeScalars)
    for count in 1..<scalars.count + 3 {
      let isBreak = count < scalars.count && scalars[count] == "\n"
      let found = joined.divided(afterScalars: count)
      // A line break that stands as \u000a was not set by joining.
      if found != nil { #expect(isBreak) }
    }
    #expect(joined.divided(afterScalars: 0)?.tail == joined)
  }
}
