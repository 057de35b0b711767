import Glibc
import TestSupport
import Testing

/// However sources are grouped into segments, added and merged: the same subset.
@Suite struct ArchiveDivisionTests {
  let folder = TemporaryFolder(inMemory: true)

  private static let axes = [
    "--axis", "complexity:4", "--axis", "topic:10@cvt", "--axis", "column:topic",
    "--axis", "tokens:2@nested",
  ]
  private static let choice = axes + ["--budget", "150", "--evenness", "0.6", "--drop", "all"]

  /// A pool of 900 lines in parts, which count as people do: part-10 behind part-9.
  private func parts(_ count: Int, _ random: inout SeededGenerator) -> [String] {
    let cuts = Array((1..<900).shuffled(using: &random)[..<(count - 1)]).sorted()
    let ends = [0] + cuts + [900]
    return zip(ends, ends.dropFirst()).enumerated().map { number, range in
      folder.make("part-\(number + 1).jsonl", Archive.lines(range.0..<range.1))
    }
  }

  private func threads(_ random: inout SeededGenerator) -> [String] {
    ["--threads", "\(Int.random(in: 1...4, using: &random))"]
  }

  /// Brings groups of sources together in any way: each a fit with the model or an addition to one that
  /// is there, and merges of what there is in any order and nesting.
  private func assemble(
    _ parts: [String], model: String, trial: Int, _ random: inout SeededGenerator
  ) -> String {
    var groups: [[String]] = []
    for part in parts.shuffled(using: &random) {
      if groups.isEmpty || Bool.random(using: &random) {
        groups.append([part])
      } else {
        groups[Int.random(in: 0..<groups.count, using: &random)].append(part)
      }
    }
    var archives: [String] = []
    var number = 0
    func name() -> String {
      number += 1
      return folder.file("t\(trial)-\(number).gamut")
    }
    for group in groups {
      if let archive = archives.randomElement(using: &random), Bool.random(using: &random) {
        Archive.run(["add", archive] + group + threads(&random))
      } else {
        let archive = name()
        Archive.run(["fit"] + group + ["--model", model, "-o", archive] + threads(&random))
        archives.append(archive)
      }
    }
    while archives.count > 1 {
      archives.shuffle(using: &random)
      let count = Int.random(in: 2...archives.count, using: &random)
      let merged = name()
      Archive.run(["merge"] + archives[..<count] + ["-o", merged])
      archives = archives.dropFirst(count) + [merged]
    }
    return archives[0]
  }

