import JSON
import TestSupport
import Testing

/// A pool read in parts, two passes over each, as machines that share nothing but files would: the model and the
/// subset of one fit over all of it.
@Suite struct DividedFitTests {
  let folder = TemporaryFolder(inMemory: true)

  private static let choice = ["--budget", "150", "--drop", "all"]

  /// Gathers moments of groups of parts, merges them, fits each part by the model, merges these.
  private func fitDivided(
    _ groups: [[String]], vectors: [String] = [], _ options: [String], seed: Int,
    inSteps: Bool = false
  ) -> String {
    var random = SeededGenerator(seed: seed)
    func threads() -> [String] { ["--threads", "\(Int.random(in: 1...3, using: &random))"] }
    func embeddings(_ number: Int) -> [String] {
      vectors.isEmpty ? [] : ["-e", vectors[number]]
    }
    func name(_ kind: String, _ number: Int) -> String { folder.file("\(seed)-\(number).\(kind)") }
    for (number, group) in groups.enumerated() {
      Archive.run(
        ["fit", "--moments"] + group + embeddings(number) + ["-o", name("moments", number)]
          + options + threads())
    }
    let model = name("model", 0)
    Archive.run(
      ["merge"] + groups.indices.shuffled(using: &random).map { name("moments", $0) }
        + ["-o", model])
    let skipping = options.contains("skip") ? ["--on-error", "skip"] : []
    for (number, group) in groups.enumerated() {
      Archive.run(
        ["fit"] + group + embeddings(number) + ["--model", model, "-o", name("gamut", number)]
          + threads() + skipping)
    }
    var archives = groups.indices.shuffled(using: &random).map { name("gamut", $0) }
    if inSteps {
      Archive.run(["merge", "--uncut"] + archives[..<2] + ["-o", name("step", 0)])
      archives = [name("step", 0)] + archives[2...]
    }
    let merged = folder.file("\(seed)-merged.gamut")
    Archive.run(["merge"] + archives + ["-o", merged])
    return merged
  }

  /// Whether two archives have the same model, byte for byte, and choose the same.
  private func expectSame(_ divided: String, as whole: String) throws {
    func model(_ archive: String) -> [String: [UInt8]] {
      Archive.contents(archive).filter { $0.key.hasPrefix("model/") }
    }
    #expect((model(divided) == model(whole)) == true)
    #expect(!model(whole).isEmpty)
    #expect(try Archive.model(divided) == Archive.model(whole))
    let expected = try #require(try Archive.choose([whole], Self.choice, in: folder))
    let found = try #require(try Archive.choose([divided], Self.choice, in: folder))
    #expect((found == expected) == true)
    let checked = Tool.run(["verify", divided])
    #expect(checked.status == 0, "\(checked.error)")
  }

  private func parts(_ ends: [Int]) -> [String] {
    zip([0] + ends, ends).enumerated().map { number, range in
      folder.make("part-\(number + 1).jsonl", Archive.lines(range.0..<range.1))
    }
  }

  @Test(arguments: [
    [], ["--axis", "complexity:4", "--axis", "topic:10@cvt", "--axis", "tokens:2@nested"],
    ["--axis", "topic1:6@uniform", "--axis", "column:topic", "--axis", "tokens:5@log"],
    ["--axis", "topic2:3", "--topics", "4"],
    ["--axis", "topic:12@cvt", "--topics", "7", "--seed", "5", "--keep", "topic"],
  ])
  func `texts give one model, however they are divided`(options: [String]) throws {
    let parts = parts([7, 300, 301, 640, 900])
    let whole = folder.file("whole.gamut")
    let all = options + ["-q", "quality"]
    Archive.run(["fit"] + parts.reversed() + ["-o", whole] + all)
    try expectSame(fitDivided(parts.map { [$0] }, all, seed: 1), as: whole)
    try expectSame(
      fitDivided([[parts[4], parts[0]], [parts[2]], [parts[1], parts[3]]], all, seed: 2),
      as: whole)
    try expectSame(fitDivided(parts.map { [$0] }, all, seed: 3, inSteps: true), as: whole)
  }

