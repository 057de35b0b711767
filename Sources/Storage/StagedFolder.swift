internal import CRename
import Glibc

/// A folder that appears under its name whole, or not at all.
///
/// Its files are written as files without a name where the file system has such files; only when all
/// are on the disk are they gathered in a hidden folder beside the final place, which is then renamed
/// in one step. A folder that is to be replaced changes places with the new one in that same step and
/// is removed afterwards. A process killed in between leaves at most a hidden folder, which the next
/// writer of the same name clears away.
///
/// Meant for one thread at a time, though its files may be written by several.
public final class StagedFolder {
  /// The path as it was given.
  public let path: String
  private let parent: String
  private let name: String
  private let marker: String
  private let isReplacing: Bool
  private var files: [(name: String, output: StagedOutput)] = []
  private var names: Set<String> = []
  /// The hidden folder, once there is one, and the descriptor by which it is locked: so that no other
  /// writer takes it for a leftover.
  private var hidden: (path: String, descriptor: Int32)?
  private var innerFolders: Set<String> = []
  private var isCommitted = false

  /// How many files may wait without a name: a process has some thousand descriptors only.
  private static let mostWaiting = 200

  /// Prepares a folder; nothing appears under its name yet.
  ///
  /// - Parameters:
  ///   - path: Where the folder shall stand; the folder above it must be there.
  ///   - marker: A file that a folder must hold to be replaced: what lacks it is none of ours.
  ///   - replacing: Whether such a folder that stands there already may be replaced.
  /// - Throws: `StorageError.outputExists` for anything that stands there where replacing was not asked
  ///   for, `notReplaceable` for what is no folder or lacks the marker;
  ///   `cannotWrite` with the system's code, `ENOENT` for a missing folder above.
  public init(path: String, marker: String, replacing: Bool) throws(StorageError) {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let parent = StagedOutput.folder(of: trimmed)
    let name = trimmed.utf8.lastIndex(of: 0x2F).map {
      String(trimmed[trimmed.index(after: $0)...])
    }
    self.path = trimmed
    self.parent = parent
    self.name = name ?? trimmed
    self.marker = marker
    isReplacing = replacing
    guard !["", ".", ".."].contains(self.name) else { throw .cannotWrite(path: path, code: EISDIR) }
    var status = stat()
    if unsafe lstat(trimmed, &status) == 0 {
      guard replacing else { throw .outputExists(path: trimmed) }
      guard isOurs else { throw .notReplaceable(path: trimmed) }
    } else if errno != ENOENT {
      throw .cannotWrite(path: trimmed, code: errno)
    }
    guard unsafe access(parent, W_OK | X_OK) == 0 else {
      throw .cannotWrite(path: trimmed, code: errno)
    }
    clearLeftovers()
  }

  deinit {
    guard let hidden else { return }
    if !isCommitted { removeFolder(hidden.path) }
    close(hidden.descriptor)
  }

  /// Prepares a file of the folder.
  ///
  /// - Parameter name: Its name within the folder, with slashes for folders below.
  /// - Returns: The output to write to; `commit` gives it its name.
  /// - Throws: `StorageError.cannotWrite`.
  public func add(_ name: String) throws(StorageError) -> StagedOutput {
    precondition(names.insert(name).inserted, "a file of a folder has a name of its own")
    if files.count >= Self.mostWaiting { try gather() }
    let output = try StagedOutput(within: parent, path: "\(path)/\(name)")
    files.append((name, output))
    return output
  }

  /// Gives a folder within the folder another name, before all of it appears.
  ///
  /// For what is named after something that is known only when it is written.
  ///
  /// - Parameters:
  ///   - inner: A folder that files were added to, without a slash at its end.
  ///   - new: Its new name, of which nothing was added.
  /// - Throws: `StorageError.cannotWrite`.
  public func rename(_ inner: String, to new: String) throws(StorageError) {
    func renamed(_ name: String) -> String {
      name.hasPrefix("\(inner)/") ? new + name.dropFirst(inner.count) : name
    }
    precondition(
      !names.contains { $0.hasPrefix("\(new)/") }, "the new name of a folder is its own")
    files = files.map { (renamed($0.name), $0.output) }
    names = Set(names.map(renamed))
    guard let hidden, innerFolders.contains(inner) else { return }
    // Some of its files were gathered already.
    var end = new.startIndex
    while let slash = new[end...].firstIndex(of: "/") {
      let folder = String(new[..<slash])
      if innerFolders.insert(folder).inserted { try makeFolder("\(hidden.path)/\(folder)") }
      end = new.index(after: slash)
    }
    guard unsafe Glibc.rename("\(hidden.path)/\(inner)", "\(hidden.path)/\(new)") == 0 else {
      throw .cannotWrite(path: path, code: errno)
    }
    innerFolders = Set(innerFolders.map { $0 == inner ? new : renamed($0) })
  }

