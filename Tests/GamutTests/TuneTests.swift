import Descriptors
import Glibc
import JSON
import Measures
import Metrics
import Selection
import TestSupport
import Testing

@testable import Gamut

/// Trials held against what `select` chooses from files that lack a fold, and against sums by hand.
@Suite struct TuneTests {
  /// A pool of records with vectors, each record in a line of its own.
  private struct Pool {
    let folder = TemporaryFolder()
    let lines: [[UInt8]]
    let vectors: [[Float]]
    let scores: [Double]

    init(seed: Int, count: Int = 160) throws {
      var chances = RandomPool.Chances()
      chances.blank = 0
      let pool = RandomPool(count: count, chances: chances, seed: seed)
      lines = pool.lines.map(\.bytes)
      scores = pool.lines.map { line in
        if case .sample(_, let score, _, _) = line.kind { score ?? .nan } else { .nan }
      }
      vectors = NumPyFile.vectors(count: count, dimension: 5, seed: seed)
    }

    /// The files of some of the records.
    func files(_ name: String, _ places: [Int]) -> (records: String, vectors: String) {
      (
        folder.make("\(name).jsonl", places.flatMap { lines[$0] + [0x0A] }),
        folder.make("\(name).npy", NumPyFile.bytes(places.map { vectors[$0] }))
      )
    }
  }

  private func axes(_ texts: [String]) throws -> [AxisSpecification] {
    try texts.map { try AxisSpecification(parsing: $0, measures: Measure.names) }
  }

  private func recipe(
    budget: String, _ axes: [AxisSpecification], vectors: String
  ) throws -> Recipe {
    var recipe = Recipe(budget: try Budget(parsing: budget), text: budget)
    recipe.quality = [.init(path: "score")]
    recipe.embeddings = vectors
    recipe.axes = axes
    return recipe
  }

