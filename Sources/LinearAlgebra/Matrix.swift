/// Rows of floats of one length, stored one row after the other.
public struct Matrix: Equatable, Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns a row has.
  public let columnCount: Int
  /// The elements, row by row.
  public private(set) var elements: [Float]

  /// Makes a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rowCount: Rows, at least 0.
  ///   - columnCount: Columns, at least 0.
  public init(rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative size")
    self.rowCount = rowCount
    self.columnCount = columnCount
    elements = [Float](repeating: 0, count: rowCount * columnCount)
  }

  /// Makes a matrix of elements that are there.
  ///
  /// - Parameters:
  ///   - rowCount: Rows, at least 0.
  ///   - columnCount: Columns, at least 0.
  ///   - elements: `rowCount` × `columnCount` values, row by row.
  /// - Throws: `LinearAlgebraError.sizeMismatch` when there are more or fewer.
  public init(
    rowCount: Int, columnCount: Int, elements: [Float]
  ) throws(LinearAlgebraError) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative size")
    guard elements.count == rowCount * columnCount else {
      throw .sizeMismatch(expected: rowCount * columnCount, found: elements.count)
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  /// The first rows.
  func leadingRows(_ count: Int) -> Matrix {
    var part = Matrix(rowCount: count, columnCount: columnCount)
    part.elements = Array(elements[..<(count * columnCount)])
    return part
  }

  /// The element at a row and a column.
  public subscript(row: Int, column: Int) -> Float {
    get {
      check(row, column)
      return elements[row * columnCount + column]
    }
    set {
      check(row, column)
      elements[row * columnCount + column] = newValue
    }
  }

  /// Lends one row.
  ///
  /// - Parameters:
  ///   - row: The row's number, in `0..<rowCount`.
  ///   - body: Sees the row's elements.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withRow<Result, Failure: Error>(
    _ row: Int, _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(row >= 0 && row < rowCount, "the row lies outside the matrix")
    let start = row * columnCount
    return try body(elements.span.extracting(start..<start + columnCount))
  }

  private func check(_ row: Int, _ column: Int) {
    precondition(row >= 0 && row < rowCount, "the row lies outside the matrix")
    precondition(column >= 0 && column < columnCount, "the column lies outside the matrix")
  }
}
