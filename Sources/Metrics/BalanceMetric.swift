/// The metrics of `CellBalance`, by name; the target of the divergences is the pool.
public enum BalanceMetric: String, DescribedMetric {
  /// N_0, the filled cells.
  case hill0 = "hill_0"
  /// N_1, the effective cells in Shannon's sense.
  case hill1 = "hill_1"
  /// N_2, the effective cells in Simpson's sense.
  case hill2 = "hill_2"
  /// Shannon's entropy over the cells.
  case entropy
  /// Gini's coefficient over the reachable cells.
  case gini
  /// The share of the largest cell.
  case largestShare = "largest_share"
  /// The share of filled cells with one sample.
  case singletonShare = "singleton_share"
  /// Kullback and Leibler's divergence from the pool.
  case divergence = "kl_to_pool"
  /// Jensen and Shannon's divergence from the pool.
  case jensenShannon = "js_to_pool"
  /// The total variation from the pool.
  case totalVariation = "tv_to_pool"

  /// What the metric says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    let cost = "O(samples + reachable cells) for all of them together"
    let distance =
      "Says that the set differs from the pool, not in what, nor whether that is wanted."
    return switch self {
    case .hill0:
      explained(
        "How many cells the set fills: the Hill number of order 0.",
        formula: "#{c : p_c > 0}", range: "1 … reachable cells; none for an empty set",
        direction: .higher, source: "Hill 1973", cost: cost,
        blindTo: "How unevenly they are filled; grows with the size of the set.")
    case .hill1:
      explained(
        "How many equally filled cells would be as diverse as the set: effective cells.",
        formula: "e^H, H = -sum p ln p", range: "1 … hill_0; none for an empty set",
        direction: .higher, source: "Hill 1973", cost: cost,
        blindTo: "Which cells are filled and how near they lie to each other.")
    case .hill2:
      explained(
        "As hill_1, led by the large cells: one over the chance that two draws share a cell.",
        formula: "1 / sum p^2", range: "1 … hill_1; none for an empty set", direction: .higher,
        source: "Simpson 1949; Hill 1973", cost: cost,
        blindTo: "Rare cells, which hardly change it.")
    case .entropy:
      explained(
        "How uncertain the cell of a sample drawn from the set is.",
        formula: "-sum p ln p", range: "0 … ln(reachable cells), in nats; none for an empty set",
        direction: .higher, source: "Shannon 1948", cost: cost,
        blindTo:
          "Mixes how many cells are filled with how evenly; see evenness for the latter alone.")
    case .gini:
      explained(
        "How unequally the set is spread over the reachable cells, empty ones counted.",
        formula: "sum (2i - k - 1) n_(i) / (k sum n), n ascending, i from 1, k reachable cells",
        range: "0 (equal) … 1 - 1/k (all in one); none for an empty set", direction: .lower,
        source: "Gini 1912", cost: cost,
        blindTo: "Small sets cannot be equal: n samples in k > n cells have at least 1 - n/k.")
    case .largestShare:
      explained(
        "The share of the set that lies in its fullest cell.",
        formula: "max p_c", range: "1/k … 1; none for an empty set", direction: .lower,
        source: "Berger and Parker 1970", cost: cost, blindTo: "All cells but one.")
    case .singletonShare:
      explained(
        "The share of filled cells that hold a single sample of the set.",
        formula: "#{c : n_c = 1} / #{c : n_c > 0}", range: "0 … 1; none for an empty set",
        direction: .neither, source: "Good 1953", cost: cost,
        blindTo: "High for a thin even set as for a long tail of accidents.")
    case .divergence:
      explained(
        "How surprising the set is to one who expects the pool's cells.",
        formula: "sum p' ln(p'/t'), x' = (1 - l) x + l/k with l = 1e-6 for both sides",
        range: "0 (same shares) … ln(k/l), in nats; none for an empty set", direction: .neither,
        source: "Kullback and Leibler 1951", cost: cost,
        blindTo: distance + " Cells of the pool that the set lacks count little.")
    case .jensenShannon:
      explained(
        "How far the cells of set and pool can be told apart by one draw.",
        formula: "(KL(p || m) + KL(t || m)) / (2 ln 2), m = (p + t)/2",
        range: "0 (same shares) … 1 (no common cell); none for an empty set", direction: .neither,
        source: "Lin 1991", cost: cost, blindTo: distance)
    case .totalVariation:
      explained(
        "The share of the set that would have to lie elsewhere to match the pool.",
        formula: "sum |p - t| / 2", range: "0 … 1; none for an empty set", direction: .neither,
        source: "total variation distance", cost: cost, blindTo: distance)
    }
  }
}

extension CellBalance {
  /// The value of a metric.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it is not defined for the set, or no target was given.
  public subscript(metric: BalanceMetric) -> Double? {
    switch metric {
    case .hill0: hill0
    case .hill1: hill1
    case .hill2: hill2
    case .entropy: entropy
    case .gini: gini
    case .largestShare: largestShare
    case .singletonShare: singletonShare
    case .divergence: divergence
    case .jensenShannon: jensenShannon
    case .totalVariation: totalVariation
    }
  }
}
