public import LinearAlgebra

/// A two-dimensional array of floats in a `.npy` file, read a range of rows at a time.
///
/// Read are float16, float32 and float64 (`<f2`, `<f4`, `<f8`) in C order, of format versions 1.0,
/// 2.0 and 3.0. The file stays on disk; rows are read from any thread.
public final class NumPyArray: Sendable {
  /// The kinds of numbers that are read.
  public enum ElementType: String, Sendable {
    /// IEEE binary16, little-endian.
    case float16 = "<f2"
    /// IEEE binary32, little-endian.
    case float32 = "<f4"
    /// IEEE binary64, little-endian.
    case float64 = "<f8"

    /// The size of one element.
    var byteCount: Int {
      switch self {
      case .float16: 2
      case .float32: 4
      case .float64: 8
      }
    }
  }

  /// How many rows there are.
  public let rowCount: Int
  /// How many columns a row has.
  public let columnCount: Int
  /// What the file holds.
  public let elementType: ElementType
  private let file: InputFile
  private let dataOffset: Int

  /// What is kept open as long as this lives, where the file has no name.
  private let owner: TemporaryFile?

  /// The path as it was given.
  public let path: String

  /// The size of the file in bytes.
  public var byteCount: Int { file.byteCount }

  /// Opens a file and reads its header.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - acceptsColumn: Whether an array of one dimension, n, is taken for n rows of one column.
  /// - Throws: `StorageError.cannotOpen`, `cannotRead`; `unreadableArray` for a file of another kind,
  ///   order, type or shape, or with bytes after its data; `endsEarly` for one with fewer bytes than
  ///   its header announces.
  public init(path: String, acceptsColumn: Bool = false) throws(StorageError) {
    let file = try InputFile(path: path)
    let header = try NumPyHeader(of: file)
    guard let elementType = ElementType(rawValue: header.elementType) else {
      throw .unreadableArray(path: path, problem: .unsupportedType, found: header.elementType)
    }
    guard !header.isColumnMajor else {
      throw .unreadableArray(path: path, problem: .columnMajor, found: header.shapeText)
    }
    let shape = header.shape
    guard shape.count == 2 || (acceptsColumn && shape.count == 1) else {
      throw .unreadableArray(path: path, problem: .wrongShape, found: header.shapeText)
    }
    rowCount = shape[0]
    columnCount = shape.count == 2 ? shape[1] : 1
    guard columnCount > 0 else {
      throw .unreadableArray(path: path, problem: .noColumns, found: header.shapeText)
    }
    let (elements, isTooLong) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard !isTooLong, elements < 1 << 56 else {
      throw .unreadableArray(path: path, problem: .wrongShape, found: header.shapeText)
    }
    let expected = header.byteCount + elements * elementType.byteCount
    guard file.byteCount >= expected else {
      throw .endsEarly(path: path, expectedBytes: expected, foundBytes: file.byteCount)
    }
    guard file.byteCount == expected else {
      throw .unreadableArray(
        path: path, problem: .trailingBytes, found: "\(file.byteCount - expected)")
    }
    self.elementType = elementType
    self.file = file
    self.path = path
    owner = nil
    dataOffset = header.byteCount
  }

  /// Takes rows of float32 out of a file without a name.
  ///
  /// - Parameters:
  ///   - temporary: The file, which holds nothing else.
  ///   - name: What stands for a path in messages.
  ///   - rowCount: How many rows there are, at least 0.
  ///   - columnCount: How many columns a row has, at least 1; 0 for none of what has no rows.
  /// - Throws: `StorageError.cannotOpen`, `endsEarly`.
  public init(
    rowsOf temporary: TemporaryFile, name: String, rowCount: Int, columnCount: Int
  ) throws(StorageError) {
    let file = try temporary.reopen()
    let expected = rowCount * columnCount * 4
    guard file.byteCount == expected else {
      throw .endsEarly(path: name, expectedBytes: expected, foundBytes: file.byteCount)
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    elementType = .float32
    self.file = file
    path = name
    owner = temporary
    dataOffset = 0
  }

  /// Reads some rows as floats.
  ///
  /// Halves become floats exactly, doubles are rounded to the nearest; NaN and infinities come
  /// through.
  ///
  /// - Parameters:
  ///   - rows: Which rows, within `0..<rowCount`.
  ///   - buffer: Memory for `rows.count` × `columnCount` values.
  /// - Throws: `StorageError.cannotRead`; `endsEarly` when the file was cut short meanwhile.
  public func readRows(
    _ rows: Range<Int>, into buffer: inout MutableSpan<Float>
  ) throws(StorageError) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount, "the rows lie outside the array")
    precondition(buffer.count == rows.count * columnCount, "the buffer has another size")
    let size = elementType.byteCount
    let offset = dataOffset + rows.lowerBound * columnCount * size
    if elementType == .float32 {
      // Any four bytes make a float.
      var bytes = unsafe buffer.mutableBytes
      return try file.readAll(into: &bytes, at: offset)
    }
    // Small enough to stay in the nearest cache between reading and converting.
    let chunkCount = 16_384
    var scratch = [UInt8](repeating: 0, count: min(chunkCount, buffer.count) * size)
    var start = 0
    while start < buffer.count {
      let count = min(chunkCount, buffer.count - start)
      scratch.removeLast(scratch.count - count * size)
      var bytes = scratch.mutableSpan
      try file.readAll(into: &bytes, at: offset + start * size)
      if elementType == .float16 {
        widenHalves(bytes.span, into: &buffer, at: start)
      } else {
        roundDoubles(bytes.span, into: &buffer, at: start)
      }
      start += count
    }
  }

  /// The rows, for fitting and projecting.
  public var rowSource: RowSource {
    RowSource(rowCount: rowCount, dimension: columnCount) { rows, buffer in
      try self.readRows(rows, into: &buffer)
    }
  }

  /// Checks that the file is still the one that was opened, unchanged.
  ///
  /// - Throws: `StorageError.changedWhileReading`.
  public func checkUnchanged() throws(StorageError) { try file.checkUnchanged() }
}
