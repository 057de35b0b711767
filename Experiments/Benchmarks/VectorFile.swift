internal import Storage

/// A `.npy` file of float32 rows that is being written: format version 1.0 of
/// numpy.lib.format, little-endian, C order.
struct VectorFile {
  private let output: StagedOutput

  init(path: String, rowCount: Int, dimension: Int) throws {
    output = try StagedOutput(path: path, replacing: true)
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rowCount), \(dimension)), }"
    // The magic, the version, two bytes of length and the header fill 128 bytes together.
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    try output.write(bytes.span)
  }

  /// Appends whole rows.
  func write(_ rows: [Float]) throws { try unsafe output.write(rows.span.bytes) }

  func finish() throws {
    try output.finish()
    try output.commit()
  }
}
