import Descriptors
import Metrics

/// Takes the metrics that need columns alone, of many sets of one pool.
///
/// What `measureSets` tells of the same sets, but for the last bits, of those columns that are at hand: of an
/// archive of a million samples these are a few.
struct ColumnMeasures: Sendable {
  private let cells: [Int32]
  private let reachableCount: Int
  private let possibleCount: Double
  private let quality: [Double]
  private let complexity: [Float]
  private let tokens: [UInt32]
  /// The four columns side by side, so that a sample is one place in memory; empty where few are asked for.
  private var rows: [Row] = []
  private let ranking: [Int32]
  private let poolMetrics: CellMetrics
  private let target: CellTarget?
  /// The mean quality of so many of the pool's best, for the sizes that will be asked for.
  private var best: [Int: Double] = [:]

  /// What the columns have of one sample.
  private struct Row {
    var quality: Double
    var cell: Int32
    var complexity: Float
    var tokens: UInt32
  }

  /// Takes the columns; those that are empty are not at hand, and their metrics have no value.
  ///
  /// - Parameters:
  ///   - choice: What was chosen, of which the cells and the quality are taken.
  ///   - columns: The pool.
  ///   - sizes: How many samples the sets have, about.
  ///   - setCount: How many sets of each size there are, about.
  init(choice: Choice, columns: PoolColumns, sizes: [Int], setCount: Int) {
    cells = choice.grid.cells
    reachableCount = choice.grid.reachableCellCount
    possibleCount = choice.grid.possibleCellCount
    quality = choice.quality
    complexity = columns.complexity
    tokens = columns.tokens
    ranking = choice.ranking
    poolMetrics = choice.poolDescription.metrics
    var counts = [Int32](repeating: 0, count: reachableCount)
    for cell in cells { counts[Int(cell)] += 1 }
    target = CellTarget(CellHistogram(counts: counts))
    // Going through all columns in order costs as much as some samples here and there.
    if sizes.reduce(0, +) * setCount > columns.count {
      var rows: [Row] = []
      rows.reserveCapacity(columns.count)
      for sample in cells.indices { rows.append(row(of: sample)) }
      self.rows = rows
    }
    for count in Set(sizes) { best[count] = meanOfBest(count) }
  }

  /// Measures a set.
  ///
  /// - Parameter members: The samples of the set, each once.
  /// - Returns: The metrics that are defined, all of them finite.
  /// - Complexity: O(n + c) for n samples and c cells that the pool reaches.
  func values(of members: [Int32]) -> [ProofMetric: Double] {
    var values: [ProofMetric: Double] = [:]
    // Once through the pool, in which samples lie far apart; then all lies together.
    let own = members.map { row(of: Int($0)) }
    let spreads = Spreads(of: own)
    values[.qualityMean] = spreads.quality?.mean
    values[.qualityDeviation] = spreads.quality?.deviation
    if !complexity.isEmpty {
      values[.complexityMean] = spreads.complexity?.mean
      values[.complexityDeviation] = spreads.complexity?.deviation
    }
    if !tokens.isEmpty { values[.tokensMean] = spreads.tokensMean }
    let cells = own.map { $0.cell }
    let places = members.indices.map { Int32(truncatingIfNeeded: $0) }
    let metrics = CellMetrics(
      members: places, cells: cells, reachableCellCount: reachableCount,
      possibleCellCount: possibleCount, quality: own.map { $0.quality })
    for metric in CellMetric.allCases { values[.set(.cell(metric))] = metrics[metric] }
    let balance = CellBalance(
      CellHistogram(members: places, cells: cells, reachableCellCount: reachableCount),
      target: target)
    for metric in BalanceMetric.allCases { values[.set(.balance(metric))] = balance[metric] }
    if let spread = spreads.quality, let best = best[spread.count] ?? meanOfBest(spread.count) {
      // Rounding may lead a hair below 0.
      values[.set(.quality(.qualityRegret))] = max(best - spread.mean, 0)
    }
    let kept = QualityMetrics(
      sortedPool: [], sortedSet: [], poolCells: poolMetrics, setCells: metrics)
    values[.set(.quality(.eliteRetention))] = kept.eliteRetention
    return values.filter { $0.value.isFinite }
  }

  @inline(__always)
  private func row(of sample: Int) -> Row {
    if !rows.isEmpty { return rows[sample] }
    return Row(
      quality: quality[sample], cell: cells[sample],
      complexity: complexity.isEmpty ? 0 : complexity[sample],
      tokens: tokens.isEmpty ? 0 : tokens[sample])
  }

  /// The mean of the pool's best; `nil` where fewer have a quality.
  private func meanOfBest(_ count: Int) -> Double? {
    guard count <= ranking.count else { return nil }
    var sum = Sum()
    for sample in ranking.prefix(count) { sum.add(quality[Int(sample)]) }
    return sum.count == count ? sum.mean : nil
  }

  /// A sum of what is no NaN.
  private struct Sum {
    var total = 0.0
    var count = 0

    /// `nil` for none.
    var mean: Double? { count == 0 ? nil : total / Double(count) }

    @inline(__always)
    mutating func add(_ value: Double) {
      // A choice of values, not of ways: three sums go on side by side.
      total += value.isNaN ? 0 : value
      count += value.isNaN ? 0 : 1
    }
  }

  /// Mean and standard deviation, n in the denominator; `nil` where all are NaN.
  private struct Spreads {
    typealias Spread = (count: Int, mean: Double, deviation: Double)
    var quality: Spread?
    var complexity: Spread?
    var tokensMean: Double?

    init(of rows: [Row]) {
      var (qualities, complexities, tokens) = (Sum(), Sum(), Sum())
      for row in rows {
        qualities.add(row.quality)
        complexities.add(Double(row.complexity))
        tokens.add(Double(row.tokens))
      }
      let (quality, complexity) = (qualities.mean ?? .nan, complexities.mean ?? .nan)
      var (qualitySquares, complexitySquares) = (Sum(), Sum())
      for row in rows {
        let (one, other) = (row.quality - quality, Double(row.complexity) - complexity)
        qualitySquares.add(one * one)
        complexitySquares.add(other * other)
      }
      self.quality = qualitySquares.mean.map { (qualities.count, quality, $0.squareRoot()) }
      self.complexity = complexitySquares.mean.map {
        (complexities.count, complexity, $0.squareRoot())
      }
      tokensMean = tokens.mean
    }
  }
}
