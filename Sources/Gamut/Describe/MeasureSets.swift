import Descriptors
import LinearAlgebra
import Metrics
import Numbers
import Parallelism

/// Measures sets of one pool, all at once: vectors and texts are gone through once for all of them.
///
/// - Parameters:
///   - sets: The samples of each set, each once in a set.
///   - pool: What they are samples of.
///   - metrics: What to compute; what is not asked for costs nothing.
///   - correlates: Whether it is told how quality, complexity and tokens go together.
///   - vectorLimits: How much of the vectors is drawn where all would take too long.
///   - textLimits: The same for texts.
///   - threads: How many threads may work at once; they change no bit.
/// - Returns: What each set measures; a metric that was not computed or is not defined is absent.
/// - Throws: What reading vectors and texts throws.
/// - Complexity: See each metric's explanation.
func measureSets(
  _ sets: [[Int32]], of pool: MeasuredPool, metrics: Set<SetMetric> = Set(SetMetric.all),
  correlates: Bool = false, vectorLimits: VectorPool.Limits = .init(),
  textLimits: TextPlan.Limits = .init(), threads: Int
) throws -> [SetMeasures] {
  let cells = PoolCells(pool)
  let slots = sets.map { _ in Slot<SetMeasures>() }
  let found = sets.map { _ in Slot<[SetMetric: Double]>() }
  forEachIndex(below: sets.count, threads: threads) { index in
    slots[index].fill(size(of: sets[index], pool: pool, correlates: correlates))
    found[index].fill(cells.values(of: sets[index], pool: pool, metrics: metrics))
  }
  var values = found.map(\.value)
  var measures = slots.map(\.value)
  var sampled = sets.map { _ in [SetMetric: SetMeasures.Sampling]() }
  func note(
    _ metric: SetMetric, used: Int?, total: Int?, unit: SetMeasures.Sampling.Unit, in set: Int
  ) {
    if let used, let total, used >= total { return }
    sampled[set][metric] = .init(metric: metric, used: used, total: total, unit: unit)
  }
  let ofVectors = Set(
    metrics.compactMap { if case .vector(let metric) = $0 { metric } else { nil } })
  if let source = pool.vectors, !ofVectors.isEmpty {
    var limits = vectorLimits
    limits.seed = pool.seed
    let vectors = VectorPool(
      vectors: source, contentHashes: pool.columns.hashHigh,
      quality: pool.quality, samples: pool.samples)
    let results = try VectorMetrics.measure(
      sets, of: vectors, metrics: ofVectors, limits: limits, threads: threads)
    for (set, result) in results.enumerated() {
      for metric in ofVectors {
        guard let value = result[metric] else { continue }
        values[set][.vector(metric)] = value
        guard let used = result.rowsUsed(metric) else { continue }
        let looksFromPool = metric == .facilityLocation || metric == .coverageRadius
        note(
          .vector(metric), used: used,
          total: looksFromPool ? pool.samples?.count ?? pool.columns.count : result.sampleCount,
          unit: looksFromPool ? .poolSamples : .samples, in: set)
      }
    }
  }
  let ofTexts = Set(metrics.compactMap { if case .text(let metric) = $0 { metric } else { nil } })
  if let source = pool.texts, !ofTexts.isEmpty {
    let plan = TextPlan(
      sets: sets, contentHash: pool.columns.hashHigh, byteCounts: pool.columns.lineByteCounts,
      metrics: ofTexts, seed: pool.seed, limits: textLimits)
    let results = try source.collect(plan, columns: pool.columns, threads: threads).measure()
    for (set, result) in results.enumerated() {
      for (metric, value) in result.values { values[set][.text(metric)] = value }
      for metric in result.estimated {
        note(.text(metric), used: nil, total: nil, unit: .runs, in: set)
      }
      let texts = sets[set].count
      for (metric, limit, used) in [
        (TextMetric.selfBLEU, textLimits.selfBLEUTexts, result.selfBLEUTexts),
        (.selfRepetition, textLimits.selfRepetitionTexts, result.selfRepetitionTexts),
      ] where result[metric] != nil && texts > limit {
        note(.text(metric), used: used, total: texts, unit: .texts, in: set)
      }
      if result[.compressionRatio] != nil {
        note(
          .text(.compressionRatio), used: result.compressedTexts, total: texts, unit: .texts,
          in: set)
      }
    }
  }
  for set in sets.indices {
    measures[set].values = SetMetric.all.compactMap { metric in
      values[set][metric].map { SetMeasures.Value(metric, $0) }
    }
    measures[set].sampled = SetMetric.all.compactMap { sampled[set][$0] }
  }
  return measures
}

/// Size and spreads of a set.
private func size(of set: [Int32], pool: MeasuredPool, correlates: Bool) -> SetMeasures {
  let columns = pool.columns
  let quality = set.map { pool.quality[Int($0)] }
  let complexity = set.map { Double(columns.complexity[Int($0)]) }
  var measures = SetMeasures(
    samples: set.count, tokens: set.reduce(0) { $0 + Int(columns.tokens[Int($1)]) },
    bytes: set.reduce(0) { $0 + Int(columns.lineByteCounts[Int($1)]) },
    quality: Distribution(of: quality), complexity: Distribution(of: complexity))
  if correlates {
    measures.correlations = CorrelationMatrix([
      ("quality", quality), ("complexity", complexity),
      ("tokens", set.map { Double(columns.tokens[Int($0)]) }),
    ])
  }
  return measures
}

