import Descriptors
import EliteArchive
import Glibc
import LinearAlgebra
import Reporting
import Samples
import Selection

/// Puts together what a page shows of a choice.
struct ReportBuilder {
  let run: ChoiceRun
  let pool: ChoiceRun.Pool
  let choice: Choice
  /// Whether the budget chose, or nothing is chosen.
  let chooses: Bool

  /// From how many cells on a page shows those of the first axes alone.
  static let cellLimit = 30_000
  /// How many samples are read again to be shown, at most, and how many of one cell.
  static let (sampleLimit, perCellLimit) = (6000, 24)
  /// How many demands are told.
  static let demandLimit = 20
  /// From how many cells on texts are cut shorter.
  private static let manyCells = 1000

  private var columns: PoolColumns { pool.columns }
  private var grid: Grid { choice.grid }

  /// Everything that a page shows.
  ///
  /// - Parameters:
  ///   - manifest: The record of the choice.
  ///   - onEvent: Is told of stages.
  /// - Returns: The pool in its cells.
  /// - Throws: `ArchiveError.lineChanged`; what reading the sources throws.
  func archive(_ manifest: Manifest, _ onEvent: (Event) -> Void) throws -> ReportArchive {
    let table = CellTable(grid, limit: Self.cellLimit)
    let cells = cells(table)
    let demands = chooses && table.isWhole ? demands(cells) : (list: [], count: 0, rule: "")
    let shown = shownSamples(table, cells: cells, first: demands.list.map(\.cell))
    let isShort = cells.count > Self.manyCells
    var reading = ReportTexts(
      run: run, pool: pool, shown: shown, promptLimit: isShort ? 160 : 320,
      answerLimit: isShort ? 160 : 480)
    try run.watch.time(.read, onEvent) { try reading.read() }
    var content = ReportArchive(
      manifest: manifest,
      axes: grid.axes[..<table.axisCount].enumerated().map { index, axis in
        self.axis(axis, index: index, words: reading.words)
      },
      cells: cells, gridCellCount: grid.reachableCellCount)
    content.budget = chooses ? choice.budget.text : ""
    (content.samples, content.sources) = samples(shown, table: table, texts: reading.texts)
    content.candidateCount = choice.archive.byQuality.count
    content.spreads = ReportSpreads(choice: choice, columns: columns, recipe: run.recipe)
      .all(comparing: chooses)
    (content.demands, content.demandCount, content.demandRule) = (
      demands.list, demands.count, demands.rule
    )
    content.wordSampleCount = reading.words.sampleCount
    return content
  }

  /// The axis with what its bins are about.
  private func axis(_ axis: Axis, index: Int, words: TellingWords) -> ReportArchive.Axis {
    var shown = ReportArchive.Axis(
      name: axis.name,
      binning: Manifest.Axis(axis, place: run.plan.places[index]).binning,
      valueBins: axis.valueBinCount, missing: axis.binCount - axis.valueBinCount,
      edges: axis.nestedEdges == nil && axis.centroids == nil && !axis.isCategory ? axis.edges : [],
      labels: axis.isCategory ? axis.labels : [])
    let binOfCell = (0..<grid.reachableCellCount).map { grid.bins(ofCell: $0)[index] }
    let bins = words.samples.map { binOfCell[Int(grid.cells[Int($0)])] }
    if let centroids = axis.centroids?.centroids {
      shown.points = Self.points(centroids)
      shown.binWords = words.ofClasses(bins, count: axis.valueBinCount)
    } else if !axis.isCategory {
      (shown.lowWords, shown.highWords) = words.ofEnds(bins, binCount: axis.valueBinCount)
    }
    return shown
  }

