import Overlap
import Samples

/// What is kept of every sample of a pool: numbers, never text.
///
/// One list a column, one entry a sample, in the order of the sources; lines that are no readable record
/// are kept apart. Also what comes of one block of the reading, to be appended in order.
///
/// Of an archive's samples some columns may be left where they lie: `rows(of:)` fetches them for the few
/// samples that need them.
struct PoolColumns: Sendable {
  /// How many samples there are.
  var count: Int { kept?.sampleCount ?? lines.count }

  /// Columns that were left in an archive: those of lines and hashes, and others that are empty here.
  var kept: KeptColumns?

  /// Where each record starts in its decompressed source.
  var byteOffsets: [Int] = []
  /// How many bytes it takes there.
  var byteCounts: [UInt32] = []
  /// How many bytes its line of the subset takes, line end included.
  var lineByteCounts: [UInt32] = []
  /// Its line, from 1.
  var lines: [UInt32] = []
  /// What tells that its line was changed; empty where that is not kept.
  var lineChecks: [UInt16] = []
  /// The halves of its content hash.
  var hashHigh: [UInt64] = []
  var hashLow: [UInt64] = []
  /// What tells equal answers apart from others, see `AnswerTraits`; 0 for one that cannot be told by it.
  var answerHashes: [UInt64] = []
  /// The same for prompts; 0 where the answer has none.
  var promptHashes: [UInt32] = []
  /// What an answer is by itself.
  var answerFlags: [AnswerTraits.Flags] = []
  /// Its tokens.
  var tokens: [UInt32] = []
  /// The default complexity.
  var complexity: [Float] = []
  /// The measures that were asked for besides, in the plan's order.
  var measures: [[Float]]
  /// The numeric columns, NaN for a missing value.
  var numbers: [[Double]]
  /// The category columns: the label's number in `labels`, −1 for none.
  var labelCodes: [[Int32]]
  /// The labels of each category column by their bytes, in the order of their first appearance.
  var labels: [LabelTable]
  /// What tells samples about the same thing, if they are to be told; 0 for one without.
  var keys: [UInt64] = []
  /// The topics, `topicCount` a sample.
  var topics: [Float] = []
  /// For each sample the evaluation record that it shares words with: the file among those of the recipe,
  /// −1 for none, and its line there; empty where nothing is excluded by text.
  var overlapSources: [Int32] = []
  var overlapLines: [UInt32] = []
  /// What near-duplicates are told by, if they are looked for.
  var shingles = Shingles()
  /// The vectors of a block's samples on their way to a file; those of a pool are not kept here.
  var vectors: [Float] = []
  /// The JSON text of each record's own `id`, one after the other, if ids are kept.
  var identifiers: [UInt8] = []
  var identifierEnds: [Int] = []
  /// How many samples have texts that a chat template does not render.
  var unrenderedCount = 0
  /// The lines that are no readable record.
  var rejected = RejectedLines()
  /// Those lines themselves, each with a line end, if they are kept.
  var rejectedBytes: [UInt8] = []
  /// How many values of each numeric column are text where a number should stand.
  var textCounts: [Int]

  init(plan: ReadingPlan) {
    measures = plan.measures.map { _ in [] }
    numbers = plan.numericColumns.map { _ in [] }
    labelCodes = plan.categoryColumns.map { _ in [] }
    labels = plan.categoryColumns.map { _ in LabelTable() }
    textCounts = plan.numericColumns.map { _ in 0 }
  }

  /// Makes room, so that lists need not grow step by step.
  mutating func reserve(_ count: Int, topicCount: Int) {
    byteOffsets.reserveCapacity(count)
    byteCounts.reserveCapacity(count)
    lineByteCounts.reserveCapacity(count)
    lines.reserveCapacity(count)
    hashHigh.reserveCapacity(count)
    hashLow.reserveCapacity(count)
    answerHashes.reserveCapacity(count)
    promptHashes.reserveCapacity(count)
    answerFlags.reserveCapacity(count)
    tokens.reserveCapacity(count)
    complexity.reserveCapacity(count)
    for index in measures.indices { measures[index].reserveCapacity(count) }
    for index in numbers.indices { numbers[index].reserveCapacity(count) }
    for index in labelCodes.indices { labelCodes[index].reserveCapacity(count) }
    topics.reserveCapacity(count * topicCount)
  }

  /// Takes the measures of all samples.
  ///
  /// - Parameter values: Those of the first sample in the plan's order, those of the second, and so on.
  mutating func setMeasures(_ values: [Float]) {
    let stride = measures.count
    for place in 0..<stride {
      measures[place] = [Float](capacity: values.count / stride) { column in
        for sample in 0..<values.count / stride { column.append(values[sample * stride + place]) }
      }
    }
  }

  /// Appends what came of the next block; its rejected lines are taken over as well.
  mutating func append(_ block: PoolColumns) {
    let before = count
    byteOffsets += block.byteOffsets
    byteCounts += block.byteCounts
    lineByteCounts += block.lineByteCounts
    lines += block.lines
    lineChecks += block.lineChecks
    hashHigh += block.hashHigh
    hashLow += block.hashLow
    answerHashes += block.answerHashes
    promptHashes += block.promptHashes
    answerFlags += block.answerFlags
    tokens += block.tokens
    complexity += block.complexity
    for index in measures.indices { measures[index] += block.measures[index] }
    for index in numbers.indices {
      numbers[index] += block.numbers[index]
      textCounts[index] += block.textCounts[index]
    }
    for index in labelCodes.indices {
      let codes = block.labels[index].labels.map { labels[index].code(of: $0) }
      labelCodes[index] += block.labelCodes[index].map { $0 < 0 ? -1 : codes[Int($0)] }
    }
    keys += block.keys
    topics += block.topics
    overlapSources += block.overlapSources
    overlapLines += block.overlapLines
    if block.shingles.count > 0 { shingles.append(contentsOf: block.shingles) }
    let identifierStart = identifiers.count
    identifiers += block.identifiers
    identifierEnds += block.identifierEnds.map { $0 + identifierStart }
    unrenderedCount += block.unrenderedCount
    rejected.append(contentsOf: block.rejected, after: before)
  }

  /// The JSON text of a sample's own `id`; empty for none.
  func identifier(of sample: Int) -> ArraySlice<UInt8> {
    guard !identifierEnds.isEmpty else { return [] }
    return identifiers[(sample == 0 ? 0 : identifierEnds[sample - 1])..<identifierEnds[sample]]
  }
}
