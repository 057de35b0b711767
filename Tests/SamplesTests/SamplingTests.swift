import Glibc
import Storage
import Testing

@testable import Samples

@Suite struct SamplingTests {
  /// The lines that `readPart` hands on, in order.
  func part(
    of bytes: [UInt8], about byteCount: Int, name: String = "pool.jsonl", threads: Int = 2
  ) throws -> [[UInt8]] {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    let reader = try SampleReader(sources: [Source(path: path)])
    var lines: [[UInt8]] = []
    try reader.readPart(
      ofAbout: byteCount, threads: threads, makeWorker: { 0 },
      work: { (_: inout Int, block) in
        block.records.filter(\.isReadable).map { record in
          block.withLine(of: record) { SamplesTests.bytes($0) }
        }
      },
      consume: { lines += $0 })
    return lines
  }

  static func lines(_ count: Int) -> [[UInt8]] {
    (0..<count).map {
      Array("{\"text\":\"sample \($0) \(String(repeating: "x", count: $0 % 97))\"}".utf8)
    }
  }

  static func jsonl(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [10] } }

  @Test func `a small source is read whole`() throws {
    let lines = Self.lines(50)
    #expect(try part(of: Self.jsonl(lines), about: 1 << 20) == lines)
    #expect(try part(of: [], about: 1) == [])
  }

  @Test func `of a large file only whole lines come, in order, spread over it`() throws {
    let lines = Self.lines(60_000)
    let all = Self.jsonl(lines)
    let read = try part(of: all, about: all.count / 10)
    let places = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1, $0) })
    let found = read.compactMap { places[$0] }
    #expect(found.count == read.count)
    #expect(found == found.sorted() && Set(found).count == found.count)
    let bytes = read.reduce(0) { $0 + $1.count + 1 }
    #expect((all.count / 20...all.count / 5).contains(bytes))
    // Every tenth of the file has its share.
    for tenth in 0..<10 {
      #expect(found.contains { $0 * 10 / lines.count == tenth })
    }
  }

  @Test(arguments: [1, 2, 3])
  func `the part is the same for any number of threads`(threads: Int) throws {
    let all = Self.jsonl(Self.lines(30_000))
    #expect(
      try part(of: all, about: 200_000, threads: threads)
        == part(of: all, about: 200_000, threads: 1))
  }

  @Test func `an array is gone through and gives some of its elements`() throws {
    let lines = Self.lines(30_000)
    let array = [UInt8(ascii: "[")] + lines.joined(separator: [UInt8(ascii: ",")]) + [0x5D]
    let read = try part(of: array, about: array.count / 5, name: "pool.json")
    let known = Set(lines)
    #expect(read.allSatisfy { known.contains($0) })
    #expect(read.count > 1000 && read.count < 15_000)
  }

  @Test func `a line longer than a window is found where it starts the file`() throws {
    let long = Array("{\"text\":\"\(String(repeating: "y", count: 100_000))\"}".utf8)
    let read = try part(of: Self.jsonl([long, long, long]), about: 1)
    #expect(read == [long])
  }

  @Test func `unreadable lines are passed over`() throws {
    let lines = Self.lines(3)
    let read = try part(
      of: Self.jsonl([lines[0], Array("{broken".utf8), lines[1]]), about: 1 << 20)
    #expect(read == [lines[0], lines[1]])
  }
}
