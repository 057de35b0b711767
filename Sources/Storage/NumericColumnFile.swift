/// A `.npy` file of one of the types of `NumericColumn`, of any shape, to be read as what its reader takes
/// its numbers for.
///
/// The file goes by in pieces, each hashed and converted while it lies in the processor's cache: there is
/// no second copy of the numbers, and where few are wanted no first one either.
public struct NumericColumnFile: Sendable {
  /// The numbers of a column with the SHA-256 of the whole file.
  public typealias Values<Value> = (values: [Value], sha256: String)

  /// How many numbers are read, hashed and converted at once.
  private static let pieceCount = 1 << 15

  private let file: InputFile
  private let header: NumPyHeader
  private let count: Int

  /// Opens a column.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - count: How many numbers it must hold.
  /// - Throws: `StorageError.cannotOpen`, `cannotRead`; `unreadableArray` for a file of another kind,
  ///   order or number of elements; `endsEarly` for a truncated one.
  public init(path: String, count: Int) throws(StorageError) {
    file = try InputFile(path: path)
    header = try NumPyHeader(of: file)
    self.count = count
    guard !header.isColumnMajor else {
      throw .unreadableArray(path: path, problem: .columnMajor, found: header.shapeText)
    }
    var elements = 1
    for length in header.shape {
      let (product, isTooLarge) = elements.multipliedReportingOverflow(by: length)
      elements = isTooLarge ? -1 : product
      if isTooLarge { break }
    }
    guard elements == count else {
      throw .unreadableArray(path: path, problem: .wrongShape, found: header.shapeText)
    }
  }

  /// Opens a list of whatever length.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: As `init(path:count:)`; `unreadableArray` with `notAList` for an array of another number of
  ///   dimensions.
  public init(listAt path: String) throws(StorageError) {
    let header = try NumPyHeader(of: try InputFile(path: path))
    guard header.shape.count == 1 else {
      throw .unreadableArray(path: path, problem: .notAList, found: header.shapeText)
    }
    try self.init(path: path, count: header.shape[0])
  }

  /// The numbers as whole numbers of either sign.
  ///
  /// - Returns: The numbers, with the digest.
  /// - Throws: `StorageError.unreadableArray` with `notWhole` for other types, `tooLarge` for a number beyond the
  ///   range of `Int`; `cannotRead`, `endsEarly`.
  public func integers() throws(StorageError) -> Values<Int> {
    switch header.elementType {
    case "<i8": return try load(Int64(0), at: nil) { Int($0) }
    case "<i4": return try load(Int32(0), at: nil) { Int($0) }
    case "|u1", "<u2", "<u4": return try offsets()
    case "<u8":
      let found = try longs()
      if let large = found.values.first(where: { $0 > Int.max }) {
        throw .unreadableArray(path: file.path, problem: .tooLarge, found: "\(large)")
      }
      return (found.values.map { Int($0) }, found.sha256)
    default:
      throw .unreadableArray(path: file.path, problem: .notWhole, found: header.elementType)
    }
  }

  /// The numbers as counts.
  ///
  /// - Parameter rows: Which of them, ascending, each below the count; `nil` for all.
  /// - Returns: As many numbers, with the digest.
  /// - Throws: `StorageError.unreadableArray` for numbers of a type that is none of counts or for bytes
  ///   behind the last; `cannotRead`, `endsEarly`.
  public func counts(at rows: [Int]? = nil) throws(StorageError) -> Values<UInt32> {
    switch header.elementType {
    case "|u1": try load(UInt8(0), at: rows) { UInt32($0) }
    case "<u2": try load(UInt16(0), at: rows) { UInt32($0) }
    case "<u4": try load(UInt32(0), at: rows) { $0 }
    default: throw unsupported
    }
  }

  /// The numbers as numbers of bins, cells or samples, which are small counts or `int32`.
  ///
  /// - Throws: As `counts`; also for a count beyond the range of `Int32`.
  public func signed() throws(StorageError) -> Values<Int32> {
    switch header.elementType {
    case "|u1": return try load(UInt8(0), at: nil) { Int32($0) }
    case "<u2": return try load(UInt16(0), at: nil) { Int32($0) }
    case "<u4":
      let found = try load(UInt32(0), at: nil) { Int32(truncatingIfNeeded: $0) }
      guard found.values.allSatisfy({ $0 >= 0 }) else { throw unsupported }
      return found
    case "<i4": return try load(Int32(0), at: nil) { $0 }
    default: throw unsupported
    }
  }

