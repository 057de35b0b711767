import Descriptors
import EliteArchive
import Numbers
import Reporting
import Selection

/// A choice made again with one thing changed, on the same columns and with all that the change leaves
/// alone.
struct ChoiceTrials {
  /// What is changed.
  enum Change {
    case budget(Int)
    case evenness(Double)
    case perCell(Int)
    case floor(Double)
    /// The sample's own quality, as it ranks.
    case quality(Double)
  }

  let run: ChoiceRun
  let pool: ChoiceRun.Pool
  /// The choice as it is.
  let choice: Choice
  /// All samples, best quality first.
  let ranking: [Int32]
  /// The twins of equal text.
  private let textTwins: [Int32]
  /// The axes, in the recipe's order, that are the column of quality itself.
  private let qualityAxes: [Int]
  private let limits: [Int]

  var recipe: Recipe { run.recipe }
  var columns: PoolColumns { pool.columns }
  /// Whether a change of quality moves axes.
  var movesAxes: Bool { !qualityAxes.isEmpty }

  init(run: ChoiceRun, pool: ChoiceRun.Pool, choice: Choice) {
    self.run = run
    self.pool = pool
    self.choice = choice
    ranking = EliteArchive.ranking(
      quality: choice.quality, contentHash: pool.columns.hashHigh)
    textTwins = Groundwork.twins(
      columns: pool.columns, quality: choice.quality, standing: choice.standing)
    let recipe = run.recipe
    limits = recipe.budgets.map { $0.budget.limit(poolSampleCount: pool.columns.count) }
    let plan = run.plan
    let column: ReadingPlan.Place? =
      if let heuristic = plan.heuristic {
        recipe.derivesQuality ? nil : .measure(heuristic)
      } else if recipe.quality.count == 1, !recipe.debiasesLength,
        recipe.normalization == nil || recipe.normalization == Recipe.Normalization.none
      {
        .number(0)
      } else {
        nil
      }
    qualityAxes = plan.places.indices.filter { place in
      switch (column, plan.places[place]) {
      case (.measure(let own), .measure(let its)): own == its
      case (.number, .number(let its)): plan.numericColumns[its] == recipe.quality[0].path
      default: false
      }
    }
  }

  /// The limits of the recipe's budgets, the largest of which is another one.
  private func limits(upTo limit: Int) -> [Int] {
    limits.dropLast().filter { $0 < limit } + [limit]
  }

  /// Whether the sample is one of several of equal text.
  func hasTwins(_ sample: Int) -> Bool {
    let (high, low) = (columns.hashHigh[sample], columns.hashLow[sample])
    return columns.hashHigh.indices.contains {
      $0 != sample && columns.hashHigh[$0] == high && columns.hashLow[$0] == low
    }
  }

  /// Makes the choice again.
  ///
  /// - Parameters:
  ///   - sample: The sample that is looked at.
  ///   - change: What is changed.
  /// - Returns: What becomes of it.
  /// - Throws: What reading vectors throws, or cutting axes.
  func status(of sample: Int, _ change: Change) throws -> ReceiptStatus {
    var recipe = recipe
    var limits = limits
    var ranking = ranking
    var grid = choice.grid
    var ownQuality = choice.quality
    var candidates: [ReceiptStatus]?
    switch change {
    case .budget(let limit): limits = self.limits(upTo: limit)
    case .evenness(let evenness): recipe.evenness = evenness
    case .perCell(let most): recipe.perCell = most
    case .floor(let value):
      recipe.qualityFloor = .value(value)
      candidates = unspent(recipe, quality: choice.quality, twins: textTwins, ranking: ranking)
    case .quality(let value):
      var quality = choice.quality
      quality[sample] = value
      ownQuality = quality
      let twins: [Int32]
      if movesAxes {
        let ground = try groundwork(sample, value, quality: quality)
        (ranking, twins, grid) = (ground.ranking, ground.twins, ground.grid)
      } else {
        ranking = moved(sample, to: value)
        twins =
          hasTwins(sample)
          ? Groundwork.twins(columns: columns, quality: quality, standing: choice.standing)
          : textTwins
      }
      candidates = unspent(recipe, quality: quality, twins: twins, ranking: ranking)
    }
    if let candidates, candidates[sample] != .outranked { return candidates[sample] }
    let purchase = try Purchase(
      columns: columns, ranking: ranking, quality: ownQuality, grid: grid,
      isCandidate: candidates.map { $0.map { $0 == .outranked } }
        ?? choice.archive.cells.map { $0 != EliteArchive.noCell },
      standing: choice.standing, vectors: pool.vectors, limits: limits, recipe: recipe,
      threads: run.request.threads)
    switch purchase.spendings[purchase.spendings.count - 1].outcomes[sample] {
    case .none: return choice.statuses[sample]
    case .selected: return .selected
    case .outranked: return .outranked
    case .capped: return .capped
    case .redundant: return .redundant
    }
  }

