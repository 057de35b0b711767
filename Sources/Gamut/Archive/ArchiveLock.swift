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
    while true {
      let opened = unsafe open(archive, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard opened >= 0 else { throw .notAnArchive(path: archive) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        close(opened)
        throw .busy(path: archive)
      }
      // The folder may have been replaced after it was opened: then this is the lock of the old one.
      var (own, named) = (stat(), stat())
      if unsafe fstat(opened, &own) == 0, unsafe stat(archive, &named) == 0,
        own.st_ino == named.st_ino, own.st_dev == named.st_dev
      {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  /// Takes the lock of an archive that is to be replaced, lest someone is adding to it meanwhile.
  ///
  /// - Parameter output: The path of the archive to come.
  /// - Returns: The lock, to be held until the new archive stands; `nil` where there is no archive.
  /// - Throws: `ArchiveError.busy`.
  static func ofReplaced(_ output: String) throws(ArchiveError) -> ArchiveLock? {
    do throws(ArchiveError) {
      return try ArchiveLock(output)
    } catch {
      if case .notAnArchive = error { return nil }
      throw error
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
    // An index that was on its way to its name.
    for name in StagedFolder.entries(of: archive.path) where name.hasPrefix(".gamut-") {
      unsafe unlink("\(archive.path)/\(name)")
    }
  }
}
