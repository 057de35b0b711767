internal import Storage

/// A `.npy` file of float32 or float16 rows that is being written: format version 1.0 of
/// numpy.lib.format, little-endian, C order.
struct VectorFile {
  private let output: StagedOutput
  private let isHalf: Bool

  init(path: String, rowCount: Int, dimension: Int, isHalf: Bool = false) throws {
    self.isHalf = isHalf
    output = try StagedOutput(path: path, replacing: true)
    var header = "{'descr': '<f\(isHalf ? 2 : 4)',"
    header += " 'fortran_order': False, 'shape': (\(rowCount), \(dimension)), }"
    // The magic, the version, two bytes of length and the header fill 128 bytes together.
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    try output.write(bytes.span)
  }

  /// Appends whole rows.
  func write(_ rows: [Float]) throws {
    if isHalf {
      let halves = rows.map { Float16($0).bitPattern }
      try unsafe output.write(halves.span.bytes)
    } else {
      try unsafe output.write(rows.span.bytes)
    }
  }

  func finish() throws {
    try output.finish()
    try output.commit()
  }
}
