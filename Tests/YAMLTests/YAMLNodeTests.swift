import TestSupport
import Testing
import YAML

/// A node without places, to compare with.
indirect enum Plain: Equatable {
  case null
  case text(String)
  case list([Plain])
  case map([(String, Plain)])

  init(_ node: YAMLNode) {
    switch node.content {
    case .null: self = .null
    case .scalar(let text): self = .text(text)
    case .sequence(let nodes): self = .list(nodes.map(Plain.init))
    case .mapping(let members): self = .map(members.map { ($0.key, Plain($0.value)) })
    }
  }

  static func == (one: Plain, other: Plain) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    case (.list(let one), .list(let other)): one == other
    case (.map(let one), .map(let other)):
      one.map(\.0) == other.map(\.0) && one.map(\.1) == other.map(\.1)
    default: false
    }
  }
}

@Suite struct YAMLNodeTests {
  private func read(_ text: String) throws -> Plain {
    Plain(try YAMLNode(parsing: Array(text.utf8)))
  }

  @Test(arguments: [
    "", "\n", "# only a word\n", "---\n", "--- ~\n", "%YAML 1.1\n---\n...\n", "\u{FEFF}",
  ])
  func `a text without a value is no value`(text: String) throws {
    #expect(try read(text) == .null)
  }

