import Embeddings
import LinearAlgebra
import Measures
import Overlap
import Samples
import Storage

/// Reads and measures a pool in one pass.
struct PoolReader {
  let reader: SampleReader
  let plan: ReadingPlan
  /// What is done with a line that is no readable record.
  let onUnreadable: SelectRequest.UnreadablePolicy
  /// The sources of which such lines are passed over in any case, as an archive did that was made of them.
  var toleratedSources: Set<Int> = []
  /// How texts become topics; `nil` where vectors are given or no topic is needed.
  var topicModel: TextTopics?
  /// What samples must not overlap with, if anything.
  var evaluations: Evaluations?
  /// What tokens are counted by; `nil` where they are estimated.
  var tokens: TokenFile?
  /// Where the embedding's vectors go, if they are kept.
  var vectors: VectorSpool?
  let threads: Int
  let progress: ReadingProgress

  /// What one thread keeps from block to block.
  private struct Worker {
    /// Lent out while a block is measured.
    var meter: SampleMeter?
    var tokens: RecordTokens?
    let answers = AnswerReader()
    var topics: TextTopics.Projector?
    var shingles = ShingleMaker()
  }

  /// Fails at once where one of the first lines would end the reading.
  ///
  /// - Throws: As `read` does.
  func checkStart() throws {
    if onUnreadable != .fail { return }
    try reader.readStart { block in
      var columns = PoolColumns(plan: plan)
      for record in block.records where !record.isReadable {
        try reject(record, of: block, into: &columns)
      }
    }
  }

  /// Reads all sources.
  ///
  /// - Parameters:
  ///   - rejects: Where lines that are no readable record are kept, if anywhere.
  ///   - onEvent: Is told how far the reading has come.
  /// - Returns: The pool's columns and what was found in each source.
  /// - Throws: `SamplesError`; `GamutError.tooManySamples`, `tooManyLines` or `tooManyLabels`;
  ///   `GamutError.foreignFormat` or `noTextField` for an unreadable line where that says more;
  ///   `StorageError` for the rejects.
  func read(
    rejects: StagedOutput?, onEvent: (Event) -> Void
  ) throws -> (columns: PoolColumns, sources: [SourceSummary]) {
    var columns = PoolColumns(plan: plan)
    var hasReserved = false
    let splits = plan.measures.contains { $0 == .promptTokens || $0 == .responseTokens }
    let summaries = try reader.read(
      threads: threads,
      makeWorker: {
        Worker(
          meter: SampleMeter(
            needsCompression: plan.measures.contains(where: \.needsCompression),
            remembersWords: plan.measures.contains(where: \.needsMemory),
            keepsAllWords: evaluations != nil || plan.keepsShingles),
          tokens: tokens.map { RecordTokens($0, splits: splits) },
          topics: topicModel?.makeProjector())
      },
      work: { worker, block in try measure(block, with: &worker) },
      consume: { (block: PoolColumns) in
        if !hasReserved {
          hasReserved = true
          columns.reserve(expectedCount(first: block), topicCount: topicModel?.count ?? 0)
        }
        guard columns.count + block.count <= Int(Int32.max) else {
          throw GamutError.tooManySamples(limit: Int(Int32.max))
        }
        try vectors?.write(block.vectors)
        columns.append(block)
        for (column, labels) in zip(plan.categoryColumns, columns.labels) where labels.isBeyondLimit
        {
          throw GamutError.tooManyLabels(
            column: column, labels: labels.labels.count, byteCount: labels.byteCount)
        }
        if let rejects, !block.rejectedBytes.isEmpty {
          try rejects.write(block.rejectedBytes.span)
        }
        onEvent(
          .advanced(
            .read, done: progress.doneByteCount,
            total: progress.totalByteCount > 0 ? progress.totalByteCount : nil,
            samples: columns.count))
      })
    return (columns, summaries)
  }

  /// Reads all sources for which of their lines are samples, and nothing else of them.
  ///
  /// - Parameter onEvent: Is told how far the reading has come.
  /// - Returns: Columns of which the places of samples and the rejected lines are there, and what was found in
  ///   each source.
  /// - Throws: As `read`.
  func readShapes(
    onEvent: (Event) -> Void
  ) throws -> (columns: PoolColumns, sources: [SourceSummary]) {
    var columns = PoolColumns(plan: plan)
    let sources = try reader.read(
      threads: threads, makeWorker: {},
      work: { (_: inout Void, block) in
        var columns = PoolColumns(plan: plan)
        for record in block.records {
          if record.isReadable {
            let place = try StoredPlace(
              line: record.line, location: record.location, lineByteCount: record.lineByteCount,
              path: block.path)
            columns.byteOffsets.append(record.location.byteOffset)
            columns.byteCounts.append(place.byteCount)
            columns.lineByteCounts.append(place.lineByteCount)
            columns.lines.append(place.line)
          } else {
            try reject(record, of: block, into: &columns)
          }
        }
        return columns
      },
      consume: { (block: PoolColumns) in
        columns.append(block)
        onEvent(
          .advanced(
            .read, done: progress.doneByteCount,
            total: progress.totalByteCount > 0 ? progress.totalByteCount : nil,
            samples: columns.count))
      })
    return (columns, sources)
  }

