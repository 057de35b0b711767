import Glibc

/// A file that appears under its name whole, or not at all.
///
/// It is written beside its final place: as a file without a name where the file system has such
/// files, so that even a killed process leaves nothing behind; otherwise under a hidden name that is
/// removed when the output is dropped. `commit` gives it its name in one step.
///
/// What is there already and is not a regular file (`/dev/null`, a named pipe, `/dev/stdout`) is
/// written to straight away, and `commit` only empties the buffer. When its reader is gone, the
/// error is `cannotWrite` with `EPIPE`, provided that the program ignores `SIGPIPE`.
///
/// Meant for one thread at a time.
public final class StagedOutput {
  /// The path as it was given.
  public let path: String
  /// How many bytes were written so far, those in the buffer included.
  public private(set) var byteCount = 0

  private var descriptor: Int32
  private let place: Place
  private let isReplacing: Bool
  private var buffer: [UInt8]
  private var buffered = 0
  private var failure: StorageError?
  /// Whether all bytes are on the disk.
  private(set) var isFinished = false
  private var hasher: SHA256?
  /// The SHA-256 of all bytes, in hexadecimal, once the output is finished; `nil` where it was not asked
  /// for.
  public private(set) var sha256: String?
  private var isCommitted = false

  /// Where the bytes go until `commit`.
  private enum Place {
    /// To a file without a name; `name` is to be its own.
    case unnamed(name: String)
    /// To a file with a hidden name.
    case hidden(name: String, temporary: String)
    /// To where they belong.
    case direct
  }

  private static let bufferSize = 256 << 10

  /// Prepares an output; nothing appears under its name yet.
  ///
  /// A symbolic link to a file is followed: the file it points to is the output. A file that replaces
  /// another takes over its permissions.
  ///
  /// - Parameters:
  ///   - path: Where the file shall stand; its folder must be there.
  ///   - replacing: Whether a file that stands there already may be replaced.
  /// - Throws: `StorageError.outputExists`; `cannotWrite` with `ENOENT` for a missing folder,
  ///   `EISDIR` for a path that is one, or any other code of the system.
  public convenience init(path: String, replacing: Bool = false) throws(StorageError) {
    try self.init(path: path, replacing: replacing, triesUnnamed: true)
  }

