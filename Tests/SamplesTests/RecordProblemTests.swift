import Samples
import TestSupport
import Testing

/// A line that is no sample, and why.
struct ProblemCase: CustomTestStringConvertible, Sendable {
  var line: [UInt8]
  var problem: RecordProblem
  var offset: Int?

  var testDescription: String { String(decoding: line.prefix(80), as: UTF8.self) }

  init(_ line: String, _ problem: RecordProblem, at offset: Int?) {
    self.line = Array(line.utf8)
    self.problem = problem
    self.offset = offset
  }

  init(_ line: [UInt8], _ problem: RecordProblem, at offset: Int?) {
    self.line = line
    self.problem = problem
    self.offset = offset
  }
}

@Suite struct RecordProblemTests {
  static let notUTF8: [ProblemCase] = [
    [0xFF], [0x80], [0xC0, 0x80], [0xC2], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
    [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
  ].map { (bad: [UInt8]) in
    ProblemCase(
      Array(#"{"text":"é"#.utf8) + bad + Array(#"x"}"#.utf8), .invalidUTF8(byte: bad[0]), at: 11)
  }

  static let notJSON: [ProblemCase] = [
    ProblemCase(#"{"text":"a"#, .unclosedString, at: 8),
    ProblemCase(#"{"text":"a\"}"#, .unclosedString, at: 8),
    ProblemCase(
      Array(#"{"text":"a"#.utf8) + [0] + Array(#""}"#.utf8), .controlCharacter(byte: 0), at: 10),
    ProblemCase("{\"text\":\"a\tb\"}", .controlCharacter(byte: 9), at: 10),
    ProblemCase("{\"text\":\"a\u{1F}b\"}", .controlCharacter(byte: 0x1F), at: 10),
    ProblemCase(#"{"text":"a\xb"}"#, .invalidEscape, at: 10),
    ProblemCase(#"{"text":"a\u12"}"#, .invalidEscape, at: 10),
    ProblemCase(#"{"te\xt":"a"}"#, .invalidEscape, at: 4),
    ProblemCase(#"{"text":"a\ud83d"}"#, .loneSurrogate, at: 10),
    ProblemCase(#"{"text":"a\ud83d\u0041"}"#, .loneSurrogate, at: 10),
    ProblemCase(#"{"text":"a\n\udc4d"}"#, .loneSurrogate, at: 12),
    ProblemCase(#"{"text":"a","unused":"\ud83d"}"#, .loneSurrogate, at: 22),
    ProblemCase(#"{"text":"a","x":NaN}"#, .notANumberLiteral, at: 16),
    ProblemCase(#"{"text":"a","x":[-Infinity]}"#, .notANumberLiteral, at: 17),
    ProblemCase(#"{"text":"a","x":01}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":1.}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":1e}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":-}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":1x}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":1"y"}"#, .malformedNumber, at: 16),
    ProblemCase(#"{"text":"a","x":+1}"#, .unexpectedByte(UInt8(ascii: "+")), at: 16),
    ProblemCase(#"{"text":"a","x":.5}"#, .unexpectedByte(UInt8(ascii: ".")), at: 16),
    ProblemCase(#"{"text":"a","x":tru}"#, .unexpectedByte(UInt8(ascii: "t")), at: 16),
    ProblemCase(#"{"text":"a","x":nulls}"#, .unexpectedByte(UInt8(ascii: "n")), at: 16),
    ProblemCase(#"{"text":"a","x":false"}"#, .unclosedString, at: 21),
    ProblemCase(#"{"text":"a""#, .endsEarly, at: 11),
    ProblemCase(#"{"text":"#, .endsEarly, at: 8),
    ProblemCase(#"{"text""#, .endsEarly, at: 7),
    ProblemCase("{", .endsEarly, at: 1),
    ProblemCase(#"{"text":"a",}"#, .unexpectedByte(UInt8(ascii: "}")), at: 12),
    ProblemCase(#"{"text":"a","x":[1,]}"#, .unexpectedByte(UInt8(ascii: "]")), at: 19),
    ProblemCase(#"{"text":"a","x":[1}"#, .unexpectedByte(UInt8(ascii: "}")), at: 18),
    ProblemCase(#"{"text" "a"}"#, .unexpectedByte(UInt8(ascii: "\"")), at: 8),
    ProblemCase(#"{'text': 'a'}"#, .unexpectedByte(UInt8(ascii: "'")), at: 1),
    ProblemCase(#"{\"text": "a"}"#, .unexpectedByte(UInt8(ascii: "\\")), at: 1),
    ProblemCase(#"{text: "a"}"#, .unexpectedByte(UInt8(ascii: "t")), at: 1),
    ProblemCase(#"{"text":"a"} x"#, .trailingContent, at: 13),
    ProblemCase(#"{"text":"a"}{"text":"b"}"#, .trailingContent, at: 12),
    ProblemCase(#"{"text":"a"},"#, .trailingContent, at: 12),
    ProblemCase("{\"text\":\"a\"}\u{0}", .trailingContent, at: 12),
    ProblemCase("hello", .unexpectedByte(UInt8(ascii: "h")), at: 0),
    ProblemCase("\u{0}", .unexpectedByte(0), at: 0),
    ProblemCase("\u{B}{}", .unexpectedByte(0x0B), at: 0),
    ProblemCase(
      #"{"text":"a","x":"# + String(repeating: "[", count: 1024) + "]", .nestedTooDeeply, at: 1039),
  ]

  static let notSamples: [ProblemCase] = [
    ProblemCase("null", .notAnObject(found: .null), at: 0),
    ProblemCase("true", .notAnObject(found: .boolean), at: 0),
    ProblemCase(" 12", .notAnObject(found: .number), at: 1),
    ProblemCase(#""s""#, .notAnObject(found: .string), at: 0),
    ProblemCase("{}", .unknownShape(keys: []), at: nil),
    ProblemCase(#"{"":1}"#, .unknownShape(keys: [""]), at: nil),
    ProblemCase(
      #"{"a":1,"b\n":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}"#,
      .unknownShape(keys: ["a", "b\n", "c", "d", "e", "f", "g", "h"]), at: nil),
    ProblemCase(
      #"{"instruction":42,"output":"o"}"#, .wrongType(key: "instruction", found: .number), at: 15),
    ProblemCase(#"{"instruction":"i","output":{}}"#, .missingField(key: "output.role"), at: nil),
    ProblemCase(
      #"{"instruction":"i","output":["a",1]}"#, .wrongType(key: "output", found: .number), at: 33),
    ProblemCase(
      #"{"instruction":"i","history":"h"}"#, .wrongType(key: "history", found: .string), at: 29),
    ProblemCase(
      #"{"instruction":"i","instances":"n"}"#, .wrongType(key: "instances", found: .string), at: 31),
    ProblemCase(
      #"{"instruction":"i","instances":["n"]}"#, .wrongType(key: "instances", found: .string),
      at: 32),
    ProblemCase(
      #"{"instruction":"i","instances":[{"input":1}]}"#,
      .wrongType(key: "instances.input", found: .number), at: 41),
    ProblemCase(
      #"{"instruction":"i","instances":[{"output":["o"]}]}"#,
      .wrongType(key: "instances.output", found: .array), at: 42),
    ProblemCase(
      #"{"instruction":"i","context":["c"],"output":"o"}"#,
      .wrongType(key: "context", found: .array),
      at: 29),
    ProblemCase(#"{"instruction":null,"output":"x"}"#, .missingField(key: "instruction"), at: nil),
    ProblemCase(#"{"completion":"x"}"#, .missingField(key: "prompt"), at: nil),
    ProblemCase(#"{"answer":"x"}"#, .missingField(key: "question"), at: nil),
    ProblemCase(#"{"messages":"x"}"#, .wrongType(key: "messages", found: .string), at: 12),
    ProblemCase(#"{"messages":[]}"#, .emptyConversation(key: "messages"), at: nil),
    ProblemCase(#"{"messages":["x"]}"#, .wrongType(key: "messages", found: .string), at: 13),
    ProblemCase(#"{"messages":[{"content":"x"}]}"#, .missingField(key: "messages.role"), at: nil),
    ProblemCase(
      #"{"messages":[{"role":"narrator","content":"x"}]}"#, .unknownRole("narrator"), at: 21),
    ProblemCase(
      #"{"messages":[{"role":"user","content":7}]}"#,
      .wrongType(key: "messages.content", found: .number), at: 38),
    ProblemCase(#"{"text":["x"]}"#, .wrongType(key: "text", found: .array), at: 8),
  ]

  @Test(arguments: notUTF8 + notJSON + notSamples)
  func `an unreadable line has a reason and a place`(_ expected: ProblemCase) throws {
    let good = Array((#"{"text":"fine"}"# + "\n").utf8)
    // Alone, and between good lines, where the block is parsed as a whole.
    for (before, after) in [([], []), (good, [0x0A] + good)] {
      let records = try read(before + expected.line + after, delivering())
      let place = before.isEmpty ? 0 : 1
      #expect(records.count == (before.isEmpty ? 1 : 3))
      #expect(records[place].problem == expected.problem)
      #expect(records[place].problemOffset == expected.offset)
      #expect(records[place].bytes == expected.line)
      #expect(records[place].texts.isEmpty)
      #expect(records.filter { $0.problem == nil }.count == (before.isEmpty ? 0 : 2))
    }
  }

  @Test(arguments: [60, 61, 62, 63])
  func `a long key or role is cut after 64 bytes or little less, between characters`(
    lead: Int
  ) throws {
    let start = String(repeating: "k", count: lead)
    let long = start + String(repeating: "👍", count: 100)
    let cut = start + (lead == 60 ? "👍" : "") + "…"
    let keys = (0..<9).map { "\"\($0)\(long.dropFirst())\":1" }
    #expect(
      try read("{\(keys.joined(separator: ","))}", delivering())[0].problem
        == .unknownShape(keys: (0..<8).map { "\($0)\(cut.dropFirst())" }))
    let said = #"{"messages":[{"role":"\#(long)","content":"x"}]}"#
    #expect(try read(said, delivering())[0].problem == .unknownRole(cut))
    let fields = delivering { $0.textFields = [long] }
    #expect(
      try read(#"{"\#(long)":[]}"#, fields)[0].problem == .wrongType(key: cut, found: .array))
  }

  @Test func `a key or role of 64 bytes is told whole`() throws {
    let name = String(repeating: "é", count: 32)
    #expect(
      try read(#"{"\#(name)":1}"#, delivering())[0].problem == .unknownShape(keys: [name]))
    #expect(
      try read(#"{"messages":[{"role":"\#(name)"}]}"#, delivering())[0].problem
        == .unknownRole(name))
    #expect(
      try read(#"{"messages":[{"role":"\#(name)x"}]}"#, delivering())[0].problem
        == .unknownRole("\(name)…"))
  }

  @Test func `an escaped NUL, a surrogate pair, and numbers of any size are fine`() throws {
    let records = try read(
      #"{"text":"a\u0000b \ud83d\udc4d \u00e9","x":1e999,"y":123456789012345678901234567890,"z":-0.0}"#
    )
    #expect(records[0].texts == [ReadText(.text, "a\u{0}b 👍 é", 0)])
  }

  @Test func `1,024 levels are read and one more is not`() throws {
    func nested(_ levels: Int) -> String {
      #"{"text":"a","x":"# + String(repeating: "[", count: levels - 1)
        + String(repeating: "]", count: levels - 1) + "}"
    }
    #expect(try read(nested(1024), delivering())[0].problem == nil)
    #expect(try read(nested(1025), delivering())[0].problem == .nestedTooDeeply)
  }

  @Test(arguments: [1, 2, 5], [1, 64, 1 << 20])
  func `the first unreadable line of the sources is the one that is named`(
    threads: Int, blockByteCount: Int
  ) throws {
    let folder = TemporaryFolder()
    let good = String(repeating: #"{"text":"fine"}"# + "\n", count: 200)
    let first = folder.make("first.jsonl", Array(good.utf8))
    let second = folder.make(
      "second.jsonl", Array((good + "\n  \r\n" + #"{"text":NaN}"# + "\n" + good + "oops\n").utf8))
    var options = ReadingOptions()
    options.blockByteCount = blockByteCount
    let reader = try SampleReader(
      sources: [Source(path: first), Source(path: second)], options: options)
    #expect(
      throws: SamplesError.unreadableRecord(
        path: second, line: 203, byteOffset: 200 * 16 + 5 + 8, problem: .notANumberLiteral)
    ) { try readAll(reader, threads: threads) }
  }
}
