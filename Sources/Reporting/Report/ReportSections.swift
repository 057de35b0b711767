import JSON
import Metrics
import Numbers

/// The parts of a page that stand there without any script.
struct ReportSections {
  let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  // MARK: Head and foot

  /// What is shown, in a line, and the numbers that matter most.
  var header: Markup {
    var markup = Markup()
    let kind =
      switch content.kind {
      case .archive: "archive"
      case .subset: "subset"
      case .tuning: "tuning run"
      }
    markup.element("p", ("class", "kicker"), text: "Gamut report · \(kind)")
    markup.element("h1", ("dir", "auto"), text: content.name)
    markup.element("p", ("class", "lede"), text: lede)
    let facts = facts
    if !facts.isEmpty {
      markup.element("dl", ("class", "facts")) { markup in
        for (name, value, note) in facts {
          markup.element("div") { markup in
            markup.element("dt", text: name)
            markup.element("dd") { markup in
              markup.element("b", text: value)
              if !note.isEmpty { markup.element("span", text: note) }
            }
          }
        }
      }
    }
    return markup
  }

  private var lede: String {
    if let tuning = content.tuning {
      let front = tuning.configurations.count(where: \.isOnFront)
      let budget = tuning.budget.isEmpty ? "" : " for a budget of \(tuning.budget)"
      return "\(count(tuning.configurations.count, "recipe")) tried\(budget),"
        + " \(grouped(front)) of them on the front."
    }
    guard let archive = content.archive else { return "" }
    let pool = archive.manifest.pool
    let axes = count(archive.axes.count, "axis", "axes")
    guard archive.hasChoice else {
      return
        "\(count(pool.samples, "sample")) from \(count(archive.manifest.sources.count, "source")),"
        + " in \(count(archive.gridCellCount, "cell")) on \(axes)."
    }
    let subset = archive.manifest.subset
    return "\(count(subset.samples, "sample")) chosen of \(grouped(pool.samples)), from"
      + " \(grouped(subset.metrics.cells)) of the \(count(archive.gridCellCount, "cell")) that the pool"
      + " reaches on \(axes)."
      + (archive.isRederived
        ? " The choice was made again for this page and gave the subset, byte for byte." : "")
  }

  private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  private var facts: [(name: String, value: String, note: String)] {
    guard let archive = content.archive else {
      guard let tuning = content.tuning else { return [] }
      var facts: [(String, String, String)] = []
      if let samples = tuning.samples {
        facts.append(("Samples in the pool", grouped(samples), ""))
      }
      facts.append(("Recipes tried", grouped(tuning.configurations.count), ""))
      facts.append(
        ("On the front", grouped(tuning.configurations.count(where: \.isOnFront)), ""))
      if let folds = tuning.folds { facts.append(("Folds", grouped(folds), "")) }
      return facts
    }
    let (pool, subset) = (archive.manifest.pool, archive.manifest.subset)
    let brief = ReportNumber.brief
    if !archive.hasChoice {
      return [
        ("Samples", grouped(pool.samples), ""), ("Tokens", grouped(pool.tokens), ""),
        ("Filled cells", grouped(archive.gridCellCount), ""),
        ("Mean quality", brief(pool.quality?.mean), ""),
        ("Mean complexity", brief(pool.complexity?.mean), ""),
        ("Evenness", brief(pool.metrics.evenness), ""),
      ]
    }
    func share(_ part: Int, _ whole: Int) -> String {
      whole > 0 ? "\(decimal(100 * Double(part) / Double(whole), places: 1)) % of the pool" : ""
    }
    return [
      ("Samples", grouped(subset.samples), share(subset.samples, pool.samples)),
      ("Tokens", grouped(subset.tokens), share(subset.tokens, pool.tokens)),
      ("Filled cells", grouped(subset.metrics.cells), "of \(grouped(archive.gridCellCount))"),
      ("Mean quality", brief(subset.quality?.mean), "pool \(brief(pool.quality?.mean))"),
      ("Mean complexity", brief(subset.complexity?.mean), "pool \(brief(pool.complexity?.mean))"),
      ("Evenness", brief(subset.metrics.evenness), "pool \(brief(pool.metrics.evenness))"),
    ]
  }

  /// What is not on the page, and what made it.
  ///
  /// - Parameter sampleCount: How many samples are on the page.
  /// - Returns: Paragraphs.
  func footer(sampleCount: Int) -> Markup {
    var markup = Markup()
    if let archive = content.archive {
      let all = archive.manifest.pool.samples
      if sampleCount < all {
        markup.element(
          "p",
          text:
            "\(grouped(sampleCount)) of \(grouped(all)) samples can be read here, the best of each"
            + " cell and those that just lost first, their texts cut where they are long, so that"
            + " the page stays under \(grouped(ReportPage.byteLimit / 1_000_000)) MB. gamut explain tells of"
            + " any sample; numbers and maps are of all.")
      }
    }
    markup.element(
      "p",
      text:
        "Made by Gamut \(content.version). The page is one file: it loads nothing, and sends nothing."
    )
    return markup
  }

  // MARK: Body

