import Glibc
import TestSupport
import Testing

@testable import Storage

@Suite struct StagedOutputTests {
  let folder = TemporaryFolder()

  /// What may be done with a file; `nil` when there is none.
  func permissions(_ name: String) -> mode_t? {
    var status = stat()
    return unsafe stat(folder.file(name), &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  @Test(arguments: [true, false])
  func `nothing stands under the name before the commit`(triesUnnamed: Bool) throws {
    do {
      let output = try StagedOutput(
        path: folder.file("a"), replacing: false, triesUnnamed: triesUnnamed)
      try output.write("one")
      try output.write(" two")
      try output.finish()
      #expect(folder.bytes("a") == nil)
      try output.commit()
      #expect(folder.text("a") == "one two")
      #expect(output.byteCount == 7)
      try output.commit()
    }
    #expect(folder.names == ["a"])
  }

  @Test(arguments: [true, false])
  func `an output that is dropped leaves nothing`(triesUnnamed: Bool) throws {
    do {
      let output = try StagedOutput(
        path: folder.file("a"), replacing: false, triesUnnamed: triesUnnamed)
      try output.write([UInt8](repeating: 1, count: 1_000_000).span)
      try output.finish()
    }
    #expect(folder.names == [])
  }

  @Test func `sizes around the buffer's come through in order`() throws {
    let size = 256 << 10
    for parts in [
      [0], [size], [size - 1, 2], [1, size], [1, size + 1, 1], [3 * size + 5, 7, size],
    ] {
      var expected: [UInt8] = []
      let output = try StagedOutput(path: folder.file("a"), replacing: true)
      for (number, count) in parts.enumerated() {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
        try output.write(bytes.span)
        expected += bytes
      }
      try output.commit()
      #expect(folder.bytes("a") == expected)
    }
  }

  @Test(arguments: [true, false])
  func `what stands there is replaced only on request`(triesUnnamed: Bool) throws {
    folder.make("a", "old")
    try #require(unsafe chmod(folder.file("a"), 0o600) == 0)
    let path = folder.file("a")
    #expect(throws: StorageError.outputExists(path: path)) {
      try StagedOutput(path: path, replacing: false, triesUnnamed: triesUnnamed)
    }
    unsafe chmod(path, 0o600)
    let output = try StagedOutput(path: path, replacing: true, triesUnnamed: triesUnnamed)
    try output.write("new")
    #expect(folder.text("a") == "old")
    try output.commit()
    #expect(folder.text("a") == "new")
    #expect(folder.names == ["a"])
    // Permissions are the old file's; those of a new one are the process's own.
    #expect(permissions("a") == 0o600)
    let other = try StagedOutput(
      path: folder.file("b"), replacing: true, triesUnnamed: triesUnnamed)
    try other.commit()
    let mask = umask(0)
    umask(mask)
    #expect(permissions("b") == 0o666 & ~mask)
  }

  @Test(arguments: [true, false])
  func `a file that appears meanwhile is not overwritten`(triesUnnamed: Bool) throws {
    do {
      let path = folder.file("a")
      let output = try StagedOutput(path: path, replacing: false, triesUnnamed: triesUnnamed)
      try output.write("mine")
      folder.make("a", Array("theirs".utf8))
      #expect(throws: StorageError.outputExists(path: path)) { try output.commit() }
      #expect(folder.text("a") == "theirs")
    }
    #expect(folder.names == ["a"])
  }

  @Test func `places where no file can stand are refused at once`() {
    func opens(_ path: String, _ code: Int32) {
      #expect(throws: StorageError.cannotWrite(path: path, code: code)) {
        try StagedOutput(path: path)
      }
    }
    opens(folder.file("missing/a"), ENOENT)
    opens(folder.path, EISDIR)
    opens(folder.file("b/"), EISDIR)
    opens("", ENOENT)
    folder.make("file", [])
    opens(folder.file("file/a"), ENOTDIR)
    opens(folder.file(String(repeating: "n", count: 300)), ENAMETOOLONG)
  }

  @Test func `a link is followed to its file`() throws {
    folder.make("file", Array("old".utf8))
    unsafe symlink("file", folder.file("link"))
    let output = try StagedOutput(path: folder.file("link"), replacing: true)
    try output.write("new")
    try output.commit()
    #expect(folder.text("file") == "new")
    var status = stat()
    #expect(unsafe lstat(folder.file("link"), &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func `devices and pipes are written to straight away`() throws {
    let null = try StagedOutput(path: "/dev/null")
    try null.write("gone")
    try null.commit()
    #expect(null.isDirect)

    let pipe = folder.file("pipe")
    unsafe mkfifo(pipe, 0o600)
    let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let output = try StagedOutput(path: pipe)
    try output.write("through")
    try output.commit()
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(unsafe read(reader, &bytes, 16) == 7)
    #expect(folder.names == ["pipe"])
  }

