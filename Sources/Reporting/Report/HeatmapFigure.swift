import Numbers

/// The cells of an archive as fields, or those of a cvt axis as a map.
struct HeatmapFigure {
  let archive: ReportArchive
  let view: HeatmapView

  init(_ archive: ReportArchive) {
    self.archive = archive
    view = HeatmapView(archive)
  }

  /// How many fields it has.
  var fieldCount: Int { view.fields.count }

  private static let left = 64.0
  private static let top = 10.0
  private static let bottom = 58.0
  private static let legendHeight = 40.0

  private var xAxis: ReportArchive.Axis { archive.axes[view.x] }
  /// Whether one long axis goes row by row, as lines of a text do.
  private var isWrapped: Bool { view.y == nil && !view.isMap && xAxis.bins > 80 }
  private var columns: Int {
    isWrapped ? Int((Double(xAxis.bins) * 1.5).squareRoot().rounded(.up)) : max(xAxis.bins, 1)
  }
  private var rows: Int {
    isWrapped ? (xAxis.bins + columns - 1) / columns : max(yAxis?.bins ?? 1, 1)
  }

  private var yAxis: ReportArchive.Axis? { view.y.map { archive.axes[$0] } }

  /// Whether fields show what was chosen, and not what there is.
  private var showsChoice: Bool { archive.hasChoice }

  private func value(_ field: HeatmapView.Field) -> Double {
    Double(showsChoice ? field.chosen : field.count)
  }

  /// Draws the figure.
  ///
  /// - Parameter isAlone: Whether it is a file of its own.
  /// - Returns: An `svg` element.
  func svg(isAlone: Bool) -> Markup {
    let fields = view.fields
    let across = Double(columns)
    let up = Double(rows)
    let fieldWidth = view.isMap ? 0 : min(max(600 / across, 1.5), 64)
    let fieldHeight = view.isMap ? 0 : min(max(400 / up, 1.5), 44)
    let plot: (width: Double, height: Double) =
      view.isMap ? (520, 520) : (fieldWidth * across, fieldHeight * up)
    let steps = ColourSteps(
      fields.map(value).filter { $0 > 0 }, areAmounts: true)
    let width = max(plot.width, 300) + Self.left + 12
    let measure = showsChoice ? "chosen samples" : "samples"
    let names = [xAxis.name, yAxis?.name].compactMap { $0 }.joined(separator: " and ")
    let frame = FigureFrame(
      width: width, height: plot.height + Self.top + Self.bottom + Self.legendHeight,
      title: "\(measure) by \(names)",
      description: "\(grouped(fields.count)) fields of \(grouped(archive.cells.count)) cells; from "
        + "\(ReportNumber.brief(steps.low)) to \(ReportNumber.brief(steps.high)) \(measure) a field."
    )
    return frame.svg(isAlone: isAlone) { markup in
      markup.open(
        "g", ("transform", "translate(\(Markup.tenths(Self.left)) \(Markup.tenths(Self.top)))"))
      rectangle("well", 0, 0, plot.width, plot.height, &markup)
      if view.isMap {
        drawMap(fields, steps: steps, side: plot.width, &markup)
      } else {
        drawFields(
          fields, steps: steps, width: fieldWidth, height: fieldHeight, rows: Int(up), &markup)
        drawTicks(width: fieldWidth, height: fieldHeight, plot: plot, &markup)
      }
      text(
        view.isMap
          ? "first component of the topics" : xAxis.name + (isWrapped ? ", row by row" : ""),
        "name", x: plot.width / 2,
        y: plot.height + (view.isMap ? 18 : 34), anchor: "middle", &markup)
      if let yAxis {
        markup.element(
          "text", ("class", "name"), ("text-anchor", "middle"),
          ("transform", "translate(-48 \(Markup.tenths(plot.height / 2))) rotate(-90)"),
          text: yAxis.name)
      } else if view.isMap {
        markup.element(
          "text", ("class", "name"), ("text-anchor", "middle"),
          ("transform", "translate(-14 \(Markup.tenths(plot.height / 2))) rotate(-90)"),
          text: "second component")
      }
      drawLegend(
        steps, measure: measure, hasNone: fields.contains { value($0) == 0 },
        y: plot.height + Self.bottom, &markup)
      markup.close("g")
    }
  }

  private func rectangle(
    _ style: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double,
    _ markup: inout Markup
  ) {
    markup.open(
      "rect", ("class", style), ("x", Markup.tenths(x)), ("y", Markup.tenths(y)),
      ("width", Markup.tenths(width)), ("height", Markup.tenths(height)))
    markup.close("rect")
  }

