import Descriptors
import LinearAlgebra
import Metrics

/// Samples of which sets are measured, with all that metrics ask of them.
struct MeasuredPool: Sendable {
  /// The samples, every column of lines, hashes and sizes here.
  var columns: PoolColumns
  /// Their cells.
  var grid: Grid
  /// Their quality, NaN for one without.
  var quality: [Double]
  /// The samples that make up the pool, against which coverage, regret and divergences are told, each
  /// once; `nil` for all.
  var samples: [Int32]?
  /// Where the samples of a set should lie; without it no metric against a target has a value.
  var target: MeasuredTarget?
  /// Their vectors, one row a sample; without them no metric of vectors has a value.
  var vectors: RowSource?
  /// Where their texts are read; without it no metric of texts has a value.
  var texts: TextSource?
  /// What draws start from.
  var seed: UInt64 = 0

  /// All samples of the pool.
  var poolSamples: [Int32] { samples ?? (0..<Int32(columns.count)).map { $0 } }
}

/// How samples should lie over the cells.
enum MeasuredTarget: Sendable {
  /// Alike in all cells that the pool reaches.
  case uniform
  /// As these samples do.
  case samples([Int32])
}

extension RowSource {
  /// Vectors that are read one at a time, as rows.
  ///
  /// - Parameters:
  ///   - vectors: The vectors of the samples.
  ///   - count: How many samples there are.
  init(_ vectors: SampleVectors, count: Int) {
    let dimension = vectors.dimension
    self.init(rowCount: count, dimension: dimension) { rows, buffer in
      var vector = [Float](repeating: 0, count: dimension)
      for row in rows {
        var target = vector.mutableSpan
        try vectors.read(row, &target)
        let start = (row - rows.lowerBound) * dimension
        for place in vector.indices { buffer[start + place] = vector[place] }
      }
    }
  }
}
