import Measures
import Metrics
import Numbers
import Samples

/// Where the texts of a pool are read again, once for all sets that are measured.
struct TextSource: Sendable {
  /// The sources of the pool, in the order of its samples.
  let reader: SampleReader
  /// What was found in each source.
  let sources: [SourceSummary]

  /// Gathers the texts that a plan asks for.
  ///
  /// - Parameters:
  ///   - plan: What is asked for.
  ///   - columns: The pool; a text that is no longer the one that was measured ends the reading.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: What measures the sets.
  /// - Throws: `ArchiveError.lineChanged`; what reading throws.
  /// - Complexity: O(bytes of the sources).
  func collect(
    _ plan: TextPlan, columns: PoolColumns, threads: Int
  ) throws -> TextCollector {
    var starts = [0]
    for source in sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    let bounds = starts
    var collector = TextCollector(plan: plan, threads: threads)
    var isMissing = (0..<columns.count).map { plan.needs($0) }
    let places = SamplePlaces(sources: sources, lines: columns.lines)
    _ = try reader.read(
      threads: threads,
      makeWorker: { SampleMeter(remembersWords: false, keepsAllWords: true) },
      work: { (meter: inout SampleMeter, block) -> (TextBatch, [Int]) in
        var batch = TextBatch()
        var came: [Int] = []
        let range = bounds[block.sourceIndex]..<bounds[block.sourceIndex + 1]
        for record in block.records where record.isReadable {
          let offset = record.location.byteOffset
          let sample = partitioningIndex(of: range) { columns.byteOffsets[$0] >= offset }
          guard range.contains(sample), columns.byteOffsets[sample] == offset, plan.needs(sample)
          else { continue }
          guard columns.hashHigh[sample] == record.contentHash.high,
            columns.hashLow[sample] == record.contentHash.low
          else {
            let place = SamplePlaces(sources: sources, lines: columns.lines)[sample]
            throw ArchiveError.lineChanged(path: place.path, line: place.line)
          }
          batch.add(
            record, as: sample, of: block, meter: &meter,
            needsWords: plan.needsWords(of: sample), needsText: plan.needsText(of: sample))
          came.append(sample)
        }
        return (batch, came)
      },
      consume: { batch, came in
        for sample in came { isMissing[sample] = false }
        collector.add(batch)
      })
    if let first = isMissing.firstIndex(of: true) {
      throw ArchiveError.lineChanged(path: places[first].path, line: places[first].line)
    }
    return collector
  }
}
