/// Numbers in the narrowest of NumPy's types that holds each of them exactly.
///
/// What a column means is the reader's matter: counts come back as `UInt32`, offsets as `Int`, hashes
/// as `UInt64`, measures as `Float`, columns of records as `Double`.
public enum NumericColumn: Sendable, Equatable {
  /// `uint8`.
  case bytes([UInt8])
  /// `uint16`.
  case halves([UInt16])
  /// `uint32`.
  case words([UInt32])
  /// `uint64`.
  case longs([UInt64])
  /// `int32`.
  case signed([Int32])
  /// `float32`.
  case singles([Float])
  /// `float64`.
  case doubles([Double])

  /// How many numbers there are.
  public var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .halves(let values): values.count
    case .words(let values): values.count
    case .longs(let values): values.count
    case .signed(let values): values.count
    case .singles(let values): values.count
    case .doubles(let values): values.count
    }
  }
}

extension NumericColumn {
  /// Packs counts.
  ///
  /// - Parameter values: Any.
  public init(packing values: [UInt32]) {
    let greatest = values.max() ?? 0
    if greatest <= UInt8.max {
      self = .bytes(values.map { UInt8(truncatingIfNeeded: $0) })
    } else if greatest <= UInt16.max {
      self = .halves(values.map { UInt16(truncatingIfNeeded: $0) })
    } else {
      self = .words(values)
    }
  }

  /// Packs offsets.
  ///
  /// - Parameter values: None negative.
  public init(packing values: [Int]) {
    precondition(values.allSatisfy { $0 >= 0 }, "an offset is not negative")
    if (values.max() ?? 0) <= Int(UInt32.max) {
      self.init(packing: values.map { UInt32(truncatingIfNeeded: $0) })
    } else {
      self = .longs(values.map { UInt64(truncatingIfNeeded: $0) })
    }
  }

  /// Packs measures: whole ones as whole numbers.
  ///
  /// - Parameter values: Any; NaN, infinities and negative zero keep their bits.
  public init(packing values: [Float]) {
    var greatest: Float = 0
    for value in values {
      guard value >= 0, value < 65_536, value == value.rounded(.down), value.sign == .plus else {
        self = .singles(values)
        return
      }
      greatest = max(greatest, value)
    }
    if greatest <= 255 {
      self = .bytes(values.map { UInt8($0) })
    } else {
      self = .halves(values.map { UInt16($0) })
    }
  }

  /// Packs numbers of records: as floats where all of them are.
  ///
  /// - Parameter values: Any; NaN stays NaN.
  public init(packing values: [Double]) {
    let areSingle = values.allSatisfy { $0.isNaN || Double(Float($0)) == $0 }
    self = areSingle ? Self(packing: values.map { Float($0) }) : .doubles(values)
  }

  /// The numbers as counts; `nil` where one is none.
  public var counts: [UInt32]? {
    switch self {
    case .bytes(let values): values.map { UInt32($0) }
    case .halves(let values): values.map { UInt32($0) }
    case .words(let values): values
    default: nil
    }
  }

  /// The numbers as offsets; `nil` where one is none.
  public var offsets: [Int]? {
    switch self {
    case .bytes(let values): values.map { Int($0) }
    case .halves(let values): values.map { Int($0) }
    case .words(let values): values.map { Int($0) }
    case .longs(let values):
      values.allSatisfy { $0 <= UInt64(Int.max) }
        ? values.map { Int(truncatingIfNeeded: $0) } : nil
    default: nil
    }
  }

  /// The numbers as floats; `nil` where they are of a type that floats cannot hold.
  public var floats: [Float]? {
    switch self {
    case .bytes(let values): values.map { Float($0) }
    case .halves(let values): values.map { Float($0) }
    case .singles(let values): values
    default: nil
    }
  }

  /// The numbers as doubles; `nil` where they are of a type that doubles cannot hold.
  public var numbers: [Double]? {
    switch self {
    case .bytes(let values): values.map { Double($0) }
    case .halves(let values): values.map { Double($0) }
    case .words(let values): values.map { Double($0) }
    case .signed(let values): values.map { Double($0) }
    case .singles(let values): values.map { Double($0) }
    case .doubles(let values): values
    case .longs: nil
    }
  }
}

extension NumericColumn {
  /// Writes the numbers as a `.npy` file.
  ///
  /// - Parameters:
  ///   - output: Where they go.
  ///   - shape: The lengths of the dimensions; one dimension if none are given.
  /// - Throws: `StorageError.cannotWrite`.
  public func write(to output: StagedOutput, shape: [Int]? = nil) throws(StorageError) {
    let shape = shape ?? [count]
    switch self {
    case .bytes(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .halves(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .words(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .longs(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .signed(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .singles(let values): try output.writeNumPyArray(values.span, shape: shape)
    case .doubles(let values): try output.writeNumPyArray(values.span, shape: shape)
    }
  }

  /// Reads a `.npy` file of one of the types above, of any shape, whole.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - count: How many numbers it must hold.
  /// - Returns: The numbers in C order, and the SHA-256 of the file.
  /// - Throws: `StorageError.cannotOpen`, `cannotRead`; `unreadableArray` for a file of another kind,
  ///   order, type or number of elements; `endsEarly` for a truncated one.
  public static func read(
    path: String, count: Int
  ) throws(StorageError) -> (column: NumericColumn, sha256: String) {
    let file = try InputFile(path: path)
    let header = try NumPyHeader(of: file)
    let hasher = SHA256()
    var start = [UInt8](repeating: 0, count: header.byteCount)
    var span = start.mutableSpan
    try file.readAll(into: &span, at: 0)
    hasher.update(start.span)
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
    let body = Body(file: file, offset: header.byteCount, count: count, hasher: hasher)
    let column: NumericColumn =
      switch header.elementType {
      case "|u1": .bytes(try body.read(0))
      case "<u2": .halves(try body.read(0))
      case "<u4": .words(try body.read(0))
      case "<u8": .longs(try body.read(0))
      case "<i4": .signed(try body.read(0))
      case "<f4": .singles(try body.read(0))
      case "<f8": .doubles(try body.read(0))
      default:
        throw .unreadableArray(
          path: path, problem: .unsupportedType, found: header.elementType)
      }
    return (column, hasher.finish())
  }

  /// The data behind a header.
  private struct Body {
    let file: InputFile
    let offset: Int
    let count: Int
    let hasher: SHA256

    func read<Element: NumPyElement>(_ zero: Element) throws(StorageError) -> [Element] {
      let byteCount = count * MemoryLayout<Element>.stride
      guard file.byteCount >= offset + byteCount else {
        throw .endsEarly(
          path: file.path, expectedBytes: offset + byteCount, foundBytes: file.byteCount)
      }
      guard file.byteCount == offset + byteCount else {
        throw .unreadableArray(
          path: file.path, problem: .trailingBytes, found: "\(file.byteCount - offset - byteCount)"
        )
      }
      var elements = [Element](repeating: zero, count: count)
      var span = elements.mutableSpan
      // Any bytes make a number, and numbers have no padding.
      var bytes = unsafe span.mutableBytes
      try file.readAll(into: &bytes, at: offset)
      unsafe hasher.update(elements.span.bytes)
      return elements
    }
  }
}
