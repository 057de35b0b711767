/// Sum and inner products of unit rows, in double.
///
/// Of n rows X with d columns the matrix is XᵀX (d × d) where n ≥ d, else XXᵀ (n × n); the two have the
/// same eigenvalues but for zeros. What comes out depends on the rows, on their order and on how they
/// were parted, not on who computed it.
public struct GramMatrix: Sendable {
  /// How many rows were added.
  public private(set) var rowCount = 0
  /// The sum of the rows.
  public private(set) var sum: [Double]
  /// The upper triangle, row by row; empty where only the sum is wanted.
  private var upper: [Double]
  private let isOfColumns: Bool
  private let hasProducts: Bool

  /// How many rows and columns the matrix has.
  private var side: Int { isOfColumns ? sum.count : rowCount }

  /// Makes one of no rows.
  ///
  /// - Parameters:
  ///   - dimension: Columns of a row, at least 1.
  ///   - totalCount: How many rows will be added in all. Where they are fewer than columns, all must be
  ///     added at once.
  ///   - hasProducts: Whether more than the sum is wanted.
  public init(dimension: Int, totalCount: Int, hasProducts: Bool) {
    precondition(dimension >= 1, "a row needs a column")
    sum = [Double](repeating: 0, count: dimension)
    isOfColumns = totalCount >= dimension
    upper = [Double](
      repeating: 0, count: hasProducts && isOfColumns ? dimension * dimension : 0)
    self.hasProducts = hasProducts
  }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - places: Which of them, all with a direction.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`; what the rows' source throws.
  /// - Complexity: O(places · dimension²), O(places · dimension) for the sum alone.
  public mutating func add(_ rows: UnitRows, places: ArraySlice<Int32>) throws {
    try LinearAlgebraLibrary.open()
    precondition(rows.dimension == sum.count, "rows of other length")
    let dimension = sum.count
    let isWhole = hasProducts && !isOfColumns
    precondition(!isWhole || rowCount == 0, "few rows are added at once")
    var buffer: [Float] = []
    var wide: [Double] = []
    var start = places.startIndex
    while start < places.endIndex {
      let end = isWhole ? places.endIndex : min(start + Self.blockRowCount, places.endIndex)
      let block = places[start..<end]
      try rows.copy(block, into: &buffer)
      let length = block.count * dimension
      if wide.count != length { wide = [Double](repeating: 0, count: length) }
      widenRows(
        buffer.span.extracting(0..<length), scales: rows.scales(of: block), into: &wide,
        sums: &sum)
      rowCount += block.count
      if isWhole {
        upper = multiplyTransposed(wide, wide, inner: dimension)
      } else if hasProducts {
        addScatter(wide, dimension: dimension, to: &upper)
      }
      start = end
    }
  }

  /// Rows whose products are computed together.
  private static let blockRowCount = 512

  /// Adds the rows of another.
  ///
  /// - Parameter other: One made for the same total of rows.
  public mutating func add(_ other: GramMatrix) {
    precondition(other.sum.count == sum.count && other.isOfColumns == isOfColumns, "of other rows")
    rowCount += other.rowCount
    for column in sum.indices { sum[column] += other.sum[column] }
    if upper.isEmpty {
      upper = other.upper
    } else {
      precondition(isOfColumns || other.upper.isEmpty, "few rows are added at once")
      for index in other.upper.indices { upper[index] += other.upper[index] }
    }
  }

  /// The sum of the squares of all elements, that is, of all eigenvalues.
  public var squaredNorm: Double {
    precondition(hasProducts, "there is a sum only")
    var total = 0.0
    for row in 0..<side {
      let start = row * side
      var off = 0.0
      for index in start + row + 1..<max(start + side, start + row + 1) {
        off += upper[index] * upper[index]
      }
      total += upper[start + row] * upper[start + row] + 2 * off
    }
    return total
  }

  /// The eigenvalues, ascending; as many as there are rows or columns, whichever are fewer.
  ///
  /// - Returns: Numbers that are 0 or more but for rounding.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`, `noConvergence`, `outOfMemory`.
  /// - Complexity: O(min(rows, columns)³), and a copy of the matrix.
  public func eigenvalues() throws(LinearAlgebraError) -> [Double] {
    precondition(hasProducts, "there is a sum only")
    try LinearAlgebraLibrary.open()
    return try LinearAlgebra.eigenvalues(ofUpperTriangle: upper, dimension: side)
  }
}
