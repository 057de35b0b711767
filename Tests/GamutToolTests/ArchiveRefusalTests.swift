import Glibc
import JSON
import TestSupport
import Testing

/// What is not as it was written is refused by name, with what to do.
@Suite struct ArchiveRefusalTests {
  let folder = TemporaryFolder(inMemory: true)
  private let source: String
  private let archive: String
  private let choice = [
    "--budget", "9", "--axis", "complexity:3", "--axis", "column:topic", "--axis", "words:2",
    "--axis", "topic:5@cvt", "--axis", "tokens:2@nested", "--receipts", "--quiet",
  ]

  init() {
    var bytes = Archive.lines(0..<80)
    bytes += Array("{broken\n".utf8)
    source = folder.make("in.jsonl", bytes)
    archive = folder.file("pool.gamut")
    Archive.run(
      ["fit", source, "--on-error", "skip", "-q", "quality", "--axis", "complexity:3"]
        + ["--axis", "column:topic", "--axis", "words:2", "--axis", "topic:5@cvt"]
        + ["--axis", "tokens:2@nested", "-o", archive])
  }

  private func choose(_ archive: String) -> Program.Outcome {
    Tool.run(["select", archive, "-o", folder.file("s.jsonl")] + choice)
  }

  /// Gives a file of the archive other bytes.
  private func spoil(_ name: String, _ change: (inout [UInt8]) -> Void) {
    var bytes = wholeFile(archive + "/" + name) ?? []
    change(&bytes)
    writeFile(archive + "/" + name, bytes)
  }

