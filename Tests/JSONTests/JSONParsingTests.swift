import JSON
import TestSupport
import Testing

@Suite struct JSONParsingTests {
  private func parse(_ text: String) -> JSONValue? { JSONValue(parsing: Array(text.utf8).span) }

  @Test func `values of every kind are read`() {
    let text =
      #"{"a":[1,-2,0.5,1e3],"b":{"c":null,"d":true,"e":false},"":"ü\n\ud83d\ude00","f":[]}"#
    #expect(
      parse(text)
        == .object([
          .init(
            key: "a", value: .array([.integer(1), .integer(-2), .number(0.5), .number(1000)])),
          .init(
            key: "b",
            value: .members(["c": JSONValue.null, "d": .bool(true), "e": .bool(false)])),
          .init(key: "", value: .string("ü\n😀")), .init(key: "f", value: .array([])),
        ]))
    #expect(parse("7") == .integer(7))
    #expect(parse("18446744073709551615") == .number(0x1p64))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1}}", "nul", "NaN", "'a'", "\"\u{1}\"", "[1] [2]",
  ])
  func `what is no document is none`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `bytes that are not UTF-8 are no document`() {
    #expect(JSONValue(parsing: ([0x22, 0xFF, 0x22] as [UInt8]).span) == nil)
  }

  @Test func `members are found by key, the last of equal ones`() {
    let value = parse(#"{"a":1,"b":"x","a":2,"l":[0.5],"t":true}"#)
    #expect(value?["a"]?.wholeNumber == 2 && value?["b"]?.text == "x" && value?["c"] == nil)
    #expect(value?["l"]?.items?.first?.decimal == 0.5 && value?["t"]?.truth == true)
    #expect(value?.text == nil && value?["a"]?.text == nil && value?["a"]?["a"] == nil)
    #expect(value?["a"]?.decimal == 2 && value?.members?.count == 5)
  }

  @Test(arguments: 0..<40)
  func `what is written is read back`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let value = Self.value(depth: 4, &random)
    #expect(parse(value.compact) == value)
    #expect(parse(value.pretty) == value)
  }

  private static let letters: [Character] = ["a", "\"", "\\", "\n", "é", "😀", "\u{1}"]

  private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(Int.random(in: Int.min...Int.max, using: &random))
    // Not whole, or it would be read as an integer.
    case 3: .number(Double(Int.random(in: -9_999...9_999, using: &random)) + 0.37)
    case 4:
      .string(String(Self.letters[Int.random(in: 0..<Self.letters.count, using: &random)]))
    case 5: .string("")
    case 6:
      .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, &random) })
    default:
      .object(
        (0..<Int.random(in: 0...4, using: &random)).map {
          .init(key: "k\($0)", value: value(depth: depth - 1, &random))
        })
    }
  }
}
