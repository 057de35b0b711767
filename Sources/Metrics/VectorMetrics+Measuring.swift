extension VectorMetrics {
  /// Measures a set.
  ///
  /// - Parameters:
  ///   - members: The samples of the set, each once, in any order.
  ///   - pool: Their vectors, and the samples to be covered.
  ///   - metrics: What to compute; the rest stays `nil` and costs nothing.
  ///   - limits: How much is drawn where all would take too long.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Returns: The metrics.
  /// - Throws: `LinearAlgebraError.notFinite` with the first sample of those read whose vector holds a
  ///   NaN or an infinity; `libraryUnavailable`, `noConvergence`, `outOfMemory`; what the pool's source
  ///   throws.
  /// - Complexity: See each metric's description.
  public static func measure(
    _ members: [Int32], of pool: VectorPool, metrics: Set<VectorMetric>,
    limits: VectorPool.Limits = .init(), threads: Int
  ) throws -> VectorMetrics {
    try measure([members], of: pool, metrics: metrics, limits: limits, threads: threads)[0]
  }

  /// Measures many sets of one pool, whose vectors are read once.
  ///
  /// A set's metrics are those that it has alone, but for the last bits where they come from cosines of
  /// floats.
  ///
  /// - Parameters:
  ///   - sets: The samples of each set, each once, in any order.
  ///   - pool: Their vectors, and the samples to be covered.
  ///   - metrics: What to compute; the rest stays `nil` and costs nothing.
  ///   - limits: How much is drawn where all would take too long.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Returns: The metrics of each set.
  /// - Throws: As for one set.
  /// - Complexity: See each metric's description.
  public static func measure(
    _ sets: [[Int32]], of pool: VectorPool, metrics: Set<VectorMetric>,
    limits: VectorPool.Limits = .init(), threads: Int
  ) throws -> [VectorMetrics] {
    precondition(threads >= 1, "a job needs at least one thread")
    precondition(
      limits.neighbourSamples >= 1 && limits.coveredSamples >= 1 && limits.referenceSamples >= 1,
      "nothing can be said from no sample")
    if metrics.isEmpty { return sets.map { _ in VectorMetrics() } }
    let sets = try MeasuredSets(sets, of: pool, limits: limits, threads: threads)
    var results = sets.places.indices.map { set in
      var result = VectorMetrics()
      result.sampleCount = sets.places[set].count
      result.withoutDirection = sets.withoutDirection[set]
      return result
    }
    try sets.measureSpectra(metrics, quality: pool.quality, into: &results)
    try sets.measureNeighbours(metrics, into: &results)
    try sets.measureCoverage(metrics, into: &results)
    return results
  }
}