  /// How many samples the pool seems to have, judged by its first block; 0 where that says little.
  private func expectedCount(first block: PoolColumns) -> Int {
    let blockBytes = block.lineByteCounts.reduce(0) { $0 + Int($1) }
    guard blockBytes > 0 else { return 0 }
    // A compressed source holds more than this, and then lists grow as lists do.
    let count = Double(block.count) * Double(progress.totalByteCount) / Double(blockBytes)
    return Int(min(count * 1.03 + 64, Double(Int32.max)))
  }

  /// Measures the samples of one block.
  private func measure(
    _ block: borrowing ParsedBlock, with worker: inout Worker
  ) throws -> PoolColumns {
    var columns = PoolColumns(plan: plan)
    let unrendered = worker.tokens?.unrenderedCount ?? 0
    columns.reserve(block.records.count, topicCount: topicModel?.count ?? 0)
    // Of all measures in one list, sample by sample: who holds a list is asked at each number.
    var values: [Float] = []
    values.reserveCapacity(block.records.count * plan.measures.count)
    // Taken out of the worker: what is lent together would be copied where it lies in one place.
    var topics = worker.topics.take()
    guard var meter = worker.meter.take() else { preconditionFailure("a worker has its meter") }
    defer {
      worker.topics = topics
      worker.meter = meter
    }
    let answers = worker.answers
    for record in block.records {
      if !record.isReadable {
        try reject(record, of: block, into: &columns)
        if plan.keepsRejectedLines {
          block.withLine(of: record) { columns.rejectedBytes.append(copying: $0) }
          columns.rejectedBytes.append(UInt8(ascii: "\n"))
        }
        continue
      }
      meter.measure(record, of: block)
      if let counted = worker.tokens?.count(record, of: block) {
        meter.setTokens(counted)
        if worker.tokens?.failedCount ?? 0 > 0 {
          throw GamutError.notTokenized(path: block.path, line: record.line)
        }
      }
      columns.byteOffsets.append(record.location.byteOffset)
      let place = try StoredPlace(
        line: record.line, location: record.location, lineByteCount: record.lineByteCount,
        path: block.path)
      columns.byteCounts.append(place.byteCount)
      columns.lineByteCounts.append(place.lineByteCount)
      columns.lines.append(place.line)
      if plan.keepsLineChecks {
        block.withLine(of: record) { columns.lineChecks.append(lineCheck(of: $0)) }
      }
      columns.hashHigh.append(record.contentHash.high)
      columns.hashLow.append(record.contentHash.low)
      let answer = answers.traits(of: record, in: block, meter: meter)
      columns.answerHashes.append(answer.hash)
      columns.promptHashes.append(answer.promptHash)
      columns.answerFlags.append(answer.flags)
      columns.tokens.append(UInt32(clamping: Int(Measure.tokens.value(of: meter.counts))))
      columns.complexity.append(Float(Measure.complexity.value(of: meter.counts)))
      for measure in plan.measures { values.append(Float(measure.value(of: meter.counts))) }
      for column in plan.numericColumns.indices {
        switch block.numericValue(column, of: record) {
        case .number(let value): columns.numbers[column].append(value)
        case .absent: columns.numbers[column].append(.nan)
        case .notNumeric:
          columns.numbers[column].append(.nan)
          columns.textCounts[column] += 1
        }
      }
      for column in plan.categoryColumns.indices {
        let label = block.withLabel(column, of: record) { bytes in
          var label: [UInt8] = []
          label.append(copying: bytes)
          return label
        }
        columns.labelCodes[column].append(label.map { columns.labels[column].code(of: $0) } ?? -1)
      }
      if let key = plan.key {
        columns.keys.append(key.hash(of: record, in: block, column: plan.categoryColumns.count))
      }
      meter.withWords {
        topics?.project(promptWords: $0, responseWords: $1, into: &columns.topics)
      }
      if plan.keepsVectors { topics?.appendVector(to: &columns.vectors) }
      if meter.keepsAllWords {
        compare(record, of: block, meter, &worker.shingles, into: &columns)
      }
      if plan.keepsIdentifiers {
        block.withIdentifier(of: record) { columns.identifiers.append(copying: $0) }
        columns.identifierEnds.append(columns.identifiers.count)
      }
    }
    columns.setMeasures(values)
    columns.unrenderedCount = (worker.tokens?.unrenderedCount ?? 0) - unrendered
    return columns
  }

