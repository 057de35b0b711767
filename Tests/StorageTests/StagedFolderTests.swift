import Glibc
import TestSupport
import Testing

@testable import Storage

/// A folder that appears whole, or not at all.
@Suite struct StagedFolderTests {
  let folder = TemporaryFolder()

  private func staged(replacing: Bool = false, _ name: String = "a") throws -> StagedFolder {
    try StagedFolder(path: folder.file(name), marker: "m", replacing: replacing)
  }

  /// Writes files and gives the folder its name.
  private func make(
    _ files: [String: String], replacing: Bool = false, _ name: String = "a"
  ) throws {
    let staged = try staged(replacing: replacing, name)
    for (name, text) in files.sorted(by: { $0.key < $1.key }) { try staged.add(name).write(text) }
    try staged.commit()
  }

  @Test func `nothing stands under the name before the commit, then all does`() throws {
    let staged = try staged()
    try staged.add("m").write("1")
    try staged.add("in/ner/b").write("2")
    _ = try staged.add("in/empty")
    #expect(!folder.names.contains("a"))
    try staged.commit()
    #expect(filesBelow(folder.file("a")) == ["in/empty", "in/ner/b", "m"])
    #expect(folder.text("a/in/ner/b") == "2")
    #expect(folder.names == ["a"])
  }

  @Test(arguments: [3, 250, 450])
  func `a folder within takes another name, wherever its files are by then`(count: Int) throws {
    let staged = try staged()
    try staged.add("m").write("1")
    for number in 0..<count {
      let output = try staged.add("in/new/deep/\(number)")
      try output.write("\(number)")
      // Those that are not finished wait longer.
      if number % 3 == 0 { try output.finish() }
    }
    try staged.add("in/newer").write("2")
    try staged.rename("in/new", to: "out/ab/c")
    try staged.add("out/ab/c/last").write("3")
    try staged.commit()
    let expected =
      ["in/newer", "m", "out/ab/c/last"] + (0..<count).map { "out/ab/c/deep/\($0)" }
    #expect(Set(filesBelow(folder.file("a"))) == Set(expected))
    #expect(folder.text("a/out/ab/c/deep/2") == "2")
  }

  @Test func `a folder that is dropped leaves nothing`() throws {
    do {
      let staged = try staged()
      // So many that some have been put together already.
      for number in 0..<450 {
        let output = try staged.add("x/\(number)")
        try output.write("\(number)")
        try output.finish()
      }
      #expect(folder.names.count == 1)
    }
    #expect(folder.names == [])
  }

  @Test func `many files are more than a process may have open`() throws {
    let staged = try staged()
    for number in 0..<2500 {
      let output = try staged.add("x/\(number % 7)/\(number)")
      try output.write("\(number)")
      try output.finish()
    }
    try staged.commit()
    #expect(filesBelow(folder.file("a")).count == 2500)
    #expect(folder.text("a/x/3/2000") == nil)
    #expect(folder.text("a/x/5/2000") == "2000")
  }

  @Test func `what stands there is replaced only on request, and only what has the marker`() throws
  {
    try make(["m": "old", "gone": "1"])
    #expect(throws: StorageError.outputExists(path: folder.file("a"))) { try staged() }
    try make(["m": "new"], replacing: true)
    #expect(filesBelow(folder.file("a")) == ["m"])
    #expect(folder.text("a/m") == "new")
    // None of ours: a folder without the marker, a file, a link to one of ours.
    unsafe mkdir(folder.file("foreign"), 0o700)
    writeFile(folder.file("foreign/thesis"), [1])
    folder.make("file", "x")
    _ = folder.link("link", to: folder.file("a"))
    for name in ["foreign", "file", "link"] {
      #expect(throws: StorageError.notReplaceable(path: folder.file(name))) {
        try staged(replacing: true, name)
      }
      #expect(throws: StorageError.outputExists(path: folder.file(name))) { try staged(name) }
    }
    #expect(folder.bytes("foreign/thesis") == [1])
    #expect(folder.names == ["a", "file", "foreign", "link"])
  }

  @Test func `what takes the name meanwhile stays`() throws {
    do {
      let first = try staged()
      try first.add("m").write("mine")
      try make(["m": "theirs"])
      #expect(throws: StorageError.outputExists(path: folder.file("a"))) { try first.commit() }
    }
    #expect(folder.text("a/m") == "theirs")
    do {
      let second = try staged(replacing: true)
      try second.add("m").write("mine")
      removeTree(folder.file("a"))
      unsafe mkdir(folder.file("a"), 0o700)
      writeFile(folder.file("a/thesis"), [1])
      #expect(throws: StorageError.notReplaceable(path: folder.file("a"))) { try second.commit() }
    }
    #expect(folder.bytes("a/thesis") == [1])
    #expect(folder.names == ["a"])
  }

  @Test func `leftovers of a killed writer go, those of one at work stay`() throws {
    unsafe mkdir(folder.file(".a.gamut-left"), 0o700)
    writeFile(folder.file(".a.gamut-left/half"), [1])
    unsafe mkdir(folder.file(".b.gamut-left"), 0o700)
    let working = try staged()
    #expect(folder.names == [".b.gamut-left"])
    for number in 0..<201 { try working.add("x/\(number)").finish() }
    let hidden = folder.names
    #expect(hidden.count == 2)
    let other = try staged()
    #expect(folder.names == hidden)
    try other.add("m").write("other")
    try other.commit()
    #expect(throws: StorageError.outputExists(path: folder.file("a"))) { try working.commit() }
    #expect(folder.text("a/m") == "other")
  }

  @Test func `places where no folder can stand are refused at once`() {
    func refuses(_ path: String, _ code: Int32) {
      #expect(throws: StorageError.cannotWrite(path: path, code: code)) {
        try StagedFolder(path: path, marker: "m", replacing: true)
      }
    }
    refuses(folder.file("missing/a"), ENOENT)
    refuses(folder.file("."), EISDIR)
    refuses(folder.file(".."), EISDIR)
    folder.make("file", "x")
    refuses(folder.file("file/a"), ENOTDIR)
  }

  @Test func `a slash at the end is no part of the name`() throws {
    let staged = try StagedFolder(path: folder.file("a//"), marker: "m", replacing: false)
    try staged.add("m").write("1")
    try staged.commit()
    #expect(staged.path == folder.file("a"))
    #expect(folder.text("a/m") == "1")
  }

  @Test func `removing a folder leaves what its links lead to`() {
    unsafe mkdir(folder.file("a"), 0o700)
    unsafe mkdir(folder.file("kept"), 0o700)
    writeFile(folder.file("kept/file"), [1])
    unsafe symlink(folder.file("kept"), folder.file("a/link"))
    writeFile(folder.file("a/file"), [2])
    removeFolder(folder.file("a"))
    #expect(folder.names == ["kept"])
    #expect(folder.bytes("kept/file") == [1])
  }
}
