import Conversations
import DuckDB
import Storage

/// Records of one layout as a Parquet file, written by the `duckdb` command out of lines of JSON.
///
/// Columns have the types of the layout, so nothing is guessed from the first rows.
struct ParquetFile {
  let columns: [Feature]

  /// Rows in a group: few enough that a reader holds one in memory, enough to compress well.
  private static let rowGroupSize = 20_000

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - lines: Records, a line each.
  ///   - longestLine: How many bytes the longest has.
  ///   - output: Takes the file.
  /// - Throws: `DuckDBError`, `StorageError`.
  func write(_ lines: TemporaryFile, longestLine: Int, to output: StagedOutput) throws {
    let types = columns.map { "\(SQL.literal($0.name)): \(SQL.literal(Self.type($0.type)))" }
    let source = SQL.literal(DuckDB.path(ofDescriptor: lines.openDescriptor))
    let answer = try DuckDB.shared.start(
      """
      COPY (SELECT * FROM read_json(\(source), format='newline_delimited', \
      columns={\(types.joined(separator: ", "))}, \
      maximum_object_size=\(max(longestLine + 1024, 16 << 20)))) \
      TO '/dev/stdout' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE \(Self.rowGroupSize))
      """)
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      var room = piece.mutableSpan
      let count = try answer.read(into: &room)
      if count == 0 { break }
      try output.write(piece.span.extracting(0..<count))
    }
  }

  private static func type(_ type: FeatureType) -> String {
    switch type {
    case .string: "VARCHAR"
    case .bool: "BOOLEAN"
    case .integer: "BIGINT"
    case .number: "DOUBLE"
    case .list(let element): Self.type(element) + "[]"
    case .structure(let features):
      "STRUCT("
        + features.map { "\(SQL.identifier($0.name)) \(Self.type($0.type))" }
        .joined(separator: ", ") + ")"
    }
  }
}
