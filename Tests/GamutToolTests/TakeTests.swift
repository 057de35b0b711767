import TestSupport
import Testing

/// `--format npy` and `gamut take`: places told in one place, records fetched in another.
@Suite struct TakeTests {
  let folder = TemporaryFolder()

  /// A file of whole numbers as NumPy writes it.
  private func places(_ numbers: [Int64], type: String = "<i8", shape: String? = nil) -> String {
    var header =
      "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape ?? "(\(numbers.count),)"), }"
    header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
    var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    for number in numbers {
      for shift in stride(from: Int64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    return folder.make(
      "places-\(numbers.map(String.init).joined(separator: "_"))\(type.dropFirst()).npy", bytes)
  }

  @Test(arguments: 0..<6)
  func `places lead to the subset, from files and from an archive`(seed: Int) throws {
    var chances = RandomPool.Chances()
    chances.rejected = 60 * (seed % 3)
    let sources = (0..<1 + seed % 3).map { number in
      folder.make(
        "pool-\(number).jsonl",
        RandomPool(count: 60, chances: chances, seed: 10 * seed + number).file())
    }
    let skip = ["--on-error", "skip"]
    let archive = folder.file("pool.gamut")
    Archive.run(["fit"] + sources + ["-q", "score", "-o", archive] + skip + Tool.plainAxes)
    let order = ["pool", "rank", "shuffle"][seed / 2]
    let options = ["-b", "20", "--order", order, "--quiet"]
    #expect(
      Tool.run(["select", archive, "-o", folder.file("s.jsonl"), "--indices"] + options).status == 0
    )
    let contents = sources.map { wholeFile($0) ?? [] }
    for number in sources.indices { folder.remove("pool-\(number).jsonl") }
    let chosen = folder.file("c.npy")
    let outcome = Tool.run(["select", archive, "-o", chosen, "--receipts"] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(folder.bytes("c.npy") == folder.bytes("s.indices.npy"))
    #expect(folder.names.contains("c.manifest.json") && folder.names.contains("c.receipts.jsonl"))
    let checked = Tool.run(["verify", chosen])
    #expect(checked.status == 0, "\(checked.error)")
    let away = Tool.run(["take", archive, "-p", chosen, "-o", folder.file("none")])
    #expect(away.status == 1 && away.error.contains("neither there nor beside"), "\(away.error)")
    for (source, bytes) in zip(sources, contents) { writeFile(source, bytes) }
    for (pool, name) in [([archive], "a.jsonl"), (sources + skip, "f.jsonl")] {
      let taken = Tool.run(["take"] + pool + ["-p", chosen, "-o", folder.file(name)])
      #expect(taken.status == 0 && taken.error.contains(": 20 samples, "), "\(taken.error)")
      #expect(folder.bytes(name) == folder.bytes("s.jsonl"))
    }
    // From files, and to standard output.
    let direct = Tool.run(
      ["select"] + sources + skip + ["-q", "score", "--format", "npy"] + Tool.plainAxes + options)
    #expect(direct.output == folder.bytes("c.npy"))
  }

  @Test func `records stand in the order of the places, in any format`() throws {
    let lines = Archive.poolLines
    let path = places([5, 2, 9])
    let taken = Tool.run(["take", Tool.pool, "-p", path, "--quiet"])
    #expect(taken.output == lines[5] + lines[2] + lines[9] && taken.error.isEmpty)
    let array = Tool.run(["take", Tool.pool, "-p", path, "--format", "json", "--quiet"])
    #expect(array.output.first == UInt8(ascii: "[") && array.output.count > taken.output.count)
    #expect(Tool.run(["take", Tool.pool, "-p", places([])]).output.isEmpty)
    let piped = Tool.run(["take", "-", "-p", path, "--quiet"], input: .file(Tool.pool))
    #expect(piped.output == taken.output)
  }

  @Test func `places that lead nowhere are refused, and nothing appears`() throws {
    let pool = folder.make(
      "pool.jsonl", Archive.lines(0..<5) + Array("not json\n".utf8) + Archive.lines(5..<8))
    func expect(_ path: String, _ words: String, _ more: [String] = ["--on-error", "skip"]) {
      let outcome = Tool.run(["take", pool, "-p", path, "-o", folder.file("out.jsonl")] + more)
      #expect(outcome.status == 1 && outcome.error.contains(words), "\(outcome.error)")
      #expect(!folder.names.contains("out.jsonl"))
    }
    expect(places([0, 9]), "number 1 (from 0) is 9, and the pool has the places 0 to 8")
    expect(places([-1]), "is -1")
    expect(places([5]), "a line that is no readable record")
    expect(places([3, 6, 3]), "has the place 3 twice")
    expect(places([6, 6]), "has the place 6 twice")
    expect(places([1], type: "<f8"), "none of int32")
    expect(places([1, 2], shape: "(2, 1)"), "not one dimension")
    expect(folder.file("absent.npy"), "absent.npy")
    expect(
      pool, "pool.jsonl cannot be read as places: it is no .npy file (found: {",
      ["--on-error", "skip"])
    expect(
      places([.min], type: "<u8"),
      "cannot be read as places: it has a number of 2^63 or more (found: 9223372036854775808); save a"
        + " list of whole numbers with numpy.save")
    for (path, name) in [("-", "standard input"), (folder.pipe("pipe"), folder.file("pipe"))] {
      expect(path, "places are read from a file, and \(name) is none; write them to a file first")
    }
    let empty = Tool.run(["take", folder.make("empty.jsonl", ""), "-p", places([0])])
    #expect(
      empty.status == 1 && empty.error.contains(" is 0, and the pool has no record; name the pool"),
      "\(empty.error)")
    expect(places([0]), "pool.jsonl:6", [])
  }

  @Test func `an output is not replaced without being asked, nor an input at all`() {
    let pool = folder.make("pool.jsonl", Archive.lines(0..<5))
    let out = folder.make("out.jsonl", "old\n")
    let path = places([0])
    let refused = Tool.run(["take", pool, "-p", path, "-o", out])
    #expect(refused.status == 1 && refused.error.contains("--force"), "\(refused.error)")
    #expect(folder.text("out.jsonl") == "old\n")
    #expect(Tool.run(["take", pool, "-p", path, "-o", out, "--force", "--quiet"]).status == 0)
    #expect(folder.bytes("out.jsonl") == Archive.poolLines[0])
    let same = Tool.run(["take", pool, "-p", path, "-o", pool, "--force"])
    #expect(same.status == 1 && same.error.contains("twice"), "\(same.error)")
    #expect(Tool.run(["take", pool, "-p", path, "-o", folder.file("x.npy")]).status == 2)
    #expect(Tool.run(["take", pool]).status == 2)
  }

  @Test func `no output replaces what an archive needs`() {
    let pool = folder.make("pool.jsonl", Archive.lines(0..<5))
    let rows = NumPyFile.vectors(count: 5, dimension: 3, seed: 1)
    let vectors = folder.make("v.npy", NumPyFile.bytes(rows))
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", pool, "-e", vectors, "-o", archive] + Tool.plainAxes)
    for output in [pool, vectors] {
      let before = wholeFile(output)
      for command in [["take", archive, "-p", places([0])], ["select", archive, "-b", "2"]] {
        let outcome = Tool.run(command + ["--format", "jsonl", "-o", output, "--force"])
        #expect(outcome.status == 1 && outcome.error.contains("named twice"), "\(outcome.error)")
        #expect((wholeFile(output) == before) == true)
      }
    }
  }

  @Test func `a line that changed since the archive was made is not taken`() {
    let pool = folder.make("pool.jsonl", Archive.lines(0..<5))
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", pool, "-o", archive] + Tool.plainAxes)
    var bytes = Archive.lines(0..<5)
    bytes[20] ^= 1
    writeFile(pool, bytes)
    let outcome = Tool.run(["take", archive, "-p", places([0]), "-o", folder.file("o.jsonl")])
    #expect(outcome.status == 1 && outcome.error.contains("pool.jsonl:1"), "\(outcome.error)")
  }
}
