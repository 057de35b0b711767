import Glibc

/// The terminal that a person may sit at.
enum Terminal {
  /// Columns of the terminal behind standard error or output, 80 where there is none; `$COLUMNS` wins.
  static var width: Int { width(of: [STDERR_FILENO, STDOUT_FILENO]) }

  /// Columns of the terminal behind standard output; `$COLUMNS` wins.
  ///
  /// 80 where there is none, so that what goes to a file does not change with the window.
  static var outputWidth: Int { width(of: [STDOUT_FILENO]) }

  /// Whether what goes to standard output may be coloured: a terminal shows it that knows colours, and
  /// `$NO_COLOR` is not set (no-color.org).
  static var colours: Bool {
    isatty(STDOUT_FILENO) == 1 && (variable("NO_COLOR") ?? "") == ""
      && !["dumb", ""].contains(variable("TERM") ?? "")
  }

  private static func width(of descriptors: [Int32]) -> Int {
    if let columns = variable("COLUMNS").flatMap(Int.init), columns > 0 { return columns }
    for descriptor in descriptors {
      var size = winsize()
      if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    return 80
  }

  /// Whether a person sees what goes to standard error.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// A variable of the environment; `nil` where it is not set.
  private static func variable(_ name: String) -> String? {
    // The text belongs to the environment and is copied at once.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Writes text whole; what cannot be written is given up, since there is nowhere left to say so.
  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // The pointer lives for the call.
      let written = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      rest = rest.dropFirst(written)
    }
  }
}
