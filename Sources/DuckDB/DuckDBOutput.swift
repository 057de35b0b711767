/// What a statement writes, while it runs.
///
/// Letting go of it before its end kills the command.
public final class DuckDBOutput {
  private let child: ChildProcess
  private var hasEnded = false

  init(child: ChildProcess) { self.child = child }

  /// Fills the start of `buffer` with the next bytes.
  ///
  /// - Parameter buffer: Memory to fill, at least one byte.
  /// - Returns: How many bytes came; 0 only at the end, and only where the command succeeded.
  /// - Throws: `DuckDBError.failed` and `killed` at the end of the output, which then is not whole;
  ///   `cannotRead`.
  public func read(into buffer: inout MutableSpan<UInt8>) throws(DuckDBError) -> Int {
    if hasEnded { return 0 }
    let count = try child.read(into: &buffer)
    if count == 0 {
      hasEnded = true
      try child.finish()
    }
    return count
  }

  /// Reads all that is left.
  ///
  /// - Returns: The bytes.
  /// - Throws: As for `read`.
  public func readToEnd() throws(DuckDBError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var span = piece.mutableSpan
      let count = try read(into: &span)
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
  }
}
