import LanguageModel
import Numbers
import Samples
import Selection

/// The answers of a pool, and of files to validate against, ready for language models to be trained on and
/// held against.
///
/// Of a sample every answer counts, with what was said before it as its prompt: earlier turns, tools, system
/// texts. Text without roles is an answer without a prompt. Dispreferred answers are left out.
struct ProxyTexts: Sendable {
  /// How many bytes of lines are looked at: those of a larger pool are a part, drawn by content.
  ///
  /// Numbered pieces of so much text take about as many bytes, at most.
  static let byteLimit = 256 << 20
  /// How many records of each file are held against, those of the smallest content hashes.
  static let validationLimit = 2_000

  /// A file to validate against.
  struct Validation: Sendable, Equatable {
    /// The file.
    var path: String
    /// How many records it has.
    var recordCount: Int
    /// The answers that are held against.
    var examples: [Int32]
  }

  /// All answers.
  private(set) var corpus = LanguageCorpus()
  /// The first answer of each sample, −1 where its text was not read.
  private(set) var firsts: [Int32]
  /// How many answers each sample has.
  private(set) var counts: [UInt16]
  /// The leading half of each sample's content hash.
  let contentHash: [UInt64]
  /// The files to validate against.
  private(set) var validations: [Validation] = []
  /// How many samples' texts were to be read and were not, since there are so many.
  private(set) var leftOutCount = 0

  /// Reads texts once more.
  ///
  /// - Parameters:
  ///   - reader: Reads the sources of the pool, unreadable records delivered.
  ///   - sources: What was found in each source.
  ///   - columns: The pool, with offsets and hashes; a text that is no longer the one that was measured ends
  ///     the reading.
  ///   - isWanted: Which samples may be asked for.
  ///   - validations: Files to validate against, in any form that a pool has.
  ///   - byteLimit: How many bytes of lines are looked at.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `ArchiveError.lineChanged`; `GamutError.emptyPool` or `noAnswers` of a file to validate against;
  ///   what reading throws.
  /// - Complexity: O(bytes of the sources), and O(n log n) for n samples where not all are read.
  init(
    reader: SampleReader, sources: [SourceSummary], columns: PoolColumns, isWanted: [Bool],
    validations: [String] = [], byteLimit: Int = byteLimit, threads: Int
  ) throws {
    firsts = [Int32](repeating: -1, count: columns.count)
    counts = [UInt16](repeating: 0, count: columns.count)
    contentHash = columns.hashHigh
    let isRead = Self.drawn(isWanted, columns: columns, byteLimit: byteLimit)
    for sample in isWanted.indices where isWanted[sample] && !isRead[sample] { leftOutCount += 1 }
    try readPool(
      reader, sources: sources, columns: columns, isRead: isRead, threads: threads)
    for path in validations {
      try readValidation(path, options: reader.options, threads: threads)
    }
  }

  /// The samples whose texts are read: all, or those of the smallest content hashes.
  private static func drawn(
    _ isWanted: [Bool], columns: PoolColumns, byteLimit: Int
  ) -> [Bool] {
    let wanted = isWanted.indices.filter { isWanted[$0] }
    if wanted.reduce(0, { $0 + Int(columns.lineByteCounts[$1]) }) <= byteLimit { return isWanted }
    let order = stableSorted(wanted.map { Int32(truncatingIfNeeded: $0) }) {
      columns.hashHigh[Int($0)]
    }
    var isRead = [Bool](repeating: false, count: isWanted.count)
    var bytes = 0
    var last: UInt64?
    for sample in order.lazy.map(Int.init) {
      bytes += Int(columns.lineByteCounts[sample])
      // Twins are read together, or where they stand would tell which is.
      if bytes > byteLimit, columns.hashHigh[sample] != last { break }
      last = columns.hashHigh[sample]
      isRead[sample] = true
    }
    return isRead
  }

  /// The answers of one block, in order.
  private struct Block: Sendable {
    var corpus = LanguageCorpus()
    /// The number of each record's sample or of the record itself, and how many answers it has.
    var records: [(number: Int, answers: Int)] = []
    var hashes: [UInt64] = []

    /// Takes the answers of a record.
    mutating func add(_ record: Record, as number: Int, of block: borrowing ParsedBlock) {
      var prompt: [UInt8] = []
      var answers = 0
      for index in record.parts {
        let part = block.parts[index]
        switch part.role {
        case .rejected: continue
        case .response, .text:
          block.withText(of: part) { text in
            corpus.add(prompt: prompt.span, answer: text)
            Self.append(text, to: &prompt)
          }
          answers += 1
        case .system, .prompt, .tool:
          block.withText(of: part) { text in Self.append(text, to: &prompt) }
        }
      }
      records.append((number, answers))
      hashes.append(record.contentHash.high)
    }

