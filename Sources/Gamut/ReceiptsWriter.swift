import Descriptors
import EliteArchive
import LinearAlgebra
import Numbers
import Parallelism
import Reporting
import Samples
import Storage

/// Writes one receipt a line of the pool that is not blank, in the order of the pool.
struct ReceiptsWriter: Sendable {
  let columns: PoolColumns
  let sources: [SourceSummary]
  let choice: Choice
  /// The plan by which the columns were read.
  let plan: ReadingPlan
  let recipe: Recipe
  /// Whether quality is a measure as it was taken.
  private let isSinglePrecision: Bool
  private let places: SamplePlaces
  private let cells: [[Int]]

  init(
    columns: PoolColumns, sources: [SourceSummary], choice: Choice, plan: ReadingPlan,
    recipe: Recipe
  ) {
    self.columns = columns
    self.sources = sources
    self.choice = choice
    self.plan = plan
    self.recipe = recipe
    isSinglePrecision = plan.heuristic != nil && !recipe.derivesQuality
    places = SamplePlaces(sources: sources, lines: columns.lines)
    cells = (0..<choice.grid.reachableCellCount).map { choice.grid.bins(ofCell: $0) }
  }

  /// Writes all receipts.
  ///
  /// - Parameters:
  ///   - output: Where they go.
  ///   - threads: How many threads may put them into words at once; they change no byte.
  /// - Throws: `StorageError` of the output.
  func write(to output: StagedOutput, threads: Int) throws {
    try write(threads: threads) { try output.write($0) }
  }

  /// Hands on all receipts, in order, in pieces that end with a receipt.
  func write(threads: Int, _ take: (Span<UInt8>) throws -> Void) throws {
    var batches = batches()[...]
    try forEachBlockInOrder(
      threads: threads, next: { batches.popFirst() }, makeWorker: {},
      work: { (_: inout Void, batch: Batch) in receipts(of: batch) },
      consume: { try take($0.span) })
  }

  /// Lines that follow each other in one source, as indices of samples and of rejected lines.
  private struct Batch: Sendable {
    var source: Int
    var samples: Range<Int>
    var rejected: Range<Int>
  }

  /// How many samples, and how many rejected lines, go into one batch.
  private static let batchLineCount = 4096

  private func batches() -> [Batch] {
    var batches: [Batch] = []
    var sample = 0
    var rejected = 0
    for (index, source) in sources.enumerated() {
      let sampleEnd = sample + source.sampleCount
      let rejectedEnd = rejected + source.rejectedCount
      // A rejected line stands before the sample that has as many samples before it.
      func rejectedBefore(_ sample: Int) -> Int {
        partitioningIndex(of: rejected..<rejectedEnd) {
          columns.rejected[$0].sampleCountBefore >= sample
        }
      }
      while sample < sampleEnd || rejected < rejectedEnd {
        var next = min(sample + Self.batchLineCount, sampleEnd)
        var passed = next == sampleEnd ? rejectedEnd : rejectedBefore(next)
        if passed - rejected > Self.batchLineCount {
          passed = rejected + Self.batchLineCount
          next = min(next, columns.rejected[passed].sampleCountBefore)
          if next > sample { passed = rejectedBefore(next) }
        }
        batches.append(
          Batch(source: index, samples: sample..<next, rejected: rejected..<passed))
        (sample, rejected) = (next, passed)
      }
    }
    return batches
  }

  private func receipts(of batch: Batch) -> [UInt8] {
    let path = sources[batch.source].path
    var bytes: [UInt8] = []
    var rejected = batch.rejected
    func writeRejected(before sample: Int) {
      while let index = rejected.first, columns.rejected[index].sampleCountBefore <= sample {
        let line = columns.rejected[index]
        var receipt = Receipt(source: path, line: line.line, status: .rejected)
        receipt.reason = line.problem?.message(textFields: plan.textFields)
        receipt.write(to: &bytes)
        rejected.removeFirst()
      }
    }
    for sample in batch.samples {
      writeRejected(before: sample)
      receipt(of: sample, source: path).write(to: &bytes)
    }
    writeRejected(before: .max)
    return bytes
  }

  func receipt(of sample: Int, source: String) -> Receipt {
    var receipt = Receipt(
      source: source, line: Int(columns.lines[sample]), status: choice.statuses[sample])
    receipt.idText = Array(columns.identifier(of: sample))
    let quality = choice.quality[sample]
    // The heuristic is a measure, kept in single precision.
    let known = isSinglePrecision ? Receipt.AxisValue.single(Float(quality)) : .number(quality)
    receipt.quality = quality.isNaN ? .missing : known
    let cell = cells[Int(choice.grid.cells[sample])]
    receipt.descriptor = choice.grid.axes.enumerated().map { index, axis in
      (axis.name, value(of: sample, on: axis, at: plan.places[index], bin: cell[index]))
    }
    receipt.cell = cell
    if choice.archive.ranks[sample] > 0 {
      receipt.rank = Int(choice.archive.ranks[sample])
      let place = Int(choice.places[sample])
      receipt.order = place > 0 ? place : nil
    }
    let exclusion = choice.standing.exclusion(of: sample)
    receipt.reason = exclusion.message(recipe)
    if exclusion == .overlap {
      receipt.because = (
        recipe.exclusions[Int(columns.overlapSources[sample])], Int(columns.overlapLines[sample])
      )
    }
    if choice.standing.isIncluded(sample) {
      receipt.reason = "its id is in a list of --include-ids"
    }
    if choice.twins[sample] >= 0 {
      let twin = places[Int(choice.twins[sample])]
      receipt.because = (twin.path, twin.line)
    } else if choice.statuses[sample] == .excluded, exclusion == .none,
      let reason = choice.exclusions[sample]
    {
      receipt.reason = reason.message
      receipt.because = choice.exclusions.betterSample(than: sample).map {
        (places[$0].path, places[$0].line)
      }
    }
    return receipt
  }

  private func value(
    of sample: Int, on axis: Axis, at place: ReadingPlan.Place, bin: Int
  ) -> Receipt.AxisValue {
    switch place {
    case .tokens: return .number(Double(columns.tokens[sample]))
    case .complexity: return .single(columns.complexity[sample])
    case .measure(let index): return .single(columns.measures[index][sample])
    case .topic(let component):
      return .single(columns.topics[sample * plan.topicCount + component])
    case .topics:
      guard let centroids = axis.centroids else { return .missing }
      let start = sample * plan.topicCount
      let row = columns.topics.span.extracting(start..<start + plan.topicCount)
      return .single(centroids.squaredDistance(of: row, from: bin).squareRoot())
    case .number(let index):
      let value = columns.numbers[index][sample]
      return value.isNaN ? .missing : .number(value)
    case .label(let column):
      let code = columns.labelCodes[column][sample]
      guard code >= 0 else { return .missing }
      let bytes = columns.labels[column].labels[Int(code)]
      return .label(String(decoding: bytes, as: UTF8.self))
    }
  }
}
