import JSON
import Numbers
import Reporting
import Samples

/// Goes through the sources once, for the texts of the samples that are shown and for telling words.
struct ReportTexts {
  /// What is shown of a sample's texts.
  struct Shown: Sendable {
    var id: String
    var prompt: String
    var answer: String
  }

  private let run: ChoiceRun
  private let pool: ChoiceRun.Pool
  private let isShown: [Bool]
  private let isCounted: [Bool]
  private let promptLimit: Int
  private let answerLimit: Int
  /// The texts of the samples that are shown.
  private(set) var texts: [Int32: Shown] = [:]
  /// The words of a part of the pool.
  private(set) var words = TellingWords()

  /// In how many samples words are counted: those of the smallest content hashes, which is as good as a draw and
  /// does not depend on where they stand.
  static let countedLimit = 20_000
  /// How much of a text's words is counted, in bytes.
  private static let countedBytes = 4096
  /// How long an id may be shown, in characters.
  private static let idLimit = 80

  /// Prepares.
  ///
  /// - Parameters:
  ///   - run: The choice.
  ///   - pool: Its samples.
  ///   - shown: The samples whose texts are shown.
  ///   - promptLimit: How many characters of a prompt are shown.
  ///   - answerLimit: How many characters of an answer.
  init(
    run: ChoiceRun, pool: ChoiceRun.Pool, shown: [Int32], promptLimit: Int, answerLimit: Int
  ) {
    self.run = run
    self.pool = pool
    self.promptLimit = promptLimit
    self.answerLimit = answerLimit
    let columns = pool.columns
    var isShown = [Bool](repeating: false, count: columns.count)
    for sample in shown { isShown[Int(sample)] = true }
    self.isShown = isShown
    if columns.count <= Self.countedLimit {
      isCounted = [Bool](repeating: true, count: columns.count)
    } else {
      let (high, low) = (columns.hashHigh, columns.hashLow)
      let order = (0..<Int32(columns.count)).sorted { left, right in
        let (one, other) = (Int(left), Int(right))
        return high[one] == high[other] ? low[one] < low[other] : high[one] < high[other]
      }
      var isCounted = [Bool](repeating: false, count: columns.count)
      for sample in order.prefix(Self.countedLimit) { isCounted[Int(sample)] = true }
      self.isCounted = isCounted
    }
  }

  /// What came of one sample.
  private struct Found: Sendable {
    var sample: Int32
    var shown: Shown?
    var words: [UInt64: [UInt8]]?
  }

  /// Reads.
  ///
  /// - Throws: `ArchiveError.lineChanged` for a record that is not the one that was measured; what reading throws.
  /// - Complexity: O(bytes of the sources).
  mutating func read() throws {
    let columns = pool.columns
    var starts = [0]
    for source in pool.sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    let (bounds, sources) = (starts, pool.sources)
    let (isShown, isCounted) = (isShown, isCounted)
    let limits = (prompt: promptLimit, answer: answerLimit)
    var isMissing = columns.lines.indices.map { isShown[$0] || isCounted[$0] }
    let places = SamplePlaces(sources: sources, lines: columns.lines)
    var options = ReadingOptions()
    options.textFields = run.plan.textFields
    options.unreadable = .deliver
    options.hashesSources = false
    options.vectorColumn = run.reader.options.vectorColumn
    options.temporaryFolder = run.reader.options.temporaryFolder
    let reader = try SampleReader(sources: run.reader.sources, options: options)
    var (texts, words) = (texts, words)
    _ = try reader.read(
      threads: run.request.threads, makeWorker: {},
      work: { (_: inout Void, block) -> [Found] in
        var found: [Found] = []
        let range = bounds[block.sourceIndex]..<bounds[block.sourceIndex + 1]
        for record in block.records where record.isReadable {
          let offset = record.location.byteOffset
          let sample = partitioningIndex(of: range) { columns.byteOffsets[$0] >= offset }
          guard range.contains(sample), columns.byteOffsets[sample] == offset,
            isShown[sample] || isCounted[sample]
          else { continue }
          guard columns.hashHigh[sample] == record.contentHash.high,
            columns.hashLow[sample] == record.contentHash.low
          else {
            let place = SamplePlaces(sources: sources, lines: columns.lines)[sample]
            throw ArchiveError.lineChanged(path: place.path, line: place.line)
          }
          var one = Found(sample: Int32(sample))
          if isShown[sample] {
            one.shown = Shown(
              id: Self.identifier(of: record, in: block),
              prompt: Self.text([.prompt, .text], of: record, in: block, limit: limits.prompt),
              answer: Self.text([.response], of: record, in: block, limit: limits.answer))
          }
          if isCounted[sample] {
            var splitter = WordSplitter()
            for index in record.parts where Self.counts(block.parts[index].role) {
              block.withText(of: block.parts[index]) {
                splitter.add($0.extracting(first: Self.countedBytes))
              }
            }
            one.words = splitter.words
          }
          found.append(one)
        }
        return found
      },
      consume: {
        for one in $0 {
          isMissing[Int(one.sample)] = false
          if let shown = one.shown { texts[one.sample] = shown }
          if let own = one.words { words.add(one.sample, own) }
        }
      })
    (self.texts, self.words) = (texts, words)
    if let first = isMissing.firstIndex(of: true) {
      throw ArchiveError.lineChanged(path: places[first].path, line: places[first].line)
    }
  }

  /// Whose words tell what a sample is about.
  private static func counts(_ role: TextRole) -> Bool {
    switch role {
    case .prompt, .response, .text: true
    case .system, .rejected, .tool: false
    }
  }

  /// The texts of the first role that has any, cut where they are long.
  private static func text(
    _ roles: [TextRole], of record: Record, in block: borrowing ParsedBlock, limit: Int
  ) -> String {
    var bytes: [UInt8] = []
    for role in roles where bytes.isEmpty {
      for index in record.parts where block.parts[index].role == role {
        // A character has up to four bytes, but for marks upon it.
        let room = 4 * limit + 64 - bytes.count
        if room <= 0 { break }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
        block.withText(of: block.parts[index]) { bytes.append(copying: $0.extracting(first: room)) }
      }
    }
    let isCut = bytes.count >= 4 * limit + 64
    if isCut {
      // Not within a character.
      while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
      if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
    let shown = TextShown.shortened(String(decoding: bytes, as: UTF8.self), to: limit)
    return isCut && !shown.hasSuffix("…") ? shown + "…" : shown
  }

  /// The record's own id: a text without its quotes, else as it is written.
  private static func identifier(of record: Record, in block: borrowing ParsedBlock) -> String {
    let bytes = block.withIdentifier(of: record) { text -> [UInt8] in
      var bytes: [UInt8] = []
      bytes.append(copying: text.extracting(first: 4096))
      return bytes
    }
    if bytes.isEmpty { return "" }
    let text = JSONValue(parsing: bytes.span)?.text ?? String(decoding: bytes, as: UTF8.self)
    return TextShown.shortened(text, to: idLimit)
  }
}