  /// The numbers as offsets.
  ///
  /// - Parameter rows: Which of them, ascending, each below the count; `nil` for all.
  /// - Returns: As many numbers, with the digest.
  /// - Throws: As `counts`; also for one beyond the range of `Int`.
  public func offsets(at rows: [Int]? = nil) throws(StorageError) -> Values<Int> {
    switch header.elementType {
    case "|u1": return try load(UInt8(0), at: rows) { Int($0) }
    case "<u2": return try load(UInt16(0), at: rows) { Int($0) }
    case "<u4": return try load(UInt32(0), at: rows) { Int($0) }
    case "<u8":
      let found = try load(UInt64(0), at: rows) { Int(truncatingIfNeeded: $0) }
      guard found.values.allSatisfy({ $0 >= 0 }) else { throw unsupported }
      return found
    default: throw unsupported
    }
  }

  /// The numbers as hashes.
  ///
  /// - Parameter rows: Which of them, ascending, each below the count; `nil` for all.
  /// - Returns: As many numbers, with the digest.
  /// - Throws: As `counts`.
  public func longs(at rows: [Int]? = nil) throws(StorageError) -> Values<UInt64> {
    guard header.elementType == "<u8" else { throw unsupported }
    return try load(UInt64(0), at: rows) { $0 }
  }

  /// The numbers as bytes.
  ///
  /// - Throws: As `counts`.
  public func bytes() throws(StorageError) -> Values<UInt8> {
    guard header.elementType == "|u1" else { throw unsupported }
    return try load(UInt8(0), at: nil) { $0 }
  }

  /// The numbers as floats.
  ///
  /// - Parameter rows: Which of them, ascending, each below the count; `nil` for all.
  /// - Returns: As many numbers, with the digest.
  /// - Throws: As `counts`, for a type that floats cannot hold.
  public func floats(at rows: [Int]? = nil) throws(StorageError) -> Values<Float> {
    switch header.elementType {
    case "|u1": try load(UInt8(0), at: rows) { Float($0) }
    case "<u2": try load(UInt16(0), at: rows) { Float($0) }
    case "<f4": try load(Float(0), at: rows) { $0 }
    default: throw unsupported
    }
  }

  /// The numbers as doubles.
  ///
  /// - Throws: As `counts`, for a type that doubles cannot hold.
  public func numbers() throws(StorageError) -> Values<Double> {
    switch header.elementType {
    case "|u1": try load(UInt8(0), at: nil) { Double($0) }
    case "<u2": try load(UInt16(0), at: nil) { Double($0) }
    case "<u4": try load(UInt32(0), at: nil) { Double($0) }
    case "<i4": try load(Int32(0), at: nil) { Double($0) }
    case "<f4": try load(Float(0), at: nil) { Double($0) }
    case "<f8": try load(Double(0), at: nil) { $0 }
    default: throw unsupported
    }
  }

  private var unsupported: StorageError {
    .unreadableArray(path: file.path, problem: .unsupportedType, found: header.elementType)
  }

  /// Goes through the file once.
  private func load<Element: NumPyElement, Value>(
    _ zero: Element, at rows: [Int]?, _ convert: (Element) -> Value
  ) throws(StorageError) -> Values<Value> {
    let end = header.byteCount + count * MemoryLayout<Element>.stride
    guard file.byteCount >= end else {
      throw .endsEarly(path: file.path, expectedBytes: end, foundBytes: file.byteCount)
    }
    guard file.byteCount == end else {
      throw .unreadableArray(
        path: file.path, problem: .trailingBytes, found: "\(file.byteCount - end)")
    }
    let hasher = SHA256()
    var start = [UInt8](repeating: 0, count: header.byteCount)
    var span = start.mutableSpan
    try file.readAll(into: &span, at: 0)
    hasher.update(start.span)
    var piece = [Element](repeating: zero, count: min(count, Self.pieceCount))
    var values: [Value] = []
    values.reserveCapacity(rows?.count ?? count)
    var wanted = (rows ?? [])[...]
    var done = 0
    while done < count {
      let length = min(piece.count, count - done)
      let offset = header.byteCount + done * MemoryLayout<Element>.stride
      let expected = offset + length * MemoryLayout<Element>.stride
      var target = piece.mutableSpan
      // Any bytes make a number, and numbers have no padding.
      var bytes = unsafe target.mutableBytes
      let got = try file.read(into: &bytes, at: offset)
      guard offset + got >= expected else {
        throw .endsEarly(path: file.path, expectedBytes: expected, foundBytes: offset + got)
      }
      let read = piece.span.extracting(first: length)
      unsafe hasher.update(read.bytes)
      if rows == nil {
        values.append(addingCapacity: length) { output in
          for index in 0..<length { output.append(convert(read[index])) }
        }
      } else {
        while let row = wanted.first, row < done + length {
          values.append(convert(read[row - done]))
          wanted.removeFirst()
        }
      }
      done += length
    }
    precondition(wanted.isEmpty, "a row is one of the column's")
    return (values, hasher.finish())
  }
}
