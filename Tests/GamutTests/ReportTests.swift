import Descriptors
import JSON
import Reporting
import Selection
import TestSupport
import Testing

@testable import Gamut

/// What a page shows, held against what a choice writes.
@Suite struct ReportTests {
  let folder = TemporaryFolder()

  private static let axes = ["tokens:3", "column:level"]

  private func recipe(budget: Int, axes: [String] = axes) throws -> Recipe {
    var recipe = Recipe(budget: .samples(budget), text: "\(budget)")
    recipe.quality = [.init(path: "score")]
    recipe.missingQuality = .lowest
    recipe.evenness = 1
    recipe.axes = try axes.map { try AxisSpecification(parsing: $0, measures: ["tokens"]) }
    return recipe
  }

  private func archive(_ name: String, _ files: [String], axes: [String] = axes) throws -> String {
    let path = folder.file(name)
    var request = FitRequest(inputs: files, output: path, threads: 2)
    let recipe = try recipe(budget: 1, axes: axes)
    (request.quality, request.axes) = (recipe.quality, recipe.axes)
    _ = try fit(request)
    return path
  }

  private func content(
    _ path: String, budget: Int?, axes: [String] = axes, threads: Int = 2
  ) throws -> ReportContent {
    try report(
      ReportRequest(
        path: path, recipe: try recipe(budget: budget ?? 0, axes: axes), chooses: budget != nil,
        threads: threads, readRecipe: { _, _ in try self.recipe(budget: budget ?? 0) }))
  }

  @Test(arguments: 0..<8) func `cells, samples and spreads are those of the receipts`(seed: Int)
    throws
  {
    let pool = folder.make("pool.jsonl", RandomPool(count: 150, seed: seed).file())
    let archive = try archive("pool.gamut", [pool])
    let content = try content(archive, budget: 40)
    let found = try #require(content.archive)
    var request = SelectRequest(
      inputs: [archive], recipe: try recipe(budget: 40), output: folder.file("s.jsonl"), threads: 1)
    request.writesReceipts = true
    _ = try select(request)
    var counts: [[Int]: (count: Int, chosen: Int, sum: Double, scored: Int)] = [:]
    var receipts: [Int: JSONValue] = [:]
    for line in (folder.text("s.receipts.jsonl") ?? "").split(separator: "\n") {
      let parsed = JSONValue(parsing: Array(line.utf8).span)
      let receipt = try #require(parsed)
      let bins = receipt["cell"]?.items?.compactMap(\.wholeNumber) ?? []
      var cell = counts[bins] ?? (0, 0, 0, 0)
      cell.count += 1
      if receipt["status"]?.text == "selected" { cell.chosen += 1 }
      if let quality = receipt["quality"]?.decimal {
        cell.sum += quality
        cell.scored += 1
      }
      counts[bins] = cell
      receipts[receipt["line"]?.wholeNumber ?? 0] = receipt
    }
    #expect(found.cells.count == counts.count && found.gridCellCount == counts.count)
    for cell in found.cells {
      let known = try #require(counts[cell.bins])
      #expect(cell.count == known.count && cell.chosen == known.chosen)
      #expect(cell.scored == known.scored)
      if known.scored > 0 {
        #expect(((cell.quality ?? .nan) - known.sum / Double(known.scored)).magnitude < 1e-9)
      }
    }
    #expect(found.cells.compactMap(\.claim).reduce(0, +) > 39.999)
    // Every sample of so small a pool is shown, once, with what its receipt says.
    #expect(Set(found.samples.map(\.line)) == Set(receipts.keys))
    #expect(found.samples.count == receipts.count)
    for sample in found.samples {
      let receipt = try #require(receipts[sample.line])
      #expect(receipt["status"]?.text == sample.status.name)
      #expect(receipt["rank"]?.wholeNumber == sample.rank)
      #expect(receipt["order"]?.wholeNumber == sample.order)
      #expect(receipt["cell"]?.items?.compactMap(\.wholeNumber) == found.cells[sample.cell].bins)
      #expect(receipt["quality"]?.decimal == sample.quality)
    }
    // Of each cell the best chosen one comes before what lost.
    for spread in found.spreads {
      #expect(spread.sets.map(\.name) == ["pool", "subset", "random"])
      #expect(spread.sets[1].count <= 40 && spread.sets[0].count <= 150)
      for set in spread.sets where set.count > 0 {
        #expect((set.shares.reduce(0, +) - 1).magnitude < 1e-9)
      }
    }
  }

