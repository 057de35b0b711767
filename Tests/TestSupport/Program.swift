import Glibc

/// A program that a test runs as a user would: by its file, with arguments, input and outputs.
public struct Program: Sendable {
  /// What came of a run.
  public struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number for a process ended by one.
    public var status: Int32
    /// What stood on standard output.
    public var output: [UInt8]
    /// What stood on standard error.
    public var error: String
  }

  /// Where a run's standard input comes from.
  public enum Input: Sendable {
    /// Nothing, at its end from the start.
    case none
    /// A file.
    case file(String)
  }

  /// The program's file.
  public let path: String

  /// Names a program by its file.
  ///
  /// - Parameter path: The file.
  public init(path: String) { self.path = path }

  /// A program that was built beside the running tests.
  ///
  /// - Parameter name: The product's name.
  public init(beside name: String) {
    // The system allocates the text, which is copied and given back.
    let text = unsafe realpath("/proc/self/exe", nil)
    defer { unsafe free(text) }
    let own = unsafe text.map { unsafe String(cString: $0) } ?? ""
    path = own.prefix(own.count - (own.split(separator: "/").last?.count ?? 0)) + name
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The command line without the program's name.
  ///   - input: Its standard input.
  ///   - outputPath: Where standard output goes instead of into the outcome, such as `/dev/full`.
  /// - Returns: What came of it.
  public func run(
    _ arguments: [String], input: Input = .none, outputPath: String? = nil
  ) -> Outcome {
    let folder = TemporaryFolder()
    let running = start(
      arguments, input: input, outputPath: outputPath ?? folder.file("output"),
      errorPath: folder.file("error"))
    return Outcome(
      status: running.wait(), output: folder.bytes("output") ?? [],
      error: folder.text("error") ?? "")
  }

  /// Starts the program without waiting for it.
  ///
  /// - Parameters:
  ///   - arguments: The command line without the program's name.
  ///   - input: Its standard input.
  ///   - outputPath: Where standard output goes.
  ///   - errorPath: Where standard error goes.
  /// - Returns: The running program.
  public func start(
    _ arguments: [String], input: Input = .none, outputPath: String = "/dev/null",
    errorPath: String = "/dev/null"
  ) -> Running {
    let inputPath = if case .file(let path) = input { path } else { "/dev/null" }
    // All that is allocated here is given back before return; the system copies what it needs.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, inputPath, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, writing, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath, writing, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer { for place in unsafe words.indices { unsafe free(words[place]) } }
    // Neither the mask of the thread that starts it nor what the tests were started to ignore: a test
    // that sends a signal must see it arrive.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, path, &actions, &attributes, words, environ)
    precondition(code == 0, "\(path) cannot be started: is it built?")
    return Running(process: process)
  }

  /// A program that was started.
  public struct Running: Sendable {
    fileprivate let process: pid_t

    /// Sends a signal.
    ///
    /// - Parameter number: The signal's number.
    public func signal(_ number: Int32) { kill(process, number) }

    /// Waits for the end.
    ///
    /// - Returns: The exit status; 128 and the signal's number for a process ended by one.
    public func wait() -> Int32 {
      var status: Int32 = 0
      while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
  }
}