  @Test func `vectors too, of several sources and beside lines that are no records`() throws {
    var parts = parts([250, 260, 900])
    parts.append(folder.make("part-4.jsonl", Array("{\"x\": 1}\n".utf8) + Archive.lines(900..<950)))
    let rows = NumPyFile.vectors(count: 951, dimension: 20, seed: 2)
    let all = folder.make("all.npy", NumPyFile.bytes(rows))
    let vectors = [0..<260, 260..<951].enumerated().map { number, range in
      folder.make("\(number).npy", NumPyFile.bytes(Array(rows[range])))
    }
    let options = ["-q", "quality", "--on-error", "skip"]
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-e", all, "-o", whole] + options)
    let divided = fitDivided(
      [[parts[0], parts[1]], [parts[2], parts[3]]], vectors: vectors, options, seed: 4)
    try expectSame(divided, as: whole)
    // The order in which one fit is given its sources moves no axis either.
    let turned = folder.file("turned.gamut")
    let turnedRows = folder.make(
      "turned.npy", NumPyFile.bytes(Array(rows[260...]) + Array(rows[..<260])))
    Archive.run(
      ["fit", parts[2], parts[3], parts[0], parts[1], "-e", turnedRows, "-o", turned] + options)
    try expectSame(turned, as: whole)
  }

