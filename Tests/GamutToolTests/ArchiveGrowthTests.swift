import Glibc
import JSON
import TestSupport
import Testing

/// Adding to an archive and joining archives: what stays, what is told, what is refused.
@Suite struct ArchiveGrowthTests {
  let folder = TemporaryFolder(inMemory: true)
  private let first: String
  private let second: String
  private let archive: String

  init() {
    first = folder.make("a.jsonl", Archive.lines(0..<300))
    second = folder.make("b.jsonl", Archive.lines(300..<600))
    archive = folder.file("pool.gamut")
    Archive.run(["fit", first, "-q", "quality", "--keep", "topic", "-o", archive])
  }

  /// What a refused command says; an issue where it is not refused, or where the archive changed.
  private func refusal(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    let before = Archive.contents(archive)
    let names = folder.names
    let outcome = Tool.run(arguments)
    #expect(outcome.status == 1, "\(outcome.error)", sourceLocation: sourceLocation)
    #expect((Archive.contents(archive) == before) == true, sourceLocation: sourceLocation)
    #expect(folder.names == names, sourceLocation: sourceLocation)
    return outcome.error
  }

  @Test func `adding moves no axis and touches no segment`() throws {
    let options = ["--budget", "50"]
    let before = try #require(try Archive.choose([archive], options, in: folder))
    let files = Archive.contents(archive)
    Archive.run(["add", archive, second])
    let after = try #require(try Archive.choose([archive], options, in: folder))
    func edges(_ chosen: Archive.Chosen) -> [JSON] {
      guard case .object(let members)? = chosen.manifests.first,
        case .array(let axes)? = members["axes"]
      else { return [] }
      return axes.compactMap { axis in
        guard case .object(let members) = axis else { return nil }
        return .array([members["edges"] ?? .null, members["range"] ?? .null])
      }
    }
    #expect(edges(before).count == 2)
    #expect(edges(before) == edges(after))
    let grown = Archive.contents(archive)
    for (name, bytes) in files where name != "archive.json" && !name.hasPrefix("derived/") {
      #expect((grown[name] == bytes) == true, "\(name)")
    }
    #expect(try Archive.index(archive)["samples"] == .integer(600))
  }

  @Test func `new labels of a category get cells of their own`() throws {
    let labelled = folder.file("labels.gamut")
    Archive.run(["fit", first, "--axis", "column:topic", "-o", labelled])
    let new = folder.make(
      "new.jsonl",
      "{\"instruction\":\"Say it.\",\"output\":\"It is said.\",\"topic\":\"aaa new\"}\n"
        + "{\"instruction\":\"Say it again.\",\"output\":\"It is said twice.\"}\n")
    Archive.run(["add", labelled, new])
    let options = ["--budget", "40", "--axis", "column:topic"]
    let grown = try #require(try Archive.choose([labelled], options, in: folder))
    let files = try #require(try Archive.choose([first, new], options, in: folder))
    #expect((grown.receipts == files.receipts) == true)
    #expect(grown.manifests == files.manifests)
  }