  /// What a choice takes of a file of some records, by their places in the pool.
  private func chosen(
    _ recipe: Recipe, of pool: Pool, _ places: [Int], limit: Int
  ) throws -> [Int] {
    let files = pool.files("part", places)
    var recipe = recipe
    recipe.embeddings = files.vectors
    let isTokens = recipe.budget.unit == .tokens
    recipe.budgets = [
      .init(isTokens ? .tokens(limit) : .samples(limit), text: "\(limit)")
    ]
    var request = SelectRequest(
      inputs: [files.records], recipe: recipe, output: pool.folder.file("s.jsonl"), threads: 1)
    request.writesReceipts = true
    request.replacesOutputs = true
    _ = try Gamut.select(request)
    let receipts = try #require(pool.folder.text("s.receipts.jsonl")).split(separator: "\n")
    return receipts.enumerated().compactMap { place, line in
      line.contains("\"status\":\"selected\"") ? places[place] : nil
    }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func cosine(_ one: [Float], _ other: [Float]) -> Double {
    func product(_ left: [Float], _ right: [Float]) -> Double {
      zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return product(one, other) / (product(one, one) * product(other, other)).squareRoot()
  }

  private func isClose(_ one: Double?, _ other: Double) -> Bool {
    guard let one else { return false }
    return (one - other).magnitude <= 1e-5 * max(1, other.magnitude)
  }

  @Test(arguments: [
    (1, "30", ["tokens:3@uniform", "column:meta.topic"], 1.0, 0.0),
    (2, "30", ["tokens:4", "complexity:3@nested"], 0.5, 0.25),
    (3, "20%", ["column:level:3", "complexity:2"], 0, 0),
    (4, "900tok", ["tokens:4@log"], 0.75, 0.5),
    (5, "40", [], 1, 0),
  ])
  func `what is measured of a fold is what a choice without it comes to`(
    seed: Int, budget: String, names: [String], evenness: Double, greed: Double
  ) throws {
    let pool = try Pool(seed: seed)
    let all = Array(pool.lines.indices)
    let files = pool.files("all", all)
    let grid = try axes(names)
    let base = try recipe(budget: budget, grid, vectors: files.vectors)
    var request = TuneRequest(
      inputs: [files.records], recipe: base,
      space: TuningSpace(dimensions: [[grid]], evenness: [evenness], greed: [greed]), threads: 2)
    request.folds = 3
    let tuning = try Gamut.tune(request).tuning
    let place = try #require(
      tuning.trials.firstIndex {
        $0.configuration == .init(axes: grid, evenness: evenness, greed: greed)
      })
    let trial = tuning.trials[place]
    // The folds as the trials have them; all else is worked out from files.
    var reading = base
    reading.metrics = [.set(.vector(.facilityLocation))]
    reading.randomCount = 2
    var run = try ChoiceRun(
      SelectRequest(inputs: [files.records], recipe: reading, output: nil, threads: 1))
    let ground = try TuningGround(
      try run.pool(rejects: nil) { _ in }, plan: run.plan, recipe: run.recipe, foldCount: 3,
      threads: 1)
    var own = base
    own.evenness = evenness
    own.greed = greed
    let names = tuning.objectives.map(\.name)
    #expect(names == ["quality", "complexity_sd", "coverage", "vendi", "stability"])
    let whole = try chosen(own, of: pool, all, limit: ground.limit)
    for fold in 0..<3 {
      let rest = all.filter { Int(ground.folds[$0]) != fold }
      #expect(rest.count < all.count)
      let subset = try chosen(own, of: pool, rest, limit: ground.part(without: fold).limit)
      #expect(isClose(trial.folds[fold][0], mean(subset.map { pool.scores[$0] })))
      let covered = ground.heldOut(fold).map { sample in
        subset.map { cosine(pool.vectors[Int(sample)], pool.vectors[$0]) }.max() ?? 0
      }
      #expect(isClose(trial.folds[fold][2], mean(covered)))
      let there = whole.filter { Int(ground.folds[$0]) != fold }
      let kept = Double(there.count { subset.contains($0) }) / Double(there.count)
      if names.isEmpty || grid.allSatisfy({ $0.binning == .category }) {
        // Nothing moves, so that this is all.
        #expect(isClose(trial.folds[fold][4], kept))
      } else {
        #expect((0...1).contains(trial.folds[fold][4] ?? -1))
      }
    }
    for (number, mean) in trial.values.enumerated() {
      #expect(mean == FoldMean(trial.folds.compactMap { $0[number] }))
    }
  }

  @Test(arguments: 0..<4)
  func `what is recommended follows from what is measured`(seed: Int) throws {
    let pool = try Pool(seed: 50 + seed, count: 200)
    let files = pool.files("all", Array(pool.lines.indices))
    let base = try recipe(budget: "40", try axes(["tokens:4"]), vectors: files.vectors)
    var request = TuneRequest(
      inputs: [files.records], recipe: base,
      space: TuningSpace(
        dimensions: [try [["tokens:2"], ["tokens:8"], ["topic:5@cvt"], []].map(axes)],
        evenness: [0, 1], greed: [0, 0.5]), threads: 2)
    request.folds = 4
    request.label = "meta.topic"
    var tuning = try Gamut.tune(request).tuning
    #expect(tuning.objectives.map(\.name).contains("balance"))
    let points = tuning.trials.map { trial in
      tuning.frontObjectives.map { trial.values[$0]?.mean ?? .nan }
    }
    for (place, trial) in tuning.trials.enumerated() {
      let isDominated = points.contains { other in
        zip(other, points[place]).allSatisfy { $0 >= $1 } && other != points[place]
      }
      #expect(trial.isOnFront == !isDominated)
      #expect(trial.rung == 1 && trial.folds.count == 4)
    }
    #expect(tuning.best.isOnFront)
    let nearest = tuning.front.compactMap { tuning.trials[$0].distance }.min()
    #expect(tuning.best.distance == nearest)
    #expect((0...4).contains(tuning.agreement))

    // A bound keeps those that keep it, and of these what is to be best decides.
    let quality = tuning.trials.compactMap { $0.values[0]?.mean }.sorted()
    let bound = quality[quality.count / 2]
    tuning.preferences = [
      try TuningPreference(parsing: "quality>=\(bound)"), .best("coverage"),
    ]
    try tuning.decide()
    let kept = tuning.trials.filter { ($0.values[0]?.mean ?? 0) >= bound }
    let coverage = try #require(tuning.objectives.firstIndex { $0.name == "coverage" })
    #expect(kept.contains { $0.configuration == tuning.best.configuration })
    #expect(
      tuning.best.values[coverage]?.mean == kept.compactMap { $0.values[coverage]?.mean }.max())
    tuning.preferences = [try TuningPreference(parsing: "quality>2*top")]
    #expect(throws: GamutError.self) { try tuning.decide() }
  }

