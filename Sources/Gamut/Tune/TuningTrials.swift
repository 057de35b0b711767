import Descriptors
import Metrics
import Numbers
import Parallelism
import Selection

/// Tries configurations: chooses by each of them from the whole pool and from what is left without each fold,
/// and measures what was chosen.
struct TuningTrials {
  private let ground: TuningGround
  private let axes: TuningAxes
  /// What is tried, those of one grid together.
  let configurations: [TuningConfiguration]
  /// The grids, each once.
  private let grids: [[AxisSpecification]]
  /// The grid of each configuration.
  private let gridOf: [Int]
  private let gauges: [any TuningGauge]
  private var journal: TuningJournal?
  private let advance: (_ done: Int, _ total: Int) -> Void

  /// What is measured: that of the gauges, and stability.
  var objectives: [TuningObjective] { gauges.flatMap(\.objectives) + [.stability] }

  /// How many batches the journal holds.
  var journaledCount: Int { journal?.count ?? 0 }

  /// How many configurations are worked on as one.
  static let batchCount = 64

  /// What came of the trials.
  struct Outcome {
    /// One list a configuration, one a fold on which it was measured, one value an objective.
    var values: [[[Double?]]]
    /// The same for what is chosen by quality alone, and by chance.
    var top: [[Double?]] = []
    var random: [[Double?]] = []
    /// The last rung that each configuration reached, from 1.
    var rungs: [Int]
    /// How many rungs there were.
    var rungCount: Int
    /// How many cells each grid might have, and how many the pool reaches.
    var possibleCells: [Double]
    var reachableCells: [Int]
  }

  /// - Parameters:
  ///   - configurations: What is tried.
  ///   - ground: The pool.
  ///   - model: The archive's model; `nil` where files were read.
  ///   - gauges: What measures sets.
  ///   - journal: What was measured before, and where it is kept.
  ///   - advance: Is told how many batches of how many are done.
  init(
    _ configurations: [TuningConfiguration], ground: TuningGround, model: DescriptorModel?,
    gauges: [any TuningGauge], journal: TuningJournal?, advance: @escaping (Int, Int) -> Void
  ) {
    self.ground = ground
    self.configurations = configurations
    var grids: [[AxisSpecification]] = []
    gridOf = configurations.map { configuration in
      if let place = grids.lastIndex(of: configuration.axes) { return place }
      grids.append(configuration.axes)
      return grids.count - 1
    }
    self.grids = grids
    axes = TuningAxes(grids, ground: ground, model: model)
    self.gauges = gauges
    self.journal = journal
    self.advance = advance
  }

  /// Which folds each rung looks at.
  private func rungs(halving: TuneRequest.Halving) -> [[Int]] {
    let folds = Array(0..<ground.foldCount)
    let looks = (2 * folds.count + 1)
      .multipliedReportingOverflow(by: configurations.count * ground.pool.columns.count)
    let isLong = looks.overflow || looks.partialValue > TuneRequest.longSweep
    guard halving == .always || halving == .auto && isLong else { return [folds] }
    let parts = [
      Array(folds.prefix(1)), Array(folds.dropFirst().prefix(2)), Array(folds.dropFirst(3)),
    ]
    return parts.filter { !$0.isEmpty }
  }

