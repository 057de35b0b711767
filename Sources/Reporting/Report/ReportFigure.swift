/// A picture of a report, in the page or alone.
public struct ReportFigure: Sendable {
  /// What the file is called, without its ending.
  public var name: String
  /// A whole SVG file.
  public var svg: [UInt8]

  /// The figures of a report, each as a file that stands alone.
  ///
  /// - Parameter content: The report.
  /// - Returns: The heatmap and the spreads of an archive or a subset; the front of a tuning run.
  /// - Complexity: O(c) for c cells.
  public static func all(of content: ReportContent) -> [ReportFigure] {
    var figures: [ReportFigure] = []
    if let archive = content.archive {
      figures.append(.init(name: "heatmap", svg: HeatmapFigure(archive).svg(isAlone: true).bytes))
      for spread in archive.spreads {
        figures.append(
          .init(name: spread.name, svg: SpreadFigure(spread).svg(isAlone: true).bytes))
      }
    }
    if let tuning = content.tuning, let front = FrontFigure(tuning) {
      figures.append(.init(name: "front", svg: front.svg(isAlone: true).bytes))
    }
    return figures
  }
}

/// The frame of a figure: its size, its title for those who cannot see it, and, alone, its colours.
struct FigureFrame {
  let width: Double
  let height: Double
  let title: String
  let description: String

  /// Writes a figure.
  ///
  /// - Parameters:
  ///   - isAlone: Whether it is a file of its own.
  ///   - drawing: Draws it.
  /// - Returns: An `svg` element.
  func svg(isAlone: Bool, _ drawing: (inout Markup) -> Void) -> Markup {
    var markup = Markup()
    if isAlone { markup.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }
    let box = "0 0 \(Markup.tenths(width)) \(Markup.tenths(height))"
    if isAlone {
      markup.open(
        "svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", box),
        ("width", Markup.tenths(width)), ("height", Markup.tenths(height)), ("role", "img"),
        ("class", "figure"))
    } else {
      markup.open("svg", ("viewBox", box), ("role", "img"), ("class", "figure"))
    }
    markup.element("title", text: title)
    markup.element("desc", text: description)
    if isAlone {
      markup.raw("<style>")
      markup.raw(FigureFrame.colours)
      markup.raw("</style>")
      markup.raw("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")
    }
    drawing(&markup)
    markup.close("svg")
    if isAlone { markup.raw("\n") }
    return markup
  }

  /// What the page's style says of figures, in the colours of paper.
  private static let colours: StaticString = """
    svg{font:11px system-ui,sans-serif;font-variant-numeric:tabular-nums}\
    text{fill:#56626a}.paper{fill:#fff}.name{fill:#1c2327;font-weight:600}.well{fill:#f3f1ec}\
    .axis{stroke:#c9c4b9;fill:none}.none{fill:#fff;stroke:#cfcabf}\
    .s0{fill:#dfebe9}.s1{fill:#c3dcdb}.s2{fill:#a3c9cb}.s3{fill:#80b3b9}.s4{fill:#5d9ba6}\
    .s5{fill:#408291}.s6{fill:#296a7b}.s7{fill:#175264}.s8{fill:#0a3a4b}\
    .edge{stroke:#fff;stroke-width:1}\
    .pool{fill:#dedad1;stroke:none}.subset{fill:none;stroke:#0f5f73;stroke-width:1.8}\
    .random{fill:none;stroke:#7a7468;stroke-width:1.2;stroke-dasharray:3 2.5}\
    .front{fill:#0f5f73}.other{fill:#b9b3a6}\
    .whisker{stroke:#c9c4b9;fill:none}.ring{fill:none;stroke:#0f5f73;stroke-width:1.6}
    """
}
