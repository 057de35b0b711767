import TestSupport
import Testing

/// What choices stand on is the same whether it is worked out from memory or read out of the archive.
@Suite struct ArchiveGroundTests {
  let folder = TemporaryFolder(inMemory: true)

  private static let axes = [
    "--axis", "complexity:4", "--axis", "topic:6@cvt", "--axis", "column:topic", "--axis",
    "tokens:3@log", "--axis", "topic2:2@nested",
  ]

  private func derived(_ archive: String) -> [String: [UInt8]] {
    let names = filesBelow(archive).filter { $0.hasPrefix("derived/") }
    return Dictionary(uniqueKeysWithValues: names.map { ($0, wholeFile("\(archive)/\($0)") ?? []) })
  }

  /// Fits sources, and holds what came of it against what a merge reads.
  private func compare(
    _ sources: [String], _ options: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (made, read) = (folder.file("made.gamut"), folder.file("read.gamut"))
    Archive.run(["fit"] + sources + ["-o", made, "--force"] + options)
    Archive.run(["merge", made, "-o", read, "--force"])
    let expected = derived(read)
    #expect(expected.count >= 6, sourceLocation: sourceLocation)
    #expect((derived(made) == expected) == true, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    [], ["-q", "quality"], ["-q", "quality", "-q", "level:-2"], ["-q", "quality", "-q", "quality"],
  ])
  func `any quality and all kinds of axes`(quality: [String]) {
    let pool = folder.make("pool.jsonl", Archive.lines(0..<700))
    compare([pool], Self.axes + quality)
    compare([pool], Self.axes + quality + ["--threads", "1"])
  }

  @Test func `sources in the order of the archive, and in another`() {
    let sources = [(0, 200), (200, 650), (650, 800)].enumerated().map { number, range in
      folder.make("part-\(number + 9).jsonl", Archive.lines(range.0..<range.1))
    }
    for order in [[0, 1, 2], [2, 0, 1]] {
      compare(order.map { sources[$0] }, Self.axes + ["-q", "quality"])
    }
  }

  @Test func `the model of another archive, with scores and without any`() {
    let model = folder.file("model.gamut")
    let first = folder.make("a.jsonl", Archive.lines(0..<300))
    Archive.run(["fit", first, "-o", model, "-q", "quality"] + Self.axes)
    compare([folder.make("b.jsonl", Archive.lines(300..<600))], ["--model", model])
    let unscored = folder.make("c.jsonl", #"{"text":"no score at all"}"# + "\n")
    let archive = folder.file("unscored.gamut")
    Archive.run(["fit", unscored, "-o", archive, "--model", model])
    #expect(derived(archive).isEmpty)
  }

  @Test func `a part without labels, whatever the order of its sources`() {
    let model = folder.file("model.gamut")
    let labelled = folder.make("a.jsonl", Archive.lines(0..<300))
    Archive.run(["fit", labelled, "-o", model, "--axis", "column:topic"])
    let sources = [9, 10].map { folder.make("b-\($0).jsonl", "{\"text\":\"no label \($0)\"}\n") }
    let archive = folder.file("unlabelled.gamut")
    for order in [sources, sources.reversed()] {
      Archive.run(["fit"] + order + ["-o", archive, "--model", model, "--force"])
      #expect(derived(archive).isEmpty)
    }
    Archive.run(["merge", archive, model, "-o", folder.file("both.gamut")])
    #expect(!derived(folder.file("both.gamut")).isEmpty)
  }

  @Test func `missing scores, repeated records and lines that are none`() {
    let lines = Archive.lines(0..<120)
    let pool = folder.make(
      "pool.jsonl",
      lines + Array("{\"text\":\"unscored\"}\nno record\n".utf8) + Archive.lines(60..<90))
    compare([pool], ["-q", "quality", "--on-error", "skip"])
  }
}
