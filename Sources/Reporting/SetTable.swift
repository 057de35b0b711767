public import Metrics

/// Sets side by side, for the eyes: a column a set where they are few, else a row a set.
///
/// A value that was taken from a part bears a `~`.
public struct SetTable: Sendable {
  /// What stands beside a value, such as whether it is better.
  public typealias Mark = @Sendable (SetMetric, Int) -> String

  private let names: [String]
  private let measures: [SetMeasures]
  private let mark: Mark?
  private let showsDifference: Bool
  private let leftOut: Set<SetMetric>

  /// Up to how many sets have a column each.
  public static let columnLimit = 5

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - names: The sets' names; of paths the last parts are shown where these tell them apart.
  ///   - measures: What each measures.
  ///   - mark: What stands behind the value of a metric of a set; `nil` for nothing.
  ///   - showsDifference: Whether there is a column for what the second of two sets differs by from the
  ///     first; the mark then stands there.
  ///   - leftOut: Metrics that are not shown.
  public init(
    names: [String], measures: [SetMeasures], mark: Mark? = nil,
    showsDifference: Bool = false, leavingOut leftOut: Set<SetMetric> = []
  ) {
    self.names = Self.shortened(names)
    self.measures = measures
    self.mark = mark
    self.leftOut = leftOut
    self.showsDifference = showsDifference && names.count == 2
  }

  /// Names without the folders that they lie in, where they stay different.
  ///
  /// - Parameter names: Paths, or other names.
  /// - Returns: One name each.
  public static func shortened(_ names: [String]) -> [String] {
    let last = names.map { name in name.split(separator: "/").last.map(String.init) ?? name }
    return Set(last).count == last.count ? last : names
  }

  /// A table in ASCII, but for names that are not.
  ///
  /// - Parameter text: The table in plain text.
  /// - Returns: The same with the dash that stands for no value as a hyphen.
  public static func plain(_ text: String) -> String {
    String(text.map { $0 == "–" ? "-" : $0 })
  }

  /// The table in plain text.
  public var text: String {
    let tables = tables
    if tables.count == 1 { return tables[0].table.text }
    return tables.map { "\($0.title)\n\($0.table.text)" }.joined(separator: "\n")
  }

  /// The table in Markdown.
  public var markdown: String {
    let tables = tables
    if tables.count == 1 { return tables[0].table.markdown }
    return tables.map { "**\($0.title)**\n\n\($0.table.markdown)" }.joined(separator: "\n")
  }

  /// A row of one set's values, or a column of many sets'.
  private struct Line {
    var label: String
    var values: [String]
    var difference = ""

    /// A line of one number a set, which differ by as much as their numbers.
    init(
      _ label: String, _ values: [Double?], differs: Bool, marks: (Double) -> String = { _ in "" },
      shown: (Double?) -> String = figure
    ) {
      self.label = label
      self.values = values.map(shown)
      guard differs, values.count == 2, let first = values[0], let second = values[1] else {
        return
      }
      let change = second - first
      difference = (change > 0 ? "+" : "") + shown(change) + marks(change)
    }
  }

  private var tables: [(title: String, table: TextTable)] {
    let sections = sections.map { title, lines in
      (title, lines.filter { !$0.values.allSatisfy { $0 == "–" } })
    }.filter { !$0.1.isEmpty }
    if names.count <= Self.columnLimit {
      var rows: [[String]] = []
      for (title, lines) in sections {
        rows += rows.isEmpty ? [] : [[""]]
        rows.append([title])
        rows += lines.map {
          ["  " + $0.label] + $0.values + (showsDifference ? [$0.difference] : [])
        }
      }
      let heads = [[""]] + names.map { [$0] } + (showsDifference ? [["difference"]] : [])
      return [("", TextTable(heads: heads, rows: rows))]
    }
    return sections.map { title, lines in
      (
        title,
        TextTable(
          heads: [[""]]
            + lines.map { $0.label.split { "_ ~".contains($0) }.map(String.init) },
          rows: names.enumerated().map { set, name in [name] + lines.map { $0.values[set] } })
      )
    }
  }

  private func line(
    _ label: String, shown: (Double?) -> String = figure, mark: (Double) -> String = { _ in "  " },
    _ value: (SetMeasures) -> Double?
  ) -> Line {
    Line(label, measures.map(value), differs: showsDifference, marks: mark, shown: shown)
  }

