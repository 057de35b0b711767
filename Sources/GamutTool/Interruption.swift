import DuckDB
import Glibc
import Synchronization

/// Ctrl-C and its like: the process ends with 130 and leaves no half-written file.
///
/// With SIGTERM it ends with 143, with SIGHUP with 129. A signal that the process was started to ignore,
/// as under `nohup`, stays ignored.
///
/// Outputs have no name until they are whole, so there is nothing to clean up and the handler may end
/// the process where it stands. Only where the file system has no files without a name (`O_TMPFILE`) does
/// what was written so far stay behind, as a hidden file `.gamut-…` beside the output's place.
enum Interruption {
  /// Whether a journal stands beside an output, from which the same command goes on.
  private static let hasJournal = Atomic(false)

  /// From now on an interruption says that the same command goes on from what is done.
  static func tellOfJournal() { hasJournal.store(true, ordering: .relaxed) }

  static func watch() {
    // Made before a signal comes, whose handler may not make anything.
    hasJournal.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number) { number in
        // Only what a signal handler may call.
        RunningCommands.killAll()
        let message: StaticString = "\ngamut: interrupted\n"
        unsafe _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
        if Interruption.hasJournal.load(ordering: .relaxed) {
          let hint: StaticString =
            "what is done stands in the journal beside the output; the same command goes on from there\n"
          unsafe _ = write(STDERR_FILENO, hint.utf8Start, hint.utf8CodeUnitCount)
        }
        _exit(128 + number)
      }
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    // Only asks; the action belongs to this function.
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
