internal import LinearAlgebra
internal import Parallelism

extension MeasuredSets {
  /// Nearest others in `knnDistance`.
  private static let knnCount = 5
  /// Nearest others whose distances are exact in `novelSum`; the rest are binned.
  private static let exactCount = 16
  /// Nearest vectors of the pool that a density is taken from.
  private static let densityCount = 10
  /// What keeps the density of copies finite.
  private static let densityFloor = 1e-9
  /// Samples whose neighbours are looked for together.
  private static let queryCount = 256

  /// The metrics of near samples.
  func measureNeighbours(
    _ metrics: Set<VectorMetric>, into results: inout [VectorMetrics]
  ) throws {
    let needsSum = metrics.contains(.novelSum)
    let needsDistance = metrics.contains(.knnDistance)
    guard needsSum || needsDistance else { return }
    let counts = places.indices.filter { places[$0].count >= 2 }.map {
      (set: $0, count: min(places[$0].count, limits.neighbourSamples))
    }
    let densities = needsSum ? try densities(of: counts) : Densities()
    var harmonic = [0.0]
    if needsSum, let most = counts.map({ places[$0.set].count }).max() {
      for rank in 1...most { harmonic.append(harmonic[rank - 1] + 1 / Double(rank)) }
    }
    let parts = Self.parts(counts) { _ in queryBlockCount }
    var near = [Double](repeating: 0, count: places.count)
    var novelty = near
    var next = 0
    let weights = harmonic
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Part? in
        guard next < parts.count else { return nil }
        defer { next += 1 }
        return parts[next]
      },
      makeWorker: {},
      work: { (_: inout Void, part: Part) throws -> PartOfSums in
        try sums(
          of: part, needsDistance: needsDistance,
          densities: needsSum ? densities : nil, harmonic: weights)
      },
      consume: { part in
        for value in part.near { near[part.set] += value }
        for value in part.novelty { novelty[part.set] += value }
      })
    for (set, count) in counts {
      results[set].neighbourSampleCount = count
      if needsDistance { results[set].knnDistance = near[set] / Double(count) }
      guard needsSum else { continue }
      let mean = novelty[set] / Double(count)
      results[set].novelSum = mean.isNaN ? nil : mean
      results[set].referenceSampleCount = densities.referenceCount
    }
  }

  /// More at once where candidates must be read anew each time.
  private var queryBlockCount: Int { rows.isInMemory ? Self.queryCount : 4 * Self.queryCount }

  /// What the samples of a part add to the sums of their set.
  private struct PartOfSums: Sendable {
    var set: Int
    var near: [Double] = []
    var novelty: [Double] = []
  }

  private func sums(
    of part: Part, needsDistance: Bool, densities: Densities?, harmonic: [Double]
  ) throws -> PartOfSums {
    let members = places[part.set]
    var nearest = try NearestRows(
      limit: densities == nil ? Self.knnCount : Self.exactCount, queries: members[part.range],
      of: rows, among: members, of: rows, skipping: Array(part.range),
      hasRest: densities != nil)
    var result = PartOfSums(set: part.set)
    for (query, position) in part.range.enumerated() {
      let place = Int(members[position])
      var squares: [Double] = []
      for other in nearest.nearest(query) {
        squares.append(try rows.squaredDistance(place, to: Int(members[other]), of: rows))
      }
      squares.sort()
      if needsDistance {
        let near = squares.prefix(Self.knnCount)
        result.near.append(near.reduce(0) { $0 + $1.squareRoot() } / Double(near.count))
      }
      guard let densities else { continue }
      let sum = nearest.rankWeightedDistance(
        query, nearest: squares.map { $0 / 2 }, harmonic: harmonic)
      let mean = sum / harmonic[members.count - 1]
      let density = densities.values[Int32(place)] ?? .nan
      // Without any other vector in the pool all distances are 0, but for rounding.
      result.novelty.append(density.isNaN && mean < 1e-6 ? 0 : mean * density)
    }
    return result
  }

  /// The density of the pool around samples, by place.
  private struct Densities: Sendable {
    var values: [Int32: Double] = [:]
    var referenceCount = 0
  }

  /// The densities around the first samples of some sets.
  private func densities(of counts: [(set: Int, count: Int)]) throws -> Densities {
    let drawn = drawFromPool(limits.referenceSamples, isDistinct: true)
    let reference = try UnitRows(
      of: pool.vectors, rows: drawn, memoryLimit: limits.memory, threads: threads)
    // Copies of a vector count once, as the first of them.
    var positions: [UInt64: Int] = [:]
    var candidates: [Int32] = []
    for place in 0..<reference.count where reference.hasDirection(place) {
      let identity = reference.identities[place]
      guard positions[identity] == nil else { continue }
      positions[identity] = candidates.count
      candidates.append(Int32(place))
    }
    var isQuery = [Bool](repeating: false, count: rows.count)
    for (set, count) in counts {
      for place in places[set].prefix(count) { isQuery[Int(place)] = true }
    }
    let queries = isQuery.indices.filter { isQuery[$0] }.map(Int32.init)
    var densities = Densities(referenceCount: candidates.count)
    let (known, others) = (positions, candidates)
    let parts = Self.parts([(set: 0, count: queries.count)]) { _ in Self.queryCount }
    var next = 0
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Part? in
        guard next < parts.count else { return nil }
        defer { next += 1 }
        return parts[next]
      },
      makeWorker: {},
      work: { (_: inout Void, part: Part) throws -> (Range<Int>, [Double]) in
        let block = queries[part.range]
        let nearest = try NearestRows(
          limit: Self.densityCount, queries: block, of: rows, among: others, of: reference,
          skipping: block.map { known[rows.identities[Int($0)]] ?? -1 }, hasRest: false)
        let values = try block.enumerated().map { query, place in
          try density(around: place, nearest.nearest(query), of: reference, others)
        }
        return (part.range, values)
      },
      consume: { range, values in
        for (position, value) in zip(range, values) { densities.values[queries[position]] = value }
      })
    return densities
  }

  /// The density around a sample whose nearest vectors are known; NaN where it has none.
  private func density(
    around place: Int32, _ nearest: [Int], of reference: UnitRows, _ candidates: [Int32]
  ) throws -> Double {
    if nearest.isEmpty { return .nan }
    var squares = 0.0
    for position in nearest {
      squares += try rows.squaredDistance(
        Int(place), to: Int(candidates[position]), of: reference)
    }
    return 1 / (squares / Double(nearest.count) + Self.densityFloor).squareRoot()
  }
}
