import Glibc
import Testing

@testable import PoolGenerator

@Suite struct FilesTests {
  /// Runs `body` with a path in the temporary folder that nothing else uses, and removes it after.
  private func withPath(_ name: String, _ body: (String) throws -> Void) rethrows {
    let path = "/tmp/gamut-make-pool-\(getpid())-\(name)"
    defer { remove(path) }
    try body(path)
  }

  private func remove(_ path: String) {
    _ = unsafe unlink(path)
    _ = unsafe unlink(path + ".partial")
  }

  private func lines(_ path: String) throws -> [[UInt8]] {
    let reader = try LineReader(path: path)
    var lines: [[UInt8]] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  @Test func `a file has its name only when it is whole`() throws {
    try withPath("whole") { path in
      let writer = try FileWriter(path: path, replaces: false)
      try writer.append(Array("one\n\nthree".utf8))
      #expect(throws: FileError.cannotOpen(path: path, code: ENOENT)) { try lines(path) }
      try writer.finish()
      #expect(try lines(path) == [Array("one".utf8), [], Array("three".utf8)])
    }
  }

  @Test func `a writer given up leaves nothing`() throws {
    try withPath("dropped") { path in
      do {
        let writer = try FileWriter(path: path, replaces: false)
        try writer.append([1, 2, 3])
      }
      #expect(throws: FileError.self) { try lines(path) }
      #expect(throws: FileError.self) { try lines(path + ".partial") }
    }
  }

  @Test func `a file that exists is replaced only when asked`() throws {
    try withPath("old") { path in
      try FileWriter(path: path, replaces: false).finish()
      #expect(throws: FileError.exists(path: path)) {
        try FileWriter(path: path, replaces: false)
      }
      let writer = try FileWriter(path: path, replaces: true)
      try writer.append([0x41])
      try writer.finish()
      #expect(try lines(path) == [[0x41]])
    }
  }

  @Test func `a pipe is written to and not replaced`() throws {
    try withPath("pipe") { path in
      try #require(unsafe mkfifo(path, 0o600) == 0)
      // Open for both directions, so that neither end waits for the other.
      let descriptor = unsafe open(path, O_RDWR)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      let writer = try FileWriter(path: path, replaces: true)
      try writer.append(Array("line\n".utf8))
      try writer.finish()
      let reader = try LineReader(path: path)
      #expect(try reader.next() == Array("line".utf8))
      var status = stat()
      #expect(unsafe stat(path, &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFIFO)
    }
  }

  @Test func `a full device is an error`() throws {
    // Checked first, because the writer would make a regular file where there is no device.
    var status = stat()
    guard unsafe stat("/dev/full", &status) == 0, status.st_mode & S_IFMT == S_IFCHR else { return }
    let writer = try FileWriter(path: "/dev/full", replaces: false)
    try writer.append([0x41])
    #expect(throws: FileError.cannotWrite(path: "/dev/full", code: ENOSPC)) {
      try writer.finish()
    }
  }

  @Test func `lines longer than the buffer come back whole`() throws {
    try withPath("long") { path in
      let long = [UInt8](repeating: 0x61, count: 700_000)
      let writer = try FileWriter(path: path, replaces: false)
      try writer.append(long + [0x0A] + long)
      try writer.finish()
      #expect(try lines(path) == [long, long])
    }
  }
}
