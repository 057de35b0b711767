/// Below this share of its squared length, what earlier columns leave of a column is rounding.
///
/// The matrices are of floats (2⁻²⁴ ≈ 6e-8 a rounding), so a column that depends on the others keeps
/// about 1e-14 to 1e-12 of its square; the scalar products are in double and resolve that.
private let dependentShare = 1e-9

extension FloatRows {
  /// Replaces the columns with orthonormal ones that span the same space.
  ///
  /// Cholesky QR: with G = YᵀY = RᵀR, Q = Y R⁻¹. The scalar products and the factor are in double,
  /// which leaves Q orthonormal to about 1e-16 · cond(Y)², and columns that depend on those before
  /// them (by 1e-9 of their square) become zero instead of noise. One pass over the rows to
  /// multiply and one to divide, against one a column of Gram-Schmidt's.
  ///
  /// - Complexity: O(rows · columns²).
  func orthonormalise(threads: Int, variant: Int = fastestVariant) {
    let products = columnProducts(threads: threads, variant: variant)
    multiply(
      byTriangle: inverseFactor(of: products, size: columnCount, stride: stride),
      threads: threads, variant: variant)
  }
}

/// R⁻¹ of the Cholesky factor of a symmetric matrix; columns that depend on earlier ones are zero.
///
/// - Parameters:
///   - matrix: Row-major, `stride` columns; entries on and right of the diagonal are read.
///   - size: Rows and columns that are used.
///   - stride: Columns of `matrix` and of the result.
/// - Returns: An upper triangular matrix of `stride` rows, zero beyond `size`.
/// - Complexity: O(size³).
func inverseFactor(of matrix: [Double], size: Int, stride: Int) -> [Double] {
  var factor = [Double](repeating: 0, count: stride * stride)
  var inverse = factor
  for j in 0..<size {
    let start = j * stride
    // Row j of what is left of the matrix: one earlier row of the factor at a time, in order.
    for k in j..<size { factor[start + k] = matrix[start + k] }
    for i in 0..<j {
      let share = factor[i * stride + j]
      if share == 0 { continue }
      for k in j..<size { factor[start + k] -= share * factor[i * stride + k] }
    }
    let rest = factor[start + j]
    guard rest > dependentShare * matrix[start + j] else {
      for k in j..<size { factor[start + k] = 0 }
      continue
    }
    let pivot = rest.squareRoot()
    for k in j..<size { factor[start + k] /= pivot }
  }
  for j in 0..<size {
    let pivot = factor[j * stride + j]
    if pivot == 0 { continue }
    inverse[j * stride + j] = 1 / pivot
    for i in 0..<j {
      var sum = 0.0
      for k in i..<j { sum += inverse[i * stride + k] * factor[k * stride + j] }
      inverse[i * stride + j] = -sum / pivot
    }
  }
  return inverse
}
