public import DuckDB

/// What is wrong with a table of records: facts only, worded by the tool.
public enum TableProblem: Equatable, Sendable {
  /// The `duckdb` command, which reads and writes Parquet, is missing or failed.
  case duckdb(DuckDBError)
  /// What duckdb says of its columns is not understood.
  case unknownSchema
  /// A column's name stands twice, perhaps with other capitals: a record would have one of them only.
  case duplicateColumn(name: String, other: String)
  /// A column holds bytes, for which JSON has no value; `type` is duckdb's word for what it holds.
  case bytesColumn(name: String, type: String)
  /// There is no column of that name; those there are.
  case noSuchColumn(name: String, columns: [String])
  /// A column is no list of numbers.
  case notVectors(name: String, type: String)
  /// A record, or a row from 1, has no vector of use in a column.
  case vector(column: String, line: Int, problem: VectorProblem)
  /// CSV or TSV has no line of names.
  case headerMissing
  /// CSV or TSV in UTF-16.
  case utf16
  /// A row, from 1, has another number of fields than there are names; it begins in a line of the file.
  case fieldCount(row: Int, line: Int, expected: Int, found: Int)
  /// A quote is opened in a line and never closed.
  case openQuote(row: Int, line: Int)
  /// Something stands between a closing quote and the next separator.
  case textAfterQuote(row: Int, line: Int)
}

/// What is wrong with a vector in a column.
public enum VectorProblem: Equatable, Sendable {
  /// The column is absent or null.
  case missing
  /// It is no list of numbers.
  case notNumbers
  /// It holds a null, a NaN, an infinity or a number beyond single precision.
  case notFinite
  /// It has another length than the first one of the pool.
  case length(expected: Int, found: Int)
  /// It has more numbers than are read.
  case beyondLimit(Int)
}
