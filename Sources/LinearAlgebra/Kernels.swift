// The module's only unsafe code: each function checks its sizes, then lends its spans to one C
// function for the length of the call.
internal import CLinearAlgebra

/// The library behind matrix products and eigenvectors.
public enum LinearAlgebraLibrary {
  /// Loads the library, which happens once a process; fitting does it by itself.
  ///
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  public static func open() throws(LinearAlgebraError) {
    var message = [CChar](repeating: 0, count: 512)
    // The message is written within its bounds, with a zero at its end.
    let status = unsafe message.withUnsafeMutableBufferPointer { buffer in
      unsafe gamut_blas_open(buffer.baseAddress, buffer.count)
    }
    guard status != 0 else { return }
    let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw .libraryUnavailable(problem: String(decoding: text, as: UTF8.self))
  }

  /// The processor kernel in use, such as "SkylakeX"; empty while the library is not loaded.
  public static var coreName: String { unsafe String(cString: gamut_blas_core_name()) }

  /// The library's version and build; empty while it is not loaded.
  public static var configuration: String { unsafe String(cString: gamut_blas_config()) }
}

/// Widens half-precision numbers (IEEE binary16, little-endian) exactly.
///
/// - Parameters:
///   - halves: The numbers' bytes, two each.
///   - floats: Memory for the values.
///   - start: Where in `floats` the first one goes.
public func widenHalves(
  _ halves: Span<UInt8>, into floats: inout MutableSpan<Float>, at start: Int = 0
) {
  unsafe convert(halves, width: 2, into: &floats, at: start, by: gamut_half_to_float)
}

/// Rounds double-precision numbers (IEEE binary64, little-endian) to the nearest float; what is too
/// large becomes an infinity.
///
/// - Parameters:
///   - doubles: The numbers' bytes, eight each.
///   - floats: Memory for the values.
///   - start: Where in `floats` the first one goes.
public func roundDoubles(
  _ doubles: Span<UInt8>, into floats: inout MutableSpan<Float>, at start: Int = 0
) {
  unsafe convert(doubles, width: 8, into: &floats, at: start, by: gamut_double_to_float)
}

/// Turns numbers of some width in bytes into floats by a function that takes so many of them.
private func convert(
  _ numbers: Span<UInt8>, width: Int, into floats: inout MutableSpan<Float>, at start: Int,
  by function: (UnsafeRawPointer?, UnsafeMutablePointer<Float>?, Int) -> Void
) {
  let count = numbers.count / width
  precondition(numbers.count == width * count, "the last number is cut")
  precondition(start >= 0 && start + count <= floats.count, "the buffer is too small")
  unsafe numbers.withUnsafeBufferPointer { source in
    unsafe floats.withUnsafeMutableBufferPointer { target in
      guard let base = source.baseAddress, let first = target.baseAddress else { return }
      unsafe function(base, first + start, count)
    }
  }
}

/// Adds up columns; the largest magnitude, and the first row that is not finite.
func columnSums(
  _ rows: Span<Float>, dimension: Int, into sums: inout [Double]
) -> (largest: Float, notFinite: Int?) {
  precondition(sums.count == dimension && rows.count.isMultiple(of: dimension))
  let rowCount = rows.count / dimension
  var largest: Float = 0
  let found = unsafe rows.withUnsafeBufferPointer { rows in
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe gamut_column_sums(rows.baseAddress, rowCount, dimension, sums.baseAddress, &largest)
    }
  }
  return (largest, found < 0 ? nil : found)
}

/// x · scale − shift, column by column.
func shiftRows(_ rows: inout MutableSpan<Float>, scale: Float, shift: [Float]) {
  precondition(rows.count.isMultiple(of: shift.count))
  let rowCount = rows.count / shift.count
  unsafe rows.withUnsafeMutableBufferPointer { rows in
    unsafe gamut_shift_rows(rows.baseAddress, rowCount, shift.count, scale, shift)
  }
}