  /// Writes straight to an open descriptor, such as standard output; it is not closed.
  ///
  /// - Parameters:
  ///   - descriptor: An open file descriptor.
  ///   - name: What errors call it.
  /// - Throws: `StorageError.cannotWrite` when it is not open.
  public init(descriptor: Int32, name: String) throws(StorageError) {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .cannotWrite(path: name, code: errno) }
    path = name
    self.descriptor = copy
    place = .direct
    isReplacing = false
    buffer = [UInt8](repeating: 0, count: Self.bufferSize)
  }

  /// As above; without a name only where that is wanted and possible.
  init(path: String, replacing: Bool, triesUnnamed: Bool) throws(StorageError) {
    let opened = try Self.open(path, replacing: replacing, triesUnnamed: triesUnnamed)
    self.path = path
    descriptor = opened.descriptor
    place = opened.place
    isReplacing = replacing
    buffer = [UInt8](repeating: 0, count: Self.bufferSize)
  }

  /// Prepares a file of a folder that is yet to appear; it gets its name from `commit(as:)`.
  ///
  /// - Parameters:
  ///   - folder: Where it lies until then, on the same file system.
  ///   - path: What errors call it.
  /// - Throws: `StorageError.cannotWrite`.
  init(within folder: String, path: String) throws(StorageError) {
    (descriptor, place) = try Self.openFresh(
      in: folder, name: path, path: path, permissions: nil, triesUnnamed: true)
    self.path = path
    isReplacing = false
    buffer = [UInt8](repeating: 0, count: Self.bufferSize)
  }

  deinit {
    close(descriptor)
    if case .hidden(_, let temporary) = place, !isCommitted { unsafe unlink(temporary) }
  }

  /// Whether the bytes go straight to where they belong.
  public var isDirect: Bool {
    if case .direct = place { return true }
    return false
  }

  /// Has the SHA-256 of what is written added up; to be called before the first byte.
  public func addUpHash() {
    precondition(byteCount == 0, "a hash counts from the first byte")
    hasher = SHA256()
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: What comes next.
  /// - Throws: `StorageError.cannotWrite`; from then on every call throws it again.
  public func write(_ bytes: RawSpan) throws(StorageError) {
    precondition(!isFinished, "a finished output takes no more bytes")
    if let failure { throw failure }
    byteCount += bytes.byteCount
    if bytes.byteCount > buffer.count - buffered { try empty() }
    guard bytes.byteCount <= buffer.count - buffered else { return try send(bytes) }
    let start = buffered
    // Both pointers are used during the call only, within the sizes just compared.
    unsafe buffer.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: source)
      }
    }
    buffered += bytes.byteCount
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: What comes next.
  /// - Throws: As for raw bytes.
  public func write(_ bytes: Span<UInt8>) throws(StorageError) { try unsafe write(bytes.bytes) }

  /// Writes text as UTF-8.
  ///
  /// - Parameter text: What comes next.
  /// - Throws: As for raw bytes.
  public func write(_ text: String) throws(StorageError) {
    try write(Array(text.utf8).span)
  }

  /// Writes out what is buffered and waits until the disk has it; no bytes can follow.
  ///
  /// - Throws: `StorageError.cannotWrite`.
  public func finish() throws(StorageError) {
    if let failure { throw failure }
    guard !isFinished else { return }
    try empty()
    // Pipes and terminals have nothing to wait for.
    if !isDirect && fsync(descriptor) != 0 { throw fail(errno) }
    sha256 = hasher?.finish()
    isFinished = true
    // Many outputs may wait for their names.
    buffer = []
  }

  /// Finishes the file and gives it its name.
  ///
  /// - Throws: `StorageError.cannotWrite`; `outputExists` when something took the name meanwhile and
  ///   replacing was not asked for. Nothing has appeared under the name then.
  public func commit() throws(StorageError) {
    try finish()
    guard !isCommitted else { return }
    switch place {
    case .direct: break
    case .unnamed(let name): try appear(as: name)
    case .hidden(let name, let temporary):
      if isReplacing {
        try unsafe Self.check(rename(temporary, name), path)
      } else {
        try move(temporary, toFree: name)
      }
    }
    isCommitted = true
    syncFolder()
  }

  /// Finishes the file and gives it a name that it was not made for, which nothing may hold.
  ///
  /// - Parameter name: The name, on the file system on which the file lies.
  /// - Throws: `StorageError.cannotWrite`.
  func commit(as name: String) throws(StorageError) {
    try finish()
    switch place {
    case .direct: break
    case .unnamed: try appear(as: name)
    case .hidden(_, let temporary): try move(temporary, toFree: name)
    }
    isCommitted = true
  }

  /// Links the file without a name to its name.
  private func appear(as name: String) throws(StorageError) {
    let own = "/proc/self/fd/\(descriptor)"
    if unsafe linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 { return }
    guard errno == EEXIST, isReplacing else { throw Self.error(errno, path) }
    // A link cannot replace, a rename can: by way of a hidden name.
    let temporary = Self.hiddenName(in: Self.folder(of: name))
    try unsafe Self.check(
      linkat(AT_FDCWD, own, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW), path)
    guard unsafe rename(temporary, name) == 0 else {
      let code = errno
      unsafe unlink(temporary)
      throw Self.error(code, path)
    }
  }

  /// Moves a file to a name that nothing may hold.
  private func move(_ temporary: String, toFree name: String) throws(StorageError) {
    if unsafe link(temporary, name) != 0 {
      guard errno == EPERM || errno == EOPNOTSUPP else { throw Self.error(errno, path) }
      // The file system has no links: the name is claimed by an empty file, which is replaced.
      let claim = unsafe Glibc.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      try Self.check(claim, path)
      close(claim)
      guard unsafe rename(temporary, name) == 0 else {
        let code = errno
        unsafe unlink(name)
        throw Self.error(code, path)
      }
      return
    }
    unsafe unlink(temporary)
  }

  // MARK: Bytes

  /// Writes out the buffer.
  private func empty() throws(StorageError) {
    guard buffered > 0 else { return }
    let count = buffered
    buffered = 0
    // A span of an object's own array cannot be lent: the array is taken out meanwhile.
    var full: [UInt8] = []
    swap(&full, &buffer)
    defer { swap(&full, &buffer) }
    // Bytes are bytes.
    try unsafe send(full.span.extracting(0..<count).bytes)
  }

  private func send(_ bytes: RawSpan) throws(StorageError) {
    hasher?.update(bytes)
    var sent = 0
    while sent < bytes.byteCount {
      // The pointer does not outlive the call.
      let got = unsafe bytes.withUnsafeBytes { source in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: source[sent...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw fail(errno)
      }
      sent += got
    }
  }

  private func fail(_ code: Int32) -> StorageError {
    let error = StorageError.cannotWrite(path: path, code: code)
    failure = error
    return error
  }

  // MARK: Places

  private static func open(
    _ path: String, replacing: Bool, triesUnnamed: Bool
  ) throws(StorageError) -> (descriptor: Int32, place: Place) {
    if let standard = standardDescriptor(path) {
      // Not opened anew: that would start at the file's beginning when it is redirected to one.
      let copy = fcntl(standard, F_DUPFD_CLOEXEC, 0)
      try check(copy, path)
      return (copy, .direct)
    }
    var name = path
    var permissions: mode_t?
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw .cannotWrite(path: path, code: EISDIR)
      case S_IFREG:
        guard replacing else { throw .outputExists(path: path) }
        name = resolved(path)
        permissions = status.st_mode & 0o7777
      default:
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
        try check(descriptor, path)
        return (descriptor, .direct)
      }
    } else if errno != ENOENT {
      throw .cannotWrite(path: path, code: errno)
    } else if path.isEmpty || path.utf8.last == 0x2F {
      throw .cannotWrite(path: path, code: path.isEmpty ? ENOENT : EISDIR)
    }
    return try openFresh(
      in: folder(of: name), name: name, path: path, permissions: permissions,
      triesUnnamed: triesUnnamed)
  }

  /// Makes an empty file, without a name where that is wanted and possible.
  private static func openFresh(
    in folder: String, name: String, path: String, permissions: mode_t?, triesUnnamed: Bool
  ) throws(StorageError) -> (descriptor: Int32, place: Place) {
    if triesUnnamed {
      switch UnnamedFile(in: folder, access: O_WRONLY, mode: 0o666) {
      case .opened(let descriptor):
        if unsafe access("/proc/self/fd/\(descriptor)", F_OK) == 0 {
          if let permissions { fchmod(descriptor, permissions) }
          return (descriptor, .unnamed(name: name))
        }
        close(descriptor)
      case .unsupported: break
      case .failed(let code): throw .cannotWrite(path: path, code: code)
      }
    }
    while true {
      let temporary = hiddenName(in: folder)
      let descriptor = unsafe Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        if let permissions { fchmod(descriptor, permissions) }
        return (descriptor, .hidden(name: name, temporary: temporary))
      }
      guard errno == EEXIST else { throw .cannotWrite(path: path, code: errno) }
    }
  }

  /// The descriptor that a path stands for by convention.
  private static func standardDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  /// The path behind symbolic links; the path itself where that cannot be told.
  private static func resolved(_ path: String) -> String {
    // The system allocates the text, which is copied and given back.
    guard let text = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  static func folder(of name: String) -> String {
    guard let slash = name.utf8.lastIndex(of: 0x2F) else { return "." }
    return slash == name.startIndex ? "/" : String(name[..<slash])
  }

  static func hiddenName(in folder: String) -> String {
    var generator = SystemRandomNumberGenerator()
    return "\(folder)/.gamut-\(String(generator.next(), radix: 36))"
  }

  /// Makes the new name itself survive a loss of power, where the system can.
  private func syncFolder() {
    guard let finalName else { return }
    let folder = Self.folder(of: finalName)
    let descriptor = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private static func check(_ result: Int32, _ path: String) throws(StorageError) {
    if result < 0 { throw error(errno, path) }
  }

  private static func error(_ code: Int32, _ path: String) -> StorageError {
    code == EEXIST ? .outputExists(path: path) : .cannotWrite(path: path, code: code)
  }

  /// The name to come; `nil` for direct outputs.
  private var finalName: String? {
    switch place {
    case .direct: nil
    case .unnamed(let name): name
    case .hidden(let name, _): name
    }
  }

  /// What tells whether two outputs would be the same file: folder and name; `nil` for direct ones.
  var target: String? { finalName.map(Self.target) }

  /// The same for any name.
  static func target(_ name: String) -> String {
    let slash = name.utf8.lastIndex(of: 0x2F)
    let last = slash.map { name[name.index(after: $0)...] } ?? name[...]
    return resolved(folder(of: name)) + "/" + last
  }

  /// Whether the name is still free, or may be taken.
  func checkName() throws(StorageError) {
    guard let finalName, !isReplacing else { return }
    var status = stat()
    if unsafe lstat(finalName, &status) == 0 { throw .outputExists(path: path) }
  }
}