  @Test func `what adding says of the new samples`() throws {
    func drift(_ source: String, _ archive: String) throws -> [JSON] {
      let outcome = Tool.run(["add", archive, source, "--json"])
      #expect(outcome.status == 0)
      guard case .object(let report) = try JSON(Array(outcome.error.utf8)),
        case .array(let drift)? = report["drift"]
      else { return [] }
      return drift
    }
    func value(_ drift: JSON, _ key: String) -> JSON {
      if case .object(let members) = drift { members[key] ?? .null } else { .null }
    }
    // Every other line of the pool: no drift.
    let even = folder.make(
      "even.jsonl",
      Array(
        Archive.poolLines.indices.filter { $0 % 2 == 0 }
          .map { Archive.poolLines[$0] }.joined()))
    let odd = folder.make(
      "odd.jsonl",
      Array(
        Archive.poolLines.indices.filter { $0 % 2 == 1 }
          .map { Archive.poolLines[$0] }.joined()))
    let halves = folder.file("halves.gamut")
    Archive.run(["fit", even, "-o", halves])
    let same = try drift(odd, halves)
    #expect(same.count == 1)
    for drift in same {
      #expect(value(drift, "refit_advised") == .bool(false))
      #expect((value(drift, "distance").number ?? 1) < 0.1)
    }
    let far = folder.make(
      "far.jsonl",
      String(repeating: "{\"instruction\":\"Go.\",\"output\":\"no no no no\"}\n", count: 60))
    let outcome = Tool.run(["add", halves, far])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("fit again over all sources"))
    #expect(outcome.error.contains("complexity"))
  }

  @Test func `a source comes in once, whatever its name`() {
    let copy = folder.make("copy.jsonl", Archive.lines(0..<300))
    #expect(
      refusal(["add", archive, first])
        == "gamut add: \(first) is in \(archive) already, with the same content; leave it out\n")
    #expect(
      refusal(["add", archive, second, copy])
        == "gamut add: \(copy) has the same content as \(first), which is in \(archive) already; leave"
        + " one out\n")
    #expect(
      refusal(["add", archive, second, second])
        == "gamut add: \(second) is given twice; leave one out\n")
    #expect(
      refusal(["fit", first, copy, "-o", folder.file("x.gamut")])
        == "gamut fit: \(copy) has the same content as \(first); leave one of the two out\n")
    let other = folder.file("other.gamut")
    Archive.run(["fit", copy, "--model", archive, "-o", other])
    #expect(
      refusal(["merge", archive, other, "-o", folder.file("x.gamut")])
        == "gamut merge: \(copy) of \(other) has the same content as \(first) of \(archive); make one of"
        + " the two archives without it\n")
    #expect(refusal(["merge", archive, archive, "-o", folder.file("x.gamut")]).contains(first))
  }

  @Test func `an archive grows where what spares choices work cannot be kept`() throws {
    removeTree(archive + "/derived")
    writeFile(archive + "/derived", [])
    let third = folder.make("c.jsonl", Archive.lines(600..<700))
    for (arguments, samples) in [([second], 600), ([third, "--json"], 700)] {
      let outcome = Tool.run(["add", archive] + arguments)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        outcome.error.contains(
          "the archive is whole, but what choices from it start with is not kept: cannot write"
            + " \(archive)/derived/"), "\(outcome.error)")
      #expect(try Archive.index(archive)["samples"] == .integer(samples))
    }
    let grown = try #require(try Archive.choose([archive], ["--budget", "20"], in: folder))
    unsafe unlink(archive + "/derived")
    let merged = folder.file("merged.gamut")
    Archive.run(["merge", archive, "-o", merged])
    #expect(try Archive.choose([merged], ["--budget", "20"], in: folder)?.subsets == grown.subsets)
  }

  @Test func `a source that was replaced by another of its name is refused`() {
    folder.make("a.jsonl", Archive.lines(700..<750))
    #expect(
      refusal(["add", archive, first])
        == "gamut add: \(first) is a source of \(archive) with other content, which is needed where it"
        + " was; give new data a name of its own\n")
    let other = folder.file("other.gamut")
    Archive.run(["fit", first, "--model", archive, "-o", other])
    #expect(
      refusal(["merge", archive, other, "-o", folder.file("x.gamut")]).contains("of its own"))
  }

  @Test func `empty sources are no twins`() throws {
    let empty = [folder.make("e1.jsonl", ""), folder.make("e2.jsonl", "\n")]
    let more = [folder.make("e3.jsonl", ""), second]
    Archive.run(["add", archive] + empty + more)
    #expect(try Archive.index(archive)["samples"] == .integer(600))
    _ = try #require(try Archive.choose([archive], ["--budget", "20"], in: folder))
  }

  @Test func `vectors must be those that the model was made for`() {
    let vectors = NumPyFile.vectors(count: 300, dimension: 6, seed: 1)
    let six = folder.make("six.npy", NumPyFile.bytes(vectors))
    let five = folder.make("five.npy", NumPyFile.bytes(vectors.map { Array($0.dropLast()) }))
    let short = folder.make("short.npy", NumPyFile.bytes(Array(vectors.dropLast())))
    let given = folder.file("given.gamut")
    Archive.run(["fit", first, "-e", six, "-o", given])
    #expect(
      refusal(["add", given, second])
        == "gamut add: the topics of \(given) come from vectors of 6 dimensions; name those of the new"
        + " samples with --embeddings\n")
    #expect(
      refusal(["add", given, second, "-e", five])
        == "gamut add: \(five) has vectors of 5 dimensions where the model has 6; embed with the same"
        + " model as before\n")
    #expect(refusal(["add", given, second, "-e", short]).contains("299"))
    #expect(
      refusal(["add", archive, second, "-e", six])
        == "gamut add: the topics of \(archive) come from the texts; leave --embeddings out\n")
  }

  @Test(arguments: [
    (["--seed", "1"], "seed (\"0\" and \"1\")"),
    (["--axis", "complexity:5"], "axes ([\"complexity:4@quantile\""),
    (["--axis", "complexity:4@quantile", "--axis", "topic:65@cvt"], "topic:65"),
    (["--text", "instruction,output"], "text fields ([] and [\"instruction\",\"output\"])"),
    (["--topics", "17"], "topics' count (16 and 17)"),
    ([], "topics' fitted_rows (300 and 250)"),
  ])
  func `archives of different models are not joined`(options: [String], told: String) {
    let part = folder.make("c.jsonl", Archive.lines(600..<850))
    let other = folder.file("other.gamut")
    Archive.run(["fit", part, "-q", "quality", "--keep", "topic", "-o", other] + options)
    let error = refusal(["merge", archive, other, "-o", folder.file("x.gamut")])
    #expect(
      error.hasPrefix("gamut merge: \(archive) and \(other) cannot be joined, for they differ in "))
    #expect(error.contains(told), "\(error)")
    #expect(error.contains("fit one of them again with --model"))
  }

  @Test func `archives that keep different columns or rank by others are not joined`() {
    for (number, options) in [
      (["-q", "quality"], "what is kept ("), (["--keep", "topic"], "what is kept ("),
      (["-q", "quality:2", "--keep", "topic"], "quality (quality and quality:2)"),
      (["--keep", "quality", "--keep", "topic"], "quality (quality and the heuristic)"),
    ].enumerated() {
      let other = folder.file("other\(number).gamut")
      Archive.run(["fit", second, "-o", other] + options.0)
      #expect(
        refusal(["merge", archive, other, "-o", folder.file("x.gamut")]).contains(options.1))
    }
    // Of one shape and another content.
    let twin = folder.make("twin.jsonl", Archive.lines(900..<1200))
    let other = folder.file("twin.gamut")
    Archive.run(["fit", twin, "-q", "quality", "--keep", "topic", "-o", other])
    #expect(
      refusal(["merge", archive, other, "-o", folder.file("x.gamut")]).contains("what was fitted"))
  }

  @Test func `as many topics are kept as vectors have`() throws {
    var random = SeededGenerator(seed: 9)
    let rows: [[Float]] = (0..<40).map { _ in
      (0..<700).map { _ in Float(Int.random(in: -9...9, using: &random)) }
    }
    let lines = folder.make("few.jsonl", Archive.lines(0..<40))
    let vectors = folder.make("wide.npy", NumPyFile.bytes(rows, as: .double))
    let wide = folder.file("wide.gamut")
    let shell = Program(path: "/bin/sh")
    let outcome = shell.run([
      "-c", "ulimit -n 400; exec \"$@\"", "sh", Tool.program.path, "fit", lines, "-e", vectors,
      "--topics", "700", "-o", wide, "--quiet",
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(filesBelow(wide).count { $0.contains("/topic.") } == 700)
    _ = try #require(
      try Archive.choose([wide], ["--budget", "9", "--axis", "topic700:2"], in: folder))
  }
}
