import Glibc

/// A folder of its own for one test, removed with all that is in it.
public final class TemporaryFolder: Sendable {
  /// The folder's path, without symbolic links and without a slash at its end.
  public let path: String

  /// Makes an empty folder.
  ///
  /// - Parameter inMemory: Whether it is to lie in memory where the system has room for files there: for
  ///   tests that write many, each of which would wait for the disk.
  public init(inMemory: Bool = false) {
    var generator = SystemRandomNumberGenerator()
    let parent = unsafe inMemory && access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp"
    path = "\(parent)/gamut-tests-\(getpid())-\(String(generator.next(), radix: 36))"
    precondition(unsafe mkdir(path, 0o700) == 0, "no folder can be made in \(parent)")
  }

  deinit {
    removeTree(path)
  }

  /// The names in the folder, hidden ones too, in the order of their characters.
  public var names: [String] { folderEntries(path).sorted() }

  /// The path of a file in the folder.
  ///
  /// - Parameter name: The file's name.
  /// - Returns: Its path, whether it is there or not.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - name: The file's name; what is there is replaced.
  ///   - bytes: What it is to hold.
  /// - Returns: Its path.
  @discardableResult
  public func make(_ name: String, _ bytes: [UInt8]) -> String {
    writeFile(file(name), bytes)
    return file(name)
  }

  /// Writes a file of text.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - text: What it is to hold.
  /// - Returns: Its path.
  @discardableResult
  public func make(_ name: String, _ text: String) -> String { make(name, Array(text.utf8)) }

  /// Removes a file.
  ///
  /// - Parameter name: The file's name.
  public func remove(_ name: String) { unsafe unlink(file(name)) }

  /// Makes a symbolic link.
  ///
  /// - Parameters:
  ///   - name: The link's name.
  ///   - target: Where it leads.
  /// - Returns: The link's path.
  public func link(_ name: String, to target: String) -> String {
    precondition(unsafe symlink(target, file(name)) == 0, "\(file(name)) cannot be linked")
    return file(name)
  }

  /// Makes a named pipe.
  ///
  /// - Parameter name: The pipe's name.
  /// - Returns: Its path.
  public func pipe(_ name: String) -> String {
    precondition(unsafe mkfifo(file(name), 0o600) == 0, "\(file(name)) cannot be made")
    return file(name)
  }

  /// The bytes of a file in the folder.
  ///
  /// - Parameter name: The file's name.
  /// - Returns: Its bytes; `nil` when there is none.
  public func bytes(_ name: String) -> [UInt8]? { wholeFile(file(name)) }

  /// The text of a file in the folder.
  ///
  /// - Parameter name: The file's name.
  /// - Returns: Its text; `nil` when there is none.
  public func text(_ name: String) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Removes a file, or a folder with all that is in it; links are not followed.
///
/// - Parameter path: The path.
public func removeTree(_ path: String) {
  if unsafe unlink(path) == 0 { return }
  for name in folderEntries(path) { removeTree(path + "/" + name) }
  unsafe rmdir(path)
}

/// The files in a folder and in those below, without the code under test.
///
/// - Parameter path: The folder's path.
/// - Returns: Paths relative to it in the order of their characters; hidden files too, no folders.
public func filesBelow(_ path: String) -> [String] {
  folderEntries(path).flatMap { name -> [String] in
    var status = stat()
    guard unsafe lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return [name]
    }
    return filesBelow(path + "/" + name).map { name + "/" + $0 }
  }.sorted()
}

/// Copies a folder with all that is in it.
///
/// - Parameters:
///   - path: The folder's path.
///   - target: The path of the copy, at which nothing stands.
public func copyTree(_ path: String, to target: String) {
  precondition(unsafe mkdir(target, 0o700) == 0, "\(target) cannot be made")
  for name in folderEntries(path) {
    let inner = path + "/" + name
    guard let bytes = folderEntries(inner).isEmpty ? wholeFile(inner) : nil else {
      copyTree(inner, to: target + "/" + name)
      continue
    }
    writeFile(target + "/" + name, bytes)
  }
}

/// Writes a file without the code under test.
///
/// - Parameters:
///   - path: The file's path; what is there is replaced.
///   - bytes: What it is to hold.
public func writeFile(_ path: String, _ bytes: [UInt8]) {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  precondition(descriptor >= 0, "\(path) cannot be made")
  defer { close(descriptor) }
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes.withUnsafeBytes { all in
      unsafe write(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done)
    }
    precondition(count > 0, "\(path) cannot be written")
    done += count
  }
}

/// The names in a folder, as the file system gives them, without `.` and `..`.
///
/// - Parameter path: The folder's path.
/// - Returns: The names, in no certain order; none when there is no such folder.
public func folderEntries(_ path: String) -> [String] {
  guard let folder = unsafe opendir(path) else { return [] }
  defer { unsafe closedir(folder) }
  var found: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { found.append(name) }
  }
  return found
}

/// Reads a file without the code under test.
///
/// - Parameter path: The file's path.
/// - Returns: Its bytes; `nil` when there is none.
public func wholeFile(_ path: String) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var all: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = unsafe read(descriptor, &part, part.count)
    if count <= 0 { return all }
    all += part[..<count]
  }
}
