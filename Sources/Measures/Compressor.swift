internal import CZlib

/// The size of a text after DEFLATE at level 6, in zlib's wrapping.
///
/// The size may differ by a few bytes between implementations of zlib, so a measure from it is
/// repeatable on one machine and nearly so across machines.
///
/// Unsafe, because zlib takes pointers; besides this only `EightBytes` is.
struct Compressor: Sendable {
  private var output: [UInt8] = []

  /// Compresses a text and forgets the result.
  ///
  /// - Parameter text: Any bytes.
  /// - Returns: The compressed size in bytes; 0 for the empty text.
  /// - Complexity: O(bytes), with zlib's own allocations.
  mutating func compressedSize(of text: [UInt8]) -> Int {
    if text.isEmpty { return 0 }
    let bound = compressBound(uLong(text.count))
    if output.count < Int(bound) { output = [UInt8](repeating: 0, count: Int(bound) * 2) }
    var size = uLongf(output.count)
    // Unsafe: zlib reads `text` and writes `output` through pointers valid for the call only, and is
    // told the length of both.
    let status = unsafe output.withUnsafeMutableBufferPointer { output in
      unsafe text.withUnsafeBufferPointer { text in
        unsafe compress2(output.baseAddress, &size, text.baseAddress, uLong(text.count), 6)
      }
    }
    precondition(status == Z_OK, "zlib could not get the memory it needs")
    return Int(size)
  }
}
