import Gamut
import Metrics
import Reporting

extension Comparison {
  /// The comparison for the eyes.
  ///
  /// - Parameters:
  ///   - notes: What a reader should know, in sentences.
  ///   - isMarkdown: Whether tables and lists are in Markdown.
  /// - Returns: Lines, each with its line end.
  func text(notes: [String], isMarkdown: Bool) -> String {
    let short = SetTable.shortened(names)
    var parts = [metricTable(short, isMarkdown: isMarkdown)]
    parts.append(summary(short, isMarkdown: isMarkdown))
    for (place, changes) in changes.enumerated() where !changes.isEmpty {
      parts.append(
        cellText(changes, set: place + 1, names: short, isMarkdown: isMarkdown))
    }
    for set in names.indices where !demands[set].isEmpty {
      parts.append(demandText(set, names: short, isMarkdown: isMarkdown))
    }
    let lines =
      SetTable.samplingNotes(measures) + ["▲ better than \(short[0]), ▼ worse"]
      + notes.map { "note: \($0)" }
    parts.append(lines.map { (isMarkdown ? "- " : "") + $0 + "\n" }.joined())
    return parts.joined(separator: "\n")
  }

  private func heading(_ text: String, isMarkdown: Bool) -> String {
    isMarkdown ? "### \(text)\n\n" : "\(text)\n"
  }

  private func metricTable(_ short: [String], isMarkdown: Bool) -> String {
    let table = SetTable(
      names: names, measures: measures,
      mark: { metric, set in
        switch set > 0 ? isBetter(metric, in: set) : nil {
        case true?: " ▲"
        case false?: " ▼"
        case nil: "  "
        }
      }, showsDifference: true)
    return isMarkdown ? table.markdown : table.text
  }

  /// How many cells each set has in common with the first, and how many not.
  private func summary(_ names: [String], isMarkdown: Bool) -> String {
    let table = TextTable(
      heads: [
        [""], ["both", "fill"], ["it", "alone"], ["first", "alone"], ["quality", "higher"],
        ["quality", "lower"],
      ],
      rows: changes.enumerated().map { place, changes in
        [names[place + 1]]
          + [
            changes.sharedCount, changes.onlyHereCount, changes.onlyInFirstCount,
            changes.gainCount, changes.lossCount,
          ].map(grouped)
      })
    return heading(
      "cells against \(names[0]), of \(grouped(reachableCells)) reachable ones",
      isMarkdown: isMarkdown) + (isMarkdown ? table.markdown : table.text)
  }

  private func cellText(
    _ changes: CellChanges, set: Int, names: [String], isMarkdown: Bool
  ) -> String {
    // Long names would make the table wider than its numbers.
    let isLong = names[0].count > 16 || names[set].count > 16
    let (first, own) = isLong ? ("A", "B") : (names[0], names[set])
    var rows: [[String]] = []
    func add(_ title: String, _ cells: [Cell]) {
      if cells.isEmpty { return }
      if !rows.isEmpty { rows.append([""]) }
      rows.append([title])
      rows += cells.map { cell in
        [
          "  " + place(cell), grouped(cell.counts[0]), grouped(cell.counts[set]),
          figure(cell.quality[0]), figure(cell.quality[set]),
        ]
      }
    }
    add("\(own) has more", changes.more)
    add("\(own) has less", changes.fewer)
    add("\(own) alone", changes.onlyHere)
    add("\(first) alone", changes.onlyInFirst)
    add("quality higher in \(own)", changes.gains)
    add("quality lower in \(own)", changes.losses)
    let title =
      "cells of \(names[set])\(isLong ? " (B)" : "") against \(names[0])\(isLong ? " (A)" : "")"
    let table = TextTable(
      heads: [
        ["cell"], ["samples", first], ["samples", own], ["quality", first], ["quality", own],
      ], rows: rows)
    return heading(title, isMarkdown: isMarkdown) + (isMarkdown ? table.markdown : table.text)
  }

  private func demandText(_ set: Int, names: [String], isMarkdown: Bool) -> String {
    let shown = demands[set]
    var text = heading(
      "demand of \(names[set]): \(grouped(demandCounts[set]))"
        + (demandCounts[set] == 1 ? " cell is empty or short" : " cells are empty or short")
        + (shown.count < demandCounts[set] ? ", the \(shown.count) most wanted" : ""),
      isMarkdown: isMarkdown)
    for (number, demand) in shown.enumerated() {
      text +=
        "\(number + 1). \(place(demand.cell)): has \(grouped(demand.present)), wants"
        + " \(grouped(demand.wanted))\n"
      for example in demand.examples {
        let prompt = quoted(example.prompt)
        let line =
          "\(example.isNeighbour ? "beside it" : "like"): "
          + (isMarkdown ? escapedForMarkdown(prompt) : prompt)
        text += isMarkdown ? "   - \(line)\n" : "     \(line)\n"
      }
    }
    return text
  }

  /// A prompt on one line, as far as a line goes.
  private func quoted(_ prompt: String) -> String {
    let words = prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count <= 90 ? "“\(words)”" : "“\(words.prefix(89))…”"
  }

  /// Text that Markdown shows as it stands, so that data are neither markup nor HTML.
  private func escapedForMarkdown(_ text: String) -> String {
    String(text.flatMap { "\\`*_[]<>&|#".contains($0) ? ["\\", $0] : [$0] })
  }

  /// The cell by the ranges that make it.
  private func place(_ cell: Cell) -> String {
    zip(axes, cell.parts).map { axis, part in
      switch part {
      case .range(nil, nil): "any \(axis)"
      case .range(let low?, nil): "\(axis) ≥ \(edge(low))"
      case .range(nil, let high?): "\(axis) < \(edge(high))"
      case .range(let low?, let high?):
        "\(axis) \(edge(low, besides: high))…\(edge(high, besides: low))"
      case .label(let label): "\(axis) \(label)"
      case .missing: "no \(axis)"
      case .centroid(let number, let count): "\(axis) \(number) of \(count)"
      }
    }.joined(separator: ", ")
  }

  /// An edge in as many decimals as tell it from the one beside it.
  private func edge(_ value: Double, besides other: Double? = nil) -> String {
    if value == value.rounded(), other.map({ $0 == $0.rounded() }) ?? true {
      return decimal(value, places: 0)
    }
    let size = max(value.magnitude, other?.magnitude ?? 0)
    for places in (size >= 100 ? 1 : 3)...9 {
      let text = decimal(value, places: places)
      if let other, decimal(other, places: places) == text { continue }
      return text
    }
    return figure(value)
  }
}

extension Comparison.CellChanges {
  /// Whether no cell is named.
  fileprivate var isEmpty: Bool {
    [more, fewer, onlyHere, onlyInFirst, gains, losses].allSatisfy(\.isEmpty)
  }
}
