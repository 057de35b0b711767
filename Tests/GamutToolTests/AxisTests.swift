import TestSupport
import Testing

/// Axes of every kind, and what is said of those that cannot be cut.
@Suite struct AxisTests {
  let folder = TemporaryFolder()
  let source: String

  init() {
    var random = SeededGenerator(seed: 61)
    let labels = ["\"caf\\u00e9\"", "\"cafe\\u0301\"", "\"Z\"", "\"\"", "null", "1", "true", "[2]"]
    let lines = (0..<60).map { row in
      "{\"text\":\"text \(row)\",\"label\":\(labels[row % labels.count]),\"number\":"
        + "\(row % 9 == 0 ? "null" : "\(Int.random(in: -5...5, using: &random))"),\"same\":3,"
        + "\"deep\":{\"er\":\(row)}}\n"
    }
    source = folder.make("pool.jsonl", lines.joined())
  }

  private func selection(_ axes: String...) throws -> Selection? {
    try Selection(
      [source], ["--budget", "20"] + axes.flatMap { ["--axis", $0] } + ["--force"], in: folder)
  }

  @Test func `a category has a bin a label in the order of bytes, and one for none`() throws {
    let selection = try #require(try selection("column:label"))
    selection.checkAll()
    let axis = selection.manifest.axes[0]
    let labels = ["", "1", "Z", "cafe\u{301}", "caf\u{E9}", "true"]
    #expect(axis.labels?.map { Array($0.utf8) } == labels.map { Array($0.utf8) })
    #expect(axis.bins == 7)
    // null, and a list, are no labels.
    #expect(axis.missing == 14)
    #expect(axis.edges.isEmpty && axis.binning == "category")
  }

  @Test func `uniform cuts between the 1st and the 99th percentile and counts what lies beyond`()
    throws
  {
    let selection = try #require(try selection("column:deep.er:4@uniform"))
    selection.checkAll()
    let axis = selection.manifest.axes[0]
    // Of 0…59 the percentiles are 0.59 and 58.41, as NumPy has them.
    let range = try #require(axis.range)
    #expect((range[0] - 0.59).magnitude < 1e-12 && (range[1] - 58.41).magnitude < 1e-12)
    for (edge, expected) in zip(axis.edges, [15.045, 29.5, 43.955]) {
      #expect((edge - expected).magnitude < 1e-12)
    }
    #expect(axis.edges.count == 3 && axis.clipped == 2 && axis.missing == 0)
  }

