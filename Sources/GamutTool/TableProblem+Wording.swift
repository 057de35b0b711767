import CommandLineKit
import DuckDB
import Gamut
import Glibc
import Reporting
import Samples

extension TableProblem {
  /// The problem in words, without a closing full stop.
  ///
  /// - Parameter path: The table.
  /// - Returns: A sentence or two.
  func message(path: String) -> String {
    switch self {
    case .duckdb(let error): error.message(doing: "read \(path)")
    case .unknownSchema:
      "\(path): what duckdb says of its columns is not understood; convert it to JSONL with duckdb"
    case .duplicateColumn(let name, let other):
      name == other
        ? "\(path) has two columns '\(name)', and a record one of them only; rename one"
        : "\(path) has the columns '\(other)' and '\(name)', which are one and the same to SQL; rename one"
    case .bytesColumn(let name, let type):
      "\(path): column '\(name)' holds bytes (\(type)), as of images, for which JSON has no value; leave it"
        + " out, for example with \(Self.leavingOut(name, of: path))"
    case .noSuchColumn(let name, let columns):
      "\(path) has no column '\(name)'; there are \(columns.prefix(12).joined(separator: ", "))"
        + (columns.count > 12 ? ", ..." : "")
    case .notVectors(let name, let type):
      "\(path): column '\(name)' is \(type), and no list of floats or whole numbers; --embeddings"
        + " column:NAME names one that holds a vector in every row"
    case .headerMissing: "\(path) is empty; CSV and TSV begin with a line of names"
    case .utf16:
      "\(path) is UTF-16, and tables are UTF-8; convert it, for example with iconv -f UTF-16 -t UTF-8"
    case .fieldCount(let row, let line, let expected, let found):
      "\(path):\(line): row \(grouped(row)) has \(grouped(found)) field\(found == 1 ? "" : "s"), and the header has"
        + " \(grouped(expected)); mend the row (a value with a separator stands between double quotes)"
    case .openQuote(let row, let line):
      "\(path):\(line): a quote is opened in row \(grouped(row)) and never closed; mend the row (a quote"
        + " within quotes is written twice)"
    case .textAfterQuote(let row, let line):
      "\(path):\(line): something stands behind a closing quote in row \(grouped(row)); mend the row (a quote"
        + " within quotes is written twice)"
    case .vectorsOfStream:
      "\(path == "-" ? "standard input" : path) is gone through twice for --embeddings column:NAME, which a"
        + " pipe does not allow; save it to a file first"
    case .vector(let column, let line, let problem):
      "\(path):\(line): " + problem.message(column: column)
    }
  }

  private static func leavingOut(_ column: String, of path: String) -> String {
    "duckdb -c \"COPY (SELECT * EXCLUDE (\(SQL.identifier(column).replacingQuotes)) FROM"
      + " read_parquet(\(SQL.literal(path).replacingQuotes))) TO 'without.parquet'\""
  }
}

extension String {
  /// With double quotes as a shell wants them within double quotes.
  fileprivate var replacingQuotes: String {
    split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }
}

extension VectorProblem {
  /// The problem as a clause.
  func message(column: String) -> String {
    switch self {
    case .missing: "there is no vector in '\(column)'; every record needs one"
    case .notNumbers: "'\(column)' is no list of numbers here"
    case .notFinite:
      "the vector in '\(column)' holds a null, a NaN, an infinity or a number beyond single precision; embed"
        + " that sample again"
    case .length(let expected, let found):
      "the vector in '\(column)' has \(grouped(found)) numbers, and those before it have"
        + " \(grouped(expected)); all vectors of a pool are of one length"
    case .beyondLimit(let limit):
      "the vector in '\(column)' has more than \(grouped(limit)) numbers; is it the right column?"
    }
  }
}

extension TabularProblem {
  /// The problem in words, without a closing full stop.
  var message: String {
    switch self {
    case .differentColumns(let first, let other, let column):
      "\(first) and \(other) do not have the same columns (they differ in '\(column)', its name or type), so"
        + " their rows make no one table; write them as JSONL, with another ending of --output"
    case .noRecord:
      "nothing was chosen, and a table without a record has no columns; write JSONL, or choose more"
    case .newKey(let key, let record):
      "record \(grouped(record)) of the subset has a key '\(key)' that the first has not, whose keys are the"
        + " header of the table; write JSONL or Parquet"
    case .duckdb(let error): error.message(doing: "write Parquet")
    }
  }
}

extension DuckDBError {
  /// The error in words, without a closing full stop.
  ///
  /// - Parameter task: What was to be done, as in `read pool.parquet`.
  /// - Returns: A sentence or two.
  func message(doing task: String) -> String {
    let remedy =
      "install it (pip install duckdb-cli, or duckdb.org), or name it with $GAMUT_DUCKDB"
    switch self {
    case .notFound(let command):
      return command.map {
        "cannot \(task): $GAMUT_DUCKDB names \($0), and there is no such command"
      }
        ?? "cannot \(task): Parquet is read and written by the duckdb command, which is not on the search"
        + " path; \(remedy)"
    case .cannotStart(let command, let code):
      return "cannot \(task): \(command) does not start: \(reason(code))"
    case .notDuckDB(let command, let answer):
      return "cannot \(task): \(command) is not duckdb"
        + (answer.isEmpty ? "" : " (it says \"\(answer)\")") + "; \(remedy)"
    case .tooOld(let command, let version):
      return
        "cannot \(task): \(command) is duckdb \(version), and \(DuckDBVersion.oldest) is the oldest that"
        + " will do; \(remedy)"
    case .failed(let message):
      return "cannot \(task): " + (message.isEmpty ? "duckdb failed without a word" : message)
    case .killed(let signal):
      return "cannot \(task): duckdb was ended by signal \(signal)"
        + (signal == SIGKILL ? ", as by a system that is short of memory" : "")
    case .cannotRead(let code): return "cannot \(task): duckdb's answer is lost: \(reason(code))"
    }
  }
}
