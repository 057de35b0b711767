import Numbers

/// How a measure is spread over the pool, the subset and a random subset.
struct SpreadFigure {
  let spread: ReportArchive.Spread

  init(_ spread: ReportArchive.Spread) { self.spread = spread }

  private static let width = 320.0
  private static let height = 150.0
  private static let margin = (left: 1.0, right: 1.0, top: 26.0, bottom: 34.0)

  private var low: Double { spread.bounds[0] }
  private var high: Double { spread.bounds[spread.bounds.count - 1] }

  private func x(_ value: Double) -> Double {
    let room = Self.width - Self.margin.left - Self.margin.right
    let part =
      spread.isLogarithmic
      ? LogarithmicScale.part(value, from: low, to: high) : (value - low) / (high - low)
    return Self.margin.left + part * room
  }

  /// Draws the figure.
  ///
  /// - Parameter isAlone: Whether it is a file of its own.
  /// - Returns: An `svg` element.
  func svg(isAlone: Bool) -> Markup {
    let most = max(spread.sets.flatMap(\.shares).max() ?? 0, 1e-9)
    let floor = Self.height - Self.margin.bottom
    let described = spread.sets.map {
      "\($0.name): mean \(ReportNumber.brief($0.mean)) of \(grouped($0.count))"
    }.joined(separator: "; ")
    let frame = FigureFrame(
      width: Self.width, height: Self.height, title: "Spread of \(spread.name)",
      description: described + ".")
    return frame.svg(isAlone: isAlone) { markup in
      for (place, set) in spread.sets.enumerated() {
        let style = Self.styles[min(place, Self.styles.count - 1)]
        var path = ""
        func point(_ value: Double, _ share: Double) -> String {
          let y = floor - share / most * (floor - Self.margin.top)
          return "\(Markup.tenths(x(value))) \(Markup.tenths(y))"
        }
        for (bar, share) in set.shares.enumerated() {
          path += (bar == 0 ? "M\(point(low, place == 0 ? 0 : share))L" : "L")
          path += "\(point(spread.bounds[bar], share))L\(point(spread.bounds[bar + 1], share))"
        }
        if place == 0 { path += "L\(point(high, 0))z" }
        markup.open("path", ("class", style), ("d", path))
        markup.close("path")
      }
      markup.open(
        "path", ("class", "axis"),
        (
          "d",
          "M\(Markup.tenths(Self.margin.left)) \(Markup.tenths(floor + 0.5))H"
            + Markup.tenths(Self.width - Self.margin.right)
        ))
      markup.close("path")
      for tick in ticks {
        let place = x(tick)
        let anchor = place < 24 ? "start" : place > Self.width - 24 ? "end" : "middle"
        markup.element(
          "text", ("class", "tick"), ("x", Markup.tenths(place)),
          ("y", Markup.tenths(floor + 15)), ("text-anchor", anchor),
          text: ReportNumber.tick(tick))
      }
      markup.element(
        "text", ("class", "name"), ("x", Markup.tenths(Self.margin.left)), ("y", "12"),
        text: spread.name)
      var place = Self.width - Self.margin.right
      for (number, set) in spread.sets.enumerated().reversed() {
        markup.element(
          "text", ("class", "tick"), ("x", Markup.tenths(place)), ("y", "12"),
          ("text-anchor", "end"), text: set.name)
        place -= Double(set.name.count) * 6.2 + 6
        let style = Self.styles[min(number, Self.styles.count - 1)]
        markup.open(
          "path", ("class", style),
          (
            "d",
            number == 0
              ? "M\(Markup.tenths(place - 12)) 4h12v8h-12z" : "M\(Markup.tenths(place - 12)) 8h12"
          ))
        markup.close("path")
        place -= 24
      }
    }
  }

  private static let styles = ["pool", "subset", "random"]

  private var ticks: [Double] {
    guard spread.isLogarithmic else {
      return ReportNumber.ticks(from: low, to: high, count: 5)
    }
    let powers = [1.0, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].filter { $0 <= high }
    let decades = powers.filter { $0 >= low }
    if decades.count >= 3 { return decades }
    // Too few whole powers: 1, 2 and 5 of each.
    let steps = powers.flatMap { [$0, 2 * $0, 5 * $0] }.filter { (low...high).contains($0) }
    return steps.count >= 2 ? steps : [low, high]
  }
}
