import TestSupport
import Testing

/// The methods that others in the field go by, run on the repository's pool.
@Suite struct MethodTests {
  let folder = TemporaryFolder()

  static let methods = ["deita", "k-center", "facility-location", "mig", "dns", "cluster-rank"]

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  /// The first lines of the repository's pool.
  private func pool(_ count: Int) -> String {
    folder.make("pool.jsonl", Archive.lines(0..<count))
  }

  @Test(arguments: methods)
  func `every method keeps the contract, whatever budget, cap and floor`(method: String) throws {
    let source = pool(300)
    for options in [
      ["--budget", "10%", "--per-cell", "2"],
      ["--budget", "60", "--min-quality", "40%", "--drop", "all"],
      ["--budget", "50", "--redundancy", "0.8"],
    ] + (method == "k-center" ? [] : [["--budget", "3ktok"]]) {
      let selection = try #require(
        try Selection(
          [source],
          [
            "--quality", "quality", "--method", method, "--axis", "tokens:3", "--axis",
            "complexity:4",
          ]
            + options + ["--force"], in: folder))
      selection.checkAll()
      #expect(!selection.places("selected").isEmpty)
    }
  }

  @Test func `a method gives the same bytes for any threads and from an archive, and is verified`()
    throws
  {
    let source = pool(400)
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", source, "--quality", "quality", "-o", archive])
    for method in Self.methods {
      let options = ["--quality", "quality", "--budget", "40,90", "--method", method]
      let one = try Archive.choose([source], options + ["--threads", "1"], in: folder)
      let two = try Archive.choose([source], options + ["--threads", "2"], in: folder)
      let kept = try Archive.choose([archive], options, in: folder)
      let chosen = try #require(one)
      #expect(chosen.subsets.count == 2)
      #expect((chosen == two) == true, "\(method)")
      #expect((chosen == kept) == true, "\(method)")
    }
    for method in ["deita", "k-center", "dns"] {
      Archive.run([
        "select", source, "--quality", "quality", "--budget", "5ktok", "--method", method,
        "--receipts", "-o", folder.file("\(method).jsonl"),
      ])
      let outcome = Tool.run(["verify", folder.file("\(method).jsonl"), "--threads", "2"])
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }

  @Test(arguments: methods)
  func `samples of --include-ids are chosen, and the others go on from them`(method: String) throws
  {
    let source = pool(300)
    let ids = folder.make("ids.txt", Array("p000250\np000007\n".utf8))
    let selection = try #require(
      try Selection(
        [source],
        ["--quality", "quality", "--budget", "20", "--method", method, "--include-ids", ids]
          + Tool.plainAxes, in: folder))
    selection.checkAll()
    let included = selection.receipts.filter { $0.reason?.contains("--include-ids") ?? false }
    #expect(included.count == 2 && included.allSatisfy { $0.status == "selected" })
    if ["k-center", "facility-location", "mig"].contains(method) {
      #expect(Set(included.map(\.order)) == [1, 2])
    }
  }

  @Test func `what is left of a token budget behind the order of k-center goes by quality`() throws
  {
    let source = pool(600)
    let selection = try #require(
      try Selection(
        [source],
        [
          "--quality", "quality", "--budget", "3ktok", "--method", "k-center", "--axis", "tokens:3",
        ], in: folder))
    selection.checkReceipts()
    selection.checkSubset()
    selection.checkRanks()
    let left = selection.manifest.budget.limit - selection.manifest.budget.spent
    #expect(left >= 0)
    for receipt in selection.receipts where receipt.status == "outranked" {
      #expect((receipt.descriptor["tokens"]?.number ?? 0) > Double(left))
    }
  }

  @Test func `deita says whom a skipped sample is too close to`() throws {
    let rows: [[Float]] = [[1, 0], [0.99, 0.1], [0, 1], [0.1, -1], [0, 0], [0, 0], [-1, -1]]
    let vectors = folder.make("v.npy", NumPyFile.bytes(rows))
    let lines = rows.indices.map {
      #"{"prompt":"p\#($0)","response":"the answer number \#($0)","q":\#(10 - $0)}"# + "\n"
    }
    let source = folder.make("twins.jsonl", Array(lines.joined().utf8))
    let selection = try #require(
      try Selection(
        [source],
        ["--quality", "q", "--budget", "7", "--method", "deita", "--embeddings", vectors]
          + Tool.plainAxes, in: folder))
    selection.checkAll()
    // Of two alike one stays; vectors of zeros are close to nothing; the opposite is not close.
    #expect(
      selection.receipts.map(\.status) == [
        "selected", "redundant", "selected", "selected", "selected", "selected", "selected",
      ])
    #expect(selection.receipts[1].because?.line == 1)
    for method in ["k-center", "dns", "facility-location", "cluster-rank"] {
      let other = try #require(
        try Selection(
          [source],
          [
            "--quality", "q", "--budget", "5", "--method", method, "--embeddings", vectors,
            "--force",
          ]
            + Tool.plainAxes, in: folder))
      if ["k-center", "dns"].contains(method) {
        #expect(other.receipts.map(\.status)[4...5] == ["outranked", "outranked"])
        #expect(other.receipts[0].order == 1)
      }
    }
  }

  @Test(arguments: methods)
  func `an explanation's budget is the one that chooses the sample`(method: String) throws {
    let source = pool(150)
    let options = ["--quality", "quality", "--method", method] + Tool.plainAxes
    let selection = try #require(
      try Selection([source], options + ["--budget", "20"], in: folder))
    let places = [
      try #require(selection.places("outranked").last),
      try #require(selection.places("selected").first),
    ]
    for place in places {
      let line = selection.receipts[place].line
      let outcome = Tool.run(
        ["explain", source, "\(source):\(line)", "--json", "--budget", "20"] + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      guard case .array(let items) = try JSON(outcome.output),
        case .object(let explanation)? = items.first,
        case .array(let changes)? = explanation["changes"]
      else {
        Issue.record("no explanation")
        return
      }
      #expect(explanation["status"] == .string(selection.receipts[place].status))
      for case .object(let change) in changes {
        guard change["of"] == .string("budget"), case .object(let flip)? = change["flip"],
          let budget = flip["value"]?.number
        else { continue }
        func isChosen(_ budget: Int) throws -> Bool {
          let chosen = Tool.run(
            ["select", source, "--quiet", "--budget", "\(budget)"] + options)
          return chosen.output.split(separator: 0x0A).contains {
            Array($0) == selection.pool[place].bytes
          }
        }
        let isSelected = selection.receipts[place].status == "selected"
        #expect(try isChosen(Int(budget)) == !isSelected)
        #expect(try isChosen(Int(budget) + (isSelected ? 1 : -1)) == isSelected)
      }
    }
  }

  @Test func `what a method cannot use is refused or told`() {
    let source = folder.make(
      "negative.jsonl",
      Array(
        (0..<6).map { #"{"prompt":"p\#($0)","response":"answer \#($0)","q":\#($0 - 2)}"# + "\n" }
          .joined().utf8))
    for method in ["deita", "mig"] {
      let options = ["select", source, "--quality", "q", "--budget", "2", "--method", method]
      let outcome = Tool.run(options)
      #expect(outcome.status == 1)
      #expect(
        outcome.error.contains("negative.jsonl:1: the quality is -2.000 (and 1 more), and --method")
      )
      #expect(outcome.error.contains("--normalize rank"))
      #expect(Tool.run(options + ["--normalize", "rank"]).status == 0)
    }
    let alpha = Tool.run(["select", source, "--budget", "2", "--method", "mig", "--alpha", "0.3"])
    #expect(alpha.status == 2 && alpha.error.contains("--alpha weighs quality in --method"))
    for (method, isTold) in [("k-center", true), ("top", true), ("random-length", false)] {
      let outcome = Tool.run(
        ["select", source, "--quality", "q", "--budget", "2", "--greed", "0.5", "--method", method])
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("--greed plays no part in --method \(method)") == isTold)
    }
  }

  @Test func `alpha weighs quality against coverage`() throws {
    let source = pool(300)
    func mean(_ options: [String]) throws -> Double {
      let selection = try #require(
        try Selection(
          [source],
          ["--quality", "quality", "--budget", "30", "--force"] + options + Tool.plainAxes,
          in: folder))
      return try #require(selection.manifest.subset.quality?.mean)
    }
    let location = ["--method", "facility-location"]
    let means = try [0, 0.5, 1].map { try mean(location + ["--alpha", "\($0)"]) }
    #expect(means[0] < means[1] && means[1] <= means[2])
    #expect(try mean(location) == means[1])
    // A recipe says what was given, and so gives it again.
    _ = try mean(location + ["--alpha", "0.25", "--save-recipe", folder.file("r.yaml")])
    #expect(text(folder.bytes("r.yaml")).contains("\nalpha: 0.25\n"))
    #expect(try mean(["--method", "top"]) == means[2])
  }
}
