// The one file here that starts and ends processes; every pointer lives for one call only.
@unsafe @preconcurrency internal import Glibc
internal import Synchronization

/// A command in a process group of its own, its output in a pipe.
///
/// Not for use from two threads at once. Letting go of it kills what still runs of the group.
final class ChildProcess {
  private let pid: pid_t
  /// The reading ends of the pipes; -1 once they are closed, or where the output goes elsewhere.
  private var output: Int32 = -1
  private var errors: Int32 = -1
  private var isRunning = true
  /// The start of what came on standard error.
  private var said: [UInt8] = []
  private static let mostSaid = 1 << 14
  /// One command is started at a time.
  private static let starting = Mutex(())

  /// Starts a command, its output into a pipe that `read` takes from, or elsewhere.
  ///
  /// - Throws: `DuckDBError.cannotStart`.
  init(path: String, arguments: [String], output given: Int32?) throws(DuckDBError) {
    var outputEnds: (read: Int32, write: Int32) = (-1, -1)
    var errorEnds: (read: Int32, write: Int32) = (-1, -1)
    var started: pid_t = 0
    // A pipe that another command inherits would not end with this one.
    let code = Self.starting.withLock { _ in
      var code: Int32 = 0
      if given == nil { code = Self.makePipe(&outputEnds) }
      if code == 0 { code = Self.makePipe(&errorEnds) }
      if code != 0 { return code }
      return Self.spawn(
        path, arguments, output: given ?? outputEnds.write, errors: errorEnds.write,
        started: &started)
    }
    for end in [outputEnds.write, errorEnds.write] where end >= 0 { close(end) }
    if code != 0 {
      for end in [outputEnds.read, errorEnds.read] where end >= 0 { close(end) }
      throw .cannotStart(command: path, code: code)
    }
    pid = started
    output = outputEnds.read
    errors = errorEnds.read
    RunningCommands.add(started)
  }

  deinit {
    if isRunning {
      kill(-pid, SIGKILL)
      _ = wait()
    }
    closePipes()
  }

  /// Fills the start of `buffer` with what the command writes; 0 at the end of its output.
  func read(into buffer: inout MutableSpan<UInt8>) throws(DuckDBError) -> Int {
    precondition(!buffer.isEmpty, "there is room for at least one byte")
    while output >= 0 {
      // What it says meanwhile is taken too, or it would wait for that.
      var pipes = (
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      )
      let ready = unsafe withUnsafeMutablePointer(to: &pipes) {
        unsafe $0.withMemoryRebound(to: pollfd.self, capacity: 2) { unsafe poll($0, 2, -1) }
      }
      if ready < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(code: errno)
      }
      if pipes.1.revents != 0 { try listen() }
      if pipes.0.revents == 0 { continue }
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(output, bytes.baseAddress, bytes.count)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(code: errno)
      }
      if got > 0 { return got }
      close(output)
      output = -1
    }
    return 0
  }

  /// Waits for the end of the command.
  ///
  /// - Throws: `DuckDBError.failed`, `killed`.
  func finish() throws(DuckDBError) {
    if !isRunning { return }
    while errors >= 0 { try listen() }
    let status = wait()
    let signal = status & 0x7F
    if signal != 0 { throw .killed(signal: signal) }
    let code = (status >> 8) & 0xFF
    // A shell between us and the command tells its signal so.
    if code > 128 && said.isEmpty { throw .killed(signal: code - 128) }
    if code != 0 { throw .failed(message: ErrorText.firstMessage(of: said)) }
  }

  /// Takes what came on standard error, waiting for it.
  private func listen() throws(DuckDBError) {
    var piece = [UInt8](repeating: 0, count: 4096)
    let got = unsafe piece.withUnsafeMutableBytes { bytes in
      unsafe Glibc.read(errors, bytes.baseAddress, bytes.count)
    }
    if got < 0 {
      if errno == EINTR { return }
      throw .cannotRead(code: errno)
    }
    if got == 0 {
      close(errors)
      errors = -1
    }
    said += piece[..<min(got, Self.mostSaid - said.count)]
  }

  /// The status with which the command ended, as the system tells it.
  private func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    isRunning = false
    RunningCommands.remove(pid)
    return status
  }

  private func closePipes() {
    for end in [output, errors] where end >= 0 { close(end) }
  }

  private static func makePipe(_ ends: inout (read: Int32, write: Int32)) -> Int32 {
    var pair: [Int32] = [-1, -1]
    let code = unsafe pair.withUnsafeMutableBufferPointer { pair in
      unsafe pipe(pair.baseAddress) == 0 ? 0 : errno
    }
    for end in pair where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    ends = (pair[0], pair[1])
    return code
  }

  private static func spawn(
    _ path: String, _ arguments: [String], output: Int32, errors: Int32, started: inout pid_t
  ) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What this process ignores, as a broken pipe, the command shall not.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    return unsafe posix_spawn(&started, path, &actions, &attributes, words, environ)
  }
}
