import Glibc

/// How much quality a set gave up for what else it was chosen by.
public struct QualityMetrics: Sendable, Equatable {
  /// The mean of the pool's n best less the mean of the set's n qualities, in the unit of quality.
  ///
  /// 0 for what `top` would choose, never negative for a set of the pool; `nil` where no sample of the set
  /// has a quality, or the set has more than the pool.
  public var qualityRegret: Double?
  /// The share of the pool's QD-score that the set keeps; 0 … 1 where no quality is negative.
  ///
  /// `nil` where either has no QD-score or the pool's is not above 0.
  public var eliteRetention: Double?

  /// Measures a set.
  ///
  /// - Parameters:
  ///   - sortedPool: The finite qualities of all samples of the pool, ascending.
  ///   - sortedSet: Those of the set.
  ///   - poolCells: The measures over the cells of the pool.
  ///   - setCells: Those of the set, over the same cells.
  /// - Complexity: O(n) for n samples of the set.
  public init(
    sortedPool: [Double], sortedSet: [Double], poolCells: CellMetrics, setCells: CellMetrics
  ) {
    qualityRegret = Self.regret(sortedPool: sortedPool, sortedSet: sortedSet)
    // Of the normalised scores, which are numbers where the scores themselves leave the doubles.
    if let whole = poolCells.normalizedQDScore, whole > 0, let kept = setCells.normalizedQDScore {
      let ratio = kept / whole
      eliteRetention = ratio.isFinite ? ratio : nil
    }
  }

  /// The mean of the pool's best less that of the set.
  ///
  /// - Parameters:
  ///   - sortedPool: The finite qualities of all samples of the pool, ascending.
  ///   - sortedSet: Those of the set.
  /// - Returns: `nil` for an empty set or one larger than the pool, and where the difference is larger
  ///   than any double.
  /// - Complexity: O(n) for n samples of the set.
  public static func regret(sortedPool: [Double], sortedSet: [Double]) -> Double? {
    let count = sortedSet.count
    guard count > 0, sortedPool.count >= count else { return nil }
    let best = sortedPool[(sortedPool.count - count)...]
    // Pair by pair, none of which is negative for a subset: no difference of large sums. Halved and
    // divided first, so that neither a difference nor the sum leaves the doubles before the end.
    var sum = 0.0
    for (one, other) in zip(best, sortedSet) { sum += (one / 2 - other / 2) / Double(count) }
    let regret = 2 * sum
    return regret.isFinite ? regret : nil
  }
}

/// The metrics of `QualityMetrics`, by name.
public enum QualityMetric: String, DescribedMetric {
  /// What the set's mean lacks to that of the best.
  case qualityRegret = "quality_regret"
  /// The share of the pool's QD-score that the set keeps.
  case eliteRetention = "elite_retention"

  /// What the metric says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    switch self {
    case .qualityRegret:
      explained(
        "How much mean quality was given up against taking the best of the pool.",
        formula: "mean of the pool's n best - mean of the set, n its samples with a quality",
        range: "0 (the best themselves) … the spread of quality, in its unit", direction: .lower,
        source: "regret against the best choice, of the method 'top'", cost: "O(samples)",
        blindTo: "What the loss bought; and whether the quality column means anything.")
    case .eliteRetention:
      explained(
        "How much of the pool's QD-score the set keeps.",
        formula: "qd_score(set) / qd_score(pool)",
        range: "0 … 1 for quality of at least 0; none where the pool's is not above 0",
        direction: .higher, source: "Pugh, Soros and Stanley 2016, as a share",
        cost: "O(1) after qd_score",
        blindTo:
          "All but the best sample of a cell; leaving out cells of negative quality raises it.")
    }
  }
}

extension QualityMetrics {
  /// The value of a metric.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it is not defined for the set.
  public subscript(metric: QualityMetric) -> Double? {
    switch metric {
    case .qualityRegret: qualityRegret
    case .eliteRetention: eliteRetention
    }
  }
}
