import TestSupport
import Testing

/// `gamut verify SUBSET`: a subset is what its manifest says, and whatever was done to it is told.
@Suite struct VerifyTests {
  let folder = TemporaryFolder()

  private func verify(_ options: String...) -> Program.Outcome { Tool.run(["verify"] + options) }

  /// Chooses from a file with receipts and checks that the run succeeded.
  private func select(
    _ inputs: [String], _ options: [String], output: String = "s.jsonl",
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    let path = folder.file(output)
    let outcome = Tool.run(["select"] + inputs + options + ["--quiet", "--force", "-o", path])
    #expect(outcome.status == 0, "\(outcome.error)", sourceLocation: sourceLocation)
    return path
  }

  /// A pool, and a subset of 20 of it.
  private func chosen(_ options: [String] = ["--receipts"]) -> (pool: String, subset: String) {
    let pool = folder.make("pool.jsonl", RandomPool(count: 80, seed: 5).file())
    return (
      pool, select([pool], ["-b", "20", "--quality", "score"] + Tool.plainAxes + options)
    )
  }

  private func lines(_ name: String) throws -> [[UInt8]] {
    try #require(folder.bytes(name)).split(separator: 0x0A).map(Array.init)
  }

  private func write(_ lines: [[UInt8]], to name: String) {
    folder.make(name, lines.flatMap { $0 + [0x0A] })
  }

