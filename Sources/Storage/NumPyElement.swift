/// A number that stands in `.npy` files as it stands in memory.
public protocol NumPyElement: BitwiseCopyable {
  /// NumPy's name of the type, such as "<f4".
  static var numPyName: String { get }
}

extension Float16: NumPyElement {
  /// NumPy's `float16`.
  public static var numPyName: String { "<f2" }
}
extension Float: NumPyElement {
  /// NumPy's `float32`.
  public static var numPyName: String { "<f4" }
}
extension Double: NumPyElement {
  /// NumPy's `float64`.
  public static var numPyName: String { "<f8" }
}
extension UInt8: NumPyElement {
  /// NumPy's `uint8`.
  public static var numPyName: String { "|u1" }
}
extension UInt16: NumPyElement {
  /// NumPy's `uint16`.
  public static var numPyName: String { "<u2" }
}
extension UInt32: NumPyElement {
  /// NumPy's `uint32`.
  public static var numPyName: String { "<u4" }
}
extension UInt64: NumPyElement {
  /// NumPy's `uint64`.
  public static var numPyName: String { "<u8" }
}
extension Int32: NumPyElement {
  /// NumPy's `int32`.
  public static var numPyName: String { "<i4" }
}
extension Int64: NumPyElement {
  /// NumPy's `int64`.
  public static var numPyName: String { "<i8" }
}

extension StagedOutput {
  /// Writes an array as a `.npy` file, format version 1.0, byte for byte as NumPy writes it.
  ///
  /// - Parameters:
  ///   - elements: The elements in C order.
  ///   - shape: The lengths of the dimensions, whose product is the number of elements.
  /// - Throws: `StorageError.cannotWrite`.
  public func writeNumPyArray<Element: NumPyElement>(
    _ elements: Span<Element>, shape: [Int]
  ) throws(StorageError) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
      "the shape has another number of elements")
    try writeNumPyHeader(of: Element.self, shape: shape)
    // The elements have no padding: all of their bytes are set.
    try unsafe write(elements.bytes)
  }

  /// Writes the header of an array whose elements follow in parts, through `write`.
  ///
  /// - Parameters:
  ///   - type: The type of the elements.
  ///   - shape: The lengths of the dimensions; the elements to follow are not counted.
  /// - Throws: `StorageError.cannotWrite`.
  public func writeNumPyHeader<Element: NumPyElement>(
    of type: Element.Type, shape: [Int]
  ) throws(StorageError) {
    try write(NumPyHeader.bytes(elementType: type.numPyName, shape: shape).span)
  }
}
