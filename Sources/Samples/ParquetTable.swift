public import DuckDB
internal import JSON
public import Storage

/// A Parquet file as SQL sees it: its columns, and how rows become records.
public struct ParquetTable: Sendable {
  /// A column.
  public struct Column: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Its type in SQL, as in `STRUCT("role" VARCHAR, "content" VARCHAR)[]`.
    public var type: String

    /// Whether it is a list of numbers that a vector can be.
    public var isVector: Bool {
      ["FLOAT", "DOUBLE", "BIGINT", "INTEGER", "SMALLINT", "TINYINT"].contains {
        type.hasPrefix($0) && type.dropFirst($0.count).first == "["
          && type.dropFirst($0.count + 1).dropFirst(while: { ("0"..."9").contains($0) }) == "]"
      }
    }

    /// Whether bytes stand somewhere in it.
    var holdsBytes: Bool {
      // Names of members and labels are quoted where they could be taken for a type.
      var quote: Character?
      var word = ""
      for character in type + " " {
        if let open = quote {
          if character == open { quote = nil }
        } else if character == "\"" || character == "'" {
          quote = character
        } else if character.isLetter {
          word.append(character)
          continue
        }
        if word == "BLOB" { return true }
        word = ""
      }
      return false
    }
  }

  /// The path as it was given.
  public let path: String
  /// The columns in their order.
  public let columns: [Column]
  private let file: InputFile

  /// Whether these are the first bytes of a Parquet file, encrypted or not.
  static func isParquet(_ magic: [UInt8]) -> Bool {
    magic == Array("PAR1".utf8) || magic == Array("PARE".utf8)
  }

  /// Asks for the columns of a file.
  ///
  /// - Parameters:
  ///   - file: The file, which stays open as long as the table is used.
  ///   - path: The path as it was given.
  /// - Throws: `SamplesError.table`: what duckdb says of a file that is no whole Parquet, and
  ///   `duplicateColumn`.
  public init(file: InputFile, path: String) throws(SamplesError) {
    self.file = file
    self.path = path
    let name = SQL.literal(DuckDB.path(ofDescriptor: file.descriptor))
    let answer = try Self.explaining(path, file) { () throws(DuckDBError) in
      try DuckDB.shared.run(
        """
        SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(Self.relation(name))); \
        SELECT name AS element, coalesce(num_children, 0) AS children FROM parquet_schema(\(name))
        """)
    }
    var columns: [Column] = []
    var elements: [(name: String, children: Int)] = []
    for line in answer.split(separator: 0x0A) {
      let value = JSONValue(parsing: Array(line).span)
      if let name = value?["column_name"]?.text, let type = value?["column_type"]?.text {
        columns.append(Column(name: name, type: type))
      } else if let name = value?["element"]?.text, let children = value?["children"]?.wholeNumber {
        elements.append((name, children))
      } else {
        throw .table(path: path, problem: .unknownSchema)
      }
    }
    // duckdb gives the second of two columns of one name, or of names that differ in capitals only,
    // another name.
    let names = Self.topLevelNames(elements[...])
    var known: [String: String] = [:]
    for name in names {
      if let other = known.updateValue(name, forKey: name.lowercased()) {
        throw .table(path: path, problem: .duplicateColumn(name: name, other: other))
      }
    }
    guard names.count == columns.count else { throw .table(path: path, problem: .unknownSchema) }
    self.columns = columns
  }

  /// The names of the root's children, out of all elements of a schema in depth-first order.
  private static func topLevelNames(_ elements: ArraySlice<(name: String, children: Int)>)
    -> [String]
  {
    var names: [String] = []
    // How many children of each open element are still to come.
    var open = [elements.first?.children ?? 0]
    for element in elements.dropFirst() {
      while open.count > 1, open.last == 0 { open.removeLast() }
      open[open.count - 1] -= 1
      if open.count == 1 { names.append(element.name) }
      if element.children > 0 { open.append(element.children) }
    }
    return names
  }

  /// The file as a table of SQL.
  public var relation: String {
    Self.relation(SQL.literal(DuckDB.path(ofDescriptor: file.descriptor)))
  }

  /// The file as a table of SQL that has the number of each row, from 0, as `file_row_number`.
  public var numberedRelation: String {
    Self.relation(
      SQL.literal(DuckDB.path(ofDescriptor: file.descriptor)), options: ", file_row_number=true")
  }

  private static func relation(_ name: String, options: String = "") -> String {
    "read_parquet(\(name), hive_partitioning=false\(options))"
  }

  /// The file's path as statements name it, to be looked up in what duckdb says.
  public var literal: String { SQL.literal(DuckDB.path(ofDescriptor: file.descriptor)) }

  /// The statement that writes every row as a line of JSON, in their order.
  ///
  /// Numbers leave as they are: decimals digit by digit, whole numbers of 64 bits whole; NaN and infinities,
  /// which JSON has not, as null. Dates and times leave as text, times with a zone in UTC.
  ///
  /// - Parameter vectorColumn: A column that is left out, if it is one of vectors.
  /// - Throws: `SamplesError.table` with `bytesColumn`.
  func recordsStatement(without vectorColumn: String?) throws(SamplesError) -> String {
    var replaced: [String] = []
    var excluded: [String] = []
    for column in columns {
      let name = SQL.identifier(column.name)
      if column.name == vectorColumn, column.isVector {
        excluded.append(name)
      } else if column.holdsBytes {
        throw .table(path: path, problem: .bytesColumn(name: column.name, type: column.type))
      } else if column.type == "FLOAT" || column.type == "DOUBLE" {
        replaced.append("CASE WHEN isfinite(\(name)) THEN \(name) END AS \(name)")
      } else if column.type.hasPrefix("DECIMAL("), column.type.hasSuffix(")") {
        replaced.append("\(name)::VARCHAR::JSON AS \(name)")
      }
    }
    let without = excluded.isEmpty ? "" : " EXCLUDE (\(excluded.joined(separator: ", ")))"
    let with = replaced.isEmpty ? "" : " REPLACE (\(replaced.joined(separator: ", ")))"
    return
      "COPY (SELECT *\(without)\(with) FROM \(relation)) TO '/dev/stdout' (FORMAT json)"
  }

  /// Hands on every row as a line of JSON, in their order.
  ///
  /// - Parameter body: Takes the line without line end.
  /// - Throws: `SamplesError.table`, or what `body` throws.
  public func forEachRow(_ body: (Span<UInt8>) throws -> Void) throws {
    let statement = try recordsStatement(without: nil)
    let output = try explaining { () throws(DuckDBError) in try DuckDB.shared.start(statement) }
    var line: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var count = 0
      do throws(DuckDBError) {
        var span = piece.mutableSpan
        count = try output.read(into: &span)
      } catch {
        let problem = error
        try explaining { () throws(DuckDBError) in throw problem }
      }
      if count == 0 { break }
      var rest = piece[..<count]
      while let end = rest.firstIndex(of: 0x0A) {
        line += rest[..<end]
        try body(line.span)
        line.removeAll(keepingCapacity: true)
        rest = rest[(end + 1)...]
      }
      line += rest
    }
    if !line.isEmpty { try body(line.span) }
  }

  /// Checks that the file is still as it was when it was opened.
  ///
  /// - Throws: `SamplesError.storage` with `StorageError.changedWhileReading`.
  public func checkUnchanged() throws(SamplesError) {
    do { try file.checkUnchanged() } catch { throw .storage(error) }
  }

  /// Does something with duckdb, whose errors then name the file as it was given.
  ///
  /// - Parameter body: What to do.
  /// - Returns: What it returns.
  /// - Throws: `SamplesError.table`.
  public func explaining<Result>(
    _ body: () throws(DuckDBError) -> Result
  ) throws(SamplesError) -> Result {
    try Self.explaining(path, file, body)
  }

  private static func explaining<Result>(
    _ path: String, _ file: InputFile, _ body: () throws(DuckDBError) -> Result
  ) throws(SamplesError) -> Result {
    do {
      return try body()
    } catch {
      guard case .failed(let message) = error else {
        throw .table(path: path, problem: .duckdb(error))
      }
      let given = message.replacing(DuckDB.path(ofDescriptor: file.descriptor), with: path)
      throw .table(path: path, problem: .duckdb(.failed(message: given)))
    }
  }
}

extension StringProtocol {
  /// Without the first characters for which something holds.
  fileprivate func dropFirst(while predicate: (Character) -> Bool) -> SubSequence {
    drop(while: predicate)
  }

  /// With every occurrence of a text replaced.
  fileprivate func replacing(_ text: String, with other: String) -> String {
    var result = ""
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(text) {
        result += other
        rest = rest.dropFirst(text.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