  private var sections: [(String, [Line])] {
    func count(_ value: Double?) -> String { decimal(value, places: 0) }
    let size: [Line] = [
      line("samples", shown: count) { Double($0.samples) },
      line("tokens", shown: count) { Double($0.tokens) },
      line("bytes", shown: count) { Double($0.bytes) },
      line("unscored", shown: count) { $0.unscored > 0 ? Double($0.unscored) : nil },
    ]
    let packings = measures.lazy.compactMap(\.packing)
    let packing: [Line] =
      packings.first.map { packing in
        SequencePacking.Figure.allCases.map { figure in
          line(packing.label(figure), shown: { decimal($0, places: figure.places) }) {
            $0.packing?[figure]
          }
        }
      } ?? []
    var complexity = spread { $0.complexity }
    for (one, other) in [
      ("quality", "complexity"), ("quality", "tokens"), ("complexity", "tokens"),
    ] {
      complexity.append(
        line(
          "rank correlation \(one)~\(other)", shown: { decimal($0, places: 2) },
          { $0.correlations?[one, other] }))
    }
    let quality = spread(
      meanMark: { $0 > 0 ? " ▲" : $0 < 0 ? " ▼" : "  " }, { $0.quality })
    var sections: [(String, [Line])] = [
      ("size", size), ("sequences", packing), ("quality", quality), ("complexity", complexity),
    ]
    let families: [(String, (SetMetric) -> Bool)] = [
      ("cells", { if case .cell = $0 { true } else { false } }),
      ("vectors", { if case .vector = $0 { true } else { false } }),
      ("texts", { if case .text = $0 { true } else { false } }),
      ("against the pool's best", { if case .quality = $0 { true } else { false } }),
      (
        "balance over cells",
        {
          switch $0 {
          case .balance, .target: true
          default: false
          }
        }
      ),
    ]
    for (title, belongs) in families {
      sections.append(
        (
          title,
          SetMetric.all.filter { belongs($0) && !leftOut.contains($0) }.map { line(of: $0) }
        ))
    }
    return sections
  }

  private func line(of metric: SetMetric) -> Line {
    func shown(_ value: Double?) -> String {
      metric.isCount ? decimal(value, places: 0) : figure(value)
    }
    var line = Line(
      metric.name, measures.map { $0[metric] }, differs: showsDifference,
      marks: { _ in mark?(metric, 1) ?? "" }, shown: shown)
    for set in measures.indices where measures[set][metric] != nil {
      let isSampled = measures[set].sampled.contains { $0.metric == metric }
      line.values[set] =
        (isSampled ? "~" : "") + line.values[set]
        // With a column for the difference the mark stands there.
        + (showsDifference ? "" : mark?(metric, set) ?? "")
    }
    return line
  }

  private func spread(
    meanMark: (Double) -> String = { _ in "  " }, _ spread: (SetMeasures) -> Distribution?
  ) -> [Line] {
    var lines = [
      line("mean", mark: meanMark) { spread($0)?.mean },
      line("sd") { spread($0)?.standardDeviation },
    ]
    for (place, percent) in Distribution.percents.enumerated() {
      lines.append(line("p\(percent)") { spread($0)?.percentiles[place] })
    }
    lines.append(line("share_at_mode") { spread($0)?.shareAtMode })
    return lines
  }

  /// Which metrics were taken from a part, in a sentence for each way of drawing; none where all is whole.
  public static func samplingNotes(_ measures: [SetMeasures]) -> [String] {
    var notes: [(text: String, names: [String])] = []
    for metric in SetMetric.all {
      let found = measures.compactMap { $0.sampled.first { $0.metric == metric } }
      guard let first = found.first else { continue }
      let used = found.compactMap(\.used).max()
      let text =
        switch first.unit {
        case .samples: "from \(used.map(grouped) ?? "some") samples of a set"
        case .poolSamples: "from \(used.map(grouped) ?? "some") samples of the pool"
        case .texts: "from up to \(used.map(grouped) ?? "some") texts of a set"
        case .runs: "from a sample of the runs of words"
        }
      if let place = notes.firstIndex(where: { $0.text == text }) {
        notes[place].names.append(metric.name)
      } else {
        notes.append((text, [metric.name]))
      }
    }
    return notes.map { "~ \($0.names.joined(separator: ", ")): \($0.text)" }
  }
}
