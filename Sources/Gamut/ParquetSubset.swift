import DuckDB
import JSON
import Samples
import Storage

/// Chosen samples as one Parquet file, written by duckdb.
///
/// Where all of them come from Parquet files with the same columns, their rows are looked up there by number
/// and go over as they are, all columns with their types. Other records are written as lines first, and every
/// column gets the narrowest type that holds its values in all of them: whole numbers, numbers, text, truth
/// values, lists and structures of these; text is never taken for a date. A column of nulls is text, one of
/// values that share no type, or that nest deeper than eight levels, is JSON.
struct ParquetSubset {
  let writer: SubsetWriter
  /// The samples in the order in which they are to stand.
  let samples: [Int32]

  /// Writes the file.
  ///
  /// - Parameter write: Takes bytes, in order.
  /// - Throws: `GamutError.notTabular`, `SamplesError`, `StorageError`, or what `write` throws.
  func write(_ write: (Span<UInt8>) throws -> Void) throws {
    if let tables = try tables() {
      // The lines tell whether an archive's sources are still what it was made of.
      if writer.makeCheck != nil { try writer.copy(samples.sorted()) { _, _ in } }
      try writeRows(of: tables, write)
    } else {
      try writeLines(write)
    }
  }

  // MARK: Rows of Parquet sources

  /// A source from which samples were chosen.
  private struct Source {
    var table: ParquetTable
    /// The place of the source among all.
    var index: Int
  }

  /// The tables that the samples come from, the first source's where there is no sample; `nil` where one
  /// of them is no Parquet.
  private func tables() throws -> [Source]? {
    var starts = [0]
    for source in writer.sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    var used = Set<Int>()
    for sample in samples { used.insert(sourceIndex(of: Int(sample), starts: starts)) }
    var tables: [Source] = []
    for index in used.isEmpty ? [0] : used.sorted() {
      guard let table = try writer.reader.parquetTable(of: index) else { return nil }
      tables.append(Source(table: table, index: index))
    }
    for source in tables.dropFirst() {
      let (one, other) = (tables[0].table, source.table)
      if one.columns == other.columns { continue }
      let place = (0...).first {
        $0 >= min(one.columns.count, other.columns.count) || one.columns[$0] != other.columns[$0]
      }
      let column = (place ?? 0) < one.columns.count ? one.columns[place ?? 0] : other.columns[place ?? 0]
      throw GamutError.notTabular(
        .differentColumns(first: one.path, other: other.path, column: column.name))
    }
    return tables
  }

  private func sourceIndex(of sample: Int, starts: [Int]) -> Int {
    var (low, high) = (0, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= sample { low = middle } else { high = middle }
    }
    return low
  }

  private func writeRows(of tables: [Source], _ write: (Span<UInt8>) throws -> Void) throws {
    let picks = try TemporaryFile(folder: writer.reader.options.temporaryFolder)
    var starts = [0]
    for source in writer.sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    var text: [UInt8] = []
    for (place, sample) in samples.enumerated() {
      let source = sourceIndex(of: Int(sample), starts: starts)
      let row = Int(writer.columns.lines[Int(sample)]) - 1
      text += Array("\(place),\(source),\(row)\n".utf8)
    }
    try picks.write(text.span)
    let file = try picks.reopen()
    let list =
      "read_csv(\(SQL.literal(DuckDB.path(ofDescriptor: file.descriptor))), header=false,"
      + " auto_detect=false, delim=',', columns={'gamut_place': 'BIGINT',"
      + " 'gamut_source': 'INTEGER', 'gamut_row': 'BIGINT'})"
    let rows = tables.map { source in
      "SELECT rows.* EXCLUDE (file_row_number), gamut_place FROM \(source.table.numberedRelation)"
        + " AS rows JOIN picks ON gamut_source = \(source.index) AND gamut_row = file_row_number"
    }
    let statement = """
      COPY (WITH picks AS MATERIALIZED (FROM \(list)) SELECT * EXCLUDE (gamut_place) FROM \
      (\(rows.joined(separator: " UNION ALL "))) ORDER BY gamut_place) TO '/dev/stdout' \
      (FORMAT parquet, COMPRESSION zstd\(try keyValues(of: tables[0].table)))
      """
    try tables[0].table.explaining { () throws(DuckDBError) in _ = try DuckDB.shared.version() }
    try run(statement, write)
    for source in tables { try source.table.checkUnchanged() }
    withExtendedLifetime(file) {}
  }

