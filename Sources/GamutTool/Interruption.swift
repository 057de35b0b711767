import Glibc

/// Ctrl-C and its like: the process ends with 130 and leaves no half-written file.
///
/// Outputs have no name until they are whole, so there is nothing to clean up and the handler may end
/// the process where it stands.
enum Interruption {
  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        // Only what a signal handler may call.
        let message: StaticString = "\ngamut: interrupted; nothing was written\n"
        unsafe _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
        _exit(number == SIGINT ? 130 : 128 + number)
      }
    }
  }
}