  /// Notes what the words of a record that was measured are compared by.
  private func compare(
    _ record: Record, of block: borrowing ParsedBlock, _ meter: borrowing SampleMeter,
    _ shingles: inout ShingleMaker, into columns: inout PoolColumns
  ) {
    if plan.keepsShingles {
      meter.withWordsOfComparedParts(of: record, in: block) { shingles.add($0) }
      shingles.finish(into: &columns.shingles)
    }
    if let evaluations {
      var match: Int32?
      meter.withWordsOfComparedParts(of: record, in: block) {
        match = match ?? evaluations.index.firstMatch(in: $0)
      }
      let place = match.map { evaluations.places[Int($0)] }
      columns.overlapSources.append(place?.file ?? -1)
      columns.overlapLines.append(place?.line ?? 0)
    }
  }

  /// Notes a line that is no readable record, or fails.
  private func reject(
    _ record: Record, of block: borrowing ParsedBlock, into columns: inout PoolColumns
  ) throws {
    guard let problem = block.problem(of: record) else { return }
    var rejected = RejectedLines.Line(
      sampleCountBefore: columns.count, line: record.line, problem: .found(problem))
    if record.line == 1 {
      rejected.format = block.withLine(of: record) { line in
        // As much as tells a format; a binary file's line may be as long as the file.
        var start: [UInt8] = []
        start.append(copying: line.extracting(first: 4096))
        return ForeignFormat(firstLine: start)
      }
    }
    if onUnreadable == .fail, !toleratedSources.contains(block.sourceIndex) {
      if let error = GamutError(
        unreadable: rejected, path: block.path, textFields: plan.textFields, count: 1)
      {
        throw error
      }
      // In an element that was put on one line, offsets are not those of the source.
      let isAsWritten = record.lineByteCount == record.location.byteCount
      let offset = isAsWritten ? block.problemOffset(of: record) ?? 0 : 0
      throw SamplesError.unreadableRecord(
        path: block.path, line: record.line, byteOffset: record.location.byteOffset + offset,
        problem: problem)
    }
    columns.rejected.append(rejected)
  }
}

/// A record's line and lengths as the columns keep them, in 32 bits each.
struct StoredPlace: Equatable {
  let line: UInt32
  /// The record's length in its source, without line ending.
  let byteCount: UInt32
  /// Its length as a line of JSONL, line ending included.
  let lineByteCount: UInt32

  /// - Parameters:
  ///   - line: The record's line, from 1.
  ///   - location: Where it lies in its source.
  ///   - lineByteCount: Its length as a line of JSONL, without line ending.
  ///   - path: Its source.
  /// - Throws: `GamutError.tooManyLines`; `SamplesError.lineTooLong` for a longer record than a reader
  ///   hands on.
  init(line: Int, location: RecordLocation, lineByteCount: Int, path: String) throws {
    guard let storedLine = UInt32(exactly: line) else {
      throw GamutError.tooManyLines(path: path, limit: Int(UInt32.max))
    }
    guard let byteCount = UInt32(exactly: location.byteCount),
      let lineByteCount = UInt32(exactly: lineByteCount + 1)
    else {
      throw SamplesError.lineTooLong(path: path, line: line, byteOffset: location.byteOffset)
    }
    self.line = storedLine
    self.byteCount = byteCount
    self.lineByteCount = lineByteCount
  }
}

extension GamutError {
  /// The error of an unreadable line where more is known than its problem; `nil` elsewhere.
  ///
  /// - Parameters:
  ///   - rejected: The line.
  ///   - path: Its source.
  ///   - textFields: The fields that were named for the text.
  ///   - count: How many lines, and no other, make the whole pool; 1 where that is not said.
  init?(
    unreadable rejected: RejectedLines.Line, path: String, textFields: [String], count: Int
  ) {
    if let format = rejected.format {
      self = .foreignFormat(path: path, format: format)
    } else if !textFields.isEmpty, case .found(.unknownShape(let keys)) = rejected.problem {
      self = .noTextField(
        path: path, line: rejected.line, fields: textFields, keys: keys, count: count)
    } else {
      return nil
    }
  }

  /// Why there is nothing to choose from.
  init(
    emptyPool columns: PoolColumns, sources: [SourceSummary], paths: [String],
    textFields: [String]
  ) {
    guard let first = columns.rejected.first, case .found(let problem) = first.problem,
      let source = sources.first(where: { $0.rejectedCount > 0 })
    else {
      self = .emptyPool(paths: paths)
      return
    }
    self =
      GamutError(
        unreadable: first, path: source.path, textFields: textFields,
        count: columns.rejected.count)
      ?? .nothingReadable(
        path: source.path, line: first.line, problem: problem, count: columns.rejected.count)
  }
}
