import Selection
import TestSupport
import Testing

/// The same pool and recipe give the same bytes, however the work is divided.
@Suite struct DeterminismTests {
  /// Kinds of axes: without topics, with the built-in embedding's, in cells of those, with those of
  /// vectors.
  enum Axes: CaseIterable { case plain, builtIn, cells, vectors }

  @Test(arguments: Axes.allCases, ["archive", "random-length"])
  func `any number of threads gives the same subset, receipts and edges`(
    axes: Axes, method: String
  ) throws {
    let folder = TemporaryFolder()
    // The repository's pool is large enough to be read in several blocks.
    var options = ["--quality", "quality", "--budget", "400", "--method", method]
    switch axes {
    case .plain: options += Tool.plainAxes
    case .builtIn:
      options += ["--axis", "complexity:4", "--axis", "topic1:4", "--axis", "topic2:4"]
    case .cells:
      options += ["--axis", "topic:40@cvt", "--axis", "complexity:3@nested"]
    case .vectors:
      let vectors = NumPyFile.vectors(count: 3000, dimension: 5, seed: 1)
      options += ["--embeddings", folder.make("v.npy", NumPyFile.bytes(vectors, as: .half))]
    }
    var first: (subset: [UInt8]?, receipts: [UInt8]?, edges: [[Double]])?
    for threads in [1, 2, 3] {
      let outcome = Tool.run(
        ["select", Tool.pool, "--threads", "\(threads)", "-o", folder.file("s.jsonl"), "--force"]
          + ["--receipts", "--quiet"] + options)
      #expect(outcome.status == 0, "\(outcome.error)")
      let manifest = try ManifestFile(#require(folder.bytes("s.manifest.json")))
      #expect(manifest.subset.samples == 400)
      let found = (
        folder.bytes("s.jsonl"), folder.bytes("s.receipts.jsonl"), manifest.axes.map(\.edges)
      )
      if let first {
        // Not the bytes themselves in the message: they are many.
        #expect((found.0 == first.subset) == true, "\(threads) threads")
        #expect((found.1 == first.receipts) == true, "\(threads) threads")
        #expect(found.2 == first.edges)
      } else {
        first = found
      }
    }
  }

  @Test(arguments: SelectionMethod.allCases.map(\.rawValue))
  func `any division into sources, packed or not, gives the same subset`(method: String) throws {
    let folder = TemporaryFolder()
    let pool = RandomPool(count: 200, seed: 21)
    let whole = folder.make("whole.jsonl", pool.file())
    let cuts = [0, 1, 60, 61, 150, 200]
    var parts = zip(cuts, cuts.dropFirst()).enumerated().map { number, range in
      folder.make("\(number).jsonl", pool.file(range.0..<range.1, endsInNewline: number % 2 == 0))
    }
    #expect(Program(path: "/usr/bin/gzip").run([parts[2]]).status == 0)
    parts[2] += ".gz"
    let options =
      [
        "--quality", "score", "--budget", "70", "--method", method, "--quiet", "--normalize",
        "rank",
      ]
      + (method == "deita" ? ["--redundancy", "1"] : []) + Tool.plainAxes
    let one = Tool.run(["select", whole] + options)
    let several = Tool.run(["select"] + parts + options)
    let input = Tool.run(["select", "-"] + options, input: .file(whole))
    #expect(one.status == 0 && several.status == 0 && input.status == 0)
    #expect(one.output.split(separator: 0x0A).count == 70)
    #expect(one.output == several.output)
    #expect(one.output == input.output)
  }

  @Test(arguments: [
    ["topic1:6", "topic2:6@quantile"], ["topic:30@cvt", "tokens:2@nested"],
  ])
  func `the built-in embedding is the same for any division of a pool larger than its sample`(
    axes: [String]
  ) {
    let folder = TemporaryFolder()
    var random = SeededGenerator(seed: 5)
    let words = (0..<300).map { "word\($0)" }
    let lines = (0..<20_000).map { number -> [UInt8] in
      let text = (0..<4).map { _ in words[Int.random(in: 0..<300, using: &random)] }
      return Array("{\"text\":\"\(number) \(text.joined(separator: " "))\"}".utf8)
    }
    func file(_ name: String, _ range: Range<Int>) -> String {
      folder.make(name, Array(lines[range].joined(separator: [10])))
    }
    let whole = file("whole.jsonl", 0..<20_000)
    let parts = [file("a.jsonl", 0..<4321), file("b.jsonl", 4321..<20_000)]
    let packed = file("packed.jsonl", 4321..<20_000) + ".gz"
    #expect(Program(path: "/usr/bin/gzip").run([String(packed.dropLast(3))]).status == 0)
    let array = folder.make(
      "array.json", [91] + Array(lines.joined(separator: Array(",\n ".utf8))) + [93])
    let options = axes.flatMap { ["--axis", $0] } + ["--budget", "300", "--quiet"]
    func subset(_ inputs: [String], _ input: Program.Input = .none) -> [ArraySlice<UInt8>] {
      let outcome = Tool.run(["select"] + inputs + options, input: input)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output.split(separator: 10)
    }
    let expected = subset([whole])
    #expect(expected.count == 300)
    for inputs in [parts, [parts[0], packed], [array]] {
      #expect((subset(inputs) == expected) == true, "\(inputs)")
    }
    #expect((subset(["-"], .file(whole)) == expected) == true)
    // In another order the same lines come, in that order.
    #expect((Set(subset(parts.reversed())) == Set(expected)) == true)
  }

  @Test func `a seed decides what is random, and nothing of the archive's order`() {
    func subset(_ method: String, _ seed: Int) -> [UInt8] {
      let options = ["--quality", "quality", "--budget", "50", "--quiet", "--seed", "\(seed)"]
      return Tool.run(["select", Tool.pool, "--method", method] + options + Tool.plainAxes).output
    }
    for method in ["archive", "top"] { #expect(subset(method, 1) == subset(method, 2)) }
    for method in ["random", "random-balanced", "random-length"] {
      #expect(subset(method, 1) == subset(method, 1))
      #expect(subset(method, 1) != subset(method, 2))
    }
  }
}
