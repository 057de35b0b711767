import JSON
import TestSupport
import Testing

/// `gamut describe` and `gamut compare` as a user runs them.
@Suite struct DescribeCommandTests {
  let folder = TemporaryFolder()

  private func json(_ arguments: [String]) throws -> JSONValue {
    let outcome = Tool.run(arguments + ["--json", "--quiet"])
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    return try parsed(outcome.output)
  }

  private func parsed(_ bytes: [UInt8]) throws -> JSONValue {
    let value = JSONValue(parsing: bytes.span)
    return try #require(value)
  }

  private func keys(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.key)
  }

  private func text(_ arguments: [String]) -> String {
    String(decoding: Tool.run(arguments + ["--quiet"]).output, as: UTF8.self)
  }

  @Test func `a description has the keys of the contract, in their order`() throws {
    let found = try json(["describe", Tool.pool, "--quality", "quality"])
    let spread = ["mean", "sd", "p5", "p25", "p50", "p75", "p95", "share_at_mode"]
    #expect(
      keys(found).filter {
        ["samples", "tokens", "bytes", "quality", "complexity", "metrics"].contains($0)
      }
        == ["samples", "tokens", "bytes", "quality", "complexity", "metrics"])
    #expect(keys(found["quality"]) == spread && keys(found["complexity"]) == spread)
    let promised = [
      "cells", "coverage", "reachable_coverage", "evenness", "qd_score", "normalized_qd_score",
      "mean_pairwise_cosine_distance", "vendi_1", "vendi_2", "vendi_inf", "knn_distance",
      "facility_location", "coverage_radius", "log_determinant", "novelsum", "distinct_1",
      "distinct_2", "distinct_3", "distinct_4", "self_bleu", "compression_ratio",
    ]
    #expect(Array(keys(found["metrics"]).prefix(promised.count)) == promised)
    #expect(found["samples"]?.wholeNumber == 3000)
    #expect(found["name"]?.text == Tool.pool)
  }

  @Test func `cells and spreads are those of the manifest, for pool and subset`() throws {
    let subset = folder.file("subset.jsonl")
    let options = ["--quality", "quality"]
    #expect(
      Tool.run(["select", Tool.pool, "--budget", "200", "-o", subset, "--quiet"] + options).status
        == 0)
    let manifest = try parsed(folder.bytes("subset.manifest.json") ?? [])
    let found = try json(["describe", subset, "--pool", Tool.pool, "--metrics", "all"] + options)
    for key in ["samples", "tokens", "bytes", "quality", "complexity"] {
      #expect(found[key]?.compact == manifest["subset"]?[key]?.compact, "\(key)")
    }
    for key in keys(manifest["subset"]?["metrics"]) {
      #expect(
        found["metrics"]?[key]?.compact == manifest["subset"]?["metrics"]?[key]?.compact, "\(key)")
    }
  }

  @Test func `an archive is described as the files that it was made of`() throws {
    let archive = folder.file("pool.gamut")
    #expect(
      Tool.run(["fit", Tool.pool, "--quality", "quality", "-o", archive, "--quiet"]).status == 0)
    let files = try json(["describe", Tool.pool, "--quality", "quality"])
    let kept = try json(["describe", archive])
    for key in ["samples", "tokens", "bytes", "quality", "complexity", "metrics"] {
      #expect(kept[key]?.compact == files[key]?.compact, "\(key)")
    }
    let subset = folder.file("s.jsonl")
    #expect(Tool.run(["select", archive, "--budget", "50", "-o", subset, "--quiet"]).status == 0)
    let against = try json(["describe", subset, "--pool", archive])
    let same = try json(["describe", subset, "--pool", Tool.pool, "--quality", "quality"])
    #expect(against["metrics"]?.compact == same["metrics"]?.compact)
  }

  @Test func `standard input is a set, and several sets are an array`() throws {
    let outcome = Tool.run(
      ["describe", "-", "--metrics", "cells", "--axis", "tokens:3", "--json", "--quiet"],
      input: .file(Tool.pool))
    #expect(outcome.status == 0)
    let one = try parsed(outcome.output)
    #expect(one["samples"]?.wholeNumber == 3000 && keys(one["metrics"]) == ["cells"])
    let several = try json([
      "describe", Tool.pool, Tool.pool, "--metrics", "cells", "--axis", "tokens:3",
    ])
    #expect(several.items?.count == 2)
  }

  @Test func `the table has a line a metric and says what stands in`() {
    let table = text(["describe", Tool.pool, "--axis", "tokens:3", "--metrics", "cells,distinct_1"])
    let lines = table.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.contains { $0.hasPrefix("samples ") && $0.hasSuffix(" 3,000") })
    #expect(lines.contains { $0.hasPrefix("cells ") && $0.hasSuffix(" 3") })
    #expect(lines.contains { $0.hasPrefix("distinct_1 ") })
    #expect(!table.contains("vendi_1  "))
    #expect(table.contains("model-free heuristic") && table.contains("not asked for"))
    let markdown = text([
      "describe", Tool.pool, "--axis", "tokens:3", "--metrics", "cells", "--markdown",
    ])
    #expect(markdown.contains("| --- | ---: |") && markdown.contains("| samples | 3,000 |"))
  }

  @Test func `a manifest tells how to measure, and the command line wins`() throws {
    let subset = folder.file("subset.jsonl")
    let axes = ["--axis", "tokens:5", "--axis", "topic1:3"]
    let measuring = ["--quality", "quality", "--normalize", "rank"] + axes
    #expect(
      Tool.run(["select", Tool.pool, "--budget", "200", "-o", subset, "--quiet"] + measuring)
        .status == 0)
    let wanted = [
      "--pool", Tool.pool, "--metrics", "cells,evenness,qd_score", "--target", "uniform",
    ]
    let recipe = ["--recipe", folder.file("subset.manifest.json")]
    let byFile = try json(["describe", subset] + wanted + recipe)
    let byHand = try json(["describe", subset] + wanted + measuring)
    #expect(byFile.compact == byHand.compact)
    let other = try json(["describe", subset] + wanted + recipe + ["--axis", "tokens:2"])
    #expect(other["metrics"]?["cells"]?.wholeNumber == 2)
  }

  @Test func `a recipe that cannot be used, or a target that is none, is told before work begins`()
  {
    let recipe = folder.make("recipe.yaml", "quality: score\naxs: [tokens:5]\n")
    for (options, message) in [
      (["--recipe", recipe], "recipe.yaml:2:1: no option is named 'axs'; did you mean 'axis'?"),
      (["--recipe", ""], "expected the name of a file"),
      (["--target", "-"], "expected a file, or uniform"),
      (["--target", folder.file("nothing.jsonl")], "nothing.jsonl"),
    ] {
      let outcome = Tool.run(["describe", Tool.pool, "--quiet"] + options)
      #expect(outcome.status != 0 && outcome.output.isEmpty)
      #expect(outcome.error.contains(message), "\(outcome.error)")
    }
  }

  @Test func `a metric explains itself`() {
    let one = text(["describe", "--explain", "vendi_1"])
    #expect(one.hasPrefix("vendi_1: ") && one.contains("higher is better"))
    #expect(one.contains("blind to"))
    let all = text(["describe", "--explain", "all"])
    #expect(all.contains("tv_to_pool: ") && all.contains("self_bleu: "))
  }

  @Test func `two sets are compared by metrics, cells and demand`() throws {
    let lines = String(decoding: try #require(wholeFile(Tool.pool)), as: UTF8.self)
      .split(separator: "\n")
    let one = folder.make("one.jsonl", lines[..<400].joined(separator: "\n"))
    let two = folder.make("two.jsonl", lines[400..<700].joined(separator: "\n"))
    let arguments = [
      "compare", one, two, "--quality", "quality", "--axis", "tokens:5", "--axis", "column:topic",
      "--metrics", "cells,distinct_1,gini", "--demand", "2",
    ]
    let found = try json(arguments)
    #expect(
      keys(found) == [
        "sets", "differences", "axes", "reachable_cells", "cells", "demand", "notes",
      ])
    let cells = found["differences"]?.items?[0]["metrics"]?["cells"]
    #expect(cells?["direction"]?.text == "higher")
    let sets = try #require(found["sets"]?.items)
    #expect(
      cells?["difference"]?.decimal
        == (sets[1]["metrics"]?["cells"]?.decimal ?? 0)
        - (sets[0]["metrics"]?["cells"]?.decimal ?? 0))
    let table = text(arguments)
    #expect(table.contains("difference") && table.contains("cells of two.jsonl against one.jsonl"))
    #expect(table.contains("demand of one.jsonl") && table.contains("like: “"))
    #expect(text(arguments + ["--threads", "2"]) == table)
    #expect(text(arguments + ["--markdown"]).contains("### cells of two.jsonl"))
    let grouped = text([
      "compare", Tool.pool, "--group-by", "topic", "--axis", "tokens:3", "--metrics", "cells",
    ])
    #expect(grouped.contains("samples"))
  }

  @Test(
    arguments: [
      (["describe"], 2, "missing argument 'X'"),
      (["describe", "--explain", "vendi"], 2, "expected one of cells, coverage"),
      (["describe", "p", "--explain", "cells"], 2, "unexpected argument 'p'"),
      (["describe", "p", "--metrics", "x"], 2, "expected one of cells, coverage"),
      (["describe", "p", "--json", "--markdown"], 2, "--json"),
      (["describe", "p", "--plain", "--json"], 2, "--plain"),
      (["describe", "p", "--plain", "--markdown"], 2, "--plain"),
      (["describe", "p", "--pool", "-"], 2, "the pool is read twice"),
      (["describe", "/nowhere/p.jsonl"], 1, "/nowhere/p.jsonl"),
      (["compare", "p"], 2, "comparing takes two sets"),
      (["compare", "p", "q", "--group", "a=b"], 2, "--group-by"),
      (["compare", "p", "-g", "c", "--group", "a"], 2, "expected NAME=LABEL,..."),
      (["compare", "p", "-g", "c", "--group", "a=b"], 2, "nothing to be compared with"),
    ] as [([String], Int32, String)])
  func `a mistake on the command line is told`(
    arguments: [String], status: Int32, message: String
  ) {
    let outcome = Tool.run(arguments)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func `what cannot be described is told with what to do`() {
    let empty = folder.make("empty.jsonl", "")
    let other = folder.make("other.jsonl", #"{"text":"a b c"}"#)
    let vectors = folder.make("v.npy", NumPyFile.bytes([[1, 2], [3, 4]]))
    for (arguments, message) in [
      (["describe", empty], "no record in"),
      (["describe", other, empty], "no record in \(empty)"),
      (["describe", other, "-e", vectors], "2 vectors"),
      (["describe", other, "-e", vectors, "-e", vectors], "2 files of vectors but 1 set"),
      (["describe", other, "-q", "score"], "no record has a number in 'score'"),
      (["compare", other, "-g", "by"], "'by' has no label"),
      (["compare", other, other, "--on-key", "prompt"], "no prompt stands in all sets"),
    ] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1 && outcome.output.isEmpty, "\(arguments)")
      #expect(outcome.error.contains(message), "\(outcome.error)")
    }
  }
}
