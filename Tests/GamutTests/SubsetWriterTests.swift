import Samples
import Selection
import TestSupport
import Testing

@testable import Gamut

/// Lines out of their sources, in any order and through every road.
@Suite struct SubsetWriterTests {
  let folder = TemporaryFolder()

  /// What is written of a pool, with so many bytes held at once.
  private func lines(
    _ samples: [Int32], of sources: [String], holding mostHeldBytes: Int
  ) throws -> [[UInt8]] {
    let reader = try SampleReader(sources: sources.map(Source.init(path:)))
    let plan = ReadingPlan(
      Recipe(budget: .samples(1), text: "1"), keepsIdentifiers: false, keepsRejectedLines: false)
    let read = try PoolReader(
      reader: reader, plan: plan, onUnreadable: .fail, topicModel: nil, threads: 1,
      progress: ReadingProgress()
    ).read(rejects: nil, onEvent: { _ in })
    var writer = SubsetWriter(columns: read.columns, sources: read.sources, reader: reader)
    writer.mostHeldBytes = mostHeldBytes
    var bytes: [UInt8] = []
    try writer.write(samples, format: .jsonl) { part in
      for index in part.indices { bytes.append(part[index]) }
    }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: true).map(Array.init)
  }

  @Test(arguments: 0..<5)
  func `any order comes out whole, however little is held at once`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let pool = (0..<90).map { number in
      Array("{\"text\":\"\(number)\(String(repeating: "x", count: number * 7 % 50))\"}".utf8)
    }
    func file(_ name: String, _ range: Range<Int>) -> String {
      folder.make(name, Array(pool[range].joined(separator: [0x0A])))
    }
    let plain = [file("a.jsonl", 0..<30), file("b.jsonl", 30..<90)]
    let packed = [plain[0], file("c.jsonl", 30..<90)]
    #expect(Program(path: "/usr/bin/gzip").run([packed[1]]).status == 0)
    let order = (0..<90).map(Int32.init).shuffled(using: &random).prefix(60)
    let expected = order.map { pool[Int($0)] }
    for sources in [plain, [packed[0], packed[1] + ".gz"]] {
      for held in [1, 100, 1 << 20] {
        #expect(try lines(Array(order), of: sources, holding: held) == expected)
      }
      let sorted = order.sorted()
      #expect(try lines(sorted, of: sources, holding: 1) == sorted.map { pool[Int($0)] })
    }
  }
}
