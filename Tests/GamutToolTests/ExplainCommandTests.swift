import TestSupport
import Testing

/// `gamut explain` as it is run.
@Suite struct ExplainCommandTests {
  let folder = TemporaryFolder()

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  /// The explanations of a command line, as JSON.
  private func explanations(_ arguments: [String]) throws -> [[String: JSON]] {
    let outcome = Tool.run(["explain"] + arguments + ["--json"])
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    guard case .array(let items) = try JSON(outcome.output) else { return [] }
    return items.compactMap { if case .object(let members) = $0 { members } else { nil } }
  }

  @Test func `what its guide shows of it is what it prints`() throws {
    let lines = Documents.text.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("$ gamut explain ") })
    let shown = lines[(start + 1)...].prefix { $0 != "```" }
    _ = folder.link("Data", to: Tool.repository + "/Data")
    let outcome = Program(path: "/bin/bash").run([
      "-c", "cd '\(folder.path)' && '\(Tool.program.path)' \(lines[start].dropFirst(8))",
    ])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    #expect(text(outcome.output) == shown.map { $0 + "\n" }.joined())
  }

  @Test func `a manifest's run is explained, sample by sample as in its receipts`() throws {
    let source = folder.make("pool.jsonl", RandomPool(count: 40, seed: 3).file())
    let selection = try #require(
      try Selection(
        [source],
        ["--budget", "9", "--quality", "score", "--per-cell", "2", "--min-quality", "0"]
          + Tool.plainAxes, in: folder))
    var statuses: Set<String> = []
    for receipt in selection.receipts {
      let found = try explanations([
        source, "\(source):\(receipt.line)", "--recipe", folder.file("subset.manifest.json"),
      ])
      let explanation = try #require(found.first)
      statuses.insert(receipt.status)
      #expect(found.count == 1 && explanation["status"] == .string(receipt.status))
      #expect(explanation["quality"]?.number == receipt.quality)
      #expect(explanation["rank"]?.number.map { Int($0) } == receipt.rank)
      #expect(explanation["order"]?.number.map { Int($0) } == receipt.order)
      #expect(explanation["id"] == receipt.id ?? .null)
      guard case .object(let cell)? = explanation["cell"],
        case .array(let axes)? = explanation["axes"]
      else {
        Issue.record("no cell")
        continue
      }
      #expect(cell["bins"] == receipt.cell.map { .array($0.map { .number(Double($0)) }) })
      for case .object(let axis) in axes {
        // The value lies in the range that is told.
        let value = try #require(axis["value"]?.number)
        if let low = axis["low"]?.number { #expect(low <= value) }
        if let high = axis["high"]?.number { #expect(value < high) }
        #expect(axis["low"] != nil || axis["bin"] == .number(0))
      }
      if case .object(let because)? = explanation["because"] {
        #expect(because["line"]?.number.map { Int($0) } == receipt.because?.line)
        #expect(because["status"] != nil)
      } else {
        #expect(receipt.because == nil)
      }
    }
    #expect(
      statuses.isSuperset(of: ["selected", "outranked", "capped", "duplicate", "below-floor"]))
  }

  @Test func `an archive and its files give the same explanation, for any number of threads`()
    throws
  {
    let archive = folder.file("pool.gamut")
    defer { _ = Program(path: "/bin/rm").run(["-r", archive]) }
    #expect(
      Tool.run(["fit", Tool.pool, "--quality", "quality", "-o", archive, "--quiet"]).status == 0)
    for id in ["p000001", "p000002", "p000014"] {
      let options = [id, "--budget", "500", "--json"]
      let files = Tool.run(
        ["explain", Tool.pool, "--quality", "quality", "--threads", "1"] + options)
      let kept = Tool.run(["explain", archive, "--threads", "3"] + options)
      #expect(files.status == 0 && !files.output.isEmpty)
      #expect(text(files.output) == text(kept.output))
    }
  }

  @Test func `every status is told in words that say what would flip it`() {
    let source = folder.make(
      "pool.jsonl",
      """
      {"id":"best","instruction":"name a tree","output":"the oak it is","score":9}
      {"id":"twin","instruction":"name a tree","output":"the oak it is","score":8}
      {"id":"bare","instruction":"name a bush","output":"a hazel bush"}
      {"id":"low","instruction":"name a herb","output":"sage","score":1}
      {"id":"next","instruction":"name a fish","output":"the pike","score":5}
      {"id":"out","instruction":"name a bird","output":"the wren","score":7}
      {"id":"in","instruction":"name a worm","output":"the earthworm","score":2}
      {"id":"empty","instruction":"name a star","output":"","score":6}
      broken
      {"id":"best","instruction":"name a city","output":"Ulm is one","score":4}
      """)
    let out = folder.make("out.txt", "out\n")
    let kept = folder.make("in.txt", "in\n")
    let options = [
      "--budget", "2", "--quality", "score", "--missing-quality", "drop", "--min-quality", "3",
      "--exclude-ids", out, "--include-ids", kept, "--drop", "empty-answers", "--on-error", "skip",
      "--axis", "tokens:1",
    ]
    for (id, expected) in [
      ("twin", ["duplicate", "chosen: \(source):1", "quality: more than 9", "no budget and"]),
      (
        "bare",
        ["unscored", "it has no usable quality", "quality: 9 or more", "without a quality"]
      ),
      (
        "low", ["below-floor", "below the floor of 3", "--min-quality: no floor does", "quality: "]
      ),
      (
        "next",
        [
          "outranked", "the budget of 2 samples ended", "budget: 3 samples are the least",
          "quality: ",
        ]
      ),
      ("out", ["excluded, its id is in a list of --exclude-ids", "doing without --exclude-ids"]),
      ("in", ["selected, its id is in a list of --include-ids", "taken off the list"]),
      ("empty", ["excluded, the answer is empty", "doing without --drop"]),
      ("9", ["rejected, ", "a readable record"]),
      ("best", ["selected", "budget: 1 sample is the most that leaves it out", ":10, id"]),
    ] {
      let outcome = Tool.run(["explain", source, id] + options)
      #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
      for part in expected {
        #expect(text(outcome.output).contains(part), "\(id): \(part)\n\(text(outcome.output))")
      }
    }
  }

  @Test(arguments: [
    ([], 2, "missing argument 'INPUT'"),
    (["pool"], 2, "missing argument 'ID'"),
    (["pool", "id"], 2, "missing option '--budget <B>'"),
    (["pool", "", "-b", "5"], 2, "an id, or PATH:LINE"),
    (
      [Tool.pool, "nosuch", "-b", "5"], 1,
      "no sample is named 'nosuch'; 3,000 of 3,000 samples have an id, the first is \"p000000\""
    ),
    ([Tool.pool, "pool.jsonl:3001", "-b", "5"], 1, "no record in line 3,001; the last is in line"),
  ])
  func `a mistake is told with what to do`(
    arguments: [String], status: Int, message: String
  ) {
    let outcome = Tool.run(["explain"] + arguments)
    #expect(outcome.status == Int32(status) && outcome.output.isEmpty)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }
}