/// The upper triangle of transpose(rows) · rows.
func scatter(_ rows: Span<Float>, dimension: Int, into product: inout [Float]) {
  precondition(product.count == dimension * dimension && rows.count.isMultiple(of: dimension))
  let rowCount = rows.count / dimension
  unsafe rows.withUnsafeBufferPointer { rows in
    unsafe product.withUnsafeMutableBufferPointer { product in
      unsafe gamut_scatter(rows.baseAddress, rowCount, dimension, product.baseAddress)
    }
  }
}

/// left · transpose(right), both with rows of `inner` values, into the first places of `product`.
func multiplyTransposed(
  _ left: Span<Float>, _ right: Span<Float>, inner: Int, into product: inout MutableSpan<Float>
) {
  let (m, n) = (left.count / inner, right.count / inner)
  precondition(left.count == m * inner && right.count == n * inner && product.count >= m * n)
  unsafe left.withUnsafeBufferPointer { left in
    unsafe right.withUnsafeBufferPointer { right in
      unsafe product.withUnsafeMutableBufferPointer { product in
        unsafe gamut_multiply_transposed(
          left.baseAddress, right.baseAddress, m, n, inner, product.baseAddress)
      }
    }
  }
}

/// transpose(left) · right, both with `inner` rows.
func transposedMultiply(
  _ left: Span<Float>, _ right: Span<Float>, inner: Int, into product: inout MutableSpan<Float>
) {
  let (m, n) = (left.count / inner, right.count / inner)
  precondition(left.count == m * inner && right.count == n * inner && product.count == m * n)
  unsafe left.withUnsafeBufferPointer { left in
    unsafe right.withUnsafeBufferPointer { right in
      unsafe product.withUnsafeMutableBufferPointer { product in
        unsafe gamut_transposed_multiply(
          left.baseAddress, right.baseAddress, m, n, inner, product.baseAddress)
      }
    }
  }
}

/// left · transpose(right) in double, both with rows of `inner` values.
func multiplyTransposed(_ left: [Double], _ right: [Double], inner: Int) -> [Double] {
  let (m, n) = (left.count / inner, right.count / inner)
  precondition(left.count == m * inner && right.count == n * inner)
  var product = [Double](repeating: 0, count: m * n)
  unsafe product.withUnsafeMutableBufferPointer { product in
    unsafe gamut_multiply_transposed_double(left, right, m, n, inner, product.baseAddress)
  }
  return product
}

/// left · right in double; `inner` is how many columns `left` and rows `right` has.
func multiply(_ left: [Double], _ right: [Double], inner: Int) -> [Double] {
  let (m, n) = (left.count / inner, right.count / inner)
  precondition(left.count == m * inner && right.count == n * inner)
  var product = [Double](repeating: 0, count: m * n)
  unsafe product.withUnsafeMutableBufferPointer { product in
    unsafe gamut_multiply_double(left, right, m, n, inner, product.baseAddress)
  }
  return product
}

/// What the C function of eigenvectors returns, in place of a code of LAPACK, when memory ran out.
private let eigenvectorsOutOfMemory: Int32 = -1000

/// The largest eigenvalues, descending, and their unit eigenvectors, one a row.
///
/// Of the symmetric matrix only the upper triangle is looked at; it is destroyed.
func leadingEigenvectors(
  _ matrix: inout [Double], dimension: Int, count: Int
) throws(LinearAlgebraError) -> (values: [Double], vectors: [Double]) {
  precondition(matrix.count == dimension * dimension && count >= 1 && count <= dimension)
  var values = [Double](repeating: 0, count: count)
  var vectors = [Double](repeating: 0, count: count * dimension)
  let info = unsafe matrix.withUnsafeMutableBufferPointer { matrix in
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe vectors.withUnsafeMutableBufferPointer { vectors in
        unsafe gamut_leading_eigenvectors(
          matrix.baseAddress, dimension, count, values.baseAddress, vectors.baseAddress)
      }
    }
  }
  guard info != eigenvectorsOutOfMemory else { throw .outOfMemory(dimension: dimension) }
  guard info == 0 else { throw .noConvergence(info: Int(info)) }
  var descending = [Double](repeating: 0, count: count * dimension)
  for row in 0..<count {
    let source = (count - 1 - row) * dimension
    for column in 0..<dimension { descending[row * dimension + column] = vectors[source + column] }
  }
  return (values.reversed(), descending)
}

