internal import CZlib

/// The size of a text after DEFLATE at level 9, in zlib's wrapping.
///
/// Unsafe, because zlib takes pointers; the only such file of this module's texts.
enum Deflation {
  /// Compresses a block and forgets the result.
  ///
  /// - Parameter block: Any bytes, fewer than 4 GiB.
  /// - Returns: The compressed size in bytes; 0 for an empty block.
  /// - Complexity: O(bytes), with zlib's own allocations.
  static func size(of block: [UInt8]) -> Int {
    if block.isEmpty { return 0 }
    var size = compressBound(uLong(block.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    // Unsafe: zlib reads `block` and writes `output` through pointers valid for the call only, and is
    // told the length of both.
    let status = unsafe output.withUnsafeMutableBufferPointer { output in
      unsafe block.withUnsafeBufferPointer { block in
        unsafe compress2(
          output.baseAddress, &size, block.baseAddress, uLong(block.count), Z_BEST_COMPRESSION)
      }
    }
    precondition(status == Z_OK, "zlib could not get the memory it needs")
    return Int(size)
  }
}
