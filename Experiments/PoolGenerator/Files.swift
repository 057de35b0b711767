import Glibc

/// A file that cannot be used.
enum FileError: Error, Equatable {
  case exists(path: String)
  case cannotOpen(path: String, code: Int32)
  case cannotRead(path: String, code: Int32)
  case cannotWrite(path: String, code: Int32)
}

/// The calls into the C library, each safe because the path or buffer handed over is used only
/// during the call.
enum System {
  /// Writes a line to the standard error stream, as far as that is possible.
  static func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// The C library's text for an error number, copied before another call can change it.
  static func reason(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}

/// A file that appears under its name only when it is whole.
///
/// What is no regular file, such as a device or a pipe, is written to as it stands and never
/// replaced.
final class FileWriter {
  private let path: String
  /// Where the bytes go until the file is whole, or nil where they go straight to ``path``.
  private let partialPath: String?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isOpen = true

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: Where it will be.
  ///   - replaces: Whether a regular file that is there may be replaced.
  /// - Throws: ``FileError/exists(path:)``, ``FileError/cannotOpen(path:code:)``.
  init(path: String, replaces: Bool) throws(FileError) {
    self.path = path
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    let isRegular = !exists || status.st_mode & S_IFMT == S_IFREG
    if exists, isRegular, !replaces { throw .exists(path: path) }
    let target = isRegular ? path + ".partial" : path
    partialPath = isRegular ? target : nil
    let creation = isRegular ? O_CREAT | O_TRUNC : 0
    descriptor = unsafe open(target, O_WRONLY | O_CLOEXEC | creation, 0o644)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
  }

  deinit {
    if isOpen {
      close(descriptor)
      if let partialPath { _ = unsafe unlink(partialPath) }
    }
  }

  /// Adds bytes, by way of a buffer of about a megabyte.
  ///
  /// - Throws: ``FileError/cannotWrite(path:code:)``.
  func append(_ bytes: [UInt8]) throws(FileError) {
    buffer += bytes
    if buffer.count >= 1 << 20 { try flush() }
  }

  /// Writes what is left and gives the file its name.
  ///
  /// - Throws: ``FileError/cannotWrite(path:code:)``.
  func finish() throws(FileError) {
    try flush()
    isOpen = false
    guard close(descriptor) == 0 else { throw .cannotWrite(path: path, code: errno) }
    if let partialPath, unsafe rename(partialPath, path) != 0 {
      throw .cannotWrite(path: path, code: errno)
    }
  }

  private func flush() throws(FileError) {
    var start = 0
    while start < buffer.count {
      // The kernel reads from the buffer only during the call.
      let count = unsafe buffer.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: path, code: errno)
      }
      start += count
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Reads a file line by line.
final class LineReader {
  private let path: String
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private var range = 0..<0
  private var isAtEnd = false

  /// Opens a file.
  ///
  /// - Throws: ``FileError/cannotOpen(path:code:)``.
  init(path: String) throws(FileError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
  }

  deinit { close(descriptor) }

  /// The next line without its line feed, or nil at the end.
  ///
  /// A last line without one counts.
  ///
  /// - Throws: ``FileError/cannotRead(path:code:)``.
  func next() throws(FileError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if range.isEmpty {
        try fill()
        if isAtEnd { return line.isEmpty ? nil : line }
      }
      if let end = buffer[range].firstIndex(of: 0x0A) {
        line += buffer[range.lowerBound..<end]
        range = end + 1..<range.upperBound
        return line
      }
      line += buffer[range]
      range = 0..<0
    }
  }

  private func fill() throws(FileError) {
    while true {
      // The kernel writes into the buffer only during the call.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        range = 0..<count
        isAtEnd = count == 0
        return
      }
      guard errno == EINTR else { throw .cannotRead(path: path, code: errno) }
    }
  }
}