  @Test func `a full disk is named, and the output refuses to go on`() throws {
    let output = try StagedOutput(path: "/dev/full")
    let error = StorageError.cannotWrite(path: "/dev/full", code: ENOSPC)
    #expect(throws: error) {
      try output.write([UInt8](repeating: 0, count: 1 << 20).span)
    }
    #expect(throws: error) { try output.write("more") }
    #expect(throws: error) { try output.commit() }
  }

  @Test func `a reader that has gone is named`() async {
    // In a process of its own, because the signal's handling is the whole process's.
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      unsafe pipe(&ends)
      let output = try StagedOutput(descriptor: ends[1], name: "standard output")
      try output.write("one")
      close(ends[0])
      #expect(throws: StorageError.cannotWrite(path: "standard output", code: EPIPE)) {
        try output.commit()
      }
    }
  }

  @Test func `a write that fails on the way leaves nothing under the name`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      unsafe setrlimit(__rlimit_resource_t(1), &limit)
      let folder = TemporaryFolder()
      for triesUnnamed in [true, false] {
        do {
          let path = folder.file("a")
          let output = try StagedOutput(
            path: path, replacing: false, triesUnnamed: triesUnnamed)
          let error = StorageError.cannotWrite(path: path, code: EFBIG)
          #expect(throws: error) {
            for _ in 0..<32 { try output.write([UInt8](repeating: 0, count: 65_536).span) }
          }
          #expect(throws: error) { try output.commit() }
        }
        #expect(folder.names == [])
      }
    }
  }

  @Test func `a killed process leaves nothing under the name`() async throws {
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let output = try StagedOutput(path: path + "/a")
      try output.write([UInt8](repeating: 0, count: 1 << 20).span)
      try output.finish()
      raise(SIGKILL)
    }
    #expect(!folder.names.contains("a"))
  }

  @Test func `outputs of a group appear together`() throws {
    let group = StagedOutputs()
    let first = try group.add(path: folder.file("a"))
    let second = try group.add(path: folder.file("b"))
    #expect(throws: StorageError.sameFileTwice(path: folder.path + "/./a")) {
      try group.add(path: folder.path + "/./a")
    }
    try first.write("1")
    try second.write("2")
    #expect(folder.names == [])
    try group.commit()
    #expect(folder.text("a") == "1")
    #expect(folder.text("b") == "2")
  }

  @Test func `what is outdated goes when the new outputs have appeared, and not before`() throws {
    let group = StagedOutputs()
    let output = try group.add(path: folder.file("a"))
    folder.make("old", Array("old".utf8))
    unsafe symlink("a", folder.file("link"))
    unsafe mkdir(folder.file("folder"), 0o700)
    defer { unsafe rmdir(folder.file("folder")) }
    for name in ["old", "link", "folder", "none"] {
      try group.removeOutdated(path: folder.file(name), replacing: true)
    }
    try output.write("1")
    #expect(folder.names == ["folder", "link", "old"])
    try group.commit()
    // A link goes and not what it leads to; a folder is left.
    #expect(folder.names == ["a", "folder"])
    #expect(folder.text("a") == "1")
  }

  @Test func `what is outdated stays where it may not go, or is an output after all`() throws {
    let old = folder.make("old", Array("old".utf8))
    let group = StagedOutputs()
    #expect(throws: StorageError.outputExists(path: old)) {
      try group.removeOutdated(path: old, replacing: false)
    }
    let late = StagedOutputs()
    _ = try late.add(path: folder.file("a"))
    try late.removeOutdated(path: folder.file("b"), replacing: false)
    folder.make("b", Array("theirs".utf8))
    #expect(throws: StorageError.outputExists(path: folder.file("b"))) { try late.commit() }
    #expect(folder.names == ["b", "old"])
    try group.removeOutdated(path: folder.path + "/./old", replacing: true)
    let output = try group.add(path: old, replacing: true)
    try output.write("new")
    try group.commit()
    #expect(folder.text("old") == "new")
  }

  @Test func `a group that cannot appear removes nothing`() throws {
    let group = StagedOutputs()
    _ = try group.add(path: folder.file("a"))
    folder.make("old", Array("old".utf8))
    try group.removeOutdated(path: folder.file("old"), replacing: true)
    folder.make("a", Array("theirs".utf8))
    #expect(throws: StorageError.outputExists(path: folder.file("a"))) { try group.commit() }
    #expect(folder.names == ["a", "old"])
  }

  @Test func `a group whose last name is taken appears not at all`() throws {
    let group = StagedOutputs()
    _ = try group.add(path: folder.file("a"))
    _ = try group.add(path: folder.file("b"))
    folder.make("b", Array("theirs".utf8))
    #expect(throws: StorageError.outputExists(path: folder.file("b"))) { try group.commit() }
    #expect(folder.names == ["b"])
    #expect(folder.text("b") == "theirs")
  }
}
