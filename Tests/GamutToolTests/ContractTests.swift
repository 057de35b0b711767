import Selection
import TestSupport
import Testing

/// What the contract promises of every selection, over random pools.
@Suite struct ContractTests {
  /// Recipes of many kinds, each with the evenness for which its order can be derived, if any.
  static let recipes: [(options: [String], evenness: Double?)] = [
    (["--budget", "17", "--quality", "score", "--evenness", "1"] + Tool.plainAxes, 1),
    (["--budget", "40%", "--quality", "score:-2", "--evenness", "0"] + Tool.plainAxes, 0),
    (["--budget", "900tok", "--evenness", "0.37"] + Tool.plainAxes, 0.37),
    (["--budget", "3.5kB", "--quality", "score", "--axis", "column:meta.topic"], 0.5),
    (
      [
        "--budget", "30", "--quality", "score", "--quality", "level:-0.5", "--missing-quality",
        "drop", "--axis", "column:level:4@quantile", "--axis", "tokens:3@log", "--evenness", "1",
      ], 1
    ),
    (
      [
        "--budget", "100%", "--quality", "level", "--missing-quality", "lowest", "--axis",
        "column:score:3@-0.5,1.25", "--per-cell", "4", "--evenness", "0.8",
      ], 0.8
    ),
    (
      [
        "--budget", "2ktok", "--quality", "score", "--min-quality", "0.5", "--per-cell", "3",
        "--axis", "tokens:5@uniform", "--axis", "repetition:4@0.1,0.2,0.7",
      ], 0.5
    ),
    (["--budget", "25", "--min-quality", "30%", "--greed", "0.6"] + Tool.plainAxes, nil),
    (["--budget", "25", "--quality", "score", "--greed", "1"] + Tool.plainAxes, nil),
    (["--budget", "20", "--method", "random", "--seed", "7"] + Tool.plainAxes, nil),
    (["--budget", "20", "--method", "random-balanced"] + Tool.plainAxes, nil),
    (["--budget", "20", "--method", "random-length"] + Tool.plainAxes, nil),
    (["--budget", "20", "--quality", "score", "--method", "top"] + Tool.plainAxes, nil),
    (["--budget", "0", "--quality", "score", "--axis", "lexical_diversity:4@0.3,0.7,0.9"], 0.5),
    (["--budget", "1GB", "--axis", "complexity:1"], 0.5),
    (
      [
        "--budget", "40", "--quality", "score", "--axis", "topic:7@cvt", "--axis",
        "complexity:3@quantile", "--axis", "column:meta.topic", "--evenness", "1",
      ], 1
    ),
    (
      [
        "--budget", "40", "--axis", "column:meta.topic", "--axis", "tokens:3@nested", "--axis",
        "column:level:4@nested", "--evenness", "1",
      ], 1
    ),
  ]

  @Test(arguments: Array(recipes.indices), [1, 2, 3])
  func `every selection keeps the contract`(recipe: Int, seed: Int) throws {
    let (options, evenness) = Self.recipes[recipe]
    let folder = TemporaryFolder()
    var chances = RandomPool.Chances()
    chances.rejected = seed == 1 ? 0 : 60
    let pool = RandomPool(count: 40 * seed, chances: chances, seed: 100 * recipe + seed)
    let half = pool.lines.count / 2
    let sources = [
      folder.make("a.jsonl", pool.file(0..<half)),
      folder.make("b.jsonl", pool.file(half..<pool.lines.count, endsInNewline: false)),
    ]
    guard let selection = try Selection(sources, options + ["--on-error", "skip"], in: folder)
    else { return }
    selection.checkAll()
    if let evenness { selection.checkPriorities(evenness: evenness) }
    let isCapped = options.contains("--per-cell")
    if evenness == 1, selection.manifest.budget.unit == "samples", !isCapped {
      selection.checkEvenCounts()
    }
    checkKinds(of: pool, selection)
  }