  /// The first two components of centroids, each scaled to 0…1; in the middle where there is one value only.
  private static func points(_ centroids: Matrix) -> [(x: Double, y: Double)] {
    let width = centroids.columnCount
    func scaled(_ column: Int) -> [Double] {
      let values = (0..<centroids.rowCount).map { row in
        column < width ? Double(centroids.elements[row * width + column]) : 0
      }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return values.map { high > low ? ($0 - low) / (high - low) : 0.5 }
    }
    return zip(scaled(0), scaled(1)).map { ($0, $1) }
  }

  /// The cells in the order of the table, with what they hold.
  private func cells(_ table: CellTable) -> [ReportArchive.Cell] {
    var counts = [Int](repeating: 0, count: table.count)
    var scored = counts
    var chosen = counts
    var means = [Double](repeating: 0, count: table.count)
    // Along the ranking, so that sums do not hang on where samples stand.
    for sample in choice.ranking.lazy.map(Int.init) {
      guard let cell = table.cell(grid.cells[sample]) else { continue }
      counts[cell] += 1
      if chooses, choice.statuses[sample] == .selected { chosen[cell] += 1 }
      let quality = choice.quality[sample]
      if quality.isNaN { continue }
      scored[cell] += 1
      means[cell] += (quality - means[cell]) / Double(scored[cell])
    }
    let claims = claims(table)
    return (0..<table.count).map { cell in
      var shown = ReportArchive.Cell(
        bins: table.bins[cell], count: counts[cell], scored: scored[cell],
        quality: scored[cell] > 0 ? means[cell] : nil)
      shown.chosen = chosen[cell]
      shown.claim = claims?[cell]
      return shown
    }
  }

  /// What the claim of each cell would buy of as many samples as were chosen; `nil` where claims play no part.
  private func claims(_ table: CellTable) -> [Double]? {
    guard chooses, run.recipe.method == .archive, run.recipe.greed < 1 else { return nil }
    let evenness = run.recipe.evenness
    let weights = choice.archive.masses.map { mass -> Double in
      if mass == 0 { return 0 }
      return evenness == 1 ? 1 : pow(Double(mass), 1 - evenness)
    }
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    var claims = [Double](repeating: 0, count: table.count)
    for (number, weight) in weights.enumerated() {
      guard let cell = table.cell(Int32(number)) else { continue }
      claims[cell] += weight / total * Double(choice.spending.selected.count)
    }
    return claims
  }

  /// Cells that have less than they should, most wanted first; the table is whole.
  ///
  /// Where cells have claims it is those that ran dry, else those that the subset is short of as against the
  /// pool.
  private func demands(
    _ cells: [ReportArchive.Cell]
  ) -> (list: [ReportArchive.Demand], count: Int, rule: String) {
    let masses = choice.archive.masses
    if cells.contains(where: { $0.claim != nil }) {
      let dry = cells.indices.filter {
        (cells[$0].claim ?? 0) >= Double(masses[$0]) + 1
      }.sorted { left, right in
        let (one, other) = (
          (cells[left].claim ?? 0) - Double(masses[left]),
          (cells[right].claim ?? 0) - Double(masses[right])
        )
        return one == other ? left < right : one > other
      }
      return (
        dry.prefix(Self.demandLimit).map {
          .init(
            cell: $0, wanted: Int((cells[$0].claim ?? 0).rounded(.down)), present: Int(masses[$0]))
        }, dry.count,
        "Cells that ran dry: their claim on the budget is larger than what the pool has there that may be"
          + " chosen."
      )
    }
    let measured = MeasuredPool(columns: columns, grid: grid, quality: choice.quality)
    let selected = choice.spending.selected.sorted()
    let short = CellCounts([selected], of: measured).shortages(of: 0, containsSet: false)
    return (
      short.prefix(Self.demandLimit).map { cell, wanted in
        .init(cell: cell, wanted: wanted, present: cells[cell].chosen)
      }, short.count,
      "Cells of the pool of which the subset has nothing, or less than half of what it would have if it"
        + " followed the pool."
    )
  }

  // MARK: Samples

