import Descriptors
import EliteArchive
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
  /// The quality of all samples that have one, ascending.
  let sortedQuality: [Double]
  /// The suspect answers of the pool.
  let suspects: SuspectAnswers
  /// The spread of the pool's complexity.
  let complexitySpread: Distribution?
  /// The cells of the pool.
  let grid: Grid

  /// An axis with each sample's bin.
  private typealias BinnedAxis = (axis: Axis, bins: [Int32])

  /// Lays the ground; parts that need nothing of each other are worked on side by side.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - plan: Where the columns have what.
  ///   - recipe: Which axes there are.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `GamutError.noAxisValues` or `DescriptorsError` of the first axis that cannot be cut.
  init(
    columns: PoolColumns, sources: [SourceSummary], quality: [Double], plan: ReadingPlan,
    recipe: Recipe, threads: Int
  ) throws {
    let twins = Slot<[Int32]>()
    let ranked = Slot<(ranking: [Int32], sortedQuality: [Double])>()
    let complexitySpread = Slot<Distribution?>()
    let suspects = Slot<SuspectAnswers>()
    let axes = recipe.axes.map { _ in Slot<Result<BinnedAxis, any Error>>() }
    // The longest first, so that no thread waits long for the last.
    forEachIndex(below: axes.count + 4, threads: threads) { job in
      switch job {
      case 0: ranked.fill(Self.rank(quality, contentHash: columns.hashHigh))
      case 1:
        // Sorted once, for its spread and for its axes.
        let complexity = columns.complexity.map(Double.init)
        let sorted = sortedAscending(complexity)
        complexitySpread.fill(Distribution(ofSorted: sorted))
        for (index, place) in plan.places.enumerated() where place == .complexity {
          axes[index].fill(
            Result {
              let axis = try Axis(
                fitting: recipe.axes[index], toSorted: sorted, missingCount: 0,
                isSinglePrecision: true)
              return (axis, axis.bins(of: complexity))
            })
        }
      case 2:
        twins.fill(
          betterTwins(high: columns.hashHigh, low: columns.hashLow, quality: quality))
      case 3: suspects.fill(SuspectAnswers(of: columns))
      default:
        let index = job - 4
        if plan.places[index] == .complexity { return }
        axes[index].fill(
          Result {
            try Self.checkHasValues(
              recipe.axes[index], at: plan.places[index], columns: columns, sources: sources)
            return try Self.axis(
              recipe.axes[index], at: plan.places[index], columns: columns,
              topicCount: plan.topicCount)
          })
      }
    }
    let binned = try axes.map { try $0.value.get() }
    grid = Grid(
      axes: binned.map(\.axis), bins: binned.map(\.bins), sampleCount: columns.count)
    self.twins = twins.value
    (ranking, sortedQuality) = ranked.value
    self.complexitySpread = complexitySpread.value
    self.suspects = suspects.value
  }

  /// The ranking, and from it the sorted quality.
  private static func rank(
    _ quality: [Double], contentHash: [UInt64]
  ) -> (ranking: [Int32], sortedQuality: [Double]) {
    let ranking = EliteArchive.ranking(quality: quality, contentHash: contentHash)
    var sorted: [Double] = []
    sorted.reserveCapacity(quality.count)
    // Adding zero makes a negative one positive, as sorting does.
    for sample in ranking.reversed() where !quality[Int(sample)].isNaN {
      sorted.append(quality[Int(sample)] + 0)
    }
    return (ranking, sorted)
  }

  /// Checks that some sample has a value in the column of an axis: a name that is misspelt has none.
  private static func checkHasValues(
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
    case .tokens, .complexity, .measure, .topic: return
    }
    throw .noAxisValues(
      paths: sources.map(\.path), column: path,
      isCategory: specification.binning == .category, isText: isText)
  }

  private static func axis(
    _ specification: AxisSpecification, at place: ReadingPlan.Place, columns: PoolColumns,
    topicCount: Int
  ) throws -> BinnedAxis {
    if case .label(let column) = place {
      return categoryAxis(specification, column: column, columns: columns)
    }
    let values = columns.values(at: place, topicCount: topicCount)
    let axis = try Axis(
      fitting: specification, to: values, isSinglePrecision: place.isSinglePrecision)
    return (axis, axis.bins(of: values))
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
