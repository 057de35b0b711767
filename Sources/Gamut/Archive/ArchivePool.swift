import DuckDB
import EliteArchive
import JSON
import LinearAlgebra
import Measures
import Numbers
import Parallelism
import Samples
import Storage

/// An archive opened for choosing: its samples in one order, however they came in.
///
/// The order is that of the sources' paths as people count (`part-9` before `part-10`), then of their
/// content, and within a source that of its lines: the same for any division of the sources into
/// segments, and for any order in which these were added or merged.
struct ArchivePool: Sendable {
  /// The folder.
  let path: String
  let index: ArchiveIndex
  /// Where each segment lies that is not in the folder, as archives that are about to be joined have theirs.
  private var segmentFolders: [Int: String] = [:]
  /// The sources in the order of the samples.
  let sources: [SourceSummary]
  let pieces: [Piece]

  /// A source within a segment.
  struct Piece {
    var segment: Int
    var source: SourceSummary
    /// Its samples among those of the segment.
    var samples: Range<Int>
    /// Its rejected lines among those of the segment.
    var rejected: Range<Int>
  }

  /// How many samples there are.
  var sampleCount: Int { sources.reduce(0) { $0 + $1.sampleCount } }

  /// Opens an archive: reads its index.
  ///
  /// - Parameter path: The folder.
  /// - Throws: As `ArchiveIndex.init(reading:)`; `GamutError.tooManySamples`.
  init(opening path: String) throws {
    self.init(path: path, index: try ArchiveIndex(reading: path))
    try Self.checkCount(sampleCount)
  }

  /// Checks that samples are as many as can be told apart: what has more could not be opened again.
  ///
  /// - Parameter sampleCount: How many there are, or would be.
  /// - Throws: `GamutError.tooManySamples`.
  static func checkCount(_ sampleCount: Int) throws(GamutError) {
    guard sampleCount <= Int(Int32.max) else { throw .tooManySamples(limit: Int(Int32.max)) }
  }

  /// The samples of several archives of one model, before they are joined.
  ///
  /// Segments of the same sources have no line, or there are none: one of them is kept.
  ///
  /// - Parameter archives: At least one; no source with a line is in two of them.
  /// - Throws: `GamutError.tooManySamples`.
  init(joining archives: [ArchivePool]) throws(GamutError) {
    var index = archives[0].index
    index.version = gamutVersion
    var parts: [String: (segment: ArchiveIndex.Segment, folder: String)] = [:]
    for archive in archives {
      for var segment in archive.index.segments {
        let folder = "\(archive.path)/segments/\(segment.id)"
        // Named anew: an index may call it by any name.
        segment.id = ArchiveIndex.segmentIdentity(of: segment.sources, model: index.modelIdentity)
        // Only their vectors may have come from files of two names; which is kept hangs on no order of archives.
        if let other = parts[segment.id]?.segment, !segment.vectorsPrecede(other) { continue }
        parts[segment.id] = (segment, folder)
      }
    }
    index.segments = parts.values.map(\.segment)
    index.sortSegments()
    self.init(path: archives[0].path, index: index)
    try Self.checkCount(sampleCount)
    for (number, segment) in index.segments.enumerated() {
      segmentFolders[number] = parts[segment.id]?.folder
    }
  }

  init(path: String, index: ArchiveIndex) {
    self.path = path
    self.index = index
    var pieces: [Piece] = []
    for (number, segment) in index.segments.enumerated() {
      var (sample, rejected) = (0, 0)
      for source in segment.sources {
        pieces.append(
          Piece(
            segment: number, source: source, samples: sample..<sample + source.sampleCount,
            rejected: rejected..<rejected + source.rejectedCount))
        sample += source.sampleCount
        rejected += source.rejectedCount
      }
    }
    pieces.sort { $0.source.precedes($1.source) }
    self.pieces = pieces
    sources = pieces.map(\.source)
  }

  /// Whether an archive of these sources has their samples in this order.
  static func isInOrder(_ sources: [SourceSummary]) -> Bool {
    zip(sources, sources.dropFirst()).allSatisfy { $0.precedes($1) }
  }

  /// What the manifest says of the archive.
  var json: JSONValue {
    .members([
      "path": .string(path), "model": .string(index.modelIdentity),
      "segments": .array(index.segments.map { .string($0.id) }),
    ])
  }

  func files(_ segment: Int) -> ArchiveFiles {
    let id = index.segments[segment].id
    return ArchiveFiles(
      folder: segmentFolders[segment] ?? "\(path)/segments/\(id)",
      files: index.segments[segment].files)
  }

  /// Reads a column of all segments and puts it into the order of the samples.
  private func gather<Element>(
    _ load: (ArchiveFiles, Int) throws -> [Element]
  ) throws -> [Element] {
    let parts = try index.segments.indices.map {
      try load(files($0), index.segments[$0].sampleCount)
    }
    return ordered(parts)
  }

