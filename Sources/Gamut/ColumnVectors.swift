import Samples
import Storage

/// Vectors of a pool: a file of them, or a column of the records themselves.
enum ColumnVectors {
  /// What stands before the name of a column.
  static let prefix = "column:"

  /// The column that a value of `--embeddings` names; `nil` where it names a file.
  static func column(_ embeddings: String?) -> String? {
    guard let embeddings, embeddings.hasPrefix(prefix) else { return nil }
    return String(embeddings.dropFirst(prefix.count))
  }

  /// Opens the file, or reads the column into a file without a name, 4 bytes a number.
  ///
  /// - Parameters:
  ///   - embeddings: The file's path, or `column:` with a column's name: in Parquet a column, in JSON a
  ///     dotted path.
  ///   - paths: The pool's files in order.
  ///   - textFields: The fields that hold the text, as the pool is read; a record without is no sample.
  ///   - folder: Where the file without a name lies.
  ///   - threads: How many threads may work at once.
  ///   - emptyDimension: How many columns there are where no record has a vector; `nil` where that is an error.
  /// - Returns: One row a record, readable or not.
  /// - Throws: `SamplesError.table`, `StorageError`; what reading throws.
  static func open(
    _ embeddings: String, of paths: [String], textFields: [String], folder: String, threads: Int,
    emptyDimension: Int? = nil
  ) throws -> NumPyArray {
    guard let column = column(embeddings) else { return try NumPyArray(path: embeddings) }
    for path in paths where path == "-" || InputFile.isStream(path) {
      throw SamplesError.table(path: path, problem: .vectorsOfStream)
    }
    let rows = VectorRows(file: try TemporaryFile(folder: folder))
    for path in paths {
      var options = ReadingOptions()
      options.vectorPath = column
      options.textFields = textFields
      options.unreadable = .deliver
      options.hashesSources = false
      options.temporaryFolder = folder
      let reader = try SampleReader(sources: [Source(path: path)], options: options)
      if let table = try reader.parquetTable(of: 0) {
        try rows.add(column, of: table)
      } else {
        try rows.add(column, of: reader, path: path, threads: threads)
      }
    }
    try rows.setDimension(emptyDimension)
    guard let dimension = rows.dimension else { throw GamutError.emptyPool(paths: paths) }
    return try NumPyArray(
      rowsOf: rows.file, name: embeddings, rowCount: rows.count, columnCount: dimension)
  }
}

/// Rows of vectors on their way into a file.
private final class VectorRows {
  let file: TemporaryFile
  private(set) var count = 0
  private(set) var dimension: Int?
  /// Records that are no samples, before the vectors' length is known.
  private var leadingGaps = 0

  init(file: TemporaryFile) { self.file = file }

  func add(_ column: String, of table: ParquetTable) throws {
    let (rows, found) = try table.readVectors(of: column, dimension: dimension) { numbers in
      // A float has no bytes but those of its number.
      try file.write(unsafe numbers.bytes)
    }
    try setDimension(found)
    count += rows
  }

  /// What came of the records of one block.
  private struct Block: Sendable {
    var numbers: [Float] = []
    /// The length of each record's vector, −1 for one that is no sample.
    var counts: [Int32] = []
    var lines: [UInt32] = []
  }

  func add(_ column: String, of reader: SampleReader, path: String, threads: Int) throws {
    func fault(_ line: Int, _ problem: VectorProblem) -> SamplesError {
      .table(path: path, problem: .vector(column: column, line: line, problem: problem))
    }
    _ = try reader.read(
      threads: threads, makeWorker: { () },
      work: { (_: inout Void, block) -> Block in
        var found = Block()
        for record in block.records {
          found.lines.append(UInt32(truncatingIfNeeded: record.line))
          if !record.isReadable {
            found.counts.append(-1)
            continue
          }
          let before = found.numbers.count
          let problem = block.withVector(of: record) { numbers in
            for index in numbers.indices { found.numbers.append(numbers[index]) }
          }
          if let problem {
            throw SamplesError.table(
              path: block.path,
              problem: .vector(column: column, line: record.line, problem: problem))
          }
          found.counts.append(Int32(found.numbers.count - before))
        }
        return found
      },
      consume: { block in
        var start = 0
        for (index, length) in block.counts.enumerated() {
          if length < 0 {
            try addGap()
            continue
          }
          let expected = dimension ?? Int(length)
          guard length > 0, Int(length) == expected else {
            throw fault(
              Int(block.lines[index]), .length(expected: max(expected, 1), found: Int(length)))
          }
          try setDimension(expected)
          try file.write(
            unsafe block.numbers.span.extracting(start..<start + Int(length)).bytes)
          start += Int(length)
          count += 1
        }
      })
  }

  /// Adds a row of zeros for a record that is no sample.
  private func addGap() throws {
    count += 1
    guard let dimension else {
      leadingGaps += 1
      return
    }
    let zeros = [Float](repeating: 0, count: dimension)
    try file.write(unsafe zeros.span.bytes)
  }

  /// Settles how many columns there are, unless that is settled.
  func setDimension(_ found: Int?) throws {
    guard dimension == nil, let found else { return }
    dimension = found
    let zeros = [Float](repeating: 0, count: found * leadingGaps)
    if leadingGaps > 0 { try file.write(unsafe zeros.span.bytes) }
    leadingGaps = 0
  }
}
