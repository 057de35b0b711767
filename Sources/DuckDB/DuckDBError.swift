/// What went wrong with the `duckdb` command: facts only, worded by the tool.
public enum DuckDBError: Error, Equatable, Sendable {
  /// No such command. `command` is what was asked for by name or path; `nil` when `duckdb` was looked for
  /// in the folders of the search path.
  case notFound(command: String?)
  /// The command could not be started; `code` is the system's `errno`.
  case cannotStart(command: String, code: Int32)
  /// The command does not tell a version as duckdb does: it is another program. `answer` is the first line
  /// of what it said, perhaps empty.
  case notDuckDB(command: String, answer: String)
  /// The command is older than what is needed.
  case tooOld(command: String, version: DuckDBVersion)
  /// A statement failed; `message` is duckdb's own, on one line.
  case failed(message: String)
  /// The command ended by a signal, as one that was killed for its memory.
  case killed(signal: Int32)
  /// Its output could not be read; `code` is the system's `errno`.
  case cannotRead(code: Int32)
}
