import TestSupport
import Testing

/// `--indices`: where the chosen samples stand in the pool, for those who hold it as a table.
@Suite struct IndicesTests {
  let folder = TemporaryFolder()

  /// The numbers of an `.npy` file of int64, and its header.
  private func indices(_ name: String) throws -> (header: String, places: [Int]) {
    let bytes = try #require(folder.bytes(name))
    #expect(bytes.prefix(8) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let places = stride(from: start, to: bytes.count, by: 8).map { place in
      bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    return (String(decoding: bytes[10..<start], as: UTF8.self), places)
  }

  private func check(_ name: String, _ run: Selection) throws {
    let (header, places) = try indices(name)
    #expect(header.contains("'descr': '<i8'") && header.contains("'shape': (\(places.count),)"))
    #expect(run.lines(places) == run.subset)
    #expect(places.sorted() == run.places("selected"))
  }

  @Test(arguments: 0..<8)
  func `they lead to the lines of the subset, whatever lies between`(seed: Int) throws {
    var chances = RandomPool.Chances()
    chances.rejected = 40 * (seed % 4)
    let sources = (0..<1 + seed % 3).map { number in
      folder.make(
        "pool-\(number).jsonl",
        RandomPool(count: 60, chances: chances, seed: 10 * seed + number).file())
    }
    let options = ["--quality", "score", "--on-error", "skip", "--indices"] + Tool.plainAxes
    for order in ["pool", "rank", "shuffle"] {
      let name = "\(order).jsonl"
      let run = try #require(
        try Selection(
          sources, options + ["--budget", "20", "--order", order], in: folder, output: name))
      try check("\(order).indices.npy", run)
    }
    #expect(try indices("pool.indices.npy").places == indices("pool.indices.npy").places.sorted())
    // An archive stands in the order of its sources' paths, which is that of the files here.
    let archive = folder.file("pool.gamut")
    let fitted = Tool.run(
      ["fit"] + sources + ["--quality", "score", "--on-error", "skip", "-o", archive]
        + Tool.plainAxes)
    #expect(fitted.status == 0, "\(fitted.error)")
    let chosen = Tool.run(
      ["select", archive, "--budget", "20", "--indices", "-o", folder.file("archive.jsonl")])
    #expect(chosen.status == 0, "\(chosen.error)")
    #expect(try indices("archive.indices.npy").places == indices("pool.indices.npy").places)
  }

  @Test func `each of several budgets has its own`() throws {
    let source = folder.make("pool.jsonl", RandomPool(count: 80, seed: 3).file())
    let outcome = Tool.run(
      ["select", source, "--quality", "score", "--budget", "10%,20%", "--indices"] + Tool.plainAxes
        + ["-o", folder.file("s.jsonl")])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("s.10pct.indices.npy"))
    let small = try indices("s.10pct.indices.npy").places
    let large = try indices("s.20pct.indices.npy").places
    #expect(small.count < large.count && Set(small).isSubset(of: large))
  }

  @Test func `a subset of nothing has none`() throws {
    let source = folder.make("pool.jsonl", RandomPool(count: 20, seed: 4).file())
    let outcome = Tool.run(
      ["select", source, "--budget", "0", "--indices", "-o", folder.file("s.jsonl")]
        + Tool.plainAxes)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try indices("s.indices.npy").places == [])
  }

  @Test func `those of an earlier subset never stand beside a new one`() throws {
    let source = folder.make("pool.jsonl", RandomPool(count: 40, seed: 5).file())
    let select =
      ["select", source, "--budget", "5", "--quiet", "-o", folder.file("s.jsonl")] + Tool.plainAxes
    #expect(Tool.run(select + ["--indices"]).status == 0)
    for name in ["s.jsonl", "s.manifest.json"] { folder.remove(name) }
    let refused = Tool.run(select)
    #expect(refused.status == 1)
    #expect(
      refused.error
        == "gamut select: \(folder.file("s.indices.npy")) holds the indices of another subset and"
        + " would lie about the new one; choose another name, write new ones with --indices, or"
        + " let them go with --force\n")
    #expect(Tool.run(select + ["--force"]).status == 0)
    #expect(folder.names == ["pool.jsonl", "s.jsonl", "s.manifest.json"])
  }

  @Test func `standard output and devices have none beside them`() {
    let source = folder.make("pool.jsonl", RandomPool(count: 20, seed: 6).file())
    let select = ["select", source, "--budget", "5", "--indices"] + Tool.plainAxes
    let none = Tool.run(select)
    #expect(
      none.status == 2 && none.error.contains("'--indices' needs '--output'"), "\(none.error)")
    let dash = Tool.run(select + ["-o", "-"])
    #expect(dash.status == 2 && dash.error.contains("indices stand beside the subset"))
    let device = Tool.run(select + ["-o", "/dev/null"])
    #expect(device.status == 1)
    #expect(
      device.error == "gamut select: the indices stand beside the subset, and /dev/null is no file;"
        + " name one with --output\n")
  }
}
