import JSON
import Measures
import Overlap
import Samples

/// Evaluation records that no chosen sample may overlap with: their runs of words, and where they stand.
struct Evaluations: Sendable {
  /// One file of them.
  struct File: Sendable {
    var path: String
    var byteCount: Int
    var recordCount = 0
    /// How many of its records have no part that is long enough to be compared.
    var unusedCount = 0
    var sha256: String
  }

  /// The runs of the words of all records, by number.
  private(set) var index: RunIndex
  /// Where each record stands: the number of its file, and its line there.
  private(set) var places: [(file: Int32, line: UInt32)] = []
  /// The files in the recipe's order.
  private(set) var files: [File] = []

  /// Reads all files.
  ///
  /// A record is read by the fields that were named for the pool's text; where a file has no record with
  /// any of them, by its own shape.
  ///
  /// - Parameters:
  ///   - recipe: Which files, how many words make a run, and the fields that hold the text.
  ///   - options: How files are read otherwise.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `SamplesError`; `GamutError.unreadableEvaluation`; `emptyEvaluation` for a file without a
  ///   record, or without one that can be compared; `tooManyLines`.
  init(_ recipe: Recipe, options: ReadingOptions, threads: Int) throws {
    index = RunIndex(runLength: recipe.exclusionWords)
    for path in recipe.exclusions {
      do {
        try add(path, fields: recipe.textFields, options: options, threads: threads)
      } catch SamplesError.unreadableRecord(_, _, _, .unknownShape)
        where !recipe.textFields.isEmpty
      {
        do {
          try add(path, fields: [], options: options, threads: threads)
        } catch SamplesError.unreadableRecord(let path, let line, let offset, let problem) {
          throw GamutError.unreadableEvaluation(
            path: path, line: line, byteOffset: offset, problem: problem)
        }
      } catch SamplesError.unreadableRecord(let path, let line, let offset, let problem) {
        throw GamutError.unreadableEvaluation(
          path: path, line: line, byteOffset: offset, problem: problem)
      }
    }
  }

  /// The words of the records of one block.
  private struct Block: Sendable {
    var words: [UInt32] = []
    /// Where each part ends in `words`, and the record it belongs to, counted from the block's first.
    var parts: [(end: Int, record: Int)] = []
    var lines: [Int] = []
  }

  private mutating func add(
    _ path: String, fields: [String], options: ReadingOptions, threads: Int
  ) throws {
    var own = ReadingOptions()
    own.textFields = fields
    own.temporaryFolder = options.temporaryFolder
    let reader = try SampleReader(sources: [Source(path: path)], options: own)
    var blocks: [Block] = []
    let summaries = try reader.read(
      threads: threads,
      makeWorker: { SampleMeter(remembersWords: false, keepsAllWords: true) },
      work: { (meter: inout SampleMeter, parsed) in
        var block = Block()
        for record in parsed.records {
          meter.measure(record, of: parsed)
          meter.withWordsOfComparedParts(of: record, in: parsed) { words in
            for place in words.indices { block.words.append(words[place]) }
            block.parts.append((block.words.count, block.lines.count))
          }
          block.lines.append(record.line)
        }
        return block
      },
      consume: { blocks.append($0) })
    var file = File(
      path: path, byteCount: summaries[0].byteCount, sha256: summaries[0].sha256)
    for block in blocks { try add(block, to: &file) }
    guard file.recordCount > file.unusedCount else {
      throw GamutError.emptyEvaluation(path: path, records: file.recordCount)
    }
    files.append(file)
  }

  private mutating func add(_ block: Block, to file: inout File) throws {
    var start = 0
    var part = 0
    for (record, line) in block.lines.enumerated() {
      guard places.count < Int(Int32.max), let line = UInt32(exactly: line) else {
        throw GamutError.tooManyLines(path: file.path, limit: Int(Int32.max))
      }
      let number = Int32(places.count)
      places.append((Int32(files.count), line))
      var isUsed = false
      while part < block.parts.count, block.parts[part].record == record {
        let end = block.parts[part].end
        if index.add(block.words.span.extracting(start..<end), of: number) { isUsed = true }
        start = end
        part += 1
      }
      file.recordCount += 1
      if !isUsed { file.unusedCount += 1 }
    }
  }

  /// What the manifest says of the exclusion.
  ///
  /// - Parameter excluded: How many samples overlap with each file first.
  /// - Returns: An object.
  func json(excluded: [Int]) -> JSONValue {
    .members([
      "words": .integer(index.runLength), "runs": .integer(index.count),
      "files": .array(
        zip(files, excluded).map { file, count in
          .members([
            "path": .string(file.path), "bytes": .integer(file.byteCount),
            "records": .integer(file.recordCount), "unused": .integer(file.unusedCount),
            "excluded": .integer(count), "sha256": .string(file.sha256),
          ])
        }),
    ])
  }
}