  /// Puts a column of each segment into the order of the samples.
  private func ordered<Element>(_ parts: [[Element]]) -> [Element] {
    // One segment in its own order is the usual case, and needs no copy.
    if parts.count == 1, pieces.count <= 1 { return parts[0] }
    var column: [Element] = []
    column.reserveCapacity(sampleCount)
    for piece in pieces { column += parts[piece.segment][piece.samples] }
    return column
  }

  /// What need not be read of every sample, because it is known otherwise or asked of few.
  struct Needs {
    /// What tells suspect answers.
    var answers = true
    /// The topics of the plan.
    var topics = true
    /// Where lines lie, and their hashes.
    var lines = true
    /// Their bytes.
    var lineBytes = true
    var tokens = true
    var complexity = true
    /// What the pool comes to as a whole; needed where one of those above is not.
    var totals: PoolTotals?
  }

  /// Reads what a choice needs of every sample.
  ///
  /// - Parameters:
  ///   - plan: What it needs.
  ///   - needs: What of that is not known otherwise; other columns stay empty.
  ///   - threads: How many threads may work at once.
  /// - Returns: The columns in the order of the samples.
  /// - Throws: `ArchiveError.columnNotKept`, `measureNotKept`, `topicNotKept`, `damaged`; `StorageError`.
  func columns(
    for plan: ReadingPlan, needing needs: Needs = Needs(), threads: Int
  ) throws -> PoolColumns {
    let numbers = try plan.numericColumns.map { try place(of: $0, among: index.columns.numbers) }
    let labels = try plan.categoryColumns.map { try place(of: $0, among: index.columns.labels) }
    for measure in plan.measures where !index.columns.measures.contains(measure) {
      throw ArchiveError.measureNotKept(path: path, measure: measure.rawValue)
    }
    let kept = index.model["topics"]?["count"]?.wholeNumber ?? 0
    if plan.topicCount > kept {
      throw ArchiveError.topicNotKept(path: path, topic: plan.topicCount, kept: kept)
    }
    var jobs = Jobs()
    // The longest first.
    let hashHigh = jobs.add {
      needs.lines ? try gather { try $0.longs("hash_high.npy", count: $1) } : []
    }
    let hashLow = jobs.add {
      needs.lines ? try gather { try $0.longs("hash_low.npy", count: $1) } : []
    }
    let numberColumns = numbers.map { number in
      jobs.add { try gather { try $0.doubles("number.\(number + 1).npy", count: $1) } }
    }
    let topicColumns = (0..<(needs.topics ? plan.topicCount : 0)).map { topic in
      jobs.add { try gather { try $0.floats("topic.\(topic + 1).npy", count: $1) } }
    }
    let byteOffsets = jobs.add {
      needs.lines ? try gather { try $0.offsets("offset.npy", count: $1) } : []
    }
    let complexity = jobs.add {
      needs.complexity ? try gather { try $0.floats("measure.complexity.npy", count: $1) } : []
    }
    let tokens = jobs.add {
      needs.tokens ? try gather { try $0.counts("measure.tokens.npy", count: $1) } : []
    }
    let byteCounts = jobs.add {
      needs.lines ? try gather { try $0.counts("length.npy", count: $1) } : []
    }
    let lineByteCounts = jobs.add {
      needs.lineBytes ? try gather { try $0.lineByteCounts(count: $1) } : []
    }
    let answers = jobs.add {
      needs.answers ? try gather { try $0.longs("answer.npy", count: $1) } : []
    }
    let prompts = jobs.add {
      needs.answers ? try gather { try $0.counts("prompt.npy", count: $1) } : []
    }
    let flags = jobs.add {
      needs.answers ? try gather { try $0.counts("answer_flags.npy", count: $1) } : []
    }
    let lines = jobs.add { needs.lines ? try lineColumn() : [] }
    let checks = jobs.add {
      needs.lines ? try gather { try $0.counts("line_check.npy", count: $1) } : []
    }
    let measures = plan.measures.map { measure in
      jobs.add { try gather { try $0.floats("measure.\(measure.rawValue).npy", count: $1) } }
    }
    let labelColumns = labels.map { label in jobs.add { try labelColumn(label) } }
    let identifiers = plan.keepsIdentifiers ? jobs.add { try self.identifiers() } : nil
    let rejected = jobs.add { try self.rejected() }
    jobs.run(threads: threads)

    var columns = PoolColumns(plan: plan)
    if let totals = needs.totals {
      columns.kept = KeptColumns(sampleCount: sampleCount, totals: totals) {
        try rows(of: $0, plan: plan, threads: threads)
      }
    }
    columns.byteOffsets = try byteOffsets.value.get()
    columns.byteCounts = try byteCounts.value.get()
    columns.lineByteCounts = try lineByteCounts.value.get()
    columns.lines = try lines.value.get()
    columns.lineChecks = try checks.value.get().map { UInt16(truncatingIfNeeded: $0) }
    if needs.lines { try checkPlaces(of: PoolRows(all: columns, sources: sources)) }
    columns.tokens = try tokens.value.get()
    columns.complexity = try complexity.value.get()
    columns.answerHashes = try answers.value.get()
    columns.promptHashes = try prompts.value.get()
    columns.answerFlags = try flags.value.get().map {
      AnswerTraits.Flags(rawValue: UInt8(truncatingIfNeeded: $0))
    }
    columns.hashHigh = try hashHigh.value.get()
    columns.hashLow = try hashLow.value.get()
    columns.measures = try measures.map { try $0.value.get() }
    columns.numbers = try numberColumns.map { try $0.value.get() }
    for (place, column) in labelColumns.enumerated() {
      (columns.labelCodes[place], columns.labels[place]) = try column.value.get()
    }
    columns.topics = LinearAlgebra.rows(
      ofColumns: try topicColumns.map { try $0.value.get() }, count: sampleCount, threads: threads)
    if let identifiers {
      (columns.identifiers, columns.identifierEnds) = try identifiers.value.get()
    }
    columns.rejected = try rejected.value.get()
    return columns
  }

