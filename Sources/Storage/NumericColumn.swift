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
}
