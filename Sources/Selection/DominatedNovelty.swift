import LinearAlgebra
import Numbers

/// How far samples lie from those that are fitter: dominated novelty (Bahlous-Boldi et al., "Dominated novelty
/// search: rethinking local competition in quality-diversity", arXiv 2502.00593).
enum DominatedNovelty {
  /// Samples by the mean distance from their nearest fitter ones, largest first, ties by quality.
  ///
  /// A sample is fitter when its quality is larger; of equal qualities the content hash decides, so that just
  /// one sample has none fitter than it and stands first. Of fewer fitter ones than count all do. The
  /// distance of two vectors of length 1 is √(2 − 2 cos).
  ///
  /// - Parameters:
  ///   - vectors: The samples', best first.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: All numbers of the vectors.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  /// - Complexity: O(n² · d) for n vectors of d numbers.
  static func order(of vectors: UnitVectors, threads: Int) throws -> [Int32] {
    let nearest = try vectors.nearest(
      dominatedNoveltyNeighbourCount, ofEarlier: true, threads: threads)
    let novelty = (0..<vectors.count).map { number -> Double in
      let range = nearest.starts[number]..<nearest.starts[number + 1]
      if range.isEmpty { return .infinity }
      var sum = 0.0
      for place in range { sum += (2 - 2 * Double(nearest.cosines[place])).squareRoot() }
      return sum / Double(range.count)
    }
    return stableSorted(Array(0..<Int32(vectors.count))) { descendingKey(novelty[Int($0)]) }
  }
}
