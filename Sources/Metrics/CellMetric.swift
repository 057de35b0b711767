/// The metrics of `CellMetrics`, by name.
public enum CellMetric: String, DescribedMetric {
  /// How many cells the set fills.
  case cells
  /// Filled cells over all cells of the grid.
  case coverage
  /// Filled cells over those that the pool reaches.
  case reachableCoverage = "reachable_coverage"
  /// Pielou's evenness over the filled cells.
  case evenness
  /// The sum of the best quality of each filled cell.
  case qdScore = "qd_score"
  /// The QD-score over the number of reachable cells.
  case normalizedQDScore = "normalized_qd_score"

  /// What the metric says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    let cost = "O(samples + reachable cells), shared by all six"
    return switch self {
    case .cells:
      explained(
        "How many cells hold at least one sample of the set.",
        formula: "#{c : n_c > 0}", range: "0 … reachable cells", direction: .higher,
        source: "Mouret and Clune 2015 (MAP-Elites)", cost: cost,
        blindTo:
          "How many samples a cell has and how good they are; grows with the size of the set.")
    case .coverage:
      explained(
        "The share of the grid's cells that the set fills.",
        formula: "cells / all cells of the grid", range: "0 … 1, a share and no percentage",
        direction: .higher, source: "Mouret and Clune 2015 (MAP-Elites)", cost: cost,
        blindTo: "Cells that the pool itself cannot fill count as missing, so it is rarely near 1.")
    case .reachableCoverage:
      explained(
        "The share of the cells filled by the pool that the set fills too.",
        formula: "cells / cells with a sample of the pool", range: "0 … 1", direction: .higher,
        source: "coverage, over what can be covered", cost: cost,
        blindTo: "What the pool itself lacks; grows with the size of the set.")
    case .evenness:
      explained(
        "How evenly the set lies over the cells that it fills.",
        formula: "H / ln(cells), H = -sum p ln p; 1 for a single cell",
        range: "0 … 1; none for an empty set", direction: .higher, source: "Pielou 1966",
        cost: cost,
        blindTo: "Empty cells: a set in two cells, half in each, is perfectly even.")
    case .qdScore:
      explained(
        "The best quality of every filled cell, added up.",
        formula: "sum over filled cells of max quality, no offset",
        range: "the unit of quality; meaningful for quality of at least 0", direction: .higher,
        source: "Pugh, Soros and Stanley 2016", cost: cost,
        blindTo: "All but the best sample of a cell; negative quality lowers it for a cell filled.")
    case .normalizedQDScore:
      explained(
        "The mean best quality over the reachable cells, an empty one counting 0.",
        formula: "qd_score / reachable cells",
        range: "the unit of quality", direction: .higher,
        source: "Pugh, Soros and Stanley 2016, over what can be covered", cost: cost,
        blindTo: "As qd_score; and 0 is the worst only where no quality is negative.")
    }
  }
}

extension CellMetrics {
  /// The value of a metric.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: `nil` where it is not defined for the set.
  public subscript(metric: CellMetric) -> Double? {
    switch metric {
    case .cells: Double(cells)
    case .coverage: coverage
    case .reachableCoverage: reachableCoverage
    case .evenness: evenness
    case .qdScore: qdScore
    case .normalizedQDScore: normalizedQDScore
    }
  }
}
