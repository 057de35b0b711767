import CMalloc
import DuckDB
import Glibc
import Storage

/// What the machine offers.
enum Machine {
  /// Cores that are on, at least 1.
  static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Keeps freed memory for the next list instead of giving it back at once.
  ///
  /// A run makes and drops lists of many megabytes one after the other; getting each from the system
  /// anew, page by page, costs more than a tenth of the sorting.
  static func keepFreedMemory() {
    // The largest value that the C library takes; lists beyond it are few.
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 256 << 20)
  }

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether something lies at a path.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0
  }

  /// Makes a folder where there is none.
  ///
  /// - Parameter path: The folder; the one that it lies in must be there.
  /// - Throws: `StorageError.cannotWrite`.
  static func makeFolder(_ path: String) throws(StorageError) {
    if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    throw .cannotWrite(path: path, code: errno)
  }

  /// Lets the process have as many files open as it may.
  ///
  /// The vectors of an archive of a thousand segments lie in a thousand files, and shells are set to about
  /// as many.
  static func allowManyFiles() {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    // Reads and sets two numbers of this process.
    guard unsafe getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe _ = setrlimit(files, &limit)
  }

  /// Where the `duckdb` command is: `$GAMUT_DUCKDB`, or on the search path.
  static var duckdb: DuckDBSettings {
    // The texts belong to the environment and are copied at once.
    let given = unsafe getenv("GAMUT_DUCKDB").map { unsafe String(cString: $0) }
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) }
    var settings = DuckDBSettings(command: given)
    if let path { settings.searchPath = path }
    settings.temporaryFolder = temporaryFolder
    return settings
  }

  /// Where temporary files belong: `$TMPDIR`, or `/tmp`.
  static var temporaryFolder: String {
    // The text belongs to the environment and is copied at once.
    guard let folder = unsafe getenv("TMPDIR"), unsafe folder[0] != 0 else { return "/tmp" }
    return unsafe String(cString: folder)
  }
}
