import JSON
import Metrics
import Reporting

/// What a tuning found: what every configuration is worth, which of them are best, and which is recommended.
public struct Tuning: Sendable {
  /// A configuration with what was measured of it.
  public struct Trial: Sendable {
    /// The grid and the policy.
    public var configuration: TuningConfiguration
    /// How many cells the grid might have.
    public var cells: Double
    /// How many of them the pool reaches.
    public var reachableCells: Int
    /// One list a fold on which it was measured, one value an objective.
    public var folds: [[Double?]]
    /// The mean of each objective; `nil` where it is not defined.
    public var values: [FoldMean?]
    /// Whether no other is at least as good in all objectives of the front and better in one.
    public var isOnFront = false
    /// The last rung that it reached, from 1.
    public var rung: Int
    /// How far it lies from the ideal, see `TradeOff`; `nil` for one that did not reach the last rung.
    public var distance: Double?
  }

  /// The pool's files, or the archive.
  public var paths: [String]
  /// How many samples the pool has.
  public var samples: Int
  /// The budget as it was written, its unit and what it comes to.
  public var budget: (text: String, unit: String, limit: Int)
  /// What randomness started from.
  public var seed: UInt64
  /// How many folds there are.
  public var foldCount: Int
  /// The objectives.
  public var objectives: [TuningObjective]
  /// The places of those that make the front.
  public var frontObjectives: [Int]
  /// The configurations, the default first.
  public var trials: [Trial]
  /// How many rungs there were; with more than one some configurations were left early.
  public var rungCount: Int
  /// What quality alone reaches of each objective.
  public var top: [FoldMean?]
  /// What chance reaches of each.
  public var random: [FoldMean?]
  /// The place of the recommended configuration.
  public var recommended = 0
  /// In how many cases the same is recommended when one fold is left out.
  public var agreement = 0
  /// What was asked of the recommended configuration.
  public var preferences: [TuningPreference] = []
  /// What a user should know.
  public var warnings: [String] = []

  /// The recommended configuration.
  public var best: Trial { trials[recommended] }
  /// The places of the front, best quality first.
  public var front: [Int] {
    trials.indices.filter { trials[$0].isOnFront }.sorted { one, other in
      let (left, right) = (trials[one].values[0]?.mean ?? 0, trials[other].values[0]?.mean ?? 0)
      return left != right ? left > right : one < other
    }
  }
}

extension Tuning {
  /// The value of each front objective of a configuration, larger being better; `nil` where one is missing.
  private func point(_ trial: Trial, leavingOut fold: Int?) -> [Double]? {
    var point: [Double] = []
    for place in frontObjectives {
      let values = trial.folds.enumerated().filter { $0.offset != fold }.compactMap {
        $0.element[place]
      }
      guard values.count == trial.folds.count - (fold == nil ? 0 : 1), let mean = FoldMean(values)
      else { return nil }
      point.append(objectives[place].direction == .lower ? -mean.mean : mean.mean)
    }
    return point
  }

  /// Finds the front and the recommended configuration.
  ///
  /// - Throws: `GamutError.noConfigurationPreferred` where none keeps all bounds.
  mutating func decide() throws(GamutError) {
    let finalists = trials.indices.filter { trials[$0].rung == rungCount }
    let chosen = try choice(among: finalists, leavingOut: nil)
    for (place, distance) in zip(chosen.eligible, chosen.distances) {
      trials[place].distance = rounded(distance)
    }
    for place in chosen.front { trials[place].isOnFront = true }
    recommended = chosen.place
    agreement = 0
    for fold in 0..<foldCount {
      if let other = try? choice(among: finalists, leavingOut: fold), other.place == recommended {
        agreement += 1
      }
    }
  }

