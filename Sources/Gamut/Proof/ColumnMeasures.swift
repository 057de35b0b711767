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
  private let ranking: [Int32]
  private let poolMetrics: CellMetrics
  private let target: CellTarget?
  /// The mean quality of so many of the pool's best, for the sizes that will be asked for.
  private var best: [Int: Double] = [:]

  /// Takes the columns; those that are empty are not at hand, and their metrics have no value.
  ///
  /// - Parameters:
  ///   - choice: What was chosen, of which the cells and the quality are taken.
  ///   - columns: The pool.
  ///   - sizes: How many samples the sets have, about.
  init(choice: Choice, columns: PoolColumns, sizes: [Int]) {
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
    for count in Set(sizes) { best[count] = meanOfBest(count) }
  }

  /// Measures a set.
  ///
  /// - Parameter members: The samples of the set, each once.
  /// - Returns: The metrics that are defined, all of them finite.
  /// - Complexity: O(n + c) for n samples and c cells that the pool reaches.
  func values(of members: [Int32]) -> [ProofMetric: Double] {
    var values: [ProofMetric: Double] = [:]
    // Once through the pool's columns, in which samples lie far apart; then all lies together.
    var (own, qualities) = ([Int32](), [Double]())
    own.reserveCapacity(members.count)
    qualities.reserveCapacity(members.count)
    for member in members {
      own.append(cells[Int(member)])
      qualities.append(quality[Int(member)])
    }
    let spread = Self.spread(qualities.count, { qualities[$0] })
    values[.qualityMean] = spread?.mean
    values[.qualityDeviation] = spread?.deviation
    if !complexity.isEmpty {
      let spread = Self.spread(members.count) { Double(complexity[Int(members[$0])]) }
      values[.complexityMean] = spread?.mean
      values[.complexityDeviation] = spread?.deviation
    }
    if !tokens.isEmpty {
      values[.tokensMean] = Self.spread(members.count) { Double(tokens[Int(members[$0])]) }?.mean
    }
    let places = members.indices.map { Int32(truncatingIfNeeded: $0) }
    let metrics = CellMetrics(
      members: places, cells: own, reachableCellCount: reachableCount,
      possibleCellCount: possibleCount, quality: qualities)
    for metric in CellMetric.allCases { values[.set(.cell(metric))] = metrics[metric] }
    let balance = CellBalance(
      CellHistogram(members: places, cells: own, reachableCellCount: reachableCount),
      target: target)
    for metric in BalanceMetric.allCases { values[.set(.balance(metric))] = balance[metric] }
    if let spread, let best = best[spread.count] ?? meanOfBest(spread.count) {
      // Rounding may lead a hair below 0.
      values[.set(.quality(.qualityRegret))] = max(best - spread.mean, 0)
    }
    let kept = QualityMetrics(
      sortedPool: [], sortedSet: [], poolCells: poolMetrics, setCells: metrics)
    values[.set(.quality(.eliteRetention))] = kept.eliteRetention
    return values.filter { $0.value.isFinite }
  }

  /// The mean of the pool's best; `nil` where fewer have a quality.
  private func meanOfBest(_ count: Int) -> Double? {
    guard count <= ranking.count else { return nil }
    let spread = Self.spread(count) { quality[Int(ranking[$0])] }
    return spread?.count == count ? spread?.mean : nil
  }

  /// Mean and standard deviation, n in the denominator, of what is no NaN; `nil` where all are.
  private static func spread(
    _ count: Int, _ value: (Int) -> Double
  ) -> (count: Int, mean: Double, deviation: Double)? {
    var (sum, known) = (0.0, 0)
    for place in 0..<count {
      let value = value(place)
      if value.isNaN { continue }
      sum += value
      known += 1
    }
    if known == 0 { return nil }
    let mean = sum / Double(known)
    var squares = 0.0
    for place in 0..<count {
      let distance = value(place) - mean
      if !distance.isNaN { squares += distance * distance }
    }
    return (known, mean, (squares / Double(known)).squareRoot())
  }
}
