internal import Glibc

/// What tells that a file was exchanged or rewritten: device, node, size, time of modification.
///
/// A change that keeps the size and sets back the time of modification is not noticed, nor is one of
/// the same size within a tick of the file system's clock after the last.
public struct FileIdentity: Equatable, Sendable {
  private var device: UInt
  private var node: UInt
  private var size: Int
  private var seconds: Int
  private var nanoseconds: Int

  init(_ status: stat) {
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }

  /// Looks up the file that a path leads to; `nil` where it leads nowhere.
  ///
  /// - Parameter path: A path.
  public init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