  private func lineColumn() throws -> [UInt32] {
    let parts = try index.segments.indices.map { number in
      let (files, segment) = (files(number), index.segments[number])
      return files.files["line.npy"] == nil
        ? firstLines(of: segment.sources)
        : try files.counts("line.npy", count: segment.sampleCount)
    }
    return ordered(parts)
  }

  private func place(of column: String, among kept: [String]) throws -> Int {
    guard let place = kept.firstIndex(of: column) else {
      throw ArchiveError.columnNotKept(
        path: path, column: column, kept: index.columns.numbers + index.columns.labels)
    }
    return place
  }

  /// A label column with the labels of all segments, in the order of their first appearance.
  private func labelColumn(_ label: Int) throws -> (codes: [Int32], table: LabelTable) {
    let codes = try index.segments.indices.map { segment in
      try files(segment).counts(
        "label.\(label + 1).npy", count: index.segments[segment].sampleCount)
    }
    let texts = try index.segments.indices.map { segment in
      let name = "label.\(label + 1).json"
      guard let items = try files(segment).text(name).items else {
        throw ArchiveError.damaged(path: files(segment).path(name))
      }
      return items.map { Array(($0.text ?? "").utf8) }
    }
    var table = LabelTable()
    var joined: [Int32] = []
    joined.reserveCapacity(sampleCount)
    for piece in pieces {
      // By first appearance, so that the table does not tell segments apart.
      var known = [Int32](repeating: -1, count: texts[piece.segment].count)
      for code in codes[piece.segment][piece.samples] {
        guard code > 0 else {
          joined.append(-1)
          continue
        }
        let place = Int(code) - 1
        guard place < known.count else {
          throw ArchiveError.damaged(path: files(piece.segment).path("label.\(label + 1).npy"))
        }
        if known[place] < 0 { known[place] = table.code(of: texts[piece.segment][place]) }
        joined.append(known[place])
      }
    }
    return (joined, table)
  }

  private func identifiers() throws -> (bytes: [UInt8], ends: [Int]) {
    var all: (bytes: [UInt8], ends: [Int]) = ([], [])
    var loaded: [Int: (bytes: [UInt8], ends: [Int])] = [:]
    for piece in pieces {
      let segment = index.segments[piece.segment]
      guard segment.files["ids.npy"] != nil else {
        for _ in piece.samples { all.ends.append(all.bytes.count) }
        continue
      }
      if loaded[piece.segment] == nil {
        let files = files(piece.segment)
        let bytes = try files.bytes("ids.npy")
        var ends: [Int] = []
        ends.reserveCapacity(segment.sampleCount)
        for length in try files.counts("id_length.npy", count: segment.sampleCount) {
          ends.append((ends.last ?? 0) + Int(length))
        }
        guard ends.last ?? 0 == bytes.count else {
          throw ArchiveError.damaged(path: files.path("id_length.npy"))
        }
        loaded[piece.segment] = (bytes, ends)
      }
      guard let (bytes, ends) = loaded[piece.segment] else { continue }
      for sample in piece.samples {
        all.bytes += bytes[(sample == 0 ? 0 : ends[sample - 1])..<ends[sample]]
        all.ends.append(all.bytes.count)
      }
    }
    return all
  }

