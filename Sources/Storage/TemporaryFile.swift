internal import Glibc

/// A file without a name: written from start to end, then read at any offset.
///
/// Nothing is left behind however the program ends.
public final class TemporaryFile: Sendable {
  /// The folder on whose disk it lies.
  public let folder: String
  private let descriptor: Int32

  /// Makes an empty file.
  ///
  /// - Parameter folder: Where it lies, on a disk with room for what will be written.
  /// - Throws: `StorageError.cannotWrite` with the folder as path.
  public init(folder: String) throws(StorageError) {
    switch UnnamedFile(in: folder, access: O_RDWR, mode: 0o600) {
    case .opened(let made): descriptor = made
    case .failed(let code): throw .cannotWrite(path: folder, code: code)
    case .unsupported:
      // Make a named one and take its name away.
      let name = StagedOutput.hiddenName(in: folder)
      descriptor = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw .cannotWrite(path: folder, code: errno) }
      unsafe unlink(name)
    }
    self.folder = folder
  }

  deinit { close(descriptor) }

  /// Writes bytes behind those there are.
  ///
  /// - Parameter bytes: What to write.
  /// - Throws: `StorageError.cannotWrite` with the folder as path, as for a full disk.
  public func write(_ bytes: Span<UInt8>) throws(StorageError) {
    // Every byte of a byte is one.
    try write(unsafe bytes.bytes)
  }

  /// Writes the bytes of elements of any kind behind those there are.
  ///
  /// - Parameter bytes: What to write.
  /// - Throws: `StorageError.cannotWrite` with the folder as path, as for a full disk.
  public func write(_ bytes: RawSpan) throws(StorageError) {
    var written = 0
    while written < bytes.byteCount {
      // The pointer does not outlive the call.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe Glibc.write(descriptor, start + written, bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: folder, code: errno)
      }
      written += count
    }
  }

  /// The descriptor under which the file is open as long as this object lives, for programs that are started.
  public var openDescriptor: Int32 { descriptor }

  /// Opens what was written so far for reading.
  ///
  /// - Returns: The file, readable at any offset. Its path is one of the system's for an open file;
  ///   it stays readable as long as this temporary file lives.
  /// - Throws: `StorageError.cannotOpen`.
  public func reopen() throws(StorageError) -> InputFile {
    try InputFile(path: "/proc/self/fd/\(descriptor)")
  }
}
