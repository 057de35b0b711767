public import Reporting
public import Selection

/// Why one sample was or was not chosen, and what would have made it otherwise: facts only, worded by the
/// tool.
public struct Explanation: Sendable {
  /// A sample, as far as an explanation of this or another one tells of it.
  public struct Sample: Sendable {
    /// The path of its source.
    public var source: String
    /// Its line there, from 1.
    public var line: Int
    /// The record's own `id` as JSON text; empty for none.
    public var idText: [UInt8]
    /// What became of it.
    public var status: ReceiptStatus
    /// Its quality; `missing` if it has none, never a label.
    public var quality: Receipt.AxisValue
    /// Its place among the candidates of its cell, from 1, if it may be chosen.
    public var rank: Int?
    /// Its place in the total order, from 1, if it may be chosen and the order was worked out that far.and the order was worked out that far.
    public var order: Int?
  }

  /// A place among others, from 1.
  public struct Place: Sendable, Equatable {
    /// The place.
    public var number: Int
    /// Among how many.
    public var count: Int
  }

  /// Where a sample lies on one axis.
  public struct AxisStanding: Sendable {
    /// The axis's name.
    public var name: String
    /// How the axis is cut, as a manifest says it.
    public var binning: String
    /// The sample's value; on a cvt axis the distance from the centroid.
    public var value: Receipt.AxisValue
    /// Its bin, from 0; on a cvt axis the number of the nearest centroid.
    public var bin: Int
    /// How many bins there are for values: on a nested axis in the sample's parent cell.
    public var binCount: Int
    /// The least value of the bin; `nil` for a bin without a lower end.
    public var low: Receipt.AxisValue?
    /// The least value above the bin; `nil` for a bin without an upper end.
    public var high: Receipt.AxisValue?
    /// Whether the value lies beyond the range that was cut, and so was counted as clipped.
    public var isClipped: Bool
    /// Whether there is no value, so that the sample lies in the bin for that.
    public var isMissing: Bool
    /// On a nested axis the bins of the parent cell.
    public var parent: [Int]?
  }

  /// The cell of the sample.
  public struct Cell: Sendable {
    /// Its bin on each axis.
    public var bins: [Int]
    /// How many samples of the pool lie in it.
    public var sampleCount: Int
    /// How many of them may be chosen.
    public var candidateCount: Int
    /// How many of them are chosen.
    public var selectedCount: Int
  }

  /// The budget that the explanation is about, the recipe's largest.
  public struct SpentBudget: Sendable {
    /// As it was written.
    public var text: String
    /// In what it is counted.
    public var unit: Budget.Unit
    /// The most that might be spent.
    public var limit: Int
    /// What was spent.
    public var spent: Int
  }

  /// The sample itself.
  public var sample: Sample
  /// How many samples the ID names.
  public var matchCount: Int
  /// Why a line is no record, or why the sample is never chosen, or always.
  public var reason: String?
  /// The option that excludes it, without dashes: `exclude`, `exclude-ids` or `drop`.
  public var excludedBy: String?
  /// Whether it is chosen in any case, by `--include-ids`.
  public var isIncluded = false
  /// The better sample that stands in its place.
  public var because: Sample?
  /// The evaluation record that it overlaps with.
  public var evaluation: (source: String, line: Int)?
  /// Its place by quality among all samples that have one; equal ones share the best place.
  public var qualityPlace: Place?
  /// Where it lies on each axis; empty for a rejected line.
  public var axes: [AxisStanding] = []
  /// Its cell; `nil` for a rejected line.
  public var cell: Cell?
  /// How many candidates stand in the total order.
  public var candidateCount: Int
  /// The budget.
  public var budget: SpentBudget
  /// What became of the sample under the recipe's smaller budgets, ascending.
  public var smallerBudgets: [(text: String, status: ReceiptStatus)] = []
  /// The most that one cell may send, if there is a limit.
  public var perCell: Int?
  /// The least quality that may be chosen, if there is a floor.
  public var floor: Double?
  /// The last of its cell in the order that was chosen, where the sample was not.
  public var lastOfCell: Sample?
  /// The last of all in the order that was chosen, where the sample was not.
  public var lastOfOrder: Sample?
  /// What was tried to flip the decision.
  public var changes: [Change] = []

  /// One thing that was changed, all else left as it is, to flip the decision.
  ///
  /// The decision is flipped when a sample that is not chosen is, or one that is chosen is not.
  public struct Change: Sendable {
    /// What is changed; raw values are the names of options.
    public enum Subject: String, Sendable {
      /// The budget, in `SpentBudget.unit`.
      case budget
      /// The sample's own quality, as it ranks.
      case quality
      /// The recipe's evenness.
      case evenness
      /// The most that one cell may send.
      case perCell = "per-cell"
      /// The floor on quality, as a value.
      case floor = "min-quality"
    }

    /// A value, and what becomes of the sample under it: found by making the choice again.
    public struct Trial: Sendable, Equatable {
      /// The value.
      public var value: Double
      /// What becomes of the sample.
      public var status: ReceiptStatus
    }

    /// What is changed.
    public var subject: Subject
    /// What it is now; `nil` for nothing.
    public var present: Double?
    /// The value nearest to the present one that flips the decision; `nil` where none does.
    public var flip: Trial?
    /// The next value towards the present one, which does not flip it; `nil` where there is none.
    public var before: Trial?
    /// Where none flips it, the outermost values that were tried.
    public var furthest: [Trial] = []
    /// Whether no other value can be nearer, or none flips it where that is said; otherwise values
    /// between those that were tried are not known.
    public var isExact: Bool
    /// Whether the axes were cut again with each value, since one of them is the column of quality.
    public var movesAxes = false
  }
}