  private func rejected() throws -> RejectedLines {
    var lines = RejectedLines()
    var start = 0
    var loaded: [Int: (lines: [UInt32], before: [Int], problems: [UInt32], texts: [String])] = [:]
    for piece in pieces {
      defer { start += piece.samples.count }
      if piece.rejected.isEmpty { continue }
      if loaded[piece.segment] == nil {
        let files = files(piece.segment)
        let count = index.segments[piece.segment].rejectedCount
        guard let texts = try files.text("rejected.json").items else {
          throw ArchiveError.damaged(path: files.path("rejected.json"))
        }
        loaded[piece.segment] = (
          try files.counts("rejected.line.npy", count: count),
          try files.offsets("rejected.before.npy", count: count),
          try files.counts("rejected.problem.npy", count: count), texts.compactMap(\.text)
        )
      }
      guard let part = loaded[piece.segment] else { continue }
      for place in piece.rejected {
        let code = Int(part.problems[place])
        let before = part.before[place] - piece.samples.lowerBound
        guard code <= part.texts.count, (0...piece.samples.count).contains(before) else {
          throw ArchiveError.damaged(path: files(piece.segment).path("rejected.before.npy"))
        }
        lines.append(
          RejectedLines.Line(
            sampleCountBefore: start + before, line: Int(part.lines[place]),
            problem: code == 0 ? nil : .told(part.texts[code - 1])))
      }
    }
    return lines
  }

  /// The vectors of the samples, read from the files that the segments were made with.
  ///
  /// - Parameter dimension: How many numbers a vector has.
  /// - Returns: What reads them.
  /// - Throws: `ArchiveError.sourceMissing`, `sourceChanged`, `damaged`; `GamutError.vectorCountMismatch`;
  ///   while reading `vectorNotFinite` besides `StorageError`.
  func sampleVectors(dimension: Int) throws -> SampleVectors {
    var readers: [SegmentVectors] = []
    for (number, segment) in index.segments.enumerated() {
      guard let facts = segment.vectors else {
        throw ArchiveError.malformed(
          path: ArchiveIndex.path(path), detail: "a segment without 'vectors'")
      }
      let array: NumPyArray
      if ColumnVectors.column(facts.path) == nil {
        array = try NumPyArray(path: try locate(facts.path, byteCount: facts.byteCount))
      } else {
        let paths = try segment.sources.map { try locate($0.path, byteCount: $0.byteCount) }
        array = try ColumnVectors.open(
          facts.path, of: paths, textFields: index.model["text"]?.items?.compactMap(\.text) ?? [],
          folder: DuckDB.shared.settings.temporaryFolder, threads: 1)
      }
      guard array.columnCount == dimension else {
        throw ArchiveError.otherDimension(
          path: array.path, expected: dimension, found: array.columnCount)
      }
      var gaps: [Int] = []
      if array.rowCount != segment.sampleCount {
        guard array.rowCount == segment.sampleCount + segment.rejectedCount else {
          throw GamutError.vectorCountMismatch(
            path: array.path, vectors: array.rowCount, samples: segment.sampleCount,
            rejected: segment.rejectedCount)
        }
        gaps = try files(number).offsets("rejected.before.npy", count: segment.rejectedCount)
      }
      readers.append(SegmentVectors(array: array, gaps: gaps))
    }
    var ends: [Int] = []
    for piece in pieces { ends.append((ends.last ?? 0) + piece.samples.count) }
    let (found, places) = (readers, pieces.map { ($0.segment, $0.samples.lowerBound) })
    let starts = [0] + ends
    return SampleVectors(dimension: dimension) { sample, vector in
      let piece = partitioningIndex(of: 1..<starts.count) { starts[$0] > sample } - 1
      let (segment, first) = places[piece]
      try found[segment].read(sample - starts[piece] + first, into: &vector)
    }
  }

  /// The column that its vectors come from; `nil` where they come from files or texts.
  var vectorColumn: String? {
    index.segments.lazy.compactMap { ColumnVectors.column($0.vectors?.path) }.first
  }

  /// The vectors of one segment.
  private struct SegmentVectors: Sendable {
    let array: NumPyArray
    /// How many samples come before each row that is no sample's.
    let gaps: [Int]

    func read(_ sample: Int, into vector: inout MutableSpan<Float>) throws {
      let row = sample + partitioningIndex(of: gaps.indices) { gaps[$0] > sample }
      try array.readRows(row..<row + 1, into: &vector)
      for place in vector.indices where !vector[place].isFinite {
        throw GamutError.vectorNotFinite(path: array.path, row: row)
      }
    }
  }
}

extension ArchiveIndex.Segment {
  /// Whether the name of its file of vectors comes before that of another segment's, by bytes; none comes first.
  fileprivate func vectorsPrecede(_ other: Self) -> Bool {
    guard let right = other.vectors?.path.utf8 else { return false }
    guard let left = vectors?.path.utf8 else { return true }
    return left.lexicographicallyPrecedes(right)
  }
}
