import Glibc
import JSON
import TestSupport
import Testing

/// `gamut report` as a user runs it, without a browser.
@Suite struct ReportCommandTests {
  let folder = TemporaryFolder()

  private func data(_ html: [UInt8]?) throws -> JSONValue {
    let text = String(decoding: html ?? [], as: UTF8.self)
    let rest = text.split(separator: "id=\"data\">", omittingEmptySubsequences: false)
    try #require(rest.count == 2)
    let json = rest[1].split(separator: "</script>")[0]
    let parsed = JSONValue(parsing: Array(json.utf8).span)
    return try #require(parsed)
  }

  private func fit(_ name: String = "pool.gamut") throws -> String {
    let path = folder.file(name)
    let outcome = Tool.run(
      ["fit", Tool.pool, "-o", path, "--quality", "quality", "--quiet"] + Tool.plainAxes)
    try #require(outcome.status == 0, "\(outcome.error)")
    return path
  }

  private func sum(_ value: JSONValue?) -> Int {
    (value?.items ?? []).reduce(0) { $0 + ($1.wholeNumber ?? 0) }
  }

  @Test func `an archive is shown with and without a choice, the same for any number of threads`()
    throws
  {
    let archive = try fit()
    let plain = Tool.run(["report", archive])
    #expect(plain.status == 0 && plain.error.isEmpty, "\(plain.error)")
    let looked = try data(plain.output)
    #expect(looked["kind"]?.text == "archive" && looked["hasChoice"]?.truth == false)
    #expect(sum(looked["cells"]?["count"]) == 3000 && looked["cells"]?["chosen"] == nil)
    let options = ["--budget", "300", "--evenness", "0.5"]
    let one = Tool.run(["report", archive, "-o", folder.file("1.html"), "-j", "1"] + options)
    let four = Tool.run(["report", archive, "-o", folder.file("4.html"), "-j", "4"] + options)
    #expect(one.status == 0 && four.status == 0 && one.output.isEmpty)
    #expect(folder.bytes("1.html") == folder.bytes("4.html"))
    let chosen = try data(folder.bytes("1.html"))
    #expect(sum(chosen["cells"]?["chosen"]) == 300)
    #expect(folder.names == ["1.html", "4.html", "pool.gamut"])
  }

  @Test func `a subset is shown as it was chosen, from files and from an archive`() throws {
    let archive = try fit()
    for (input, options) in [
      (Tool.pool, ["--quality", "quality"] + Tool.plainAxes), (archive, []),
    ] {
      let subset = folder.file("s.jsonl")
      let chosen = Tool.run(
        ["select", input, "-b", "200", "-o", subset, "--receipts", "--force", "--quiet"] + options)
      try #require(chosen.status == 0)
      let outcome = Tool.run(["report", subset])
      #expect(outcome.status == 0, "\(outcome.error)")
      let shown = try data(outcome.output)
      #expect(shown["kind"]?.text == "subset" && sum(shown["cells"]?["chosen"]) == 200)
      let text = String(decoding: outcome.output, as: UTF8.self)
      #expect(text.contains("gave the subset, byte for byte"))
      #expect(text.contains("manifest_format"))
    }
    // One that was touched is not shown as what it was.
    var bytes = try #require(folder.bytes("s.jsonl"))
    bytes[20] ^= 1
    folder.make("s.jsonl", bytes)
    let outcome = Tool.run(["report", folder.file("s.jsonl"), "-o", folder.file("r.html")])
    #expect(outcome.status == 1 && outcome.error.contains("gamut verify"))
    #expect(outcome.error.contains("s.jsonl"), "\(outcome.error)")
    #expect(folder.bytes("r.html") == nil)
  }

