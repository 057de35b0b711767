import Metrics
import Numbers

extension ReportSections {
  /// How the subset stands to random ones: a line a metric, with a picture of the interval.
  func proof(_ archive: ReportArchive, _ markup: inout Markup) {
    guard archive.hasChoice, let proof = archive.manifest.random else { return }
    let byName = { (list: [RandomProof.Comparison]?) in
      Dictionary((list ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (random, length) = (byName(proof.random), byName(proof.randomLength))
    let rows = proof.subset.filter { random[$0.name] != nil }
    if rows.isEmpty { return }
    markup.raw("<section id=\"proof\"><h2>Against random</h2>")
    markup.element(
      "p", ("class", "lead"),
      text:
        "The subset beside \(grouped(proof.count)) random ones of as many samples, and as many of its"
        + " lengths. The bar is where one more random subset lies in 95 of 100 cases, the dot is the"
        + " subset; an arrow says that it lies further off.")
    markup.raw(
      """
      <div class="scroll"><table class="proof"><thead><tr><th scope="col">metric</th>\
      <th scope="col" class="number">subset</th><th scope="col" class="number">random, 95 %</th>\
      <th scope="col"><span class="hidden">picture</span></th>\
      <th scope="col" class="number">beats</th>
      """)
    if !length.isEmpty {
      markup.raw(
        """
        <th scope="col" class="number">of its lengths, 95 %</th>\
        <th scope="col"><span class="hidden">picture</span></th>\
        <th scope="col" class="number">beats</th>
        """)
    }
    markup.raw("</tr></thead><tbody>\n")
    for row in rows {
      markup.raw("<tr>")
      markup.element("th", ("scope", "row"), text: row.name)
      markup.element("td", ("class", "number"), text: ReportNumber.brief(row.value))
      compare(random[row.name], row.value, of: proof.count, &markup)
      if !length.isEmpty { compare(length[row.name], row.value, of: proof.count, &markup) }
      markup.raw("</tr>\n")
    }
    markup.raw("</tbody></table></div>")
    let requirements = archive.manifest.requirements
    if !requirements.isEmpty {
      markup.raw("<ul class=\"notes\">")
      for requirement in requirements {
        markup.element(
          "li",
          text: "required \(requirement.text): \(ReportNumber.brief(requirement.value)) against"
            + " \(ReportNumber.brief(requirement.bound)), \(requirement.isMet ? "met" : "not met")")
      }
      markup.raw("</ul>")
    }
    markup.raw("</section>\n")
  }

  private func compare(
    _ comparison: RandomProof.Comparison?, _ value: Double, of count: Int, _ markup: inout Markup
  ) {
    guard let comparison else {
      markup.raw("<td class=\"number\">–</td><td></td><td class=\"number\">–</td>")
      return
    }
    let interval = comparison.interval.map {
      "\(ReportNumber.brief($0.lowerBound)) to \(ReportNumber.brief($0.upperBound))"
    }
    markup.element(
      "td", ("class", "number"), text: interval ?? ReportNumber.brief(comparison.mean))
    markup.raw("<td class=\"picture\">")
    if let interval = comparison.interval, interval.upperBound > interval.lowerBound {
      picture(value, interval, &markup)
    }
    markup.raw("</td>")
    markup.element(
      "td", ("class", "number"),
      text: comparison.beaten.map { "\(shortest($0))/\(count)" } ?? "–")
  }

  /// The interval as a bar of one length, and the value beside it in that scale.
  private func picture(
    _ value: Double, _ interval: ClosedRange<Double>, _ markup: inout Markup
  ) {
    let middle = interval.lowerBound / 2 + interval.upperBound / 2
    let half = max(interval.upperBound / 2 - interval.lowerBound / 2, .leastNonzeroMagnitude)
    let distance = (value - middle) / half
    let (width, unit, reach) = (132.0, 14.0, 4.2)
    let x = width / 2 + min(max(distance, -reach), reach) * unit
    markup.open("svg", ("viewBox", "0 0 132 16"), ("class", "interval"), ("aria-hidden", "true"))
    markup.raw(
      "<path class=\"axis\" d=\"M4 8H128\"/><rect class=\"bar\" x=\"52\" y=\"5\" width=\"28\" height=\"6\"/>"
    )
    if distance.magnitude > reach {
      let step = distance > 0 ? 5.0 : -5.0
      markup.open(
        "path", ("class", "front"),
        (
          "d",
          "M\(Markup.tenths(x - step)) 4L\(Markup.tenths(x + step / 2)) 8L\(Markup.tenths(x - step)) 12z"
        ))
      markup.close("path")
    } else {
      markup.open(
        "circle", ("class", "front"), ("cx", Markup.tenths(x)), ("cy", "8"), ("r", "4"))
      markup.close("circle")
    }
    markup.close("svg")
  }

  /// The configurations of a tuning run.
  func front(_ tuning: ReportTuning, _ markup: inout Markup) {
    let counting = tuning.objectives.filter(\.countsForFront).map(\.name)
    let names =
      counting.count < 2
      ? counting.joined()
      : counting.dropLast().joined(separator: ", ") + " and " + (counting.last ?? "")
    markup.raw("<section id=\"front\"><h2>The trade-off</h2>")
    markup.element(
      "p", ("class", "lead"),
      text:
        "Each point is a recipe. Those in colour are on the front, and shown with the intervals of their"
        + " values over the folds: no other is at least as good in \(names) at once, and better in one."
    )
    markup.raw(
      "<div id=\"controls\" class=\"controls\"></div><div class=\"split\"><figure id=\"scatter\">")
    if let figure = FrontFigure(tuning) { markup.append(figure.svg(isAlone: false)) }
    markup.raw("</figure><div id=\"cell\" class=\"cell\"></div></div>")
    markup.raw("</section>\n<section id=\"advice\"><h2>What is recommended</h2>")
    if let place = tuning.recommended, tuning.configurations.indices.contains(place) {
      markup.element(
        "p", ("class", "recipe"), ("dir", "auto"), text: tuning.configurations[place].label)
    }
    for text in [tuning.reason, tuning.rule] where !text.isEmpty {
      markup.element("p", ("dir", "auto"), text: text)
    }
    if !tuning.givesUp.isEmpty {
      markup.raw("<p>What it gives up:</p><ul>")
      for text in tuning.givesUp { markup.element("li", ("dir", "auto"), text: text) }
      markup.raw("</ul>")
    }
    markup.raw("</section>\n<section id=\"tried\"><h2>All that was tried</h2>")
    markup.raw(
      """
      <div class="scroll"><table id="configurations" class="sortable"><thead><tr>\
      <th scope="col">recipe</th><th scope="col" class="number">cells</th>
      """)
    for objective in tuning.objectives {
      markup.element(
        "th", ("scope", "col"), ("class", "number"), ("title", objective.meaning),
        text: "\(objective.name) \(objective.isHigherBetter ? "↑" : "↓")")
    }
    markup.raw("<th scope=\"col\">front</th></tr></thead><tbody>\n")
    for (place, configuration) in tuning.configurations.enumerated() {
      markup.open(
        "tr", ("data-place", String(place)), ("class", configuration.isOnFront ? "is-front" : ""))
      markup.element("th", ("scope", "row"), ("dir", "auto")) { markup in
        markup.text(configuration.label)
        if place == tuning.recommended { markup.raw(" <em>recommended</em>") }
        if place == tuning.standard { markup.raw(" <em>default</em>") }
      }
      number(configuration.cells, &markup)
      for value in configuration.values {
        let range = value.flatMap { value in
          value.low.flatMap { low in
            value.high.map {
              " (\(ReportNumber.brief(low)) to \(ReportNumber.brief($0)))"
            }
          }
        }
        markup.element(
          "td", ("class", "number"), ("data-value", value.map { "\($0.mean)" } ?? "")
        ) { markup in
          markup.text(ReportNumber.brief(value?.mean))
          if let range { markup.element("small", text: range) }
        }
      }
      markup.element("td", text: configuration.isOnFront ? "yes" : "")
      markup.raw("</tr>\n")
    }
    markup.raw("</tbody></table></div></section>\n")
  }

  private func number(_ value: Double?, _ markup: inout Markup) {
    markup.element(
      "td", ("class", "number"), ("data-value", value.map { "\($0)" } ?? ""),
      text: ReportNumber.brief(value))
  }
}