  private func edit(_ old: String, _ new: String) {
    spoil("archive.json") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(old), "\(old)")
      let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      bytes = Array(parts.joined(separator: new).utf8)
    }
  }

  @Test func `every file is held against its digest`() throws {
    // What follows from the rest is made anew by a merge.
    let names = filesBelow(archive).filter { !$0.hasPrefix("derived/") }
    #expect(names.count > 45)
    for (number, name) in names.enumerated() where name != "archive.json" {
      let path = archive + "/" + name
      let whole = try #require(wholeFile(path))
      switch number % 3 {
      case 0: spoil(name) { $0[$0.count - 1] ^= 1 }
      case 1: spoil(name) { $0.removeLast() }
      default: unsafe unlink(path)
      }
      // A merge copies every file; a choice reads those that it needs.
      let merged = Tool.run(["merge", archive, "-o", folder.file("m.gamut")])
      #expect(merged.status == 1)
      #expect(
        merged.error.hasSuffix(
          "\(path) is damaged: it is missing or not what was written; fetch the archive again, or make"
            + " it anew with gamut fit\n"), "\(name): \(merged.error)")
      let chosen = choose(archive)
      #expect([0, 1].contains(chosen.status), "\(name)")
      if chosen.status == 1 {
        #expect(chosen.error.contains("\(path) is damaged"), "\(chosen.error)")
      } else {
        // Not needed for this choice.
        let isSpare = [
          "measure.", "topic.", "source.npy", "axis3.quantiles", "answer", "prompt.npy",
        ].contains {
          name.contains($0)
        }
        #expect(isSpare, "\(name)")
        folder.names.filter { $0.hasPrefix("s.") }.forEach(folder.remove)
      }
      #expect(!folder.names.contains("m.gamut"))
      writeFile(path, whole)
    }
    #expect(choose(archive).status == 0)
  }

  @Test(arguments: [
    ("\"gamut_archive\": 1", "\"gamut_archive\": 2", "has format 2, and this version reads"),
    ("\"gamut_archive\": 1", "\"gamut_archive\": 0", "is no archive"),
    ("\"gamut_archive\": 1", "\"gamut_archive\": \"1\"", "is no archive"),
    ("\"files\": {\n", "\"files\": {\n\"../../x.npy\": {\"bytes\":1,\"sha256\":\"\"},", "'files'"),
    ("\"files\": {\n", "\"files\": {\n\"a/\u{301}b\": {\"bytes\":1,\"sha256\":\"\"},", "'files'"),
    ("\"segments\": [\n", "\"segments\": [7,\n", "'id'"),
    ("\"samples\": 80", "\"samples\": 81", "'samples'"),
    ("\"seed\": \"0\"", "\"seed\": \"1\"", "'id'"),
    ("\"numbers\": [\"quality\"]", "\"numbers\": [\"quality\",\"quality\"]", "'numbers'"),
    ("\"labels\": [\"topic\"]", "\"labels\": []", "nothing is kept for the axis column:topic"),
    ("\"words\",", "", "nothing is kept for the axis words:2"),
    ("\"words\",", "\"words\",\"words\",", "'measures'"),
    ("{", "[", "it is no JSON"),
  ])
  func `an index that says what it should not`(old: String, new: String, told: String) {
    if old == "{" {
      writeFile(archive + "/archive.json", Array("[".utf8))
    } else {
      edit(old, new)
    }
    let more = folder.make("more.jsonl", Archive.lines(100..<120))
    for arguments in [["select", archive, "--budget", "9"], ["add", archive, more]] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains(archive), "\(outcome.error)")
      #expect(outcome.error.contains(told), "\(outcome.error)")
    }
  }

  @Test func `a name that leads out of the archive`() throws {
    let id = try #require(filesBelow(archive).first { $0.hasPrefix("segments/") })
      .split(separator: "/")[1]
    for trick in ["../\(id)", "..", "", "/etc", ".", "\(id)/../\(id)", "\u{FF11}"] {
      edit("\"id\": \"\(id)\"", "\"id\": \"\(trick)\"")
      let outcome = Tool.run(["merge", archive, "-o", folder.file("m.gamut")])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("'id' is missing or not what it should be"))
      edit("\"id\": \"\(trick)\"", "\"id\": \"\(id)\"")
    }
    Archive.run(["merge", archive, "-o", folder.file("m.gamut")])
  }

  @Test func `counts that were moved between sources are noticed`() {
    let (one, two) = (
      folder.make("one.jsonl", Archive.lines(0..<30)),
      folder.make("two.jsonl", Archive.lines(30..<70))
    )
    let moved = folder.file("moved.gamut")
    Archive.run(["fit", one, two, "-o", moved])
    let path = moved + "/archive.json"
    let text = String(decoding: wholeFile(path) ?? [], as: UTF8.self)
    let parts = text.split(separator: "\"samples\": 30")
    #expect(parts.count == 2)
    let other = parts.joined(separator: "\"samples\": 31").split(separator: "\"samples\": 40")
      .joined(separator: "\"samples\": 39")
    writeFile(path, Array(other.utf8))
    let outcome = Tool.run(["select", moved, "--budget", "70"])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("are not where it says"))
  }

  @Test func `what is no archive`() {
    unsafe mkdir(folder.file("empty"), 0o700)
    let more = folder.make("more.jsonl", Archive.lines(100..<120))
    for arguments in [
      ["select", folder.file("empty"), "--budget", "9"], ["add", folder.file("empty"), more],
      ["merge", folder.file("empty"), "-o", folder.file("m.gamut")],
      ["fit", more, "--model", folder.file("empty"), "-o", folder.file("m.gamut")],
    ] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1)
      #expect(
        outcome.error.hasSuffix(
          "\(folder.file("empty")) is no archive: it has no archive.json that Gamut wrote; make one with"
            + " gamut fit\n"), "\(outcome.error)")
    }
    for place in ["empty", "in.jsonl"] {
      let refused = Tool.run(["fit", more, "-o", folder.file(place), "--force"])
      #expect(refused.status == 1)
      #expect(refused.error.contains("\(folder.file(place)) is there and is no archive"))
    }
    let exists = Tool.run(["fit", more, "-o", archive])
    #expect(exists.status == 1 && exists.error.contains("\(archive) exists already"))
  }

  @Test func `an archive among other inputs, or where files belong`() {
    let more = folder.make("more.jsonl", Archive.lines(100..<120))
    for inputs in [[archive, more], [more, archive], [archive, archive]] {
      let outcome = Tool.run(["select"] + inputs + ["--budget", "9"])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("\(archive) is a folder: an archive is chosen from alone"))
    }
    for arguments in [["fit", archive, "-o", folder.file("x.gamut")], ["add", archive, archive]] {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("\(archive) is a folder"), "\(outcome.error)")
    }
  }

  @Test func `standard input and pipes cannot be fetched from later`() {
    for input in ["-", folder.pipe("pipe")] {
      let outcome = Tool.run(["fit", input, "-o", folder.file("x.gamut")])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("save it to one first"))
      #expect(!folder.names.contains("x.gamut"))
    }
  }

  @Test(arguments: [
    (["--axis", "column:length:3"], "keeps no column 'length' but quality, topic; fit it again"),
    (["-q", "score"], "keeps no column 'score'"), (["--axis", "column:quality"], "'quality'"),
    (
      ["--axis", "compression:3"], "the measure 'compression'; fit it again with --axis compression"
    ),
    (["--axis", "topic17:3"], "keeps 16 topics, and topic17 is asked for"),
    (["--text", "output"], "--text was settled when"),
    (["--embeddings", "/dev/null"], "--embeddings was settled when"),
    (["--on-error", "skip", "--rejects", "/tmp/none"], "--rejects was settled when"),
  ])
  func `what the archive does not keep`(options: [String], told: String) {
    let outcome = Tool.run(["select", archive, "--budget", "9"] + options)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(archive) && outcome.error.contains(told), "\(outcome.error)")
  }

  @Test func `sources may lie beside the archive, and nowhere else`() throws {
    let before = choose(archive)
    #expect(before.status == 0)
    let subset = folder.bytes("s.jsonl")
    unsafe mkdir(folder.file("away"), 0o700)
    #expect(unsafe rename(archive, folder.file("away/pool.gamut")) == 0)
    #expect(unsafe rename(source, folder.file("away/in.jsonl")) == 0)
    let moved = Tool.run(
      ["select", folder.file("away/pool.gamut"), "-o", folder.file("t.jsonl")] + choice)
    #expect(moved.status == 0, "\(moved.error)")
    #expect((folder.bytes("t.jsonl") == subset) == true)
    #expect(unsafe rename(folder.file("away/in.jsonl"), folder.file("elsewhere.jsonl")) == 0)
    let missing = Tool.run(["select", folder.file("away/pool.gamut"), "--budget", "9"])
    #expect(missing.status == 1)
    #expect(
      missing.error
        == "gamut select: \(source), a source of \(folder.file("away/pool.gamut")), is neither there nor"
        + " beside the archive; put it back\n")
  }

  @Test func `sources of another size or with other lines`() throws {
    let whole = try #require(wholeFile(source))
    writeFile(source, whole + [0x0A])
    let grown = choose(archive)
    #expect(grown.status == 1)
    #expect(grown.error.contains("\(source) has changed since it was read"))
    #expect(choose(archive).status == 1)
    // Every text loses its letters: no line is what it was.
    var other = whole
    for place in other.indices where (0x61...0x7A).contains(other[place]) && place % 40 == 7 {
      other[place] = 0x78
    }
    writeFile(source, other)
    let changed = choose(archive)
    #expect(changed.status == 1)
    #expect(changed.error.contains("\(source):"))
    #expect(!folder.names.contains { $0.hasPrefix("s.") })
    // The same where all texts are gone through once more.
    for options in [["--near-duplicates", "0.6"], ["--redundancy", "0.9"]] {
      let read = Tool.run(["select", archive, "--budget", "9"] + options)
      #expect(read.status == 1)
      #expect(read.error.contains("the line is not the one that was read"), "\(read.error)")
    }
    // A line less, in as many bytes.
    let end = try #require(whole.firstIndex(of: 0x0A))
    var fewer = whole
    for place in 0..<end { fewer[place] = 0x20 }
    writeFile(source, fewer)
    let read = Tool.run(["select", archive, "--budget", "9", "--near-duplicates", "0.6"])
    #expect(read.status == 1)
    #expect(
      read.error.contains("\(source):1: the line is not the one that was read"), "\(read.error)")
    // The texts are as they were, and another field is not.
    let text = String(decoding: whole, as: UTF8.self)
    let scored = text.split(separator: "\"quality\":", omittingEmptySubsequences: false)
      .joined(separator: "\"qualitY\":")
    #expect(scored.utf8.count == whole.count && scored != text)
    writeFile(source, Array(scored.utf8))
    let edited = choose(archive)
    #expect(edited.status == 1)
    #expect(edited.error.contains("the line is not the one that was read"), "\(edited.error)")
    writeFile(source, whole)
    #expect(choose(archive).status == 0)
  }

  @Test
  func `a quality that no record has leaves no archive, and none is spoiled by a part without`() {
    let new = folder.file("new.gamut")
    let misspelt = Tool.run(["fit", Tool.pool, "--quality", "typo", "-o", new])
    #expect(misspelt.status == 1)
    #expect(misspelt.error.contains("no record has a number in 'typo'"), "\(misspelt.error)")
    #expect(!folder.names.contains("new.gamut"))
    // A part of the pool without scores is a part all the same.
    #expect(Tool.run(["fit", Tool.pool, "--quality", "quality", "-o", new, "--quiet"]).status == 0)
    let bare = folder.make("bare.jsonl", #"{"prompt":"What is it?","response":"A part."}"# + "\n")
    let (part, joined) = (folder.file("part.gamut"), folder.file("joined.gamut"))
    #expect(Tool.run(["fit", bare, "--model", new, "-o", part, "--quiet"]).status == 0)
    #expect(Tool.run(["merge", part, new, "-o", joined, "--quiet"]).status == 0)
    let chosen = Tool.run(["select", joined, "--budget", "5", "--missing-quality", "drop"])
    #expect(chosen.status == 0 && chosen.output.count { $0 == 0x0A } == 5, "\(chosen.error)")
  }

  @Test func `rejected lines replace nothing that is read`() {
    let bad = folder.make("bad.jsonl", Array("{x\n".utf8) + Archive.lines(200..<210))
    let rows = NumPyFile.vectors(count: 11, dimension: 3, seed: 1)
    let vectors = folder.make("v.npy", NumPyFile.bytes(rows))
    let tokenizer = folder.make(
      "tokenizer.json",
      #"{"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#)
    let new = ["-o", folder.file("new.gamut")]
    for (command, read) in [
      (["fit", bad, "-e", vectors] + new, vectors),
      (["fit", bad, "--tokenizer", tokenizer] + new, tokenizer),
      (["fit", bad, "--model", archive] + new, source), (["add", archive, bad], source),
    ] {
      let before = wholeFile(read)
      let outcome = Tool.run(command + ["--on-error", "skip", "--rejects", read, "--force"])
      #expect(
        outcome.status == 1 && outcome.error.contains("\(read) is named twice"), "\(outcome.error)")
      #expect((wholeFile(read) == before) == true)
      #expect(!folder.names.contains("new.gamut"))
    }
  }

  @Test func `a choice replaces neither the sources of an archive nor its vectors`() {
    let part = folder.make("with-vectors.jsonl", Archive.lines(300..<360))
    let rows = NumPyFile.vectors(count: 60, dimension: 3, seed: 2)
    let vectors = folder.make("with-vectors.npy", NumPyFile.bytes(rows))
    let fitted = folder.file("with-vectors.gamut")
    Archive.run(["fit", part, "-e", vectors, "-o", fitted])
    for command in ["select", "tune"] {
      for read in [part, vectors] {
        let before = wholeFile(read)
        let outcome = Tool.run([command, fitted, "--budget", "5", "-o", read, "--force"])
        #expect(
          outcome.status == 1 && outcome.error.contains("\(read) is named twice"),
          "\(outcome.error)")
        #expect((wholeFile(read) == before) == true)
      }
    }
  }

  @Test func `more samples than can be told apart are not brought together`() {
    let more = folder.make("more.jsonl", Archive.lines(100..<120))
    let part = folder.file("part.gamut")
    Archive.run(["fit", more, "--model", archive, "-o", part])
    spoil("archive.json") { bytes in
      let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\"samples\": 80")
      #expect(parts.count == 4)
      bytes = Array(parts.joined(separator: "\"samples\": 2147483647").utf8)
    }
    let before = Archive.contents(archive)
    let merging = ["merge", archive, part, "-o", folder.file("m.gamut")]
    for arguments in [["add", archive, more], merging] {
      let outcome = Tool.run(arguments)
      #expect(
        outcome.status == 1
          && outcome.error.contains("more than 2,147,483,647 samples; divide it"),
        "\(outcome.error)")
      #expect((Archive.contents(archive) == before) == true)
      #expect(!folder.names.contains("m.gamut"))
    }
  }

  @Test func `rejected lines go to a file of their own`() throws {
    let bad = folder.make("bad.jsonl", Array("{x\n".utf8) + Archive.lines(200..<210))
    let add = ["add", archive, bad, "--on-error", "skip", "--rejects"]
    let before = Archive.contents(archive)
    for place in [bad, folder.file("missing/r"), archive] {
      #expect(Tool.run(add + [place]).status == 1)
      #expect((Archive.contents(archive) == before) == true)
    }
    let same = folder.file("same")
    #expect(
      Tool.run(["fit", bad, "--on-error", "skip", "--rejects", same, "-o", same]).status == 1)
    #expect(!folder.names.contains("same"))
    Archive.run(add + [folder.file("r.jsonl")])
    #expect(folder.text("r.jsonl") == "{x\n")
  }
}
