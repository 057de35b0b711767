import Glibc
import TestSupport
import Testing

/// Scores brought to a common scale, freed of length, joined by agreement, and told where they are poor.
@Suite struct ScoreOptionsTests {
  let folder = TemporaryFolder()

  private func select(_ source: String, _ options: String...) throws -> Selection? {
    try Selection(
      [source], ["--budget", "40", "--force"] + Tool.plainAxes + options, in: folder)
  }

  /// A pool of texts of growing length, with scores that each row gives as JSON.
  private func pool(_ count: Int, _ scores: (Int) -> String) -> String {
    let lines = (0..<count).map { row in
      let words = String(repeating: "word ", count: 1 + (row * 7) % 60)
      return "{\"prompt\":\"question \(row)\",\"response\":\"\(words)\",\(scores(row))}\n"
    }
    return folder.make("pool.jsonl", lines.joined())
  }

  @Test(arguments: ["none", "rank", "winsor"], [1, -1])
  func `each scale gives the quality that its formula says`(scale: String, weight: Int) throws {
    let source = pool(60) { "\"q\":\(($0 * 13) % 37)" }
    let selection = try #require(
      try select(source, "--quality", "q:\(weight)", "--normalize", scale))
    selection.checkAll()
    #expect(selection.manifest.recipe["normalize"] == .string(scale))
    let raw = (0..<60).map { Double(($0 * 13) % 37) }
    let sorted = raw.sorted()
    func percentile(_ percent: Double) -> Double {
      let place = percent / 100 * 59
      return sorted[Int(place)] + (sorted[Int(place) + 1] - sorted[Int(place)])
        * (place - place.rounded(.down))
    }
    let (low, high) = (percentile(5), percentile(95))
    for (receipt, value) in zip(selection.receipts, raw) {
      let up =
        switch scale {
        case "rank":
          (Double(raw.count { $0 < value }) + Double(raw.count { $0 == value }) / 2) / 60
        case "winsor": (min(max(value, low), high) - low) / (high - low)
        default: value
        }
      let expected = weight > 0 ? up : scale == "none" ? -up : 1 - up
      let quality = try #require(receipt.quality)
      #expect((quality - expected).magnitude < 1e-12)
    }
  }

  @Test func `several columns are ranked unless another scale is named`() throws {
    let source = pool(50) { "\"a\":\(($0 * 7) % 50),\"b\":\(1000 + ($0 * 11) % 50)" }
    let columns = ["--quality", "a", "--quality", "b:3"]
    func subset(_ options: [String]) -> [UInt8] {
      Tool.run(["select", source, "--budget", "9"] + Tool.plainAxes + columns + options).output
    }
    #expect(subset([]) == subset(["--normalize", "rank"]))
    let raw = try #require(
      try Selection(
        [source], ["--budget", "9", "--normalize", "none"] + Tool.plainAxes + columns, in: folder,
        output: "raw.jsonl"))
    for (row, receipt) in raw.receipts.enumerated() {
      let a = Double((row * 7) % 50)
      let b = Double(1000 + (row * 11) % 50)
      let quality = try #require(receipt.quality)
      #expect((quality - (a + 3 * b) / 4).magnitude < 1e-9)
    }
  }

  @Test func `length is taken out, and the run says how much`() throws {
    let source = pool(200) { "\"q\":\(5 + (1 + ($0 * 7) % 60) * 2 + ($0 * 31) % 17)" }
    let before = try #require(try select(source, "--quality", "q"))
    #expect(before.manifest.lengthDebias == nil && before.manifest.recipe["debias-length"] == nil)
    #expect(
      before.manifest.warnings.contains {
        $0.hasPrefix("quality 'q' mostly tells how long a sample is (Spearman with tokens 0.9")
      })
    let after = try #require(try select(source, "--quality", "q", "--debias-length"))
    after.checkAll()
    let debias = try #require(after.manifest.lengthDebias)
    #expect(debias.samples == 200 && debias.slope > 0)
    let before0 = try #require(debias.spearmanBefore)
    let after0 = try #require(debias.spearmanAfter)
    #expect(before0 > 0.9 && after0.magnitude < 0.5)
    #expect(!after.manifest.warnings.contains { $0.contains("mostly tells") })
    // From the receipts of both runs: q − slope (log(1 + tokens) − mean).
    let lengths = after.receipts.map { log1p($0.descriptor["tokens"]?.number ?? .nan) }
    let mean = lengths.reduce(0, +) / 200
    for (place, length) in lengths.enumerated() {
      let raw = try #require(before.receipts[place].quality)
      let left = try #require(after.receipts[place].quality)
      #expect((left - (raw - debias.slope * (length - mean))).magnitude < 1e-9)
    }
    #expect(after.manifest.recipe["debias-length"] == .bool(true))
    let outcome = Tool.run(
      ["select", source, "--budget", "4", "--quality", "q", "--debias-length"] + Tool.plainAxes)
    #expect(outcome.error.contains("\nlength taken out of quality: slope "))
  }

  @Test func `a score that no line fits is told, and ranks help where it is skewed`() throws {
    // One in five is far above the others and rises with length: the line follows those, and the others,
    // which do not, then fall with length.
    let source = pool(300) { row in
      let length = (row * 7) % 60
      return "\"q\":\(row % 5 == 0 ? 1000 + 10 * length : row % 7)"
    }
    var left: [Double] = []
    for scale in ["none", "rank"] {
      let selection = try #require(
        try select(source, "--quality", "q", "--debias-length", "--normalize", scale))
      let debias = try #require(selection.manifest.lengthDebias)
      let before = try #require(debias.spearmanBefore)
      let after = try #require(debias.spearmanAfter)
      left.append(after.magnitude)
      #expect(
        selection.manifest.warnings.contains { $0.hasPrefix("--debias-length leaves quality a") }
          == (after.magnitude > max(0.1, before.magnitude / 2)))
    }
    #expect(left[0] > 0.3 && left[1] < left[0] / 2, "\(left)")
  }

  @Test func `length that explains nothing is told`() throws {
    let same = folder.make(
      "same.jsonl",
      (0..<5).map { "{\"text\":\"a b c\(["d", "e", "f", "g", "h"][$0])\",\"q\":\($0)}\n" }.joined())
    let outcome = Tool.run([
      "select", same, "--budget", "1", "--quality", "q", "--debias-length", "--axis", "tokens:1",
    ])
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains("--debias-length changes nothing: quality does not rise or fall"))
    #expect(
      outcome.error.contains("slope 0.000 a unit of log(1 + tokens), Spearman with tokens – before")
    )
  }

  @Test(arguments: [
    ["--quality", "score", "--debias-length"],
    [
      "--quality", "score", "--quality", "level", "--agreement", "1", "--missing-quality", "lowest",
    ],
    ["--quality", "score", "--normalize", "winsor", "--drop", "all"],
  ])
  func `threads, and the division into sources, change nothing`(options: [String]) {
    let pool = RandomPool(count: 300, seed: 5)
    let whole = folder.make("whole.jsonl", pool.file())
    let parts = zip([0, 90, 91], [90, 91, 300]).enumerated().map { number, cut in
      folder.make("\(number).jsonl", pool.file(cut.0..<cut.1))
    }
    func subset(_ sources: [String], threads: Int) -> [UInt8] {
      let outcome = Tool.run(
        ["select"] + sources + ["--budget", "50", "--order", "rank", "--threads", "\(threads)"]
          + Tool.plainAxes + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output
    }
    let first = subset([whole], threads: 1)
    #expect(first.count { $0 == 0x0A } == 50)
    #expect((first == subset([whole], threads: 3)) == true)
    #expect((first == subset(parts, threads: 2)) == true)
    // Among samples that differ in nothing but their place the place may decide; sources in another order
    // change only that.
    let turned = subset(parts.reversed(), threads: 2)
    #expect(turned.count { $0 == 0x0A } == 50)
  }

  @Test func `agreement scores by the scorers there are, two at least`() throws {
    let source = pool(30) { row in
      "\"a\":\(row),\"b\":\(row % 3 == 0 ? "null" : "\(30 - row)"),\"c\":\(row % 6 == 0 ? "null" : "\(row)")"
    }
    let scorers = ["--quality", "a", "--quality", "b", "--quality", "c", "--agreement", "1"]
    let failed = Tool.run(["select", source, "--budget", "5"] + Tool.plainAxes + scorers)
    #expect(failed.status == 1)
    #expect(
      failed.error.contains(
        ":1: fewer than two of the scorers have a number here and in 4 more samples, and agreement"
          + " needs two; leave such samples out with --missing-quality drop"))
    let selection = try #require(
      try Selection(
        [source], ["--budget", "5", "--missing-quality", "drop"] + Tool.plainAxes + scorers,
        in: folder))
    selection.checkAll()
    #expect(selection.manifest.outcome["unscored"] == 5)
    #expect(selection.manifest.recipe["agreement"] == .number(1))
    // In row 3, where b is missing, the ranks are 3.5 / 30 and 2.5 / 25; the mean of two scorers less its
    // standard error is the lower one.
    let quality = try #require(selection.receipts[3].quality)
    #expect((quality - 0.1).magnitude < 1e-12)
  }

  @Test func `agreement needs two columns`() {
    for columns in [[], ["--quality", "q"]] {
      let outcome = Tool.run(["select", "p", "--budget", "5", "--agreement", "1"] + columns)
      #expect(outcome.status == 2)
      #expect(
        outcome.error.contains(
          "--agreement joins several scorers; name at least two with --quality"))
    }
    let negative = Tool.run([
      "select", "p", "--budget", "5", "--agreement=-1", "--quality", "a", "--quality", "b",
    ])
    #expect(negative.status == 2 && negative.error.contains("expected a number of at least 0"))
  }

  @Test func `a score of few values, or missing from whole cells, is told`() throws {
    let source = pool(240) { row in
      "\"stars\":\(row % 5),\"some\":\((row * 7) % 60 < 30 ? "null" : "\(row)")"
    }
    let stars = try #require(try select(source, "--quality", "stars"))
    #expect(
      stars.manifest.warnings.contains {
        $0.hasPrefix("quality 'stars' takes only 5 different values, the commonest for 20 %")
      })
    for (policy, ending) in [
      ("drop", "they send nothing"), ("lowest", "there content alone decides"),
    ] {
      let some = try #require(try select(source, "--quality", "some", "--missing-quality", policy))
      let cells = Dictionary(grouping: some.receipts) { $0.cell ?? [] }
      let unscored = cells.values.count { $0.allSatisfy { $0.quality == nil } }
      #expect(unscored > 0)
      #expect(
        some.manifest.warnings.contains(
          "in \(unscored) of \(cells.count) cells no sample has a quality: \(ending)"))
    }
  }
}
