import Gamut
import Metrics
import Numbers
import Reporting

extension Descriptions {
  /// Pictures of the sets, each with a blank line before it.
  func profileText(_ style: PictureStyle) -> String {
    let shown = SetTable.shortened(names)
    var text = zip(shown, profiles).map { $1.text(name: $0, style) }.joined()
    if profiles.count < names.count {
      text +=
        "\nof \(grouped(names.count)) sets the first \(profiles.count) are drawn\n"
    }
    return text
  }
}

extension SetProfile {
  /// Pictures of cells, quality and complexity.
  fileprivate func text(name: String, _ style: PictureStyle) -> String {
    var pictures: [String] = []
    if let cells {
      let rest =
        furtherAxes == 0
        ? "" : ", added up over \(furtherAxes) more ax\(furtherAxes == 1 ? "is" : "es")"
      if let columns = cells.columns {
        pictures.append(
          Heatmap(
            title:
              "\(name): samples by \(cells.rows.name) (down) and \(columns.name) (across)\(rest)",
            rows: cells.rows, columns: columns, counts: cells.counts
          ).text(style))
      } else {
        pictures.append(
          BarChart(
            title: "\(name): samples by \(cells.rows.name)", axis: cells.rows, counts: cells.counts
          ).text(style))
      }
    }
    for (measure, spread) in [("quality", quality), ("complexity", complexity)] {
      guard let spread else { continue }
      pictures.append(
        BarChart(
          title: "\(name): samples by \(measure)", axis: spread.axis(named: measure),
          counts: spread.counts
        ).text(style))
    }
    return pictures.map { "\n" + $0 }.joined()
  }
}

extension Histogram {
  /// The bins as the side of a picture.
  fileprivate func axis(named name: String) -> PictureAxis {
    switch bins {
    case .values(let values):
      // A rating as it is; of others four digits, where these tell them apart.
      let short = values.map { figure($0) }
      let texts = zip(values, short).map { shortest($0).count <= 6 ? shortest($0) : $1 }
      return PictureAxis(
        name: name,
        bins: (Set(texts).count == texts.count ? texts : values.map(shortest)).map { .name($0) },
        isOrdered: true)
    case .edges(let edges): return PictureAxis(name: name, edges: edges, areRound: true)
    }
  }
}
