// Products and eigenvectors of matrices.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

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
