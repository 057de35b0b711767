import TestSupport
import Testing

/// What a run says that went through, but not as a user might think.
@Suite struct WarningTests {
  let folder = TemporaryFolder()
  let source: String

  init() {
    let lines = (0..<20).map { row in
      "{\"text\":\"text number \(row)\",\"good\":\(row),\"loss\":\(row + 1),\"same\":7,"
        + "\"some\":\(row < 8 ? "1" : row == 8 ? "\"much\"" : row == 9 ? "1e999" : "null")}\n"
    }
    source = folder.make("pool.jsonl", lines.joined())
  }

  /// The warnings of a run over the pool, which must end with 0.
  private func warnings(_ options: String...) throws -> [String] {
    let outcome = Tool.run(
      ["select", source, "--quiet", "--force", "-o", folder.file("s.jsonl")]
        + ["--axis", "column:good:4"] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    return try ManifestFile(#require(folder.bytes("s.manifest.json"))).warnings
  }

  /// The one among the warnings that says that the subset is empty, and that it is the first.
  private func emptiness(_ options: String...) throws -> String? {
    let outcome = Tool.run(
      ["select", source, "--axis", "column:good:4", "-o", folder.file("s.jsonl"), "--force"]
        + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(folder.bytes("s.jsonl") == [])
    let notes = outcome.error.split(separator: "\n").filter { $0.hasPrefix("note: ") }
    #expect(notes.count { $0.contains("the budget is") || $0.contains("cells but") } <= 1)
    return notes.first.map { String($0.dropFirst(6)) }
  }

  @Test func `a heuristic quality that is constant ranks nothing, and the run says so`() throws {
    let same = folder.make("same.jsonl", (0..<9).map { _ in "{\"text\":\"one two\"}\n" }.joined())
    let outcome = Tool.run(["select", same, "--budget", "1", "--axis", "tokens:2"])
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains("note: the heuristic quality is "), "\(outcome.error)")
    #expect(outcome.error.contains(" for every sample: it ranks nothing, ties fall by content\n"))
    let varied = Tool.run(["select", Tool.pool, "--budget", "1", "--axis", "tokens:2"])
    #expect(varied.status == 0 && !varied.error.contains("for every sample"))
  }

  @Test func `a column that is constant, mostly missing or not finite is reported`() throws {
    #expect(
      try warnings("--budget", "5", "--quality", "same").contains(
        "quality 'same' is 7 for every sample: it ranks nothing, ties fall by content"))
    #expect(
      try warnings("--budget", "5", "--quality", "some", "--missing-quality", "lowest").contains(
        "quality 'some' is missing for 12 of 20 samples; in 2 of them something else than a finite"
          + " number stands there; most of the pool is not ranked by it"))
    #expect(
      try warnings("--budget", "5", "--axis", "column:same").contains(
        "axis 'column:same' has one value only and divides nothing"))
  }

  @Test func `an empty subset is told with its reason`() throws {
    #expect(
      try emptiness("--budget", "0") == "the subset is empty: the budget of 0 comes to 0 samples")
    #expect(
      try emptiness("--budget", "4%") == "the subset is empty: the budget of 4% comes to 0 samples")
    #expect(
      try emptiness("--budget", "5", "--quality", "good", "--min-quality", "20")
        == "the subset is empty: no quality reaches the floor of 20 (--min-quality), the best is 19"
    )
    let derived =
      "; the floor is held against quality as it ranks: negated where the weight is negative, from 0"
      + " to 1 where several columns are combined"
    #expect(
      try emptiness("--budget", "5", "--quality", "loss:-1", "--min-quality", "0.5")
        == "the subset is empty: no quality reaches the floor of 0.5 (--min-quality), the best is -1"
        + derived)
    #expect(
      try emptiness(
        "--budget", "5", "--quality", "good", "--quality", "loss", "--min-quality", "10")
        == "the subset is empty: no quality reaches the floor of 10 (--min-quality), the best is 0.975"
        + derived)
    let apart = folder.make(
      "apart.jsonl", "{\"text\":\"a\",\"x\":1}\n{\"text\":\"b\",\"y\":1}\n")
    let outcome = Tool.run([
      "select", apart, "--budget", "1", "--quality", "x", "--quality", "y", "--missing-quality",
      "drop", "--axis", "tokens:1",
    ])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(
      outcome.error.contains(
        "note: the subset is empty: no sample has a usable number in all quality columns\n"))
  }

  @Test func `a floor holds for the quality that ranks`() throws {
    func chosen(_ options: String...) -> Int {
      let all = ["select", source, "--budget", "100%", "--quiet", "--axis", "tokens:1"] + options
      return Tool.run(all).output.count { $0 == 0x0A }
    }
    // Of losses 1…20 five are no larger than 5.
    #expect(chosen("--quality", "loss:-3", "--min-quality", "-5") == 5)
    #expect(chosen("--quality", "loss:-3", "--min-quality", "5") == 0)
    // The mean percentile rank of two columns that agree is that of either.
    #expect(chosen("--quality", "good:2", "--quality", "loss", "--min-quality", "0.5") == 10)
    #expect(chosen("--quality", "good:2", "--quality", "loss", "--min-quality", "75%") == 5)
  }

  @Test func `more cells than budget is told only where cells are to be balanced`() throws {
    func isTold(_ options: [String]) throws -> Bool {
      let outcome = Tool.run(
        ["select", source, "--axis", "column:good:10", "--quality", "good"] + options)
      #expect(outcome.status == 0)
      return outcome.error.contains("the pool reaches 10 cells but")
    }
    #expect(try isTold(["--budget", "5"]))
    #expect(try isTold(["--budget", "5", "--greed", "0.5"]))
    for options in [
      ["--budget", "0"], ["--budget", "5", "--greed", "1"], ["--budget", "10"],
      ["--budget", "5", "--method", "random"], ["--budget", "5", "--method", "random-length"],
      ["--budget", "5", "--method", "random-balanced"], ["--budget", "5", "--method", "top"],
    ] { #expect(try !isTold(options), "\(options)") }
  }

  @Test func `axes that say the same are told by describe and fit, in any form`() throws {
    let axes = ["--axis", "tokens:6@quantile", "--axis", "words:6@quantile"]
    let message = "axes 'tokens' and 'words' say much the same (Spearman 0."
    let described = Tool.run(["describe", Tool.pool, "--metrics", "cells", "--quiet"] + axes)
    #expect(String(decoding: described.output, as: UTF8.self).contains("note: \(message)"))
    let json = Tool.run(["describe", Tool.pool, "--metrics", "cells", "--quiet", "--json"] + axes)
    #expect(String(decoding: json.output, as: UTF8.self).contains(message))
    let folder = TemporaryFolder()
    let fitted = Tool.run(["fit", Tool.pool, "-o", folder.file("a.gamut")] + axes)
    #expect(fitted.status == 0 && fitted.error.contains("note: \(message)"))
    let report = Tool.run(["fit", Tool.pool, "-o", folder.file("b.gamut"), "--json"] + axes)
    #expect(report.error.contains("\"warnings\": [") && report.error.contains(message))
  }

  @Test func `the default axes of an ordinary pool call for no word about the grid`() {
    let folder = TemporaryFolder()
    let fitted = Tool.run(["fit", Tool.pool, "-o", folder.file("a.gamut")])
    #expect(fitted.status == 0 && !fitted.error.contains("note: "))
  }
}