  /// Statuses that follow from what the lines are: twins, broken lines, missing scores, the floor.
  private func checkKinds(of pool: RandomPool, _ selection: Selection) {
    let kinds = pool.lines.map(\.kind).filter { $0 != .blank }
    guard kinds.count == selection.receipts.count else {
      Issue.record("\(kinds.count) lines, \(selection.receipts.count) receipts")
      return
    }
    var twins: [Int: [Int]] = [:]
    for (place, kind) in kinds.enumerated() {
      let isRejected = selection.receipts[place].status == "rejected"
      if case .sample(let text, _, _, _) = kind {
        #expect(!isRejected)
        twins[text, default: []].append(place)
      } else {
        #expect(isRejected)
      }
    }
    for group in twins.values {
      // The best stays, the earliest among equals; one without quality loses against any with one.
      let qualities = group.map { selection.receipts[$0].quality ?? -.infinity }
      let best = group[qualities.firstIndex(of: qualities.max() ?? 0) ?? 0]
      for place in group {
        let receipt = selection.receipts[place]
        #expect((receipt.status == "duplicate") == (place != best))
        guard place != best else { continue }
        let better = ReceiptLine.Place(
          source: selection.pool[best].source, line: selection.pool[best].line)
        #expect(receipt.because == better)
      }
    }
  }

  @Test func `quality is the column as it is, or a weighted mean of percentile ranks`() throws {
    let folder = TemporaryFolder()
    var chances = RandomPool.Chances()
    chances.missingScore = 100
    let pool = RandomPool(count: 90, chances: chances, seed: 5)
    let source = folder.make("pool.jsonl", pool.file())
    let columns: [(score: Double?, level: Double?)] = pool.lines.compactMap {
      guard case .sample(_, let score, _, let level) = $0.kind else { return nil }
      return (score, level.map(Double.init))
    }
    func qualities(_ options: [String]) throws -> [Double?] {
      let all = options + ["--budget", "9", "--missing-quality", "drop", "--force"]
      return try Selection([source], all + Tool.plainAxes, in: folder)?.receipts.map(\.quality)
        ?? []
    }
    #expect(try qualities(["--quality", "score"]) == columns.map(\.score))
    #expect(try qualities(["--quality", "score:3"]) == columns.map(\.score))
    #expect(try qualities(["--quality", "score:-3"]) == columns.map { $0.score.map { -$0 } })
    /// Half of the equal ones count as lower.
    func rank(_ value: Double, _ all: [Double]) -> Double {
      (Double(all.count { $0 < value }) + Double(all.count { $0 <= value })) / 2
        / Double(all.count)
    }
    let scores = columns.compactMap(\.score)
    let levels = columns.compactMap(\.level)
    let combined = try qualities(["--quality", "score:3", "--quality", "level:-1"])
    #expect(combined.count == columns.count)
    for (found, (score, level)) in zip(combined, columns) {
      guard let score, let level else {
        #expect(found == nil)
        continue
      }
      let expected = (3 * rank(score, scores) + (1 - rank(level, levels))) / 4
      #expect(found.map { ($0 - expected).magnitude < 1e-12 } == true)
    }
  }

