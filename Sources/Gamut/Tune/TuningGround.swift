import Descriptors
import EliteArchive
import LinearAlgebra
import Numbers
import Reporting
import Selection

/// What all trials of a tuning stand on: the pool with who may be chosen of it, its folds, and what each
/// budget of a part of it comes to.
struct TuningGround: Sendable {
  let recipe: Recipe
  let plan: ReadingPlan
  let pool: ChoiceRun.Pool
  let quality: [Double]
  let standing: Standing
  /// All samples, best quality first.
  let ranking: [Int32]
  let isCandidate: [Bool]
  let candidateCount: Int
  /// The fold of each sample, told by its content: samples of equal text share one.
  let folds: [UInt8]
  let foldCount: Int
  /// The most that may be spent on the whole pool.
  let limit: Int
  let threads: Int
  /// What was found of the suspects and twins, as a choice has it.
  let ground: Groundwork

  /// - Throws: `GamutError.tooFewToTune`, `nothingToTune`; as `Choice.all` does for what comes before the
  ///   budget is spent.
  init(
    _ pool: ChoiceRun.Pool, plan: ReadingPlan, recipe: Recipe, foldCount: Int, threads: Int
  ) throws {
    let columns = pool.columns
    self.pool = pool
    self.plan = plan
    self.recipe = recipe
    self.foldCount = foldCount
    self.threads = threads
    standing = try Standing(columns: columns, sources: pool.sources, recipe: recipe)
    quality = try Scores(of: columns, sources: pool.sources, plan: plan, recipe: recipe).values
    // No axes: those are cut for each grid that is tried.
    var bare = (recipe: recipe, plan: plan, known: pool.known)
    bare.recipe.axes = []
    bare.plan.places = []
    bare.known?.axes = []
    ground = try Groundwork(
      columns: columns, sources: pool.sources, quality: quality, standing: standing,
      plan: bare.plan, recipe: bare.recipe, cutAxes: [], known: bare.known, threads: threads)
    ranking = ground.ranking
    let (ground, quality) = (ground, quality)
    var exclusions = Exclusions()
    exclusions.drop(
      ground.suspects, kinds: recipe.dropped, twins: ground.twins, ranking: ground.ranking)
    var statuses = Choice.statuses(
      quality: quality, twins: ground.twins, standing: standing, exclusions: exclusions,
      missing: recipe.missingQuality,
      floor: Choice.floor(recipe.qualityFloor) { ground.sorted(quality) })
    if let threshold = recipe.nearDuplicates {
      var twins = ground.twins
      Choice.removeNearDuplicates(
        threshold, columns: columns, ranking: ranking, standing: standing, statuses: &statuses,
        twins: &twins)
    }
    isCandidate = statuses.map { $0 == .outranked }
    candidateCount = isCandidate.count(where: \.self)
    limit = recipe.budget.limit(poolSampleCount: columns.count)
    let (seed, count) = (mixed(0x666F_6C64_7300, seed: recipe.seed), UInt64(foldCount))
    folds = columns.hashHigh.map { UInt8(truncatingIfNeeded: mixed($0, seed: seed) % count) }
    try check()
  }

  /// Checks that there is something to tune: every fold holds something out and leaves something, and the
  /// budget does not buy all.
  private func check() throws {
    var counts = [Int](repeating: 0, count: foldCount)
    for sample in folds.indices where isCandidate[sample] { counts[Int(folds[sample])] += 1 }
    guard candidateCount >= TuneRequest.leastCandidatesPerFold * foldCount,
      counts.allSatisfy({ $0 > 0 })
    else {
      throw GamutError.tooFewToTune(
        candidates: candidateCount, folds: foldCount,
        least: TuneRequest.leastCandidatesPerFold * foldCount)
    }
    let cost = cost(ofAll: nil)
    guard limit > 0, cost > limit else {
      throw GamutError.nothingToTune(
        budget: recipe.budgetText, limit: limit, cost: cost, unit: recipe.budget.unit)
    }
  }

  /// What each sample costs; `nil` where every one costs 1.
  var costs: [UInt32]? {
    switch recipe.budget.unit {
    case .samples: nil
    case .tokens: pool.columns.tokens
    case .bytes: pool.columns.lineByteCounts
    }
  }

  /// What all candidates cost, or all outside a fold.
  private func cost(ofAll fold: Int?) -> Int {
    let costs = costs
    return isCandidate.indices.reduce(0) { sum, sample in
      guard isCandidate[sample], fold.map({ Int(folds[sample]) != $0 }) ?? true else { return sum }
      return sum + (costs.map { Int($0[sample]) } ?? 1)
    }
  }

