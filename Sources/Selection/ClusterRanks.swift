import EliteArchive
import LinearAlgebra
import Numbers

/// Clusters in turn, the best of each: cluster and ranking (Ge et al., "Clustering and ranking:
/// diversity-preserved instruction selection through expert-aligned quality estimation", arXiv 2402.18191).
enum ClusterRanks {
  /// How many clusters so many samples make: √(n / 2), rounded down, at least one.
  static func clusterCount(_ count: Int) -> Int {
    max(1, Int((Double(count) / 2).squareRoot()))
  }

  /// How many samples k-means is fitted to at most, for so many clusters.
  static func trainingCount(clusters: Int) -> Int { max(32_768, 64 * clusters) }

  /// First the best of each cluster, best first, then the second of each, and so on.
  ///
  /// Clusters are those of k-means on vectors of length 1. Of a large pool it is fitted to the samples of
  /// smallest content hash. Samples without a direction make a cluster of their own.
  ///
  /// - Parameters:
  ///   - candidates: The candidates.
  ///   - directions: Their vectors.
  ///   - seed: What randomness starts from.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: All candidates.
  /// - Throws: `LinearAlgebraError`.
  static func order(
    of candidates: Candidates, directions: Directions, seed: UInt64, threads: Int
  ) throws -> [Int32] {
    let vectors = directions.vectors
    var cells = [Int32](repeating: EliteArchive.noCell, count: candidates.archive.cells.count)
    var cellCount = 0
    if vectors.count > 0 {
      let count = clusterCount(vectors.count)
      let byHash = stableSorted(Array(0..<Int32(vectors.count))) {
        candidates.contentHash[Int(directions.samples[Int($0)])]
      }
      let training = vectors.picked(
        byHash.prefix(trainingCount(clusters: count)).lazy.map { Int($0) })
      let model = try training.withRows { rows, stride in
        try KMeans.fit(
          rows, stride: stride, dimension: vectors.dimension, count: count, seed: seed,
          threads: threads)
      }
      let numbers = try vectors.withRows { rows, stride in
        try model.assign(rows, stride: stride, threads: threads)
      }
      for (place, number) in numbers.enumerated() {
        cells[Int(directions.samples[place])] = number
      }
      cellCount = model.count
    }
    if !directions.others.isEmpty {
      for sample in directions.others { cells[Int(sample)] = Int32(truncatingIfNeeded: cellCount) }
      cellCount += 1
    }
    var ranking = candidates.archive.byQuality
    // A ranking names every sample; those that are no candidates have no cell.
    ranking += candidates.archive.cells.indices.lazy
      .filter { candidates.archive.cells[$0] == EliteArchive.noCell }
      .map { Int32(truncatingIfNeeded: $0) }
    return EliteArchive(cells: cells, cellCount: cellCount, ranking: ranking)
      .totalOrder(evenness: 1, greed: 0)
  }
}
