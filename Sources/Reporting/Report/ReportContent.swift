public import JSON

/// What the page of a report shows: facts and numbers, texts as they came, no markup.
public struct ReportContent: Sendable {
  /// What is shown.
  public enum Kind: String, Sendable {
    /// An archive, with a choice from it or without.
    case archive
    /// A subset with the pool that it was chosen from.
    case subset
    /// A run that tried many recipes.
    case tuning
  }

  /// What is shown.
  public var kind: Kind
  /// Its path.
  public var name: String
  /// The version of Gamut that makes the page.
  public var version: String
  /// The pool in its cells; `nil` for a tuning run.
  public var archive: ReportArchive?
  /// The configurations that were tried; `nil` for all else.
  public var tuning: ReportTuning?
  /// What a reader should know, in sentences.
  public var notes: [String] = []
  /// Seconds by stage, and at last the total; no part of the page.
  public var timing: [StageTime] = []

  /// Begins a report.
  ///
  /// - Parameters:
  ///   - kind: What is shown.
  ///   - name: Its path.
  ///   - version: The version of Gamut.
  public init(kind: Kind, name: String, version: String) {
    self.kind = kind
    self.name = name
    self.version = version
  }
}

/// A pool in its cells, and what was chosen from it, if anything was.
public struct ReportArchive: Sendable {
  /// An axis with what its bins are.
  public struct Axis: Sendable {
    /// The axis's name.
    public var name: String
    /// How it was cut, by the name in the manifest.
    public var binning: String
    /// How many bins hold values.
    public var valueBins: Int
    /// How many samples have no value; they have the bin after the last, where there are any.
    public var missing: Int
    /// The inner edges of a numeric axis that is not nested, ascending.
    public var edges: [Double]
    /// The labels of a category, one a bin.
    public var labels: [String]
    /// Words that tell the samples with the lowest values from the others, the most telling first.
    public var lowWords: [String] = []
    /// The same for the highest values.
    public var highWords: [String] = []
    /// The telling words of each Voronoi cell; none for other axes.
    public var binWords: [[String]] = []
    /// The first two components of each centroid, scaled to 0…1 each; none for other axes.
    public var points: [(x: Double, y: Double)] = []

    /// How many bins there are, the one of missing values included.
    public var bins: Int { valueBins + (missing > 0 ? 1 : 0) }

    /// Describes an axis.
    ///
    /// - Parameters:
    ///   - name: The axis's name.
    ///   - binning: How it was cut.
    ///   - valueBins: How many bins hold values, at least 1.
    ///   - missing: How many samples have no value.
    ///   - edges: The inner edges.
    ///   - labels: The labels of a category.
    public init(
      name: String, binning: String, valueBins: Int, missing: Int, edges: [Double],
      labels: [String]
    ) {
      self.name = name
      self.binning = binning
      self.valueBins = valueBins
      self.missing = missing
      self.edges = edges
      self.labels = labels
    }
  }

  /// A cell that holds at least one sample.
  public struct Cell: Sendable {
    /// Its bin on each axis.
    public var bins: [Int]
    /// How many samples it holds.
    public var count: Int
    /// How many of them have a quality.
    public var scored: Int
    /// The mean of these; `nil` for none.
    public var quality: Double?
    /// How many samples were chosen.
    public var chosen = 0
    /// What its claim alone would buy of what was spent; `nil` where claims play no part.
    public var claim: Double?

    /// Describes a cell.
    ///
    /// - Parameters:
    ///   - bins: Its bin on each axis.
    ///   - count: How many samples it holds.
    ///   - scored: How many of them have a quality.
    ///   - quality: The mean of these.
    public init(bins: [Int], count: Int, scored: Int, quality: Double?) {
      self.bins = bins
      self.count = count
      self.scored = scored
      self.quality = quality
    }
  }