  /// The candidates of a fold, ascending.
  func heldOut(_ fold: Int) -> [Int32] {
    isCandidate.indices.filter { isCandidate[$0] && Int(folds[$0]) == fold }
      .map { Int32(truncatingIfNeeded: $0) }
  }

  /// What may be chosen, and how much of it.
  struct Part: Sendable {
    /// The fold that is held out; `nil` for the whole pool.
    var fold: Int?
    var isCandidate: [Bool]
    /// What may be chosen, best quality first.
    var ranking: [Int32]
    /// The most that may be spent: of the budget the share that the part has of what all candidates cost.
    var limit: Int
  }

  /// The whole pool, or the pool without a fold.
  ///
  /// Pool and budget shrink alike, so that a choice stays as strict as it is to be.
  func part(without fold: Int?) -> Part {
    guard let fold else {
      return Part(
        fold: nil, isCandidate: isCandidate, ranking: ranking.filter { isCandidate[Int($0)] },
        limit: limit)
    }
    var left = isCandidate
    for sample in left.indices where Int(folds[sample]) == fold { left[sample] = false }
    let share = Double(cost(ofAll: fold)) / Double(cost(ofAll: nil))
    var limit = max(1, Int((Double(limit) * share).rounded(.down)))
    if !standing.included.isEmpty {
      // What is always chosen fits in any case.
      let costs = costs
      let included = left.indices.reduce(0) { sum, sample in
        guard left[sample], standing.isIncluded(sample) else { return sum }
        return sum + (costs.map { Int($0[sample]) } ?? 1)
      }
      limit = max(limit, included)
    }
    return Part(
      fold: fold, isCandidate: left, ranking: ranking.filter { left[Int($0)] }, limit: limit)
  }
}

extension TuneRequest {
  /// How many candidates there have to be for each fold.
  public static let leastCandidatesPerFold = 10
}

extension TuningGround {
  /// A grid over the pool with what the policies choose from it.
  struct Cells: Sendable {
    let grid: Grid
    /// The candidates of a part by their cells; `nil` where choices need more than the first of an order.
    let ranked: RankedCells?
  }

  /// Lays a grid over a part.
  func cells(_ axes: [Groundwork.BinnedAxis], of part: Part) -> Cells {
    let grid = Grid(
      axes: axes.map(\.axis), bins: axes.map(\.bins), sampleCount: pool.columns.count)
    return Cells(
      grid: grid,
      ranked: isSimple
        ? RankedCells(
          cells: grid.cells, cellCount: grid.reachableCellCount, ranking: part.ranking) : nil)
  }

  /// Whether a choice without a bound of redundancy is told by the first of the order alone.
  private var isSimple: Bool {
    recipe.budget.unit == .samples && recipe.perCell == nil && standing.included.isEmpty
  }

  /// Chooses from a part.
  ///
  /// - Parameters:
  ///   - policy: Evenness, greed and redundancy.
  ///   - cells: The grid.
  ///   - part: What may be chosen.
  /// - Returns: What the budget buys, in the order in which it is bought.
  /// - Throws: What reading vectors throws, where redundancy is told by them.
  func choose(
    by policy: TuningConfiguration, from cells: Cells, of part: Part
  ) throws -> [Int32] {
    if let ranked = cells.ranked, policy.redundancy == nil {
      return ranked.leading(part.limit, evenness: policy.evenness, greed: policy.greed)
    }
    var recipe = recipe
    recipe.evenness = policy.evenness
    recipe.greed = policy.greed
    recipe.redundancy = policy.redundancy
    return try Purchase(
      columns: pool.columns, ranking: ranking, quality: quality, grid: cells.grid,
      isCandidate: part.isCandidate, standing: standing, vectors: pool.vectors,
      limits: [part.limit], recipe: recipe, threads: 1
    ).spendings[0].selected
  }

  /// Chooses from a part by quality alone, and what is always chosen first.
  func chooseBest(of part: Part) throws -> [Int32] {
    try spend(along: part.ranking, of: part)
  }

  /// Chooses from a part by chance, and what is always chosen first.
  func chooseAtRandom(of part: Part) throws -> [Int32] {
    let seed = mixed(UInt64(part.fold ?? 0), seed: mixed(0x72_616E_646F_6D00, seed: recipe.seed))
    let hashes = pool.columns.hashHigh
    return try spend(along: shuffled(part.ranking, seed: seed) { hashes[Int($0)] }, of: part)
  }

  private func spend(along order: [Int32], of part: Part) throws -> [Int32] {
    var spender = Spender(
      cells: [Int32](repeating: 0, count: folds.count), cellCount: 1, perCell: nil, costs: costs)
    if !standing.included.isEmpty {
      try spender.take(order.filter { standing.isIncluded(Int($0)) })
    }
    return try spender.spend(upTo: part.limit, along: order).selected
  }
}
