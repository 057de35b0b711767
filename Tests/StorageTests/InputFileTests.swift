import Glibc
import Storage
import TestSupport
import Testing

@Suite struct InputFileTests {
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
    let folder = TemporaryFolder()
    let file = try InputFile(path: folder.make("a", "0123456789"))
    #expect(file.byteCount == 10)
    #expect(try Self.read(file, count: 3, at: 6) == ("678", 3))
    #expect(try Self.read(file, count: 3, at: 0) == ("012", 3))
    #expect(try Self.read(file, count: 10, at: 0) == ("0123456789", 10))
    #expect(try Self.readAll(file, count: 4, at: 6) == "6789")
    #expect(try Self.readAll(file, count: 0, at: 10) == "")
  }

  @Test func `the end of the file ends the reading`() throws {
    let folder = TemporaryFolder()
    let file = try InputFile(path: folder.make("a", "0123456789"))
    #expect(try Self.read(file, count: 4, at: 8) == ("89..", 2))
    #expect(try Self.read(file, count: 4, at: 10) == ("....", 0))
    #expect(try Self.read(file, count: 4, at: 99) == ("....", 0))
    #expect(try Self.read(file, count: 0, at: 0) == ("", 0))
  }

  @Test func `an empty file is a file`() throws {
    let folder = TemporaryFolder()
    let file = try InputFile(path: folder.make("a", ""))
    #expect(file.byteCount == 0)
    #expect(try Self.read(file, count: 2, at: 0) == ("..", 0))
    try file.checkUnchanged()
  }

  @Test func `a short file is an error that names both ends`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0123456789")
    let file = try InputFile(path: path)
    #expect(throws: StorageError.endsEarly(path: path, expectedBytes: 12, foundBytes: 10)) {
      try Self.readAll(file, count: 4, at: 8)
    }
  }

  @Test func `a file cut short while it is read ends in an error`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0123456789")
    let file = try InputFile(path: path)
    folder.make("a", "01")
    #expect(throws: StorageError.endsEarly(path: path, expectedBytes: 10, foundBytes: 2)) {
      try Self.readAll(file, count: 10, at: 0)
    }
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a negative offset is an error of the system`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0")
    let file = try InputFile(path: path)
    #expect(throws: StorageError.cannotRead(path: path, offset: -1, code: EINVAL)) {
      try Self.read(file, count: 1, at: -1)
    }
  }

  @Test func `a missing file, a folder and a pipe cannot be opened`() throws {
    let folder = TemporaryFolder()
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
    let folder = TemporaryFolder()
    let file = try InputFile(path: folder.make("a", "0123456789"))
    _ = try Self.read(file, count: 4, at: 0)
    try file.checkUnchanged()
  }

  @Test func `a file that grew is noticed`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0123456789")
    let file = try InputFile(path: path)
    folder.make("a", "0123456789x")
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a file rewritten with as many bytes is noticed by its time`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0123456789")
    let file = try InputFile(path: path)
    // The clock of the file system ticks every few milliseconds: set the time, do not wait for it.
    folder.make("a", "9876543210")
    let times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    // The pointer does not outlive the call.
    let set = unsafe times.withUnsafeBufferPointer {
      unsafe utimensat(AT_FDCWD, path, $0.baseAddress, 0)
    }
    try #require(set == 0)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }

  @Test func `a file exchanged for another, or removed, is noticed`() throws {
    let folder = TemporaryFolder()
    let path = folder.make("a", "0123456789")
    let file = try InputFile(path: path)
    let other = folder.make("b", "0123456789")
    let renamed = unsafe rename(other, path)
    try #require(renamed == 0)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
    // What was opened is still what is read.
    #expect(try Self.readAll(file, count: 10, at: 0) == "0123456789")
    unsafe unlink(path)
    #expect(throws: StorageError.changedWhileReading(path: path)) { try file.checkUnchanged() }
  }
}