/// The cells that a pool reaches, and what the pool has there.
private struct PoolCells: Sendable {
  /// For each cell of the grid its number among those that the pool reaches, −1 for another.
  let numbers: [Int32]
  let reachableCount: Int
  let histogram: CellHistogram
  let sortedQuality: [Double]
  let metrics: CellMetrics

  init(_ pool: MeasuredPool) {
    let grid = pool.grid
    let members = pool.poolSamples
    var numbers = [Int32](repeating: -1, count: grid.reachableCellCount)
    for sample in members { numbers[Int(grid.cells[Int(sample)])] = 0 }
    var count: Int32 = 0
    for cell in numbers.indices where numbers[cell] == 0 {
      numbers[cell] = count
      count += 1
    }
    self.numbers = numbers
    reachableCount = Int(count)
    let own = grid.cells.map { numbers[Int($0)] }
    histogram = CellHistogram(members: members, cells: own, reachableCellCount: Int(count))
    sortedQuality = sortedAscending(members.map { pool.quality[Int($0)] })
    metrics = CellMetrics(
      members: members, cells: own, reachableCellCount: Int(count),
      possibleCellCount: grid.possibleCellCount, quality: pool.quality)
  }

  /// The metrics of cells and of quality of a set.
  ///
  /// Cells that only the set fills count as filled, and where the balance over cells is told; they are no
  /// part of what the pool reaches, and other sets have no part in them.
  func values(
    of set: [Int32], pool: MeasuredPool, metrics wanted: Set<SetMetric>
  ) -> [SetMetric: Double] {
    let grid = pool.grid
    // The pool's cells first, then those that only the set fills, ascending.
    var all = numbers
    var extra: Set<Int32> = []
    for sample in set {
      let cell = grid.cells[Int(sample)]
      if numbers[Int(cell)] < 0 { extra.insert(cell) }
    }
    var count = Int32(reachableCount)
    for cell in extra.sorted() {
      all[Int(cell)] = count
      count += 1
    }
    let members = set.indices.map { Int32($0) }
    let quality = set.map { pool.quality[Int($0)] }
    let cells = set.map { all[Int(grid.cells[Int($0)])] }
    let metricsOfAll = CellMetrics(
      members: members, cells: cells, reachableCellCount: Int(count),
      possibleCellCount: grid.possibleCellCount, quality: quality)
    var metricsOfReached = metricsOfAll
    if !extra.isEmpty {
      metricsOfReached = CellMetrics(
        members: members, cells: set.map { numbers[Int(grid.cells[Int($0)])] },
        reachableCellCount: reachableCount, possibleCellCount: grid.possibleCellCount,
        quality: quality)
    }
    let balance = CellBalance(
      CellHistogram(members: members, cells: cells, reachableCellCount: Int(count)),
      target: CellTarget(
        extra.isEmpty
          ? histogram
          : CellHistogram(counts: histogram.counts + [Int32](repeating: 0, count: extra.count))))
    let distance = wanted.isDisjoint(with: SetMetric.ofTarget) ? nil : distance(of: set, pool: pool)
    let loss = QualityMetrics(
      sortedPool: sortedQuality, sortedSet: sortedAscending(quality), poolCells: metrics,
      setCells: metricsOfReached)
    var values: [SetMetric: Double] = [:]
    for metric in wanted {
      switch metric {
      case .cell(let cell):
        switch cell {
        case .reachableCoverage, .normalizedQDScore: values[metric] = metricsOfReached[cell]
        case .cells, .coverage, .evenness, .qdScore: values[metric] = metricsOfAll[cell]
        }
      case .balance(let kind): values[metric] = balance[kind]
      case .target(let kind): values[metric] = distance?[kind]
      case .quality(let kind): values[metric] = loss[kind]
      case .vector, .text: continue
      }
    }
    return values
  }

  /// How a set lies against the target, over all cells that pool, target or set fill; `nil` without a
  /// target.
  private func distance(of set: [Int32], pool: MeasuredPool) -> CellBalance? {
    guard let target = pool.target else { return nil }
    let cells = pool.grid.cells
    var all = numbers
    var count = Int32(reachableCount)
    func countCells(of samples: [Int32]) {
      for sample in samples where all[Int(cells[Int(sample)])] < 0 {
        all[Int(cells[Int(sample)])] = count
        count += 1
      }
    }
    countCells(of: set)
    let shares: CellTarget?
    switch target {
    case .uniform:
      shares = CellTarget(
        weights: (0..<Int(count)).map { $0 < reachableCount ? 1 : 0 })
    case .samples(let samples):
      countCells(of: samples)
      shares = CellTarget(
        CellHistogram(
          members: samples, cells: cells.map { all[Int($0)] }, reachableCellCount: Int(count)))
    }
    let own = set.map { all[Int(cells[Int($0)])] }
    return CellBalance(
      CellHistogram(
        members: set.indices.map { Int32($0) }, cells: own, reachableCellCount: Int(count)),
      target: shares)
  }
}
