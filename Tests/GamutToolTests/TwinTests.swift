import TestSupport
import Testing

/// Samples that say nearly the same as a better one, in words or in meaning.
@Suite struct TwinTests {
  let folder = TemporaryFolder()

  @Test func `of samples with nearly the same text the best is kept`() throws {
    let words = (1...40).map { "word\($0)" }.joined(separator: " ")
    let line = { (text: String, score: Int) in "{\"text\":\"\(text)\",\"score\":\(score)}\n" }
    let source = folder.make(
      "pool.jsonl",
      line(words + " end", 3) + line("start " + words, 5) + line(words.uppercased() + "!", 4)
        + line("something else in five words", 1) + line("something else", 2))
    let options = ["--axis", "tokens:2", "--quality", "score", "--budget", "9"]
    let selection = try #require(
      try Selection([source], options + ["--near-duplicates", "0.9"], in: folder))
    selection.checkAll()
    #expect(
      selection.receipts.map(\.status)
        == ["duplicate", "selected", "duplicate", "selected", "selected"])
    #expect(selection.receipts.map(\.because?.line) == [2, nil, 2, nil, nil])
    #expect(selection.manifest.recipe["near-duplicates"] == .number(0.9))
    let strict = try #require(
      try Selection([source], options + ["--near-duplicates", "1", "--force"], in: folder))
    #expect(strict.receipts.allSatisfy { $0.status == "selected" })
    let kept = folder.make("all.txt", "\n")
    let off = try #require(
      try Selection([source], options + ["--include-ids", kept, "--force"], in: folder))
    #expect(off.manifest.recipe["near-duplicates"] == nil)
    #expect(off.receipts.allSatisfy { $0.status == "selected" })
  }

  @Test func `the pool's near twins are found`() throws {
    let selection = try #require(
      try Selection(
        [Tool.pool],
        ["--budget", "10%", "--quality", "quality", "--near-duplicates", "0.5"] + Tool.plainAxes,
        in: folder))
    selection.checkAll()
    #expect((selection.manifest.outcome["duplicate"] ?? 0) > 100)
  }

  @Test(arguments: [
    ["--budget", "25%"], ["--budget", "3ktok", "--axis", "tokens:3"], ["--budget", "40"],
    ["--budget", "60", "--per-cell", "2"], ["--budget", "40", "--greed", "0.5"],
    ["--budget", "50", "--method", "random"], ["--budget", "9kB", "--evenness", "0.3"],
  ])
  func `redundancy is what comparing all chosen neighbours tells`(options: [String]) throws {
    let pool = RandomPool(count: 160, seed: 5)
    let source = folder.make("pool.jsonl", pool.file())
    let vectors = NumPyFile.vectors(count: pool.sampleCount, dimension: 5, seed: 8)
    let path = folder.make("v.npy", NumPyFile.bytes(vectors, as: .half))
    let selection = try #require(
      try Selection(
        [source],
        options + [
          "--quality", "score", "--axis", "topic1:4", "--axis", "topic2:3", "-e", path,
          "--redundancy", "0.9",
        ], in: folder))
    selection.checkAll()
    #expect((selection.manifest.outcome["redundant"] ?? 0) > 0)
    var chosen: [Int] = []
    for sample in selection.samples.indices.filter({ selection.samples[$0].order != nil })
      .sorted(by: {
        (selection.samples[$0].order ?? 0) < (selection.samples[$1].order ?? 0)
      })
    {
      let receipt = selection.samples[sample]
      var best: (cosine: Float, sample: Int)?
      for other in chosen {
        let isNear = zip(receipt.cell ?? [], selection.samples[other].cell ?? []).allSatisfy {
          abs($0 - $1) <= 1
        }
        let cosine = cosine(vectors[sample], vectors[other])
        if isNear, cosine >= 0.9, best.map({ cosine > $0.cosine }) ?? true {
          best = (cosine, other)
        }
      }
      if receipt.status == "selected" {
        #expect(best == nil)
        chosen.append(sample)
      } else if receipt.status == "redundant" {
        #expect(receipt.because?.line == best.map { selection.samples[$0.sample].line })
        #expect(best != nil)
      }
    }
  }

  private func cosine(_ one: [Float], _ other: [Float]) -> Float {
    func product(_ one: [Float], _ other: [Float]) -> Double {
      zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let lengths = (product(one, one).squareRoot(), product(other, other).squareRoot())
    return lengths.0 * lengths.1 > 0 ? Float(product(one, other) / (lengths.0 * lengths.1)) : 0
  }

  @Test func `rows of rejected lines are passed over, and a row that is no vector is told`() throws
  {
    var chances = RandomPool.Chances()
    chances.rejected = 250
    let mixed = RandomPool(count: 90, chances: chances, seed: 72)
    let rows = NumPyFile.vectors(count: mixed.sampleCount, dimension: 4, seed: 3)
    var withGaps: [[Float]] = []
    var next = 0
    for line in mixed.lines where line.kind != .blank {
      withGaps.append(line.kind == .rejected ? [.nan, 0, 0, 0] : rows[next])
      if line.kind != .rejected { next += 1 }
    }
    let source = folder.make("mixed.jsonl", mixed.file())
    let plain = folder.make("plain.npy", NumPyFile.bytes(rows))
    let gaps = folder.make("gaps.npy", NumPyFile.bytes(withGaps))
    let options =
      ["--quality", "score", "--budget", "90", "--redundancy", "0.8", "--on-error", "skip"]
      + Tool.plainAxes
    let one = try #require(try Selection([source], options + ["-e", plain], in: folder))
    let two = try #require(try Selection([source], options + ["-e", gaps, "--force"], in: folder))
    #expect(one.subset == two.subset)
    #expect((one.manifest.outcome["redundant"] ?? 0) > 0)
    withGaps = rows
    withGaps[5][2] = .infinity
    let bad = folder.make("bad.npy", NumPyFile.bytes(withGaps))
    let outcome = Tool.run(["select", source, "-e", bad] + options)
    #expect(outcome.status == 1 && outcome.error.contains("row 5 (from 0) holds a NaN"))
  }

  @Test func `the subset is the same for any number of threads and files`() throws {
    let bytes = try #require(wholeFile(Tool.pool))
    let lines = bytes.split(separator: 0x0A).map { Array($0) + [0x0A] }
    let halves = [
      folder.make("a.jsonl", Array(lines[..<1400].joined())),
      folder.make("b.jsonl", Array(lines[1400...].joined())),
    ]
    let eval = folder.make("eval.jsonl", Array(lines[stride: 50].joined()))
    let options = [
      "--quality", "quality", "--budget", "40%", "--near-duplicates", "0.6", "--redundancy", "0.9",
      "--exclude", eval, "--exclude-words", "20", "--quiet",
    ]
    let whole = Tool.run(["select", Tool.pool, "--threads", "1"] + options)
    #expect(whole.status == 0 && !whole.output.isEmpty)
    for threads in ["2", "5"] {
      let outcome = Tool.run(["select"] + halves + ["--threads", threads] + options)
      #expect(outcome.output == whole.output)
    }
  }

  @Test func `nested subsets stay nested, each without what is redundant in it`() throws {
    let options = [
      "--quality", "quality", "--budget", "100,300,500", "--redundancy", "0.85", "--receipts",
      "--quiet", "--order", "rank", "-o", folder.file("n.jsonl"),
    ]
    let outcome = Tool.run(["select", Tool.pool] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    let subsets = folder.names.filter { $0.hasPrefix("n.") && $0.hasSuffix(".jsonl") }
      .filter { !$0.contains("receipts") }.compactMap { folder.bytes($0) }
      .sorted { $0.count < $1.count }
    #expect(subsets.map { $0.count { $0 == 0x0A } } == [100, 300, 500])
    #expect(zip(subsets, subsets.dropFirst()).allSatisfy { $1.starts(with: $0) })
  }

  @Test func `an archive, which keeps no texts, is not chosen from by texts`() throws {
    let archive = "/tmp/gamut-twins-\(folder.path.split(separator: "-").last ?? "")"
    #expect(Tool.run(["fit", Tool.pool, "-o", archive, "--quiet"]).status == 0)
    defer { _ = Program(path: "/bin/rm").run(["-r", archive]) }
    for option in [["--exclude", Tool.pool], ["--near-duplicates", "1"], ["--redundancy", "1"]] {
      let outcome = Tool.run(["select", archive, "--budget", "5"] + option)
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix("gamut select: \(option[0]) needs the texts or vectors"))
    }
    let list = folder.make("ids.txt", "p000003\np000001\n")
    for option in ["--include-ids", "--exclude-ids"] {
      let whole = Tool.run(["select", Tool.pool, "--budget", "50", option, list, "--quiet"])
      let stored = Tool.run(["select", archive, "--budget", "50", option, list, "--quiet"])
      #expect(stored.status == 0 && stored.output == whole.output, "\(stored.error)")
    }
  }

  @Test func `without a topic axis the built-in embedding is trained for redundancy alone`() throws
  {
    let selection = try #require(
      try Selection(
        [Tool.pool],
        ["--budget", "50%", "--quality", "quality", "--redundancy", "0.9", "--axis", "level:5"]
          .map { $0 == "level:5" ? "column:level@category" : $0 }, in: folder))
    selection.checkAll()
    #expect((selection.manifest.outcome["redundant"] ?? 0) > 0)
    #expect(selection.manifest.warnings.contains { $0.contains("built-in text embedding") })
  }
}

extension Array {
  /// Every so many-th element, from the first on.
  fileprivate subscript(stride step: Int) -> [Element] {
    Swift.stride(from: 0, to: count, by: step).map { self[$0] }
  }
}