  /// The line of the pool where a line of the subset comes from.
  private func origin(_ line: [UInt8]) throws -> Int {
    let all = try #require(folder.bytes("pool.jsonl")).split(
      separator: 0x0A, omittingEmptySubsequences: false)
    return try #require(all.firstIndex { Array($0) == line }) + 1
  }

  private func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try #require(folder.text(name))
    #expect(text.contains(old))
    folder.make(name, text.replacing(old, with: new, maxReplacements: 1))
  }

  private func expectFailure(
    _ outcome: Program.Outcome, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 1, sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    #expect(
      outcome.error == "gamut verify: \(message)\n", sourceLocation: sourceLocation)
  }

  // MARK: What is well

  /// Recipes of all kinds, by a seed.
  private func recipe(seed: Int) -> [String] {
    var random = SeededGenerator(seed: seed)
    func pick(_ lists: [[String]]) -> [String] {
      lists[Int.random(in: 0..<lists.count, using: &random)]
    }
    return pick([["-b", "17"], ["-b", "30%"], ["-b", "700tok"], ["-b", "3kB"], ["-b", "1000"]])
      + pick([[], ["-q", "score"], ["-q", "score:-1", "-q", "level:2"]])
      + pick([
        ["--axis", "complexity:3"], ["--axis", "column:meta.topic", "--axis", "tokens:3"], [],
      ])
      + pick([[], ["--evenness", "0.3"], ["--greed", "0.5"], ["--method", "random"]])
      + pick([[], ["--per-cell", "2"], ["--min-quality", "20%"], ["--near-duplicates", "0.6"]])
      + pick([[], ["--drop", "all"], ["--debias-length"], ["--redundancy", "0.9"]])
      + pick([[], ["--order", "rank"], ["--order", "shuffle"]])
      + pick([[], ["--format", "json"]]) + pick([[], ["--receipts"]])
      + ["--missing-quality", "lowest", "--on-error", "skip", "--seed", "\(seed)"]
  }

  @Test(arguments: 1...25)
  func `a subset of any recipe is verified, for any number of threads`(seed: Int) {
    var chances = RandomPool.Chances()
    chances.rejected = seed % 2 == 0 ? 60 : 0
    chances.missingScore = seed % 3 == 0 ? 100 : 0
    let pool = RandomPool(count: 90, chances: chances, seed: seed)
    let sources = [
      folder.make("a.jsonl", pool.file(0..<40)), folder.make("b.jsonl", pool.file(40..<90)),
    ]
    let options = recipe(seed: seed)
    let subset = select(sources, options)
    let outcome = verify(subset, "--threads", "\(seed % 3 + 1)")
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(options)\n\(outcome.error)")
    let said = String(decoding: outcome.output, as: UTF8.self)
    #expect(said.hasPrefix("\(subset): ") && said.contains("re-derived byte for byte"))
    #expect(said.hasSuffix(", receipts too\n") == options.contains("--receipts"))
  }

  @Test func `the verdict tells how many lines there are, and nothing is written`() {
    let (_, subset) = chosen()
    let names = folder.names
    let outcome = verify(subset)
    #expect(
      String(decoding: outcome.output, as: UTF8.self)
        == "\(subset): 20 lines as its manifest says, re-derived byte for byte, receipts too\n")
    #expect(outcome.status == 0 && outcome.error.isEmpty && folder.names == names)
    let quiet = verify(subset, "--quiet")
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.error.isEmpty)
  }

  @Test(arguments: ["5,12,30", "100tok,400tok,900tok"])
  func `each of several nested subsets is verified, and none passes for another`(budget: String)
    throws
  {
    let pool = folder.make("pool.jsonl", RandomPool(count: 60, seed: 3).file())
    _ = select([pool], ["-b", budget, "--receipts"] + Tool.plainAxes)
    let names = budget.split(separator: ",").map { folder.file("s.\($0)") }
    for name in names {
      let outcome = verify("\(name).jsonl")
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let archive = Tool.run(["verify", folder.path, "--manifest", "\(names[1]).manifest.json"])
    #expect(archive.status == 2 && archive.error.contains("--manifest is that of a subset"))
    let other = verify("\(names[0]).jsonl", "--manifest", "\(names[1]).manifest.json")
    #expect(other.status == 1)
    #expect(other.error.contains("is not the file that was written"), "\(other.error)")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `compressed sources, exclusions and vectors are read again`(compressor: String) throws {
    let random = RandomPool(count: 80, seed: 9)
    let plain = folder.make("pool.jsonl", random.file())
    let packed = folder.make(
      "packed", Program(path: "/usr/bin/\(compressor)").run(["-c", plain]).output)
    let eval = folder.make(
      "eval.jsonl", RandomPool(count: 5, seed: 9).file())
    let ids = folder.make("ids.txt", "1\n2\n3\n\"né-5\"\n")
    let vectors = folder.make(
      "v.npy",
      NumPyFile.bytes(NumPyFile.vectors(count: random.sampleCount, dimension: 4, seed: 2)))
    for options in [
      ["--exclude", eval, "--exclude-words", "3"], ["--exclude-ids", ids],
      ["--embeddings", vectors],
      ["--order", "shuffle"],
    ] {
      let subset = select(
        [packed],
        ["-b", "20", "--quality", "score"] + options + ["--receipts"])
      let outcome = verify(subset)
      #expect(outcome.status == 0, "\(options) \(outcome.error)")
    }
    let subset = select(
      [packed], ["-b", "9", "--exclude", eval, "--exclude-ids", ids])
    folder.make("eval.jsonl", RandomPool(count: 6, seed: 8).file())
    folder.make("ids.txt", "7\n")
    let changed = verify(subset)
    #expect(changed.status == 1)
    for file in [eval, ids] {
      #expect(
        changed.error.contains(
          "\(file), which the recipe names, has changed: its SHA-256 is another"))
    }
    folder.remove("ids.txt")
    #expect(verify(subset).error.contains("\(ids), which the recipe names, is neither there nor"))
  }

  @Test func `files that were moved together are found beside the manifest`() throws {
    let (_, subset) = chosen(["--receipts", "--exclude-ids", folder.make("ids.txt", "3\n")])
    let moved = TemporaryFolder()
    for name in folder.names { moved.make(name, try #require(folder.bytes(name))) }
    for name in ["pool.jsonl", "ids.txt"] { folder.remove(name) }
    #expect(verify(subset).status == 1)
    let outcome = verify(moved.file("s.jsonl"))
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  // MARK: What was done to the subset

  @Test func `a changed line is told with its number and the line that should stand there`() throws
  {
    let (pool, subset) = chosen()
    var lines = try lines("s.jsonl")
    let origin = try origin(lines[7])
    lines[7][0] = 0x5B
    write(lines, to: "s.jsonl")
    expectFailure(
      verify(subset),
      "\(subset) is not the file that was written: line 8 is changed; \(pool):\(origin) should stand"
        + " there")
  }

  @Test func `lines in another order are told as such, with the first out of place`() throws {
    let (pool, subset) = chosen()
    var lines = try lines("s.jsonl")
    let places = (try origin(lines[4]), try origin(lines[11]))
    lines.swapAt(4, 11)
    write(lines, to: "s.jsonl")
    expectFailure(
      verify(subset),
      "\(subset) is not the file that was written: the same lines stand in another order: the first of"
        + " 2 out of place is line 5; \(pool):\(places.0) should stand there, and \(pool):\(places.1)"
        + " does")
  }

  @Test func `missing and extra lines are told, and what else there may be at the end`() throws {
    let (pool, subset) = chosen()
    let lines = try lines("s.jsonl")
    let start = "\(subset) is not the file that was written: "
    var other = lines
    other.remove(at: 2)
    write(other, to: "s.jsonl")
    expectFailure(
      verify(subset),
      start + "\(pool):\(try origin(lines[2])) is missing, the first before line 3")
    write(lines + [lines[0]], to: "s.jsonl")
    expectFailure(
      verify(subset), start + "line 21 is too many; the subset should have ended before it")
    other = lines
    other.insert(Array("{}".utf8), at: 19)
    write(other, to: "s.jsonl")
    expectFailure(
      verify(subset),
      start + "line 20 is too many; \(pool):\(try origin(lines[19])) should stand there")
    folder.make("s.jsonl", [])
    #expect(verify(subset).error.contains("and 19 more lines are missing, the first before line 1"))
    write(lines, to: "s.jsonl")
    folder.make("s.jsonl", try #require(folder.bytes("s.jsonl")).dropLast())
    expectFailure(
      verify(subset),
      start + "the lines are the same, but not what stands between or behind them, first in line 20"
    )
  }

  @Test func `each flipped byte of a subset and of its receipts is found in its line`() throws {
    let (_, subset) = chosen(["--receipts", "--format", "json"])
    for name in ["s.jsonl", "s.receipts.jsonl"] {
      let bytes = try #require(folder.bytes(name))
      for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
        var damaged = bytes
        damaged[place] ^= 0x01
        folder.make(name, damaged)
        let line = bytes[..<place].count { $0 == 0x0A } + 1
        let outcome = verify(subset)
        #expect(outcome.status == 1)
        // A damaged line end joins two lines, so that more than one is concerned.
        if bytes[place] != 0x0A {
          #expect(
            outcome.error.contains(name == "s.jsonl" ? "line \(line)" : "\(name):\(line): not the"),
            "\(place): \(outcome.error)")
        }
      }
      folder.make(name, bytes)
    }
    #expect(verify(subset).status == 0)
    folder.remove("s.receipts.jsonl")
    #expect(verify(subset).status == 0)
  }

  // MARK: What was done to what it was chosen from

  @Test func `a changed, a longer and a missing source are told apart`() throws {
    let (pool, subset) = chosen()
    let bytes = try #require(folder.bytes("pool.jsonl"))
    // The subset is touched as well in each case, and that is told too.
    for place in [0, bytes.count / 2, bytes.count - 1] {
      var damaged = bytes
      damaged[place] ^= 0x02
      folder.make("pool.jsonl", damaged)
      expectFailure(
        verify(subset),
        "\(pool), which was chosen from, has changed: its size is the same, its SHA-256 is not; put it"
          + " back as it was")
    }
    folder.make("pool.jsonl", bytes + [0x0A])
    expectFailure(
      verify(subset),
      "\(pool), which was chosen from, has changed: it has \(grouped(bytes.count + 1)) bytes, not"
        + " \(grouped(bytes.count)); put it back as it was")
    folder.remove("pool.jsonl")
    let missing =
      "\(pool), which was chosen from, is neither there nor beside the manifest; put it back"
    expectFailure(verify(subset), missing)
    var lines = try lines("s.jsonl")
    lines[0][0] = 0x20
    write(lines, to: "s.jsonl")
    expectFailure(
      verify(subset),
      "\(subset) is not the file that was written: its size is the same, its SHA-256 is not\n"
        + "gamut verify: " + missing)
  }

  private func grouped(_ value: Int) -> String {
    value < 1000 ? "\(value)" : "\(value / 1000),\(String(String(value % 1000 + 1000).dropFirst()))"
  }

  @Test func `what came by standard input cannot be derived again, but its digest is checked`()
    throws
  {
    let pool = folder.make("pool.jsonl", RandomPool(count: 40, seed: 2).file())
    let subset = folder.file("s.jsonl")
    let outcome = Tool.run(
      ["select", "-", "-b", "5", "--quiet", "-o", subset] + Tool.plainAxes, input: .file(pool))
    #expect(outcome.status == 0)
    let told =
      "\(subset) cannot be derived again: standard input, which was chosen from, cannot be read twice;"
      + " only the subset's own digest was checked"
    expectFailure(verify(subset), told)
    folder.make("s.jsonl", "{}\n")
    let changed = verify(subset)
    #expect(
      changed.error.contains("\(subset) is not the file that was written: it has 3 bytes, not"))
    #expect(changed.error.contains(told))
  }

  // MARK: What was done to the manifest

  private static let edited =
    "the recipe is not the one that made the subset: it was edited, for its SHA-256 is not the one that"
    + " stands beside it"

  @Test func `an edited recipe is told as such, and what it would choose`() throws {
    let (_, subset) = chosen()
    let manifest = folder.file("s.manifest.json")
    let original = try #require(folder.bytes("s.manifest.json"))
    try edit("s.manifest.json", "\"method\": \"archive\"", "\"method\": \"random\"")
    let outcome = verify(subset)
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix("gamut verify: \(manifest): \(Self.edited)\n"))
    #expect(
      outcome.error.contains(
        "gamut verify: what \(manifest) says gives another subset than \(subset):")
    )
    #expect(outcome.error.hasSuffix("; it may be because the recipe was edited\n"))
    folder.make("s.manifest.json", original)
    try edit("s.manifest.json", "\"evenness\": 0.5", "\"evenness\": 2")
    #expect(
      verify(subset).error.contains("the recipe cannot be read: \(manifest):"))
    // With its digest made anew it is consistent, and gives another subset all the same.
    folder.make("s.manifest.json", original)
    let other = select(
      [folder.file("pool.jsonl")],
      ["-b", "20", "--quality", "score", "--method", "random"] + Tool.plainAxes,
      output: "other.jsonl")
    let text = try #require(folder.text("other.manifest.json"))
    let digest = try #require(
      text.split(separator: "\n").first { $0.contains("recipe_sha256") })
    let old = try #require(
      folder.text("s.manifest.json")?.split(separator: "\n").first {
        $0.contains("recipe_sha256")
      })
    try edit("s.manifest.json", "\"method\": \"archive\"", "\"method\": \"random\"")
    try edit("s.manifest.json", String(old), String(digest))
    let consistent = verify(subset)
    #expect(consistent.status == 1 && !consistent.error.contains("edited"))
    #expect(
      consistent.error.hasPrefix(
        "gamut verify: what \(manifest) says gives another subset than \(subset): "))
    #expect(verify(other).status == 0)
  }

  @Test(arguments: [
    ("\"selected\": 20", "\"selected\": 21", "but 'outcome' of the manifest is not: it was edited"),
    ("\"limit\": 20", "\"limit\": 22", "but 'budget' of the manifest is not: it was edited"),
    ("\"order\": \"pool\"", "\"order\": \"rank\"", "the same lines stand in another order"),
    ("\"format\": \"jsonl\"", "\"format\": \"json\"", "says gives another subset than"),
    (
      "\"order\": \"pool\"", "\"order\": \"best\"",
      "'writing.order' is missing or not what it should"
    ),
    (
      "\"requested\": \"20\"", "\"requested\": \"30\"",
      "it is of the budget 30, and its recipe has 20"
    ),
    ("\"manifest_format\": 1", "\"manifest_format\": 2", "has format 2, and this version reads"),
    ("\"manifest_format\": 1", "\"format\": 1", "'manifest_format' is missing"),
    ("{", "[", "is damaged: it is no JSON"),
    ("\"recipe_sha256\"", "\"recipe_sha\"", "'recipe_sha256' is missing"),
    ("\"rejected\": 0", "\"rejected\": 1", "not as many samples and rejected lines"),
  ])
  func `an edited manifest is told by what was edited`(old: String, new: String, message: String)
    throws
  {
    let (_, subset) = chosen()
    try edit("s.manifest.json", old, new)
    let outcome = verify(subset)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func `another digest of the output, and another version, are told`() throws {
    let (_, subset) = chosen()
    let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
    let digest = try #require(manifest.output?.sha256)
    try edit("s.manifest.json", digest, String(digest.reversed()))
    expectFailure(
      verify(subset),
      "\(folder.file("s.manifest.json")): \(subset) is what the recipe gives, but the manifest notes"
        + " another size or SHA-256: it was edited")
    _ = chosen()
    try edit("s.manifest.json", "\"gamut\": \"0.1.0\"", "\"gamut\": \"0.0.9\"")
    #expect(verify(subset).status == 0)
    try edit("s.manifest.json", "\"order\": \"pool\"", "\"order\": \"shuffle\"")
    #expect(
      verify(subset).error.contains("it may be because gamut 0.0.9 made it, and this is 0.1.0"))
  }

  @Test func `a manifest without sources is none, and another kernel of OpenBLAS is named`() throws
  {
    let pool = folder.make("pool.jsonl", RandomPool(count: 80, seed: 5).file())
    let subset = select([pool], ["-b", "20", "--quality", "score"])
    let text = try #require(folder.text("s.manifest.json"))
    let kernel = try #require(
      text.split(separator: "\n").first { $0.contains("\"blas_kernel\"") })
    try edit("s.manifest.json", String(kernel), "    \"blas_kernel\": \"Slide rule\"")
    #expect(verify(subset).status == 0)
    try edit("s.manifest.json", "\"order\": \"pool\"", "\"order\": \"shuffle\"")
    #expect(
      verify(subset).error.contains(
        "; it may be because OpenBLAS fitted its topics with the kernel Slide rule, and here with ")
    )
    let start = try #require(text.ranges(of: "\"sources\": [").first?.upperBound)
    let end = try #require(text[start...].firstIndex(of: "]"))
    folder.make("s.manifest.json", String(text[..<start] + text[end...]))
    expectFailure(
      verify(subset),
      "\(folder.file("s.manifest.json")) is no manifest that can be verified: 'sources' is missing or"
        + " not what it should be; fetch it again, or choose anew")
  }

  // MARK: The command line

  @Test func `of several all are checked, and one that fails makes the status 1`() throws {
    let (_, subset) = chosen()
    let outcome = verify(folder.file("none.jsonl"), subset)
    #expect(outcome.status == 1)
    #expect(
      outcome.error
        == "gamut verify: \(folder.file("none.jsonl")) cannot be read: No such file or directory\n")
    #expect(String(decoding: outcome.output, as: UTF8.self).hasPrefix("\(subset): 20 lines as"))
    folder.remove("s.manifest.json")
    expectFailure(
      verify(subset),
      "\(subset) has no manifest: there is no \(folder.file("s.manifest.json")); name it with"
        + " --manifest")
  }

  @Test func `with --json all that was found stands on standard output`() throws {
    let (_, subset) = chosen()
    var lines = try lines("s.jsonl")
    let origin = try origin(lines[1])
    lines[1][0] = 0x5B
    write(lines, to: "s.jsonl")
    let outcome = verify(subset, "--json")
    #expect(outcome.status == 1 && outcome.error.isEmpty)
    guard case .object(let report) = try JSON(outcome.output),
      case .array(let findings)? = report["findings"], case .object(let finding)? = findings.first
    else {
      Issue.record("no report")
      return
    }
    #expect(report["verified"] == .bool(false) && report["subject"] == .string("subset"))
    #expect(finding["kind"] == .string("lines-changed") && finding["line"] == .number(2))
    #expect(
      finding["expected"]
        == .object([
          "source": .string(folder.file("pool.jsonl")), "line": .number(Double(origin)),
        ]))
    #expect(findings.count == 1)
  }

  @Test(arguments: [
    (["a", "b", "--manifest", "m"], "--manifest is that of one subset, and 2 are given"),
    (["-"], "standard input is no file beside which a manifest stands"),
    ([""], "expected the name of a file"), ([], "missing argument 'X'"),
  ])
  func `a mistake on the command line ends with 2`(arguments: [String], message: String) {
    let outcome = Tool.run(["verify"] + arguments)
    #expect(outcome.status == 2 && outcome.error.contains(message), "\(outcome.error)")
  }
}
