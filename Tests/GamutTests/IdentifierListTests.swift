import Testing

@testable import Gamut

@Suite struct IdentifierListTests {
  private func list(_ text: String) -> IdentifierList {
    IdentifierList(path: "ids", bytes: Array(text.utf8))
  }

  private func match(_ identifier: String, in text: String) -> Int? {
    list(text).match(Array(identifier.utf8)[...])
  }

  @Test func `blank lines, white space, carriage returns and a byte-order mark do not count`() {
    let ids = list("\u{FEFF}a\r\n\n  \t\n b \r\n\"c\"\n")
    #expect(ids.texts.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "\"c\""])
    #expect(list("").texts.isEmpty && list("\n\r\n").texts.isEmpty)
  }

  @Test(arguments: [
    ("\"p1\"", "p1", true), ("\"p1\"", "\"p1\"", true), ("17", "17", true),
    ("\"17\"", "17", true), ("17", "\"17\"", false), ("17", "17.0", false),
    ("\"caf\\u00e9\"", "café", true), ("\"café\"", "\"caf\\u00E9\"", true),
    ("\"\\ud83d\\ude00\"", "😀", true), ("\"a\\nb\"", "\"a\\u000ab\"", true),
    ("\"a\\\"b\"", "a\"b", true), ("\"\\\"x\\\"\"", "\"\\\"x\\\"\"", true),
    ("true", "true", true), ("[1,2]", "[1,2]", true), ("\"\"", "\"\"", true),
    ("\"P1\"", "p1", false), ("\"p11\"", "p1", false), ("\"\\ud83d\"", "\\ud83d", false),
  ])
  func `an id matches its JSON text, and a string itself`(
    identifier: String, line: String, isMatch: Bool
  ) {
    #expect((match(identifier, in: "other\n\(line)\nlast") == 1) == isMatch)
  }

  @Test func `a record without an id matches nothing`() {
    #expect(match("", in: "a\nb") == nil)
  }

  @Test func `an id that is named twice counts once`() {
    #expect(list("a\n\"a\"\na\nb").texts.count == 2)
    #expect(list("17\n\"17\"").texts.count == 1)
    #expect(match("\"b\"", in: "a\n\"a\"\na\nb") == 1)
  }
}
