import TestSupport
import Testing
import YAML

@testable import JSON

/// YAML out, and back through libyaml.
@Suite struct JSONValueYAMLTests {
  @Test func `values in block style, texts in quotes where they need them`() {
    let value = JSONValue.members([
      "budget": .string("10%"), "seed": .integer(7), "evenness": .number(0.5), "off": .null,
      "quality": .array([.string("score"), .string("len:-0.5"), .string("no"), .string("1e3")]),
      "none": .array([]), "empty": .object([]), "text": .string(""), "on": .bool(true),
      "nested": .members(["a": .array([.array([.integer(1)])]), "b c": .string("x: y")]),
    ])
    #expect(
      value.yaml == """
        budget: 10%
        seed: 7
        evenness: 0.5
        "off": null
        quality:
          - score
          - len:-0.5
          - "no"
          - "1e3"
        none: []
        empty: {}
        text: ""
        "on": true
        nested:
          a:
            -
              - 1
          "b c": "x: y"

        """)
    #expect(JSONValue.string("a").yaml == "a\n")
    #expect(JSONValue.array([.integer(1)]).yaml == "- 1\n")
  }

  @Test(arguments: [
    ("2Mtok", true), ("40MB", true), ("10%", true), ("1.5k", true), ("complexity:8@quantile", true),
    ("/tmp/e.npy", true), ("a_b-c.d", true), ("500", false), ("0x1F", false), ("1:30", false),
    ("2001-01-01", false), ("-5", false), (".5", false), ("Yes", false), ("NULL", false),
    ("~", false),
    ("a:", false), ("a b", false), ("- a", false), ("é", false), ("a#b", false), ("1,5", false),
    ("%a", false), ("@a", false), ("1e5", false), ("1_0", false), ("5", false),
    ("\u{1F600}", false),
  ])
  func `only what nothing takes for anything else goes without quotes`(text: String, isPlain: Bool)
  {
    #expect((JSONValue.string(text).yaml == text + "\n") == isPlain)
  }

  /// What a node says, as JSON of texts.
  private static func value(_ node: YAMLNode) -> JSONValue {
    switch node.content {
    case .null: .null
    case .scalar(let text): .string(text)
    case .sequence(let nodes): .array(nodes.map(value))
    case .mapping(let members): .object(members.map { .init(key: $0.key, value: value($0.value)) })
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    let special: [Unicode.Scalar] = [
      "\0", "\u{1}", "\u{7F}", "\u{85}", "\u{9F}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}",
      "\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "\u{1F600}", "\u{1FFFF}", "\u{10FFFF}", "é", "\u{301}",
      "\n", "\r", "\t", " ",
      "\"", "\\", "'", ":", "#", "-", "?", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "%",
      "@",
      "`", "a", "n", "o", "1", "0", ".", "~", "e", "_", "/",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      let scalar = special[Int.random(in: 1..<special.count, using: &random)]
      text.unicodeScalars.append(scalar)
    }
    if Int.random(in: 0..<20, using: &random) == 0 { text = String(repeating: text, count: 400) }
    return text
  }

  private static func random(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 4 : 2), using: &random) {
    case 0: return .string(text(&random))
    case 1: return .null
    case 2:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          self.random(&random, depth: depth - 1)
        })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { place in
          .init(
            key: "\(place)" + text(&random).prefix(40),
            value: self.random(&random, depth: depth - 1))
        })
    }
  }

  @Test(arguments: 0..<300)
  func `what is written reads back the same`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let value = Self.random(&random, depth: 4)
    let read = try YAMLNode(parsing: Array(value.yaml.utf8))
    #expect(Self.value(read).compact == value.compact, "\(value.yaml)")
    // And as JSON, where nothing is written in another way than RFC 8259 allows.
    #expect(
      Self.value(try YAMLNode(parsingJSON: Array(value.pretty.utf8))).compact == value.compact)
  }
}
