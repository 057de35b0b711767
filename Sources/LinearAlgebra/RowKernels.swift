// What is done to rows one by one: sums, scales, projections, distances.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

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
