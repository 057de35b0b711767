import TestSupport
import Testing

/// Several budgets: subsets of which each contains the one before.
@Suite struct NestedBudgetTests {
  let folder = TemporaryFolder()

  /// One subset as it stands in its files.
  private struct Subset {
    var lines: [[UInt8]]
    var manifest: ManifestFile
    var receipts: [ReceiptLine]
  }

  private func subset(_ stem: String) throws -> Subset {
    let bytes = try #require(folder.bytes("\(stem).jsonl"))
    return Subset(
      lines: bytes.split(separator: 0x0A).map(Array.init),
      manifest: try ManifestFile(#require(folder.bytes("\(stem).manifest.json"))),
      receipts: try ReceiptLine.all(#require(folder.bytes("\(stem).receipts.jsonl"))))
  }

  private func select(_ pool: String, _ budget: String, _ line: [String]) -> Program.Outcome {
    Tool.run(["select", pool, "--budget", budget, "-o", folder.file("s.jsonl")] + line)
  }

  @Test(
    arguments: ["5,12,30", "10%,25%,26%", "100tok,400tok,900tok", "500B,1.5kB,4kB"],
    [[], ["--per-cell", "3"], ["--evenness", "0.3", "--greed", "0.5"], ["--method", "random"]])
  func `each subset contains the one before, within its budget, and nothing more would fit`(
    budget: String, options: [String]
  ) throws {
    for seed in 1...2 {
      let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: seed).file())
      let lines = try #require(folder.bytes("pool.jsonl")).split(
        separator: 0x0A, omittingEmptySubsequences: false
      ).map(Array.init)
      let outcome = select(
        pool, budget, options + Tool.plainAxes + ["--receipts", "--quiet", "--force"])
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      let names = budget.split(separator: ",").map { $0.replacing("%", with: "pct") }
      #expect(folder.names.count == 1 + 3 * names.count)
      let subsets = try names.map { try subset("s.\($0)") }
      for (place, subset) in subsets.enumerated() {
        let manifest = subset.manifest
        #expect(manifest.recipe["budget"] == .string(budget))
        #expect(manifest.budget.requested == String(budget.split(separator: ",")[place]))
        #expect(manifest.output?.path == folder.file("s.\(names[place]).jsonl"))
        // The subset is what its receipts say, in the order of the pool.
        let selected = subset.receipts.filter { $0.status == "selected" }
        #expect(selected.map { lines[$0.line - 1] } == subset.lines)
        func cost(_ receipt: ReceiptLine) -> Int {
          switch manifest.budget.unit {
          case "tokens": Int(receipt.descriptor["tokens"]?.number ?? .nan)
          case "bytes": lines[receipt.line - 1].count + 1
          default: 1
          }
        }
        let spent = selected.reduce(0) { $0 + cost($1) }
        #expect(spent == manifest.budget.spent && spent <= manifest.budget.limit)
        let perCell = options.first == "--per-cell" ? 3 : Int.max
        var sent: [[Int]: Int] = [:]
        for receipt in selected { sent[receipt.cell ?? [], default: 0] += 1 }
        #expect(sent.values.allSatisfy { $0 <= perCell })
        for receipt in subset.receipts where receipt.status == "outranked" {
          #expect(cost(receipt) > manifest.budget.limit - spent)
        }
        for receipt in subset.receipts where receipt.status == "capped" {
          // By samples a cell's turn has come whether or not the budget reached it.
          #expect(manifest.budget.unit == "samples" || sent[receipt.cell ?? []] == perCell)
        }
        #expect(manifest.outcome.values.reduce(0, +) == subset.receipts.count)
        guard place > 0 else { continue }
        let before = subsets[place - 1]
        let chosen = Set(selected.map(\.line))
        #expect(before.receipts.allSatisfy { $0.status != "selected" || chosen.contains($0.line) })
        #expect(manifest.budget.limit >= before.manifest.budget.limit)
        // Rank, order and cell are of the pool, and the same for all.
        #expect(subset.receipts.map(\.order) == before.receipts.map(\.order))
        #expect(subset.receipts.map(\.rank) == before.receipts.map(\.rank))
      }
    }
  }

