import TestSupport
import Testing
import YAML

/// JSON read into the nodes of YAML.
@Suite struct JSONReadingTests {
  private func read(_ text: String) throws -> Plain {
    Plain(try YAMLNode(parsingJSON: Array(text.utf8)))
  }

  @Test func `objects, arrays and words`() throws {
    #expect(
      try read(
        "\u{FEFF} {\"a\" : 1 ,\n\"b\":[true,false,null,-0.5e+3],\"c\":{},\"d\":[ ],\"\":\"x\"}\n")
        == .map([
          ("a", .text("1")),
          ("b", .list([.text("true"), .text("false"), .null, .text("-0.5e+3")])),
          ("c", .map([])), ("d", .list([])), ("", .text("x")),
        ]))
    #expect(try read("\"null\"") == .text("null"))
  }

  @Test func `escapes mean what JSON says, pairs of surrogates among them`() throws {
    #expect(
      try read(#"["\"\\\/\b\f\n\r\t", "\u00e9\uD83D\uDE00\ud83d\ude00", "\u007F\uFEFF\u2028"]"#)
        == .list([
          .text("\"\\/\u{8}\u{C}\n\r\t"), .text("é\u{1F600}\u{1F600}"),
          .text("\u{7F}\u{FEFF}\u{2028}"),
        ]))
    #expect(try read("[\"\u{7F}\u{85}\u{2028}\"]") == .list([.text("\u{7F}\u{85}\u{2028}")]))
  }

  @Test func `every value has its place`() throws {
    let node = try YAMLNode(parsingJSON: Array("{\n  \"é\": [1,\n \"x\"]}".utf8))
    guard case .mapping(let members) = node.content,
      case .sequence(let list)? = members.first?.value.content
    else {
      Issue.record("\(node)")
      return
    }
    #expect(members[0].place.description == "2:3" && members[0].value.place.description == "2:8")
    #expect(list.map(\.place.description) == ["2:9", "3:2"])
  }

  @Test(arguments: [
    "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "[1,]", "[1 2]",
    "[",
    "01", "1.", ".5", "+1", "1e", "-", "--1", "nul", "True", "NaN", "\"a", "\"\\x\"", "\"\\u12\"",
    "\"\\u12G4\"", "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"a\nb\"",
    "1 2", "{} x", "\"\\", "\"\\u", "// x\n1", "'a'",
  ])
  func `what is no JSON is refused with a place`(text: String) {
    do {
      _ = try YAMLNode(parsingJSON: Array(text.utf8))
      Issue.record("\(text) was read")
    } catch {
      guard case .malformed(let place, let problem) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(place.line >= 1 && place.column >= 1 && !problem.isEmpty)
    }
  }

  @Test func `keys that stand twice, NUL and bytes that are no UTF-8 are refused`() {
    #expect(
      throws: YAMLError.duplicateKey(
        "a", .init(line: 1, column: 9), first: .init(line: 1, column: 2))
    ) { try YAMLNode(parsingJSON: Array(#"{"a": 1,"\u0061":2}"#.utf8)) }
    #expect(throws: YAMLError.nulCharacter(.init(line: 1, column: 2))) {
      try YAMLNode(parsingJSON: Array(#"["\u0000"]"#.utf8))
    }
    #expect(
      throws: YAMLError.malformed(.init(line: 1, column: 1), problem: "the string is no UTF-8")
    ) {
      try YAMLNode(parsingJSON: [0x22, 0xFF, 0x22])
    }
  }
}
