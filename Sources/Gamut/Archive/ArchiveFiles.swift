import Glibc
import JSON
import Storage

/// The files of one folder of an archive, each held against its size and digest as it is read.
struct ArchiveFiles: Sendable {
  let folder: String
  let files: [String: ArchiveIndex.FileFacts]

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Reads a column of a known number of elements.
  ///
  /// - Parameters:
  ///   - name: The file's name.
  ///   - count: How many elements it must hold.
  ///   - read: Takes them for what they are to be.
  /// - Returns: The elements.
  /// - Throws: `ArchiveError.damaged` for a file that is not the one that was written; `StorageError` for
  ///   one that cannot be read.
  private func column<Value>(
    _ name: String, count: Int,
    _ read: (NumericColumnFile) throws(StorageError) -> NumericColumnFile.Values<Value>
  ) throws -> [Value] {
    let path = path(name)
    guard let facts = files[name] else { throw ArchiveError.damaged(path: path) }
    let found: NumericColumnFile.Values<Value>
    do {
      found = try read(NumericColumnFile(path: path, count: count))
    } catch StorageError.unreadableArray, StorageError.endsEarly,
      StorageError.cannotOpen(_, ENOENT)
    {
      throw ArchiveError.damaged(path: path)
    }
    guard found.sha256 == facts.sha256 else { throw ArchiveError.damaged(path: path) }
    return found.values
  }

  func counts(_ name: String, count: Int, at rows: [Int]? = nil) throws -> [UInt32] {
    try column(name, count: count) { file throws(StorageError) in try file.counts(at: rows) }
  }

  /// The bytes of lines in a subset; where they leave as they lie, each has a line end more.
  func lineByteCounts(count: Int) throws -> [UInt32] {
    files["line_bytes.npy"] == nil
      ? try counts("length.npy", count: count).map { $0 + 1 }
      : try counts("line_bytes.npy", count: count)
  }

  func offsets(_ name: String, count: Int, at rows: [Int]? = nil) throws -> [Int] {
    try column(name, count: count) { file throws(StorageError) in try file.offsets(at: rows) }
  }

  func floats(_ name: String, count: Int, at rows: [Int]? = nil) throws -> [Float] {
    try column(name, count: count) { file throws(StorageError) in try file.floats(at: rows) }
  }

  func doubles(_ name: String, count: Int) throws -> [Double] {
    try column(name, count: count) { file throws(StorageError) in try file.numbers() }
  }

  /// A list of doubles whose length only the file knows.
  func doubles(_ name: String) throws -> [Double] {
    try doubles(name, count: try elementCount(name, size: 8))
  }

  func signed(_ name: String, count: Int) throws -> [Int32] {
    try column(name, count: count) { file throws(StorageError) in try file.signed() }
  }

  func longs(_ name: String, count: Int, at rows: [Int]? = nil) throws -> [UInt64] {
    try column(name, count: count) { file throws(StorageError) in try file.longs(at: rows) }
  }

  /// A list of 64-bit numbers whose length only the file knows.
  func longs(_ name: String) throws -> [UInt64] {
    try longs(name, count: try elementCount(name, size: 8))
  }

  /// Bytes whose number only the file knows.
  func bytes(_ name: String) throws -> [UInt8] {
    try column(name, count: try elementCount(name, size: 1)) { file throws(StorageError) in
      try file.bytes()
    }
  }

  /// How many elements of a size a `.npy` file with a short header holds.
  private func elementCount(_ name: String, size: Int) throws -> Int {
    guard let facts = files[name], facts.byteCount >= 128 else {
      throw ArchiveError.damaged(path: path(name))
    }
    return (facts.byteCount - 128) / size
  }

  /// A text file.
  func text(_ name: String) throws -> JSONValue {
    let path = path(name)
    guard let facts = files[name] else { throw ArchiveError.damaged(path: path) }
    let bytes: [UInt8]
    do {
      bytes = try InputFile(path: path).readWhole()
    } catch StorageError.cannotOpen(_, ENOENT) {
      throw ArchiveError.damaged(path: path)
    }
    let hasher = SHA256()
    hasher.update(bytes.span)
    guard hasher.finish() == facts.sha256, let value = JSONValue(parsing: bytes.span) else {
      throw ArchiveError.damaged(path: path)
    }
    return value
  }

  /// Reads every file and compares its digest.
  ///
  /// - Throws: `ArchiveError.damaged` for the first by name that differs; `StorageError`.
  func check() throws {
    for name in files.keys.sorted() {
      let path = path(name)
      guard let facts = files[name] else { continue }
      do {
        guard try SHA256.digest(ofFile: path) == facts.sha256 else {
          throw ArchiveError.damaged(path: path)
        }
      } catch StorageError.cannotOpen(_, ENOENT) {
        throw ArchiveError.damaged(path: path)
      }
    }
  }
}