  /// All sections, in their order.
  var body: Markup {
    var markup = Markup()
    if let archive = content.archive {
      map(archive, &markup)
      words(archive, &markup)
      spreads(archive, &markup)
      proof(archive, &markup)
      demands(archive, &markup)
      record(archive, &markup)
    }
    if let tuning = content.tuning { front(tuning, &markup) }
    notes(&markup)
    return markup
  }

  private func section(
    _ id: StaticString, _ title: String, _ lead: String, _ markup: inout Markup,
    content: (inout Markup) -> Void
  ) {
    markup.raw("<section id=\"")
    markup.raw(id)
    markup.raw("\">")
    markup.element("h2", text: title)
    if !lead.isEmpty { markup.element("p", ("class", "lead"), text: lead) }
    content(&markup)
    markup.raw("</section>\n")
  }

  /// From how many fields on the map is left to the script, since it would be most of the page.
  private static let fieldLimit = 4000

  private func map(_ archive: ReportArchive, _ markup: inout Markup) {
    var lead =
      "Every field stands for the samples whose axes fall into it. Choose a field to read its"
      + " samples: with the pointer, or with the arrow keys and Enter."
    if archive.gridCellCount > archive.cells.count {
      let axes = archive.axes.map(\.name).joined(separator: ", ")
      lead +=
        " The grid has \(grouped(archive.gridCellCount)) cells, too many for a page: here are"
        + " \(grouped(archive.cells.count)), the largest there are by \(axes) alone."
    }
    if archive.axes.contains(where: { !$0.points.isEmpty }) {
      lead +=
        " A Voronoi cell is drawn where its centroid lies by the first two components; it has"
        + " more than these two."
    }
    section("map", "The cells", lead, &markup) { markup in
      markup.raw("<div id=\"controls\" class=\"controls\"></div>")
      markup.raw("<div class=\"split\"><figure id=\"heatmap\">")
      let figure = HeatmapFigure(archive)
      if figure.fieldCount <= Self.fieldLimit {
        markup.append(figure.svg(isAlone: false))
      } else {
        markup.element(
          "p",
          text:
            "A map of \(grouped(figure.fieldCount)) fields is drawn by the page's script, and by"
            + " gamut report --figures.")
      }
      markup.raw("</figure><div id=\"cell\" class=\"cell\"></div></div>")
    }
  }

  private func words(_ archive: ReportArchive, _ markup: inout Markup) {
    let ends = archive.axes.filter { !$0.lowWords.isEmpty || !$0.highWords.isEmpty }
    let parts = archive.axes.filter { axis in axis.binWords.contains { !$0.isEmpty } }
    if ends.isEmpty && parts.isEmpty { return }
    let counted = "in \(grouped(archive.wordSampleCount)) samples, each word once a sample"
    var lead: [String] = []
    if !ends.isEmpty {
      lead.append(
        "Words that tell the lowest bins that hold 15 % of the samples from the highest, and the other way"
          + " round, most telling first: log-odds ratios with an informative Dirichlet prior (Monroe, Colaresi"
          + " and Quinn 2008), counted \(counted).")
    }
    if !parts.isEmpty {
      lead.append(
        "Words of a Voronoi cell are those of the largest class-based tf-idf (Grootendorst 2022)"
          + (ends.isEmpty ? ", counted \(counted)." : "."))
    }
    section("words", "What the axes are about", lead.joined(separator: " "), &markup) { markup in
      if !ends.isEmpty {
        markup.raw(
          """
          <div class="scroll"><table class="words"><thead><tr><th scope="col">low end</th>\
          <th scope="col">axis</th><th scope="col">high end</th></tr></thead><tbody>
          """)
        for axis in ends {
          markup.raw("<tr><td>")
          list(axis.lowWords, &markup)
          markup.raw("</td>")
          markup.element("th", ("scope", "row"), ("dir", "auto"), text: axis.name)
          markup.raw("<td>")
          list(axis.highWords, &markup)
          markup.raw("</td></tr>\n")
        }
        markup.raw("</tbody></table></div>")
      }
      for axis in parts {
        markup.element("details") { markup in
          markup.element("summary", text: "The \(grouped(axis.valueBins)) cells of \(axis.name)")
          markup.element("ol", ("class", "parts")) { markup in
            for words in axis.binWords.prefix(1000) {
              markup.raw("<li>")
              list(words, &markup)
              markup.raw("</li>")
            }
          }
        }
      }
    }
  }

  private func list(_ words: [String], _ markup: inout Markup) {
    for (place, word) in words.enumerated() {
      if place > 0 { markup.raw(", ") }
      markup.element("bdi", text: word)
    }
  }

  private func spreads(_ archive: ReportArchive, _ markup: inout Markup) {
    if archive.spreads.isEmpty { return }
    section(
      "spread", "How it is spread",
      archive.hasChoice
        ? "Shares of samples: the pool as a ground, the subset as a line, and a random subset of as many"
          + " samples as a dashed one." : "Shares of samples.",
      &markup
    ) { markup in
      markup.raw("<div class=\"figures\">")
      for spread in archive.spreads {
        markup.raw("<figure>")
        markup.append(SpreadFigure(spread).svg(isAlone: false))
        markup.element(
          "figcaption",
          text: "Mean: "
            + spread.sets.map { "\($0.name) \(ReportNumber.brief($0.mean))" }
            .joined(separator: " · "))
        markup.raw("</figure>")
      }
      markup.raw("</div>")
    }
  }