  /// What becomes of a candidate once there is budget for all before it, and how many are bought before.
  ///
  /// Goes along the order no further than the candidate: on what comes after it nothing hangs where every
  /// sample costs 1, and what is told by vectors takes its time.
  ///
  /// - Parameter sample: A candidate that is not chosen in any case.
  /// - Returns: Its status, never `outranked`, and the number of those bought.
  /// - Throws: What reading vectors throws.
  func turn(of sample: Int) throws -> (status: ReceiptStatus, boughtBefore: Int) {
    let places = choice.places[sample] > 0 ? choice.places : try allPlaces()
    let own = Int(places[sample])
    var order = [Int32](repeating: 0, count: own)
    var included: [Int32] = []
    for candidate in choice.archive.byQuality {
      // One that was behind the budgets' reach is behind the sample, if that was not.
      let place = places[Int(candidate)] > 0 ? Int(places[Int(candidate)]) : .max
      if place <= own { order[place - 1] = candidate }
      if choice.standing.isIncluded(Int(candidate)) { included.append(candidate) }
    }
    var spender = Spender(
      cells: choice.archive.cells, cellCount: choice.grid.reachableCellCount,
      perCell: recipe.perCell, costs: nil,
      redundancy: try Purchase.redundancy(
        recipe, grid: choice.grid, vectors: pool.vectors, order: order,
        threads: run.request.threads))
    included.sort { places[Int($0)] < places[Int($1)] }
    try spender.take(included)
    let spending = try spender.spend(upTo: .max, along: order)
    switch spending.outcomes[sample] {
    case .selected: return (.selected, spending.selected.count - 1)
    case .capped: return (.capped, spending.selected.count)
    case .redundant: return (.redundant, spending.selected.count)
    case .none, .outranked: preconditionFailure("a budget for all leaves none outranked")
    }
  }

  /// The place of every candidate in the order, worked out to its end.
  private func allPlaces() throws -> [Int32] {
    try Purchase(
      columns: columns, ranking: ranking, quality: choice.quality, grid: choice.grid,
      isCandidate: choice.archive.cells.map { $0 != EliteArchive.noCell },
      standing: choice.standing, vectors: pool.vectors, limits: limits, recipe: recipe,
      threads: run.request.threads, ordersAll: true
    ).places
  }

  /// What becomes of each sample before any is chosen.
  private func unspent(
    _ recipe: Recipe, quality: [Double], twins: [Int32], ranking: [Int32]
  ) -> [ReceiptStatus] {
    var exclusions = Exclusions()
    exclusions.drop(choice.suspects, kinds: recipe.dropped, twins: twins, ranking: ranking)
    var statuses = Choice.statuses(
      quality: quality, twins: twins, standing: choice.standing, exclusions: exclusions,
      missing: recipe.missingQuality,
      floor: Choice.floor(recipe.qualityFloor) { Groundwork.sorted(quality, by: ranking) })
    if let threshold = recipe.nearDuplicates {
      var known = twins
      Choice.removeNearDuplicates(
        threshold, columns: columns, ranking: ranking, standing: choice.standing,
        statuses: &statuses, twins: &known)
    }
    return statuses
  }

  /// The ranking with one sample where another quality, a number, puts it.
  private func moved(_ sample: Int, to value: Double) -> [Int32] {
    var ranking = ranking
    let hash = columns.hashHigh[sample]
    guard let place = ranking.firstIndex(of: Int32(sample)) else { return ranking }
    ranking.remove(at: place)
    let target = partitioningIndex(of: ranking.indices) { place in
      let other = Int(ranking[place])
      let its = choice.quality[other]
      if its.isNaN || its < value { return true }
      if its > value { return false }
      return columns.hashHigh[other] == hash
        ? other > sample : columns.hashHigh[other] > hash
    }
    ranking.insert(Int32(sample), at: target)
    return ranking
  }

  /// All of the ground laid anew, for a quality that is an axis as well.
  private func groundwork(
    _ sample: Int, _ value: Double, quality: [Double]
  ) throws -> Groundwork {
    var columns = columns
    let isNegated = recipe.quality.first.map { $0.weight < 0 } ?? false
    for axis in qualityAxes {
      switch run.plan.places[axis] {
      case .measure(let place): columns.measures[place][sample] = Float(value)
      case .number(let place): columns.numbers[place][sample] = isNegated ? -value : value
      case .tokens, .complexity, .label, .topic, .topics: break
      }
    }
    // What an archive knows of the axes holds for those that neither are nor lie within the quality.
    let known = pool.known.map { known in
      Groundwork.Known(
        ranked: nil, complexitySpread: known.complexitySpread, suspects: known.suspects,
        axes: known.axes.enumerated().map { place, axis in
          let isMoved = qualityAxes.contains(place) || recipe.axes[place].binning == .nested
          return isMoved ? nil : axis
        })
    }
    return try Groundwork(
      columns: columns, sources: pool.sources, quality: quality, standing: choice.standing,
      plan: run.plan, recipe: recipe, cutAxes: pool.cutAxes, known: known,
      threads: run.request.threads)
  }
}
