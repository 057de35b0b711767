import Dispatch
import Glibc
import Samples
import Storage
import TestSupport
import Testing

@Suite struct SampleReaderTests {
  private func line(_ text: String) -> String { #"{"text":"\#(text)"}"# + "\n" }

  /// A pipe's reading end, with everything written by a thread of its own.
  private func pipe(_ bytes: [UInt8]) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    let made = unsafe ends.withUnsafeMutableBufferPointer { unsafe Glibc.pipe($0.baseAddress) }
    try #require(made == 0)
    let target = ends[1]
    // Not a task: those share few threads with the tests, which wait for this one.
    DispatchQueue.global().async {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(target, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        rest = rest.dropFirst(count)
      }
      close(target)
    }
    return ends[0]
  }

  @Test func `no source is an error`() {
    #expect(throws: SamplesError.noInput) { try SampleReader(sources: []) }
  }

  @Test func `standard input can be given once`() {
    let sources = [Source(path: "-"), Source(path: "x"), Source(path: "-")]
    #expect(throws: SamplesError.standardInputTwice) { try SampleReader(sources: sources) }
  }

  @Test func `a missing file is told before anything is read`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", Array("oops".utf8))
    let reader = try SampleReader(sources: [
      Source(path: path), Source(path: folder.path + "/none"),
    ])
    #expect(
      throws: SamplesError.storage(.cannotOpen(path: folder.path + "/none", code: ENOENT))
    ) { try readAll(reader) }
  }

  @Test(arguments: [1, 2, 4], [1, 20, 1 << 20])
  func `sources are read in their order`(threads: Int, blockByteCount: Int) throws {
    let folder = TemporaryFolder()
    let sources = [
      Source(path: folder.make("1", Array((line("a") + line("b")).utf8))),
      Source(path: folder.make("2", [])),
      Source(path: folder.make("3", gzip(Array((line("c") + line("d")).utf8)))),
      Source(path: folder.make("4", Array("[\(line("e")), \(line("f"))]".utf8))),
      Source(path: "-"),
    ]
    var options = ReadingOptions()
    options.blockByteCount = blockByteCount
    options.temporaryFolder = folder.path
    let progress = ReadingProgress()
    options.progress = progress
    let descriptor = try pipe(Array((line("g") + line("h")).utf8))
    defer { close(descriptor) }
    options.standardInputDescriptor = descriptor
    let reader = try SampleReader(sources: sources, options: options)
    let (records, summaries) = try readAll(reader, threads: threads)
    #expect(records.map { $0.texts[0].text } == ["a", "b", "c", "d", "e", "f", "g", "h"])
    #expect(records.map(\.source) == [0, 0, 2, 2, 3, 3, 4, 4])
    #expect(records.map(\.line) == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(summaries.map(\.sampleCount) == [2, 0, 2, 2, 2])
    #expect(summaries.map(\.path) == sources.map(\.path))
    #expect(progress.recordCount == 8)
    #expect(progress.doneByteCount == summaries.reduce(0) { $0 + $1.byteCount })
    #expect(progress.doneByteCount == progress.totalByteCount)
  }

  @Test func `standard input may be compressed or an array, and gives its lines again`() throws {
    let plain = Array((0..<3000).map { line("sample \($0)") }.joined().utf8)
    let array = [UInt8(ascii: "[")] + Array("{\"text\":\n\"a\"},{\"text\":\"b\"}]".utf8)
    for bytes in [plain, gzip(plain), zstandard(plain), array] {
      let folder = TemporaryFolder()
      var options = ReadingOptions()
      options.temporaryFolder = folder.path
      options.standardInputDescriptor = try pipe(bytes)
      let reader = try SampleReader(sources: [Source(path: "-")], options: options)
      let (records, summaries) = try readAll(reader, threads: 2)
      close(options.standardInputDescriptor)
      #expect(summaries[0].byteCount == bytes.count)
      #expect(summaries[0].sampleCount == (bytes == array ? 2 : 3000))
      var copied: [[UInt8]] = []
      try reader.copyLines(of: 0, at: records.map(\.location)) {
        copied.append(SamplesTests.bytes($1))
      }
      #expect(copied == records.map(\.bytes))
      // What was read is kept, so it can be read once more.
      let again = try readAll(reader)
      #expect(again.records.map(\.bytes) == records.map(\.bytes))
      #expect(again.summaries == summaries)
    }
  }

  @Test func `the copy of standard input needs its folder`() throws {
    var options = ReadingOptions()
    options.temporaryFolder = "/nowhere"
    options.standardInputDescriptor = try pipe([])
    defer { close(options.standardInputDescriptor) }
    let reader = try SampleReader(sources: [Source(path: "-")], options: options)
    #expect(throws: SamplesError.storage(.cannotWrite(path: "/nowhere", code: ENOENT))) {
      try readAll(reader)
    }
  }

  @Test func `what a closure throws comes out`() throws {
    struct Stop: Error {}
    let folder = TemporaryFolder()
    let path = folder.make("a", Array(line("a").utf8))
    let reader = try SampleReader(sources: [Source(path: path)])
    #expect(throws: Stop.self) {
      try reader.read(
        threads: 2, makeWorker: { 0 }, work: { (_: inout Int, _) in 1 },
        consume: { _ in throw Stop() })
    }
    #expect(throws: Stop.self) {
      try reader.read(
        threads: 2, makeWorker: { 0 }, work: { (_: inout Int, _) throws -> Int in throw Stop() },
        consume: { _ in })
    }
  }

  @Test func `chosen lines come back byte for byte`() throws {
    var text = "\u{FEFF}"
    for index in 0..<4000 {
      let filler = String(repeating: "x", count: index % 97 == 0 ? 20_000 : index % 50)
      text += " " + #"{"text":"é\u00e9 \#(index)\#(filler)"}"# + (index % 3 == 0 ? "\r\n" : "\n\n")
    }
    let plain = Array(text.utf8)
    let folder = TemporaryFolder()
    for (name, bytes) in [("a", plain), ("b", gzip(plain)), ("c", zstandard(plain))] {
      let path = folder.make(name, bytes)
      let reader = try SampleReader(sources: [Source(path: path)])
      let records = try readAll(reader, threads: 2).records
      #expect(records.count == 4000)
      for step in [1, 2, 7, 800, 3999, 5000] {
        let chosen = stride(from: 0, to: records.count, by: step).map { records[$0] }
        var copied: [[UInt8]] = []
        try reader.copyLines(of: 0, at: chosen.map(\.location)) { place, line in
          #expect(place == copied.count)
          copied.append(SamplesTests.bytes(line))
        }
        #expect(copied == chosen.map(\.bytes))
      }
      // The same line twice.
      var count = 0
      try reader.copyLines(of: 0, at: [records[9].location, records[9].location]) { _, _ in
        count += 1
      }
      #expect(count == 2)
      try reader.copyLines(of: 0, at: []) { _, _ in count += 1 }
      #expect(count == 2)
      #expect(throws: SamplesError.self) {
        try reader.copyLines(
          of: 0, at: [RecordLocation(byteOffset: plain.count - 5, byteCount: 6)]
        ) { _, _ in }
      }
    }
  }

  @Test func `elements of an array come back on one line`() throws {
    let folder = TemporaryFolder()
    let elements = (0..<2000).map {
      "  {\n    \"text\": \"element \($0)\",\n    \"x\": [\n 1 ]\n  }"
    }
    let array = Array(("[\n" + elements.joined(separator: ",\n") + "\n]\n").utf8)
    for (name, bytes) in [("a", array), ("b", gzip(array))] {
      let path = folder.make(name, bytes)
      let reader = try SampleReader(sources: [Source(path: path)])
      let records = try readAll(reader).records
      #expect(
        String(decoding: records[1].bytes, as: UTF8.self) == #"{"text": "element 1","x": [1 ]}"#)
      let chosen = stride(from: 3, to: 2000, by: 5).map { records[$0] }
      var copied: [[UInt8]] = []
      try reader.copyLines(of: 0, at: chosen.map(\.location)) {
        copied.append(SamplesTests.bytes($1))
      }
      #expect(copied == chosen.map(\.bytes))
    }
  }

  @Test func `a file changed between reading and copying is an error`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", Array(line("a").utf8))
    let reader = try SampleReader(sources: [Source(path: path)])
    let records = try readAll(reader).records
    folder.make("a", Array((line("b") + line("c")).utf8))
    #expect(throws: SamplesError.storage(.changedWhileReading(path: path))) {
      try reader.copyLines(of: 0, at: records.map(\.location)) { _, _ in }
    }
    #expect(throws: SamplesError.storage(.changedWhileReading(path: path))) {
      try reader.checkUnchanged()
    }
  }
}