  /// A sample that is shown.
  public struct Sample: Sendable {
    /// The place of its cell.
    public var cell: Int
    /// What became of it.
    public var status: ReceiptStatus
    /// Its place in its cell; `nil` for one that may not be chosen.
    public var rank: Int?
    /// Its place in the total order.
    public var order: Int?
    /// Its quality; `nil` for none.
    public var quality: Double?
    /// The place of its source in `sources`.
    public var source: Int
    /// Its line there, from 1.
    public var line: Int
    /// Its own id; empty for none.
    public var id = ""
    /// What the user says, cut where it is long.
    public var prompt = ""
    /// What is answered, cut where it is long.
    public var answer = ""
    /// Where the better twin or the evaluation record stands, if there is one.
    public var because: String?
    /// Why it is never chosen, or always.
    public var reason: String?

    /// Describes a sample.
    ///
    /// - Parameters:
    ///   - cell: The place of its cell.
    ///   - status: What became of it.
    ///   - source: The place of its source.
    ///   - line: Its line there.
    public init(cell: Int, status: ReceiptStatus, source: Int, line: Int) {
      self.cell = cell
      self.status = status
      self.source = source
      self.line = line
    }
  }

  /// How a measure is spread over sets.
  public struct Spread: Sendable {
    /// The measure's name.
    public var name: String
    /// The bounds of the bars, ascending, one more than there are bars.
    public var bounds: [Double]
    /// Whether the bounds are even in the logarithm.
    public var isLogarithmic: Bool
    /// The sets: what each is called, how many of its samples have a value, the share of these in each bar, and
    /// the mean.
    public var sets: [(name: String, count: Int, shares: [Double], mean: Double)]

    /// Describes a spread.
    ///
    /// - Parameters:
    ///   - name: The measure's name.
    ///   - bounds: The bounds of the bars.
    ///   - isLogarithmic: Whether the bounds are even in the logarithm.
    ///   - sets: The sets.
    public init(
      name: String, bounds: [Double], isLogarithmic: Bool,
      sets: [(name: String, count: Int, shares: [Double], mean: Double)]
    ) {
      self.name = name
      self.bounds = bounds
      self.isLogarithmic = isLogarithmic
      self.sets = sets
    }
  }

  /// A cell that has less than it should.
  public struct Demand: Sendable {
    /// The place of the cell.
    public var cell: Int
    /// How many samples it would have.
    public var wanted: Int
    /// How many it has.
    public var present: Int

    /// Describes a demand.
    ///
    /// - Parameters:
    ///   - cell: The place of the cell.
    ///   - wanted: How many samples it would have.
    ///   - present: How many it has.
    public init(cell: Int, wanted: Int, present: Int) {
      self.cell = cell
      self.wanted = wanted
      self.present = present
    }
  }

  /// Whether something was chosen.
  public var hasChoice: Bool { !budget.isEmpty }
  /// The budget as it was written; empty where nothing was chosen.
  public var budget = ""
  /// The record of the choice, without what the clock said.
  public var manifest: Manifest
  /// The manifest as it stands beside a subset; `nil` where none does.
  public var writtenManifest: JSONValue?
  /// The axes, in the recipe's order.
  public var axes: [Axis]
  /// The cells in the order of their bins, first axis first.
  public var cells: [Cell]
  /// How many cells the grid has: more than `cells`, which then are those of its first axes, where these would
  /// be too many for a page.
  public var gridCellCount: Int
  /// The paths of the sources of these samples.
  public var sources: [String] = []
  /// Samples to be shown, those first that matter most; the page takes as many as fit.
  public var samples: [Sample] = []
  /// How many samples may be chosen.
  public var candidateCount = 0
  /// How measures are spread.
  public var spreads: [Spread] = []
  /// Cells that have less than they should, most wanted first.
  public var demands: [Demand] = []
  /// How many such cells there are.
  public var demandCount = 0
  /// What cells are held against.
  public var demandRule = ""
  /// How many samples the words were counted in.
  public var wordSampleCount = 0
  /// Whether the choice was made again and gave the subset, byte for byte.
  public var isRederived = false

  /// Puts the pool together.
  ///
  /// - Parameters:
  ///   - manifest: The record of the choice.
  ///   - axes: The axes.
  ///   - cells: The cells.
  ///   - gridCellCount: How many cells the grid has.
  public init(manifest: Manifest, axes: [Axis], cells: [Cell], gridCellCount: Int) {
    self.manifest = manifest
    self.axes = axes
    self.cells = cells
    self.gridCellCount = gridCellCount
  }
}

