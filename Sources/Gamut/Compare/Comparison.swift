public import Metrics
public import Reporting

/// Sets side by side: metrics, cells, and what each lacks.
public struct Comparison: Sendable {
  /// The part of an axis that a cell lies in.
  public enum AxisPart: Sendable, Equatable {
    /// From a value up to, and without, another; `nil` for no end.
    case range(low: Double?, high: Double?)
    /// A label.
    case label(String)
    /// The samples without a value.
    case missing
    /// One of so many Voronoi cells.
    case centroid(Int, count: Int)
  }

  /// A cell with what each set has in it.
  public struct Cell: Sendable {
    /// Its bin on each axis.
    public var bins: [Int]
    /// What that is, in the order of the axes.
    public var parts: [AxisPart]
    /// How many samples each set has there.
    public var counts: [Int]
    /// The mean quality of each set there; `nil` for a set without a scored sample.
    public var quality: [Double?]
    /// How many samples the pool has there.
    public var poolCount: Int
  }

  /// How a set's cells differ from those of the first set.
  public struct CellChanges: Sendable {
    /// Cells that the first set fills too, where this one has the most of its share more.
    public var more: [Cell]
    /// Cells that this set fills too, where it has the most of its share less.
    public var fewer: [Cell]
    /// Cells of which this set alone of the two has samples, largest first, and how many there are.
    public var onlyHere: [Cell]
    /// How many there are.
    public var onlyHereCount: Int
    /// Cells that the first set alone fills, largest first.
    public var onlyInFirst: [Cell]
    /// How many there are.
    public var onlyInFirstCount: Int
    /// Cells where mean quality is higher than in the first set, largest gain first.
    public var gains: [Cell]
    /// Cells where it is lower, largest loss first.
    public var losses: [Cell]
    /// How many cells both fill.
    public var sharedCount: Int
    /// In how many of them quality is higher, and lower, than in the first set.
    public var gainCount: Int
    /// In how many it is lower.
    public var lossCount: Int
  }

  /// A sample that shows what belongs in a cell.
  public struct Example: Sendable, Equatable {
    /// Its prompt, or its text where there is none.
    public var prompt: String
    /// Where it stands.
    public var source: String
    /// Its line there, from 1.
    public var line: Int
    /// Whether it lies in a neighbouring cell, and not in the cell itself.
    public var isNeighbour: Bool
  }

  /// A cell of which a set has too little.
  public struct Demand: Sendable {
    /// The cell.
    public var cell: Cell
    /// How many samples the set would have there if it followed the others.
    public var wanted: Int
    /// How many it has.
    public var present: Int
    /// What such samples are like.
    public var examples: [Example]
  }

  /// The sets' names.
  public var names: [String]
  /// What each measures.
  public var measures: [SetMeasures]
  /// What was asked for.
  public var metrics: Set<SetMetric>
  /// The axes' names.
  public var axes: [String]
  /// How many cells the pool reaches.
  public var reachableCells: Int
  /// For each set but the first, how its cells differ from those of the first.
  public var changes: [CellChanges]
  /// For each set what it lacks, most first; empty where that was not asked for.
  public var demands: [[Demand]]
  /// How many cells each set lacks or is short of.
  public var demandCounts: [Int]
  /// What a reader should know.
  public var notes: [SetNote]
  /// Seconds by stage, and at last the total.
  public var timing: [StageTime]

  /// Whether a difference from the first set is for the better.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - set: The set's place.
  /// - Returns: `nil` where the metric says of neither way that it is better, where either has no value, and
  ///   for no difference.
  public func isBetter(_ metric: SetMetric, in set: Int) -> Bool? {
    guard let difference = difference(metric, in: set), difference != 0 else { return nil }
    switch metric.explanation.direction {
    case .higher: return difference > 0
    case .lower: return difference < 0
    case .neither: return nil
    }
  }

  /// The value of a metric less that of the first set.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - set: The set's place.
  /// - Returns: `nil` where either has none.
  public func difference(_ metric: SetMetric, in set: Int) -> Double? {
    guard let first = measures[0][metric], let own = measures[set][metric] else { return nil }
    return own - first
  }
}