  @Test func `lists and mappings in both styles`() throws {
    let expected = Plain.map([
      ("a", .text("1")), ("b", .list([.text("x"), .text("y:-0.5")])),
      ("c", .map([("d", .null), ("e", .list([]))])),
    ])
    #expect(try read("a: 1\nb:\n  - x\n  - y:-0.5\nc:\n  d:\n  e: []\n") == expected)
    #expect(try read("{a: 1, b: [x, 'y:-0.5'], c: {d: ~, e: []}}") == expected)
    #expect(
      try read("\u{FEFF}a: 1\r\nb: [x, \"y:-0.5\"] # so\r\nc:\r\n  d: null\r\n  e: []") == expected)
  }

  @Test(arguments: [
    "no", "yes", "on", "1e3", "0o7", "010", "0x1F", "1_000", "1:30", "10%", "2Mtok", "1k,5k,10k",
    ".inf", "2001-01-01", "len:-0.5", "column:score:5@0.2", "nil", "NuLL",
  ])
  func `a scalar is the text that was written`(text: String) throws {
    for form in ["a: \(text)", "a: '\(text)'", "a: \"\(text)\"", "a:\n  \(text)\n"] {
      #expect(try read(form) == .map([("a", .text(text))]))
    }
  }

  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func `nothing is no value, and a text in quotes`(text: String) throws {
    #expect(try read("a: \(text)\nb: 1") == .map([("a", .null), ("b", .text("1"))]))
    #expect(try read("a: \"\(text)\"") == .map([("a", .text(text))]))
  }

  @Test func `texts over lines are folded or kept`() throws {
    #expect(
      try read("a: >-\n  one\n  two\nb: |\n  three\n  four\nc: \"x\\n\\u00e9\\U0001F600\"\n")
        == .map([
          ("a", .text("one two")), ("b", .text("three\nfour\n")), ("c", .text("x\né\u{1F600}")),
        ]))
  }

  @Test func `every value and key has its place`() throws {
    let node = try YAMLNode(parsing: Array("# first\na: 1\n  # é\nbé: [x,\n  'y']\n".utf8))
    guard case .mapping(let members) = node.content, members.count == 2,
      case .sequence(let list) = members[1].value.content
    else {
      Issue.record("\(node)")
      return
    }
    #expect(members.map(\.place.description) == ["2:1", "4:1"])
    #expect(members.map(\.value.place.description) == ["2:4", "4:5"])
    #expect(list.map(\.place.description) == ["4:6", "5:3"])
    #expect(node["a"]?.content == .scalar("1") && node["b"] == nil && list[0]["a"] == nil)
  }

  @Test(arguments: [
    (
      "a: 1\nb: 2\na: 3",
      YAMLError.duplicateKey("a", .init(line: 3, column: 1), first: .init(line: 1, column: 1))
    ),
    (
      "{'x': 1, \"x\": 2}",
      .duplicateKey("x", .init(line: 1, column: 10), first: .init(line: 1, column: 2))
    ),
    ("? [a]\n: 1", .keyIsNoText(.init(line: 1, column: 3))),
    ("? {a: 1}\n: 1", .keyIsNoText(.init(line: 1, column: 3))),
    ("a: &x 1", .anchorOrAlias(.init(line: 1, column: 4))),
    ("a: &x [1]", .anchorOrAlias(.init(line: 1, column: 4))),
    ("a: &x {b: 1}", .anchorOrAlias(.init(line: 1, column: 4))),
    ("a: 1\nb: *x", .anchorOrAlias(.init(line: 2, column: 4))),
    ("a: !!int 1", .tag(.init(line: 1, column: 4))),
    ("a: !mine [1]", .tag(.init(line: 1, column: 4))),
    ("a: !mine {b: 1}", .tag(.init(line: 1, column: 4))),
    ("a: \"x\\0y\"", .nulCharacter(.init(line: 1, column: 4))),
    ("a: 1\n---\nb: 2\n", .severalDocuments(.init(line: 2, column: 1))),
  ])
  func `what is not read here is told with its place`(text: String, expected: YAMLError) {
    #expect(throws: expected) { try YAMLNode(parsing: Array(text.utf8)) }
  }

  @Test func `keys that are canonically equivalent are two`() throws {
    #expect(
      try YAMLNode(parsing: Array("caf\u{E9}: 1\ncafe\u{301}: 2".utf8)).content
        != .mapping([]))
  }

  /// Texts that are no YAML, with what is no UTF-8 behind them, and the line of the fault.
  private static let broken: [(text: String, more: [UInt8], line: Int)] = [
    ("a: [1", [], 2), ("a: 1\n b: 2", [], 2), ("a: \"\\ud83d\"", [], 1), ("x\na: 'y", [], 2),
    ("a: 1\n\tb: 2", [], 2), ("a: 1\nb: ", [0xFF], 2), ("a: 1\nb: x", [0], 2),
    ("a: 1\n\nb: ", [0xED, 0xA0, 0x80], 3), ("a: \u{7F}", [], 1), ("", [0xFF, 0xFE, 0x61, 0], 1),
    ("@a: 1", [], 1),
  ]

  @Test(arguments: broken.indices)
  func `what is no YAML is told with its line`(index: Int) {
    let (text, more, line) = Self.broken[index]
    let bytes = Array(text.utf8) + more
    do {
      _ = try YAMLNode(parsing: bytes)
      Issue.record("\(bytes) was read")
    } catch {
      guard case .malformed(let place, let problem) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(place.line == line && place.column >= 1 && !problem.isEmpty)
    }
  }

  @Test func `depth and size have limits, and up to them all is read`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    let limit = YAMLNode.depthLimit
    for read in [YAMLNode.init(parsing:), YAMLNode.init(parsingJSON:)]
      as [([UInt8]) throws -> YAMLNode]
    {
      _ = try read(nested(limit + 1))
      #expect(throws: YAMLError.tooDeep(.init(line: 1, column: limit + 2), limit: limit)) {
        try read(nested(limit + 2))
      }
    }
    #expect(throws: YAMLError.self) { try YAMLNode(parsing: nested(100_000)) }
    let count = YAMLNode.byteLimit
    _ = try YAMLNode(parsing: Array(("# " + String(repeating: "x", count: count - 2)).utf8))
    #expect(throws: YAMLError.tooLarge(byteCount: count + 1, limit: count)) {
      try YAMLNode(parsing: [UInt8](repeating: 0x20, count: count + 1))
    }
  }

  @Test(arguments: 0..<200)
  func `any bytes are read or refused, as YAML and as JSON, and nothing else happens`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]:,-?&*!|>'\"\\%@#~ \n\tab1u0d8".utf8) + [0xC3, 0xA9, 0xFF, 0]
    for _ in 0..<30 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      for read in [YAMLNode.init(parsing:), YAMLNode.init(parsingJSON:)]
        as [([UInt8]) throws -> YAMLNode]
      {
        do {
          let node = try read(bytes)
          #expect(node.place.line >= 1 && node.place.column >= 1)
        } catch {
          #expect(error is YAMLError)
        }
      }
    }
  }
}
