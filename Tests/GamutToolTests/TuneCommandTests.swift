import Glibc
import JSON
import TestSupport
import Testing

/// `gamut tune` as a user runs it: what it writes is a recipe that chooses, and a file that tells why.
@Suite struct TuneCommandTests {
  let folder = TemporaryFolder()

  /// A search that takes a moment.
  private let small = [
    "--budget", "60", "--quality", "quality", "--try-axis", "complexity:2|none", "--try-axis",
    "topic:4@cvt|topic1:3", "--try-evenness", "0.5,1", "--try-greed", "0,0.25", "--folds", "3",
  ]

  private static let place = TemporaryFolder()
  /// The first 600 records of the repository's pool.
  private static let pool = place.make("pool.jsonl", Archive.lines(0..<600))

  private func tuning(_ name: String) throws -> JSONValue {
    let bytes = try #require(folder.bytes(name))
    let value = JSONValue(parsing: bytes.span)
    return try #require(value)
  }

  /// A tuning without where the pool lies, and what was said of it.
  private func comparable(_ name: String) throws -> [JSONValue.Member] {
    try #require(tuning(name).members).filter { !["pool", "warnings"].contains($0.key) }
  }

  private func tune(
    _ arguments: [String], to name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let outcome = Tool.run(["tune"] + arguments + ["-o", folder.file(name), "--quiet"])
    #expect(
      outcome.status == 0 && outcome.error.isEmpty && outcome.output.isEmpty, "\(outcome)",
      sourceLocation: sourceLocation)
  }

  @Test func `the recipe chooses as the tuning says`() throws {
    let outcome = Tool.run(["tune", Self.pool] + small + ["-o", folder.file("r.yaml")])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(folder.names == ["r.tuning.json", "r.yaml"])
    let tuning = try tuning("r.tuning.json")
    #expect(tuning["kind"] == .string("tuning") && tuning["default"] == .integer(0))
    #expect(tuning["pool"]?["samples"] == .integer(600))
    #expect(tuning["budget"]?["text"] == .string("60"))
    let configurations = try #require(tuning["configurations"]?.items)
    #expect(configurations.count == 17)
    let place = try #require(tuning["recommended"]?.wholeNumber)
    let best = configurations[place]
    #expect(best["front"] == .bool(true))
    let quality = try #require(best["values"]?["quality"])
    let (low, mean, high) = (
      quality["low"]?.decimal, quality["mean"]?.decimal, quality["high"]?.decimal
    )
    #expect((low ?? 9) <= (mean ?? 8) && (mean ?? 9) <= (high ?? 8))
    #expect(
      outcome.error.contains("recommended: ") && outcome.error.contains("\nreason: ")
        && outcome.error.contains("wrote "))
    let chosen = Tool.run([
      "select", Self.pool, "--recipe", folder.file("r.yaml"), "-o", folder.file("s.jsonl"),
      "--quiet",
    ])
    #expect(chosen.status == 0 && chosen.error.isEmpty)
    let manifest = try self.tuning("s.manifest.json")
    #expect(manifest["recipe"]?["axis"] == best["axes"])
    #expect(manifest["recipe"]?["evenness"]?.decimal == best["evenness"]?.decimal)
    #expect(manifest["recipe"]?["greed"]?.decimal == best["greed"]?.decimal)
    #expect(manifest["reachable_cells"] == best["reachable_cells"])
    #expect(manifest["subset"]?["samples"] == .integer(60))
  }

  @Test func `threads, files and archives give the same`() throws {
    tune([Self.pool] + small + ["--threads", "1"], to: "one.yaml")
    tune([Self.pool] + small + ["--threads", "3"], to: "three.yaml")
    let parts = [
      folder.make("a.jsonl", Archive.lines(0..<220)),
      folder.make("b.jsonl", Archive.lines(220..<600)),
    ]
    tune(parts + small, to: "parts.yaml")
    let archive = folder.file("p.gamut")
    Archive.run(["fit", Self.pool, "--quality", "quality", "-o", archive])
    tune([archive] + small.filter { !["--quality", "quality"].contains($0) }, to: "archive.yaml")
    let expected = try comparable("one.tuning.json")
    for name in ["three", "parts", "archive"] {
      #expect(try comparable("\(name).tuning.json") == expected)
      #expect(folder.bytes("\(name).yaml") == folder.bytes("one.yaml"))
    }
  }

  @Test func `an interrupted run is taken up again and ends as one that was not`() throws {
    let arguments = [Self.pool] + small
    tune(arguments, to: "whole.yaml")
    // What cannot be had is told at the end, when all is measured.
    let refused = Tool.run(
      ["tune"] + arguments + ["-o", folder.file("r.yaml"), "--prefer", "quality>=2*top"])
    #expect(refused.status == 1)
    #expect(refused.error.contains("no configuration keeps --prefer 'quality>=2*top'"))
    #expect(folder.names == ["r.tuning.journal", "whole.tuning.json", "whole.yaml"])
    let journal = try #require(folder.bytes("r.tuning.journal"))
    let lines = journal.split(separator: 0x0A)
    #expect(lines.count == 4)
    for kept in [0, 1, 2, 4] {
      // Cut in the middle of a line.
      let rest = lines.dropFirst(kept).first.map { $0.prefix($0.count / 2) } ?? []
      folder.make("r.tuning.journal", lines.prefix(kept).flatMap { $0 + [0x0A] } + rest)
      let outcome = Tool.run(["tune"] + arguments + ["-o", folder.file("r.yaml"), "--force"])
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("went on from a journal") == (kept > 1))
      #expect(folder.bytes("r.yaml") == folder.bytes("whole.yaml"))
      #expect(folder.bytes("r.tuning.json") == folder.bytes("whole.tuning.json"))
      #expect(!folder.names.contains("r.tuning.journal"))
    }
  }

  @Test func `a signal leaves the journal, and says so`() throws {
    // Long enough to be met in the middle.
    let many = [
      "--budget", "60", "--quality", "quality", "--folds", "20", "--try-axis",
      "topic:16,32,64,128@cvt", "--try-evenness", "0,0.25,0.5,0.75,1", "--try-greed",
      "0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8", "--threads", "1",
    ]
    let running = Tool.program.start(
      ["tune", Self.pool] + many + ["-o", folder.file("r.yaml")], errorPath: folder.file("error"))
    var patience = 20_000
    while (folder.bytes("r.tuning.journal") ?? []).count(where: { $0 == 0x0A }) < 3, patience > 0 {
      usleep(1000)
      patience -= 1
    }
    running.signal(SIGINT)
    #expect(running.wait() == 130)
    #expect(folder.names == ["error", "r.tuning.journal"])
    #expect(
      folder.text("error")
        == "\ngamut: interrupted\nwhat is done stands in the journal beside the output; the same command"
        + " goes on from there\n")
    // Another request does not touch it, unless it may.
    let other = Tool.run(["tune", Self.pool] + small + ["-o", folder.file("r.yaml")])
    #expect(other.status == 1 && other.error.contains("is the journal of another request"))
    tune([Self.pool] + small + ["--force"], to: "r.yaml")
    #expect(folder.names == ["error", "r.tuning.json", "r.yaml"])
  }

  @Test func `a rule decides in place of the knee`() throws {
    let rule = ["--prefer", "quality>=0.97*top", "--prefer", "coverage"]
    tune([Self.pool] + small + rule, to: "r.yaml")
    let tuning = try tuning("r.tuning.json")
    func mean(_ value: JSONValue?, _ name: String) -> Double {
      value?["values"]?[name]?["mean"]?.decimal ?? .nan
    }
    let top = try #require(tuning["references"]?["top"]?["quality"]?["mean"]?.decimal)
    let configurations = try #require(tuning["configurations"]?.items)
    let kept = configurations.filter { mean($0, "quality") >= 0.97 * top }
    #expect(!kept.isEmpty && kept.count < configurations.count)
    let best = configurations[try #require(tuning["recommended"]?.wholeNumber)]
    #expect(kept.contains(best))
    #expect(mean(best, "coverage") == kept.map { mean($0, "coverage") }.max())
    #expect(
      tuning["rule"]?.text?.hasPrefix("greatest coverage, of those with quality>=0.97*top") ?? false
    )
  }

  @Test func `a label counts, and what is tried may stand in a file`() throws {
    let space = folder.make(
      "space.yaml",
      """
      try-axis: ["complexity:2,4", "column:topic|none"]
      try-evenness: 1
      try-greed: [0, "0.5,0.9"]

      """)
    let options = ["--budget", "10%", "--quality", "quality", "--label", "topic"]
    tune([Self.pool, "--space", space] + options, to: "r.yaml")
    let tuning = try tuning("r.tuning.json")
    let names = tuning["objectives"]?.items?.compactMap { $0["name"]?.text }
    #expect(
      names == ["quality", "complexity_sd", "coverage", "vendi", "balance", "stability"])
    let configurations = try #require(tuning["configurations"]?.items)
    #expect(configurations.count == 13)
    for configuration in configurations {
      let balance = try #require(configuration["values"]?["balance"]?["mean"]?.decimal)
      #expect((0...1).contains(balance))
    }
    // The command line wins.
    tune([Self.pool, "--space", space, "--try-greed", "0"] + options, to: "one.yaml")
    #expect(try self.tuning("one.tuning.json")["configurations"]?.items?.count == 5)
  }

  @Test func `bounds of redundancy are tried, and the best one stands in the recipe`() throws {
    let arguments =
      [Self.pool, "--budget", "60", "--quality", "quality", "--try-axis", "complexity:3"]
      + ["--try-axis", "topic1:3", "--try-evenness", "1", "--try-greed", "0.5"]
      + ["--try-redundancy", "off,0.2", "--prefer", "vendi"]
    tune(arguments + ["--threads", "1"], to: "one.yaml")
    tune(arguments + ["--threads", "3"], to: "three.yaml")
    #expect(folder.bytes("one.tuning.json") == folder.bytes("three.tuning.json"))
    let configurations = try #require(try tuning("one.tuning.json")["configurations"]?.items)
    // The default, and one with each bound.
    #expect(configurations.map { $0["redundancy"]?.decimal } == [nil, nil, 0.2])
    func vendi(_ place: Int) -> Double {
      configurations[place]["values"]?["vendi"]?["mean"]?.decimal ?? .nan
    }
    #expect(vendi(2) > vendi(1) && vendi(2) > vendi(0))
    let recipe = String(decoding: try #require(folder.bytes("one.yaml")), as: UTF8.self)
    #expect(recipe.contains("\nredundancy: 0.2\n"))
    // Without it all have that of the recipe, which is none of what is tried.
    tune(arguments.dropLast(4) + ["--redundancy", "0.3"], to: "two.yaml")
    let shared = try #require(try tuning("two.tuning.json")["configurations"]?.items)
    #expect(shared.map { $0["redundancy"]?.decimal } == [0.3, 0.3])
    for value in ["0.5,", "2", "on"] {
      let outcome = Tool.run(["tune", Self.pool, "--budget", "5", "--try-redundancy", value])
      #expect(outcome.status == 2 && outcome.error.contains("or off"), "\(outcome.error)")
    }
  }

  @Test func `models are held against other files too, and rules can speak of these`() throws {
    let lines = String(decoding: try #require(wholeFile(Self.pool)), as: UTF8.self)
      .split(separator: "\n")
    let own = folder.make("Half of it.jsonl", lines.prefix(100).joined(separator: "\n"))
    let other = folder.make(
      "other.jsonl",
      (0..<30).map { #"{"prompt":"q\#($0)","response":"zxq vwk \#($0) jjq"}"# }
        .joined(separator: "\n"))
    let arguments =
      [Self.pool] + small
      + [
        "--validate", own, "--validate", other, "--prefer", "loss_on_other<=100", "--prefer",
        "loss_on_half_of_it",
      ]
    tune(arguments, to: "one.yaml")
    let tuning = try tuning("one.tuning.json")
    let configurations = try #require(tuning["configurations"]?.items)
    func value(_ name: String, _ place: Int) -> Double {
      configurations[place]["values"]?[name]?["mean"]?.decimal ?? .nan
    }
    for place in configurations.indices {
      #expect(value("loss_on_other", place) > value("loss_on_half_of_it", place))
      #expect(value("proxy_worst_topic", place) > value("proxy_loss", place))
    }
    let best = try #require(tuning["recommended"]?.wholeNumber)
    #expect(
      configurations.indices.allSatisfy {
        value("loss_on_half_of_it", best) <= value("loss_on_half_of_it", $0)
      })
    for (path, message) in [
      (folder.file("nothing.jsonl"), "nothing.jsonl"), ("-", "expected the name of a file"),
      (folder.make("empty.jsonl", ""), "empty.jsonl"),
    ] {
      let outcome = Tool.run(
        ["tune", Self.pool] + small + ["--validate", path, "-o", folder.file("x.yaml"), "--quiet"])
      #expect(outcome.status != 0 && outcome.error.contains(message), "\(outcome.error)")
      #expect(folder.bytes("x.yaml") == nil)
    }
  }

  @Test func `a proxy is trained where it is asked for, and decides where it shall`() throws {
    let arguments = [Self.pool] + small + ["--proxy", "--objectives", "proxy_loss,stability"]
    tune(arguments + ["--threads", "1"], to: "one.yaml")
    tune(arguments + ["--threads", "3"], to: "three.yaml")
    #expect(folder.bytes("one.tuning.json") == folder.bytes("three.tuning.json"))
    let tuning = try tuning("one.tuning.json")
    let objective = try #require(
      tuning["objectives"]?.items?.first { $0["name"] == .string("proxy_loss") })
    #expect(objective["direction"] == .string("lower") && objective["front"] == .bool(true))
    func loss(_ value: JSONValue) -> Double {
      value["values"]?["proxy_loss"]?["mean"]?.decimal ?? .nan
    }
    func stability(_ value: JSONValue) -> Double {
      value["values"]?["stability"]?["mean"]?.decimal ?? .nan
    }
    let configurations = try #require(tuning["configurations"]?.items)
    #expect(configurations.allSatisfy { (0.1...20).contains(loss($0)) })
    for one in configurations {
      let isDominated = configurations.contains {
        loss($0) <= loss(one) && stability($0) >= stability(one)
          && (loss($0) < loss(one) || stability($0) > stability(one))
      }
      #expect(one["front"] == .bool(!isDominated))
    }
  }

  @Test func `without an output the recipe is printed, and the tuning on request`() throws {
    let outcome = Tool.run(["tune", Self.pool] + small + ["--json"])
    #expect(outcome.status == 0)
    tune([Self.pool] + small, to: "r.yaml")
    #expect(outcome.output == folder.bytes("r.yaml"))
    #expect(outcome.error == folder.text("r.tuning.json"))
    let again = Tool.run(["tune", Self.pool] + small + ["-o", folder.file("r.yaml")])
    #expect(again.status == 1 && again.error.contains("r.yaml exists"))
    #expect(folder.names == ["r.tuning.json", "r.yaml"])
  }

  @Test(arguments: [
    (["--budget", "1k,2k"], Int32(2), "a grid is tuned for one budget"),
    (["--budget", "10", "--method", "top"], 2, "grids matter to --method archive alone"),
    (["--budget", "10", "--try-axis", "complexty"], 2, "there is no measure 'complexty'"),
    (["--budget", "10", "--try-axis", "complexity|"], 2, "an alternative is empty"),
    (
      ["--budget", "10", "--try-axis", "tokens", "--try-axis", "tokens:4"], 2,
      "another axis of the grid has the same name"
    ),
    (["--budget", "10", "--try-greed", "2"], 2, "expected numbers from 0 to 1"),
    (["--budget", "10", "--try-evenness", ""], 2, "expected numbers from 0 to 1"),
    (["--budget", "10", "--prefer", "quality>=pool"], 2, "'pool' is not measured here"),
    (["--budget", "10", "--prefer", "qality"], 1, "did you mean 'quality'?"),
    (["--budget", "10", "--objectives", "balance"], 1, "name it with --label"),
    (["--budget", "10", "--prefer", "proxy_loss"], 1, "add --proxy"),
    (["--budget", "10", "--folds", "1"], 2, "--folds"),
    (["--budget", "600"], 1, "buys all that may be chosen"),
    (["--budget", "0"], 1, "nothing can be chosen"),
    (["--budget", "10", "--min-quality", "99.9%"], 1, "take fewer --folds"),
    (["--budget", "10", "--label", "nowhere"], 1, "nowhere"),
  ])
  func `what cannot be tuned is refused before any file appears`(
    options: [String], status: Int32, reason: String
  ) {
    let outcome = Tool.run(
      ["tune", Self.pool, "--quality", "quality", "-o", folder.file("r.yaml")] + options)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(reason), "\(outcome.error)")
    #expect(folder.names == [])
  }

  @Test func `too many configurations are refused`() {
    let list = (0..<101).map { "0.\($0 + 100)" }.joined(separator: ",")
    let outcome = Tool.run([
      "tune", Self.pool, "--budget", "10", "--try-axis", "none", "--try-evenness", list,
      "--try-greed", list,
    ])
    #expect(outcome.status == 1 && outcome.error.contains("10,201 configurations"))
  }
}
