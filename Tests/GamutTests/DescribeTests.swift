import Descriptors
import LinearAlgebra
import Metrics
import Samples
import TestSupport
import Testing

@testable import Gamut

/// Sets measured on common ground, held against direct calls of the metrics.
@Suite struct DescribeTests {
  let folder = TemporaryFolder()

  private static let axes = ["tokens:3", "complexity:2", "topic1:2"]

  private func recipe(axes: [String] = axes, score: String? = "score") throws -> Recipe {
    var recipe = SetsRequest.measuringRecipe
    recipe.quality = score.map { [.init(path: $0)] } ?? []
    recipe.axes = try axes.map {
      try AxisSpecification(parsing: $0, measures: ["tokens", "complexity"])
    }
    return recipe
  }

  private func request(
    _ inputs: [String], pool: [String] = [], axes: [String] = axes, threads: Int = 1
  ) throws -> SetsRequest {
    var request = SetsRequest(inputs: inputs, recipe: try recipe(axes: axes), threads: threads)
    request.pool = pool
    return request
  }

  private func file(_ name: String, count: Int = 80, seed: Int, missing: Int = 0) -> String {
    var chances = RandomPool.Chances()
    chances.missingScore = missing
    return folder.make(name, RandomPool(count: count, chances: chances, seed: seed).file())
  }

  /// Whether two numbers agree but for the last bits of floats.
  private func agree(_ one: Double?, _ other: Double?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return abs(one - other) <= 1e-5 * max(1, abs(other))
  }

