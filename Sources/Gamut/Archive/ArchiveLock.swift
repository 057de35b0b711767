import Glibc
import Storage

/// Keeps others from adding to an archive at the same time; readers need none.
final class ArchiveLock {
  private let descriptor: Int32

  /// Takes the lock, which goes with the process if not before.
  ///
  /// - Parameter archive: The folder.
  /// - Throws: `ArchiveError.notAnArchive`; `busy` while another process has it.
  init(_ archive: String) throws(ArchiveError) {
    descriptor = unsafe open(archive, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .notAnArchive(path: archive) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .busy(path: archive)
    }
  }

  deinit { close(descriptor) }

  /// Removes segments that no index names, and what is half-written of one.
  ///
  /// A writer was killed before it came to the index. Only for who has the lock.
  static func clearOrphans(of archive: ArchivePool) throws {
    let known = Set(archive.index.segments.map(\.id))
    let folder = "\(archive.path)/segments"
    for name in StagedFolder.entries(of: folder) where !known.contains(name) {
      removeFolder("\(folder)/\(name)")
    }
  }
}
