import Glibc

/// A folder of its own for one test, removed with what is in it.
final class Folder {
  let path: String

  init() {
    var generator = SystemRandomNumberGenerator()
    path = "/tmp/gamut-storage-tests-\(getpid())-\(String(generator.next(), radix: 36))"
    unsafe mkdir(path, 0o700)
  }

  deinit {
    for name in names { unsafe unlink(path + "/" + name) }
    unsafe rmdir(path)
  }

  /// The names in the folder, hidden ones too.
  var names: [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var found: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { found.append(name) }
    }
    return found.sorted()
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file without the code under test; its path.
  @discardableResult
  func make(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) -> String {
    let descriptor = unsafe open(file(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe write(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done)
      }
      if count <= 0 { break }
      done += count
    }
    close(descriptor)
    return file(name)
  }

  /// A file's bytes; `nil` when there is none.
  func bytes(_ name: String) -> [UInt8]? {
    let descriptor = unsafe open(file(name), O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(descriptor, &part, part.count)
      if count <= 0 { return all }
      all += part[..<count]
    }
  }

  func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

  func mode(_ name: String) -> mode_t {
    var status = stat()
    return unsafe stat(file(name), &status) == 0 ? status.st_mode & 0o7777 : 0
  }
}
