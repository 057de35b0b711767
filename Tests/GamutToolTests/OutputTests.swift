import TestSupport
import Testing

/// Outputs appear whole or not at all, and nothing that is there already is lost.
@Suite struct OutputTests {
  let folder = TemporaryFolder()
  let source: String
  /// Everything but the output.
  let options: [String]

  init() {
    source = folder.make("pool.jsonl", RandomPool(count: 50, seed: 31).file())
    options = ["--quality", "score", "--budget", "10"] + Tool.plainAxes
  }

  func select(_ more: [String]) -> Program.Outcome {
    Tool.run(["select", source] + options + more)
  }

  @Test func `beside the subset stands its manifest, and receipts when asked for`() {
    #expect(select(["-o", folder.file("s.jsonl")]).status == 0)
    #expect(folder.names == ["pool.jsonl", "s.jsonl", "s.manifest.json"])
    #expect(select(["-o", folder.file("t.txt"), "--receipts"]).status == 0)
    #expect(
      folder.names == [
        "pool.jsonl", "s.jsonl", "s.manifest.json", "t.txt", "t.txt.manifest.json",
        "t.txt.receipts.jsonl",
      ])
    #expect(folder.bytes("t.txt") == folder.bytes("s.jsonl"))
  }

  @Test(arguments: ["s.jsonl", "s.manifest.json", "s.receipts.jsonl", "bad.jsonl"])
  func `an existing output is kept without --force and replaced with it`(name: String) {
    folder.make(name, "precious")
    let all = [
      "-o", folder.file("s.jsonl"), "--receipts", "--on-error", "skip", "--rejects",
      folder.file("bad.jsonl"),
    ]
    let refused = select(all)
    #expect(refused.status == 1)
    #expect(
      refused.error == "gamut select: \(folder.file(name)) exists already; choose another name, or"
        + " replace it with --force\n")
    #expect(folder.names == [name, "pool.jsonl"].sorted())
    #expect(folder.text(name) == "precious")
    #expect(select(all + ["--force"]).status == 0)
    #expect(folder.text(name) != "precious")
    #expect(folder.names.count == 5)
  }

  @Test func `an input is never an output, by whatever name`() {
    let before = folder.bytes("pool.jsonl")
    let link = folder.link("link.jsonl", to: "pool.jsonl")
    let vectors = folder.make("v.npy", "no vectors")
    for (output, more) in [
      (source, []), (link, []),
      (folder.path + "/../\(folder.path.split(separator: "/")[1])/pool.jsonl", []),
      (vectors, ["--embeddings", vectors]),
      (folder.file("s.jsonl"), ["--on-error", "skip", "--rejects", source]),
      (
        folder.file("s.jsonl"), ["--on-error", "skip", "--rejects", folder.file("s.manifest.json")]
      ),
    ] {
      let outcome = select(["-o", output, "--force"] + more)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("is named twice"))
    }
    let outcome = Tool.run(["select", link] + options + ["-o", source, "--force"])
    #expect(outcome.status == 1)
    #expect(folder.bytes("pool.jsonl") == before)
    #expect(folder.names == ["link.jsonl", "pool.jsonl", "v.npy"])
  }

  @Test func `a link to a file is followed and stays a link`() {
    folder.make("real.jsonl", "old")
    let link = folder.link("link.jsonl", to: "real.jsonl")
    #expect(select(["-o", link, "--force"]).status == 0)
    let plain = select([])
    #expect(folder.bytes("real.jsonl") == plain.output)
    #expect(folder.names == ["link.jsonl", "link.manifest.json", "pool.jsonl", "real.jsonl"])
  }

  @Test func `without an output the subset goes to standard output and no file appears`() {
    let outcome = select([])
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: 0x0A).count == 10)
    #expect(outcome.error.contains("10 selected"))
    #expect(folder.names == ["pool.jsonl"])
  }

  @Test func `a dash is standard output, as for input`() throws {
    let dash = Tool.run(["select", source] + options + ["-o", "-", "--json"])
    let none = select(["--json"])
    #expect(dash.status == 0 && dash.output == none.output && !none.output.isEmpty)
    let manifest = try ManifestFile(Array(dash.error.utf8))
    #expect(manifest.output == nil && manifest.subset.samples == 10)
    #expect(folder.names == ["pool.jsonl"])
    let refused = Tool.run(["select", source] + options + ["-o", "-", "--receipts"])
    #expect(refused.status == 2)
    #expect(refused.error.contains("receipts stand beside the subset, and '-' is no file"))
    #expect(select(["-o", "-"]).error.contains("wrote to standard output in "))
  }

  @Test func `receipts of an earlier subset never stand beside a new one`() {
    let subset = folder.file("s.jsonl")
    #expect(select(["-o", subset, "--receipts", "--quiet"]).status == 0)
    let receipts = folder.bytes("s.receipts.jsonl")
    // A run that fails leaves all as it was.
    let failed = Tool.run(
      ["select", source] + options + ["-o", subset, "--force", "--quality", "nosuch"])
    #expect(failed.status == 1)
    #expect(folder.bytes("s.receipts.jsonl") == receipts)
    // With the subset gone, its receipts still hold the name.
    for name in ["s.jsonl", "s.manifest.json"] { folder.remove(name) }
    let refused = select(["-o", subset, "--quiet"])
    #expect(refused.status == 1)
    #expect(
      refused.error
        == "gamut select: \(folder.file("s.receipts.jsonl")) holds the receipts of another"
        + " subset and would lie about the new one; choose another name, write new ones with"
        + " --receipts, or let them go with --force\n")
    #expect(folder.names == ["pool.jsonl", "s.receipts.jsonl"])
    #expect(select(["-o", subset, "--quiet", "--force"]).status == 0)
    #expect(folder.names == ["pool.jsonl", "s.jsonl", "s.manifest.json"])
    // Where the name is that of an input it stays.
    let pool = folder.make("s.receipts.jsonl", "{\"text\":\"a\"}\n")
    let outcome = Tool.run(["select", pool, "-b", "1", "-o", subset, "--force"] + Tool.plainAxes)
    #expect(outcome.status == 1 && outcome.error.contains("is named twice"))
    #expect(folder.text("s.receipts.jsonl") == "{\"text\":\"a\"}\n")
    // And where it is that of the rejects it is those.
    let skipping = ["--on-error", "skip", "--rejects", folder.file("s.receipts.jsonl")]
    #expect(select(["-o", subset, "--force"] + skipping).status == 0)
    #expect(folder.bytes("s.receipts.jsonl") == [])
  }

  @Test(arguments: ["/dev/stdout", "/dev/fd/1"])
  func `standard output by its name has nothing beside it`(name: String) {
    let outcome = select(["-o", name, "--quiet"])
    #expect(outcome.status == 0)
    #expect(outcome.output == select([]).output)
    #expect(wholeFile(name + ".manifest.json") == nil)
  }

  @Test func `a device takes the subset and has nothing beside it`() {
    let outcome = select(["-o", "/dev/null", "--quiet"])
    #expect(outcome.status == 0)
    #expect(wholeFile("/dev/null.manifest.json") == nil)
    let refused = select(["-o", "/dev/null", "--receipts"])
    #expect(refused.status == 1)
    #expect(
      refused.error == "gamut select: receipts stand beside the subset, and /dev/null is no file;"
        + " name one with --output\n")
  }

  @Test func `a named pipe takes the subset`() {
    let pipe = folder.pipe("pipe")
    let reader = Program(path: "/bin/cp").start([pipe, folder.file("copy.jsonl")])
    #expect(select(["-o", pipe, "--quiet"]).status == 0)
    #expect(reader.wait() == 0)
    #expect(folder.bytes("copy.jsonl") == select([]).output)
    #expect(folder.names == ["copy.jsonl", "pipe", "pool.jsonl"])
  }

  @Test func `a full disk is an error, on standard output and under a name`() {
    let named = select(["-o", "/dev/full"])
    #expect(named.status == 1)
    #expect(named.error == "gamut select: cannot write /dev/full: the disk is full\n")
    let outcome = Tool.run(["select", source] + options, outputPath: "/dev/full")
    #expect(outcome.status == 1)
    #expect(outcome.error == "gamut select: cannot write /dev/stdout: the disk is full\n")
  }

  @Test func `a reader that has enough ends the run in silence`() {
    // More than a pipe holds, so that the reader is gone before all is written.
    let shell = Program(path: "/bin/bash").run([
      "-c", "set -o pipefail; \"$0\" select \"$@\" | head -1", Tool.program.path, Tool.pool,
      "--budget", "100%", "--axis", "tokens:2",
    ])
    #expect(shell.status == 0)
    #expect(shell.error.isEmpty)
    #expect(shell.output.split(separator: 0x0A).count == 1)
  }

  @Test func `a place that cannot be written is told before any work`() {
    for (output, problem) in [
      (folder.file("none/s.jsonl"), "no such file or folder"), (folder.path, "it is a folder"),
      (folder.path + "/", "it is a folder"),
      (source + "/s.jsonl", "a part of the path is no folder"),
    ] {
      let outcome = select(["-o", output])
      #expect(outcome.status == 1)
      #expect(outcome.error == "gamut select: cannot write \(output): \(problem)\n")
    }
    #expect(folder.names == ["pool.jsonl"])
  }

  @Test func `a run that fails leaves nothing under any name`() {
    let bad = folder.make("bad.jsonl", "{\"text\":\"a\"}\n{\"text\":\n")
    let outcome = Tool.run([
      "select", bad, "--budget", "1", "-o", folder.file("s.jsonl"), "--receipts",
    ])
    #expect(outcome.status == 1)
    #expect(folder.names == ["bad.jsonl", "pool.jsonl"])
  }

  @Test func `records stand in one array with --format json`() throws {
    let lines = select(["--quiet"]).output
    let array = select(["--quiet", "--format", "json"]).output
    let records = try lines.split(separator: 0x0A).map { try JSON(Array($0)) }
    #expect(try JSON(array) == .array(records))
    let none = Tool.run(["select", source, "--budget", "0", "--quiet", "--format", "json"])
    #expect(try JSON(none.output) == .array([]))
  }

  @Test func `rejected lines are kept as they came`() {
    var chances = RandomPool.Chances()
    chances.rejected = 300
    let pool = RandomPool(count: 60, chances: chances, seed: 32)
    let mixed = folder.make("mixed.jsonl", pool.file())
    let outcome = Tool.run(
      ["select", mixed] + options + ["--on-error", "skip", "--rejects", folder.file("bad.jsonl")])
    #expect(outcome.status == 0)
    let expected = pool.lines.filter { $0.kind == .rejected }.map { $0.bytes + [0x0A] }
    #expect(expected.count > 10)
    #expect(folder.bytes("bad.jsonl") == Array(expected.joined()))
    #expect(outcome.error.contains("\(expected.count) lines are no readable records"))
  }

  @Test func `the summary says what happened, in silence nothing does`() throws {
    let summary = select(["-o", folder.file("s.jsonl")]).error
    #expect(summary.contains("budget 10: spent 10 of 10 samples\n"))
    #expect(
      summary.contains("wrote \(folder.file("s.jsonl")), \(folder.file("s.manifest.json")) in"))
    #expect(summary.contains("note: tokens are estimated by rule, not counted by a tokenizer\n"))
    #expect(select(["-o", folder.file("s.jsonl"), "--force", "--quiet"]).error.isEmpty)
    let json = select(["-o", folder.file("s.jsonl"), "--force", "--json", "--timing"]).error
    #expect(json == folder.text("s.manifest.json"))
    #expect(try ManifestFile(Array(json.utf8)).subset.samples == 10)
    let toOutput = select(["--json"])
    let manifest = try ManifestFile(Array(toOutput.error.utf8))
    #expect(manifest.output == nil)
    let timing = select(["--quiet", "--timing"]).error
    let rows = timing.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(
      rows.map { $0[0] } == [
        "stage", "read", "select", "prove", "write", "commit", "rest", "total",
      ])
    let milliseconds = try rows.dropFirst().map { row in
      try #require(Int(row[1].filter { $0 != "." }))
    }
    #expect(milliseconds.dropLast().reduce(0, +) == milliseconds.last)
  }

  @Test func `receipts keep the order of the pool through thousands of rejected lines`() throws {
    let good = "{\"text\":\"a b\"}\n"
    // Runs longer and shorter than what is put into words at once, at the start, between and at the end.
    let runs = [
      (5000, false), (3, true), (9001, false), (5000, true), (2, false), (1, true), (4097, false),
    ]
    let pool = runs.map { String(repeating: $1 ? good : "{}\n", count: $0) }.joined()
    let source = folder.make("pool.jsonl", pool)
    let outcome = Tool.run(
      ["select", source, "--budget", "1", "--on-error", "skip", "--receipts", "--quiet"]
        + ["--axis", "tokens", "-o", folder.file("s.jsonl")])
    #expect(outcome.status == 0, "\(outcome.error)")
    let receipts = try #require(folder.text("s.receipts.jsonl")).split(separator: "\n")
    var line = 0
    var isInOrder = true
    for (count, isGood) in runs {
      for _ in 0..<count {
        let receipt = receipts[line]
        line += 1
        isInOrder =
          isInOrder && receipt.contains("\"line\":\(line),")
          && receipt.contains("\"rejected\"") != isGood
      }
    }
    #expect(line == receipts.count)
    #expect(isInOrder)
  }
}