    /// Keeps the end of what was said.
    private static func append(_ text: Span<UInt8>, to prompt: inout [UInt8]) {
      let start = max(0, text.count - 4096)
      if !prompt.isEmpty, !text.isEmpty { prompt.append(0x0A) }
      for index in start..<text.count { prompt.append(text[index]) }
    }
  }

  private mutating func readPool(
    _ reader: SampleReader, sources: [SourceSummary], columns: PoolColumns, isRead: [Bool],
    threads: Int
  ) throws {
    var starts = [0]
    for source in sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    let bounds = starts
    let places = SamplePlaces(sources: sources, lines: columns.lines)
    _ = try reader.read(
      threads: threads, makeWorker: { () },
      work: { (_: inout Void, parsed) -> Block in
        var block = Block()
        let range = bounds[parsed.sourceIndex]..<bounds[parsed.sourceIndex + 1]
        for record in parsed.records where record.isReadable {
          let offset = record.location.byteOffset
          let sample = partitioningIndex(of: range) { columns.byteOffsets[$0] >= offset }
          guard range.contains(sample), columns.byteOffsets[sample] == offset, isRead[sample]
          else { continue }
          guard columns.hashHigh[sample] == record.contentHash.high,
            columns.hashLow[sample] == record.contentHash.low
          else {
            throw ArchiveError.lineChanged(path: places[sample].path, line: places[sample].line)
          }
          block.add(record, as: sample, of: parsed)
        }
        return block
      },
      consume: { block in
        var next = Int32(corpus.count)
        for (sample, answers) in block.records {
          firsts[sample] = next
          counts[sample] = UInt16(clamping: answers)
          next += Int32(answers)
        }
        corpus.append(contentsOf: block.corpus)
      })
    if let first = isRead.indices.first(where: { isRead[$0] && firsts[$0] < 0 }) {
      throw ArchiveError.lineChanged(path: places[first].path, line: places[first].line)
    }
  }

  private mutating func readValidation(
    _ path: String, options: ReadingOptions, threads: Int
  ) throws {
    var own = ReadingOptions()
    own.temporaryFolder = options.temporaryFolder
    own.textFields = options.textFields
    do {
      try readValidation(path, own, threads: threads)
    } catch SamplesError.unreadableRecord(_, _, _, .unknownShape) where !own.textFields.isEmpty {
      // Fields are named for the pool; a file of another make is read by its own shape.
      own.textFields = []
      try readValidation(path, own, threads: threads)
    }
  }

  private mutating func readValidation(
    _ path: String, _ options: ReadingOptions, threads: Int
  ) throws {
    let reader = try SampleReader(sources: [Source(path: path)], options: options)
    var found = LanguageCorpus()
    var records: [(hash: UInt64, answers: Range<Int>)] = []
    _ = try reader.read(
      threads: threads, makeWorker: { () },
      work: { (_: inout Void, parsed) -> Block in
        var block = Block()
        for record in parsed.records { block.add(record, as: 0, of: parsed) }
        return block
      },
      consume: { block in
        var next = found.count
        for (record, hash) in zip(block.records, block.hashes) {
          records.append((hash, next..<next + record.answers))
          next += record.answers
        }
        found.append(contentsOf: block.corpus)
      })
    guard !records.isEmpty else { throw GamutError.emptyPool(paths: [path]) }
    guard (0..<found.count).contains(where: { found.byteCount(of: $0) > 0 }) else {
      throw GamutError.noAnswers(path: path, records: records.count)
    }
    // Equal hashes stand for equal answers, so that it does not matter which of them count.
    records.sort { $0.hash < $1.hash }
    let before = corpus.count
    let answers = records.lazy.filter { !$0.answers.isEmpty }.prefix(Self.validationLimit)
    validations.append(
      Validation(
        path: path, recordCount: records.count,
        examples: answers.flatMap { $0.answers.map { Int32(before + $0) } }))
    corpus.append(contentsOf: found)
  }

  /// The answers of samples, in their order.
  ///
  /// - Parameter samples: Those whose texts were not read have none.
  /// - Returns: Numbers of the corpus.
  func examples(of samples: some Sequence<Int32>) -> [Int32] {
    var examples: [Int32] = []
    for sample in samples.lazy.map(Int.init) where firsts[sample] >= 0 {
      for place in 0..<Int32(counts[sample]) { examples.append(firsts[sample] + place) }
    }
    return examples
  }
}
