import DuckDB
import Glibc

extension Machine {
  /// Where the `duckdb` command is that writes Parquet: `$GAMUT_DUCKDB`, or on the search path.
  static var duckDBForExport: DuckDBSettings {
    // The texts belong to the environment and are copied at once.
    let given = unsafe getenv("GAMUT_DUCKDB").map { unsafe String(cString: $0) }.flatMap {
      $0.isEmpty ? nil : $0
    }
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) }
    guard let path else { return DuckDBSettings(command: given) }
    return DuckDBSettings(command: given, searchPath: path)
  }
}

extension DuckDBError {
  /// What kept Parquet from being written, as a clause without a full stop.
  var messageWritingParquet: String {
    let advice =
      "install it (pip install duckdb-cli, or from duckdb.org), name it with $GAMUT_DUCKDB, or write lines with"
      + " another --to"
    return switch self {
    case .notFound(let command):
      command.map { "$GAMUT_DUCKDB names \($0), and there is no such command; \(advice)" }
        ?? "Parquet is written by the duckdb command, and there is none; \(advice)"
    case .cannotStart(let command, let code):
      "\(command) cannot be started (\(unsafe String(cString: strerror(code)))); \(advice)"
    case .notDuckDB(let command, let answer):
      "\(command) is not duckdb: of its version it says '\(answer)'; \(advice)"
    case .tooOld(let command, let version):
      "\(command) is too old (\(version)); \(advice)"
    case .failed(let message): "duckdb could not write Parquet: \(message)"
    case .killed(let signal):
      "duckdb was ended by signal \(signal) while it wrote Parquet; is there enough memory?"
    case .cannotRead(let code):
      "what duckdb wrote cannot be read (\(unsafe String(cString: strerror(code))))"
    }
  }
}
