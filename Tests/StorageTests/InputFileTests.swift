import Glibc
import Storage
import Testing

@Suite struct InputFileTests {
  /// A folder that is removed when it is no longer used.
  final class Folder {
    let path: String

    init() throws {
      var template = Array("/tmp/gamut-input-XXXXXX\0".utf8CString)
      // The pointer does not outlive the call.
      let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return false }
        return unsafe mkdtemp(base) != nil
      }
      try #require(made)
      path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    deinit {
      for name in ["a", "b", "pipe"] { unsafe unlink(path + "/" + name) }
      unsafe rmdir(path)
    }

    /// Writes a file anew, or onto the end of one.
    @discardableResult
    func write(_ text: String, to name: String = "a", flags: Int32 = O_TRUNC) throws -> String {
      let path = path + "/" + name
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | flags, 0o600)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      let bytes = Array(text.utf8)
      // The pointer does not outlive the call.
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      try #require(written == bytes.count)
      return path
    }
  }

  static func read(_ file: InputFile, count: Int, at offset: Int) throws -> (text: String, got: Int)
  {
    var bytes = [UInt8](repeating: UInt8(ascii: "."), count: count)
    var span = bytes.mutableSpan
    let got = try file.read(into: &span, at: offset)
    return (String(decoding: bytes, as: UTF8.self), got)
  }

  static func readAll(_ file: InputFile, count: Int, at offset: Int) throws -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    try file.readAll(into: &span, at: offset)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `reads at any offset, in any order`() throws {
    let folder = try Folder()
    let file = try InputFile(path: folder.write("0123456789"))
    #expect(file.byteCount == 10)
    #expect(try Self.read(file, count: 3, at: 6) == ("678", 3))
    #expect(try Self.read(file, count: 3, at: 0) == ("012", 3))
    #expect(try Self.read(file, count: 10, at: 0) == ("0123456789", 10))
    #expect(try Self.readAll(file, count: 4, at: 6) == "6789")
    #expect(try Self.readAll(file, count: 0, at: 10) == "")
  }

  @Test func `the end of the file ends the reading`() throws {
    let folder = try Folder()
    let file = try InputFile(path: folder.write("0123456789"))
    #expect(try Self.read(file, count: 4, at: 8) == ("89..", 2))
    #expect(try Self.read(file, count: 4, at: 10) == ("....", 0))
    #expect(try Self.read(file, count: 4, at: 99) == ("....", 0))
    #expect(try Self.read(file, count: 0, at: 0) == ("", 0))
  }

  @Test func `an empty file is a file`() throws {
    let folder = try Folder()
    let file = try InputFile(path: folder.write(""))
    #expect(file.byteCount == 0)
    #expect(try Self.read(file, count: 2, at: 0) == ("..", 0))
    try file.checkUnchanged()
  }

  @Test func `a short file is an error that names both ends`() throws {
    let folder = try Folder()
    let path = try folder.write("0123456789")
    let file = try InputFile(path: path)
    #expect(throws: StorageError.endsEarly(path: path, expectedBytes: 12, foundBytes: 10)) {
      try Self.readAll(file, count: 4, at: 8)
    }
  }

  @Test func `a file cut short while it is read ends in an error`() throws {
    let folder = try Folder()
    let path = try folder.write("0123456789")
    let file = try InputFile(path: path)
    try folder.write("01")
    #expect(throws: StorageError.endsEarly(path: path, expectedBytes: 10, foundBytes: 2)) {
      try Self.readAll(file, count: 10, at: 0)
    }
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a negative offset is an error of the system`() throws {
    let folder = try Folder()
    let path = try folder.write("0")
    let file = try InputFile(path: path)
    #expect(throws: StorageError.cannotRead(path: path, offset: -1, code: EINVAL)) {
      try Self.read(file, count: 1, at: -1)
    }
  }

  @Test func `a missing file, a folder and a pipe cannot be opened`() throws {
    let folder = try Folder()
    let missing = folder.path + "/a"
    #expect(throws: StorageError.cannotOpen(path: missing, code: ENOENT)) {
      try InputFile(path: missing)
    }
    #expect(throws: StorageError.cannotOpen(path: "", code: ENOENT)) { try InputFile(path: "") }
    #expect(throws: StorageError.cannotOpen(path: folder.path, code: EISDIR)) {
      try InputFile(path: folder.path)
    }
    let pipe = folder.path + "/pipe"
    let made = unsafe mkfifo(pipe, 0o600)
    try #require(made == 0)
    #expect(throws: StorageError.cannotOpen(path: pipe, code: ESPIPE)) {
      try InputFile(path: pipe)
    }
  }

  @Test func `a file nobody touched is unchanged`() throws {
    let folder = try Folder()
    let file = try InputFile(path: folder.write("0123456789"))
    _ = try Self.read(file, count: 4, at: 0)
    try file.checkUnchanged()
  }

  @Test func `a file that grew is noticed`() throws {
    let folder = try Folder()
    let path = try folder.write("0123456789")
    let file = try InputFile(path: path)
    try folder.write("x", flags: O_APPEND)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a file rewritten with as many bytes is noticed by its time`() throws {
    let folder = try Folder()
    let path = try folder.write("0123456789")
    let file = try InputFile(path: path)
    // The clock of the file system ticks every few milliseconds: set the time, do not wait for it.
    try folder.write("9876543210")
    let times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    // The pointer does not outlive the call.
    let set = unsafe times.withUnsafeBufferPointer {
      unsafe utimensat(AT_FDCWD, path, $0.baseAddress, 0)
    }
    try #require(set == 0)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a file exchanged for another, or removed, is noticed`() throws {
    let folder = try Folder()
    let path = try folder.write("0123456789")
    let file = try InputFile(path: path)
    let other = try folder.write("0123456789", to: "b")
    let renamed = unsafe rename(other, path)
    try #require(renamed == 0)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
    // What was opened is still what is read.
    #expect(try Self.readAll(file, count: 10, at: 0) == "0123456789")
    unsafe unlink(path)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }
}
