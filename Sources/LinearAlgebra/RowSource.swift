/// Rows of floats that can be read again, in any order, from any thread: a file, a matrix, an
/// embedding that is computed.
public struct RowSource: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns a row has.
  public let dimension: Int
  private let fill: @Sendable (Range<Int>, inout MutableSpan<Float>) throws -> Void

  /// Describes a source.
  ///
  /// - Parameters:
  ///   - rowCount: Rows, at least 0.
  ///   - dimension: Columns, at least 0.
  ///   - fill: Writes the rows of a range, row by row, into memory of just their size. It is called
  ///     from several threads at once, and must give the same values each time.
  public init(
    rowCount: Int, dimension: Int,
    fill: @escaping @Sendable (Range<Int>, inout MutableSpan<Float>) throws -> Void
  ) {
    precondition(rowCount >= 0 && dimension >= 0, "a source has no negative size")
    self.rowCount = rowCount
    self.dimension = dimension
    self.fill = fill
  }

  /// The rows of a matrix.
  ///
  /// - Parameter matrix: The rows.
  public init(_ matrix: Matrix) {
    let columnCount = matrix.columnCount
    self.init(rowCount: matrix.rowCount, dimension: columnCount) { rows, buffer in
      let elements = matrix.elements.span
      var target = 0
      for index in rows.lowerBound * columnCount..<rows.upperBound * columnCount {
        buffer[target] = elements[index]
        target += 1
      }
    }
  }

  /// Reads some rows.
  ///
  /// - Parameters:
  ///   - rows: Which rows, within `0..<rowCount`.
  ///   - buffer: Memory for `rows.count` × `dimension` values.
  /// - Throws: What the source throws.
  public func readRows(_ rows: Range<Int>, into buffer: inout MutableSpan<Float>) throws {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount, "the rows lie outside the source")
    precondition(buffer.count == rows.count * dimension, "the buffer has another size")
    try fill(rows, &buffer)
  }

  /// Rows that are read and worked on together.
  ///
  /// There are 2,048, fewer when they are so long that a block would take more than 32 MB. The number
  /// depends on the dimension only, because the last bits of sums depend on it.
  var blockRowCount: Int { max(256, min(2_048, (1 << 23) / max(dimension, 1))) }
}
