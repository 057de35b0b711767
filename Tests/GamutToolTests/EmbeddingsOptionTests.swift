import TestSupport
import Testing

/// Vectors are tied to samples by their number, and topics follow from them.
@Suite struct EmbeddingsOptionTests {
  let folder = TemporaryFolder()
  let pool: RandomPool
  let source: String
  let vectors: [[Float]]

  init() {
    pool = RandomPool(count: 70, seed: 71)
    source = folder.make("pool.jsonl", pool.file())
    vectors = NumPyFile.vectors(count: pool.sampleCount, dimension: 4, seed: 2)
  }

  private let options = [
    "--budget", "20", "--quality", "score", "--axis", "topic1:3", "--axis", "topic2:3",
  ]

  @Test(arguments: NumPyFile.Element.allCases)
  func `every type of numbers gives the same subset`(element: NumPyFile.Element) throws {
    let path = folder.make("v.npy", NumPyFile.bytes(vectors, as: element))
    let single = folder.make("single.npy", NumPyFile.bytes(vectors))
    let selection = try #require(
      try Selection([source], options + ["--embeddings", path], in: folder))
    selection.checkAll()
    let expected = Tool.run(["select", source, "--quiet", "-e", single] + options)
    #expect(selection.subset == expected.output)
  }

  @Test func `a number of rows that is not the samples' is an error with both counts`() {
    let few = folder.make("few.npy", NumPyFile.bytes(Array(vectors.dropLast())))
    for axes in [[], ["--axis", "tokens:2"]] {
      let outcome = Tool.run(["select", source, "--budget", "5", "--embeddings", few] + axes)
      #expect(outcome.status == 1)
      #expect(
        outcome.error == "gamut select: \(few) has \(vectors.count - 1) vectors but the inputs have"
          + " \(vectors.count) samples; vectors and samples must be one to one and in the same"
          + " order: embed these inputs again\n")
    }
  }

  @Test func `rows may count rejected lines, and those rows are passed over`() throws {
    var chances = RandomPool.Chances()
    chances.rejected = 250
    let mixed = RandomPool(count: 90, chances: chances, seed: 72)
    let path = folder.make("mixed.jsonl", mixed.file())
    let rows = NumPyFile.vectors(count: mixed.sampleCount, dimension: 4, seed: 3)
    var withGaps: [[Float]] = []
    var next = 0
    for line in mixed.lines where line.kind != .blank {
      if line.kind == .rejected {
        withGaps.append([.nan, .infinity, 1e30, 0])
      } else {
        withGaps.append(rows[next])
        next += 1
      }
    }
    #expect(withGaps.count > rows.count + 5)
    let skip = ["--on-error", "skip", "--quiet"]
    let dense = folder.make("dense.npy", NumPyFile.bytes(rows))
    let gappy = folder.make("gappy.npy", NumPyFile.bytes(withGaps))
    let one = Tool.run(["select", path, "-e", dense] + options + skip)
    let other = Tool.run(["select", path, "-e", gappy] + options + skip)
    #expect(one.status == 0 && one.error.isEmpty)
    #expect(one.output == other.output)
    // The file's row is named, not the sample's number.
    let firstGap = try #require(withGaps.firstIndex { $0[0].isNaN })
    withGaps[firstGap + 1..<withGaps.count].indices.first { !withGaps[$0][0].isNaN }
      .map { withGaps[$0][2] = .nan }
    let bad = try #require(withGaps.indices.first { $0 > firstGap && withGaps[$0][2].isNaN })
    let broken = folder.make("broken.npy", NumPyFile.bytes(withGaps))
    let refused = Tool.run(["select", path, "-e", broken] + options + skip)
    #expect(refused.status == 1)
    #expect(
      refused.error
        == "gamut select: \(broken): row \(bad) (from 0) holds a NaN, an infinity or a"
        + " number beyond single precision; embed that sample again\n")
  }

  @Test func `files that are no vectors are refused with what was found`() {
    let fortran = folder.make("f.npy", NumPyFile.bytes(vectors, isColumnMajor: true))
    let text = folder.make("t.npy", "hello, world")
    let cut = folder.make("c.npy", Array(NumPyFile.bytes(vectors).dropLast(3)))
    for (path, words) in [
      (fortran, "it lies in Fortran order"), (text, "it is no .npy file"), (cut, "is it whole?"),
      (folder.file("none.npy"), "no such file or folder"), (source, "it is no .npy file"),
    ] {
      let outcome = Tool.run(["select", source, "--embeddings", path] + options)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains(path) && outcome.error.contains(words), "\(outcome.error)")
    }
    let good = folder.make("g.npy", NumPyFile.bytes(vectors))
    let beyond = Tool.run(["select", source, "--budget", "1", "-e", good, "--axis", "topic5"])
    #expect(beyond.status == 1)
    #expect(beyond.error.contains("topic5 is asked for, but the vectors have 4 dimensions"))
    let cells = Tool.run(
      ["select", source, "--budget", "1", "-e", good, "--axis", "topic@cvt", "--topics", "5"])
    #expect(cells.status == 1)
    #expect(
      cells.error == "gamut select: --topics asks for 5 leading components, but the vectors have 4"
        + " dimensions and so at most 4\n")
  }

  @Test func `constant vectors make one bin a topic`() throws {
    let same = [[Float]](repeating: [1, 2, 3], count: pool.sampleCount)
    let path = folder.make("same.npy", NumPyFile.bytes(same))
    let selection = try #require(
      try Selection([source], options + ["--embeddings", path], in: folder))
    selection.checkAll()
    #expect(selection.manifest.reachableCells == 1)
    #expect(
      selection.manifest.warnings.contains("axis 'topic1' has one value only and divides nothing"))
  }

  @Test func `groups of vectors are the Voronoi cells, told by the distance from their mean`()
    throws
  {
    // Three groups far apart; all four components are looked at, so distances are those of the vectors.
    let spread = NumPyFile.vectors(count: pool.sampleCount, dimension: 4, seed: 8)
    let vectors = spread.enumerated().map { number, vector in
      vector.enumerated().map { $1 + ($0 == number % 3 ? 100 : 0) }
    }
    let path = folder.make("groups.npy", NumPyFile.bytes(vectors))
    let axes = ["--axis", "topic:3@cvt", "--axis", "tokens:2@nested"]
    let selection = try #require(
      try Selection(
        [source], ["--budget", "20", "--quality", "score", "--embeddings", path] + axes, in: folder)
    )
    selection.checkAll()
    #expect(selection.manifest.axes[0].components == 4)
    let bins = selection.samples.map { $0.cell?.first ?? -1 }
    for number in 0..<3 {
      let members = bins.indices.filter { $0 % 3 == number }
      #expect(Set(members.map { bins[$0] }).count == 1)
      let mean = (0..<4).map { column in
        members.reduce(0.0) { $0 + Double(vectors[$1][column]) } / Double(members.count)
      }
      for sample in members {
        var square = 0.0
        for column in 0..<4 {
          let difference = Double(vectors[sample][column]) - mean[column]
          square += difference * difference
        }
        let told = try #require(selection.samples[sample].descriptor["topic"]?.number)
        #expect((told - square.squareRoot()).magnitude < 1e-3)
      }
    }
    #expect(Set(bins) == [0, 1, 2])
  }

  @Test func `vectors too large to tell distances are refused by the first`() throws {
    var vectors = NumPyFile.vectors(count: pool.sampleCount, dimension: 3, seed: 4)
    vectors[7] = [2e15, -2e15, 2e15]
    let path = folder.make("large.npy", NumPyFile.bytes(vectors))
    let outcome = Tool.run(
      ["select", source, "--budget", "9", "--embeddings", path, "--axis", "topic:8@cvt"])
    #expect(outcome.status == 1)
    #expect(
      outcome.error == "gamut select: vector 7 (from 0) holds a NaN, an infinity or a number too"
        + " large to tell distances\n")
  }

  @Test func `fewer vectors differ than cells are asked for, and the run says so`() throws {
    let vectors = (0..<pool.sampleCount).map { [Float($0 % 5), 1] }
    let path = folder.make("five.npy", NumPyFile.bytes(vectors))
    let selection = try #require(
      try Selection(
        [source], ["--budget", "9", "--embeddings", path, "--axis", "topic:8@cvt"], in: folder))
    selection.checkAll()
    #expect(selection.manifest.axes[0].bins == 5)
    #expect(selection.manifest.axes[0].components == 2)
    #expect(
      selection.manifest.warnings.contains(
        "axis 'topic' has 5 of 8 bins, since equal values always share a bin"))
    #expect(selection.samples.allSatisfy { ($0.descriptor["topic"]?.number ?? 9) < 1e-5 })
  }
}