  /// What Hugging Face's `datasets` notes about columns, such as the names of labels.
  private func keyValues(of table: ParquetTable) throws -> String {
    let answer = try table.explaining { () throws(DuckDBError) in
      try DuckDB.shared.run(
        "SELECT decode(value) AS value FROM parquet_kv_metadata(\(table.literal))"
          + " WHERE decode(key) = 'huggingface'")
    }
    guard let line = answer.split(separator: 0x0A).first,
      let value = JSONValue(parsing: Array(line).span)?["value"]?.text
    else { return "" }
    return ", KV_METADATA {huggingface: \(SQL.literal(value))}"
  }

  // MARK: Other records

  private func writeLines(_ write: (Span<UInt8>) throws -> Void) throws {
    guard !samples.isEmpty else { throw GamutError.notTabular(.noRecord) }
    let lines = try TemporaryFile(folder: writer.reader.options.temporaryFolder)
    var buffer: [UInt8] = []
    var longest = 0
    var isLine = true
    try writer.write(samples, format: .jsonl) { piece in
      if isLine { longest = max(longest, piece.count) }
      isLine.toggle()
      buffer.append(copying: piece)
      if buffer.count > 1 << 20 {
        try lines.write(buffer.span)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try lines.write(buffer.span)
    let file = try lines.reopen()
    let objects =
      "read_json_objects(\(SQL.literal(DuckDB.path(ofDescriptor: file.descriptor))),"
      + " format='newline_delimited', maximum_object_size=\(max(longest + 1024, 16 << 20)))"
    let answer: [UInt8]
    do {
      answer = try DuckDB.shared.run(
        "SELECT json_group_structure(json)::VARCHAR AS structure FROM \(objects)")
    } catch {
      throw GamutError.notTabular(.duckdb(error))
    }
    guard let text = JSONValue(parsing: answer.span)?["structure"]?.text,
      let structure = JSONValue(parsing: Array(text.utf8).span)
    else { throw GamutError.notTabular(.noRecord) }
    let types = SQL.literal(Self.withTypes(structure).compact)
    try run(
      "COPY (SELECT unnest(json_transform(json, \(types))) FROM \(objects)) TO '/dev/stdout'"
        + " (FORMAT parquet, COMPRESSION zstd)", write)
    withExtendedLifetime(file) {}
  }

  /// A structure in which what is null everywhere is text, and what nests too deep is JSON.
  private static func withTypes(_ structure: JSONValue, depth: Int = 0) -> JSONValue {
    switch structure {
    case .string("NULL"): .string("VARCHAR")
    // duckdb takes twice as long for each level.
    case .array where depth > 8, .object where depth > 8: .string("JSON")
    case .array(let items): .array(items.map { withTypes($0, depth: depth + 1) })
    case .object(let members):
      .object(members.map { .init(key: $0.key, value: withTypes($0.value, depth: depth + 1)) })
    default: structure
    }
  }

  private func run(_ statement: String, _ write: (Span<UInt8>) throws -> Void) throws {
    do {
      let output = try DuckDB.shared.start(statement)
      var piece = [UInt8](repeating: 0, count: 1 << 18)
      while true {
        var span = piece.mutableSpan
        let count = try output.read(into: &span)
        if count == 0 { return }
        try write(piece.span.extracting(first: count))
      }
    } catch let error as DuckDBError {
      throw GamutError.notTabular(.duckdb(error))
    }
  }
}
