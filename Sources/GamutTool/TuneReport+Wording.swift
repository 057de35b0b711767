import Gamut
import Reporting

extension TuneReport {
  /// How many configurations of the front are shown.
  static let shownCount = 12

  /// The report as lines of text, each with its line end.
  ///
  /// - Parameter style: How wide the picture is, and with which signs.
  /// - Returns: The text.
  func text(_ style: PictureStyle) -> String {
    var lines = [
      "\(grouped(tuning.trials.count)) configurations on \(grouped(tuning.samples)) samples, budget"
        + " \(tuning.budget.text), \(tuning.foldCount) folds"
        + (takenUp > 0 ? "; went on from a journal" : "")
    ]
    if let plot { lines += ["", plot.text(style)] }
    let table = table.text
    lines += ["", (style.isPlain ? SetTable.plain(table) : table) + "\n"]
    let (front, different) = (tuning.front, different)
    if front.count > min(different.count, Self.shownCount) {
      let same = front.count - different.count
      lines.append(
        "the front has \(grouped(front.count))"
          + (same > 0 ? ", \(grouped(same)) of which measure the same as another" : "")
          + (different.count > Self.shownCount
            ? "; shown are the \(Self.shownCount) nearest to the ideal" : ""))
    }
    lines += ["recommended: \(tuning.best.configuration.text)", "rule: \(tuning.rule)"]
    lines.append("reason: \(tuning.reason)")
    for loss in tuning.givesUp { lines.append("gives up \(loss)") }
    if !files.isEmpty { lines += ["", "wrote \(files.joined(separator: ", "))"] }
    for warning in tuning.warnings { lines.append("note: \(warning)") }
    return lines.map { line in
      let line =
        style.isPlain
        ? SetTable.plain(
          line.split(separator: "±", omittingEmptySubsequences: false).joined(separator: "+-"))
        : line
      return line.hasSuffix("\n") ? line : line + "\n"
    }.joined()
  }

  /// The first two objectives of the front over each other; `nil` where there is one only.
  private var plot: ScatterPlot? {
    guard tuning.frontObjectives.count > 1 else { return nil }
    let (up, across) = (tuning.frontObjectives[0], tuning.frontObjectives[1])
    // The later ones stand before the others.
    let kinds = ["tried", "front", "default", "recommended"]
    let points = tuning.trials.indices.compactMap { place -> ScatterPlot.Point? in
      let trial = tuning.trials[place]
      guard let x = trial.values[across]?.mean, let y = trial.values[up]?.mean else { return nil }
      let kind =
        place == tuning.recommended ? 3 : place == 0 ? 2 : trial.isOnFront ? 1 : 0
      return .init(x: x, y: y, kind: kind)
    }
    return ScatterPlot(
      title: "\(tuning.objectives[up].name) against \(tuning.objectives[across].name)",
      xName: tuning.objectives[across].name, yName: tuning.objectives[up].name, kinds: kinds,
      points: points)
  }

  /// The front, of configurations that measure the same the recommended one or else the first.
  private var different: [Int] {
    var shown: [Int] = []
    for place in [tuning.recommended] + tuning.front {
      let trial = tuning.trials[place]
      if trial.isOnFront, !shown.contains(where: { tuning.trials[$0].folds == trial.folds }) {
        shown.append(place)
      }
    }
    return tuning.front.filter(shown.contains)
  }

  /// The front with what it is held against.
  private var table: TextTable {
    var rows: [[String]] = []
    func row(_ name: String, _ cells: String, _ means: [FoldMean?]) {
      rows.append([name, cells] + means.map { figure($0?.mean) })
    }
    func row(_ place: Int) {
      let trial = tuning.trials[place]
      let mark = place == tuning.recommended ? "* " : "  "
      row(
        mark + trial.configuration.text + (place == 0 ? " (default)" : ""),
        grouped(trial.reachableCells), trial.values)
    }
    var shown = different
    if shown.count > Self.shownCount {
      let nearest = shown.sorted {
        (tuning.trials[$0].distance ?? 2, $0) < (tuning.trials[$1].distance ?? 2, $1)
      }
      let kept = Set(nearest.prefix(Self.shownCount))
      shown = shown.filter(kept.contains)
    }
    rows.append(["front, best quality first"])
    for place in shown { row(place) }
    let others = [tuning.recommended, 0].filter { !shown.contains($0) }
    rows.append(["held against"])
    for place in others.first == others.last ? Array(others.prefix(1)) : others { row(place) }
    row("  quality alone", "–", tuning.top)
    row("  chance", "–", tuning.random)
    return TextTable(
      heads: [["configuration"], ["cells"]] + tuning.objectives.map { [$0.name] }, rows: rows)
  }
}
