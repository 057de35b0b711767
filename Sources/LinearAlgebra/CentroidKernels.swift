// Distances of rows from centroids.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

/// Rows as columns of whole lanes, filled up with a value.
func columns(of rows: Span<Float>, stride: Int, dimension: Int, filling: Float) -> [Float] {
  let lanes = 2 * Int(GAMUT_CENTROID_LANES)
  let count = rows.count / stride
  let height = (count + lanes - 1) / lanes * lanes
  var columns = [Float](repeating: filling, count: height * dimension)
  for row in 0..<count {
    for column in 0..<dimension { columns[column * height + row] = rows[row * stride + column] }
  }
  return columns
}

/// Centroids as the kernel wants them; those that only fill up are infinitely far.
func centroidColumns(_ centroids: [Float], dimension: Int) -> [Float] {
  columns(of: centroids.span, stride: dimension, dimension: dimension, filling: 0x1p100)
}

/// The nearest centroid of each row with the squared distance, see the C header for the order.
func nearestCentroids(
  _ rows: Span<Float>, stride: Int, dimension: Int, columns: [Float],
  numbers: inout MutableSpan<Int32>, squares: inout MutableSpan<Float>, variant: Int? = nil
) {
  let rowCount = numbers.count
  let padded = columns.count / dimension
  precondition(rows.count == rowCount * stride && stride >= dimension && squares.count == rowCount)
  precondition(padded * dimension == columns.count)
  precondition(padded.isMultiple(of: 2 * Int(GAMUT_CENTROID_LANES)))
  unsafe rows.withUnsafeBufferPointer { rows in
    unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe squares.withUnsafeMutableBufferPointer { squares in
        unsafe gamut_nearest_centroids(
          rows.baseAddress, rowCount, stride, dimension, columns, padded, numbers.baseAddress,
          squares.baseAddress, Int32(variant ?? -1))
      }
    }
  }
}

/// Lowers the squared distances of `squares`, which lie from row `first` on, to those from one more
/// centroid; their sum.
func lowerSquares(
  _ columns: Span<Float>, height: Int, first: Int, centroid: [Float],
  squares: inout MutableSpan<Float>, variant: Int? = nil
) -> Double {
  let lanes = 2 * Int(GAMUT_CENTROID_LANES)
  let count = squares.count
  precondition(columns.count == height * centroid.count && height.isMultiple(of: lanes))
  precondition(first >= 0 && first + count <= height)
  precondition(first.isMultiple(of: lanes) && count.isMultiple(of: lanes))
  return unsafe columns.withUnsafeBufferPointer { columns in
    unsafe squares.withUnsafeMutableBufferPointer { squares in
      guard let base = columns.baseAddress else { return 0 }
      return unsafe gamut_lower_squares(
        base + first, count, height, centroid.count, centroid, squares.baseAddress,
        Int32(variant ?? -1))
    }
  }
}

/// The variants of the distances from centroids that this processor can run.
var centroidVariantCount: Int { Int(gamut_centroid_variant_count()) }
