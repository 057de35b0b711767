import TestSupport
import Testing

@testable import Samples

/// The hash of a single line is that of the record when its file was read.
@Suite struct LineHasherTests {
  @Test(arguments: [[], ["output"], ["instruction", "output"]])
  func `a line has the hash that its record had`(textFields: [String]) throws {
    let pool = RandomPool(count: 60, seed: 4)
    var options = ReadingOptions()
    options.textFields = textFields
    let folder = TemporaryFolder()
    let reader = try SampleReader(
      sources: [Source(path: folder.make("a.jsonl", pool.file()))], options: options)
    let hasher = try LineHasher(textFields: textFields)
    let lines = pool.lines.filter { if case .sample = $0.kind { true } else { false } }
    var hashes: [ContentHash] = []
    for line in lines {
      let hash = try hasher.contentHash(of: line.bytes.span)
      hashes.append(try #require(hash))
    }
    #expect(try readAll(reader).records.map(\.hash) == hashes)
  }

  @Test func `what is no record has none`() throws {
    let hasher = try LineHasher(textFields: [])
    for line in ["", " ", "{", "null", "[1]", "{\"foo\":1}"] {
      let hash = try hasher.contentHash(of: Array(line.utf8).span)
      #expect(hash == nil, "\(line)")
    }
    // And it goes on to work.
    let hash = try hasher.contentHash(of: Array("{\"text\":\"a\"}".utf8).span)
    #expect(hash != nil)
  }
}
