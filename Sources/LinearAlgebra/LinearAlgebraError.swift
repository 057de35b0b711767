/// What went wrong in linear algebra: facts only, worded by the tool.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// OpenBLAS could not be loaded; `problem` is what the system's loader said.
  case libraryUnavailable(problem: String)
  /// There are no rows to fit to.
  case noRows
  /// The rows have no columns, or more than the library can address; `found` columns.
  case unsupportedDimension(found: Int)
  /// A NaN or an infinity stands in this row, counted from 0.
  case notFinite(row: Int)
  /// Fewer than 1 or more than `limit` components were asked for.
  case unsupportedComponentCount(requested: Int, limit: Int)
  /// Two things that must have the same size have not.
  case sizeMismatch(expected: Int, found: Int)
  /// An eigenvalue solver gave up with LAPACK's code `info`.
  case noConvergence(info: Int)
  /// Not enough memory for the eigenvectors of a matrix of `dimension` rows.
  case outOfMemory(dimension: Int)
}
