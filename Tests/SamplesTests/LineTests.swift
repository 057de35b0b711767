import Samples
import TestSupport
import Testing

@Suite struct LineTests {
  private let hello = #"{"text":"hello"}"#

  @Test(arguments: ["", "\n", "  \n\t\n\r\n", "\u{FEFF}", "\u{FEFF}\n \n"])
  func `a source without records is empty`(_ text: String) throws {
    #expect(try read(text).isEmpty)
  }

  @Test func `the CR of CR LF stays with its line, which leaves as it came`() throws {
    let records = try read("\(hello)\r\n\(hello)\n\(hello)\r\n")
    let lines = ["\(hello)\r", hello, "\(hello)\r"].map { Array($0.utf8) }
    #expect(records.map(\.bytes) == lines)
    #expect(records.map(\.location.byteOffset) == [0, 18, 35])
    #expect(Set(records.map(\.hash)).count == 1)
  }

  @Test func `a byte-order mark belongs to no line`() throws {
    let records = try read("\u{FEFF}\(hello)\n\(hello)")
    #expect(records.map(\.bytes) == Array(repeating: Array(hello.utf8), count: 2))
    #expect(records.map(\.location.byteOffset) == [3, 20])
    #expect(records.map(\.line) == [1, 2])
    // Only at the start.
    let second = try read("\(hello)\n\u{FEFF}\(hello)", delivering())
    #expect(second[1].problem == .unexpectedByte(0xEF))
  }

  @Test func `blank lines are counted and passed over`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", Array("\n\(hello)\n \t\r\n\n\(hello)\n\n".utf8))
    let (records, summaries) = try readAll(try SampleReader(sources: [Source(path: path)]))
    #expect(records.map(\.line) == [2, 5])
    #expect(summaries[0].blankLineCount == 4)
    #expect(summaries[0].sampleCount == 2)
  }

  @Test func `the last line needs no line feed`() throws {
    for ending in ["", "\n", "\n\n", "\n\r\n"] {
      let records = try read("\(hello)\n\(hello)\(ending)")
      #expect(records.map(\.bytes) == Array(repeating: Array(hello.utf8), count: 2))
    }
  }

  @Test func `white space around a record stays with its line`() throws {
    let records = try read("  \(hello)\t\n")
    #expect(records[0].bytes == Array("  \(hello)\t".utf8))
    #expect(records[0].texts.map(\.text) == ["hello"])
  }

  @Test(arguments: [1, 2])
  func `a line of 64 MiB is read whole`(threads: Int) throws {
    let length = 64 << 20
    var text = Array(#"{"text":""#.utf8)
    text += [UInt8](repeating: UInt8(ascii: "a"), count: length - 11)
    text += Array("\"}".utf8)
    #expect(text.count == length)
    let folder = TemporaryFolder()
    let small = Array("\(hello)\n".utf8)
    let path = folder.make("long.jsonl", small + text + [0x0A] + small)
    var found: [(Int, Int, Int)] = []
    let summaries = try SampleReader(sources: [Source(path: path)]).read(
      threads: threads, makeWorker: { 0 },
      work: { (_: inout Int, block: borrowing ParsedBlock) in
        block.records.map {
          ($0.line, $0.lineByteCount, block.parts[$0.parts.lowerBound].byteCount)
        }
      },
      consume: { found += $0 })
    #expect(found.map(\.0) == [1, 2, 3])
    #expect(found.map(\.1) == [16, length, 16])
    #expect(found.map(\.2) == [5, length - 11, 5])
    #expect(summaries[0].sampleCount == 3)
  }

  @Test func `identifiers come as they are written`() throws {
    let records = try read(
      [
        #"{"text":"t","id":"a\"b"}"#, #"{"id":-1.50e3,"text":"t"}"#, #"{"text":"t","id":null}"#,
        #"{"text":"t","id": true }"#, #"{"text":"t","id":[ 1 , "a \"b" ]}"#,
        #"{"id":{"part" : [ 1,{ }],"\\ " :" x" },"text":"t"}"#, #"{"text":"t"}"#,
        #"{"text":"t","id":""}"#,
        #"{"id":1,"text":"t","id":123456789012345678901}"#, #"{"text":"t","x":{"id":1}}"#,
      ].joined(separator: "\n"))
    #expect(
      records.map(\.identifier) == [
        #""a\"b""#, "-1.50e3", "", "true", #"[1,"a \"b"]"#, #"{"part":[1,{}],"\\ ":" x"}"#, "",
        #""""#, "123456789012345678901", "",
      ])
    let array = try read(
      "[{\"text\":\"t\",\"id\":{\n  \"a\": [1,\r\n 2]\n }},{\"id\":false,\"text\":\"\"}]")
    #expect(array.map(\.identifier) == [#"{"a":[1,2]}"#, "false"])
  }

  @Test(arguments: [1, 2, 4], [nil, 0, 7, 19])
  func `lines far longer than a block pass one at a time, also past one that fails`(
    threads: Int, broken: Int?
  ) throws {
    let lines = (0..<20).map { number in
      "{\"text\":\"\(String(repeating: "\(number % 10)", count: 3000))\"\(number == broken ? "" : "}")"
    }
    for text in [lines.joined(separator: "\n"), "[" + lines.joined(separator: ",") + "]"] {
      let folder = TemporaryFolder()
      let path = folder.make("long", text)
      var options = ReadingOptions()
      options.blockByteCount = 64
      let reader = try SampleReader(sources: [Source(path: path)], options: options)
      guard broken != nil else {
        #expect(try readAll(reader, threads: threads).records.count == 20)
        continue
      }
      #expect(throws: SamplesError.self) { try readAll(reader, threads: threads) }
    }
  }
}