  @Test func `halving measures the best of all folds and leaves the others on the first`() throws {
    let pool = try Pool(seed: 77, count: 200)
    let files = pool.files("all", Array(pool.lines.indices))
    let base = try recipe(budget: "40", try axes(["tokens:4"]), vectors: files.vectors)
    var request = TuneRequest(
      inputs: [files.records], recipe: base,
      space: TuningSpace(
        dimensions: [try [["tokens:2"], ["tokens:8"], ["complexity:3"]].map(axes)],
        evenness: [0, 0.5, 1], greed: [0, 0.5]), threads: 2)
    request.halving = .always
    let tuning = try Gamut.tune(request).tuning
    #expect(tuning.rungCount == 3)
    let counts = (1...3).map { rung in tuning.trials.count { $0.rung == rung } }
    // 19 with the default: 10 go on, and 5 of them to the end.
    #expect(counts == [9, 5, 5])
    for trial in tuning.trials {
      #expect(trial.folds.count == [0, 1, 3, 5][trial.rung])
      #expect((trial.distance != nil) == (trial.rung == 3))
      #expect(!trial.isOnFront || trial.rung == 3)
    }
    #expect(tuning.trials[0].rung == 3 && tuning.best.rung == 3)
    #expect(tuning.warnings.contains { $0.hasPrefix("14 of 19 configurations") })
    request.halving = .never
    let full = try Gamut.tune(request).tuning
    for (one, other) in zip(tuning.trials, full.trials) {
      #expect(other.folds.count == 5)
      #expect(Array(other.folds.prefix(one.folds.count)) == one.folds)
    }
  }

  @Test func `a journal gives back what was kept, to the last digit`() throws {
    let folder = TemporaryFolder()
    let path = folder.file("j")
    let values: [[Double?]] = [[0.1, nil, 1], [1e-17, -2.5, 3]]
    let key = TuningJournal.Key(rung: 0, fold: 1, batch: 2)
    var journal: TuningJournal? = try TuningJournal(path: path, request: "a", replacing: false)
    #expect(journal?.values(key, sets: 2, objectives: 3) == nil)
    try journal?.append(key, values)
    #expect(throws: GamutError.self) {
      // Somebody is writing it.
      try TuningJournal(path: path, request: "a", replacing: true)
    }
    journal = nil
    // Half a line, as a killed process leaves it.
    let whole = try #require(folder.bytes("j"))
    folder.make("j", whole + Array("{\"rung\":0,\"fo".utf8))
    journal = try TuningJournal(path: path, request: "a", replacing: false)
    #expect(folder.bytes("j") == whole)
    #expect(journal?.values(key, sets: 2, objectives: 3) == values)
    #expect(journal?.values(key, sets: 3, objectives: 3) == nil)
    #expect(journal?.values(key, sets: 2, objectives: 4) == nil)
    journal = nil
    #expect(throws: GamutError.self) {
      try TuningJournal(path: path, request: "b", replacing: false)
    }
    #expect(folder.bytes("j") == whole)
    journal = try TuningJournal(path: path, request: "b", replacing: true)
    #expect(journal?.count == 0)
    journal?.remove()
    #expect(folder.names == [])
    journal = nil
    folder.make("j", "somebody's\n")
    for replacing in [false, true] {
      #expect(throws: GamutError.self) {
        try TuningJournal(path: path, request: "a", replacing: replacing)
      }
    }
    #expect(folder.text("j") == "somebody's\n")
  }

  @Test func `files to validate against have names that a rule can hold`() {
    #expect(
      ProxyGauge.names(of: [
        "a/Other data.jsonl.gz", "b/other-data.json", "x", "/dev/fd/3", "é.jsonl",
      ])
        == ["loss_on_other_data", "loss_on_other_data_2", "loss_on_x", "loss_on_3", "loss_on___"])
  }
}
