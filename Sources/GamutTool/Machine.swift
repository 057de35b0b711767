import Glibc

/// What the machine offers.
enum Machine {
  /// Cores that are on, at least 1.
  static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Where temporary files belong: `$TMPDIR`, or `/tmp`.
  static var temporaryFolder: String {
    // The text belongs to the environment and is copied at once.
    guard let folder = unsafe getenv("TMPDIR"), unsafe folder[0] != 0 else { return "/tmp" }
    return unsafe String(cString: folder)
  }
}
