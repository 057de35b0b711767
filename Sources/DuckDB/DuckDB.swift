internal import Glibc
internal import Synchronization

/// The `duckdb` command, run as a process of its own for each statement.
///
/// It is looked for, and its version checked, when the first statement is run; a program that never runs
/// one pays nothing. Every statement runs in a new database in memory with fixed settings: no start-up file,
/// no progress bar, rows in the order of their source, times in UTC, no extension fetched from anywhere.
///
/// Files are best named by `path(ofDescriptor:)`: then no name of a file can be taken for a pattern or for
/// SQL, and what duckdb reads is the file that was opened, whatever its path leads to meanwhile.
public final class DuckDB: Sendable {
  /// The one of this process; where nothing was set, `duckdb` in the system's folders.
  ///
  /// A process has one search path, and so it has one command of a name: what reads a table deep within
  /// would otherwise be told of it through every request.
  public static var shared: DuckDB { sharedCommand.withLock { $0 } }

  /// Sets the one of this process; what runs already goes on.
  ///
  /// - Parameter settings: Where the command is looked for and how it works.
  public static func setShared(_ settings: DuckDBSettings) {
    sharedCommand.withLock { $0 = DuckDB(settings: settings) }
  }

  private static let sharedCommand = Mutex(DuckDB(settings: DuckDBSettings()))

  /// Where it is looked for and how it works.
  public let settings: DuckDBSettings
  private let found = Mutex<Found?>(nil)

  private struct Found {
    var path: String
    var version: DuckDBVersion
  }

  /// Prepares; looks for nothing yet.
  ///
  /// - Parameter settings: Where the command is looked for and how it works.
  public init(settings: DuckDBSettings) {
    precondition(settings.threads.map { $0 >= 1 } ?? true, "at least one thread works")
    self.settings = settings
  }

  /// The command's version, found out once.
  ///
  /// - Returns: The version, at least `DuckDBVersion.oldest`.
  /// - Throws: `DuckDBError.notFound`, `cannotStart`, `notDuckDB`, `tooOld`.
  public func version() throws(DuckDBError) -> DuckDBVersion { try locate().version }

  /// The command's version, where a statement was run or it was asked for before; else `nil`.
  public var versionUsed: DuckDBVersion? { found.withLock { $0?.version } }

  /// The name under which the command sees a file that this process has open.
  ///
  /// - Parameter descriptor: A descriptor of a regular file, with or without a name; it must stay open while
  ///   the command runs. The command opens the file anew and reads it from its start.
  /// - Returns: A path without characters that need quoting.
  public static func path(ofDescriptor descriptor: Int32) -> String {
    "/proc/\(getpid())/fd/\(descriptor)"
  }

  /// Runs statements and takes what they write to standard output while they run.
  ///
  /// `COPY (…) TO '/dev/stdout' (…)` writes there; a bare `SELECT` writes one JSON object a row.
  ///
  /// - Parameter sql: One statement or several with `;` between them.
  /// - Returns: The output, to be read to its end.
  /// - Throws: `DuckDBError`, but for `failed` and `killed`, which the output throws at its end.
  public func start(_ sql: String) throws(DuckDBError) -> DuckDBOutput {
    let child = try ChildProcess(
      path: try locate().path, arguments: arguments(running: sql), output: nil)
    return DuckDBOutput(child: child)
  }

  /// Runs statements and gives all that they write to standard output.
  ///
  /// - Parameter sql: One statement or several, for small answers.
  /// - Returns: The output's bytes.
  /// - Throws: `DuckDBError`.
  public func run(_ sql: String) throws(DuckDBError) -> [UInt8] {
    try start(sql).readToEnd()
  }

  /// Runs statements whose standard output goes straight to an open file.
  ///
  /// - Parameters:
  ///   - sql: One statement or several; `COPY (…) TO '/dev/stdout' (…)` writes to the file.
  ///   - descriptor: Where it goes, open for writing: a pipe. A file would be emptied first.
  /// - Throws: `DuckDBError`.
  public func run(_ sql: String, into descriptor: Int32) throws(DuckDBError) {
    let child = try ChildProcess(
      path: try locate().path, arguments: arguments(running: sql), output: descriptor)
    try child.finish()
  }

  private func arguments(running sql: String) -> [String] {
    // The empty file stands for the start-up file in the home folder.
    ["-init", "/dev/null", "-batch", "-bail", "-jsonlines", "-c", preamble + sql]
  }

  private var preamble: String {
    """
    SET autoinstall_known_extensions=false; SET autoload_known_extensions=false; \
    SET enable_progress_bar=false; SET preserve_insertion_order=true; SET TimeZone='UTC'; \
    \(settings.threads.map { "SET threads=\($0); " } ?? "")SET memory_limit='\(settings.memoryMegabytes)MB'; \
    SET temp_directory=\(SQL.literal(settings.temporaryFolder + "/gamut-duckdb-\(getpid())"));

    """
  }

  private func locate() throws(DuckDBError) -> Found {
    if let known = found.withLock({ $0 }) { return known }
    guard let path = Self.find(settings.command ?? "duckdb", in: settings.searchPath) else {
      throw .notFound(command: settings.command)
    }
    let child = try ChildProcess(path: path, arguments: ["--version"], output: nil)
    let output = DuckDBOutput(child: child)
    var answer: [UInt8] = []
    do {
      answer = try output.readToEnd()
    } catch {
      if case .failed(let message) = error {
        throw .notDuckDB(command: path, answer: message)
      }
      throw error
    }
    let line = String(
      decoding: answer.prefix(200).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    guard let version = DuckDBVersion(line: line) else {
      throw .notDuckDB(command: path, answer: line)
    }
    if version < .oldest { throw .tooOld(command: path, version: version) }
    let known = Found(path: path, version: version)
    found.withLock { $0 = known }
    return known
  }

  /// The first file of that name in the folders which can be run; a name with a slash is a path.
  private static func find(_ command: String, in searchPath: String) -> String? {
    if command.isEmpty { return nil }
    if command.contains("/") { return isCommand(command) ? command : nil }
    for folder in searchPath.split(separator: ":") {
      let path = "\(folder)/\(command)"
      if isCommand(path) { return path }
    }
    return nil
  }

  private static func isCommand(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}
