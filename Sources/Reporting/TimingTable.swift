/// What each stage of a run took, as lines of text that add up.
///
/// One row a stage with its seconds on the wall and the share of the threads that were busy, then `rest`,
/// which is what lay before, between and behind the stages, then `total`. Milliseconds of the rows add up
/// to those of `total`: what rounding takes from stages is in `rest`.
public struct TimingTable: Sendable {
  private struct Row {
    var time: StageTime
    var milliseconds: Int
  }

  private let rows: [Row]
  private let threads: Int

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - timing: What stages took, none within another; the last is all that was timed.
  ///   - process: What the whole process took, if more than that; at least as much.
  ///   - threads: How many threads might have been busy, at least 1.
  public init(_ timing: [StageTime], process: StageTime? = nil, threads: Int) {
    precondition(threads >= 1, "a run has a thread")
    self.threads = threads
    guard let total = process ?? timing.last else {
      rows = []
      return
    }
    var rows = timing.dropLast().map { ($0, milliseconds: Int($0.seconds * 1e3)) }
    let rest = StageTime(
      stage: "rest", seconds: max(0, total.seconds - rows.reduce(0) { $0 + $1.0.seconds }),
      processorSeconds: max(
        0, total.processorSeconds - rows.reduce(0) { $0 + $1.0.processorSeconds }))
    // Those of the stages are cut off, so that the rest is never less than nothing.
    let milliseconds = Int((total.seconds * 1e3).rounded())
    rows.append((rest, max(0, milliseconds - rows.reduce(0) { $0 + $1.milliseconds })))
    rows.append((total, rows.reduce(0) { $0 + $1.milliseconds }))
    self.rows = rows.map { Row(time: $0, milliseconds: $1) }
  }

  /// The table, each line with its line end; empty where nothing was timed.
  public var text: String {
    guard !rows.isEmpty else { return "" }
    let width = max("stage".count, rows.map(\.time.stage.count).max() ?? 0)
    let busy = threads == 1 ? "busy of 1 thread" : "busy of \(threads) threads"
    var lines = [Self.padded("stage", to: width) + Self.right("seconds", 12) + "  " + busy]
    for row in rows {
      let seconds = decimal(Double(row.milliseconds) / 1e3, places: 3)
      lines.append(
        Self.padded(row.time.stage, to: width) + Self.right(seconds, 12) + Self.right(share(row), 8)
          + " %")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The share of the threads that were busy, in percent; none of what took no time.
  private func share(_ row: Row) -> String {
    guard row.milliseconds > 0 else { return "–" }
    return decimal(
      row.time.processorSeconds / (row.time.seconds * Double(threads)) * 100, places: 0)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: width - text.count)
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