/// Makes a vector orthogonal to the orthonormal `rows`; the length of what is left of it.
func removeShares(of rows: [Double], from vector: inout [Double]) -> Double {
  let dimension = vector.count
  let count = rows.count / dimension
  var shares = [Double](repeating: 0, count: max(count, 1))
  return unsafe vector.withUnsafeMutableBufferPointer { vector in
    unsafe shares.withUnsafeMutableBufferPointer { shares in
      unsafe gamut_remove_shares(rows, count, dimension, vector.baseAddress, shares.baseAddress)
    }
  }
}

/// total += partial · scale + between · difference ⊗ difference − count · rest ⊗ rest, in the upper
/// triangle.
func addScatter(
  _ partial: [Float], scale: Double, between: Double, difference: [Double], count: Double,
  rest: [Double], to total: inout [Double]
) {
  let dimension = difference.count
  precondition(rest.count == dimension && partial.count == dimension * dimension)
  precondition(total.count == partial.count)
  unsafe total.withUnsafeMutableBufferPointer { total in
    unsafe gamut_add_scatter(
      total.baseAddress, partial, dimension, scale, between, difference, count, rest)
  }
}

/// total += partial · scale.
func addScaled(_ partial: [Float], scale: Double, to total: inout [Double]) {
  precondition(partial.count == total.count)
  let count = total.count
  unsafe total.withUnsafeMutableBufferPointer { total in
    unsafe gamut_add_scaled(total.baseAddress, partial, count, scale)
  }
}

/// The sum of the squares.
func sumOfSquares(_ values: Span<Float>) -> Double {
  unsafe values.withUnsafeBufferPointer { values in
    unsafe gamut_sum_of_squares(values.baseAddress, values.count)
  }
}

/// The fixed-order projection: padded components and centre, see the C header for the order.
func projectRows(
  _ rows: Span<Float>, dimension: Int, components: [Float], centre: [Float], offsets: [Float],
  into coordinates: inout MutableSpan<Float>, variant: Int? = nil
) {
  let rowCount = rows.count / dimension
  precondition(rows.count == rowCount * dimension)
  precondition(centre.count == paddedCount(dimension))
  precondition(components.count == offsets.count * centre.count)
  precondition(coordinates.count == rowCount * offsets.count, "the buffer has another size")
  unsafe rows.withUnsafeBufferPointer { rows in
    unsafe coordinates.withUnsafeMutableBufferPointer { coordinates in
      unsafe gamut_project(
        rows.baseAddress, rowCount, dimension, components, offsets.count, centre, offsets,
        coordinates.baseAddress, Int32(variant ?? -1))
    }
  }
}

/// The sum of the products of two rows of whole lanes, in the order of the projection.
func unfusedProduct(_ left: Span<Float>, _ right: Span<Float>, zeros: [Float]) -> Float {
  precondition(left.count == zeros.count && right.count == zeros.count)
  var product: Float = 0
  unsafe left.withUnsafeBufferPointer { left in
    unsafe right.withUnsafeBufferPointer { right in
      unsafe gamut_project(
        left.baseAddress, 1, zeros.count, right.baseAddress, 1, zeros, zeros, &product, -1)
    }
  }
  return product
}

