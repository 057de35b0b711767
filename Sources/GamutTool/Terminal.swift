import Glibc

/// The terminal that a person may sit at.
enum Terminal {
  /// Columns of the terminal behind standard error or output; 80 where there is none.
  static var width: Int {
    for descriptor in [STDERR_FILENO, STDOUT_FILENO] {
      var size = winsize()
      if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    return 80
  }

  /// Whether a person sees what goes to standard error.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

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
