import Testing

@testable import Gamut

@Suite struct ForeignFormatTests {
  static func format(_ text: String) -> ForeignFormat? {
    ForeignFormat(firstLine: Array(text.utf8))
  }

  @Test(
    arguments: [
      (Array("PAR1\u{15}\u{4}".utf8), .parquet), (Array("PAR1".utf8), .parquet),
      (Array("ARROW1\0\0".utf8), .arrowFile), (Array("FEA1".utf8), .arrowFile),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0x02], .arrowStream),
      ([0xFF, 0xFE, 0x7B, 0x00], .utf16), ([0xFE, 0xFF, 0x00, 0x7B], .utf16),
      ([0x50, 0x4B, 0x03, 0x04, 0x14], .zip), (Array("BZh91AY&SY".utf8), .bzip2),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00], .xz),
    ] as [([UInt8], ForeignFormat)])
  func `binary formats are told by their first bytes`(bytes: [UInt8], format: ForeignFormat) {
    #expect(ForeignFormat(firstLine: bytes) == format)
  }

  @Test(arguments: ["{", "{ ", "{\t ", "{\r"])
  func `a brace alone begins indented JSON`(line: String) {
    #expect(Self.format(line) == .indentedJSON)
  }

  @Test(arguments: [
    "prompt,completion", "id\tinstruction\toutput", "a;b", "a,b\r", "\"prompt\",\"the answer\"",
    "question text,answer (A/B)", "_id,meta.topic,score-1", "frage,größe", "0,1", "a,\"b\"",
  ])
  func `names between separators are a header`(line: String) {
    #expect(Self.format(line) == .separatedValues)
  }

  @Test(arguments: [
    "", " ", "oops", "Hello, world", "a,", ",a", "a,,b", "[1,2]", "{\"a\":1,\"b\":2}", "{\"a\":",
    "\"a,b\"", "\"prompt\"", "a,b\"", "x = 1, y", "{,}", "null", "\u{1},\u{2}", "# a,b", "PAR",
    "PK",
    String(repeating: "long", count: 17) + ",b",
  ])
  func `anything else is none of them`(line: String) {
    #expect(Self.format(line) == nil)
  }
}