/// The same for all pairs of rows of two lists: `left` rows by `right` columns.
func unfusedProducts(
  _ left: Span<Float>, _ right: Span<Float>, zeros: [Float],
  into products: inout MutableSpan<Float>
) {
  let width = zeros.count
  let (m, n) = (left.count / width, right.count / width)
  precondition(left.count == m * width && right.count == n * width && products.count == m * n)
  let offsets = n <= width ? zeros : [Float](repeating: 0, count: n)
  unsafe left.withUnsafeBufferPointer { left in
    unsafe right.withUnsafeBufferPointer { right in
      unsafe products.withUnsafeMutableBufferPointer { products in
        unsafe gamut_project(
          left.baseAddress, m, width, right.baseAddress, n, zeros, offsets,
          products.baseAddress, -1)
      }
    }
  }
}

/// Raises each row's maximum to the greatest number of the row.
func raiseMaxima(_ rows: Span<Float>, columnCount: Int, maxima: inout [Float]) {
  precondition(rows.count == columnCount * maxima.count)
  for row in maxima.indices {
    var greatest = maxima[row]
    for place in row * columnCount..<(row + 1) * columnCount {
      greatest = rows[place] > greatest ? rows[place] : greatest
    }
    maxima[row] = greatest
  }
}

/// The places of the numbers that are at least a bound, ascending; how many.
func numbersAtLeast(_ bound: Float, in values: Span<Float>, found: inout [UInt32]) -> Int {
  precondition(found.count > values.count)
  return unsafe values.withUnsafeBufferPointer { values in
    unsafe found.withUnsafeMutableBufferPointer { found in
      unsafe gamut_at_least(values.baseAddress, values.count, bound, found.baseAddress)
    }
  }
}

/// The same for numbers that are at least a bound or at least that of their place.
func numbersAtLeast(
  _ bound: Float, or bounds: Span<Float>, in values: Span<Float>, found: inout [UInt32]
) -> Int {
  precondition(found.count > values.count && bounds.count == values.count)
  return unsafe values.withUnsafeBufferPointer { values in
    unsafe bounds.withUnsafeBufferPointer { bounds in
      unsafe found.withUnsafeMutableBufferPointer { found in
        unsafe gamut_at_least_either(
          values.baseAddress, values.count, bound, bounds.baseAddress, found.baseAddress)
      }
    }
  }
}

/// The pairs of a query and a vector that may be close; see the C header for the blocks.
///
/// `vector` numbers count from the first of the blocks that are looked at.
func closeVectors(
  _ blocks: Span<Int16>, rests: Span<Float>, blockCount: Int, queries: Span<Int16>,
  queryRests: Span<Float>, queryCount: Int, ends: [UInt32], least: Float,
  found: inout ClosePairs, variant: Int? = nil
) -> Int {
  let width = Int(ends.last ?? 0)
  precondition(blocks.count == blockCount * width * vectorsInBlock)
  precondition(rests.count == blockCount * ends.count * vectorsInBlock)
  precondition(queries.count == queryCount * width && queryRests.count == queryCount * ends.count)
  found.makeRoom(blockCount * vectorsInBlock * queryCount)
  return unsafe blocks.withUnsafeBufferPointer { blocks in
    unsafe rests.withUnsafeBufferPointer { rests in
      unsafe queries.withUnsafeBufferPointer { queries in
        unsafe queryRests.withUnsafeBufferPointer { queryRests in
          unsafe found.queries.withUnsafeMutableBufferPointer { numbers in
            unsafe found.vectors.withUnsafeMutableBufferPointer { vectors in
              unsafe found.bounds.withUnsafeMutableBufferPointer { bounds in
                unsafe gamut_close_vectors(
                  blocks.baseAddress, rests.baseAddress, blockCount, queries.baseAddress,
                  queryRests.baseAddress, queryCount, ends, ends.count, least,
                  numbers.baseAddress, vectors.baseAddress, bounds.baseAddress,
                  Int32(variant ?? -1))
              }
            }
          }
        }
      }
    }
  }
}

/// Room for pairs of a query and a vector that may be close.
struct ClosePairs: Sendable {
  fileprivate(set) var queries: [UInt32] = []
  fileprivate(set) var vectors: [UInt32] = []
  fileprivate(set) var bounds: [Float] = []

