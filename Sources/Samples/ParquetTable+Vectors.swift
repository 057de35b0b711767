internal import DuckDB
internal import JSON

extension ParquetTable {
  /// Reads a column of vectors.
  ///
  /// duckdb hands on the numbers as they lie in memory, not as text.
  ///
  /// - Parameters:
  ///   - name: The column.
  ///   - dimension: The length that all vectors must have; `nil` for that of the first.
  ///   - body: Takes finite numbers, row by row; a row may come in parts.
  /// - Returns: How many rows there are, and the vectors' length; `nil` for it where there is no row and none
  ///   was given.
  /// - Throws: `SamplesError.table`, or what `body` throws.
  /// - Complexity: O(numbers).
  public func readVectors(
    of name: String, dimension: Int?, _ body: (Span<Float>) throws -> Void
  ) throws -> (rows: Int, dimension: Int?) {
    guard let column = columns.first(where: { $0.name == name }) else {
      throw problem(.noSuchColumn(name: name, columns: columns.map(\.name)))
    }
    guard column.isVector else {
      throw problem(.notVectors(name: name, type: column.type))
    }
    let identifier = SQL.identifier(name)
    // An array of fixed length has no len of its own.
    let vector = "\(identifier)::FLOAT[]"
    let facts = try ask(
      "SELECT (SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(\(literal))) AS rows,"
        + " (SELECT coalesce(len(\(vector)), -1) FROM \(relation) LIMIT 1) AS length")
    guard let rows = facts?["rows"]?.wholeNumber else { throw problem(.unknownSchema) }
    guard rows > 0, let length = facts?["length"]?.wholeNumber else { return (0, dimension) }
    let expected = dimension ?? length
    if length < 1 {
      throw fault(name, 1, length < 0 ? .missing : .length(expected: expected, found: 0))
    }
    // Such a row would move all that follow it.
    let odd = try ask(
      "SELECT file_row_number + 1 AS row, coalesce(len(\(vector)), -1) AS length FROM"
        + " \(numberedRelation) WHERE coalesce(len(\(vector)), -1) <> \(expected)"
        + " ORDER BY file_row_number LIMIT 1")
    if let row = odd?["row"]?.wholeNumber, let found = odd?["length"]?.wholeNumber {
      throw fault(name, row, found < 0 ? .missing : .length(expected: expected, found: found))
    }
    try stream(
      "COPY (SELECT coalesce(v, 'nan'::FLOAT) AS v FROM (SELECT unnest(\(vector)) AS v FROM"
        + " \(relation))) TO '/dev/stdout' (FORMAT parquet, COMPRESSION uncompressed,"
        + " PARQUET_VERSION v1, DICTIONARY_SIZE_LIMIT 0)",
      count: rows * expected
    ) { first, numbers in
      for index in numbers.indices where !numbers[index].isFinite {
        throw fault(name, (first + index) / expected + 1, .notFinite)
      }
      try body(numbers)
    }
    return (rows, expected)
  }

  private func stream(
    _ statement: String, count: Int, _ body: (Int, Span<Float>) throws -> Void
  ) throws {
    let output = try explaining { () throws(DuckDBError) in try DuckDB.shared.start(statement) }
    var pages = PlainPages()
    var left = count
    var done = 0
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    var floats: [Float] = []
    while true {
      var got = 0
      do throws(DuckDBError) {
        var span = piece.mutableSpan
        got = try output.read(into: &span)
      } catch {
        let failure = error
        try explaining { () throws(DuckDBError) in throw failure }
      }
      if got == 0 { break }
      let isKnown = try pages.take(piece[..<got], upTo: &left) { bytes in
        floats.removeAll(keepingCapacity: true)
        var index = bytes.startIndex
        while index < bytes.endIndex {
          let bits =
            UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
            | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
          floats.append(Float(bitPattern: bits))
          index += 4
        }
        try body(done, floats.span)
        done += floats.count
      }
      if !isKnown { throw problem(.unknownSchema) }
    }
    if left > 0 { throw problem(.unknownSchema) }
  }

  private func ask(_ statement: String) throws(SamplesError) -> JSONValue? {
    let answer = try explaining { () throws(DuckDBError) in try DuckDB.shared.run(statement) }
    return answer.isEmpty ? nil : JSONValue(parsing: answer.span)
  }

  private func problem(_ problem: TableProblem) -> SamplesError {
    .table(path: path, problem: problem)
  }

  private func fault(_ column: String, _ row: Int, _ fault: VectorProblem) -> SamplesError {
    problem(.vector(column: column, line: row, problem: fault))
  }
}
