import Descriptors
import Glibc
import LinearAlgebra
import Numbers
import Reporting

/// What is wrong with a grid that nobody sees by looking at its axes one by one.
///
/// Nothing is told that does not matter: see `Limits` for what does, and why there.
struct GridDiagnosis {
  /// From where on something is told.
  enum Limits {
    /// How many samples axes are held against each other on, those of the smallest content hashes.
    ///
    /// A rank correlation of so many is exact to about a hundredth.
    static let sampleCount = 16_384
    /// How many samples a correlation needs.
    static let leastSampleCount = 100
    /// The absolute rank correlation from which on two axes, or an axis and length, say the same.
    ///
    /// Collinear is called what exceeds 0.7 (Dormann et al., "Collinearity: a review", Ecography 36, 2013);
    /// that is half the variance, and two axes that share half of it still divide a pool.
    static let correlation = 0.8
    /// The share of the information in the coarser of two axes that the other one has as well.
    ///
    /// Bins of two normal numbers reach it at a correlation of about 0.95; of labels, it is half of what they
    /// tell.
    static let information = 0.5
    /// How many reachable cells a grid needs before its singletons are looked at.
    static let cellCount = 20
    /// The share of singletons above which ranking inside cells has little to do.
    static let singletonShare = 0.5
    /// The share of the vectors' variance below which topic axes look past nearly all of them.
    static let carriedVariance = 0.05
  }

  /// The cells.
  let grid: Grid
  /// The samples that are in question; `nil` for all that have a cell.
  var samples: [Int32]?
  /// The values that each axis was cut from, one a sample; `nil` for labels, and for cells of several topics.
  let values: [[Double]?]
  /// The tokens of each sample.
  let tokens: [UInt32]
  /// The leading half of each sample's content hash.
  let contentHash: [UInt64]
  /// How many samples are to be chosen; `nil` where that is not known.
  var budget: Int?
  /// What the topics' components carry; `nil` without topics.
  var topics: TopicSpectrum?

  /// All that matters, in the order in which it is to be read.
  ///
  /// - Complexity: O(n + c) for n samples and c cells, and O(s log s) for each pair of axes, s being at most
  ///   `Limits.sampleCount`.
  var warnings: [Warning] { cells + alike + length + spectrum }

  /// Of cells that are too many.
  private var cells: [Warning] {
    var counts = [Int32](repeating: 0, count: grid.reachableCellCount)
    if let samples {
      for sample in samples { counts[Int(grid.cells[Int(sample)])] += 1 }
    } else {
      for cell in grid.cells { counts[Int(cell)] += 1 }
    }
    let reached = counts.count { $0 > 0 }
    let single = counts.count { $0 == 1 }
    var warnings: [Warning] = []
    if let budget, reached > budget, budget > 0 {
      warnings.append(.moreCellsThanBudget(cells: reached, samples: budget))
    }
    if reached >= Limits.cellCount, Double(single) > Limits.singletonShare * Double(reached) {
      warnings.append(.mostlySingletons(cells: single, of: reached))
    }
    return warnings
  }

  /// The samples that axes are held against each other on: a matter of contents, not of places.
  private var drawn: [Int32] {
    let all = samples ?? (0..<Int32(grid.cells.count)).map { $0 }
    guard all.count > Limits.sampleCount else { return all }
    var hashes = all.map { contentHash[Int($0)] }
    hashes.sort()
    let last = hashes[Limits.sampleCount - 1]
    return all.filter { contentHash[Int($0)] <= last }
  }

  /// Of axes that say the same.
  private var alike: [Warning] {
    let drawn = drawn
    // What is cut within the cells of the axes before hangs on these by its making.
    let places = grid.axes.indices.filter { !grid.axes[$0].isNested }
    guard drawn.count >= Limits.leastSampleCount, places.count > 1 else { return [] }
    let binsOfCell = (0..<grid.reachableCellCount).map { grid.bins(ofCell: $0) }
    var warnings: [Warning] = []
    for (index, first) in places.enumerated() {
      for second in places[(index + 1)...] {
        let correlation = correlation(first, second, drawn)
        let information = sharedInformation(
          drawn.map {
            let bins = binsOfCell[Int(grid.cells[Int($0)])]
            return (bins[first], bins[second])
          })
        if (correlation?.magnitude ?? 0) >= Limits.correlation
          || information >= Limits.information
        {
          warnings.append(
            .axesAlike(
              first: grid.axes[first].name, second: grid.axes[second].name,
              correlation: correlation, information: information))
        }
      }
    }
    return warnings
  }

