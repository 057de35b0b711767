import Glibc
import Samples
import TestSupport

/// A text as a test compares it.
struct ReadText: Equatable, Sendable {
  var role: TextRole
  var text: String
  var message: Int

  init(_ role: TextRole, _ text: String, _ message: Int) {
    self.role = role
    self.text = text
    self.message = message
  }
}

/// Everything that a block says of one record.
struct ReadRecord: Equatable, Sendable {
  var source: Int
  var line: Int
  var location: RecordLocation
  var bytes: [UInt8]
  var texts: [ReadText]
  var turns: Int
  var shape: RecordShape
  var hash: ContentHash
  var identifier: String
  var numbers: [NumericValue]
  var labels: [String?]
  var problem: RecordProblem?
  var problemOffset: Int?

  /// What does not depend on how the record was written down.
  var content: [String] {
    ["\(texts)", "\(turns)", "\(shape)", "\(hash)", identifier, "\(numbers)", "\(labels)"]
  }
}

/// Reads everything there is.
func readAll(
  _ reader: SampleReader, threads: Int = 1
) throws -> (records: [ReadRecord], summaries: [SourceSummary]) {
  let options = reader.options
  var records: [ReadRecord] = []
  let summaries = try reader.read(
    threads: threads,
    makeWorker: { 0 },
    work: { (_: inout Int, block: borrowing ParsedBlock) -> [ReadRecord] in
      var found: [ReadRecord] = []
      for record in block.records {
        var texts: [ReadText] = []
        for part in record.parts {
          let role = block.parts[part].role
          let message = block.parts[part].message
          let text = block.withText(of: block.parts[part]) { string($0) }
          texts.append(ReadText(role, text, message))
        }
        var numbers: [NumericValue] = []
        for column in options.numericColumns.indices {
          numbers.append(block.numericValue(column, of: record))
        }
        var labels: [String?] = []
        for column in options.categoryColumns.indices {
          labels.append(block.withLabel(column, of: record) { string($0) })
        }
        found.append(
          ReadRecord(
            source: block.sourceIndex, line: record.line, location: record.location,
            bytes: block.withLine(of: record) { bytes($0) }, texts: texts, turns: record.turns,
            shape: record.shape, hash: record.contentHash,
            identifier: block.withIdentifier(of: record) { string($0) },
            numbers: numbers, labels: labels, problem: block.problem(of: record),
            problemOffset: block.problemOffset(of: record)))
      }
      return found
    },
    consume: { records += $0 })
  return (records, summaries)
}

/// Reads one text as a file of its own.
func read(
  _ text: String, _ options: ReadingOptions = ReadingOptions(), threads: Int = 1
) throws -> [ReadRecord] {
  try read(Array(text.utf8), options, threads: threads)
}

/// Reads bytes as a file of their own.
func read(
  _ bytes: [UInt8], _ options: ReadingOptions = ReadingOptions(), threads: Int = 1
) throws -> [ReadRecord] {
  let folder = TemporaryFolder()
  let path = folder.make("pool.jsonl", bytes)
  let reader = try SampleReader(sources: [Source(path: path)], options: options)
  return try readAll(reader, threads: threads).records
}

/// Options that hand unreadable records on.
func delivering(_ change: (inout ReadingOptions) -> Void = { _ in }) -> ReadingOptions {
  var options = ReadingOptions()
  options.unreadable = .deliver
  change(&options)
  return options
}

func bytes(_ span: Span<UInt8>) -> [UInt8] {
  var copy: [UInt8] = []
  copy.append(copying: span)
  return copy
}

func string(_ span: Span<UInt8>) -> String { String(decoding: bytes(span), as: UTF8.self) }