  /// Finishes all files and gives the folder its name.
  ///
  /// - Throws: `StorageError.cannotWrite`; `outputExists` when something took the name meanwhile and
  ///   replacing was not asked for, `notReplaceable` when that is none of ours. Nothing has appeared or
  ///   changed then.
  public func commit() throws(StorageError) {
    for (_, output) in files { try output.finish() }
    try gather()
    let hidden = try hiddenFolder()
    for folder in innerFolders { Self.syncFolder("\(hidden)/\(folder)") }
    Self.syncFolder(hidden)
    try moveIntoPlace(hidden)
    isCommitted = true
    Self.syncFolder(parent)
  }

  /// Moves the files that are finished into the hidden folder.
  private func gather() throws(StorageError) {
    let hidden = try hiddenFolder()
    var waiting: [(name: String, output: StagedOutput)] = []
    for (name, output) in files {
      guard output.isFinished else {
        waiting.append((name, output))
        continue
      }
      var end = name.startIndex
      while let slash = name[end...].firstIndex(of: "/") {
        let folder = String(name[..<slash])
        if innerFolders.insert(folder).inserted { try makeFolder("\(hidden)/\(folder)") }
        end = name.index(after: slash)
      }
      try output.commit(as: "\(hidden)/\(name)")
    }
    files = waiting
  }

  /// The hidden folder, made when it is first needed.
  private func hiddenFolder() throws(StorageError) -> String {
    if let hidden { return hidden.path }
    while true {
      let made = "\(parent)/\(leftoverPrefix)\(String(UInt64.random(in: 0...(.max)), radix: 36))"
      try makeFolder(made)
      let descriptor = unsafe open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if descriptor >= 0 {
        flock(descriptor, LOCK_EX)
        // Another writer may have taken it for a leftover before it was locked.
        if unsafe access(made, F_OK) == 0 {
          hidden = (made, descriptor)
          return made
        }
        close(descriptor)
      } else if errno != ENOENT {
        throw .cannotWrite(path: path, code: errno)
      }
    }
  }

  /// Whether a folder stands under the name that holds the marker.
  private var isOurs: Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
    return unsafe access("\(path)/\(marker)", F_OK) == 0
  }

  /// Renames the hidden folder; what it replaces is removed.
  private func moveIntoPlace(_ hidden: String) throws(StorageError) {
    if unsafe renameat2(AT_FDCWD, hidden, AT_FDCWD, path, GAMUT_RENAME_NOREPLACE) == 0 { return }
    guard errno == EEXIST else { throw .cannotWrite(path: path, code: errno) }
    guard isReplacing else { throw .outputExists(path: path) }
    // Something else may have taken the name since.
    guard isOurs else { throw .notReplaceable(path: path) }
    guard unsafe renameat2(AT_FDCWD, hidden, AT_FDCWD, path, GAMUT_RENAME_EXCHANGE) == 0 else {
      throw .cannotWrite(path: path, code: errno)
    }
    removeFolder(hidden)
  }

  private func makeFolder(_ path: String) throws(StorageError) {
    guard unsafe mkdir(path, 0o777) == 0 else {
      throw .cannotWrite(path: self.path, code: errno)
    }
  }

  private var leftoverPrefix: String { ".\(name).gamut-" }

  /// Removes hidden folders that a killed process has left and nobody works on.
  private func clearLeftovers() {
    for entry in Self.entries(of: parent) where entry.hasPrefix(leftoverPrefix) {
      let folder = "\(parent)/\(entry)"
      let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { removeFolder(folder) }
      close(descriptor)
    }
  }
}

extension StagedFolder {
  /// The names of what a folder holds, without `.` and `..`, in the order of their bytes.
  ///
  /// - Parameter folder: A folder's path.
  /// - Returns: Names; none of what is no folder.
  public static func entries(of folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // The name lies in the entry, ended by a zero, until the next call.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes a folder unless it is there.
  ///
  /// - Parameter path: Its path; the folder above it must be there.
  /// - Throws: `StorageError.cannotWrite`.
  public static func makeFolder(_ path: String) throws(StorageError) {
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .cannotWrite(path: path, code: errno)
    }
  }

  /// Waits until the disk has a folder's names.
  static func syncFolder(_ folder: String) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Removes a folder with all it holds.
///
/// Links in it are removed, not followed. What cannot be removed stays.
///
/// - Parameter path: The folder.
public func removeFolder(_ path: String) {
  for name in StagedFolder.entries(of: path) {
    let inner = "\(path)/\(name)"
    if unsafe unlink(inner) != 0 { removeFolder(inner) }
  }
  unsafe rmdir(path)
}
