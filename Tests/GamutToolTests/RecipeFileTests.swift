import CommandLineKit
import JSON
import Reporting
import TestSupport
import Testing

@testable import Gamut
@testable import GamutTool

/// Recipes in files: read, replaced by the command line, written, and read again.
@Suite struct RecipeFileTests {
  let folder = TemporaryFolder()

  private func recipe(_ line: [String]) throws -> Recipe {
    try SelectCommand.parse(["pool.jsonl"] + line).recipe.resolved(
      for: SelectCommand.self, choosingFrom: [])
  }

  private func recipe(file: String, _ line: [String] = []) throws -> Recipe {
    try recipe(["--recipe", folder.make("r.yaml", file)] + line)
  }

  /// Words of a command line that name some options, each with values that are right.
  private static func randomLine(seed: Int) -> [String] {
    var random = SeededGenerator(seed: seed)
    func one(_ values: [String]) -> String {
      values[Int.random(in: 0..<values.count, using: &random)]
    }
    func some(_ values: [String]) -> [String] {
      Array(values.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
    }
    let odd = [
      "no", "a b", "x: y", "é\u{1F600}", "tab\there", "line\nend", "'q'", "\"d\"", "#", "a:1:2",
      "\u{85}\u{FEFF}\u{7F}", "back\\slash", "0x1F", "~", "- a", "*x", "&y", "!z", "{a}", "[b]",
      "%c", "@d",
    ]
    var line = [
      "--budget",
      one([
        "5", "007", "10%", "0.1%", "2Mtok", "1.5kB", "1k,5k,10k", "1%,1.5%", "1tok, 2tok",
        "3MB,4MB",
      ]),
    ]
    for column in some(odd + ["score", "scores.helpful:-0.5", "len:1e-7", "a:1:1", "b:123456789"])
    where Bool.random(using: &random) { line += ["--quality=\(column)"] }
    let options: [(String, [String])] = [
      ("missing-quality", ["fail", "drop", "lowest"]),
      ("embeddings", odd + ["e.npy", "/tmp/e.npy"]),
      ("evenness", ["0", "1", "0.37", "1e-9", "0.1"]), ("greed", ["0", "1", "0.123456789012345"]),
      ("min-quality", ["20%", "0.1%", "-1e300", "0.1", "5", "-0", "1e-5", "12345678901234567890"]),
      ("per-cell", ["1", "4000"]), ("method", ["archive", "top", "random-length"]),
      ("seed", ["0", "9223372036854775807", "9223372036854775808", "18446744073709551615"]),
    ]
    for (name, values) in options where Bool.random(using: &random) {
      line.append("--\(name)=\(one(values))")
    }
    if Bool.random(using: &random) {
      let axes = [
        "complexity:4", "topic1", "topic2:5@quantile", "tokens@log", "column:kind",
        "column:score:5@0.2,0.4,0.6,0.8", "column:a b: c@category", "column:é:3@uniform",
        "column:x@1e-7,2.5", "column:no",
      ]
      for axis in some(axes) { line.append("--axis=\(axis)") }
    }
    if Bool.random(using: &random) {
      for field in some(odd + ["question,answer"]) { line.append("--text=\(field)") }
    }
    return line
  }

  @Test(arguments: 0..<300)
  func `a recipe survives the way through YAML, JSON and a manifest`(seed: Int) throws {
    let line = Self.randomLine(seed: seed)
    let typed = try recipe(line)
    let manifest = JSONValue.members([
      "manifest_format": .integer(1), "recipe": typed.json, "sources": .array([]),
    ])
    for file in [
      typed.yaml, typed.json.yaml, typed.json.compact, typed.json.pretty, manifest.pretty,
      manifest.yaml,
    ] {
      #expect(try recipe(file: file).json == typed.json, "\(line)\n\(file)")
    }
  }

  @Test func `every key of a recipe is the name of an option`() throws {
    guard case .object(let members) = try recipe(["--budget", "5"]).json else { return }
    let names = Set(RecipeOptions.options.map(\.name))
    #expect(names.isSuperset(of: members.map(\.key)))
    #expect(members.count > 10)
  }

  @Test func `values mean what they mean on the command line`() throws {
    let file = """
      # a comment
      budget: [1k, 5k]
      quality: score
      axis: [complexity:4, "column:score@0.2,0.4"]
      min-quality: 20%
      per-cell: ~
      embeddings: null
      text: []
      seed: 7
      """
    let typed = try recipe([
      "--budget", "1k,5k", "--quality", "score", "--axis", "complexity:4", "--axis",
      "column:score@0.2,0.4", "--min-quality", "20%", "--seed", "7",
    ])
    #expect(try recipe(file: file).json == typed.json)
  }

  @Test func `the command line replaces, lists whole, and leaves the rest`() throws {
    let file = "budget: 5\nquality: [a, b]\nseed: 7\nevenness: 0.5\nmethod: top\n"
    let typed = try recipe([
      "--budget", "9", "--quality", "c", "--seed", "0", "--evenness", "0.5", "--method", "top",
    ])
    let merged = try recipe(file: file, ["-b", "9", "-q", "c", "--seed", "0"])
    #expect(merged.json == typed.json)
    #expect(try recipe(file: "seed: 7", ["-b", "9"]).seed == 7)
  }

  @Test(arguments: [
    ("evennes: 1", ":1:1: no option is named 'evennes'; did you mean 'evenness'?"),
    (
      "budget: 5\nquality: x\nseed: -1",
      ":3:7: '-1' is not valid for 'seed': expected a number from 0"
    ),
    ("budget: 10x", ":1:9: '10x' is not valid for 'budget': 'x' is no unit"),
    ("budget: [1k, 2ktok]", "1k and 2ktok are counted in different units; give all in one"),
    (
      "budget: 5\naxis:\n  - complexity\n  - foo",
      ":4:5: 'foo' is not valid for 'axis': there is no"
    ),
    ("budget: 5\nquality: {score: 2}", ":2:1: 'quality' takes values, not a mapping"),
    ("budget: 5\nseed: [1, 2]", ":2:1: 'seed' takes one value, not a list"),
    (
      "output: s.jsonl",
      ":1:1: a recipe holds what decides a subset, and 'output' is no part of that; give --output on the command line"
    ),
    ("threads: 4", "give --threads on the command line"),
    ("save-recipe: x", "give --save-recipe on the command line"),
    ("inputs: [x]", "name the pool's files on the command line"),
    ("recipe: other.yaml", "a recipe cannot take another one in"),
    ("seed: 1", " names no budget; add a line such as 'budget: 10%', or give --budget"),
    ("", " names no budget"), ("- a", ":1:1: a recipe is lines of 'option: value'"),
    ("budget: 5\nbudget: 6", ":2:1: 'budget' stands in line 1 already; give it once"),
    ("budget: &b 5", ":1:9: anchors and aliases are not read"), ("budget: !x 5", ":1:9: tags"),
    ("budget: 5\n---\nbudget: 6", ":2:1: a second document begins"),
    ("budget: \"\\0\"", ":1:9: a text with a NUL character"), ("? [a]\n: 1", ":1:3: a key is"),
    ("budget: [5", "this is no YAML: "),
    ("{\"manifest_format\": 2, \"recipe\": {}}", "the manifest of a newer gamut"),
    ("{\"manifest_format\": 1}", "is a manifest without a recipe"),
    ("{\"budget\": 5", "this is no YAML: a comma or '}' should stand here"),
  ])
  func `a mistake in the file ends with 2 and names the place`(file: String, message: String) {
    let path = folder.make("r.yaml", file)
    let outcome = Tool.run(["select", "nosuch.jsonl", "--recipe", path])
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.error.hasPrefix("gamut select: \(path)") || outcome.error.contains(path))
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func `what can be no recipe's file is told`() {
    #expect(Tool.run(["select", "p", "--recipe", ""]).status == 2)
    #expect(Tool.run(["select", "p", "--recipe", "-"]).status == 2)
    for (path, reason) in [
      (folder.file("nosuch.yaml"), "no such file or folder"), (folder.path, "it is a folder"),
    ] {
      let outcome = Tool.run(["select", "p", "--recipe", path])
      #expect(outcome.status == 1)
      #expect(outcome.error == "gamut select: cannot open \(path): \(reason)\n")
    }
    let large = folder.make("large.yaml", [UInt8](repeating: 0x20, count: 2 << 20))
    let outcome = Tool.run(["select", "p", "--recipe", large])
    #expect(outcome.status == 2 && outcome.error.contains("a recipe at most 1,048,576"))
  }

  @Test(arguments: 1...4)
  func `the saved recipe and the manifest give the same subset, receipts and recipe again`(
    seed: Int
  ) throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: seed).file())
    let lines: [[String]] = [
      ["--budget", "12", "--quality", "score"] + Tool.plainAxes,
      ["--budget", "800tok", "--evenness", "0.4", "--min-quality", "10%"] + Tool.plainAxes,
      ["--budget", "40%", "--method", "random", "--seed", "18446744073709551615"] + Tool.plainAxes,
      [
        "--budget", "9", "--quality", "level:-1", "--missing-quality", "drop", "--axis",
        "column:meta.topic",
      ],
    ]
    func run(_ name: String, _ line: [String]) throws -> [[UInt8]] {
      let outcome = Tool.run(
        [
          "select", pool, "--receipts", "--quiet", "-o", folder.file("\(name).jsonl"),
          "--save-recipe", folder.file("\(name).yaml"),
        ] + line)
      #expect(outcome.status == 0 && outcome.error.isEmpty)
      return try ["jsonl", "receipts.jsonl", "yaml"].map {
        try #require(folder.bytes("\(name).\($0)"))
      }
    }
    let first = try run("first", lines[seed - 1])
    #expect(try run("again", ["--recipe", folder.file("first.yaml")]) == first)
    #expect(try run("third", ["--recipe", folder.file("first.manifest.json")]) == first)
    let recipes = try ["first", "again", "third"].map {
      try ManifestFile(#require(folder.bytes("\($0).manifest.json"))).recipe
    }
    #expect(recipes[0] == recipes[1] && recipes[0] == recipes[2])
  }

  @Test func `a saved recipe appears with the other outputs or not at all`() {
    let pool = folder.make("pool.jsonl", RandomPool(count: 20, seed: 3).file())
    let line = ["select", pool, "--budget", "5", "--quiet"] + Tool.plainAxes
    let saved = folder.make("r.yaml", "precious")
    let refused = Tool.run(line + ["-o", folder.file("s.jsonl"), "--save-recipe", saved])
    #expect(refused.status == 1 && refused.error.contains("\(saved) exists already"))
    #expect(folder.names == ["pool.jsonl", "r.yaml"] && folder.text("r.yaml") == "precious")
    for path in [pool, folder.file("s.manifest.json"), folder.file("s.jsonl")] {
      let outcome = Tool.run(
        line + ["-o", folder.file("s.jsonl"), "--force", "--save-recipe", path])
      #expect(outcome.status == 1 && outcome.error.contains("is named twice"))
    }
    #expect(Tool.run(line + ["--save-recipe", "-"]).status == 2)
    #expect(folder.names == ["pool.jsonl", "r.yaml"])
    // Beside standard output as well.
    let piped = Tool.run(line + ["--force", "--save-recipe", saved])
    #expect(piped.status == 0 && !piped.output.isEmpty)
    #expect(folder.text("r.yaml")?.contains("budget: \"5\"\n") == true)
  }

  @Test func `the recipe in Data is read, and names what stands in the pool`() throws {
    let outcome = Tool.run(
      [
        "select", Tool.pool, "--recipe", Tool.repository + "/Data/recipe.yaml", "--quiet", "-o",
        folder.file("s.jsonl"),
      ])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
    #expect(manifest.subset.samples == 500)
    #expect(manifest.axes.map(\.name) == ["column:topic", "complexity"])
    #expect(manifest.recipe["evenness"] == .number(0.8))
  }
}