  fileprivate mutating func makeRoom(_ count: Int) {
    guard queries.count < count else { return }
    queries = [UInt32](repeating: 0, count: count)
    vectors = [UInt32](repeating: 0, count: count)
    bounds = [Float](repeating: 0, count: count)
  }
}

/// How many vectors lie side by side in a block of `closeVectors`.
var vectorsInBlock: Int { Int(GAMUT_CLOSE_LANES) }

/// The variants of `closeVectors` that this processor can run.
var closeVariantCount: Int { Int(gamut_close_variant_count()) }

/// The scalar product of two vectors in whatever order is fast.
///
/// - Parameters:
///   - one: A vector.
///   - other: One of as many numbers.
/// - Returns: The product, rounded as the processor likes.
/// - Complexity: O(numbers).
public func roughProduct(_ one: Span<Float>, _ other: Span<Float>) -> Float {
  precondition(one.count == other.count, "vectors have as many numbers")
  return unsafe one.withUnsafeBufferPointer { one in
    unsafe other.withUnsafeBufferPointer { other in
      unsafe gamut_rough_product(one.baseAddress, other.baseAddress, one.count)
    }
  }
}

/// The variants of the projection that this processor can run.
var projectionVariantCount: Int { Int(gamut_projection_variant_count()) }

/// A row's length in the projection, rounded up to whole lanes.
func paddedCount(_ dimension: Int) -> Int {
  let lanes = Int(GAMUT_PROJECTION_LANES)
  return (dimension + lanes - 1) / lanes * lanes
}

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

/// Makes rows unit rows in place, and finds the first that is not finite.
///
/// See the C header for scales and identities.
func makeUnitRows(
  _ rows: inout [Float], dimension: Int, scales: inout [Double],
  identities: inout [UInt64]
) -> Int? {
  let rowCount = scales.count
  precondition(rows.count == rowCount * dimension && identities.count == rowCount)
  let found = unsafe rows.withUnsafeMutableBufferPointer { rows in
    unsafe scales.withUnsafeMutableBufferPointer { scales in
      unsafe identities.withUnsafeMutableBufferPointer { identities in
        unsafe gamut_unit_rows(
          rows.baseAddress, rowCount, dimension, scales.baseAddress, identities.baseAddress)
      }
    }
  }
  return found < 0 ? nil : found
}

/// Rows times their scales in double; their sum is added to `sums`.
func widenRows(
  _ rows: Span<Float>, scales: [Double], into wide: inout [Double], sums: inout [Double]
) {
  let dimension = sums.count
  precondition(rows.count == scales.count * dimension && wide.count == rows.count)
  unsafe rows.withUnsafeBufferPointer { rows in
    unsafe wide.withUnsafeMutableBufferPointer { wide in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe gamut_widen_rows(
          rows.baseAddress, scales, scales.count, dimension, wide.baseAddress, sums.baseAddress)
      }
    }
  }
}

/// scatter += transpose(rows) · rows in double, in the upper triangle.
func addScatter(_ rows: [Double], dimension: Int, to scatter: inout [Double]) {
  precondition(scatter.count == dimension * dimension && rows.count.isMultiple(of: dimension))
  unsafe scatter.withUnsafeMutableBufferPointer { scatter in
    unsafe gamut_add_scatter_double(rows, rows.count / dimension, dimension, scatter.baseAddress)
  }
}

/// All eigenvalues, ascending, of a symmetric matrix, of which only the upper triangle is looked at.
func eigenvalues(
  ofUpperTriangle matrix: [Double], dimension: Int
) throws(LinearAlgebraError) -> [Double] {
  precondition(matrix.count == dimension * dimension)
  if dimension == 0 { return [] }
  var matrix = matrix
  var values = [Double](repeating: 0, count: dimension)
  let info = unsafe matrix.withUnsafeMutableBufferPointer { matrix in
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe gamut_eigenvalues(matrix.baseAddress, dimension, values.baseAddress)
    }
  }
  guard info != eigenvectorsOutOfMemory else { throw .outOfMemory(dimension: dimension) }
  guard info == 0 else { throw .noConvergence(info: Int(info)) }
  return values
}

