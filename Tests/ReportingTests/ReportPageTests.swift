import JSON
import Metrics
import Storage
import TestSupport
import Testing

@testable import Reporting

@Suite struct ReportPageTests {
  static let hostile = "</script><img src=x onerror=alert(1)>\u{202E}\0\u{2028}<!--"

  private static func manifest(samples: Int) -> Manifest {
    let description = SetDescription(
      samples: samples, tokens: 40, bytes: 900, quality: Distribution(of: [1, 2, 3]),
      complexity: nil,
      metrics: CellMetrics(
        members: [0, 1], cells: [0, 1], reachableCellCount: 2, possibleCellCount: 8,
        quality: [1, 2]))
    return Manifest(
      version: "1.2.3",
      recipe: .members(["budget": .string(hostile), "axis": .array([.string(hostile)])]),
      sources: [.init(path: hostile, bytes: 9, samples: samples, rejected: 0, sha256: "0f")],
      axes: [], embedding: nil, pool: description, subset: description, output: nil,
      reachableCells: 2, outcome: [.selected: 1], budgetRequested: "1", budgetUnit: "samples",
      budgetLimit: 1, budgetSpent: 1, timing: [], warnings: [])
  }

  /// A pool of a square grid in which everything that can be text is hostile.
  static func content(
    side: Int, samples: Int, textLength: Int = 20, chooses: Bool = true
  ) -> ReportContent {
    let axes = (0..<2).map { number in
      var axis = ReportArchive.Axis(
        name: "column:\(hostile)\(number)", binning: number == 0 ? "category" : "uniform",
        valueBins: side, missing: 0, edges: number == 0 ? [] : (1..<max(side, 1)).map(Double.init),
        labels: number == 0 ? (0..<side).map { "\(hostile)\($0)" } : [])
      axis.lowWords = [hostile]
      return axis
    }
    var cells: [ReportArchive.Cell] = []
    for place in 0..<(side * side) {
      var cell = ReportArchive.Cell(
        bins: [place / side, place % side], count: 3 + place % 7, scored: 3 + place % 7,
        quality: 0.123456 * Double(place))
      cell.chosen = place % 3
      cell.claim = 1.5
      cells.append(cell)
    }
    var archive = ReportArchive(
      manifest: manifest(samples: samples), axes: axes, cells: cells, gridCellCount: side * side)
    archive.sources = [hostile]
    archive.budget = chooses ? "1" : ""
    archive.samples = (0..<samples).map { place in
      var sample = ReportArchive.Sample(
        cell: place % cells.count, status: .selected, source: 0, line: place + 1)
      sample.prompt = hostile + String(repeating: "<&", count: textLength / 2)
      sample.answer = String(repeating: "語", count: textLength)
      sample.id = hostile
      sample.because = hostile
      return sample
    }
    archive.spreads = [
      .init(
        name: "quality", bounds: [0, 1, 2], isLogarithmic: false,
        sets: [("pool", 3, [0.5, 0.5], 1), ("subset", 1, [0, 1], 1.5)])
    ]
    archive.demands = [.init(cell: 0, wanted: 9, present: 1)]
    archive.demandCount = 3
    archive.demandRule = hostile
    var content = ReportContent(kind: .subset, name: hostile, version: "1.2.3")
    content.archive = archive
    content.notes = [hostile]
    return content
  }

  private func pieces(_ html: String, _ open: String, _ close: String) -> [Substring] {
    html.split(separator: open, omittingEmptySubsequences: false).dropFirst().compactMap {
      $0.split(separator: close, omittingEmptySubsequences: false).first
    }
  }

