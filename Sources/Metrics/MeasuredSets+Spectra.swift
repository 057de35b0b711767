internal import Glibc
internal import LinearAlgebra
internal import Parallelism

extension MeasuredSets {
  /// Samples whose inner products are summed as one.
  private static let spectrumPartCount = 4_096

  /// The metrics of the sum and of the eigenvalues.
  func measureSpectra(
    _ metrics: Set<VectorMetric>, quality: [Double]?, into results: inout [VectorMetrics]
  ) throws {
    let needsValues = !metrics.isDisjoint(
      with: [.vendi1, .vendiInfinity, .qualityWeightedVendi, .logDeterminant])
    let needsProducts = needsValues || metrics.contains(.vendi2)
    guard needsProducts || metrics.contains(.meanPairwiseCosineDistance) else { return }
    // A matrix a thread, so that many sets of long vectors do not need one each.
    let filled = places.indices.filter { !places[$0].isEmpty }
    for start in stride(from: 0, to: filled.count, by: threads) {
      let group = Array(filled[start..<min(start + threads, filled.count)])
      let grams = try grams(of: group, hasProducts: needsProducts)
      var next = 0
      try forEachBlockInOrder(
        threads: min(threads, group.count),
        next: { () -> Int? in
          guard next < group.count else { return nil }
          defer { next += 1 }
          return next
        },
        makeWorker: {},
        work: { (_: inout Void, index: Int) throws -> (Int, [Double]) in
          (index, needsValues ? try grams[index].eigenvalues() : [])
        },
        consume: { index, values in
          let set = group[index]
          let mean = quality.flatMap { meanQuality(of: set, quality: $0) }
          results[set].describe(
            grams[index], values: values, metrics: metrics, meanQuality: mean)
        })
    }
  }

  /// Sums and inner products of some sets.
  private func grams(of group: [Int], hasProducts: Bool) throws -> [GramMatrix] {
    let dimension = rows.dimension
    var grams = group.map {
      GramMatrix(
        dimension: dimension, totalCount: places[$0].count, hasProducts: hasProducts)
    }
    let counts = group.indices.map { (set: $0, count: places[group[$0]].count) }
    let parts = Self.parts(counts) { index in
      // Fewer samples than columns are taken at once.
      let count = places[group[index]].count
      return count < dimension ? count : Self.spectrumPartCount
    }
    var next = 0
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Part? in
        guard next < parts.count else { return nil }
        defer { next += 1 }
        return parts[next]
      },
      makeWorker: {},
      work: { (_: inout Void, part: Part) throws -> (Int, GramMatrix) in
        let members = places[group[part.set]]
        var gram = GramMatrix(
          dimension: dimension, totalCount: members.count, hasProducts: hasProducts)
        try gram.add(rows, places: members[part.range])
        return (part.set, gram)
      },
      consume: { index, gram in grams[index].add(gram) })
    return grams
  }

  /// The mean quality of a set's samples that have a direction; `nil` where one has none or less than 0.
  private func meanQuality(of set: Int, quality: [Double]) -> Double? {
    let count = Double(places[set].count)
    var sum = 0.0
    for place in places[set] {
      let value = quality[Int(samples[Int(place)])]
      guard value >= 0 else { return nil }
      sum += value / count
    }
    return sum.isFinite ? sum : nil
  }
}

extension VectorMetrics {
  /// Fills in what follows from the sum and the eigenvalues.
  fileprivate mutating func describe(
    _ gram: GramMatrix, values: [Double], metrics: Set<VectorMetric>, meanQuality: Double?
  ) {
    let count = Double(gram.rowCount)
    if metrics.contains(.meanPairwiseCosineDistance), gram.rowCount >= 2 {
      let square = gram.sum.reduce(0) { $0 + $1 * $1 }
      // Rounding may lead a hair below 0.
      meanPairwiseCosineDistance = max(1 - (square - count) / (count * (count - 1)), 0)
    }
    // Rounding may lead a hair out of the range.
    let most = Double(min(gram.rowCount, gram.sum.count))
    func score(_ value: Double) -> Double { min(max(value, 1), most) }
    if metrics.contains(.vendi2) { vendi2 = score(count * count / gram.squaredNorm) }
    guard let largest = values.last else { return }
    if metrics.contains(.vendiInfinity) { vendiInfinity = score(count / largest) }
    if !metrics.isDisjoint(with: [.vendi1, .qualityWeightedVendi]) {
      var entropy = 0.0
      for value in values where value > 0 {
        let share = value / count
        entropy -= share * log(share)
      }
      let effective = score(exp(entropy))
      if metrics.contains(.vendi1) { vendi1 = effective }
      if metrics.contains(.qualityWeightedVendi), let meanQuality {
        let product = meanQuality * effective
        qualityWeightedVendi = product.isFinite ? product : nil
      }
    }
    if metrics.contains(.logDeterminant) {
      logDeterminant = values.reduce(0) { $0 + log1p(max($1, 0)) }
    }
  }
}