  @Test func `a sample without a score fails the run, is left out, or comes last`() throws {
    let folder = TemporaryFolder()
    let source = folder.make(
      "pool.jsonl",
      """
      {"text":"one","s":1}

      {"text":"two"}
      {"text":"three","s":"much"}
      {"text":"four","s":-2}
      {"text":"five","s":null}

      """)
    let options = ["--quality", "s", "--budget", "2", "--axis", "complexity:1"]
    let failed = Tool.run(["select", source] + options + ["-o", folder.file("x.jsonl")])
    #expect(failed.status == 1)
    #expect(
      failed.error == """
        gamut select: \(source):3: 's' is missing or no number here and in 2 more samples; leave \
        such samples out with --missing-quality drop, or rank them last with --missing-quality lowest

        """)
    #expect(folder.names == ["pool.jsonl"])
    let dropped = try #require(
      try Selection([source], options + ["--missing-quality", "drop"], in: folder))
    dropped.checkAll()
    #expect(
      dropped.receipts.map(\.status) == [
        "selected", "unscored", "unscored", "selected", "unscored",
      ])
    let lowest = try #require(
      try Selection([source], options + ["--missing-quality", "lowest", "--force"], in: folder))
    lowest.checkAll()
    #expect(
      lowest.receipts.map(\.status) == [
        "selected", "outranked", "outranked", "selected", "outranked",
      ])
    #expect(
      lowest.manifest.warnings.contains(
        "quality 's' is missing for 3 of 5 samples; in 1 of them something else than a finite number"
          + " stands there; most of the pool is not ranked by it"))
  }

  @Test(arguments: [0.25, 0.5, 0.9])
  func `greed averages the place by claim and the place by quality`(greed: Double) throws {
    let folder = TemporaryFolder()
    let source = folder.make("pool.jsonl", RandomPool(count: 120, seed: 11).file())
    func order(_ greed: Double) throws -> [Int: Int] {
      let options = ["--greed", "\(greed)", "--evenness", "0.5", "--budget", "30", "--force"]
      let all = options + ["--quality", "score"] + Tool.plainAxes
      return try Selection([source], all, in: folder)?.order ?? [:]
    }
    let byClaim = try order(0)
    let byQuality = try order(1)
    let blended = try order(greed)
    #expect(blended.count > 80)
    let keys = blended.keys.sorted { (blended[$0] ?? 0) < (blended[$1] ?? 0) }.map { place in
      (1 - greed) * Double(byClaim[place] ?? 0) + greed * Double(byQuality[place] ?? 0)
    }
    for (one, next) in zip(keys, keys.dropFirst()) { #expect(one <= next + 1e-9) }
  }

  @Test(arguments: SelectionMethod.allCases.map(\.rawValue))
  func `a larger budget holds all of a smaller one`(method: String) throws {
    let folder = TemporaryFolder()
    let source = folder.make("pool.jsonl", RandomPool(count: 150, seed: 12).file())
    var earlier: Set<[UInt8]> = []
    for budget in ["0", "1", "7", "20%", "60", "100%"] {
      let options =
        ["--method", method, "--budget", budget, "--quality", "score", "--normalize", "rank"]
        + Tool.plainAxes
      let outcome = Tool.run(["select", source, "--quiet"] + options)
      #expect(outcome.status == 0)
      let lines = Set(outcome.output.split(separator: 0x0A).map(Array.init))
      #expect(lines.isSuperset(of: earlier))
      earlier = lines
    }
    #expect(earlier.count > (method == "deita" ? 20 : 100))
  }

  @Test func `the orders of the subset are the pool's, the total order's and a shuffled one`()
    throws
  {
    let folder = TemporaryFolder()
    let source = folder.make("pool.jsonl", RandomPool(count: 100, seed: 13).file())
    let options = ["--budget", "40", "--quality", "score", "--force"] + Tool.plainAxes
    let pool = try #require(try Selection([source], options, in: folder))
    let rank = try #require(try Selection([source], options + ["--order", "rank"], in: folder))
    let ranked = rank.places("selected").sorted {
      (rank.receipts[$0].order ?? 0) < (rank.receipts[$1].order ?? 0)
    }
    #expect(rank.subset == rank.lines(ranked))
    let shuffle = try #require(
      try Selection([source], options + ["--order", "shuffle"], in: folder))
    let other = try #require(
      try Selection([source], options + ["--order", "shuffle", "--seed", "1"], in: folder))
    func lines(_ selection: Selection) -> [ArraySlice<UInt8>] {
      selection.subset.split(separator: 0x0A).sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(lines(shuffle) == lines(pool))
    #expect(lines(other) == lines(pool))
    #expect(Set([pool.subset, rank.subset, shuffle.subset, other.subset]).count == 4)
  }

  @Test func `the manifest tells sources and output by size and SHA-256`() throws {
    let folder = TemporaryFolder()
    let pool = RandomPool(count: 60, seed: 14)
    let plain = folder.make("plain.jsonl", pool.file(0..<30))
    let packed = folder.make("packed.jsonl", pool.file(30..<60))
    #expect(Program(path: "/usr/bin/gzip").run([packed]).status == 0)
    let options = ["--budget", "9", "--axis", "tokens:3", "-o", folder.file("s.jsonl")]
    let outcome = Tool.run(["select", plain, packed + ".gz", "--quiet"] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
    func sum(_ path: String) -> Substring? {
      String(decoding: Program(path: "/usr/bin/sha256sum").run([path]).output, as: UTF8.self)
        .split(separator: " ").first
    }
    #expect(manifest.sources.map(\.path) == [plain, packed + ".gz"])
    for source in manifest.sources {
      #expect(source.sha256[...] == sum(source.path))
      #expect(source.bytes == wholeFile(source.path)?.count)
    }
    #expect(manifest.output?.sha256[...] == sum(folder.file("s.jsonl")))
    #expect(manifest.output?.path == folder.file("s.jsonl"))
  }

  @Test func `the manifest records the whole recipe`() throws {
    let folder = TemporaryFolder()
    let source = folder.make("pool.jsonl", RandomPool(count: 30, seed: 15).file())
    func recipe(_ options: [String]) throws -> [String: JSON] {
      let all = ["--force", "--quiet", "-o", folder.file("s.jsonl")] + options
      let outcome = Tool.run(["select", source] + all)
      #expect(outcome.status == 0, "\(outcome.error)")
      return try ManifestFile(#require(folder.bytes("s.manifest.json"))).recipe
    }
    #expect(
      try recipe(["--budget", "10%"]) == [
        "budget": .string("10%"), "quality": .array([]), "missing-quality": .string("fail"),
        "embeddings": .null,
        "axis": .array([
          .string("complexity:4@quantile"), .string("topic:64@cvt"),
        ]), "topics": .null, "evenness": .number(0.5), "greed": .number(0), "min-quality": .null,
        "per-cell": .null,
        "method": .string("archive"), "seed": .number(0), "text": .array([]),
      ])
    let vectors = folder.make(
      "v.npy",
      NumPyFile.bytes(
        NumPyFile.vectors(
          count: RandomPool(count: 30, seed: 15).sampleCount, dimension: 3, seed: 1)))
    #expect(
      try recipe([
        "--budget", "2ktok", "--quality", "score", "--quality", "level:-0.5", "--missing-quality",
        "drop", "--embeddings", vectors, "--axis", "topic3", "--axis", "column:meta.topic",
        "--axis",
        "tokens@10,20.5", "--axis", "topic@cvt", "--topics", "2", "--axis", "complexity:3@nested",
        "--evenness", "0.25", "--greed", "0.5", "--min-quality", "12.5%",
        "--per-cell", "9", "--method", "random-length", "--seed", "18446744073709551615", "--text",
        "instruction,output",
      ]) == [
        "budget": .string("2ktok"), "quality": .array([.string("score"), .string("level:-0.5")]),
        "missing-quality": .string("drop"), "embeddings": .string(vectors),
        "axis": .array([
          .string("topic3:8@uniform"), .string("column:meta.topic@category"),
          .string("tokens:3@10,20.5"), .string("topic:256@cvt"), .string("complexity:3@nested"),
        ]), "topics": .number(2), "evenness": .number(0.25), "greed": .number(0.5),
        "min-quality": .string("12.5%"),
        "per-cell": .number(9), "method": .string("random-length"),
        "seed": .string("18446744073709551615"),
        "text": .array([.string("instruction"), .string("output")]),
      ])
    #expect(
      try recipe(["--budget", "1", "--quality", "score", "--min-quality", "-0.5"])["min-quality"]
        == .number(-0.5))
  }
}
