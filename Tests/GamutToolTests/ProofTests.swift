import JSON
import TestSupport
import Testing

/// Subsets held against random ones, and against what is required of them, as a user sees it.
@Suite struct ProofTests {
  let folder = TemporaryFolder(inMemory: true)

  private static let axes = ["--axis", "column:topic", "--axis", "complexity:4"]

  /// The manifest of a choice that shall succeed.
  private func manifest(
    _ inputs: [String], _ options: [String], name: String = "s",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSONValue {
    let outcome = Tool.run(
      ["select"] + inputs + options + ["--quiet", "--force", "-o", folder.file("\(name).jsonl")])
    #expect(
      outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)",
      sourceLocation: sourceLocation)
    return try json("\(name).manifest.json")
  }

  private func json(_ name: String) throws -> JSONValue {
    let bytes = folder.bytes(name) ?? []
    let value = JSONValue(parsing: bytes.span)
    return try #require(value)
  }

  private func keys(_ value: JSONValue?) -> [String] {
    if case .object(let members)? = value { members.map(\.key) } else { [] }
  }

  @Test func `a subset comes with its proof, and the manifest says what was drawn`() throws {
    let manifest = try manifest(
      [Tool.pool], Self.axes + ["--quality", "quality", "--budget", "300", "--seed", "5"])
    let random = try #require(manifest["random"])
    #expect(random["count"]?.wholeNumber == 20 && random["seed"]?.wholeNumber == 5)
    #expect(random["samples"]?.wholeNumber == 300 && random["interval"]?.text == "normal")
    let names = keys(random["subset"])
    #expect(keys(random["random"]) == names && keys(random["random_length"]) == names)
    #expect(
      names.starts(with: [
        "quality_mean", "quality_sd", "complexity_mean", "complexity_sd", "tokens_mean", "cells",
      ]))
    for name in ["gini", "js_to_pool", "quality_regret", "elite_retention", "hill_1"] {
      #expect(names.contains(name))
    }
    #expect(!names.contains("vendi_1") && !names.contains("distinct_1"))
    #expect(
      keys(random["random"]?["quality_mean"]) == ["mean", "sd", "low", "high", "z", "beaten"])
    #expect(keys(random["random"]?["tokens_mean"]) == ["mean", "sd", "low", "high", "z"])
    #expect(random["random"]?["quality_mean"]?["beaten"]?.decimal == 20)
    // The subset's numbers are those of its description.
    let subset = manifest["subset"]
    func near(_ one: Double?, _ other: Double?) -> Bool {
      abs((one ?? .nan) - (other ?? .infinity)) < 1e-9
    }
    #expect(near(random["subset"]?["quality_mean"]?.decimal, subset?["quality"]?["mean"]?.decimal))
    #expect(near(random["subset"]?["quality_sd"]?.decimal, subset?["quality"]?["sd"]?.decimal))
    #expect(
      near(random["subset"]?["complexity_sd"]?.decimal, subset?["complexity"]?["sd"]?.decimal))
    for name in ["cells", "evenness", "qd_score", "coverage", "normalized_qd_score"] {
      #expect(
        near(random["subset"]?[name]?.decimal, subset?["metrics"]?[name]?.decimal), "\(name)")
    }
    // The same lengths: closer to the subset's mean than what is drawn from all, and never far.
    #expect(manifest["recipe"]?["random"] == nil && manifest["recipe"]?["require"] == nil)
    #expect(Tool.run(["verify", folder.file("s.jsonl")]).status == 0)
  }

  @Test func `a changed proof is found`() throws {
    _ = try manifest([Tool.pool], Self.axes + ["--quality", "quality", "--budget", "100"])
    let bytes = try #require(folder.bytes("s.manifest.json"))
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\"beaten\": 20", maxSplits: 1)
    #expect(parts.count == 2)
    _ = folder.make("s.manifest.json", parts.joined(separator: "\"beaten\": 19"))
    let outcome = Tool.run(["verify", folder.file("s.jsonl")])
    #expect(outcome.status == 1 && outcome.error.contains("random"))
  }

  @Test func `--random 0 draws none, and tells nothing of it`() throws {
    let options = Self.axes + ["--quality", "quality", "--budget", "50"]
    let with = try manifest([Tool.pool], options)
    let one = folder.bytes("s.jsonl")
    let without = try manifest([Tool.pool], options + ["--random", "0"])
    #expect(with["random"] != nil && without["random"] == nil)
    #expect(without["timing"]?["prove"] == nil)
    #expect(one == folder.bytes("s.jsonl"))
    #expect(with["recipe"]?.compact == without["recipe"]?.compact)
    let outcome = Tool.run(["select", Tool.pool] + options + ["--random", "0", "-o", "/dev/null"])
    #expect(outcome.status == 0 && !outcome.error.contains("95 %"))
  }

  @Test func `the table tells how many are beaten`() {
    let outcome = Tool.run(
      ["select", Tool.pool, "--quality", "quality", "--budget", "50,100", "--random", "4"]
        + Self.axes + ["-o", folder.file("t.jsonl")])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("4 random (95 %)  beats"))
    #expect(outcome.error.contains("of its lengths (95 %)"))
    let lines = outcome.error.split(separator: "\n").filter { $0.hasPrefix("quality_mean") }
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains("4/4") })
    #expect(!outcome.error.contains("gini"))
  }

  @Test func `threads and the division into files change no number of the proof`() throws {
    let whole = folder.make("whole.jsonl", Archive.lines(0..<600))
    let parts = [
      folder.make("b.jsonl", Archive.lines(350..<600)),
      folder.make("a.jsonl", Archive.lines(0..<350)),
    ]
    let options =
      ["--axis", "column:topic", "--axis", "tokens:4", "--quality", "quality", "--budget", "40,90"]
      + ["--random", "7", "--metrics", "self_bleu", "--require", "quality>=0.1*pool"]
    func proofs(_ inputs: [String], _ more: [String]) throws -> [String] {
      _ = Tool.run(
        ["select"] + inputs + options + more + ["--quiet", "--force", "-o", folder.file("d.jsonl")])
      return try ["40", "90"].map { budget in
        let manifest = try json("d.\(budget).manifest.json")
        let (random, met) = (manifest["random"], manifest["requirements"])
        return try #require(random).compact + #require(met).compact
      }
    }
    let one = try proofs([whole], ["--threads", "1"])
    #expect(one[0] != one[1])
    #expect(try proofs([whole], ["--threads", "3"]) == one)
    #expect(try proofs(parts, []) == one)
    #expect(try proofs([whole], ["--seed", "1"]) != one)
  }

  @Test func `an archive gives the same proof as its files, by few columns and by all`() throws {
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", Tool.pool, "--quality", "quality", "-o", archive])
    for options in [
      ["--budget", "200"], ["--budget", "10%", "--method", "top", "--random", "40"],
      ["--budget", "9ktok"],
      ["--budget", "150", "--per-cell", "2", "--metrics", "vendi,distinct_1"],
      ["--budget", "100", "--require", "complexity>=0.1*top", "--random", "0"],
    ] {
      let direct = try manifest([Tool.pool], ["--quality", "quality"] + options)
      let kept = try manifest([archive], options, name: "k")
      #expect(direct["random"]?.compact == kept["random"]?.compact, "\(options)")
      #expect(direct["requirements"]?.compact == kept["requirements"]?.compact)
      #expect(Tool.run(["verify", folder.file("k.jsonl")]).status == 0, "\(options)")
    }
  }

  @Test func `a random subset beats about half of the random ones`() throws {
    let source = folder.make("pool.jsonl", Archive.lines(0..<500))
    var (beaten, possible) = (0.0, 0.0)
    for seed in 0..<30 {
      let manifest = try manifest(
        [source],
        ["--axis", "tokens:5", "--quality", "quality", "--budget", "60", "--method", "random"]
          + ["--seed", "\(seed)"])
      beaten += manifest["random"]?["random"]?["quality_mean"]?["beaten"]?.decimal ?? .nan
      possible += 20
    }
    // A mean of 30 uniform shares: a standard deviation of 0.053.
    #expect((0.34...0.66).contains(beaten / possible), "\(beaten / possible)")
  }

  @Test func `a random subset is not judged from its own samples`() throws {
    var beaten = 0.0
    for seed in 0..<3 {
      let manifest = try manifest(
        [Tool.pool],
        ["--axis", "topic1:5", "--quality", "quality", "--budget", "300", "--method", "random"]
          + ["--seed", "\(seed)", "--random", "8", "--metrics", "facility_location"])
      beaten +=
        manifest["random"]?["random"]?["facility_location"]?["beaten"]?.decimal ?? .nan
    }
    #expect(beaten < 22, "\(beaten) of 24")
  }

  @Test func `where all are chosen nothing beats or is beaten`() throws {
    let source = folder.make("pool.jsonl", Archive.lines(0..<30))
    let manifest = try manifest(
      [source], ["--axis", "tokens:2", "--quality", "quality", "--budget", "1000"])
    let found = manifest["random"]?["random"]?["quality_mean"]
    #expect(found?["beaten"]?.decimal == 10 && found?["z"] == nil)
    let none = try self.manifest(
      [source], ["--axis", "tokens:2", "--quality", "quality", "--budget", "0"])
    #expect(none["random"] == nil)
  }

  @Test func `what is required and met stands in recipe and manifest`() throws {
    let required = ["quality>=0.5*top", "evenness>random", "tokens<=3*pool", "cells > 3"]
    let manifest = try manifest(
      [Tool.pool],
      Self.axes + ["--quality", "quality", "--budget", "300", "--random", "10"]
        + required.flatMap { ["--require", $0] })
    #expect(manifest["recipe"]?["require"]?.items?.compactMap(\.text) == required)
    #expect(manifest["recipe"]?["random"]?.wholeNumber == 10)
    let outcomes = try #require(manifest["requirements"]?.items)
    #expect(outcomes.compactMap { $0["require"]?.text } == required)
    #expect(outcomes.map { $0["met"] } == [.bool(true), .bool(true), .bool(true), .bool(true)])
    #expect(outcomes.allSatisfy { $0["value"]?.decimal != nil && $0["bound"]?.decimal != nil })
    #expect(
      outcomes[1]["bound"]?.decimal == manifest["random"]?["random"]?["evenness"]?["high"]?.decimal)
    #expect(Tool.run(["verify", folder.file("s.jsonl")]).status == 0)
    // The recipe requires the same again, and what explains a sample requires nothing.
    let again = try self.manifest(
      [Tool.pool], ["--recipe", folder.file("s.manifest.json")], name: "again")
    #expect(again["requirements"]?.compact == manifest["requirements"]?.compact)
    let explained = Tool.run([
      "explain", Tool.pool, "p000250", "--recipe", folder.file("s.manifest.json"), "--quiet",
    ])
    #expect(explained.status == 0, "\(explained.error)")
  }

  @Test func `top is what the method top chooses, by samples and by tokens`() throws {
    for budget in ["120", "6ktok"] {
      let options = Self.axes + ["--quality", "quality", "--budget", budget, "--per-cell", "9"]
      let top = try manifest([Tool.pool], options + ["--method", "top"])
      let best = try #require(top["subset"]?["quality"]?["mean"]?.decimal)
      let manifest = try manifest([Tool.pool], options + ["--require", "quality<=top"])
      let bound = manifest["requirements"]?.items?.first?["bound"]?.decimal
      #expect(abs((bound ?? .nan) - best) < 1e-9, "\(budget)")
    }
  }

  @Test func `what is not met ends with 3, is told with both numbers, and nothing is written`() {
    let empty = TemporaryFolder(inMemory: true)
    let bad = folder.make("bad.jsonl", Array("{nope\n".utf8) + Archive.lines(0..<200))
    let outcome = Tool.run(
      ["select", bad, "--quality", "quality", "--budget", "20,50", "--receipts"] + Self.axes
        + ["--require", "quality>random", "--require", "quality>1.5*top", "--require", "cells<2"]
        + ["--on-error", "skip", "--rejects", empty.file("rejects.jsonl")]
        + ["--save-recipe", empty.file("r.yaml"), "-o", empty.file("s.jsonl")])
    #expect(outcome.status == 3)
    #expect(empty.names.isEmpty)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.error.contains("'quality>random'"))
    #expect(outcome.error.contains("--require 'quality>1.5*top': quality_mean is 0."))
    #expect(outcome.error.contains("with the budget 20, not > 1."))
    #expect(outcome.error.contains("--require 'cells<2': cells is "))
    #expect(outcome.error.contains("with the budget 50, not < 2"))
    // Nor on standard output, nor over what was there.
    let piped = Tool.run(
      ["select", bad, "--budget", "20", "--on-error", "skip", "--require", "cells>1e9"] + Self.axes)
    #expect(piped.status == 3 && piped.output.isEmpty)
  }

  @Test func `what is not defined is not met`() {
    let source = folder.make("pool.jsonl", Archive.lines(0..<50))
    let outcome = Tool.run(
      ["select", source, "--budget", "0", "--require", "evenness>=0", "--axis", "tokens:2"]
        + ["-o", folder.file("n.jsonl")])
    #expect(outcome.status == 3)
    #expect(outcome.error.contains("evenness is not defined for the subset"))
  }

  @Test(arguments: [
    (["--require", "vendy>random"], "did you mean 'vendi'?"),
    (["--require", "nothinglike>1"], "known are quality_mean, "),
    (["--require", "vendi"], "in quotes"),
    (["--require", "vendi>radnom"], "did you mean 'random'?"),
    (["--require", "vendi>random", "--random", "1"], "draw at least 2"),
    (["--metrics", "vendi", "--random", "0"], "--random 0 draws none"),
    (["--metrics", "evennes"], "did you mean 'evenness'?"),
    (["--metrics", ","], "names of metrics"),
    (["--random", "-1"], "--random"), (["--random", "10001"], "10000"),
  ])
  func `a wrong option is refused with what to do`(options: [String], hint: String) {
    let outcome = Tool.run(["select", Tool.pool, "--budget", "5"] + options)
    #expect(outcome.status == 2)
    #expect(outcome.error.contains(hint), "\(outcome.error)")
  }
}
