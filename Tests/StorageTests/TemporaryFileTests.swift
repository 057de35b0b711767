import TestSupport
import Testing

@testable import Storage

@Suite struct TemporaryFileTests {
  @Test func `what was written is read at any offset, and no name is left`() throws {
    let folder = TemporaryFolder()
    let file = try TemporaryFile(folder: folder.path)
    for part in [[1, 2, 3], [], [4, 5]] as [[UInt8]] { try file.write(part.span) }
    let opened = try file.reopen()
    #expect(opened.byteCount == 5)
    var bytes = [UInt8](repeating: 0, count: 3)
    var room = bytes.mutableSpan
    try opened.readAll(into: &room, at: 2)
    #expect(bytes == [3, 4, 5])
    #expect(folder.names.isEmpty)
  }

  @Test func `a folder that is not there is named`() throws {
    #expect(throws: StorageError.cannotWrite(path: "/no/such/folder", code: 2)) {
      _ = try TemporaryFile(folder: "/no/such/folder")
    }
  }
}