/// Recipes that were tried, and which of them no other beats in all objectives.
public struct ReportTuning: Sendable {
  /// What a recipe is judged by.
  public struct Objective: Sendable {
    /// Its name.
    public var name: String
    /// Whether higher is better.
    public var isHigherBetter: Bool
    /// What it says.
    public var meaning: String
    /// Whether it counts where the front is told.
    public var countsForFront = true

    /// Names an objective.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - isHigherBetter: Whether higher is better.
    ///   - meaning: What it says.
    public init(name: String, isHigherBetter: Bool, meaning: String) {
      self.name = name
      self.isHigherBetter = isHigherBetter
      self.meaning = meaning
    }
  }

  /// A value with the interval in which it lies.
  public struct Value: Sendable, Equatable {
    /// The mean over the folds.
    public var mean: Double
    /// The interval's lower end; `nil` where none is known.
    public var low: Double?
    /// The interval's upper end.
    public var high: Double?

    /// Takes a value.
    ///
    /// - Parameters:
    ///   - mean: The mean over the folds.
    ///   - low: The interval's lower end.
    ///   - high: The interval's upper end.
    public init(mean: Double, low: Double?, high: Double?) {
      self.mean = mean
      self.low = low
      self.high = high
    }
  }

  /// A recipe that was tried.
  public struct Configuration: Sendable {
    /// Its axes, as on the command line.
    public var axes: [String]
    /// Its evenness.
    public var evenness: Double?
    /// Its greed.
    public var greed: Double?
    /// From which cosine on it skips samples beside chosen ones.
    public var redundancy: Double?
    /// How many cells its grid has.
    public var cells: Double?
    /// How many cells the pool reaches.
    public var reachableCells: Double?
    /// Its value in each objective, in their order; `nil` where it was not tried so far.
    public var values: [Value?]
    /// Whether no other is at least as good in all objectives that count, and better in one.
    public var isOnFront: Bool
    /// How many rounds it stayed in.
    public var rung: Int?

    /// Describes a configuration.
    ///
    /// - Parameters:
    ///   - axes: Its axes.
    ///   - evenness: Its evenness.
    ///   - greed: Its greed.
    ///   - redundancy: From which cosine on it skips samples beside chosen ones; `nil` for never.
    ///   - cells: How many cells its grid has.
    ///   - reachableCells: How many cells the pool reaches.
    ///   - values: Its value in each objective.
    ///   - isOnFront: Whether it is on the front.
    ///   - rung: How many rounds it stayed in.
    public init(
      axes: [String], evenness: Double?, greed: Double?, redundancy: Double? = nil,
      cells: Double?, reachableCells: Double?,
      values: [Value?], isOnFront: Bool, rung: Int?
    ) {
      self.axes = axes
      self.evenness = evenness
      self.greed = greed
      self.redundancy = redundancy
      self.cells = cells
      self.reachableCells = reachableCells
      self.values = values
      self.isOnFront = isOnFront
      self.rung = rung
    }
  }

  /// The pool's files.
  public var paths: [String]
  /// How many samples they hold.
  public var samples: Int?
  /// The budget as it was written.
  public var budget: String
  /// What randomness started from.
  public var seed: String
  /// Into how many parts the pool was divided.
  public var folds: Int?
  /// What recipes are judged by.
  public var objectives: [Objective]
  /// The recipes.
  public var configurations: [Configuration]
  /// The place of the one that is recommended.
  public var recommended: Int?
  /// The place of the one that would be taken without tuning.
  public var standard: Int?
  /// The rule by which it is recommended.
  public var rule: String
  /// Why it is that one.
  public var reason: String
  /// What it is worse in than others.
  public var givesUp: [String]
  /// What a user should know.
  public var warnings: [String]

  /// Puts a run together.
  ///
  /// - Parameters:
  ///   - objectives: What recipes are judged by.
  ///   - configurations: The recipes.
  public init(objectives: [Objective], configurations: [Configuration]) {
    self.objectives = objectives
    self.configurations = configurations
    paths = []
    budget = ""
    seed = ""
    rule = ""
    reason = ""
    givesUp = []
    warnings = []
  }
}
