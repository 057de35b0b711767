import Glibc

/// A file opened for reading at any offset, from any thread.
///
/// Pipes and terminals, which cannot be read twice, are refused.
///
/// Reads are `pread`s into the caller's memory: a file cut short by someone else while it is read
/// ends in an error, where a mapped file would end the process.
public final class InputFile: Sendable {
  /// The path as it was given.
  public let path: String
  /// The size in bytes when the file was opened.
  public let byteCount: Int
  /// Which file it is, and in which state it was when it was opened.
  public let identity: FileIdentity
  /// The open file's descriptor, the system's, while this lives.
  public let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `StorageError.cannotOpen`, also for a folder (code `EISDIR`) and for what has no offsets,
  ///   as a pipe (code `ESPIPE`).
  public init(path: String) throws(StorageError) {
    // Without O_NONBLOCK a named pipe would wait here for its writer; files do not heed it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .cannotOpen(path: path, code: code)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .cannotOpen(path: path, code: EISDIR)
    }
    guard lseek(descriptor, 0, SEEK_CUR) >= 0 else {
      let code = errno
      close(descriptor)
      throw .cannotOpen(path: path, code: code)
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
    identity = FileIdentity(status)
  }

  deinit { close(descriptor) }

  /// Fills the start of `buffer` with the bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - buffer: Memory to fill.
  ///   - offset: Where to start, in bytes from the start of the file, at least 0.
  /// - Returns: How many bytes were read; less than the buffer holds only at the end of the file.
  /// - Throws: `StorageError.cannotRead`.
  public func read(
    into buffer: inout MutableSpan<UInt8>, at offset: Int
  ) throws(StorageError) -> Int {
    // Any bytes make a number: the span's elements stay valid.
    var bytes = unsafe buffer.mutableBytes
    return try read(into: &bytes, at: offset)
  }

  /// Fills the start of `buffer` with the bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - buffer: Memory to fill, of elements of any kind.
  ///   - offset: Where to start, in bytes from the start of the file.
  /// - Returns: How many bytes were read; less than the buffer holds only at the end of the file.
  /// - Throws: `StorageError.cannotRead`.
  public func read(
    into buffer: inout MutableRawSpan, at offset: Int
  ) throws(StorageError) -> Int {
    var filled = 0
    while filled < buffer.byteCount {
      let wanted = buffer.byteCount - filled
      // The pointer does not outlive the call.
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return 0 }
        return unsafe pread(descriptor, base + filled, wanted, off_t(offset + filled))
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(path: path, offset: offset + filled, code: errno)
      }
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  /// Reads exactly as many bytes as `buffer` holds.
  ///
  /// - Parameters:
  ///   - buffer: Memory to fill.
  ///   - offset: Where to start, in bytes from the start of the file, at least 0.
  /// - Throws: `StorageError.cannotRead`; `StorageError.endsEarly` when the file is shorter, with the
  ///   offset that was to be reached and the one where reading ended.
  public func readAll(
    into buffer: inout MutableSpan<UInt8>, at offset: Int
  ) throws(StorageError) {
    // Any bytes make a number: the span's elements stay valid.
    var bytes = unsafe buffer.mutableBytes
    try readAll(into: &bytes, at: offset)
  }

  /// Reads exactly as many bytes as `buffer` holds.
  ///
  /// - Parameters:
  ///   - buffer: Memory to fill, of elements of any kind.
  ///   - offset: Where to start, in bytes from the start of the file.
  /// - Throws: `StorageError.cannotRead`; `StorageError.endsEarly` when the file is shorter.
  public func readAll(
    into buffer: inout MutableRawSpan, at offset: Int
  ) throws(StorageError) {
    let expected = offset + buffer.byteCount
    let got = try read(into: &buffer, at: offset)
    guard offset + got == expected else {
      throw .endsEarly(path: path, expectedBytes: expected, foundBytes: offset + got)
    }
  }

  /// Reads the whole file.
  ///
  /// - Returns: Its bytes, as many as it had when it was opened.
  /// - Throws: `StorageError.cannotRead`; `StorageError.endsEarly` when it was cut short meanwhile.
  public func readWhole() throws(StorageError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var span = bytes.mutableSpan
    try readAll(into: &span, at: 0)
    return bytes
  }

  /// Checks that the path still leads to the file that was opened, and that nobody wrote to it.
  ///
  /// What `FileIdentity` cannot tell is not noticed.
  ///
  /// - Throws: `StorageError.changedWhileReading` when the path leads elsewhere or nowhere, or when the
  ///   file's size or time of modification is another.
  public func checkUnchanged() throws(StorageError) {
    var opened = stat()
    guard unsafe fstat(descriptor, &opened) == 0, FileIdentity(opened) == identity,
      FileIdentity(path: path) == identity
    else {
      throw .changedWhileReading(path: path)
    }
  }

  /// Whether a path leads to something that can be read once only: a pipe, a terminal, a socket.
  ///
  /// - Parameter path: A path.
  /// - Returns: False as well for a path that leads nowhere.
  public static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return [S_IFIFO, S_IFCHR, S_IFSOCK].contains(status.st_mode & S_IFMT)
  }

  /// Whether two paths lead to one and the same file that is there.
  ///
  /// - Parameters:
  ///   - first: A path.
  ///   - second: Another; `-` and paths that lead nowhere are no file.
  /// - Returns: Whether device and node are the same, and it is a regular file.
  public static func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    guard unsafe stat(first, &one) == 0, unsafe stat(second, &other) == 0 else { return false }
    return one.st_mode & S_IFMT == S_IFREG && one.st_dev == other.st_dev
      && one.st_ino == other.st_ino
  }
}
