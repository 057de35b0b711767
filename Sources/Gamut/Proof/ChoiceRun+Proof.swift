import Descriptors
import LinearAlgebra
import Metrics
import Numbers
import Parallelism
import Reporting
import Samples
import Selection
import Storage

/// What a choice is told to be worth: how it stands to random ones, and what was required of it.
struct Proof: Sendable {
  /// How it stands to random ones; `nil` where none were drawn.
  var random: RandomProof?
  /// What was required, in the recipe's order.
  var requirements: [RequirementOutcome] = []
}

extension ChoiceRun {
  /// Holds choices against random subsets, and against what the recipe requires.
  ///
  /// - Parameters:
  ///   - choices: The choices of the recipe's budgets.
  ///   - pool: What they were made of.
  ///   - onEvent: Is told of the stage.
  /// - Returns: One proof a choice.
  /// - Throws: What reading vectors and texts throws.
  /// - Complexity: O(n + R m) for R random subsets of m samples each out of n, and what metrics of vectors
  ///   and texts cost that were asked for.
  func proofs(
    of choices: [Choice], pool: Pool, _ onEvent: (Event) -> Void
  ) throws -> [Proof] {
    guard recipe.isProved, !choices.isEmpty else { return choices.map { _ in Proof() } }
    return try watch.time(.prove, onEvent) {
      let proofs = try Prover(self, choices: choices, pool: pool).proofs()
      if recipe.usesVectors { try pool.vectorFile?.checkUnchanged() }
      return proofs
    }
  }
}

extension Recipe {
  /// The metrics that are taken of subset and random ones.
  var provedMetrics: Set<ProofMetric> {
    // Those of columns come in any case, and cost the same whatever is asked for.
    ProofMetric.cheap.union(metrics).union(requirements.map(\.metric))
  }

  /// Whether anything is to be proved.
  var isProved: Bool { randomCount > 0 || !requirements.isEmpty }

  /// Whether vectors are looked at for a proof.
  var provesByVectors: Bool { isProved && provedMetrics.contains(where: \.needsVectors) }

  /// Whether texts are gone through for a proof.
  var provesByTexts: Bool { isProved && provedMetrics.contains(where: \.needsTexts) }
}

/// The sets that choices are held against, and their metrics.
private struct Prover {
  private let run: ChoiceRun
  private let choices: [Choice]
  private let pool: ChoiceRun.Pool
  private let draws: SubsetDraws
  private let sizes: [SubsetDraws.Size]
  private let measures: ColumnMeasures

  private var recipe: Recipe { run.recipe }
  private var count: Int { recipe.randomCount }

  /// A set that is measured.
  private enum Target: Hashable {
    case chosen(Int)
    case drawn(Int, SubsetDraws.Kind, Int)
    case top(Int)
    case pool
  }

  init(_ run: ChoiceRun, choices: [Choice], pool: ChoiceRun.Pool) {
    self.run = run
    self.choices = choices
    self.pool = pool
    let (first, columns) = (choices[0], pool.columns)
    let recipe = run.recipe
    let draws = Slot<(SubsetDraws, sizes: [SubsetDraws.Size])>()
    let measures = Slot<ColumnMeasures>()
    forEachIndex(below: 2, threads: run.request.threads) { job in
      if job == 0 {
        let made = SubsetDraws(
          ranking: first.ranking, isCandidate: first.statuses.map(\.isCandidate),
          included: first.standing.isEmpty
            ? []
            : first.ranking.filter {
              first.standing.isIncluded(Int($0)) && first.statuses[Int($0)].isCandidate
            },
          tokens: recipe.randomCount > 0 ? columns.tokens : [], seed: recipe.seed)
        draws.fill(
          (made, choices.map { made.size(of: $0.spending.selected, tokens: columns.tokens) }))
      } else {
        measures.fill(
          ColumnMeasures(
            choice: first, columns: columns, sizes: choices.map(\.spending.selected.count),
            setCount: 2 * recipe.randomCount + 1))
      }
    }
    (self.draws, sizes) = draws.value
    self.measures = measures.value
  }

  func proofs() throws -> [Proof] {
    let targets = targets()
    let dear = recipe.provedMetrics.filter { !$0.isCheap }
    let tops = targets.contains { if case .top = $0 { true } else { false } } ? try topSets() : []
    let slots = targets.map { _ in Slot<(values: [ProofMetric: Double], members: [Int32])>() }
    let (measures, keepsMembers) = (measures, !dear.isEmpty)
    let sets = SetsToMeasure(
      draws: draws, sizes: sizes, chosen: choices.map { byQuality($0.spending.selected) },
      tops: tops,
      whole: choices[0].ranking)
    forEachIndex(below: targets.count, threads: run.request.threads) { index in
      let members = sets.members(of: targets[index])
      // A set is as large as the subset: many of them are not kept where numbers are enough.
      slots[index].fill((measures.values(of: members), keepsMembers ? members : []))
    }
    var values = slots.map(\.value.values)
    if keepsMembers {
      let found = try measureSets(
        slots.map(\.value.members), of: try measuredPool(),
        metrics: Set(
          dear.compactMap { if case .set(let metric) = $0 { metric } else { nil } }),
        threads: run.request.threads)
      for (index, measures) in found.enumerated() {
        for value in measures.values { values[index][.set(value.metric)] = value.value }
      }
    }
    let all = Dictionary(uniqueKeysWithValues: zip(targets, values))
    return choices.indices.map { proof(of: $0, all) }
  }

