import TestSupport
import Testing

/// A choice from an archive is that from the files it was made of, to the byte.
@Suite struct ArchiveEqualityTests {
  let folder = TemporaryFolder(inMemory: true)

  private static let axes = [
    "complexity:3", "topic1:3", "topic2:4@quantile", "tokens:3@log", "topic:12@cvt",
    "column:topic", "column:level:3@2,4", "words:3@quantile", "topic3:3@uniform", "echo:2",
  ]

  /// Between one and three sources of 500 lines of the pool, of any format, some with broken lines.
  private func sources(_ random: inout SeededGenerator) -> [String] {
    let first = Int.random(in: 0..<2400, using: &random)
    let count = Int.random(in: 1...3, using: &random)
    let cuts = (0..<count - 1).map { _ in Int.random(in: 1..<500, using: &random) }.sorted()
    let ends = [0] + cuts + [500]
    return zip(ends, ends.dropFirst()).enumerated().map { number, range in
      let lines = first + range.0..<first + range.1
      let name = "part-\(number + 9)"
      let kind = Int.random(in: 0..<4, using: &random)
      if kind == 0 { return folder.make("\(name).json", Archive.array(lines)) }
      var bytes = Archive.lines(lines)
      if Bool.random(using: &random) {
        bytes = Array("{nope\n\n".utf8) + bytes + Array("[1]\n".utf8)
      }
      let path = folder.make("\(name).jsonl", bytes)
      if kind == 1 { return path }
      let packer = kind == 2 ? "/usr/bin/gzip" : "/usr/bin/zstd"
      let packed = path + (kind == 2 ? ".gz" : ".zst")
      guard Program(path: packer).run(["-q", path]).status == 0 else { return path }
      // zstd leaves what it packed.
      folder.remove("\(name).jsonl")
      return packed
    }
  }

  /// Axes, quality, budget, policy, and what may not be chosen.
  private func recipe(
    _ random: inout SeededGenerator
  ) -> (axes: [String], quality: [String], rest: [String]) {
    func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    func one(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
    var chosen = Array(Self.axes.shuffled(using: &random)[..<Int.random(in: 0...3, using: &random)])
    if !chosen.isEmpty, happens(30) { chosen.append(one(["characters", "topic4"]) + ":2@nested") }
    let axes = chosen.flatMap { ["--axis", $0] }
    let quality =
      [
        [], ["-q", "quality"], ["-q", "quality:2", "-q", "level:-1"],
      ].randomElement(using: &random) ?? []
    var rest = ["--budget", one(["50", "10%", "5ktok", "20kB", "20,60,100"])]
    if happens(40) { rest += ["--evenness", one(["0", "0.4"])] }
    if happens(40) { rest += ["--greed", one(["0.3", "1"])] }
    if happens(30) { rest += ["--min-quality", "30%"] }
    if happens(30) { rest += ["--per-cell", "3"] }
    if happens(30) { rest += ["--redundancy", "0.8"] }
    if happens(30) { rest += ["--near-duplicates", "0.6"] }
    if happens(30) { rest += ["--drop", "all"] }
    if happens(20) { rest += ["--missing-quality", "drop"] }
    if happens(20) { rest += ["--method", one(["random", "top", "random-balanced"])] }
    if happens(40) { rest += ["--order", one(["rank", "shuffle"])] }
    return (axes, quality, rest)
  }

  @Test(arguments: 0..<12)
  func `any recipe chooses the same from the files and from their archive`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let sources = sources(&random)
    var (axes, quality, rest) = recipe(&random)
    if seed % 4 == 0 {
      rest += ["--exclude", folder.make("test.jsonl", Archive.lines(400..<480))]
    }
    if seed % 3 == 0 {
      let ids = (0..<3000).filter { $0 % 7 == 0 }.map { "p\(String(1_000_000 + $0).dropFirst())" }
      rest += ["--exclude-ids", folder.make("ids.txt", ids.joined(separator: "\n"))]
    }
    var vectors: [String] = []
    if seed % 2 == 1 {
      let rows = NumPyFile.vectors(count: 500, dimension: seed % 4 == 1 ? 5 : 19, seed: seed)
      vectors = ["-e", folder.make("v.npy", NumPyFile.bytes(rows, as: .double))]
    }
    let archive = folder.file("pool.gamut")
    // Axes that were cut with the archive, or are cut from it.
    let isCutBefore = Bool.random(using: &random)
    Archive.run(
      ["fit"] + sources + ["--on-error", "skip", "--seed", "7", "-o", archive] + vectors + quality
        + (isCutBefore ? axes : []) + ["--keep", "topic", "--keep", "level"]
        + ["--threads", "\(1 + seed % 3)"])
    let options = axes + quality + rest + ["--seed", "7"]
    let direct = try #require(
      try Archive.choose(sources, vectors + options + ["--on-error", "skip"], in: folder))
    let kept = try #require(try Archive.choose([archive], options, in: folder))
    #expect((direct.subsets == kept.subsets) == true, "\(options)")
    #expect((direct.receipts == kept.receipts) == true, "\(options)")
    #expect((direct.manifests == kept.manifests) == true, "\(options)")
    #expect(!direct.subsets.isEmpty && direct.receipts.count == direct.subsets.count)
  }
}
