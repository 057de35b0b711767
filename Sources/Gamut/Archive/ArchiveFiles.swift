import Glibc
import JSON
import Storage

/// The files of one folder of an archive, each held against its size and digest as it is read.
struct ArchiveFiles: Sendable {
  let folder: String
  let files: [String: ArchiveIndex.FileFacts]

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// A column of a known number of elements.
  ///
  /// - Throws: `ArchiveError.damaged` for a file that is not the one that was written; `StorageError` for
  ///   one that cannot be read.
  func column(_ name: String, count: Int) throws -> NumericColumn {
    let path = path(name)
    guard let facts = files[name] else { throw ArchiveError.damaged(path: path) }
    let found: (column: NumericColumn, sha256: String)
    do {
      found = try NumericColumn.read(path: path, count: count)
    } catch StorageError.unreadableArray, StorageError.endsEarly,
      StorageError.cannotOpen(_, ENOENT)
    {
      throw ArchiveError.damaged(path: path)
    }
    guard found.sha256 == facts.sha256 else { throw ArchiveError.damaged(path: path) }
    return found.column
  }

  /// What a column's conversion gave, or the error for a column of the wrong type.
  private func checked<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else { throw ArchiveError.damaged(path: path(name)) }
    return value
  }

  func counts(_ name: String, count: Int) throws -> [UInt32] {
    try checked(try column(name, count: count).counts, name)
  }

  func offsets(_ name: String, count: Int) throws -> [Int] {
    try checked(try column(name, count: count).offsets, name)
  }

  func floats(_ name: String, count: Int) throws -> [Float] {
    try checked(try column(name, count: count).floats, name)
  }

  func doubles(_ name: String, count: Int) throws -> [Double] {
    try checked(try column(name, count: count).numbers, name)
  }

  /// A list of doubles whose length only the file knows.
  func doubles(_ name: String) throws -> [Double] {
    try doubles(name, count: try elementCount(name, size: 8))
  }

  func signed(_ name: String, count: Int) throws -> [Int32] {
    guard case .signed(let values) = try column(name, count: count) else {
      throw ArchiveError.damaged(path: path(name))
    }
    return values
  }

  func longs(_ name: String, count: Int) throws -> [UInt64] {
    guard case .longs(let values) = try column(name, count: count) else {
      throw ArchiveError.damaged(path: path(name))
    }
    return values
  }

  /// Bytes whose number only the file knows.
  func bytes(_ name: String) throws -> [UInt8] {
    guard case .bytes(let values) = try column(name, count: try elementCount(name, size: 1)) else {
      throw ArchiveError.damaged(path: path(name))
    }
    return values
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