  private func correlation(_ first: Int, _ second: Int, _ drawn: [Int32]) -> Double? {
    guard let one = values[first], let other = values[second] else { return nil }
    return rankCorrelation(drawn.map { one[Int($0)] }, drawn.map { other[Int($0)] })
  }

  /// The measures that are length by name.
  private static let lengths: Set<String> = [
    "tokens", "prompt_tokens", "response_tokens", "characters", "words",
  ]

  /// Of axes that are length in disguise.
  private var length: [Warning] {
    // Who asks for length as an axis knows of it, and is told of axes that repeat it.
    if grid.axes.contains(where: { Self.lengths.contains($0.name) }) { return [] }
    let drawn = drawn
    guard drawn.count >= Limits.leastSampleCount else { return [] }
    let own = drawn.map { Double(tokens[Int($0)]) }
    return zip(grid.axes, values).compactMap { axis, values in
      guard !axis.isNested, let values,
        let correlation = rankCorrelation(drawn.map { values[Int($0)] }, own),
        correlation.magnitude >= Limits.correlation
      else { return nil }
      return .lengthAxis(axis: axis.name, correlation: correlation)
    }
  }

  /// Of topics that look past the vectors, or of vectors that have no more to look at.
  private var spectrum: [Warning] {
    guard let topics else { return [] }
    var looked: Set<Int> = []
    for axis in grid.axes {
      switch axis.specification.subject {
      case .topic(let component): looked.insert(component - 1)
      case .topics: looked.formUnion(0..<(axis.centroids?.dimension ?? 0))
      case .measure, .column: continue
      }
    }
    guard !looked.isEmpty else { return [] }
    if looked.count > 1, topics.participation.upperBound + 0.5 < Double(looked.count),
      grid.axes.allSatisfy({ $0.centroids == nil })
    {
      return [.flatTopics(axes: looked.count, dimension: topics.participation.upperBound)]
    }
    let share = topics.share(of: looked)
    return share < Limits.carriedVariance
      ? [.topicsCarryLittle(share: share, axes: looked.count)] : []
  }
}

extension GridDiagnosis {
  /// Looks at the grid of a pool.
  ///
  /// - Parameters:
  ///   - grid: The cells.
  ///   - samples: The samples that are in question; `nil` for all.
  ///   - columns: The pool, with the columns that the axes were cut from.
  ///   - plan: Where the columns have what.
  ///   - budget: How many samples are to be chosen; `nil` where that is not known.
  ///   - topics: What the topics' components carry; `nil` without topics.
  init(
    grid: Grid, samples: [Int32]? = nil, columns: PoolColumns, plan: ReadingPlan,
    budget: Int? = nil, topics: TopicSpectrum?
  ) {
    self.init(
      grid: grid, samples: samples,
      values: grid.axes.map { axis in
        switch axis.specification.binning {
        case .category, .cvt, .nested: nil
        case .uniform, .quantile, .log, .edges:
          columns.values(
            at: plan.place(of: axis.specification), topicCount: plan.topicCount)
        }
      }, tokens: columns.tokens, contentHash: columns.hashHigh, budget: budget, topics: topics)
  }
}

extension TopicSpectrum {
  /// What fitted components carry; `nil` without any.
  init?(_ fitted: PrincipalComponents) {
    guard fitted.count > 0 else { return nil }
    self.init(
      variances: fitted.explainedVariance, total: fitted.totalVariance, dimension: fitted.dimension)
  }
}

/// How the variance of vectors is spread over their principal components.
///
/// Of the components only the leading ones are known; what the others may be is told as bounds.
public struct TopicSpectrum: Sendable, Equatable {
  /// The variance of each known component, falling.
  public let variances: [Double]
  /// The variance of all columns together.
  public let total: Double
  /// How many columns the vectors have.
  public let dimension: Int