  @Test(arguments: ["5,12,30", "10%,20%,100%"])
  func `in samples each is the subset of its budget alone`(budget: String) throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: 9).file())
    let line = Tool.plainAxes + ["--receipts", "--quiet"]
    #expect(select(pool, budget, line).status == 0)
    for part in budget.split(separator: ",") {
      let stem = "s.\(part.replacing("%", with: "pct"))"
      #expect(select(pool, String(part), line + ["--force"]).status == 0)
      for ending in ["jsonl", "receipts.jsonl"] {
        #expect(folder.bytes("\(stem).\(ending)") == folder.bytes("s.\(ending)"))
      }
    }
  }

  @Test func `by rank the smaller subset is the beginning of the larger one`() throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: 4).file())
    let line = Tool.plainAxes + ["--order", "rank", "--quiet"]
    #expect(select(pool, "100tok,500tok,1ktok", line).status == 0)
    let bytes = try ["100tok", "500tok", "1ktok"].map {
      try #require(folder.bytes("s.\($0).jsonl"))
    }
    #expect(bytes[1].starts(with: bytes[0]) && bytes[2].starts(with: bytes[1]))
    #expect(bytes[0].count < bytes[1].count && bytes[1].count < bytes[2].count)
  }

  @Test func `shares that come to the same number make the same subset twice`() throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 20, seed: 4).file())
    #expect(select(pool, "20%,20.1%", Tool.plainAxes + ["--quiet"]).status == 0)
    #expect(folder.bytes("s.20pct.jsonl") == folder.bytes("s.20.1pct.jsonl"))
  }

  @Test func `the manifest of one gives all of them again`() throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: 4).file())
    #expect(select(pool, "300tok,700tok", Tool.plainAxes + ["--quiet"]).status == 0)
    for name in ["s.300tok", "s.700tok"] {
      let outcome = Tool.run([
        "select", pool, "--recipe", folder.file("\(name).manifest.json"), "--quiet", "--force",
        "-o",
        folder.file("t.jsonl"),
      ])
      #expect(outcome.status == 0)
      #expect(folder.bytes("t.300tok.jsonl") == folder.bytes("s.300tok.jsonl"))
      #expect(folder.bytes("t.700tok.jsonl") == folder.bytes("s.700tok.jsonl"))
    }
  }

  @Test(arguments: ["5,5", "12,5", "5,10%", "5,10tok", "1ktok,1kB", "5,", ",5", "5,,6"])
  func `budgets that do not ascend in one unit end with 2`(budget: String) {
    let outcome = select("p", budget, [])
    #expect(outcome.status == 2)
    #expect(outcome.error.contains("'\(budget)' is not valid for '--budget'"), "\(outcome.error)")
  }

  @Test func `several subsets need a file's name, and appear together or not at all`() {
    let pool = folder.make("pool.jsonl", RandomPool(count: 20, seed: 4).file())
    for output in [[], ["-o", "-"]] {
      let outcome = Tool.run(["select", pool, "--budget", "2,4"] + Tool.plainAxes + output)
      #expect(outcome.status == 2 && outcome.error.contains("name one with --output"))
    }
    for output in ["/dev/null", "/dev/stdout"] {
      let outcome = Tool.run(["select", pool, "--budget", "2,4", "-o", output] + Tool.plainAxes)
      #expect(outcome.status == 1 && outcome.error.contains("\(output) is no file"))
    }
    #expect(Tool.run(["select", pool, "--budget", "2,4", "-o", folder.path]).status == 1)
    folder.make("s.4.manifest.json", "precious")
    let refused = select(pool, "2,4", Tool.plainAxes)
    #expect(refused.status == 1)
    #expect(refused.error.contains("\(folder.file("s.4.manifest.json")) exists already"))
    #expect(folder.names == ["pool.jsonl", "s.4.manifest.json"])
    #expect(folder.text("s.4.manifest.json") == "precious")
  }

  @Test func `the summary has a column a subset, and JSON is a list`() throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: 5).file())
    let line = Tool.plainAxes + ["--quality", "score"]
    let table = select(pool, "2,20", line).error
    let rows = table.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.first == ["pool", "2", "20"])
    #expect(rows.contains { $0.first == "samples" && $0.suffix(2) == ["2", "20"] })
    #expect(table.contains("budget 2: spent 2 of 2 samples\n"))
    #expect(table.contains("budget 20: spent 20 of 20 samples\n"))
    #expect(table.contains("\nnote: budget 2: "))
    #expect(table.contains("\nnote: tokens are estimated"))
    #expect(table.split(separator: "\n").allSatisfy { !$0.hasPrefix("note: budget 2, 20") })
    for name in ["s.2.jsonl", "s.20.jsonl", "s.2.manifest.json", "s.20.manifest.json"] {
      #expect(table.contains(folder.file(name)))
    }
    let json = try JSON(Array(select(pool, "2,20", line + ["--json", "--force"]).error.utf8))
    guard case .array(let manifests) = json else {
      Issue.record("\(json)")
      return
    }
    let files = try ["s.2", "s.20"].map {
      try JSON(#require(folder.bytes("\($0).manifest.json")))
    }
    #expect(manifests == files)
  }
}