/// The squared distance of two rows, each times its scale.
func squaredDistance(
  _ left: Span<Float>, scale leftScale: Double, _ right: Span<Float>, scale rightScale: Double
) -> Double {
  precondition(left.count == right.count, "rows of other length")
  return unsafe left.withUnsafeBufferPointer { left in
    unsafe right.withUnsafeBufferPointer { right in
      unsafe gamut_squared_distance(
        left.baseAddress, leftScale, right.baseAddress, rightScale, left.count)
    }
  }
}

/// How many bins distances fall into.
var distanceBinCount: Int { Int(GAMUT_DISTANCE_BINS) }

/// Lets one row of cosines into the list of the greatest, which lies from `place` · `limit` on; how
/// many the list holds then.
func keepNearest(
  _ cosines: Span<Float>, skipped: Int?, first: Int, limit: Int, held: Int, place: Int,
  values: inout [Float], places: inout [UInt32]
) -> Int {
  let start = place * limit
  precondition(start >= 0 && start + limit <= values.count && values.count == places.count)
  precondition(held >= 0 && held <= limit && limit >= 1 && first + cosines.count <= UInt32.max)
  return unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe places.withUnsafeMutableBufferPointer { places in
        guard let valueBase = values.baseAddress, let placeBase = places.baseAddress else {
          return held
        }
        return unsafe gamut_keep_nearest(
          cosines.baseAddress, cosines.count, skipped ?? -1, UInt32(first), limit, held,
          valueBase + start, placeBase + start)
      }
    }
  }
}

/// Adds one row of distances to its bins, which lie from `place` · `distanceBinCount` on.
func binDistances(_ cosines: Span<Float>, skipped: Int?, place: Int, bins: inout [UInt64]) {
  let start = place * distanceBinCount
  precondition(start >= 0 && start + distanceBinCount <= bins.count)
  precondition(skipped.map { $0 >= 0 && $0 < cosines.count } ?? true)
  unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe bins.withUnsafeMutableBufferPointer { bins in
      guard let base = bins.baseAddress else { return }
      unsafe gamut_bin_distances(cosines.baseAddress, cosines.count, skipped ?? -1, base + start)
    }
  }
}

/// The sum of distance / rank over binned distances, after those of some cosines were taken out and
/// with ranks from `rank` + 1 on; see the C header.
func rankWeightedSum(
  _ bins: inout [UInt64], place: Int, without cosines: Span<Float>, rank: Int, harmonic: [Double]
) -> Double {
  let start = place * distanceBinCount
  precondition(start >= 0 && start + distanceBinCount <= bins.count)
  return unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe bins.withUnsafeMutableBufferPointer { bins in
      guard let base = bins.baseAddress else { return 0 }
      unsafe gamut_unbin_distances(cosines.baseAddress, cosines.count, base + start)
      var last = rank
      for bin in 0..<distanceBinCount { last += unsafe Int(bins[start + bin] >> 40) }
      precondition(last < harmonic.count, "a weight is missing")
      return unsafe gamut_rank_weighted_sum(base + start, rank, harmonic)
    }
  }
}

/// greatest[start + i] = the greater of itself and values[i].
public func raise(_ greatest: inout [Float], from start: Int, to values: Span<Float>) {
  precondition(start >= 0 && start + values.count <= greatest.count, "the values do not fit")
  unsafe values.withUnsafeBufferPointer { values in
    unsafe greatest.withUnsafeMutableBufferPointer { greatest in
      guard let base = greatest.baseAddress else { return }
      unsafe gamut_raise(base + start, values.baseAddress, values.count)
    }
  }
}
