/// Where the `duckdb` command is looked for and how it works.
public struct DuckDBSettings: Equatable, Sendable {
  /// The command: a path, or a name to be looked for in `searchPath`; `nil` for `duckdb`.
  public var command: String?
  /// The folders that commands lie in, with colons between them, as in `$PATH`.
  public var searchPath: String
  /// How many threads it uses, at least 1; `nil` for one a core. They change no byte of its output.
  public var threads: Int?
  /// Where it puts what does not fit into its memory.
  public var temporaryFolder = "/tmp"
  /// How much memory it uses, in megabytes, before it puts data into the temporary folder.
  public var memoryMegabytes = 2048

  /// Names a place to look.
  ///
  /// - Parameters:
  ///   - command: The command's path or name, if it is not `duckdb`.
  ///   - searchPath: The folders that commands lie in, with colons between them.
  public init(command: String? = nil, searchPath: String = "/usr/local/bin:/usr/bin:/bin") {
    self.command = command
    self.searchPath = searchPath
  }
}