  /// Describes components.
  ///
  /// - Parameters:
  ///   - variances: The variance of each known component, falling, at least 0; at least one.
  ///   - total: The variance of all columns together.
  ///   - dimension: How many columns there are, at least as many as components.
  public init(variances: [Double], total: Double, dimension: Int) {
    precondition(
      !variances.isEmpty && variances.count <= dimension, "one to as many components as columns")
    self.variances = variances
    self.total = max(total, variances.reduce(0, +))
    self.dimension = dimension
  }

  /// The variance that no known component carries.
  private var rest: Double { max(0, total - variances.reduce(0, +)) }

  /// Between which numbers the participation ratio lies, (Σ λ)² / Σ λ² over all components.
  ///
  /// How many equally strong directions spread the vectors as much (Gao et al., "A theory of multineuronal
  /// dimensionality", 2017); 1 to the dimension. One number where all components are known; 1 where nothing
  /// varies.
  public var participation: ClosedRange<Double> {
    guard total > 0 else { return 1...1 }
    // In shares, whose squares are numbers.
    let squares = variances.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    let left = rest / total
    let unknown = dimension - variances.count
    let most = left * (variances[variances.count - 1] / total)
    let least = unknown > 0 ? left * left / Double(unknown) : 0
    let low = 1 / max(squares + most, .leastNormalMagnitude)
    let high = 1 / max(squares + least, .leastNormalMagnitude)
    return bounded(min(low, high), high)
  }

  /// Between which numbers the effective rank lies, the exponential of the entropy of the shares of variance.
  ///
  /// The measure is that of Roy and Vetterli (2007); at least the participation ratio.
  public var effectiveRank: ClosedRange<Double> {
    guard total > 0 else { return 1...1 }
    func entropy(_ share: Double) -> Double { share > 0 ? -share * log(share) : 0 }
    let known = variances.reduce(0) { $0 + entropy($1 / total) }
    let left = rest / total
    let unknown = Double(dimension - variances.count)
    let last = variances[variances.count - 1] / total
    // Least where the rest is as concentrated as falling variances let it be, most where it is even.
    let low = left > 0 && last > 0 ? known - left * log(last) : known
    let high = left > 0 && unknown > 0 ? known - left * log(left / unknown) : known
    return bounded(min(exp(low), exp(high)), exp(high))
  }

  /// The share of all variance that some components carry, 0 to 1.
  ///
  /// - Parameter components: Their places, from 0; those that are not known carry nothing here.
  /// - Returns: 1 where nothing varies.
  public func share(of components: Set<Int>) -> Double {
    guard total > 0 else { return 1 }
    let own = components.sorted().reduce(0) {
      $0 + (variances.indices.contains($1) ? variances[$1] : 0)
    }
    return min(own / total, 1)
  }

  private func bounded(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    let top = min(max(high, 1), Double(dimension))
    return min(max(low, 1), top)...top
  }
}

/// The share of the information in the coarser of two labellings that the other has as well, 0 to 1.
///
/// I(X; Y) / min(H(X), H(Y)), the mutual information normalised so that 1 means that one labelling settles the
/// other (Kvålseth, "On normalized mutual information", Entropy 19, 2017). What chance alone makes common of
/// so few samples is taken off both, after Miller ("Note on the bias of information estimates", 1955).
///
/// - Parameter pairs: The two labels of each sample.
/// - Returns: 0 where either labelling tells nothing.
/// - Complexity: O(n log n) for n pairs.
func sharedInformation(_ pairs: [(Int, Int)]) -> Double {
  let count = Double(pairs.count)
  /// The entropy of sorted keys, and how many there are.
  func entropy(_ keys: [Int]) -> (value: Double, kinds: Int) {
    let sorted = keys.sorted()
    var (value, kinds, start) = (0.0, 0, 0)
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      let share = Double(end - start) / count
      value -= share * log(share)
      kinds += 1
      start = end
    }
    return (value, kinds)
  }
  let width = (pairs.map(\.1).max() ?? 0) + 1
  let one = entropy(pairs.map(\.0))
  let other = entropy(pairs.map(\.1))
  let both = entropy(pairs.map { $0.0 * width + $0.1 })
  let least = min(one.value, other.value)
  guard least > 1e-9 else { return 0 }
  let chance = Double(both.kinds - one.kinds - other.kinds + 1) / (2 * count)
  return min(max((one.value + other.value - both.value - chance) / least, 0), 1)
}
