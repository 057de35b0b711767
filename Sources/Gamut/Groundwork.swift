import Descriptors
import EliteArchive
import LinearAlgebra
import Metrics
import Numbers
import Parallelism
import Samples

/// What a choice stands on and what does not depend on the budget: twins, sorted quality, the grid.
struct Groundwork: Sendable {
  /// For each sample the better one of the same text, −1 for none.
  let twins: [Int32]
  /// All samples in the order that ranks them in their cells.
  let ranking: [Int32]
  /// The spread of the pool's quality.
  let qualitySpread: Distribution?
  /// The suspect answers of the pool.
  let suspects: SuspectAnswers
  /// The spread of the pool's complexity.
  let complexitySpread: Distribution?
  /// The cells of the pool.
  let grid: Grid

  /// An axis with each sample's bin.
  typealias BinnedAxis = (axis: Axis, bins: [Int32])

  /// The axes with each sample's bin, in the recipe's order.
  let axes: [BinnedAxis]

  /// What is known beforehand, as an archive keeps it.
  struct Known: Sendable {
    /// What hangs on the quality that a recipe ranks by, where it is that of the archive.
    var ranked: (ranking: [Int32], twins: [Int32], qualitySpread: Distribution?)?
    var complexitySpread: Distribution?
    var suspects: SuspectAnswers
    /// The axes that are binned already, in the recipe's order.
    var axes: [BinnedAxis?]
  }

  /// Lays the ground; parts that need nothing of each other are worked on side by side.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - standing: Which samples are never chosen, and which always.
  ///   - plan: Where the columns have what.
  ///   - recipe: Which axes there are.
  ///   - cutAxes: Those of them that were cut before; `nil` for one to be cut over this pool.
  ///   - known: What is known beforehand, and is not worked out again.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `GamutError.noAxisValues` or `DescriptorsError` of the first axis that cannot be cut.
  init(
    columns: PoolColumns, sources: [SourceSummary], quality: [Double], standing: Standing,
    plan: ReadingPlan, recipe: Recipe, cutAxes: [Axis?], known: Known?, threads: Int
  ) throws {
    let twins = Slot<[Int32]>()
    let ranked = Slot<(ranking: [Int32], qualitySpread: Distribution?)>()
    let complexitySpread = Slot<Distribution?>()
    let suspects = Slot<SuspectAnswers>()
    let axes = recipe.axes.map { _ in Slot<Result<BinnedAxis, any Error>>() }
    // The longest first, so that no thread waits long for the last.
    forEachIndex(below: axes.count + 4, threads: threads) { job in
      switch job {
      case 0:
        ranked.fill(
          known?.ranked.map { ($0.ranking, $0.qualitySpread) }
            ?? Self.rank(quality, contentHash: columns.hashHigh))
      case 1:
        let places = plan.places.indices.filter {
          plan.places[$0] == .complexity && recipe.axes[$0].binning != .nested
            && known?.axes[$0] == nil
        }
        if let known, places.isEmpty { return complexitySpread.fill(known.complexitySpread) }
        if let known, known.complexitySpread != nil {
          complexitySpread.fill(known.complexitySpread)
          for index in places {
            axes[index].fill(
              Result {
                if let cut = cutAxes[index] {
                  return cut.applied(to: columns.complexity.map(Double.init))
                }
                let axis = try Axis(fitting: recipe.axes[index], to: columns.complexity)
                return (axis, axis.bins(of: columns.complexity))
              })
          }
          return
        }
        // Sorted once, for its spread and for its axes.
        let complexity = columns.complexity.map(Double.init)
        let sorted = sortedAscending(complexity)
        complexitySpread.fill(Distribution(ofSorted: sorted))
        for index in places {
          axes[index].fill(
            Result {
              if let cut = cutAxes[index] { return cut.applied(to: complexity) }
              let axis = try Axis(
                fitting: recipe.axes[index], toSorted: sorted, missingCount: 0,
                isSinglePrecision: true)
              return (axis, axis.bins(of: complexity))
            })
        }
      case 2:
        // Who is excluded or included decides who stands in whose place.
        let twinsKnown = standing.isEmpty ? known?.ranked?.twins : nil
        twins.fill(
          twinsKnown ?? Self.twins(columns: columns, quality: quality, standing: standing))
      case 3: suspects.fill(known?.suspects ?? SuspectAnswers(of: columns))
      default:
        let index = job - 4
        if known?.axes[index] != nil { return }
        if plan.places[index] == .complexity || recipe.axes[index].binning.isCutLater { return }
        axes[index].fill(
          Result {
            try Self.checkHasValues(
              recipe.axes[index], at: plan.places[index], columns: columns, sources: sources)
            return try Self.axis(
              recipe.axes[index], at: plan.places[index], columns: columns,
              topicCount: plan.topicCount, cut: cutAxes[index])
          })
      }
    }
    var binned: [BinnedAxis] = []
    for (index, specification) in recipe.axes.enumerated() {
      if let axis = known?.axes[index] {
        binned.append(axis)
      } else if specification.binning.isCutLater {
        binned.append(
          try Self.laterAxis(
            specification, cut: cutAxes[index], after: binned, columns: columns, sources: sources,
            plan: plan, place: plan.places[index], seed: recipe.seed, threads: threads))
      } else {
        binned.append(try axes[index].value.get())
      }
    }
    grid = Grid(
      axes: binned.map(\.axis), bins: binned.map(\.bins), sampleCount: columns.count)
    self.axes = binned
    self.twins = twins.value
    (ranking, qualitySpread) = ranked.value
    self.complexitySpread = complexitySpread.value
    self.suspects = suspects.value
  }

