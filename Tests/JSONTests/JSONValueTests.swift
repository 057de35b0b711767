import FoundationEssentials
import JSON
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test(
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.bool(false), "false"), (.integer(0), "0"),
      (.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"),
      (.string(""), "\"\""), (.array([]), "[]"), (.object([]), "{}"),
      (.array([.integer(1), .null, .array([])]), "[1,null,[]]"),
      (
        .object([.init(key: "b", value: .integer(1)), .init(key: "a", value: .bool(true))]),
        "{\"b\":1,\"a\":true}"
      ),
    ] as [(JSONValue, String)])
  func `is written on one line`(value: JSONValue, text: String) {
    #expect(value.compact == text)
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"),
      (0.30000000000000004, "0.30000000000000004"), (1e-5, "1e-05"),
      (.leastNonzeroMagnitude, "5e-324"),
      (999_999_999_999_999, "999999999999999"), (1e15, "1000000000000000"), (1e16, "1e+16"),
      (123_456_789_012_345_680, "1.2345678901234568e+17"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.nan, "null"), (.infinity, "null"),
      (-.infinity, "null"),
    ] as [(Double, String)])
  func `numbers are in as few digits as read back the same`(number: Double, text: String) {
    #expect(JSONValue.number(number).compact == text)
  }

  @Test func `strings escape what JSON demands and nothing else`() {
    #expect(
      JSONValue.string("a\"b\\c/\n\r\t\u{8}\u{c}\0\u{1f}\u{7f}é😀\u{2028}").compact
        == "\"a\\\"b\\\\c/\\n\\r\\t\\u0008\\u000c\\u0000\\u001f\u{7f}é😀\u{2028}\"")
    #expect(JSONValue.object([.init(key: "a\"\n", value: .null)]).compact == "{\"a\\\"\\n\":null}")
  }

  @Test func `members without a value are left out, null ones are not`() {
    let missing: JSONValue? = nil
    #expect(
      JSONValue.members(["a": .integer(1), "b": missing, "c": .null]).compact
        == "{\"a\":1,\"c\":null}")
  }

  @Test func `indented text keeps lists of plain values on one line`() {
    let value = JSONValue.members([
      "edges": .array([.number(0.5), .integer(2)]),
      "none": .array([]),
      "empty": .object([]),
      "axes": .array([.members(["name": .string("a")]), .array([.integer(1)])]),
    ])
    #expect(
      value.pretty == """
        {
          "edges": [0.5,2],
          "none": [],
          "empty": {},
          "axes": [
            {
              "name": "a"
            },
            [1]
          ]
        }

        """)
  }

  /// What a reader that is not ours makes of the text.
  enum Read: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([Read])
    case object([String: Read])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .string(value)
      } else if let value = try? container.decode([Read].self) {
        self = .array(value)
      } else {
        self = .object(try container.decode([String: Read].self))
      }
    }

    init(_ value: JSONValue) {
      switch value {
      case .null: self = .null
      case .bool(let value): self = .bool(value)
      case .integer(let value): self = .integer(value)
      case .single(let value): self = Self(.number(Double(value.description) ?? .nan))
      case .number(let value):
        self =
          value == value.rounded() && abs(value) < 9e18
          ? .integer(Int(value)) : .number(value)
      case .string(let value): self = .string(value)
      case .array(let values): self = .array(values.map(Read.init))
      case .object(let members):
        self = .object(
          Dictionary(
            members.map { ($0.key, Read($0.value)) }, uniquingKeysWith: { first, _ in first }))
      }
    }
  }

  static func random(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int(truncatingIfNeeded: random.next()))
    case 3:
      let number = Double(bitPattern: random.next())
      return .number(number.isFinite ? number : 0.5)
    case 4: return .string(text(&random))
    case 5:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Self.random(&random, depth: depth - 1)
        })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { number in
          .init(key: "\(number)" + text(&random), value: Self.random(&random, depth: depth - 1))
        })
    }
  }

  static func text(_ random: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let code = UInt32.random(
        in: 0...(Bool.random(using: &random) ? 0x7F : 0x1_0FFF), using: &random)
      if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  @Test(arguments: 0..<60)
  func `another reader reads back what was written`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let value = JSONValue.array((0..<4).map { _ in Self.random(&random, depth: 3) })
    for text in [value.compact, value.pretty] {
      let read = try JSONDecoder().decode(Read.self, from: Data(text.utf8))
      #expect(read == Read(value))
    }
    #expect(!value.compact.contains("\n"))
  }
}