  /// The samples that are shown, those first that matter most.
  ///
  /// Each cell has its chosen ones and those that lost in turn, best first; then the first of every cell come
  /// before the second of any, large cells before small ones.
  private func shownSamples(
    _ table: CellTable, cells: [ReportArchive.Cell], first: [Int]
  ) -> [Int32] {
    var chosen = [[Int32]](repeating: [], count: table.count)
    var lost = chosen
    func note(_ sample: Int32) {
      guard let cell = table.cell(grid.cells[Int(sample)]) else { return }
      if chooses, choice.statuses[Int(sample)] == .selected {
        if chosen[cell].count < Self.perCellLimit { chosen[cell].append(sample) }
      } else if lost[cell].count < Self.perCellLimit {
        lost[cell].append(sample)
      }
    }
    // Candidates before those that could not have been chosen.
    for sample in choice.ranking where choice.archive.ranks[Int(sample)] > 0 { note(sample) }
    for sample in choice.ranking where choice.archive.ranks[Int(sample)] == 0 { note(sample) }
    let early = Set(first)
    let order = cells.indices.sorted { left, right in
      if early.contains(left) != early.contains(right) { return early.contains(left) }
      return cells[left].count == cells[right].count
        ? left < right : cells[left].count > cells[right].count
    }
    let lists = order.map { cell -> [Int32] in
      let (won, other) = (chosen[cell], lost[cell])
      var list: [Int32] = []
      for place in 0..<max(won.count, other.count) {
        if place < won.count { list.append(won[place]) }
        if place < other.count { list.append(other[place]) }
      }
      return Array(list.prefix(Self.perCellLimit))
    }
    var shown: [Int32] = []
    for place in 0..<Self.perCellLimit {
      for list in lists where place < list.count && shown.count < Self.sampleLimit {
        shown.append(list[place])
      }
    }
    return shown
  }

  private func samples(
    _ shown: [Int32], table: CellTable, texts: [Int32: ReportTexts.Shown]
  ) -> (samples: [ReportArchive.Sample], sources: [String]) {
    let places = SamplePlaces(sources: pool.sources, lines: columns.lines)
    // The sources of these samples alone: there may be many more.
    var sources: [String] = []
    var numbers: [String: Int] = [:]
    let samples = shown.map { sample in
      let index = Int(sample)
      let path = places[index].path
      let source = numbers[path] ?? sources.count
      if source == sources.count {
        sources.append(path)
        numbers[path] = source
      }
      var made = ReportArchive.Sample(
        cell: table.cell(grid.cells[index]) ?? 0, status: choice.statuses[index], source: source,
        line: Int(columns.lines[index]))
      if choice.archive.ranks[index] > 0 {
        made.rank = Int(choice.archive.ranks[index])
        if chooses, choice.places[index] > 0 { made.order = Int(choice.places[index]) }
      }
      let quality = choice.quality[index]
      made.quality = quality.isNaN ? nil : quality
      if let text = texts[sample] {
        (made.id, made.prompt, made.answer) = (text.id, text.prompt, text.answer)
      }
      let exclusion = choice.standing.exclusion(of: index)
      made.reason = exclusion.message(run.recipe)
      if exclusion == .overlap {
        made.because =
          "\(run.recipe.exclusions[Int(columns.overlapSources[index])]):\(columns.overlapLines[index])"
      }
      if choice.standing.isIncluded(index) { made.reason = "its id is in a list of --include-ids" }
      if choice.twins[index] >= 0 {
        let twin = places[Int(choice.twins[index])]
        made.because = "\(twin.path):\(twin.line)"
      } else if choice.statuses[index] == .excluded, exclusion == .none,
        let reason = choice.exclusions[index]
      {
        made.reason = reason.message
        made.because = choice.exclusions.betterSample(than: index).map {
          "\(places[$0].path):\(places[$0].line)"
        }
      }
      return made
    }
    return (samples, sources)
  }
}