  @Test(arguments: [false, true])
  func `any grouping, order and nesting gives one subset and one list of receipts`(
    usesColumn: Bool
  ) throws {
    var random = SeededGenerator(seed: usesColumn ? 3 : 4)
    let quality = usesColumn ? ["-q", "quality"] : []
    let parts = parts(12, &random)
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-o", whole] + Self.axes + quality)
    let expected = try #require(try Archive.choose([whole], Self.choice, in: folder))
    let uncut = folder.make("uncut.jsonl", Archive.lines(0..<900))
    let direct = try #require(try Archive.choose([uncut], Self.choice + quality, in: folder))
    #expect((direct.subsets == expected.subsets) == true)
    for trial in 0..<4 {
      let archive = assemble(parts, model: whole, trial: trial, &random)
      let chosen = try #require(
        try Archive.choose([archive], Self.choice + threads(&random), in: folder))
      #expect((chosen.subsets == expected.subsets) == true, "trial \(trial)")
      #expect((chosen.receipts == expected.receipts) == true, "trial \(trial)")
    }
  }

  @Test func `with vectors too`() throws {
    var random = SeededGenerator(seed: 8)
    let parts = parts(5, &random)
    let rows = NumPyFile.vectors(count: 900, dimension: 6, seed: 2)
    let all = folder.make("all.npy", NumPyFile.bytes(rows))
    var start = 0
    let vectors = parts.enumerated().map { number, part in
      let count = (wholeFile(part) ?? []).count { $0 == 0x0A }
      defer { start += count }
      return folder.make("\(number).npy", NumPyFile.bytes(Array(rows[start..<start + count])))
    }
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-e", all, "-o", whole])
    let options = ["--budget", "100", "--redundancy", "0.9"]
    let expected = try #require(try Archive.choose([whole], options, in: folder))
    let grown = folder.file("grown.gamut")
    Archive.run(["fit", parts[3], "-e", vectors[3], "--model", whole, "-o", grown])
    for place in [4, 0] { Archive.run(["add", grown, parts[place], "-e", vectors[place]]) }
    let other = folder.file("other.gamut")
    Archive.run(["fit", parts[2], "-e", vectors[2], "--model", whole, "-o", other])
    Archive.run(["add", other, parts[1], "-e", vectors[1]])
    let merged = folder.file("merged.gamut")
    Archive.run(["merge", other, grown, "-o", merged])
    #expect(try Archive.choose([merged], options, in: folder) == expected)
  }

  @Test func `any order of merging gives the same bytes in every file`() throws {
    var random = SeededGenerator(seed: 6)
    let parts = parts(4, &random)
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-o", whole])
    let single = parts.enumerated().map { number, part in
      let archive = folder.file("s\(number).gamut")
      Archive.run(["fit", part, "--model", whole, "-o", archive])
      return archive
    }
    func merge(_ archives: [String], _ name: String) -> String {
      Archive.run(["merge"] + archives + ["-o", folder.file(name)])
      return folder.file(name)
    }
    let forwards = Archive.contents(merge(single, "f.gamut"))
    let backwards = Archive.contents(merge(single.reversed(), "b.gamut"))
    #expect((forwards == backwards) == true)
    let nested = merge([merge([single[2], single[0]], "x.gamut"), single[3]], "y.gamut")
    #expect((Archive.contents(merge([single[1], nested], "n.gamut")) == forwards) == true)
    // One alone is its own copy.
    #expect((Archive.contents(merge([whole], "c.gamut")) == Archive.contents(whole)) == true)
    // An archive may be replaced by what it becomes part of.
    Archive.run(["merge"] + single + ["-o", single[0], "--force"])
    #expect((Archive.contents(single[0]) == forwards) == true)
  }

  @Test func `more segments than a process may have files open`() throws {
    let parts = (0..<70).map { folder.make("p\($0).jsonl", Archive.lines($0 * 3..<$0 * 3 + 3)) }
    let rows = NumPyFile.vectors(count: 210, dimension: 4, seed: 3)
    let vectors = parts.indices.map {
      folder.make("\($0).npy", NumPyFile.bytes(Array(rows[($0 * 3)..<($0 * 3 + 3)])))
    }
    let all = folder.make("all.npy", NumPyFile.bytes(rows))
    let whole = folder.file("whole.gamut")
    let short = ["--axis", "topic1:3", "--topics", "1"]
    Archive.run(["fit"] + parts + ["-e", all, "-o", whole] + short)
    let archives = parts.indices.map { number in
      let archive = folder.file("\(number).gamut")
      Archive.run(["fit", parts[number], "-e", vectors[number], "--model", whole, "-o", archive])
      return archive
    }
    // What a shell lets a process have is a soft limit, usually of 1,024.
    let shell = Program(path: "/bin/sh")
    func limited(_ arguments: [String]) -> Program.Outcome {
      shell.run(
        ["-c", "ulimit -Sn 60; exec \"$@\"", "sh", Tool.program.path] + arguments + ["--quiet"])
    }
    let merged = folder.file("merged.gamut")
    let joined = limited(["merge"] + archives + ["-o", merged])
    #expect(joined.status == 0, "\(joined.error)")
    let options = ["--budget", "60", "--redundancy", "0.9"]
    let chosen = limited(
      ["select", merged, "-o", folder.file("s.jsonl")] + options)
    #expect(chosen.status == 0, "\(chosen.error)")
    let expected = try #require(try Archive.choose([whole], options, in: folder))
    #expect((folder.bytes("s.jsonl") == expected.subsets.first) == true)
  }
}