  @Test func `content hangs on neither threads nor the division of the pool`() throws {
    let lines = RandomPool(count: 400, seed: 5).file().split(separator: 10)
    let whole = folder.make("a-pool.jsonl", Array(lines.joined(separator: [10])))
    let parts = (0..<3).map { part in
      folder.make(
        "part-\(part).jsonl",
        Array(lines[part * 150..<min(part * 150 + 150, lines.count)].joined(separator: [10])))
    }
    let axes = ["tokens:3", "topic1:4", "topic:6@cvt"]
    let one = try content(
      archive("one.gamut", [whole], axes: axes), budget: 60, axes: axes, threads: 1)
    let other = try content(
      archive("other.gamut", parts, axes: axes), budget: 60, axes: axes, threads: 4)
    func facts(_ content: ReportContent) -> [String] {
      guard let archive = content.archive else { return [] }
      return archive.cells.map { "\($0)" } + archive.axes.map { "\($0)" }
        + archive.samples.map { "\($0.cell) \($0.status) \($0.prompt) \($0.answer)" }
        + archive.spreads.map { "\($0)" } + archive.demands.map { "\($0)" }
    }
    #expect(facts(one) == facts(other) && facts(one).count > 300)
    let path = folder.file("one.gamut")
    let again = try content(path, budget: 60, axes: axes, threads: 3)
    #expect(ReportPage(again).html == ReportPage(one).html)
  }

  @Test func `without a budget nothing is chosen, claimed or demanded`() throws {
    let pool = folder.make("pool.jsonl", RandomPool(count: 80, seed: 2).file())
    let content = try content(archive("pool.gamut", [pool]), budget: nil)
    let found = try #require(content.archive)
    #expect(!found.hasChoice && found.demands.isEmpty)
    #expect(found.cells.allSatisfy { $0.chosen == 0 && $0.claim == nil })
    #expect(found.spreads.allSatisfy { $0.sets.count == 1 })
    #expect(found.samples.allSatisfy { $0.order == nil && $0.status != .selected })
  }

  @Test func `cells that ran dry are demanded, those that lack most first`() throws {
    // Two of one length, fifty of another: even claims on 40 want 20 of each.
    let lines = (0..<52).map { place in
      let text = String(repeating: "word ", count: place < 2 ? 2 : 60)
      return "{\"text\":\"\(text)\(place)\",\"score\":\(place)}"
    }
    let pool = folder.make("pool.jsonl", lines.joined(separator: "\n"))
    let axes = ["tokens@20"]
    let content = try content(
      archive("pool.gamut", [pool], axes: axes), budget: 40, axes: axes)
    let found = try #require(content.archive)
    #expect(found.demands.map { [$0.cell, $0.wanted, $0.present] } == [[0, 20, 2]])
    #expect(found.demandCount == 1 && found.samples[0].cell == 0)
  }

  @Test func `too many cells are taken together by the first axes`() {
    let axes = (0..<3).map { number -> Axis in
      let specification = try? AxisSpecification(
        parsing: "column:a\(number):10@quantile", measures: [])
      guard let specification,
        let axis = try? Axis(
          fitting: specification, to: (0..<1000).map { Double($0) }, isSinglePrecision: false)
      else { preconditionFailure("a plain axis can be cut") }
      return axis
    }
    let bins: [[Int32]] = [
      (0..<1000).map { $0 / 100 }, (0..<1000).map { $0 / 10 % 10 }, (0..<1000).map { $0 % 10 },
    ]
    let grid = Grid(axes: axes, bins: bins, sampleCount: 1000)
    for (limit, axisCount, count) in [
      (1000, 3, 1000), (999, 2, 100), (99, 1, 10), (10, 1, 10), (4, 1, 4),
    ] {
      let table = CellTable(grid, limit: limit)
      #expect(table.axisCount == axisCount && table.count == count)
      #expect(table.isWhole == (axisCount == 3))
      for cell in 0..<Int32(1000) {
        // Of equally large cells the first are kept.
        let own = Array(grid.bins(ofCell: Int(cell))[..<axisCount])
        #expect(table.cell(cell).map { table.bins[$0] } == (limit == 4 && own[0] > 3 ? nil : own))
      }
    }
  }

  @Test(arguments: 0..<50) func `bars hold every value once`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let isLogarithmic = seed % 2 == 1
    let values = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
      seed % 3 == 0
        ? generator.coarse(levels: 5) + 1 : Double.random(in: 1...1000, using: &generator)
    }.sorted()
    let bounds = try #require(ReportSpreads.bounds(values, isLogarithmic: isLogarithmic))
    #expect(bounds.count >= 2 && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ReportSpreads.bounds([], isLogarithmic: false) == nil)
  }
}