  /// Tries all of them.
  ///
  /// With halving all are tried on the first fold, the better half on two more, and the better half of these
  /// on the rest. Better is who is dominated by fewer in the objectives that count, then who lies nearer to the
  /// ideal (`TradeOff`); the first configuration stays to the end.
  ///
  /// - Parameters:
  ///   - halving: Whether some are left early.
  ///   - counting: The places of the objectives by which halves are told.
  /// - Returns: What was measured.
  /// - Throws: What cutting axes, reading vectors and keeping the journal throws.
  mutating func run(halving: TuneRequest.Halving, counting: [Int]) throws -> Outcome {
    let rungs = rungs(halving: halving)
    var sizes = [configurations.count]
    for _ in rungs.dropFirst() { sizes.append(Self.survivorCount(of: sizes[sizes.count - 1])) }
    let batches = sizes.map { ($0 + Self.batchCount - 1) / Self.batchCount }
    let total = 1 + zip(rungs, batches).reduce(0) { $0 + $1.0.count * $1.1 }
    var done = 0
    advance(done, total)

    let whole = try axes.ofWholePool()
    let (full, cells) = try chooseAll(whole)
    var outcome = Outcome(
      values: configurations.map { _ in [] }, rungs: configurations.map { _ in 0 },
      rungCount: rungs.count, possibleCells: cells.map(\.possible),
      reachableCells: cells.map(\.reachable))
    done += 1
    advance(done, total)

    var survivors = Array(configurations.indices)
    for (rung, folds) in rungs.enumerated() {
      if rung > 0 { survivors = better(survivors, outcome.values, counting: counting) }
      for place in survivors { outcome.rungs[place] = rung + 1 }
      for fold in folds {
        var trial: FoldTrial?
        for (batch, start) in stride(from: 0, to: survivors.count, by: Self.batchCount).enumerated()
        {
          let members = Array(survivors[start..<min(start + Self.batchCount, survivors.count)])
          let key = TuningJournal.Key(rung: rung, fold: fold, batch: batch)
          // What a subset is held against comes with the first batch of a fold.
          let extra = batch == 0 ? 2 : 0
          let known = journal?.values(
            key, sets: members.count + extra, objectives: objectives.count)
          let values: [[Double?]]
          if let known {
            values = known
          } else {
            let made = try trial ?? foldTrial(fold, whole: whole)
            trial = made
            values = try measure(members, in: made, full: full, withReferences: extra > 0)
            try journal?.append(key, values)
          }
          for (place, row) in zip(members, values) { outcome.values[place].append(row) }
          if extra > 0 {
            outcome.top.append(values[members.count])
            outcome.random.append(values[members.count + 1])
          }
          done += 1
          advance(done, total)
        }
      }
    }
    return outcome
  }

  /// How many of so many go on, the first of them in any case.
  private static func survivorCount(of count: Int) -> Int { (count + 1) / 2 }

  /// The better half, ascending, with the first of all.
  private func better(
    _ places: [Int], _ values: [[[Double?]]], counting: [Int]
  ) -> [Int] {
    let objectives = objectives
    let points = places.map { place in
      counting.map { number in
        let mean = FoldMean(values[place].compactMap { $0[number] })?.mean ?? -.infinity
        return objectives[number].direction == .lower && mean.isFinite ? -mean : mean
      }
    }
    let dominators = TradeOff.dominatorCounts(points)
    let front = points.indices.filter { dominators[$0] == 0 && points[$0].allSatisfy(\.isFinite) }
    let distances =
      front.isEmpty ? points.map { _ in 0 } : TradeOff.distances(points, front: front)
    let order = points.indices.sorted { one, other in
      if (places[one] == 0) != (places[other] == 0) { return places[one] == 0 }
      if dominators[one] != dominators[other] { return dominators[one] < dominators[other] }
      return distances[one] != distances[other] ? distances[one] < distances[other] : one < other
    }
    return order.prefix(Self.survivorCount(of: places.count)).map { places[$0] }.sorted()
  }

  /// What each configuration chooses from the whole pool, and the cells of each grid.
  private func chooseAll(
    _ cut: TuningAxes.Cut
  ) throws -> (chosen: [[Int32]], cells: [(possible: Double, reachable: Int)]) {
    let part = ground.part(without: nil)
    let found = try choose(
      Array(configurations.indices), from: cut, of: part)
    return (found.chosen, found.cells)
  }