  private func text(
    _ content: String, _ style: String, x: Double, y: Double, anchor: String,
    _ markup: inout Markup
  ) {
    markup.element(
      "text", ("class", style), ("x", Markup.tenths(x)), ("y", Markup.tenths(y)),
      ("text-anchor", anchor), text: content)
  }

  private func style(_ field: HeatmapView.Field, _ steps: ColourSteps) -> String {
    let value = value(field)
    return value > 0 ? "s\(steps.step(value))" : "none"
  }

  /// One path a colour, so that many fields are few elements.
  private func drawFields(
    _ fields: [HeatmapView.Field], steps: ColourSteps, width: Double, height: Double, rows: Int,
    _ markup: inout Markup
  ) {
    let gap = min(width, height) > 8 ? 1.0 : 0
    let order = xAxis.stripOrder.map { order in
      Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    }
    var paths: [String: String] = [:]
    for field in fields {
      let column = order?[field.x] ?? field.x
      let place = isWrapped ? (column % columns, column / columns) : (column, rows - 1 - field.y)
      let x = Double(place.0) * width + gap / 2
      let y = Double(place.1) * height + gap / 2
      paths[style(field, steps), default: ""] +=
        "M\(Markup.tenths(x)) \(Markup.tenths(y))h\(Markup.tenths(width - gap))v"
        + "\(Markup.tenths(height - gap))h\(Markup.tenths(gap - width))z"
    }
    for style in ["none"] + (0..<ColourSteps.count).map({ "s\($0)" }) {
      guard let path = paths[style] else { continue }
      markup.open("path", ("class", style), ("d", path))
      markup.close("path")
    }
  }

  private func drawMap(
    _ fields: [HeatmapView.Field], steps: ColourSteps, side: Double, _ markup: inout Markup
  ) {
    let polygons = xAxis.polygons
    // A tenth is too coarse for a scale.
    markup.open("g", ("transform", "scale(\(side / ReportData.mapSide))"))
    for field in fields where field.x < polygons.count {
      markup.open(
        "polygon", ("class", style(field, steps) + " edge"), ("points", polygons[field.x]))
      markup.close("polygon")
    }
    markup.close("g")
  }

  private func drawTicks(
    width: Double, height: Double, plot: (width: Double, height: Double), _ markup: inout Markup
  ) {
    if isWrapped { return }
    var last = -Double.infinity
    for (place, label) in ticks(xAxis, step: width) where place - last >= 46 {
      text(label, "tick", x: place, y: plot.height + 15, anchor: "middle", &markup)
      last = place
    }
    guard let yAxis else { return }
    last = -Double.infinity
    for (place, label) in ticks(yAxis, step: height) where place - last >= 14 {
      text(label, "tick", x: -6, y: plot.height - place + 4, anchor: "end", &markup)
      last = place
    }
  }

  /// Edges stand between fields, labels and numbers below them.
  private func ticks(
    _ axis: ReportArchive.Axis, step: Double
  ) -> [(place: Double, label: String)] {
    if !axis.edges.isEmpty {
      return axis.edges.enumerated().map {
        (Double($0.offset + 1) * step, ReportNumber.brief($0.element))
      }
    }
    if axis.binning == "cvt" { return [] }
    return (0..<axis.valueBins).map { bin in
      (
        (Double(bin) + 0.5) * step,
        axis.labels.isEmpty
          ? "\(bin + 1)" : TextShown.shortened(axis.labels[bin], to: 9)
      )
    }
  }

  private func drawLegend(
    _ steps: ColourSteps, measure: String, hasNone: Bool, y: Double, _ markup: inout Markup
  ) {
    guard steps.high > 0 else {
      text("no \(measure)", "tick", x: 0, y: y + 10, anchor: "start", &markup)
      return
    }
    let first = steps.high > steps.low ? 0 : ColourSteps.count - 1
    let start = hasNone ? 44.0 : 0
    text(
      measure + (steps.isLogarithmic ? ", by ratio" : ""), "tick", x: 0, y: y, anchor: "start",
      &markup)
    if hasNone {
      rectangle("none", 0, y + 7, 17, 10, &markup)
      text("none", "tick", x: 0, y: y + 30, anchor: "start", &markup)
    }
    for step in first..<ColourSteps.count {
      rectangle("s\(step)", start + Double(step - first) * 18, y + 7, 17, 10, &markup)
    }
    let end = start + Double(ColourSteps.count - first) * 18
    text(ReportNumber.brief(steps.low), "tick", x: start, y: y + 30, anchor: "start", &markup)
    if steps.high > steps.low {
      text(ReportNumber.brief(steps.high), "tick", x: end, y: y + 30, anchor: "end", &markup)
    }
  }
}