  /// A subset in the order of random ones, so that equal sets have equal sums.
  private func byQuality(_ subset: [Int32]) -> [Int32] {
    let quality = choices[0].quality
    return stableSorted(subset) { sample in
      let value = quality[Int(sample)]
      return value.isNaN ? .max : descendingKey(value)
    }
  }

  private func targets() -> [Target] {
    let references = Set(recipe.requirements.map(\.reference))
    var targets: [Target] = references.contains(.pool) ? [.pool] : []
    for place in choices.indices {
      targets.append(.chosen(place))
      if references.contains(.top) { targets.append(.top(place)) }
      for kind in kinds { targets += (0..<count).map { .drawn(place, kind, $0) } }
    }
    return targets
  }

  private var kinds: [SubsetDraws.Kind] { draws.knowsLengths ? [.random, .length] : [.random] }

  /// Hands out the samples of sets, each when it is asked for.
  private struct SetsToMeasure: Sendable {
    let draws: SubsetDraws
    let sizes: [SubsetDraws.Size]
    let chosen: [[Int32]]
    let tops: [[Int32]]
    /// All samples, in an order that does not hang on where they stand, since sums follow it.
    let whole: [Int32]

    func members(of target: Target) -> [Int32] {
      switch target {
      case .chosen(let place): chosen[place]
      case .drawn(let place, let kind, let number):
        draws.subset(kind, number: number, size: sizes[place])
      case .top(let place): tops[place]
      case .pool: whole
      }
    }
  }

  /// What the budgets buy by quality alone, under the same cap and with what is chosen in any case.
  private func topSets() throws -> [[Int32]] {
    let grid = choices[0].grid
    let costs: [UInt32]? =
      switch recipe.budget.unit {
      case .samples: nil
      case .tokens: pool.columns.tokens
      case .bytes: pool.columns.lineByteCounts
      }
    var spender = Spender(
      cells: grid.cells, cellCount: grid.reachableCellCount, perCell: recipe.perCell, costs: costs)
    try spender.take(draws.included)
    return try choices.map { choice in
      try spender.spend(upTo: choice.limit, along: draws.candidates).selected
    }
  }

  private func measuredPool() throws -> MeasuredPool {
    let columns = pool.columns
    var measured = MeasuredPool(
      columns: columns, grid: choices[0].grid, quality: choices[0].quality)
    measured.seed = recipe.seed
    measured.vectors = pool.vectors.map { RowSource($0, count: columns.count) }
    if recipe.provesByTexts {
      measured.texts = TextSource(reader: run.reader, sources: pool.sources)
    }
    return measured
  }

  private func proof(of place: Int, _ all: [Target: [ProofMetric: Double]]) -> Proof {
    let own = all[.chosen(place)] ?? [:]
    let isEmpty = choices[place].spending.selected.isEmpty
    var comparisons: [SubsetDraws.Kind: [ProofMetric: RandomProof.Comparison]] = [:]
    for kind in count > 0 && !isEmpty ? kinds : [] {
      comparisons[kind] = [:]
      for (metric, value) in own {
        let random = (0..<count).compactMap { all[.drawn(place, kind, $0)]?[metric] }
        guard random.count == count else { continue }
        comparisons[kind]?[metric] = RandomProof.Comparison(
          name: metric.name, direction: metric.direction, value: value, random: random)
      }
    }
    func ordered(_ kind: SubsetDraws.Kind) -> [RandomProof.Comparison]? {
      comparisons[kind].map { found in ProofMetric.all.compactMap { found[$0] } }
    }
    var proof = Proof()
    if let random = ordered(.random) {
      let named = recipe.metrics.union(recipe.requirements.map(\.metric))
      proof.random = RandomProof(
        count: count, seed: recipe.seed, samples: choices[place].spending.selected.count,
        subset: ProofMetric.all.compactMap { metric in
          own[metric].map { RandomProof.Value(name: metric.name, value: $0) }
        },
        random: random, randomLength: ordered(.length),
        named: ProofMetric.all.filter(named.contains).map(\.name))
    }
    proof.requirements = recipe.requirements.map { requirement in
      let metric = requirement.metric
      func end(_ kind: SubsetDraws.Kind) -> Double? {
        let interval = comparisons[kind]?[metric]?.interval
        return requirement.relation.asksForMore ? interval?.upperBound : interval?.lowerBound
      }
      let reference: Double? =
        switch requirement.reference {
        case .number(let value): value
        case .random: end(.random)
        case .randomLength: end(.length)
        case .top: all[.top(place)]?[metric]
        case .pool: all[.pool]?[metric]
        }
      let (value, bound) = (own[metric], reference.map { requirement.factor * $0 })
      var isMet = false
      if let value, let bound { isMet = requirement.relation.holds(value, bound) }
      return RequirementOutcome(
        text: requirement.text, metric: metric.name, value: value, bound: bound, isMet: isMet)
    }
    return proof
  }
}

extension ReceiptStatus {
  /// Whether a sample of the status might have been chosen.
  var isCandidate: Bool {
    switch self {
    case .selected, .outranked, .capped, .redundant: true
    case .duplicate, .belowFloor, .excluded, .unscored, .rejected: false
    }
  }
}