  /// What is recommended of some configurations.
  private func choice(
    among finalists: [Int], leavingOut fold: Int?
  ) throws(GamutError) -> (place: Int, front: [Int], eligible: [Int], distances: [Double]) {
    let pairs = finalists.compactMap { place in
      point(trials[place], leavingOut: fold).map { (place, $0) }
    }
    let (eligible, points) = (pairs.map(\.0), pairs.map(\.1))
    guard !eligible.isEmpty else { return (0, [], [], []) }
    let dominators = TradeOff.dominatorCounts(points)
    let front = points.indices.filter { dominators[$0] == 0 }
    let kept = try keeping(Array(points.indices), eligible: eligible)
    // The knee is that of the part of the front that the bounds leave: what dominates one that keeps them in
    // the objectives they are about keeps them as well.
    let keptDominators = TradeOff.dominatorCounts(kept.map { points[$0] })
    let keptFront = kept.indices.filter { keptDominators[$0] == 0 }.map { kept[$0] }
    let distances = TradeOff.distances(points, front: keptFront)
    let best = preferredObjective
    func precedes(_ one: Int, _ other: Int) -> Bool {
      if let best {
        let (left, right) = (
          trials[eligible[one]].values[best]?.mean, trials[eligible[other]].values[best]?.mean
        )
        if left != right {
          guard let left, let right else { return left != nil }
          return objectives[best].isBetter(left, than: right)
        }
      }
      let (left, right) = (rounded(distances[one]), rounded(distances[other]))
      if left != right { return left < right }
      let (first, second) = (trials[eligible[one]], trials[eligible[other]])
      if first.reachableCells != second.reachableCells {
        return first.reachableCells < second.reachableCells
      }
      return eligible[one] < eligible[other]
    }
    let candidates = best == nil ? keptFront : kept
    guard let place = candidates.min(by: precedes) else { return (0, [], [], []) }
    return (eligible[place], front.map { eligible[$0] }, eligible, distances)
  }

  /// The place of the objective that decides in place of the knee.
  private var preferredObjective: Int? {
    preferences.lazy.compactMap { preference -> Int? in
      guard case .best(let name) = preference else { return nil }
      return objectives.firstIndex { $0.name == name }
    }.first
  }

  /// Those that keep all bounds.
  private func keeping(
    _ points: [Int], eligible: [Int]
  ) throws(GamutError) -> [Int] {
    var kept = points
    for preference in preferences {
      guard case .bound(let bound) = preference,
        let place = objectives.firstIndex(where: { $0.name == bound.objective })
      else { continue }
      let limit = self.limit(of: bound, objective: place)
      let left = kept.filter { index in
        guard let limit, let value = trials[eligible[index]].values[place]?.mean else {
          return false
        }
        return bound.relation.holds(value, limit)
      }
      if left.isEmpty {
        let values = kept.compactMap { trials[eligible[$0]].values[place]?.mean }
        throw .noConfigurationPreferred(
          text: bound.text, objective: bound.objective, bound: limit,
          best: bound.relation.asksForMore ? values.max() : values.min(),
          among: kept.count, of: points.count)
      }
      kept = left
    }
    return kept
  }

  /// What a bound comes to: of chance the end of its interval, as a requirement has it.
  private func limit(of bound: TuningBound, objective place: Int) -> Double? {
    switch bound.reference {
    case .number(let value): return bound.factor * value
    case .top: return top[place].map { bound.factor * $0.mean }
    case .random:
      guard let chance = random[place] else { return nil }
      let end =
        bound.relation.asksForMore ? chance.interval?.upperBound : chance.interval?.lowerBound
      return bound.factor * (end ?? chance.mean)
    case .randomLength, .pool: return nil
    }
  }

  /// By how much one configuration exceeds another in an objective, fold by fold.
  ///
  /// - Parameters:
  ///   - one: The place of a configuration.
  ///   - other: The place of another.
  ///   - objective: The place of the objective.
  /// - Returns: The mean of the differences; `nil` where no fold has both.
  public func difference(_ one: Int, from other: Int, in objective: Int) -> FoldMean? {
    FoldMean(
      zip(trials[one].folds, trials[other].folds).compactMap { left, right in
        guard let left = left[objective], let right = right[objective] else { return nil }
        return left - right
      })
  }
}