  /// Cuts axes one after the other, as a pool's first grid is cut.
  ///
  /// - Parameters:
  ///   - specifications: The axes.
  ///   - known: Those of them that were cut before and are applied, `nil` for one to be cut; none to cut
  ///     all.
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - plan: Where the columns have what.
  ///   - seed: What randomness starts from.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The axes with each sample's bin.
  /// - Throws: `GamutError.noAxisValues`, `DescriptorsError`, `LinearAlgebraError`.
  static func cut(
    _ specifications: [AxisSpecification], known: [Axis?] = [], columns: PoolColumns,
    sources: [SourceSummary], plan: ReadingPlan, seed: UInt64, threads: Int
  ) throws -> [BinnedAxis] {
    var binned: [BinnedAxis] = []
    for (index, specification) in specifications.enumerated() {
      let cut = known.isEmpty ? nil : known[index]
      let place = plan.place(of: specification)
      if specification.binning.isCutLater {
        binned.append(
          try laterAxis(
            specification, cut: cut, after: binned, columns: columns, sources: sources, plan: plan,
            place: place, seed: seed, threads: threads))
      } else {
        try checkHasValues(specification, at: place, columns: columns, sources: sources)
        binned.append(
          try axis(
            specification, at: place, columns: columns, topicCount: plan.topicCount, cut: cut))
      }
    }
    return binned
  }

  /// An axis that is cut with all threads, or within the cells of those before.
  private static func laterAxis(
    _ specification: AxisSpecification, cut: Axis?, after binned: [BinnedAxis],
    columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, place: ReadingPlan.Place,
    seed: UInt64, threads: Int
  ) throws -> BinnedAxis {
    if specification.binning == .cvt {
      if let cut {
        return try cut.applied(toRows: columns.topics, stride: plan.topicCount, threads: threads)
      }
      return try voronoiAxis(
        specification, columns: columns, plan: plan, seed: seed, threads: threads)
    }
    try checkHasValues(specification, at: place, columns: columns, sources: sources)
    let parents = Grid(
      axes: binned.map(\.axis), bins: binned.map(\.bins), sampleCount: columns.count)
    let values = columns.values(at: place, topicCount: plan.topicCount)
    if let cut { return cut.applied(to: values, within: parents) }
    let axis = try Axis(fitting: specification, to: values, within: parents)
    return (axis, axis.bins(of: values, within: parents))
  }

  /// The better twin of each sample; one that is always chosen has none, and one that never is takes no
  /// part.
  static func twins(
    columns: PoolColumns, quality: [Double], standing: Standing
  ) -> [Int32] {
    if standing.isEmpty {
      return betterTwins(high: columns.hashHigh, low: columns.hashLow, quality: quality)
    }
    var twins = betterTwins(
      high: columns.hashHigh, low: columns.hashLow,
      quality: quality.indices.map { standing.isIncluded($0) ? .infinity : quality[$0] },
      isOut: { standing.exclusion(of: $0) != .none })
    for sample in twins.indices where standing.isIncluded(sample) { twins[sample] = -1 }
    return twins
  }

