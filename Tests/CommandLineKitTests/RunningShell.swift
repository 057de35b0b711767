import Glibc

/// Programs of the machine that check what the kit writes.
enum RunningShell {
  /// Whether a program is found on the search path.
  static func isInstalled(_ program: String) -> Bool {
    run("command -v \(program) >/dev/null", input: "") == 0
  }

  /// Runs a command line of `/bin/sh` with text on its standard input, which it must read whole.
  ///
  /// - Returns: The exit status, or -1 when the program could not be run or was ended by a signal.
  static func run(_ command: String, input: String) -> Int32 {
    // The C library's pipe to a program; checked for nil, and closed before return.
    guard let pipe = unsafe popen(command, "w") else { return -1 }
    let bytes = Array(input.utf8)
    let written = unsafe fwrite(bytes, 1, bytes.count, pipe)
    let status = unsafe pclose(pipe)
    guard written == bytes.count, status & 0x7F == 0 else { return -1 }
    return (status >> 8) & 0xFF
  }
}