  @Test func `figures stand in a folder, each alone`() throws {
    let archive = try fit()
    let figures = folder.file("figures")
    let arguments = [
      "report", archive, "-o", folder.file("r.html"), "--figures", figures, "--budget", "10",
    ]
    #expect(Tool.run(arguments).status == 0)
    #expect(
      filesBelow(figures) == ["complexity.svg", "heatmap.svg", "quality.svg", "tokens.svg"])
    let again = Tool.run(arguments)
    #expect(again.status == 1 && again.error.contains("--force"))
    let before = wholeFile(figures + "/heatmap.svg")
    #expect(Tool.run(arguments + ["--force"]).status == 0)
    #expect(wholeFile(figures + "/heatmap.svg") == before)
    folder.make("file", "")
    let wrong = Tool.run(["report", archive, "--figures", folder.file("file")])
    #expect(wrong.status == 2 && wrong.error.contains("is no folder"))
  }

  @Test func `a tuning run is shown, and a broken one names what is wrong`() throws {
    let run = folder.make("r.tuning.json", TuningFile.text)
    let outcome = Tool.run(["report", run, "--figures", folder.file("f")])
    #expect(outcome.status == 0, "\(outcome.error)")
    let shown = try data(outcome.output)
    #expect(shown["tuning"]?["configurations"]?.items?.count == 4)
    #expect(filesBelow(folder.file("f")) == ["front.svg"])
    for (place, replacement, member) in [
      ("\"recommended\":2", "\"recommended\":9", "recommended"),
      ("\"direction\":\"higher\"", "\"direction\":\"up\"", "objectives.direction"),
      ("\"configurations\":", "\"other\":", "configurations"),
    ] {
      let text = TuningFile.text.split(separator: place, omittingEmptySubsequences: false)
        .joined(separator: replacement)
      let broken = Tool.run(["report", folder.make("b.json", text)])
      #expect(broken.status == 1 && broken.error.contains("'\(member)'"), "\(broken.error)")
    }
  }

  @Test(arguments: [
    ([Tool.pool], 1, "pool.jsonl is no archive, no subset with a manifest beside it"),
    (["missing.jsonl", "--budget", "5"], 1, "missing.jsonl"),
    (["-"], 2, "standard input is no archive"),
    ([""], 2, "expected the name of a file"),
    (["x", "--budget", "5,10"], 2, "a page shows one choice"),
    (["x", "--budget", "zero"], 2, "not valid for '--budget'"),
    (["x", "--figures", "-"], 2, "expected the name of a folder"),
    (["x", "--axis", "foo"], 2, "there is no measure 'foo'"),
    (["x", "-e", "v.npy"], 2, "unknown option '-e'"),
  ])
  func `what cannot be shown is told`(arguments: [String], status: Int32, message: String) {
    let outcome = Tool.run(["report"] + arguments)
    #expect(outcome.status == status && outcome.error.contains(message), "\(outcome.error)")
    #expect(outcome.output.isEmpty)
  }

  @Test func `what a page is made of is not replaced, and options of a choice need an archive`()
    throws
  {
    let archive = try fit()
    let subset = folder.file("s.jsonl")
    try #require(
      Tool.run(["select", archive, "-b", "20", "-o", subset, "--quiet"]).status == 0)
    let pool = folder.make("own.jsonl", try #require(wholeFile(Tool.pool)))
    let own = folder.file("own.gamut")
    try #require(
      Tool.run(["fit", pool, "-o", own, "-q", "quality", "--quiet"] + Tool.plainAxes).status == 0)
    for (input, output) in [
      (subset, subset), (subset, folder.file("s.manifest.json")), (own, pool),
    ] {
      let before = wholeFile(output)
      let outcome = Tool.run(["report", input, "-o", output, "--force"])
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(wholeFile(output) == before)
    }
    let chosen = Tool.run(["report", subset, "--budget", "5"])
    #expect(chosen.status == 2 && chosen.error.contains("was chosen by its manifest"))
    let again = Tool.run(["report", archive, "-o", subset])
    #expect(again.status == 1 && again.error.contains("--force"))
    // A source that was changed since.
    folder.make("own.jsonl", "{\"text\":\"other\"}\n")
    #expect(Tool.run(["report", own]).status == 1)
  }

  @Test func `hostile records and huge lines make a page that is small and whole`() throws {
    let pool = folder.make("odd.jsonl", OddRecords.lines.joined(separator: "\n"))
    let archive = folder.file("odd.gamut")
    try #require(
      Tool.run([
        "fit", pool, "-o", archive, "-q", "score", "--axis", "column:kind", "--axis", "tokens:3",
        "--quiet",
      ]).status == 0)
    let outcome = Tool.run(["report", archive, "-b", "10", "-o", folder.file("r.html")])
    #expect(outcome.status == 0, "\(outcome.error)")
    let html = String(decoding: try #require(folder.bytes("r.html")), as: UTF8.self)
    #expect(html.utf8.count < 300_000)
    #expect(!html.contains("<img") && !html.contains("<b onclick"))
    #expect(html.split(separator: "</script", omittingEmptySubsequences: false).count == 3)
    #expect(!html.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2028}" || $0 == "\0" })
    let samples = try data(Array(html.utf8))["samples"]?.items ?? []
    #expect(samples.count == 60)
    #expect(samples.contains { $0.items?[7].text == "<3>" })
  }

  @Test func `a recipe's file decides what counts as chosen`() throws {
    let archive = try fit()
    let recipe = folder.make("r.yaml", "budget: 40\nevenness: 0\n")
    let outcome = Tool.run(["report", archive, "--recipe", recipe, "--budget", "30"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try sum(data(outcome.output)["cells"]?["chosen"]) == 30)
    let none = Tool.run(["report", archive, "--recipe", folder.make("n.yaml", "evenness: 0\n")])
    #expect(none.status == 2 && none.error.contains("names no budget"))
  }

  @Test(arguments: 0..<6) func `a killed run leaves whole files or none`(moment: Int) throws {
    let archive = try fit()
    let whole = Tool.run(["report", archive, "--budget", "50"]).output
    let running = Tool.program.start([
      "report", archive, "--budget", "50", "-o", folder.file("r.html"), "--figures",
      folder.file("figures"),
    ])
    usleep(UInt32(moment) * 60_000)
    running.signal(SIGKILL)
    #expect([0, 137].contains(running.wait()))
    if let found = folder.bytes("r.html") { #expect(found == whole) }
    for name in filesBelow(folder.file("figures")) {
      let svg = try #require(wholeFile(folder.file("figures/" + name)))
      #expect(String(decoding: svg, as: UTF8.self).hasSuffix("</svg>\n"))
    }
  }
}