  /// The ranking, and the spread of what it ranks.
  private static func rank(
    _ quality: [Double], contentHash: [UInt64]
  ) -> (ranking: [Int32], qualitySpread: Distribution?) {
    let ranking = EliteArchive.ranking(quality: quality, contentHash: contentHash)
    return (ranking, Distribution(ofSorted: sorted(quality, by: ranking)))
  }

  /// The quality of all samples that have one, ascending.
  func sorted(_ quality: [Double]) -> [Double] { Self.sorted(quality, by: ranking) }

  /// The same for any ranking.
  static func sorted(_ quality: [Double], by ranking: [Int32]) -> [Double] {
    var sorted: [Double] = []
    sorted.reserveCapacity(quality.count)
    // Adding zero makes a negative one positive, as sorting does.
    for sample in ranking.reversed() where !quality[Int(sample)].isNaN {
      sorted.append(quality[Int(sample)] + 0)
    }
    return sorted
  }

  /// Checks that some sample has a value in the column of an axis: a name that is misspelt has none.
  static func checkHasValues(
    _ specification: AxisSpecification, at place: ReadingPlan.Place, columns: PoolColumns,
    sources: [SourceSummary]
  ) throws(GamutError) {
    guard case .column(let path) = specification.subject else { return }
    let isText: Bool
    switch place {
    case .label(let column):
      guard columns.labels[column].labels.isEmpty else { return }
      isText = false
    case .number(let index):
      guard columns.numbers[index].allSatisfy(\.isNaN) else { return }
      isText = columns.textCounts[index] > 0
    case .tokens, .complexity, .measure, .topic, .topics: return
    }
    throw .noAxisValues(
      paths: sources.map(\.path), column: path,
      isCategory: specification.binning == .category, isText: isText)
  }

  private static func axis(
    _ specification: AxisSpecification, at place: ReadingPlan.Place, columns: PoolColumns,
    topicCount: Int, cut: Axis?
  ) throws -> BinnedAxis {
    if case .label(let column) = place {
      return categoryAxis(specification, column: column, columns: columns)
    }
    if cut == nil, let values = columns.floats(at: place, topicCount: topicCount) {
      let axis = try Axis(fitting: specification, to: values)
      return (axis, axis.bins(of: values))
    }
    let values = columns.values(at: place, topicCount: topicCount)
    if let cut { return cut.applied(to: values) }
    let axis = try Axis(
      fitting: specification, to: values, isSinglePrecision: place.isSinglePrecision)
    return (axis, axis.bins(of: values))
  }

  /// The cells of a cvt axis, trained on part of the pool and applied to all of it.
  private static func voronoiAxis(
    _ specification: AxisSpecification, columns: PoolColumns, plan: ReadingPlan, seed: UInt64,
    threads: Int
  ) throws -> BinnedAxis {
    let dimension = plan.cvtTopicCount
    let training = CellTraining(
      columns: columns, limit: CellTraining.sampleLimit(cells: specification.binCount),
      topicCount: plan.topicCount, count: dimension)
    let axis: Axis
    do throws(LinearAlgebraError) {
      axis = Axis(
        cells: specification,
        centroids: try KMeans.fit(
          training.rows, stride: dimension, dimension: dimension, count: specification.binCount,
          seed: seed, threads: threads))
    } catch {
      // The training's rows are in another order than the samples, whose first is to be told.
      _ = try KMeans(centroids: Matrix(rowCount: 1, columnCount: dimension))
        .assign(columns.topics, stride: plan.topicCount, threads: threads)
      throw error
    }
    return try axis.applied(toRows: columns.topics, stride: plan.topicCount, threads: threads)
  }

  /// A category's axis with its labels in the order of their bytes.
  private static func categoryAxis(
    _ specification: AxisSpecification, column: Int, columns: PoolColumns
  ) -> BinnedAxis {
    let labels = columns.labels[column].labels
    let order = labels.indices.sorted { labels[$0].lexicographicallyPrecedes(labels[$1]) }
    var numbers = [Double](repeating: 0, count: labels.count)
    for (number, code) in order.enumerated() { numbers[code] = Double(number) }
    let values = columns.labelCodes[column].map { $0 < 0 ? .nan : numbers[Int($0)] }
    let axis = Axis(
      category: specification, labels: order.map { String(decoding: labels[$0], as: UTF8.self) },
      missingCount: values.count { $0.isNaN })
    return (axis, axis.bins(of: values))
  }
}

extension AxisSpecification.Binning {
  /// Whether the axis is cut after the others: with all threads, or in the cells of those before.
  fileprivate var isCutLater: Bool { self == .cvt || self == .nested }
}