  /// What configurations choose from a part, those of one grid from the same cells.
  private func choose(
    _ places: [Int], from cut: TuningAxes.Cut, of part: TuningGround.Part
  ) throws -> (chosen: [[Int32]], cells: [(possible: Double, reachable: Int)]) {
    // Runs of places that share a grid.
    var groups: [Range<Int>] = []
    for index in places.indices {
      if let last = groups.last, gridOf[places[last.lowerBound]] == gridOf[places[index]] {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
    typealias Found = (chosen: [[Int32]], possible: Double, reachable: Int)
    let slots = groups.map { _ in Slot<Result<Found, any Error>>() }
    let (ground, configurations, gridOf, ranges) = (ground, configurations, gridOf, groups)
    forEachIndex(below: groups.count, threads: ground.threads) { index in
      slots[index].fill(
        Result {
          let cells = ground.cells(cut[gridOf[places[ranges[index].lowerBound]]], of: part)
          let chosen = try ranges[index].map { place in
            let configuration = configurations[places[place]]
            return try ground.choose(by: configuration, from: cells, of: part)
          }
          return (chosen, cells.grid.possibleCellCount, cells.grid.reachableCellCount)
        })
    }
    let found = try slots.map { try $0.value.get() }
    var cells = [(possible: Double, reachable: Int)](repeating: (0, 0), count: grids.count)
    for (range, part) in zip(groups, found) {
      cells[gridOf[places[range.lowerBound]]] = (part.possible, part.reachable)
    }
    return (found.flatMap(\.chosen), cells)
  }

  /// What is chosen from without a fold.
  private struct FoldTrial {
    var part: TuningGround.Part
    var heldOut: [Int32]
    var cut: TuningAxes.Cut
    /// The same axes over descriptors that were moved.
    var jittered: TuningAxes.Cut
  }

  private func foldTrial(_ fold: Int, whole: TuningAxes.Cut) throws -> FoldTrial {
    let cut = try axes.without(fold, whole: whole)
    return FoldTrial(
      part: ground.part(without: fold), heldOut: ground.heldOut(fold), cut: cut,
      jittered: try axes.jittered(cut, fold: fold))
  }

  /// Measures what configurations choose without a fold.
  ///
  /// - Parameters:
  ///   - places: Which configurations.
  ///   - trial: The fold.
  ///   - full: What each configuration chooses from the whole pool.
  ///   - withReferences: Whether the best and chance are measured as well.
  /// - Returns: One list a configuration, then those of the best and of chance; one value an objective.
  /// - Throws: What reading vectors and texts throws.
  private func measure(
    _ places: [Int], in trial: FoldTrial, full: [[Int32]], withReferences: Bool
  ) throws -> [[Double?]] {
    var sets = try choose(places, from: trial.cut, of: trial.part).chosen
    let moved = try choose(places, from: trial.jittered, of: trial.part).chosen
    var stability: [Double?] = zip(places, moved).map { place, chosen in
      share(of: full[place], chosenAgain: chosen, without: trial.part.fold)
    }
    if withReferences {
      let top = try ground.chooseBest(of: trial.part)
      sets += [top, try ground.chooseAtRandom(of: trial.part)]
      let best = try ground.chooseBest(of: ground.part(without: nil))
      stability += [share(of: best, chosenAgain: top, without: trial.part.fold), nil]
    }
    let part = TuningPart(fold: trial.part.fold ?? 0, heldOut: trial.heldOut)
    let measured = try gauges.map { try $0.measure(sets, without: part, threads: ground.threads) }
    return sets.indices.map { set in
      (measured.flatMap { $0[set] } + [stability[set]]).map { $0.map(rounded) }
    }
  }

  /// The share of what was chosen from the whole pool, a fold left out, that is chosen again.
  private func share(
    of full: [Int32], chosenAgain again: [Int32], without fold: Int?
  ) -> Double? {
    let known = Set(again)
    var (there, kept) = (0, 0)
    for sample in full where fold.map({ Int(ground.folds[Int(sample)]) != $0 }) ?? true {
      there += 1
      if known.contains(sample) { kept += 1 }
    }
    return there > 0 ? Double(kept) / Double(there) : nil
  }
}
