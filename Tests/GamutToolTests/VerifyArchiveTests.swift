import TestSupport
import Testing

/// `gamut verify ARCHIVE`, and subsets that were chosen from one.
@Suite final class VerifyArchiveTests {
  let folder = TemporaryFolder()
  let pool: String
  let archive: String

  init() {
    var chances = RandomPool.Chances()
    chances.rejected = 50
    pool = folder.make("pool.jsonl", RandomPool(count: 60, chances: chances, seed: 4).file())
    archive = folder.file("pool.gamut")
    run([
      "fit", pool, "-o", archive, "--quality", "score", "--keep", "meta.topic", "--axis",
      "complexity:3", "--axis", "topic1:3", "--axis", "tokens:2@nested", "--on-error", "skip",
      "--quiet",
    ])
  }

  deinit { _ = Program(path: "/bin/rm").run(["-rf", archive, folder.file("copy.gamut")]) }

  @discardableResult
  private func run(
    _ line: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) -> Program.Outcome {
    let outcome = Tool.run(line)
    #expect(outcome.status == 0, "\(line) \(outcome.error)", sourceLocation: sourceLocation)
    return outcome
  }

  private func verify(_ options: String...) -> Program.Outcome { Tool.run(["verify"] + options) }

  /// All files of the archive, by their paths within it.
  private func files() -> [String] {
    let found = Program(path: "/usr/bin/find").run([archive, "-type", "f", "-printf", "%P\\n"])
    return String(decoding: found.output, as: UTF8.self).split(separator: "\n").map(String.init)
      .sorted()
  }

  private func addMore() -> String {
    let more = folder.make("more.jsonl", RandomPool(count: 30, seed: 8).file())
    run(["add", archive, more, "--quiet"])
    return more
  }

  @Test func `an archive is verified as it was made, and after more was added`() {
    let count = files().count - 1
    let outcome = run(["verify", archive])
    let said = String(decoding: outcome.output, as: UTF8.self)
    #expect(said.hasPrefix("\(archive): \(count) files of "))
    #expect(said.hasSuffix(" samples as they were written\n") && outcome.error.isEmpty)
    _ = addMore()
    let all = String(
      decoding: run(["verify", archive, "--sources", "--threads", "3"]).output, as: UTF8.self)
    #expect(all.hasPrefix("\(archive): \(files().count - 1) files of "))
    #expect(all.hasSuffix(" as they were written, and so 2 sources\n"))
  }

  @Test func `a flipped byte of any file is found, and the file is named`() throws {
    let all = files()
    #expect(all.count > 25 && all.contains("archive.json"))
    var random = SeededGenerator(seed: 6)
    for name in all {
      let bytes = try #require(folder.bytes("pool.gamut/\(name)"))
      if bytes.isEmpty { continue }
      for _ in 0..<2 {
        var damaged = bytes
        damaged[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
        folder.make("pool.gamut/\(name)", damaged)
        let outcome = verify(archive)
        #expect(outcome.status == 1, "\(name)")
        #expect(
          outcome.error.contains("\(archive)/\(name)")
            || name == "archive.json" && outcome.error.contains("\(archive) is no archive"),
          "\(name): \(outcome.error)")
      }
      folder.make("pool.gamut/\(name)", bytes)
    }
    #expect(verify(archive).status == 0)
  }

  @Test func `each byte of the index is held against the digest at its end`() throws {
    let bytes = try #require(folder.bytes("pool.gamut/archive.json"))
    for place in [0, 1, 5, bytes.count / 2, bytes.count - 90, bytes.count - 30, bytes.count - 2] {
      var damaged = bytes
      damaged[place] ^= 0x04
      folder.make("pool.gamut/archive.json", damaged)
      let outcome = verify(archive)
      #expect(outcome.status == 1 && outcome.error.contains("archive"), "\(place)")
    }
    folder.make("pool.gamut/archive.json", bytes + [0x0A])
    #expect(verify(archive).error.contains("does not end with its own SHA-256"))
    let text = String(decoding: bytes, as: UTF8.self)
    folder.make(
      "pool.gamut/archive.json",
      text.replacing("\"gamut_archive\": 1", with: "\"gamut_archive\": 2"))
    #expect(verify(archive).error.contains("has format 2, and this version reads formats up to 1"))
  }

