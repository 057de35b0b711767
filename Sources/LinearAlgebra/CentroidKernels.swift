// Distances of rows from centroids.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

/// Rows as columns of whole lanes, filled up with zeros.
func columns(of rows: Span<Float>, stride: Int, dimension: Int) -> [Float] {
  let lanes = 2 * Int(GAMUT_CENTROID_LANES)
  let count = rows.count / stride
  let height = (count + lanes - 1) / lanes * lanes
  var columns = [Float](repeating: 0, count: height * dimension)
  for row in 0..<count {
    for column in 0..<dimension { columns[column * height + row] = rows[row * stride + column] }
  }
  return columns
}

/// The nearest centroid of each row with the squared distance, see the C header for the order.
///
/// - Parameters:
///   - rows: Rows of `stride` floats, of which the first `dimension` count.
///   - stride: Floats from one row to the next.
///   - dimension: Columns that count.
///   - centroids: Rows of `dimension` floats.
///   - pivots: By what centroids are passed over; `nil` looks at all of them.
///   - limit: The largest magnitude that a row may have.
///   - numbers: Memory for the centroids' numbers, one a row.
///   - squares: Memory for the squared distances, one a row.
///   - compared: Becomes how many distances from centroids pivots left to compute, lanes without a row
///     counted too; not touched without pivots, or where a row is refused.
///   - variant: Which variant of the kernel; `nil` for the fastest.
/// - Returns: The first row that exceeds it or holds a NaN; `nil` if none does.
func nearestCentroids(
  _ rows: Span<Float>, stride: Int, dimension: Int, centroids: [Float], pivots: CentroidPivots?,
  limit: Float, numbers: inout MutableSpan<Int32>, squares: inout MutableSpan<Float>,
  compared: inout Int, variant: Int? = nil
) -> Int? {
  let rowCount = numbers.count
  let count = centroids.count / dimension
  precondition(rows.count == rowCount * stride && stride >= dimension && squares.count == rowCount)
  precondition(count >= 1 && count * dimension == centroids.count)
  var columns = [Float](repeating: 0, count: dimension * Int(GAMUT_CENTROID_LANES))
  let refused = unsafe rows.withUnsafeBufferPointer { rows in
    unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe squares.withUnsafeMutableBufferPointer { squares in
        guard let pivots else {
          return unsafe gamut_nearest_centroids(
            rows.baseAddress, rowCount, stride, dimension, centroids, count, limit, &columns,
            numbers.baseAddress, squares.baseAddress, Int32(variant ?? -1))
        }
        precondition(pivots.nearest.count == pivots.count * count)
        precondition(pivots.rows.count == pivots.count * dimension)
        var arranged = [Float](repeating: 0, count: centroids.count)
        var memory = [Int32](repeating: 0, count: gamut_pivot_memory(rowCount, pivots.count))
        return unsafe pivots.rows.withUnsafeBufferPointer { pivotRows in
          unsafe pivots.nearest.withUnsafeBufferPointer { nearest in
            unsafe pivots.distances.withUnsafeBufferPointer { distances in
              var parts = unsafe gamut_pivots(
                rows: pivotRows.baseAddress, count: pivots.count, nearest: nearest.baseAddress,
                distances: distances.baseAddress, slack: pivots.slack, least: CentroidPivots.least)
              return unsafe gamut_nearest_by_pivots(
                rows.baseAddress, rowCount, stride, dimension, centroids, count, limit, &columns,
                numbers.baseAddress, squares.baseAddress, &parts, &arranged, &memory, &compared,
                Int32(variant ?? -1))
            }
          }
        }
      }
    }
  }
  return refused < 0 ? nil : refused
}

/// Adds each row to the sums of its centroid, row by row.
///
/// - Parameters:
///   - rows: Rows of `stride` floats, of which the first `dimension` count.
///   - stride: Floats from one row to the next.
///   - dimension: Columns that count.
///   - numbers: The centroids' numbers, one a row.
///   - sums: `dimension` sums a centroid.
func addRows(
  _ rows: Span<Float>, stride: Int, dimension: Int, numbers: [Int32], to sums: inout [Double]
) {
  precondition(rows.count == numbers.count * stride && stride >= dimension)
  let count = sums.count / dimension
  precondition(numbers.allSatisfy { $0 >= 0 && Int($0) < count }, "a number beyond the centroids")
  unsafe rows.withUnsafeBufferPointer { rows in
    unsafe gamut_add_rows(rows.baseAddress, numbers.count, stride, dimension, numbers, &sums)
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