  @Test func `log is uniform in the logarithm of one more than the value`() throws {
    let selection = try #require(try selection("column:deep.er:2@log"))
    selection.checkAll()
    let edge = try #require(selection.manifest.axes[0].edges.first)
    #expect((edge - ((1.59 * 59.41).squareRoot() - 1)).magnitude < 1e-9)
    let refused = Tool.run(["select", source, "--budget", "5", "--axis", "column:number:3@log"])
    #expect(refused.status == 1)
    #expect(
      refused.error
        == "gamut select: axis 'column:number' has a value of -5.000, and log(1+x) needs"
        + " values above -1; use @quantile or @uniform\n")
  }

  @Test func `quantiles have equal mass, and equal values share a bin`() throws {
    let selection = try #require(try selection("column:deep.er:6@quantile", "column:number:5"))
    selection.checkAll()
    #expect(selection.manifest.axes[0].edges == [10, 20, 30, 40, 50])
    #expect(selection.manifest.axes[1].binning == "quantile")
    #expect(selection.manifest.axes[1].missing == 7)
  }

  @Test func `given edges are the edges`() throws {
    let selection = try #require(
      try selection("column:number:3@-1.5,2", "tokens@3", "lexical_diversity:4@0.1,0.7,0.9"))
    selection.checkAll()
    #expect(selection.manifest.axes.map(\.edges) == [[-1.5, 2], [3], [0.1, 0.7, 0.9]])
    #expect(selection.manifest.axes.map(\.binning) == ["edges", "edges", "edges"])
  }

  @Test func `a nested axis is cut in each cell of those before it`() throws {
    let selection = try #require(
      try selection("column:label", "column:deep.er:3@nested", "column:number:2@nested"))
    selection.checkAll()
    let axes = selection.manifest.axes
    #expect(axes.map(\.binning) == ["category", "nested", "nested"])
    // The first label has rows 3, 11, 19 … 59: cut before the third and the sixth of eight.
    #expect(axes[1].nested?[[0]] == [19, 43])
    #expect(axes[1].bins == 3)
    #expect(axes[2].missing == 7)
    #expect(axes[2].nested?.keys.allSatisfy { $0.count == 2 } == true)
  }

  @Test func `several categories, each with a bin for those without`() throws {
    let selection = try #require(
      try selection("column:label", "column:number@category", "column:same", "topic:4@cvt"))
    selection.checkAll()
    #expect(selection.manifest.axes.map(\.missing) == [14, 7, 0, 0])
    #expect(selection.samples.contains { $0.cell?.prefix(2) == [6, 11] })
  }

  @Test func `more cells than 32 and 64 bits can count`() throws {
    let fewer = try #require(
      try selection(
        "column:deep.er:50000@uniform", "topic1:50000@uniform", "column:label"))
    fewer.checkAll()
    func product(_ selection: Selection) -> Double {
      selection.manifest.axes.reduce(1) { $0 * Double($1.bins) }
    }
    #expect(product(fewer) > 0x1p31)
    let names = [
      "column:deep.er", "column:number", "topic1", "topic2", "topic3", "topic4", "topic5", "topic6",
    ]
    let more = try #require(
      try Selection(
        [source],
        ["--budget", "20", "--force"]
          + names.flatMap { ["--axis", "\($0):1000@uniform"] } + ["--axis", "tokens:3@nested"],
        in: folder))
    more.checkAll()
    #expect(product(more) > 0x1p63)
    #expect(more.manifest.reachableCells == 60)
  }

  @Test func `a constant axis has one bin, and the run says so`() throws {
    let selection = try #require(try selection("column:same:4@uniform"))
    selection.checkAll()
    #expect(selection.manifest.axes[0].bins == 1)
    #expect(
      selection.manifest.warnings.contains(
        "axis 'column:same' has one value only and divides nothing"))
  }

  @Test(arguments: [
    ("column:nosuch", "nosuch", "label"), ("column:nosuch@category", "nosuch", "label"),
    ("column:nosuch:4@quantile", "nosuch", "number"), ("column:nosuch@1,2", "nosuch", "number"),
    ("column:deep.no", "deep.no", "label"), ("column:deep", "deep", "label"),
  ])
  func `a column that no record has is a slip`(axis: String, column: String, wanted: String) {
    let other = folder.make("other.jsonl", "{\"text\":\"x\"}\n")
    for (sources, named) in [([source], source), ([source, other], "\(source) and 1 more file")] {
      let outcome = Tool.run(
        ["select"] + sources + ["--budget", "5", "--axis", "tokens:3", "--axis", axis])
      #expect(outcome.status == 1)
      #expect(
        outcome.error == "gamut select: \(named): no record has a \(wanted) in '\(column)'; check"
          + " the spelling, or give the path with dots (scores.helpful)\n")
    }
  }

  @Test func `a binning after a colon is taken for a part of the name, and the run says so`() {
    let outcome = Tool.run(["select", source, "--budget", "5", "--axis", "column:label:category"])
    #expect(outcome.status == 1)
    #expect(
      outcome.error == "gamut select: \(source): no record has a column 'label:category'; a binning"
        + " stands after an '@', as in --axis 'column:label@category'\n")
  }

  @Test func `a column of labels cut as numbers is told from one that is not there`() {
    let labels = folder.make(
      "labels.jsonl", "{\"text\":\"a\",\"kind\":\"x\"}\n{\"text\":\"b\",\"kind\":\"y\"}\n")
    let outcome = Tool.run(["select", labels, "--budget", "1", "--axis", "column:kind:4"])
    #expect(outcome.status == 1)
    #expect(
      outcome.error == "gamut select: \(labels): 'kind' holds no number that can be read in any"
        + " record; make its labels an axis with --axis 'column:kind@category'\n")
  }

  @Test func `a quality column that no record has is a slip`() {
    for (column, problem) in [
      (
        "nosuch",
        "no record has a number in 'nosuch'; check the spelling, or give the path with dots"
      ),
      ("text", "'text' holds no number that can be read in any record; name a column of numbers"),
    ] {
      let outcome = Tool.run(["select", source, "--budget", "5", "--quality", column])
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix("gamut select: \(source): \(problem)"), "\(outcome.error)")
    }
  }

  @Test func `every measure can be an axis`() throws {
    let help = Tool.run(["select", "--axis", "nosuch", "--budget", "1", source]).error
    let known = try #require(help.split(separator: ":").last)
    let names = help.split(separator: "known are ")[1].split(separator: ", and")[0]
      .split(separator: ", ").map(String.init).filter { !$0.hasPrefix("topic") }
    #expect(known.isEmpty == false && names.count > 20)
    for name in names {
      let outcome = Tool.run(
        ["select", Tool.pool, "--budget", "20", "--axis", "\(name):4", "--receipts", "--force"]
          + ["--quiet", "-o", folder.file("m.jsonl")])
      #expect(outcome.status == 0, "\(name): \(outcome.error)")
      let manifest = try ManifestFile(#require(folder.bytes("m.manifest.json")))
      #expect(manifest.axes.map(\.name) == [name])
      #expect(manifest.subset.samples == 20)
    }
  }
}