  @Test func `a file cut short, one that is missing and one too many are told apart`() throws {
    let segment = try #require(files().first { $0.hasSuffix("/hash_low.npy") })
    let bytes = try #require(folder.bytes("pool.gamut/\(segment)"))
    folder.make("pool.gamut/\(segment)", bytes.dropLast())
    #expect(
      verify(archive).error.contains("\(archive)/\(segment) is damaged: it has"))
    folder.remove("pool.gamut/\(segment)")
    #expect(verify(archive).error.contains("\(archive)/\(segment) is missing; fetch the archive"))
    folder.make("pool.gamut/\(segment)", bytes)
    let stray = segment.replacing("hash_low.npy", with: "stray.txt")
    folder.make("pool.gamut/\(stray)", "x")
    let outcome = verify(archive)
    #expect(outcome.status == 0)
    #expect(
      outcome.error
        == "note: \(archive)/\(stray) is not in the archive's index, so nothing reads it\n"
    )
  }

  @Test func `sources are read on request, and found where they were or beside the archive`() throws
  {
    let bytes = try #require(folder.bytes("pool.jsonl"))
    var damaged = bytes
    damaged[3] ^= 1
    folder.make("pool.jsonl", damaged)
    #expect(verify(archive).status == 0)
    let outcome = verify(archive, "--sources")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("\(pool), which was read, has changed: its size is the same"))
    folder.make("pool.jsonl", bytes + bytes)
    #expect(verify(archive, "--sources").error.contains("\(pool) has changed since it was read"))
    folder.remove("pool.jsonl")
    #expect(verify(archive, "--sources").error.contains("is neither there nor beside the archive"))
  }

  @Test func `a folder that is no archive is told`() {
    let empty = TemporaryFolder()
    let outcome = verify(empty.path)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("\(empty.path) is no archive"))
  }

  @Test func `what choices stand on is held against the columns, and needed by none`() throws {
    let ground = try #require(files().first { $0.hasSuffix("/ground.json") })
    let text = try #require(folder.text("pool.gamut/\(ground)"))
    folder.make("pool.gamut/\(ground)", text.replacing("\"samples\"", with: "\"Samples\""))
    #expect(
      verify(archive).error.contains("\(archive)/\(ground) is not what was written: its SHA-256"))
    let subset = folder.file("s.jsonl")
    folder.make("pool.gamut/\(ground)", text)
    run(["select", archive, "--budget", "9", "--quiet", "-o", subset])
    _ = Program(path: "/bin/rm").run(["-rf", "\(archive)/derived"])
    run(["verify", subset, archive])
    let other = folder.make("other.jsonl", RandomPool(count: 40, seed: 9).file())
    run([
      "fit", other, "-o", folder.file("copy.gamut"), "--model", archive, "--quiet",
    ])
    let derived = folder.file("copy.gamut/derived")
    let moved = Program(path: "/bin/cp").run(["-r", derived, "\(archive)/derived"])
    #expect(moved.status == 0)
    let noted = run(["verify", archive])
    #expect(noted.error.hasPrefix("note: \(archive)/derived/"))
    #expect(noted.error.hasSuffix(" is not in the archive's index, so nothing reads it\n"))
  }

  /// The SHA-256 of bytes, by another program.
  private func digest(_ bytes: [UInt8]) -> String {
    let path = folder.make("bytes", bytes)
    let outcome = Program(path: "/usr/bin/sha256sum").run([path])
    return String(String(decoding: outcome.output, as: UTF8.self).prefix(64))
  }

  /// Edits a text file that ends with its own digest, and makes that anew.
  private func forge(_ name: String, _ old: String, _ new: String) throws {
    let text = try #require(folder.text("pool.gamut/\(name)"))
    #expect(text.contains(old))
    let end = try #require(text.ranges(of: ",\n  \"index_sha256\"").first).lowerBound
    let body = String(text[..<end]).replacing(old, with: new, maxReplacements: 1)
    folder.make(
      "pool.gamut/\(name)",
      "\(body),\n  \"index_sha256\": \"\(digest(Array(body.utf8)))\"\n}\n")
  }

  @Test func `an archive whose digests were made anew is held against itself`() throws {
    let original = try #require(folder.bytes("pool.gamut/archive.json"))
    let index = "\(archive)/archive.json"
    try forge("archive.json", "\"seed\": \"0\"", "\"seed\": \"1\"")
    #expect(verify(archive).error.contains("\(index): the model is not the one that its name was"))
    folder.make("pool.gamut/archive.json", original)
    try forge("archive.json", "pool.jsonl\"", "loop.jsonl\"")
    #expect(verify(archive).error.contains("is not the one that its name was made of, or stands"))
    folder.make("pool.gamut/archive.json", original)
    try forge("archive.json", "\"samples\": ", "\"samples\": 1")
    #expect(verify(archive).error.contains("\(index) is damaged: 'samples' is missing or not"))
    folder.make("pool.gamut/archive.json", original)
    #expect(verify(archive).status == 0)
    // Two samples change places in the ranking, and every digest says so.
    let ranking = try #require(files().first { $0.hasSuffix("/ranking.npy") })
    var bytes = try #require(folder.bytes("pool.gamut/\(ranking)"))
    let before = digest(bytes)
    for place in 0..<4 { bytes.swapAt(128 + place, 132 + place) }
    folder.make("pool.gamut/\(ranking)", bytes)
    let ground = ranking.replacing("ranking.npy", with: "ground.json")
    try forge(ground, before, digest(bytes))
    #expect(
      verify(archive).error
        == "gamut verify: \(archive)/\(ground.dropLast("/ground.json".count)) is not what the archive's"
        + " columns give; remove it, and choices work it out again\n")
  }

  // MARK: Subsets chosen from archives

  @Test(arguments: [
    [], ["--order", "rank", "--format", "json"], ["-q", "score", "--axis", "column:meta.topic"],
    ["--budget", "3,9,20"], ["--redundancy", "0.9"],
  ])
  func `a subset chosen from an archive is verified, also when that has grown`(options: [String])
    throws
  {
    let budget = options.contains("--budget") ? [] : ["--budget", "15"]
    run(
      ["select", archive, "--missing-quality", "lowest", "--receipts", "--quiet", "-o"]
        + [folder.file("s.jsonl")] + budget + options)
    let subset = folder.file(options.contains("--budget") ? "s.9.jsonl" : "s.jsonl")
    #expect(run(["verify", subset]).error.isEmpty)
    _ = addMore()
    #expect(
      run(["verify", subset]).error
        == "note: \(archive) has 1 more segment now; those of then were chosen from\n")
  }

  @Test func `what was done to the archive or its sources is told`() throws {
    let subset = folder.file("s.jsonl")
    run(["select", archive, "--budget", "200", "--quiet", "-o", subset])
    let bytes = try #require(folder.bytes("pool.jsonl"))
    let chosen = try #require(folder.text("s.jsonl")?.split(separator: "\n").first)
    let blank = String(repeating: " ", count: chosen.utf8.count)
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      line.elementsEqual(chosen.utf8) ? ArraySlice(blank.utf8) : line
    }
    let damaged = Array(lines.joined(separator: [0x0A]))
    #expect(damaged.count == bytes.count && damaged != bytes)
    folder.make("pool.jsonl", damaged)
    let changed = verify(subset)
    #expect(changed.status == 1)
    #expect(
      changed.error.hasPrefix("gamut verify: \(subset) cannot be derived again: \(pool):"))
    #expect(
      verify(subset, "--sources").error.contains("\(pool), which was chosen from, has changed"))
    folder.make("pool.jsonl", bytes)
    let file = try #require(files().first { $0.hasSuffix("/hash_low.npy") })
    var column = try #require(folder.bytes("pool.gamut/\(file)"))
    column[column.count - 1] ^= 1
    folder.make("pool.gamut/\(file)", column)
    #expect(
      verify(subset).error.contains(
        "cannot be derived again: \(archive)/\(file) is damaged"))
    run([
      "fit", pool, "-o", archive, "--force", "--axis", "tokens:2", "--on-error", "skip", "--quiet",
    ])
    #expect(
      verify(subset).error.contains(
        "\(archive) is not the archive that was chosen from: its model is"))
    _ = Program(path: "/bin/rm").run(["-rf", archive])
    #expect(verify(subset).error.contains("the archive that was chosen from, is neither there"))
  }
}
