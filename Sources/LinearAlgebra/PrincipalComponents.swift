/// The directions along which rows vary most, and the projection onto them.
///
/// Components are the unit eigenvectors of the rows' covariance matrix, by falling eigenvalue
/// (Pearson, "On lines and planes of closest fit to systems of points in space", 1901). A
/// component's sign is free; here its element of largest magnitude is positive, and of elements
/// within a millionth of that magnitude the first one decides.
///
/// Coordinates do not depend on where a row stands, on threads or on the processor: they are sums
/// of our own in one fixed order. Fitting uses OpenBLAS, whose last bits differ between processor
/// kernels, not between thread counts.
public struct PrincipalComponents: Equatable, Sendable {
  /// The rows' mean.
  public let mean: [Double]
  /// The components, one a row, leading first.
  public let components: Matrix
  /// The variance along each component, with n − 1 in the denominator, falling, never negative.
  public let explainedVariance: [Double]
  /// The sum of the variances of all columns, with n − 1 in the denominator; 0 for one row.
  public let totalVariance: Double
  /// How many rows were fitted to.
  public let rowCount: Int

  // The projection's own copy, see `projectRows`: rows padded to whole lanes.
  private let padded: [Float]
  private let centre: [Float]
  private let offsets: [Float]

  /// How many columns a row has.
  public var dimension: Int { mean.count }
  /// How many components there are.
  public var count: Int { components.rowCount }

  /// Takes components that were fitted before.
  ///
  /// From the same values come the same coordinates.
  ///
  /// - Parameters:
  ///   - mean: The rows' mean, d values, at least one.
  ///   - components: One component a row, d columns.
  ///   - explainedVariance: One value a component, n − 1 in the denominator.
  ///   - totalVariance: The variance of all columns together, likewise.
  ///   - rowCount: How many rows were fitted to, at least 1.
  /// - Throws: `LinearAlgebraError.unsupportedDimension` when there are no columns; `sizeMismatch`
  ///   when two sizes differ; `notFinite` for a component with a value that is not finite (its
  ///   number stands for the row), or for a mean with one (row 0).
  public init(
    mean: [Double], components: Matrix, explainedVariance: [Double], totalVariance: Double,
    rowCount: Int
  ) throws(LinearAlgebraError) {
    guard !mean.isEmpty else { throw .unsupportedDimension(found: 0) }
    let dimension = mean.count
    guard components.columnCount == dimension else {
      throw .sizeMismatch(expected: dimension, found: components.columnCount)
    }
    guard explainedVariance.count == components.rowCount else {
      throw .sizeMismatch(expected: components.rowCount, found: explainedVariance.count)
    }
    guard mean.allSatisfy({ Float($0).isFinite }) else { throw .notFinite(row: 0) }
    if let index = components.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: index / dimension)
    }
    self.mean = mean
    self.components = components
    self.explainedVariance = explainedVariance
    self.totalVariance = totalVariance
    self.rowCount = rowCount

    let length = paddedCount(dimension)
    var padded = [Float](repeating: 0, count: components.rowCount * length)
    var centre = [Float](repeating: 0, count: length)
    var offsets = [Float](repeating: 0, count: components.rowCount)
    for column in 0..<dimension { centre[column] = Float(mean[column]) }
    for row in 0..<components.rowCount {
      // What rounding the centre left out, brought in as one number a component.
      var offset = 0.0
      for column in 0..<dimension {
        let weight = components.elements[row * dimension + column]
        padded[row * length + column] = weight
        offset += (mean[column] - Double(centre[column])) * Double(weight)
      }
      offsets[row] = Float(offset)
    }
    self.padded = padded
    self.centre = centre
    self.offsets = offsets
  }

  /// The leading components alone; coordinates along them are the same to the bit.
  ///
  /// - Parameter count: How many, at least 1; all there are where it is more.
  /// - Returns: The first ones, with the variances along them.
  public func prefix(_ count: Int) -> PrincipalComponents {
    precondition(count >= 1, "at least one component is kept")
    if count >= self.count { return self }
    return PrincipalComponents(
      mean: mean, components: components.leadingRows(count),
      explainedVariance: Array(explainedVariance[..<count]),
      totalVariance: totalVariance, rowCount: rowCount,
      padded: Array(padded[..<(count * centre.count)]),
      centre: centre, offsets: Array(offsets[..<count]))
  }

  private init(
    mean: [Double], components: Matrix, explainedVariance: [Double], totalVariance: Double,
    rowCount: Int, padded: [Float], centre: [Float], offsets: [Float]
  ) {
    self.mean = mean
    self.components = components
    self.explainedVariance = explainedVariance
    self.totalVariance = totalVariance
    self.rowCount = rowCount
    self.padded = padded
    self.centre = centre
    self.offsets = offsets
  }

  /// The coordinates of rows: (x − mean) · component.
  ///
  /// A row that holds a NaN or an infinity gets coordinates that are not finite; so may one with
  /// values near the end of float's range.
  ///
  /// - Parameters:
  ///   - rows: The rows, row by row.
  ///   - coordinates: Memory for `count` values a row.
  /// - Complexity: O(rows · dimension · count); no memory.
  public func project(_ rows: Span<Float>, into coordinates: inout MutableSpan<Float>) {
    projectRows(
      rows, dimension: dimension, components: padded, centre: centre, offsets: offsets,
      into: &coordinates)
  }

  /// The same by a certain variant of the kernel, to compare them.
  func project(
    _ rows: Span<Float>, into coordinates: inout MutableSpan<Float>, variant: Int
  ) {
    projectRows(
      rows, dimension: dimension, components: padded, centre: centre, offsets: offsets,
      into: &coordinates, variant: variant)
  }
}
