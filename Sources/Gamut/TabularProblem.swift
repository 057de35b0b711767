public import DuckDB

/// Why a subset cannot be written as a table: facts only, worded by the tool.
public enum TabularProblem: Equatable, Sendable {
  /// The columns of two Parquet sources differ; `column` is the first that one has, by name or type, and the
  /// other has not.
  case differentColumns(first: String, other: String, column: String)
  /// Nothing was chosen, and without a record there are no columns.
  case noRecord
  /// A record has a key that the first record, whose keys are the header, has not.
  case newKey(key: String, record: Int)
  /// The `duckdb` command, which writes Parquet, is missing or failed.
  case duckdb(DuckDBError)
}
