/// How far a set's shares of the cells lie from those that were asked for.
///
/// As the divergences of `BalanceMetric`, with another target in the pool's place.
public enum TargetMetric: String, DescribedMetric {
  /// Kullback and Leibler's divergence from the target.
  case divergence = "kl_to_target"
  /// Jensen and Shannon's divergence from the target.
  case jensenShannon = "js_to_target"
  /// The total variation from the target.
  case totalVariation = "tv_to_target"

  /// What the metric says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    let cost = "O(samples + cells) for all of them together"
    let distance = "Says how far the set is from the target, not in what; absent without a target."
    return switch self {
    case .divergence:
      explained(
        "How surprising the set is to one who expects the target's cells.",
        formula: "as kl_to_pool, t the target's shares",
        range: "0 (same shares) … ln(k/l), in nats",
        direction: .lower, source: "Kullback and Leibler 1951", cost: cost,
        blindTo: distance + " Cells of the target that the set lacks count little.")
    case .jensenShannon:
      explained(
        "How far the cells of set and target can be told apart by one draw.",
        formula: "as js_to_pool, t the target's shares",
        range: "0 (same shares) … 1 (no common cell)", direction: .lower, source: "Lin 1991",
        cost: cost, blindTo: distance)
    case .totalVariation:
      explained(
        "The share of the set that would have to lie elsewhere to match the target.",
        formula: "as tv_to_pool, t the target's shares", range: "0 … 1", direction: .lower,
        source: "total variation distance", cost: cost, blindTo: distance)
    }
  }
}

extension CellBalance {
  /// The value of a metric, of a balance that was measured against the target.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it is not defined for the set, or no target was given.
  public subscript(metric: TargetMetric) -> Double? {
    switch metric {
    case .divergence: divergence
    case .jensenShannon: jensenShannon
    case .totalVariation: totalVariation
    }
  }
}
