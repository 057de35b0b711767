import Measures
import Metrics
import Samples
import TestSupport
import Testing

@testable import Gamut

/// What text metrics are taken of, from lines to numbers.
@Suite struct TextBatchTests {
  let folder = TemporaryFolder()

  private func metrics(_ lines: [String], threads: Int = 1) throws -> TextMetrics {
    let path = folder.make("pool.jsonl", lines.joined(separator: "\n"))
    let count = lines.count
    let plan = TextPlan(
      sets: [Array(0..<Int32(count))], contentHash: (0..<UInt64(count)).map { $0 },
      byteCounts: lines.map { UInt32($0.utf8.count) })
    var collector = TextCollector(plan: plan, threads: threads)
    var first = 0
    _ = try SampleReader(sources: [Source(path: path)]).read(
      threads: threads,
      makeWorker: { SampleMeter(remembersWords: false, keepsAllWords: true) },
      work: { (meter: inout SampleMeter, block) in
        var batch = TextBatch()
        for (number, record) in block.records.enumerated() {
          batch.add(
            record, as: number, of: block, meter: &meter, needsWords: true, needsText: true)
        }
        return batch
      },
      consume: { batch in
        collector.add(batch, numberedFrom: first)
        first += batch.count
      })
    return collector.measure()[0]
  }

  @Test func `what is said counts, and neither system texts nor dispreferred answers do`() throws {
    let found = try metrics([
      #"{"messages":[{"role":"system","content":"s t u"},{"role":"user","content":"a B"},"#
        + #"{"role":"assistant","content":"b c"}]}"#,
      #"{"prompt":"a","chosen":"d","rejected":"x y z"}"#,
    ])
    // a b b c, and a d.
    #expect(found.wordCount == 6)
    #expect(found[.distinct1] == 4.0 / 6)
    #expect(found[.distinct2] == 1)
    #expect(found.compressedTextBytes == 4 + 4 + 2 + 2)
  }

  @Test func `every ideograph is a word`() throws {
    let found = try metrics([#"{"text":"天天 up"}"#, #"{"text":"up"}"#])
    #expect(found.wordCount == 4)
    #expect(found[.distinct1] == 0.5)
  }
}
