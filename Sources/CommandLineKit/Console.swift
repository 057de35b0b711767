/// Where a tool's text goes, and how wide it may be.
public struct Console: Sendable {
  /// Columns of the terminal, as the caller found them; help pages use 40 to 100 of them.
  public let terminalWidth: Int

  /// Takes text meant for standard output, its newlines included.
  public let writeOutput: @Sendable (String) -> Void

  /// Takes text meant for standard error, its newlines included.
  public let writeError: @Sendable (String) -> Void

  /// A console over two closures.
  ///
  /// - Parameters:
  ///   - terminalWidth: Columns of the terminal; 80 where none is known.
  ///   - writeOutput: Takes text meant for standard output.
  ///   - writeError: Takes text meant for standard error.
  public init(
    terminalWidth: Int = 80, writeOutput: @escaping @Sendable (String) -> Void,
    writeError: @escaping @Sendable (String) -> Void
  ) {
    self.terminalWidth = terminalWidth
    self.writeOutput = writeOutput
    self.writeError = writeError
  }
}

/// The number that a process ends with.
public struct ExitCode: RawRepresentable, Equatable, Hashable, Sendable {
  /// The number.
  public let rawValue: Int32

  /// A status of any number.
  ///
  /// - Parameter rawValue: The number; a shell sees its lowest eight bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Done: 0.
  public static let success = ExitCode(rawValue: 0)

  /// The request cannot be served: 1.
  public static let failure = ExitCode(rawValue: 1)

  /// The command line is wrong: 2.
  public static let usage = ExitCode(rawValue: 2)
}

/// An error of a command in words, with the status that it ends the process with.
public struct Failure: Equatable, Sendable {
  /// The status.
  public let status: ExitCode

  /// What the user reads after the command's name, without a closing newline; empty to say nothing.
  public let message: String

  /// A failure to report.
  ///
  /// - Parameters:
  ///   - message: What the user reads after the command's name; empty to say nothing.
  ///   - status: The status.
  public init(_ message: String, status: ExitCode = .failure) {
    self.message = message
    self.status = status
  }
}
