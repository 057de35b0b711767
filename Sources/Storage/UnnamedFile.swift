import Glibc

/// What came of the wish for a file without a name.
enum UnnamedFile {
  /// It is open under this descriptor.
  case opened(Int32)
  /// The file system knows no such files.
  case unsupported
  /// It could not be made, for this reason of the system's.
  case failed(Int32)

  /// Makes a file without a name, of which nothing is left however the program ends.
  ///
  /// - Parameters:
  ///   - folder: The folder on whose disk it lies.
  ///   - access: `O_RDWR` or `O_WRONLY`.
  ///   - mode: The permissions it has once it gets a name, before the process's mask.
  init(in folder: String, access: Int32, mode: mode_t) {
    // O_TMPFILE as Linux defines it for every architecture Swift runs on; the importer does not
    // see the macro.
    let temporary: Int32 = 0o20_000_000 | O_DIRECTORY
    let descriptor = unsafe open(folder, temporary | access | O_CLOEXEC, mode)
    if descriptor >= 0 {
      self = .opened(descriptor)
    } else if [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) {
      self = .unsupported
    } else {
      self = .failed(errno)
    }
  }
}
