internal import Glibc
internal import Synchronization

/// Standard input or a named pipe, kept in a temporary file while it is read.
///
/// Chosen lines must be written after everything was read, and a pipe can be read once only.
public final class StandardInputSpool: Sendable {
  private let path: String
  private let input: Int32
  private let ownsInput: Bool
  private let kept: TemporaryFile
  private let hasEnded = Atomic(false)

  /// Whether the input was read to its end.
  public var isComplete: Bool { hasEnded.load(ordering: .relaxed) }

  /// Makes the temporary file.
  ///
  /// - Parameters:
  ///   - descriptor: What to read; 0 is standard input. It stays open.
  ///   - folder: Where the temporary file lies, on a disk with room for all of the input.
  /// - Throws: `StorageError.cannotWrite` with the folder as path.
  public convenience init(descriptor: Int32 = 0, folder: String) throws(StorageError) {
    try self.init(path: "-", input: descriptor, ownsInput: false, folder: folder)
  }

  /// Opens a pipe, waiting for its writer, and makes the temporary file.
  ///
  /// - Parameters:
  ///   - path: The pipe's name, as in `/dev/fd/63`.
  ///   - folder: Where the temporary file lies, on a disk with room for all of the input.
  /// - Throws: `StorageError.cannotOpen`; `cannotWrite` with the folder as path.
  public convenience init(pipe path: String, folder: String) throws(StorageError) {
    let input = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw .cannotOpen(path: path, code: errno) }
    try self.init(path: path, input: input, ownsInput: true, folder: folder)
  }

  private init(
    path: String, input: Int32, ownsInput: Bool, folder: String
  ) throws(StorageError) {
    do {
      kept = try TemporaryFile(folder: folder)
    } catch {
      if ownsInput { close(input) }
      throw error
    }
    self.path = path
    self.ownsInput = ownsInput
    self.input = input
  }

  deinit {
    if ownsInput { close(input) }
  }

  /// Reads the next bytes of the input and keeps them in the file.
  ///
  /// - Parameter buffer: Memory to fill from its start.
  /// - Returns: How many bytes were read; 0 only at the end of the input.
  /// - Throws: `StorageError.cannotRead` with the input's path, `-` for standard input;
  ///   `StorageError.cannotWrite` with the folder as path, as for a full disk.
  public func read(into buffer: inout MutableSpan<UInt8>) throws(StorageError) -> Int {
    var got = 0
    repeat {
      // The pointer does not outlive the call.
      got = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(input, bytes.baseAddress, bytes.count)
      }
    } while got < 0 && errno == EINTR
    guard got >= 0 else { throw .cannotRead(path: path, offset: 0, code: errno) }
    if got == 0 { hasEnded.store(true, ordering: .relaxed) }
    try kept.write(buffer.span.extracting(first: got))
    return got
  }

  /// Reads and keeps all that is left of the input.
  ///
  /// - Throws: As for `read`.
  public func readToEnd() throws(StorageError) {
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    var got = 1
    while got > 0 {
      var span = piece.mutableSpan
      got = try read(into: &span)
    }
  }

  /// Opens what was kept, once the end of the input was reached.
  ///
  /// - Returns: The file, readable at any offset. Its path is one of the system's for an open file;
  ///   it stays readable as long as this spool lives.
  /// - Throws: `StorageError.cannotOpen`.
  public func reopen() throws(StorageError) -> InputFile { try kept.reopen() }
}
