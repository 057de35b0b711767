import Samples
import TestSupport
import Testing

@Suite struct ArrayTests {
  @Test(arguments: [1, 7, 1 << 20])
  func `elements of an array are its samples, each on one line`(blockByteCount: Int) throws {
    var options = ReadingOptions()
    options.blockByteCount = blockByteCount
    let text = """
       [
        {
          "text": "a, [b] {c} \\"d\\" \\\\",
          "x" : [1,
                 2]
        },\r
        {"text": "one line",  "y": "\\n" },{"text":""}
      ]

      """
    let records = try read(text, options)
    #expect(records.map(\.line) == [1, 2, 3])
    #expect(
      records.map { String(decoding: $0.bytes, as: UTF8.self) } == [
        #"{"text": "a, [b] {c} \"d\" \\","x" : [1,2]}"#,
        #"{"text": "one line",  "y": "\n" }"#,
        #"{"text":""}"#,
      ])
    #expect(records.map { $0.texts[0].text } == [#"a, [b] {c} "d" \"#, "one line", ""])
    let source = Array(text.utf8)
    for record in records {
      let end = record.location.byteOffset + record.location.byteCount
      #expect(source[record.location.byteOffset] == UInt8(ascii: "{"))
      #expect(source[end - 1] == UInt8(ascii: "}"))
    }
    #expect(records[1].bytes.count == records[1].location.byteCount)
  }

  @Test(arguments: ["[]", " [ ] ", "\u{FEFF}[\n]\n"])
  func `an empty array has no samples`(_ text: String) throws {
    #expect(try read(text).isEmpty)
  }

  @Test func `leaving out a line break cannot make a token`() throws {
    let records = try read(
      "[{\"text\":\"t\",\"x\":1\n2},{\"text\":\"t\",\"x\":tr\n ue}]", delivering())
    #expect(records.map { $0.problem != nil } == [true, true])
    #expect(String(decoding: records[0].bytes, as: UTF8.self) == #"{"text":"t","x":1 2}"#)
  }

  @Test func `an element that is no sample is like a line that is none`() throws {
    let records = try read(
      "[1, \"a\nb\", {\"text\":\"t\"} x,\n null, {\"text\":\"t\"}]", delivering())
    #expect(records.map(\.line) == [1, 2, 3, 4, 5])
    #expect(
      records.map(\.problem) == [
        .notAnObject(found: .number), .controlCharacter(byte: 0x0A), .trailingContent,
        .notAnObject(found: .null), nil,
      ])
  }

  static let broken: [(String, Int, SamplesError.ArrayProblem)] = [
    ("[", 1, .missingClosingBracket),
    ("[{\"text\":\"t\"}", 13, .missingClosingBracket),
    ("[{\"text\":\"t\"},", 14, .missingClosingBracket),
    ("[{\"text\":\"t", 11, .missingClosingBracket),
    ("[{\"text\":\"t\"},]", 14, .unexpectedByte(UInt8(ascii: "]"))),
    ("[,{\"text\":\"t\"}]", 1, .unexpectedByte(UInt8(ascii: ","))),
    ("[{\"text\":\"t\"},,{\"text\":\"t\"}]", 14, .unexpectedByte(UInt8(ascii: ","))),
    ("[{\"text\":\"t\"}] x", 15, .unexpectedByte(UInt8(ascii: "x"))),
    ("[{\"text\":\"t\"}]\n[]", 15, .unexpectedByte(UInt8(ascii: "["))),
    ("[}]", 1, .unexpectedByte(UInt8(ascii: "}"))),
  ]

  @Test(arguments: broken, [1, 8, 1 << 20])
  func `an array that does not hold together is an error with a place`(
    _ broken: (String, Int, SamplesError.ArrayProblem), blockByteCount: Int
  ) throws {
    let folder = TemporaryFolder()
    let path = folder.make("broken.json", Array(broken.0.utf8))
    let options = delivering { $0.blockByteCount = blockByteCount }
    let reader = try SampleReader(sources: [Source(path: path)], options: options)
    #expect(
      throws: SamplesError.malformedArray(path: path, byteOffset: broken.1, problem: broken.2)
    ) { try readAll(reader) }
  }

  @Test func `a file named json may hold lines`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("lines.json", Array("{\"text\":\"a\"}\n{\"text\":\"b\"}".utf8))
    let (records, summaries) = try readAll(try SampleReader(sources: [Source(path: path)]))
    #expect(records.count == 2)
    #expect(!summaries[0].isArray)
  }

  @Test func `more elements than a block holds keep their numbers`() throws {
    let text = "[" + Array(repeating: #"{"text":"x"}"#, count: 10_000).joined(separator: ",") + "]"
    let records = try read(text, threads: 3)
    #expect(records.map(\.line) == Array(1...10_000))
  }
}