  private func demands(_ archive: ReportArchive, _ markup: inout Markup) {
    if archive.demands.isEmpty { return }
    section("demand", "What to collect next", archive.demandRule, &markup) { markup in
      markup.raw("<div class=\"scroll\"><table class=\"demand\"><thead><tr>")
      for axis in archive.axes {
        markup.element("th", ("scope", "col"), ("dir", "auto"), text: axis.name)
      }
      markup.raw(
        """
        <th scope="col" class="number">has</th><th scope="col" class="number">wants</th>\
        <th scope="col" class="script">like</th></tr></thead><tbody>
        """)
      for demand in archive.demands {
        markup.raw("<tr>")
        for (axis, bin) in zip(archive.axes, archive.cells[demand.cell].bins) {
          markup.element("td", ("dir", "auto"), text: axis.label(ofBin: bin))
        }
        markup.element("td", ("class", "number"), text: grouped(demand.present))
        markup.element("td", ("class", "number"), text: grouped(demand.wanted))
        markup.open("td", ("class", "script"), ("data-cell", String(demand.cell)))
        markup.raw("</td></tr>\n")
      }
      markup.raw("</tbody></table></div>")
      if archive.demandCount > archive.demands.count {
        markup.element(
          "p", ("class", "aside"),
          text:
            "The \(grouped(archive.demands.count)) most wanted of \(grouped(archive.demandCount)).")
      }
    }
  }

  private func record(_ archive: ReportArchive, _ markup: inout Markup) {
    let manifest = archive.manifest
    section("record", "How it came about", "", &markup) { markup in
      markup.raw("<dl class=\"record\">")
      for member in manifest.recipe.members ?? [] {
        if member.value == .null || member.value == .array([]) { continue }
        if !archive.hasChoice, !Self.describing.contains(member.key) { continue }
        markup.element("dt", text: member.key)
        markup.element("dd", ("dir", "auto"), text: plain(member.value))
      }
      markup.raw("</dl>")
      if archive.hasChoice {
        let outcome = ReceiptStatus.allCases.compactMap { status -> String? in
          let count = manifest.outcome[status, default: 0]
          return count > 0 ? "\(grouped(count)) \(status.name)" : nil
        }
        markup.element("p", text: outcome.joined(separator: " · "))
      }
      markup.raw(
        """
        <div class="scroll"><table class="sources"><thead><tr><th scope="col">source</th>\
        <th scope="col" class="number">samples</th><th scope="col" class="number">bytes</th>\
        <th scope="col">SHA-256</th></tr></thead><tbody>
        """)
      for source in manifest.sources.prefix(200) {
        markup.raw("<tr>")
        markup.element("td", ("dir", "auto"), text: source.path)
        markup.element("td", ("class", "number"), text: grouped(source.samples))
        markup.element("td", ("class", "number"), text: grouped(source.bytes))
        markup.element("td") { markup in markup.element("code", text: source.sha256) }
        markup.raw("</tr>\n")
      }
      markup.raw("</tbody></table></div>")
      if manifest.sources.count > 200 {
        markup.element(
          "p", ("class", "aside"), text: "The first 200 of \(grouped(manifest.sources.count)).")
      }
      if archive.hasChoice {
        let text = (archive.writtenManifest ?? manifest.json).pretty
        if text.utf8.count <= ReportPage.manifestByteLimit {
          markup.element("details") { markup in
            markup.element(
              "summary",
              text: archive.writtenManifest == nil
                ? "What its manifest would say" : "The manifest as it stands beside the subset")
            markup.element("pre", ("tabindex", "0"), text: text)
          }
        } else {
          markup.element(
            "p", ("class", "aside"),
            text: "The manifest has \(grouped(text.utf8.count)) bytes, too many for the page.")
        }
      }
    }
  }

  /// The members of a recipe that say how a pool was measured.
  private static let describing: Set<String> = [
    "quality", "normalize", "debias-length", "agreement", "embeddings", "vector-share", "axis",
    "topics", "seed", "text",
  ]

  private func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .array(let items): items.map { plain($0) }.joined(separator: ", ")
    case .object(let members):
      members.map { "\($0.key) \(plain($0.value))" }.joined(separator: " ")
    case .number(let number): shortest(number)
    case .null, .bool, .integer, .single: value.compact
    }
  }

  private func notes(_ markup: inout Markup) {
    let warnings = content.archive.map { $0.manifest.warnings.map(\.message) } ?? []
    let all = content.notes + warnings + (content.tuning?.warnings ?? [])
    if all.isEmpty { return }
    section("notes", "What to know", "", &markup) { markup in
      markup.raw("<ul class=\"notes\">")
      for note in all { markup.element("li", ("dir", "auto"), text: note) }
      markup.raw("</ul>")
    }
  }
}
