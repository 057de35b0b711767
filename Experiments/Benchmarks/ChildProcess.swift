// The system's calls for starting a program and waiting for it take C strings and answer through
// pointers.
internal import Glibc

/// A program run to its end, and what it took.
struct ChildProcess {
  /// Wall and processor time, from before it was started until it was waited for.
  var taken: Taken
  /// The most resident bytes at once, libraries and mapped files included, as the system says
  /// (`VmHWM`); 0 where not watched.
  var peakResidentBytes: Int
  /// The most anonymous bytes seen at once; 0 where not watched.
  var peakAnonymousBytes: Int

  enum Failure: Error {
    case cannotStart(program: String, code: Int32)
    case ended(program: String, arguments: [String], status: Int32)
  }

  /// Runs a program, with standard input empty and standard output thrown away.
  ///
  /// - Parameters:
  ///   - program: Its path.
  ///   - arguments: Without the program's name.
  ///   - errors: The file that receives standard error; emptied first.
  ///   - watchesMemory: Whether to look at the process every half millisecond. What it holds for a
  ///     shorter time may be missed.
  /// - Returns: What it took.
  /// - Throws: `Failure` when it cannot be started or ends with another status than 0.
  static func run(
    _ program: String, _ arguments: [String], errors: String = "/dev/null",
    watchesMemory: Bool = false
  ) throws(Failure) -> ChildProcess {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map {
      unsafe strdup($0)
    }
    unsafe words.append(nil)
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
    }
    var identifier: pid_t = 0
    let start = wallClock()
    let code = unsafe posix_spawn(&identifier, program, &actions, nil, words, environ)
    guard code == 0 else { throw .cannotStart(program: program, code: code) }
    var (anonymous, resident) = (0, 0)
    // The system keeps 15 bytes of a name.
    let name = program.split(separator: "/").last.map { String($0.prefix(15)) } ?? program
    var status: Int32 = 0
    var usage = rusage()
    if watchesMemory {
      while unsafe wait4(identifier, &status, WNOHANG, &usage) == 0 {
        let state = text(ofFile: "/proc/\(identifier)/status") ?? ""
        // Between being made and being replaced a child still shows its parent's memory.
        if state.hasPrefix("Name:\t" + name + "\n") {
          anonymous = max(anonymous, bytes(of: "RssAnon", in: state))
          resident = max(resident, bytes(of: "VmHWM", in: state))
        }
        usleep(500)
      }
    } else {
      while unsafe wait4(identifier, &status, 0, &usage) < 0, errno == EINTR {}
    }
    let wall = wallClock() - start
    guard status == 0 else {
      throw .ended(program: program, arguments: arguments, status: status)
    }
    let processor = [usage.ru_utime, usage.ru_stime].reduce(0.0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
    return ChildProcess(
      taken: Taken(wall: wall, processor: processor),
      peakResidentBytes: resident, peakAnonymousBytes: anonymous)
  }

  /// Bytes of a line of a process's status, such as `RssAnon`; 0 when the process is gone.
  private static func bytes(of name: String, in status: String) -> Int {
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") })
    else { return 0 }
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
      .flatMap { Int($0) }.map { $0 * 1024 } ?? 0
  }
}

/// A small file as text; `nil` when it cannot be read.
func text(ofFile path: String) -> String? {
  let descriptor = unsafe open(path, O_RDONLY)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 14)
  while true {
    let count = unsafe read(descriptor, &buffer, buffer.count)
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    guard count > 0 else { return nil }
    bytes += buffer[..<count]
  }
}