  @Test func `a share of the vectors is the same one, however they are divided`() throws {
    let parts = parts([3, 400, 900])
    let rows = NumPyFile.vectors(count: 900, dimension: 12, seed: 7)
    let all = folder.make("all.npy", NumPyFile.bytes(rows))
    let vectors = [0..<3, 3..<400, 400..<900].enumerated().map { number, range in
      folder.make("\(number).npy", NumPyFile.bytes(Array(rows[range])))
    }
    let options = ["-q", "quality", "--vector-share", "0.1", "--seed", "3"]
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-e", all, "-o", whole] + options)
    try expectSame(fitDivided(parts.map { [$0] }, vectors: vectors, options, seed: 9), as: whole)
    // Of the first part none is in, and so all parts together may have too few as well.
    let moments = folder.file("few.moments")
    Archive.run(["fit", "--moments", parts[0], "-e", vectors[0], "-o", moments] + options)
    let outcome = Tool.run(["merge", moments, "-o", folder.file("n")])
    #expect(
      outcome.status == 1
        && outcome.error.contains(
          "--vector-share 0.1 leaves 0 vectors of 12 numbers to fit topics to, fewer than they have numbers; take a"
            + " larger share"),
      "\(outcome.error)")
  }

  @Test func `parts without records, and one that is all the pool's`() throws {
    let parts =
      parts([900]) + [folder.make("part-2.jsonl", ""), folder.make("part-3.jsonl", "{\"x\": 1}\n")]
    let whole = folder.file("whole.gamut")
    let options = ["-q", "quality", "--on-error", "skip"]
    Archive.run(["fit"] + parts + ["-o", whole] + options)
    let divided = fitDivided(parts.map { [$0] }, options, seed: 6)
    try expectSame(divided, as: whole)
    // An empty pool is still told.
    let alone = Tool.run([
      "fit", parts[1], "--model", whole, "-o", folder.file("alone.gamut"),
    ])
    #expect(alone.status == 1 && alone.error.contains("no record in"), "\(alone.error)")
  }

  @Test func `a file without a line comes in once, however often it was read`() throws {
    let part = parts([300])[0]
    let empty = folder.make("empty.jsonl", "")
    let (moments, model) = (folder.file("1.moments"), folder.file("model.gamut"))
    Archive.run(["fit", "--moments", part, empty, "-o", moments])
    Archive.run(["merge", moments, "-o", model])
    let archives = [part, empty, empty].enumerated().map { number, source in
      let archive = folder.file("\(number).gamut")
      Archive.run(["fit", source, "--model", model, "-o", archive])
      return archive
    }
    let merged = [[0, 1, 2], [2, 0, 1]].map { order in
      let archive = folder.file("merged-\(order[0]).gamut")
      Archive.run(["merge"] + order.map { archives[$0] } + ["-o", archive])
      return archive
    }
    #expect((Archive.contents(merged[0]) == Archive.contents(merged[1])) == true)
    #expect(try Archive.index(merged[0])["segments"]?.items?.count == 2)
    let checked = Tool.run(["verify", merged[0]])
    #expect(checked.status == 0, "\(checked.error)")
    _ = try #require(try Archive.choose([merged[0]], Self.choice, in: folder))
    Archive.run(["add", archives[0], empty])
    let added = Archive.contents(archives[0])
    #expect(try Archive.index(archives[0])["segments"]?.items?.count == 2)
    Archive.run(["add", archives[0], empty])
    #expect((Archive.contents(archives[0]) == added) == true)
  }

  @Test func `each stage of a merge is told once`() {
    let sources = parts([300, 500])
    let (moments, model) = (folder.file("1.moments"), folder.file("model.gamut"))
    Archive.run(["fit", "--moments"] + sources + ["-o", moments])
    Archive.run(["merge", moments, "-o", model])
    let archives = sources.indices.map { number in
      let archive = folder.file("\(number).gamut")
      Archive.run(["fit", sources[number], "--model", model, "-o", archive])
      return archive
    }
    for (option, opening) in [("--json", "\""), ("--timing", "")] {
      let outcome = Tool.run(
        ["merge", option] + archives + ["-o", folder.file("merged\(option)")])
      #expect(outcome.status == 0, "\(outcome.error)")
      let lines = outcome.error.split(separator: "\n").map { $0.drop { $0 == " " } }
      for stage in ["load", "select", "write", "rank", "total"] {
        #expect(lines.count { $0.hasPrefix(opening + stage) } == 1, "\(stage): \(outcome.error)")
      }
    }
  }

  @Test func `what is not ready is refused with what to do next`() throws {
    let parts = parts([400, 900])
    let (moments, other) = (folder.file("1.moments"), folder.file("2.moments"))
    Archive.run(["fit", "--moments", parts[0], "-o", moments])
    Archive.run(["fit", "--moments", parts[1], "--seed", "3", "-o", other])
    let model = folder.file("model.gamut")
    Archive.run(["merge", moments, "-o", model])
    let archive = folder.file("1.gamut")
    Archive.run(["fit", parts[0], "--model", model, "-o", archive])
    func expect(_ arguments: [String], _ words: String, status: Int32 = 1) {
      let outcome = Tool.run(arguments)
      #expect(outcome.status == status && outcome.error.contains(words), "\(outcome.error)")
    }
    let out = ["-o", folder.file("out")]
    expect(["select", moments, "-b", "5"] + out, "holds moments and no model yet")
    expect(["take", moments, "-p", "x.npy"] + out, "x.npy")
    expect(["select", model, "-b", "5"] + out, "holds a model and no samples yet")
    expect(["fit", parts[1], "--model", moments] + out, "holds moments and no model yet")
    expect(["merge", moments, archive] + out, "\(moments) holds moments and \(archive) does not")
    expect(["merge", moments, other] + out, "seed (\"0\" and \"3\")")
    expect(
      ["merge", moments, other] + out,
      "gather one of them again with gamut fit --moments and the options of the other")
    expect(["fit", "--moments", parts[0], "--model", model] + out, "leave one out", status: 2)
    expect(
      ["fit", "--moments", parts[0], "--on-error", "skip", "--rejects", "r"] + out, "--rejects",
      status: 2)
    let again = folder.file("again.moments")
    Archive.run(["fit", "--moments", parts[0], "-o", again])
    expect(["merge", moments, again] + out, parts[0])
    expect(
      ["fit", "--moments", parts[0], "-q", "quality", "-o", moments], "exists")
    #expect(!folder.names.contains("out"))
    // Axes that wait are cut over what there is where somebody chooses already.
    #expect(Tool.run(["select", archive, "-b", "5", "--quiet"] + out).status == 0)
    // A changed file is told, not taken.
    let keys = moments + "/moments/keys.npy"
    var bytes = try #require(wholeFile(keys))
    bytes[bytes.count - 1] ^= 1
    writeFile(keys, bytes)
    expect(["merge", moments, "-o", folder.file("n")], "keys.npy is damaged")
    #expect(Tool.run(["verify", moments]).status == 1)
  }

  @Test func `a part without a record tells no vectors, and is one all the same`() throws {
    func lines(_ range: Range<Int>) -> String {
      range.map { number in
        let vector = (0..<6).map { String((number * 37 + $0 * 11) % 101) }.joined(separator: ", ")
        return
          "{\"prompt\": \"count \(number) and \(number * 7)\", \"completion\": \"\(number)\","
          + " \"q\": \(number % 13), \"v\": [\(vector)]}\n"
      }.joined()
    }
    let parts = [
      folder.make("part-1.jsonl", ""), folder.make("part-2.jsonl", lines(0..<200)),
      folder.make("part-3.jsonl", "{\"x\": 1}\n"), folder.make("part-4.jsonl", lines(200..<260)),
    ]
    let vectors = [String](repeating: "column:v", count: 4)
    let options = ["-q", "q", "--on-error", "skip", "--axis", "topic:5@cvt"]
    let whole = folder.file("whole.gamut")
    Archive.run(["fit"] + parts + ["-e", "column:v", "-o", whole] + options)
    try expectSame(fitDivided(parts.map { [$0] }, vectors: vectors, options, seed: 8), as: whole)
    // What they were gathered by must still agree.
    let other = folder.file("other.moments")
    Archive.run(["fit", "--moments", parts[0], "-e", "column:v", "-q", "p", "-o", other])
    let some = folder.file("some.moments")
    Archive.run(["fit", "--moments", parts[3], "-e", "column:v", "-o", some] + options)
    for pair in [[other, some], [some, other]] {
      let outcome = Tool.run(["merge"] + pair + ["-o", folder.file("n")])
      #expect(outcome.status == 1 && outcome.error.contains("quality"), "\(outcome.error)")
      #expect(outcome.error.contains("topic:5@cvt"), "\(outcome.error)")
    }
    // Moments of nothing alone give no model.
    let nothing = folder.file("nothing.moments")
    Archive.run(["fit", "--moments", parts[0], "-e", "column:v", "-o", nothing] + options)
    let outcome = Tool.run(["merge", nothing, "-o", folder.file("n")])
    #expect(outcome.status == 1 && outcome.error.contains("no record in"), "\(outcome.error)")
  }

  @Test func `more sources than a process may have files open`() throws {
    let parts = (0..<700).map { number in
      folder.make("s-\(number).jsonl", Archive.lines(number..<number + 1))
    }
    let vectors = folder.make(
      "v.npy", NumPyFile.bytes(NumPyFile.vectors(count: 700, dimension: 3, seed: 1)))
    let moments = folder.file("many.moments")
    Archive.run(["fit", "--moments"] + parts + ["-e", vectors, "-o", moments])
    Archive.run(["merge", moments, "-o", folder.file("model.gamut")])
  }

  @Test func `names and contents that are there twice are told as what they are`() {
    let (one, other) = (Archive.lines(0..<20), Archive.lines(20..<40))
    let rows = NumPyFile.bytes(NumPyFile.vectors(count: 20, dimension: 4, seed: 3))
    let vectors = ["-e", folder.make("v.npy", rows)]
    func gather(_ name: String, _ lines: [UInt8], as moments: String, _ more: [String]) -> String {
      let path = folder.make(name, lines)
      Archive.run(["fit", "--moments", path, "-o", folder.file(moments)] + more)
      return folder.file(moments)
    }
    func expect(_ parts: [String], _ words: String) {
      let outcome = Tool.run(["merge"] + parts + ["-o", folder.file("out")])
      #expect(outcome.status == 1 && outcome.error.contains(words), "\(outcome.error)")
    }
    for more in [[], vectors] {
      let tag = more.isEmpty ? "t" : "v"
      expect(
        [gather("p", one, as: "1\(tag)", more), gather("p", other, as: "2\(tag)", more)],
        "give one another name if there are two")
    }
    expect(
      [gather("p", one, as: "3v", vectors), gather("q", one, as: "4v", vectors)],
      "has the same content as")
    let twice = Tool.run(
      ["fit", "--moments", folder.file("p"), folder.file("p"), "-o", folder.file("out")])
    #expect(twice.status == 1 && twice.error.contains("is given twice"), "\(twice.error)")
    #expect(!folder.names.contains("out"))
  }

  @Test func `a damaged list of what is to be fitted replaces nothing`() throws {
    let part = folder.make("p.jsonl", Archive.lines(0..<60))
    let good = folder.file("good.gamut")
    Archive.run(["fit", part, "-o", good])
    let before = Archive.contents(good)
    let moments = folder.file("m.moments")
    Archive.run(["fit", "--moments", part, "--axis", "topic2:2", "--topics", "2", "-o", moments])
    let index = try #require(wholeFile(moments + "/archive.json"))
    for (from, to) in [
      ("\"dimension\": 96", "\"dimension\": 4000000000"), ("\"count\": 2", "\"count\": 100"),
      ("topic2:2", "topic9:2"),
    ] {
      let text = String(decoding: index, as: UTF8.self)
      let damaged = text.replacing(from, with: to)
      try #require(damaged != text, "\(from) in \(text)")
      writeFile(moments + "/archive.json", Array(damaged.utf8))
      let outcome = Tool.run(["merge", moments, "-o", good, "--force"])
      #expect(outcome.status == 1 && outcome.error.contains("is damaged"), "\(outcome.error)")
    }
    #expect((Archive.contents(good) == before) == true)
  }

  @Test func `a damaged part is not taken for one without vectors`() throws {
    let moments = (1...2).map { number in
      let part = folder.make("p\(number).jsonl", Archive.lines(number * 30..<number * 30 + 30))
      let rows = NumPyFile.vectors(count: 30, dimension: 6, seed: number)
      let vectors = folder.make("v\(number).npy", NumPyFile.bytes(rows))
      Archive.run(
        ["fit", "--moments", part, "-e", vectors, "-o", folder.file("\(number).moments")])
      return folder.file("\(number).moments")
    }
    let index = moments[1] + "/archive.json"
    let text = String(decoding: try #require(wholeFile(index)), as: UTF8.self)
    let damaged = text.replacing("\"dimension\": 6", with: "\"dimension\": 0")
    try #require(damaged != text)
    writeFile(index, Array(damaged.utf8))
    let outcome = Tool.run(["merge"] + moments + ["-o", folder.file("model.gamut")])
    #expect(outcome.status == 1 && outcome.error.contains("2.moments"), "\(outcome.error)")
    #expect(outcome.error.contains("is damaged"), "\(outcome.error)")
    #expect(!folder.names.contains("model.gamut"))
  }

  @Test func `vectors without a number are told by their file`() {
    let part = folder.make("p.jsonl", Archive.lines(0..<3))
    let vectors = folder.make(
      "v.npy", NumPyFile.bytes([[Float]](repeating: [], count: 3)))
    for more in [["--moments"], []] {
      let outcome = Tool.run(["fit", part, "-e", vectors, "-o", folder.file("m")] + more)
      #expect(outcome.status == 1 && outcome.error.contains("v.npy"), "\(outcome.error)")
      #expect(outcome.error.contains("have no numbers"), "\(outcome.error)")
    }
  }

  @Test func `too long vectors are told`() {
    let part = folder.make("p.jsonl", Archive.lines(0..<3))
    let rows = [[Float]](repeating: [Float](repeating: 1, count: 4097), count: 3)
    let vectors = folder.make("v.npy", NumPyFile.bytes(rows))
    let outcome = Tool.run(
      ["fit", "--moments", part, "-e", vectors, "-o", folder.file("m")])
    #expect(outcome.status == 1 && outcome.error.contains("up to 4,096"), "\(outcome.error)")
  }
}
