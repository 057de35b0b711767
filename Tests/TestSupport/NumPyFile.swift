/// NumPy's file format, written without the code under test.
public enum NumPyFile {
  /// Numbers of each type that holds vectors.
  public enum Element: String, Sendable, CaseIterable {
    /// Half precision.
    case half = "<f2"
    /// Single precision.
    case single = "<f4"
    /// Double precision.
    case double = "<f8"
  }

  /// The bytes of a file of format version 1.0.
  ///
  /// - Parameters:
  ///   - rows: Vectors of one length.
  ///   - element: How numbers are written.
  ///   - isColumnMajor: Whether the array lies in Fortran order.
  /// - Returns: The file's bytes.
  public static func bytes(
    _ rows: [[Float]], as element: Element = .single, isColumnMajor: Bool = false
  ) -> [UInt8] {
    let dimension = rows.first?.count ?? 0
    var header =
      "{'descr': '\(element.rawValue)', 'fortran_order': \(isColumnMajor ? "True" : "False"),"
      + " 'shape': (\(rows.count), \(dimension)), }"
    header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
    var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    func append(_ value: Float) {
      switch element {
      case .half: append(Float16(value).bitPattern)
      case .single: append(value.bitPattern)
      case .double: append(Double(value).bitPattern)
      }
    }
    func append(_ bits: some FixedWidthInteger) {
      for shift in stride(from: 0, to: bits.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
    if isColumnMajor {
      for column in 0..<dimension { for row in rows { append(row[column]) } }
    } else {
      for row in rows { for value in row { append(value) } }
    }
    return bytes
  }

  /// Random vectors whose numbers every type holds exactly, with more variance in the leading columns.
  ///
  /// - Parameters:
  ///   - count: How many vectors.
  ///   - dimension: How many numbers each has.
  ///   - seed: The same seed gives the same vectors.
  /// - Returns: The vectors.
  public static func vectors(count: Int, dimension: Int, seed: Int) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<dimension).map { column in
        Float(Int.random(in: -32...32, using: &random)) / Float(8 << column)
      }
    }
  }
}
