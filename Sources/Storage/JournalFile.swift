import Glibc

/// A file of lines to which lines are added while a run goes on, so that a later run finds what an
/// interrupted one has done.
///
/// One process has it at a time. A line that was not written whole, as when the process was killed or the disk
/// was full, is cut off when the file is opened again.
public final class JournalFile {
  /// The file's path.
  public let path: String
  /// The whole lines that were there when the file was opened, without line ends.
  public private(set) var lines: [[UInt8]] = []
  private let descriptor: Int32

  /// Opens a journal, or makes an empty one.
  ///
  /// - Parameter path: The file's path; its folder must be there.
  /// - Returns: The journal; `nil` where another process has it.
  /// - Throws: `StorageError`.
  public static func open(path: String) throws(StorageError) -> JournalFile? {
    // Nobody else's file is followed to, and nothing but a file is waited for.
    let opened = unsafe Glibc.open(
      path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_APPEND | O_NONBLOCK, 0o666)
    guard opened >= 0 else { throw .cannotWrite(path: path, code: errno) }
    let journal = JournalFile(path: path, descriptor: opened)
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else { return nil }
    try journal.read()
    return journal
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads the whole lines, and cuts off what follows them.
  private func read() throws(StorageError) {
    let bytes = try InputFile(path: path).readWhole()
    let end = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast().map { Array($0) }
    if end < bytes.count { try cut(to: end) }
  }

  private func cut(to byteCount: Int) throws(StorageError) {
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      throw .cannotWrite(path: path, code: errno)
    }
  }

  /// Drops all lines.
  ///
  /// - Throws: `StorageError.cannotWrite`.
  public func empty() throws(StorageError) {
    try cut(to: 0)
    lines = []
  }

  /// Adds a line; it is the system's when this returns, though perhaps not the disk's.
  ///
  /// - Parameter line: The line, without a line end.
  /// - Throws: `StorageError.cannotWrite`.
  public func append(_ line: String) throws(StorageError) {
    var rest = Array(line.utf8)[...]
    rest.append(UInt8(ascii: "\n"))
    while !rest.isEmpty {
      // The pointer lives for the call.
      let written = unsafe rest.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: path, code: errno)
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Removes the file.
  public func remove() { unsafe _ = unlink(path) }
}
