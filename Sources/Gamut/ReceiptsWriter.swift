import Descriptors
import EliteArchive
import Reporting
import Samples
import Storage

/// Writes one receipt a line of the pool that is not blank, in the order of the pool.
struct ReceiptsWriter {
  let columns: PoolColumns
  let sources: [SourceSummary]
  let choice: Choice
  /// The plan by which the columns were read.
  let plan: ReadingPlan
  private let places: SamplePlaces
  private let cells: [[Int]]

  init(
    columns: PoolColumns, sources: [SourceSummary], choice: Choice, plan: ReadingPlan
  ) {
    self.columns = columns
    self.sources = sources
    self.choice = choice
    self.plan = plan
    places = SamplePlaces(sources: sources, lines: columns.lines)
    cells = (0..<choice.grid.reachableCellCount).map { choice.grid.bins(ofCell: $0) }
  }

  /// Writes all receipts.
  func write(to output: StagedOutput) throws {
    var bytes: [UInt8] = []
    var rejected = columns.rejected[...]
    var sample = 0
    for source in sources {
      let end = sample + source.sampleCount
      var rejectedLeft = source.rejectedCount
      while sample < end || rejectedLeft > 0 {
        if rejectedLeft > 0, let next = rejected.first, next.sampleCountBefore <= sample {
          var receipt = Receipt(source: source.path, line: next.line, status: .rejected)
          receipt.reason = next.problem.message(textFields: plan.textFields)
          receipt.write(to: &bytes)
          rejected.removeFirst()
          rejectedLeft -= 1
        } else {
          receipt(of: sample, source: source.path).write(to: &bytes)
          sample += 1
        }
        if bytes.count > 1 << 18 {
          try output.write(bytes.span)
          bytes.removeAll(keepingCapacity: true)
        }
      }
    }
    try output.write(bytes.span)
  }

  private func receipt(of sample: Int, source: String) -> Receipt {
    var receipt = Receipt(
      source: source, line: Int(columns.lines[sample]), status: choice.statuses[sample])
    receipt.idText = Array(columns.identifier(of: sample))
    receipt.quality = choice.quality[sample].isNaN ? nil : choice.quality[sample]
    receipt.descriptor = zip(choice.grid.axes, plan.places).map { axis, place in
      (axis.name, value(of: sample, on: axis, at: place))
    }
    receipt.cell = cells[Int(choice.grid.cells[sample])]
    if choice.archive.ranks[sample] > 0 {
      receipt.rank = Int(choice.archive.ranks[sample])
      receipt.order = Int(choice.places[sample])
    }
    if choice.twins[sample] >= 0 {
      let twin = places[Int(choice.twins[sample])]
      receipt.because = (twin.path, twin.line)
    }
    return receipt
  }

  private func value(
    of sample: Int, on axis: Axis, at place: ReadingPlan.Place
  ) -> Receipt.AxisValue {
    switch place {
    case .tokens: return .number(Double(columns.tokens[sample]))
    case .complexity: return .single(columns.complexity[sample])
    case .measure(let index): return .single(columns.measures[index][sample])
    case .topic(let component):
      return .single(columns.topics[sample * plan.topicCount + component])
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
