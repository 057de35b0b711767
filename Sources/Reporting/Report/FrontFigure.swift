/// The configurations of a tuning run by two objectives, those on the front in colour.
struct FrontFigure {
  let tuning: ReportTuning
  /// The places of the objectives across and up.
  let axes: (x: Int, y: Int)

  /// Takes the first two objectives that count for the front; `nil` where there are fewer than two, or nothing has
  /// a value in both.
  init?(_ tuning: ReportTuning) {
    let (x, y) = tuning.shownObjectives
    guard x != y,
      tuning.configurations.contains(where: { $0.values[x] != nil && $0.values[y] != nil })
    else { return nil }
    self.tuning = tuning
    axes = (x, y)
  }

  private typealias Point = (
    place: Int, configuration: ReportTuning.Configuration, x: ReportTuning.Value,
    y: ReportTuning.Value
  )

  private var points: [Point] {
    var points: [Point] = []
    for (place, configuration) in tuning.configurations.enumerated() {
      guard let x = configuration.values[axes.x], let y = configuration.values[axes.y] else {
        continue
      }
      points.append((place, configuration, x, y))
    }
    return points
  }

  private static let size = (width: 640.0, height: 380.0)
  private static let margin = (left: 64.0, right: 18.0, top: 14.0, bottom: 46.0)

  /// Draws the figure.
  ///
  /// - Parameter isAlone: Whether it is a file of its own.
  /// - Returns: An `svg` element.
  func svg(isAlone: Bool) -> Markup {
    let points = points
    func range(_ values: [Double]) -> (low: Double, high: Double) {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let gap = high > low ? (high - low) * 0.06 : max(high.magnitude * 0.05, 0.5)
      return (low - gap, high + gap)
    }
    let across = range(points.map(\.x.mean))
    let up = range(points.map(\.y.mean))
    func x(_ value: Double) -> Double {
      let room = Self.size.width - Self.margin.left - Self.margin.right
      return Self.margin.left
        + min(max((value - across.low) / (across.high - across.low), 0), 1) * room
    }
    func y(_ value: Double) -> Double {
      let room = Self.size.height - Self.margin.top - Self.margin.bottom
      return Self.margin.top + (1 - min(max((value - up.low) / (up.high - up.low), 0), 1)) * room
    }
    let names = (tuning.objectives[axes.x].name, tuning.objectives[axes.y].name)
    let frontCount = points.count { $0.configuration.isOnFront }
    let frame = FigureFrame(
      width: Self.size.width, height: Self.size.height,
      title: "\(names.1) against \(names.0) of \(points.count) configurations",
      description: "\(frontCount) are on the front: no other is at least as good in all objectives."
    )
    return frame.svg(isAlone: isAlone) { markup in
      let floor = Self.size.height - Self.margin.bottom
      markup.open(
        "path", ("class", "axis"),
        (
          "d",
          "M\(Markup.tenths(Self.margin.left)) \(Markup.tenths(Self.margin.top))V\(Markup.tenths(floor))H"
            + Markup.tenths(Self.size.width - Self.margin.right)
        ))
      markup.close("path")
      for tick in ReportNumber.ticks(from: across.low, to: across.high, count: 6) {
        markup.element(
          "text", ("class", "tick"), ("x", Markup.tenths(x(tick))),
          ("y", Markup.tenths(floor + 16)), ("text-anchor", "middle"),
          text: ReportNumber.tick(tick))
      }
      for tick in ReportNumber.ticks(from: up.low, to: up.high, count: 6) {
        markup.element(
          "text", ("class", "tick"), ("x", Markup.tenths(Self.margin.left - 7)),
          ("y", Markup.tenths(y(tick) + 4)), ("text-anchor", "end"), text: ReportNumber.tick(tick))
      }
      markup.element(
        "text", ("class", "name"), ("x", Markup.tenths(Self.size.width / 2)),
        ("y", Markup.tenths(Self.size.height - 8)), ("text-anchor", "middle"), text: names.0)
      markup.element(
        "text", ("class", "name"), ("text-anchor", "middle"),
        ("transform", "translate(14 \(Markup.tenths(Self.size.height / 2))) rotate(-90)"),
        text: names.1)
      // Those of all would hide them.
      for point in points where point.configuration.isOnFront {
        let (left, right) = (point.x.low ?? point.x.mean, point.x.high ?? point.x.mean)
        let (low, high) = (point.y.low ?? point.y.mean, point.y.high ?? point.y.mean)
        markup.open(
          "path", ("class", "whisker"),
          (
            "d",
            "M\(Markup.tenths(x(left))) \(Markup.tenths(y(point.y.mean)))H\(Markup.tenths(x(right)))M"
              + "\(Markup.tenths(x(point.x.mean))) \(Markup.tenths(y(low)))V\(Markup.tenths(y(high)))"
          ))
        markup.close("path")
      }
      // Those on the front last, so that nothing hides them.
      for point in points.filter({ !$0.configuration.isOnFront })
        + points.filter(\.configuration.isOnFront)
      {
        markup.open(
          "circle", ("class", point.configuration.isOnFront ? "front" : "other"),
          ("cx", Markup.tenths(x(point.x.mean))), ("cy", Markup.tenths(y(point.y.mean))),
          ("r", point.configuration.isOnFront ? "4.5" : "3.5"))
        markup.close("circle")
        if point.place == tuning.recommended || point.place == tuning.standard {
          markup.open(
            "circle", ("class", "ring"), ("cx", Markup.tenths(x(point.x.mean))),
            ("cy", Markup.tenths(y(point.y.mean))), ("r", "8"))
          markup.close("circle")
          markup.element(
            "text", ("class", "tick"), ("x", Markup.tenths(x(point.x.mean) + 12)),
            ("y", Markup.tenths(y(point.y.mean) + 4)),
            text: point.place == tuning.recommended ? "recommended" : "default")
        }
      }
    }
  }
}

extension ReportTuning {
  /// The places of the two objectives that are shown at first: those that count for the front before others.
  var shownObjectives: (x: Int, y: Int) {
    let counting = objectives.indices.filter { objectives[$0].countsForFront }
    let order = counting + objectives.indices.filter { !objectives[$0].countsForFront }
    return (order.first ?? 0, order.dropFirst().first ?? order.first ?? 0)
  }
}