  @Test(arguments: 1...4)
  func `the values are those of the metrics called directly`(seed: Int) throws {
    let source = file("pool.jsonl", seed: seed)
    var reader = try SetReader(request([source]))
    let found = try reader.read { _ in }
    let ground = try reader.settle(found, sets: found.sets) { _ in }
    let pool = ground.measured
    let count = pool.columns.count
    var random = SeededGenerator(seed: seed)
    let all = (0..<Int32(count)).map { $0 }
    let sets = [all, Array(all.shuffled(using: &random).prefix(count / 3)), [all[0]]]
    let measures = try measureSets(sets, of: pool, threads: 2)
    for (set, found) in zip(sets, measures) {
      let cells = CellMetrics(
        members: set, cells: pool.grid.cells, reachableCellCount: pool.grid.reachableCellCount,
        possibleCellCount: pool.grid.possibleCellCount, quality: pool.quality)
      for metric in CellMetric.allCases { #expect(found[.cell(metric)] == cells[metric]) }
      let histogram = CellHistogram(
        members: set, cells: pool.grid.cells, reachableCellCount: pool.grid.reachableCellCount)
      let whole = CellHistogram(
        members: all, cells: pool.grid.cells, reachableCellCount: pool.grid.reachableCellCount)
      let balance = CellBalance(histogram, target: CellTarget(whole))
      for metric in BalanceMetric.allCases { #expect(found[.balance(metric)] == balance[metric]) }
      let vectors = try VectorMetrics.measure(
        set,
        of: VectorPool(
          vectors: try #require(pool.vectors), contentHashes: pool.columns.hashHigh,
          quality: pool.quality),
        metrics: Set(VectorMetric.allCases), threads: 1)
      for metric in VectorMetric.allCases {
        #expect(agree(found[.vector(metric)], vectors[metric]), "\(metric)")
      }
      let texts = try #require(pool.texts)
      let plan = TextPlan(
        sets: [set], contentHash: pool.columns.hashHigh,
        byteCounts: pool.columns.lineByteCounts)
      let direct = try texts.collect(plan, columns: pool.columns, threads: 1).measure()[0]
      for metric in TextMetric.allCases { #expect(found[.text(metric)] == direct[metric]) }
      #expect(found.samples == set.count)
      #expect(found.tokens == set.reduce(0) { $0 + Int(pool.columns.tokens[Int($1)]) })
      #expect(found.quality == Distribution(of: set.map { pool.quality[Int($0)] }))
    }
  }

  @Test(arguments: 1...3)
  func `threads and the division of the pool into files change nothing`(seed: Int) throws {
    let set = file("set.jsonl", count: 40, seed: seed)
    let pool = RandomPool(count: 90, seed: seed + 10)
    let whole = folder.make("pool.jsonl", pool.file())
    var first = pool
    var second = pool
    first.lines = Array(pool.lines[..<33])
    second.lines = Array(pool.lines[33...])
    let parts = [folder.make("p1.jsonl", first.file()), folder.make("p2.jsonl", second.file())]
    let one = try describe(request([set], pool: [whole], threads: 1)).measures[0]
    let two = try describe(request([set], pool: [whole], threads: 2)).measures[0]
    let divided = try describe(request([set], pool: parts, threads: 2)).measures[0]
    #expect(one == two)
    #expect(one == divided)
    #expect(one.values.count > 30)
  }

  @Test(arguments: 1...3)
  func `a target is another set's shares of the cells`(seed: Int) throws {
    let set = file("set.jsonl", count: 30, seed: seed)
    let other = file("other.jsonl", count: 50, seed: seed + 20)
    let pool = file("pool.jsonl", count: 90, seed: seed + 40)
    var request = try request([set], pool: [pool])
    request.target = .file(other)
    let found = try describe(request).measures[0]
    // Cells by hand: the files read as sets of their own, cut by the same pool.
    var reader = try SetReader(try self.request([set, other], pool: [pool]))
    let read = try reader.read { _ in }
    let ground = try reader.settle(read, sets: Array(read.sets.prefix(2))) { _ in }
    let cells = ground.measured.grid.cells
    func shares(_ samples: [Int32]) -> [Int32: Double] {
      var counts: [Int32: Double] = [:]
      for sample in samples { counts[cells[Int(sample)], default: 0] += 1 / Double(samples.count) }
      return counts
    }
    let own = shares(ground.sets[0].samples)
    let wanted = shares(ground.sets[1].samples)
    let variation =
      Set(own.keys).union(wanted.keys).sorted()
      .reduce(0) { $0 + abs((own[$1] ?? 0) - (wanted[$1] ?? 0)) } / 2
    #expect(variation > 0)
    #expect(agree(found[.target(.totalVariation)], variation))
    request.target = .file(set)
    #expect(try describe(request).measures[0][.target(.jensenShannon)] == 0)
    request.target = .uniform
    let reached = Set(ground.measured.poolSamples.map { cells[Int($0)] })
    let uniform =
      Set(own.keys).union(reached).sorted()
      .reduce(0) {
        $0 + abs((own[$1] ?? 0) - (reached.contains($1) ? 1 / Double(reached.count) : 0))
      } / 2
    #expect(agree(try describe(request).measures[0][.target(.totalVariation)], uniform))
    request.target = nil
    #expect(try describe(request).measures[0][.target(.totalVariation)] == nil)
  }

  @Test(arguments: 1...3)
  func `a target leaves everything else as it is`(seed: Int) throws {
    let sets = [
      file("one.jsonl", count: 30, seed: seed), file("two.jsonl", count: 40, seed: seed + 9),
    ]
    let other = file("other.jsonl", count: 50, seed: seed + 20)
    for inputs in [sets, [sets[0]]] {
      var request = try request(inputs)
      let without = try describe(request).measures
      request.target = .file(other)
      let with = try describe(request).measures
      for (one, two) in zip(without, with) {
        #expect(one.values == two.values.filter { !SetMetric.ofTarget.contains($0.metric) })
        #expect(two[.target(.divergence)] != nil)
      }
    }
  }

  @Test func `a set that is given as its own pool measures as it does alone`() throws {
    let source = file("pool.jsonl", seed: 7)
    let alone = try describe(request([source])).measures[0]
    let own = try describe(request([source], pool: [source])).measures[0]
    for metric in SetMetric.all { #expect(agree(own[metric], alone[metric]), "\(metric.name)") }
    #expect(alone[.vector(.facilityLocation)] != nil)
  }

  @Test func `other sets beside a set and its pool change nothing of what it measures`() throws {
    let pool = file("pool.jsonl", seed: 3)
    let set = file("set.jsonl", count: 30, seed: 4)
    let far = folder.make(
      "far.jsonl",
      #"{"instruction":"q","output":"\#(String(repeating: "far ", count: 900))","score":9}"#)
    let alone = try describe(request([set], pool: [pool])).measures[0]
    let beside = try describe(request([far, set], pool: [pool]))
    for metric in SetMetric.all {
      #expect(agree(beside.measures[1][metric], alone[metric]), "\(metric.name)")
    }
    // A cell that the pool does not reach is filled all the same, and is none that could be reached.
    #expect(beside.measures[0][.cell(.cells)] == 1)
    #expect((beside.measures[0][.cell(.reachableCoverage)] ?? 1) <= 1)
  }

  @Test func `what is not asked for or not defined is absent and never zero`() throws {
    let one = folder.make("one.jsonl", #"{"text":"alone","score":1}"#)
    var asked = try request([one], axes: ["tokens:2"])
    asked.metrics = [.cell(.cells), .vector(.knnDistance), .text(.selfBLEU), .text(.distinct1)]
    let found = try describe(asked).measures[0]
    #expect(found.values.map(\.name) == ["cells", "distinct_1"])
    asked.metrics = []
    #expect(try describe(asked).measures[0].values.isEmpty)
  }

  @Test func `samples without a score are counted, and left out where that is asked for`() throws {
    let source = file("pool.jsonl", seed: 5, missing: 300)
    var asked = try request([source], axes: ["tokens:3"])
    let found = try describe(asked).measures[0]
    #expect(found.unscored > 0)
    #expect(found.samples == found.unscored + (found.quality?.count ?? 0))
    asked.recipe.missingQuality = .drop
    let dropped = try describe(asked).measures[0]
    #expect(dropped.samples == found.samples - found.unscored && dropped.unscored == 0)
    asked.recipe.missingQuality = .fail
    #expect(throws: GamutError.self) { try describe(asked) }
  }

  @Test func `the names of metrics are different, and each finds its metric`() {
    #expect(Set(SetMetric.all.map(\.name)).count == SetMetric.all.count)
    for metric in SetMetric.all {
      #expect(SetMetric(name: metric.name) == metric)
      #expect(metric.explanation.name == metric.name && !metric.explanation.formula.isEmpty)
    }
    #expect(SetMetric(name: "vendi") == nil)
  }
}
