import Storage
import Synchronization
import TestSupport
import Testing

@testable import Samples

@Suite struct SamplingTests {
  /// A line with its key.
  struct Keyed: Hashable, Sendable {
    var key: UInt64
    var line: [UInt8]
  }

  /// What `readSample` hands on of some sources, in order.
  func sample(
    of sources: [[UInt8]], below bound: UInt64 = .max, seed: UInt64 = 1, threads: Int = 2,
    blockByteCount: Int = 1 << 12
  ) throws -> [Keyed] {
    let folder = TemporaryFolder()
    let paths = sources.enumerated().map { folder.make("source\($0)", $1) }
    var options = ReadingOptions()
    options.blockByteCount = blockByteCount
    let reader = try SampleReader(sources: paths.map(Source.init(path:)), options: options)
    var found: [Keyed] = []
    try reader.readSample(
      seed: seed, below: { bound }, threads: threads, makeWorker: { 0 },
      work: { (_: inout Int, block, keys) in
        block.records.filter(\.isReadable).map { record in
          Keyed(
            key: keys[record.index],
            line: block.withLine(of: record) { SamplesTests.bytes($0) })
        }
      },
      consume: { found += $0 })
    return found
  }

  static func lines(_ range: Range<Int>) -> [[UInt8]] {
    range.map {
      Array("{\"text\":\"sample \($0) \(String(repeating: "x", count: $0 % 97))\"}".utf8)
    }
  }

  static func jsonl(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [10] } }

  static func array(_ lines: [[UInt8]]) -> [UInt8] {
    Array("\n[ ".utf8) + lines.joined(separator: Array(",\n  ".utf8)) + Array("\n]".utf8)
  }

  @Test func `without a bound every record comes, in order`() throws {
    let lines = Self.lines(0..<500)
    #expect(try sample(of: [Self.jsonl(lines)]).map(\.line) == lines)
    #expect(try sample(of: [[]]).isEmpty)
    #expect(try sample(of: [Self.jsonl(lines)], below: 0).isEmpty)
  }

  @Test func `a key belongs to a line, however it is divided, packed or ordered`() throws {
    let lines = Self.lines(0..<2000)
    let whole = try sample(of: [Self.jsonl(lines)])
    let keys = Set(whole)
    #expect(Set(whole.map(\.key)).count == lines.count)
    let divided = [lines[1200...], lines[..<7], lines[7..<1200]].map { Self.jsonl(Array($0)) }
    let crlf: [UInt8] = lines.flatMap { line -> [UInt8] in line + [13, 10, 32, 13, 10] }
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Self.jsonl(lines).dropLast()
    let ways: [[[UInt8]]] = [
      divided, [gzip(Self.jsonl(lines))], [zstandard(Self.jsonl(lines))], [Self.array(lines)],
      [gzip(Self.array(lines))], [crlf], [marked],
    ]
    for sources in ways {
      #expect(try Set(sample(of: sources)) == keys)
      #expect(try Set(sample(of: sources, blockByteCount: 100)) == keys)
    }
    let others = try sample(of: [Self.jsonl(lines)], seed: 2)
    let otherKeys = Set(others.map(\.key))
    #expect(otherKeys.isDisjoint(with: whole.map(\.key)))
  }

  @Test(arguments: 1...3)
  func `a bound leaves those below it, for any number of threads`(threads: Int) throws {
    let source = Self.jsonl(Self.lines(0..<3000))
    let all = try sample(of: [source])
    for bound in [UInt64.max / 100, UInt64.max / 3] {
      #expect(
        try sample(of: [source], below: bound, threads: threads) == all.filter { $0.key < bound })
    }
  }

  @Test func `keys are spread evenly`() throws {
    // Lines that differ in one character, to be hard on the hash.
    let keys = try sample(of: [Self.jsonl(Self.lines(0..<20_000))]).map(\.key)
    for tenth in 0..<10 {
      let count = keys.count { $0 / (.max / 10 + 1) == UInt64(tenth) }
      // Binomial: 2000 with a deviation of 42.
      #expect((1790...2210).contains(count), "\(count) in tenth \(tenth)")
    }
  }

  @Test func `a bound that sinks while reading loses nothing below it`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("pool", Self.jsonl(Self.lines(0..<4000)))
    var options = ReadingOptions()
    options.blockByteCount = 1 << 10
    let reader = try SampleReader(sources: [Source(path: path)], options: options)
    let bound = Atomic(UInt64.max)
    let last = UInt64.max / 50
    var keys: Set<UInt64> = []
    try reader.readSample(
      seed: 9, below: { bound.load(ordering: .relaxed) }, threads: 2, makeWorker: { 0 },
      work: { (_: inout Int, _, keys) in keys },
      consume: {
        keys.formUnion($0)
        bound.store(max(last, bound.load(ordering: .relaxed) / 2), ordering: .relaxed)
      })
    let expected = try sample(of: [wholeFile(path) ?? []], below: last, seed: 9).map(\.key)
    #expect(keys.filter { $0 < last } == Set(expected))
    #expect(keys.count < 400)
  }

  @Test func `unreadable and blank lines are passed over`() throws {
    let lines = Self.lines(0..<3)
    let source = lines[0] + Array("\n{broken\n \t\r\n".utf8) + lines[1] + Array("\n\n[1]\n".utf8)
    #expect(try sample(of: [source]).map(\.line) == Array(lines[..<2]))
    // A line break within a string is the element's fault, not the end of it.
    let broken = Array("[{\"text\":\"a\n{\\\"text\\\":1}\"},\n{\"text\":\"b\"}]".utf8)
    #expect(try sample(of: [broken]).map(\.line) == [Array("{\"text\":\"b\"}".utf8)])
  }

  @Test func `a line longer than a block is sampled as any other`() throws {
    let long = Array("{\"text\":\"\(String(repeating: "y", count: 100_000))\"}".utf8)
    let lines = Self.lines(0..<50) + [long] + Self.lines(50..<60)
    #expect(try sample(of: [Self.jsonl(lines)]).map(\.line) == lines)
  }
}
