import JSON
import TestSupport
import Testing

/// What a trainer would cut off, and how samples pack.
@Suite struct SequenceLengthTests {
  let folder = TemporaryFolder()

  private func json(_ bytes: [UInt8]?) throws -> JSONValue {
    let bytes = try #require(bytes)
    let parsed = JSONValue(parsing: bytes.span)
    return try #require(parsed)
  }

  /// First-fit decreasing by its definition.
  private func sequences(_ tokens: [Int], length: Int) -> Int {
    var rooms: [Int] = []
    for size in tokens.map({ min($0, length) }).filter({ $0 > 0 }).sorted(by: >) {
      if let place = rooms.firstIndex(where: { $0 >= size }) {
        rooms[place] -= size
      } else {
        rooms.append(length - size)
      }
    }
    return rooms.count
  }

  @Test func `summary, manifest and verification tell what fits, of files and of an archive`()
    throws
  {
    let subset = folder.file("s.jsonl")
    let length = 100
    let outcome = Tool.run([
      "select", Tool.pool, "-b", "200", "--sequence-length", "\(length)", "--random", "0",
      "--axis", "tokens:4", "--receipts", "-o", subset,
    ])
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains("\nlonger than 100 ") && outcome.error.contains("\nfill, packed "))
    let manifest = try json(folder.bytes("s.manifest.json"))
    let receipts = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl")))
    for (member, isIn) in [("pool", { _ in true }), ("subset", { $0 == "selected" })]
      as [(String, (String) -> Bool)]
    {
      let tokens = receipts.filter { isIn($0.status) }.map {
        Int($0.descriptor["tokens"]?.number ?? -1)
      }
      let packing = try #require(manifest[member]?["packing"])
      #expect(packing["sequence_length"]?.wholeNumber == length)
      #expect(packing["estimated"]?.truth == true)
      #expect(packing["truncated"]?.wholeNumber == tokens.count { $0 > length })
      #expect(
        packing["tokens_lost"]?.wholeNumber == tokens.reduce(0) { $0 + max(0, $1 - length) })
      let count = sequences(tokens, length: length)
      let kept = tokens.reduce(0) { $0 + min($1, length) }
      #expect(packing["sequences"]?.wholeNumber == count)
      #expect(packing["fill"]?.decimal == Double(kept) / Double(count * length))
      #expect(packing["fill_unpacked"]?.decimal == Double(kept) / Double(tokens.count * length))
    }
    #expect(manifest["recipe"]?["sequence-length"] == nil)
    #expect(Tool.run(["verify", subset]).status == 0)
    // An archive tells the same, also where it leaves columns where they lie.
    let archive = folder.file("p.gamut")
    #expect(
      Tool.run(["fit", Tool.pool, "-o", archive, "--axis", "tokens:4", "--quiet"]).status == 0)
    let chosen = Tool.run([
      "select", archive, "-b", "200", "--sequence-length", "\(length)", "--random", "0", "--quiet",
      "-o", folder.file("a.jsonl"),
    ])
    #expect(chosen.status == 0, "\(chosen.error)")
    let other = try json(folder.bytes("a.manifest.json"))
    for member in ["pool", "subset"] {
      #expect(other[member]?["packing"] == manifest[member]?["packing"])
    }
    #expect(Tool.run(["verify", folder.file("a.jsonl")]).status == 0)
  }

  @Test func `nothing is told where nobody asks, and the subset is the same`() throws {
    for (name, more) in [("a", []), ("b", ["--sequence-length", "64"])] {
      let line = [
        "select", Tool.pool, "-b", "50", "--random", "0", "-o", folder.file("\(name).jsonl"),
      ]
      #expect(Tool.run(line + more).status == 0)
    }
    #expect(folder.bytes("a.jsonl") == folder.bytes("b.jsonl"))
    #expect(try json(folder.bytes("a.manifest.json"))["subset"]?["packing"] == nil)
  }

  @Test func `describe and compare tell it of each set, and say that it goes by the estimate`()
    throws
  {
    let outcome = Tool.run([
      "describe", Tool.pool, "--metrics", "cells", "--sequence-length", "100", "--quiet", "--json",
    ])
    let found = try json(outcome.output)
    #expect(found["packing"]?["sequence_length"]?.wholeNumber == 100)
    #expect(
      (found["notes"]?.items ?? []).contains { $0.text?.contains("estimated tokens") ?? false })
    let table = Tool.run([
      "compare", Tool.pool, Tool.pool, "--metrics", "cells", "--sequence-length", "100", "--quiet",
    ])
    #expect(table.status == 0, "\(table.error)")
    #expect(String(decoding: table.output, as: UTF8.self).contains("sequences, packed"))
  }

  @Test(arguments: ["0", "-1", "x", "16777217", ""])
  func `a length that is none is refused`(length: String) {
    let outcome = Tool.run(["select", Tool.pool, "-b", "5", "--sequence-length", length])
    #expect(outcome.status == 2 && outcome.error.contains("--sequence-length"))
  }

  @Test(arguments: [("5tok", "tokens"), ("9B", "bytes"), ("5tok,2ktok", "tokens")])
  func `a budget below the smallest sample is told, and nothing is written`(
    budget: String, unit: String
  ) {
    let outcome = Tool.run([
      "select", Tool.pool, "-b", budget, "--receipts", "-o", folder.file("s.jsonl"),
    ])
    #expect(outcome.status == 1)
    #expect(outcome.error.split(separator: "\n").count == 1)
    #expect(
      outcome.error.contains("buys nothing: every sample that may be chosen has at least")
        && outcome.error.contains(unit), "\(outcome.error)")
    #expect(folder.names.isEmpty)
    #expect(Tool.run(["select", Tool.pool, "-b", budget]).output.isEmpty)
  }
}
