import JSON
import TestSupport
import Testing

/// Topics may be fitted to a share of the vectors.
@Suite struct VectorShareTests {
  let folder = TemporaryFolder(inMemory: true)
  let pool: String
  let vectors: String

  init() {
    pool = folder.make("pool.jsonl", Archive.lines(0..<3000))
    vectors = folder.make(
      "v.npy", NumPyFile.bytes(NumPyFile.vectors(count: 3000, dimension: 8, seed: 1)))
  }

  private func run(_ options: [String], output: String) throws -> (subset: [UInt8], fitted: Int) {
    let outcome = Tool.run(
      [
        "select", pool, "-q", "quality", "-b", "60", "-e", vectors, "--axis", "topic4:40",
        "--quiet",
      ]
        + ["-o", folder.file(output + ".jsonl")] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    let bytes = try #require(folder.bytes(output + ".manifest.json"))
    let parsed = JSONValue(parsing: bytes.span)
    let manifest = try #require(parsed)
    let fitted = manifest["embedding"]?["components"]?["fitted_rows"]?.wholeNumber
    return (try #require(folder.bytes(output + ".jsonl")), try #require(fitted))
  }

  @Test func `a share is fitted, all are projected, and the manifest tells it`() throws {
    let whole = try run([], output: "whole")
    #expect(whole.fitted == 3000)
    #expect(try run(["--vector-share", "1"], output: "one").subset == whole.subset)
    let part = try run(["--vector-share", "0.3"], output: "part")
    #expect((750...1050).contains(part.fitted))
    #expect(part.subset != whole.subset)
    // Vectors are read in blocks of some 2,000.
    for threads in ["1", "3"] {
      let again = try run(["--vector-share", "0.3", "-j", threads], output: "again-\(threads)")
      #expect(again.subset == part.subset)
    }
    let other = try run(["--vector-share", "0.3", "--seed", "1"], output: "other")
    #expect(other.fitted != part.fitted)
    // The manifest, and the recipe in it, give the same again.
    let checked = Tool.run(["verify", folder.file("part.jsonl")])
    #expect(checked.status == 0, "\(checked.error)")
    let recipe = ["--recipe", folder.file("part.manifest.json")]
    #expect(try run(recipe, output: "recipe").subset == part.subset)
    #expect(folder.text("part.manifest.json")?.contains("\"vector-share\": 0.3") == true)
    #expect(folder.text("whole.manifest.json")?.contains("vector-share") == false)
  }

  @Test func `an archive that is fitted to a share chooses as the files do`() throws {
    let part = try run(["--vector-share", "0.3"], output: "part")
    let archive = folder.file("pool.gamut")
    Archive.run(
      ["fit", pool, "-q", "quality", "-e", vectors, "--axis", "topic4:40", "--vector-share", "0.3"]
        + ["-o", archive])
    let chosen = Tool.run(["select", archive, "-b", "60", "--quiet"])
    #expect(chosen.output == part.subset)
  }

  @Test func `sets are measured by what a share of their vectors tells`() throws {
    func described(_ options: [String]) throws -> String {
      let outcome = Tool.run(
        ["describe", pool, "--axis", "topic4:40", "-m", "cells,evenness", "--json"] + options)
      #expect(outcome.status == 0, "\(options): \(outcome.error)")
      return String(decoding: outcome.output, as: UTF8.self)
    }
    let whole = try described(["-e", vectors, "-q", "quality"])
    let part = try described(["-e", vectors, "-q", "quality", "--vector-share", "0.3"])
    #expect(part != whole)
    // A recipe's share goes for vectors that are given here, and says nothing where none are.
    _ = try run(["--vector-share", "0.3"], output: "part")
    let recipe = ["--recipe", folder.file("part.manifest.json")]
    #expect(try described(["-e", vectors] + recipe) == part)
    #expect(try described(["-e", vectors, "--vector-share", "1"] + recipe) == whole)
    #expect(try described(recipe) == described(["-q", "quality"]))
    // An archive's embedding is taken as it is.
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", pool, "-q", "quality", "-e", vectors, "-o", archive])
    let set = ["-e", vectors, "--pool", archive]
    #expect(try described(set + recipe) == described(set + ["-q", "quality"]))
  }

  @Test func `what makes no sense is refused`() {
    func expect(_ arguments: [String], _ status: Int32, _ words: String) {
      let outcome = Tool.run(arguments + (arguments[0] == "describe" ? [] : ["--force"]))
      #expect(
        outcome.status == status && outcome.error.contains(words), "\(arguments): \(outcome.error)")
    }
    let select = ["select", pool, "-b", "5", "-o", folder.file("s.jsonl")]
    let fit = ["fit", pool, "-o", folder.file("f.gamut")]
    let describe = ["describe", pool, "--axis", "topic1:4"]
    for command in [select, fit, describe] {
      expect(
        command + ["--vector-share", "0.5"], 1, "is a share of --embeddings, and none are given")
      expect(
        command + ["-e", vectors, "--vector-share", "0.001"], 1,
        "vectors of 8 numbers to fit topics to, fewer than they have numbers; take a larger share")
      expect(command + ["-e", vectors, "--vector-share", "1e-9"], 1, "leaves 0 vectors")
      for share in ["0", "-1", "1.01", "nan", "inf", "half", ""] {
        expect(command + ["-e", vectors, "--vector-share=" + share], 2, "above 0 and up to 1")
      }
    }
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", pool, "-e", vectors, "-o", archive])
    for command in [
      ["select", archive, "-b", "5", "-o", folder.file("s.jsonl")], ["describe", archive],
      ["describe", pool, "-e", vectors, "--pool", archive],
    ] {
      expect(command + ["--vector-share", "0.5"], 1, "--vector-share was settled when")
    }
    // An archive keeps topics in any case; a choice is to look at some.
    for command in [select, ["describe", pool]] {
      expect(
        command + ["-e", vectors, "--axis", "complexity:4", "--vector-share", "0.5"], 2,
        "no axis looks at them; add --axis topic:64@cvt")
    }
    Archive.run(
      ["fit", pool, "-e", vectors, "--axis", "complexity:4", "--vector-share", "0.5"]
        + ["-o", folder.file("c.gamut")])
    expect(
      fit + ["-e", vectors, "--model", archive, "--vector-share", "0.5"], 2,
      "--model brings its own --vector-share")
    // Gathered by one share and by another.
    let moments = ["0.5", "0.4"].map { share in
      let part = folder.make("p\(share).jsonl", Archive.lines(0..<(share == "0.5" ? 600 : 599)))
      let rows = NumPyFile.vectors(count: share == "0.5" ? 600 : 599, dimension: 8, seed: 2)
      let path = folder.file("\(share).moments")
      Archive.run(
        ["fit", "--moments", part, "-e", folder.make("v\(share).npy", NumPyFile.bytes(rows))]
          + ["--vector-share", share, "-o", path])
      return path
    }
    expect(["merge"] + moments + ["-o", folder.file("m.gamut")], 1, "share")
  }
}
