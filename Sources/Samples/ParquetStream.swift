internal import DuckDB
internal import Storage

/// The rows of a Parquet file as lines of JSON, in their order, as `duckdb` writes them.
///
/// Rows come out of a pipe while duckdb reads the file; nothing is kept on a disk. The file's own bytes are
/// read along, for its digest and for progress.
final class ParquetStream: ByteStream {
  private let table: ParquetTable
  private let output: DuckDBOutput
  /// The file's bytes, to be gone through to their end; `nil` where nobody asks for them.
  private var source: SourceStream?
  private var piece = [UInt8](repeating: 0, count: 1 << 18)

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - path: The path as it was given.
  ///   - source: The file, or standard input, which is read to its end and kept first.
  ///   - readsSource: Whether the file's own bytes are gone through as well.
  ///   - vectorColumn: A column that is left out of the records, if it is one of vectors.
  /// - Throws: `SamplesError.table`, `SamplesError.storage`.
  init(
    path: String, source: SourceStream, readsSource: Bool, vectorColumn: String?
  ) throws(SamplesError) {
    let file: InputFile
    switch source.origin {
    case .file(let given):
      file = given
      self.source = readsSource ? source : nil
    case .standardInput(let spool):
      var piece = [UInt8](repeating: 0, count: 1 << 18)
      while try Self.advance(source, by: &piece) > 0 {}
      do { file = try spool.reopen() } catch { throw .storage(error) }
      self.source = nil
    }
    let table = try ParquetTable(file: file, path: path)
    let statement = try table.recordsStatement(without: vectorColumn)
    self.table = table
    output = try table.explaining { () throws(DuckDBError) in try DuckDB.shared.start(statement) }
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    let count: Int
    do {
      count = try output.read(into: &buffer)
    } catch {
      let problem = error
      return try table.explaining { () throws(DuckDBError) in throw problem }
    }
    try follow(atLeast: count)
    return count
  }

  private static func advance(
    _ source: SourceStream, by piece: inout [UInt8]
  ) throws(SamplesError) -> Int {
    var span = piece.mutableSpan
    return try source.read(into: &span)
  }

  /// Reads as much of the file as was read of its rows, at their end all that is left.
  private func follow(atLeast count: Int) throws(SamplesError) {
    var followed = 0
    while let source, followed < count || count == 0 {
      let got = try Self.advance(source, by: &piece)
      if got == 0 { self.source = nil }
      followed += got
    }
  }
}