  @Test(arguments: [true, false])
  func `a page has its own two scripts and no element of the data`(chooses: Bool) throws {
    let html = String(
      decoding: ReportPage(Self.content(side: 3, samples: 20, chooses: chooses)).html,
      as: UTF8.self)
    #expect(html.split(separator: "<script", omittingEmptySubsequences: false).count == 3)
    #expect(html.split(separator: "</script", omittingEmptySubsequences: false).count == 3)
    #expect(!html.contains("<img") && !html.contains("\u{202E}") && !html.contains("\0"))
    #expect(!html.contains("<!--"))
    // Nothing is named that a browser would fetch.
    for word in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe"] {
      let found = html.split(separator: word, omittingEmptySubsequences: false).count - 1
      let allowed =
        word == "src=" ? html.split(separator: "img src=x").count - 1 : word == "http:" ? 1 : 0
      // The name of SVG's elements is no address that anything is asked for.
      #expect(found == allowed, "\(word)")
    }
    let data = try #require(pieces(html, "id=\"data\">", "</script>").first)
    let parsed = JSONValue(parsing: Array(data.utf8).span)
    let json = try #require(parsed)
    #expect(json["samples"]?.items?.count == 20)
    #expect(json["samples"]?.items?[0].items?[8].text?.hasPrefix("</script><img") == true)
    #expect(json["cells"]?["count"]?.items?.count == 9)
    #expect((json["cells"]?["chosen"] == nil) == !chooses)
  }

  @Test func `what may run is named by its hash`() throws {
    let html = String(decoding: ReportPage(Self.content(side: 1, samples: 1)).html, as: UTF8.self)
    let policy = try #require(pieces(html, "Content-Security-Policy\" content=\"", "\"").first)
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
    for (open, close, name) in [
      ("<style>", "</style>", "style-src"), ("<script>", "</script>", "script-src"),
    ] {
      let text = try #require(pieces(html, open, close).first)
      let digest = try #require(pieces(String(policy), "\(name) 'sha256-", "'").first)
      let hasher = SHA256()
      hasher.update(Array(text.utf8).span)
      #expect(hexadecimal(base64: digest) == hasher.finish())
    }
    // No attribute holds style or script, which the policy would refuse.
    #expect(!html.contains(" style=") && !html.contains(" onclick="))
  }

  private func hexadecimal(base64: Substring) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var bits: [Int] = []
    for letter in base64 where letter != "=" {
      let value = letters.firstIndex(of: letter) ?? 0
      bits += (0..<6).reversed().map { value >> $0 & 1 }
    }
    return (0..<bits.count / 4).prefix(64).map { place in
      String(bits[place * 4..<place * 4 + 4].reduce(0) { $0 * 2 + $1 }, radix: 16)
    }.joined()
  }

  @Test(arguments: [(1, 1, 10), (30, 6000, 600), (170, 6000, 300)])
  func `a page stays under its limit and says what is left out`(
    side: Int, samples: Int, textLength: Int
  ) {
    let page = ReportPage(Self.content(side: side, samples: samples, textLength: textLength))
    #expect(page.html.count < ReportPage.byteLimit)
    #expect(samples == 1 ? page.sampleCount == 1 : (1..<samples).contains(page.sampleCount))
    let html = String(decoding: page.html, as: UTF8.self)
    #expect(html.contains("samples can be read here") == (samples > 1))
  }

  @Test func `ten thousands of long labels leave room for samples`() {
    var content = Self.content(side: 1, samples: 500)
    guard var archive = content.archive else { return }
    let labels = (0..<40_000).map { String(repeating: "標", count: 20) + "\($0)" }
    archive.axes = [
      .init(
        name: "column:label", binning: "category", valueBins: labels.count, missing: 0, edges: [],
        labels: labels)
    ]
    archive.cells = (0..<30_000).map {
      var cell = ReportArchive.Cell(bins: [$0], count: 100, scored: 99, quality: 1 / Double($0 + 3))
      cell.chosen = 12
      cell.claim = 1.23456
      return cell
    }
    archive.gridCellCount = labels.count
    content.archive = archive
    let page = ReportPage(content)
    #expect(page.html.count < ReportPage.byteLimit && page.sampleCount > 100)
  }

  @Test func `the same content gives the same bytes`() {
    let content = Self.content(side: 4, samples: 30)
    #expect(ReportPage(content).html == ReportPage(content).html)
    #expect(
      ReportFigure.all(of: content).map(\.svg) == ReportFigure.all(of: content).map(\.svg))
  }

  @Test func `figures alone are whole files with a title`() {
    let figures = ReportFigure.all(of: Self.content(side: 5, samples: 3))
    #expect(figures.map(\.name) == ["heatmap", "quality"])
    for figure in figures {
      let text = String(decoding: figure.svg, as: UTF8.self)
      #expect(text.hasPrefix("<?xml") && text.hasSuffix("</svg>\n"))
      #expect(text.contains("xmlns=\"http://www.w3.org/2000/svg\"") && text.contains("<title>"))
      #expect(!text.contains("<img") && !text.contains("<script"))
    }
  }

  @Test func `steps of colour cover a range, and amounts far apart go by ratio`() {
    let even = ColourSteps([0, 9], areAmounts: false)
    #expect([0, 0.9, 1.1, 5, 9].map { even.step($0) } == [0, 0, 1, 5, 8])
    #expect(even.bound(3) == 3)
    let far = ColourSteps([1, 512], areAmounts: true)
    #expect(far.isLogarithmic && [1, 1.9, 2.1, 500, 512].map { far.step($0) } == [0, 0, 1, 8, 8])
    #expect(ColourSteps([4, 4], areAmounts: true).step(4) == 8)
    #expect(ColourSteps([], areAmounts: true).high == 0)
  }

  @Test func `a tuning run is shown with its front, and one objective makes no figure`() {
    func tuning(_ names: [String]) -> ReportContent {
      var content = ReportContent(kind: .tuning, name: "r.tuning.json", version: "1")
      content.tuning = ReportTuning(
        objectives: names.map { .init(name: $0, isHigherBetter: true, meaning: Self.hostile) },
        configurations: (0..<3).map { place in
          .init(
            axes: ["complexity:\(place)", Self.hostile], evenness: 1, greed: 0, cells: 4,
            reachableCells: 9,
            values: names.map { _ in
              place == 2 ? nil : .init(mean: Double(place), low: nil, high: 3)
            }, isOnFront: place == 1, rung: nil)
        })
      content.tuning?.recommended = 1
      return content
    }
    #expect(ReportFigure.all(of: tuning(["a", "b"])).map(\.name) == ["front"])
    #expect(ReportFigure.all(of: tuning(["a"])).isEmpty)
    let html = String(decoding: ReportPage(tuning(["a", "b"])).html, as: UTF8.self)
    #expect(html.contains("recommended") && !html.contains("<img"))
  }
}
