// Numbers of other widths in bytes, turned into floats.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

/// Widens half-precision numbers (IEEE binary16, little-endian) exactly.
///
/// - Parameters:
///   - halves: The numbers' bytes, two each.
///   - floats: Memory for the values.
///   - start: Where in `floats` the first one goes.
public func widenHalves(
  _ halves: Span<UInt8>, into floats: inout MutableSpan<Float>, at start: Int = 0
) {
  unsafe convert(halves, width: 2, into: &floats, at: start, by: gamut_half_to_float)
}

/// Rounds double-precision numbers (IEEE binary64, little-endian) to the nearest float; what is too
/// large becomes an infinity.
///
/// - Parameters:
///   - doubles: The numbers' bytes, eight each.
///   - floats: Memory for the values.
///   - start: Where in `floats` the first one goes.
public func roundDoubles(
  _ doubles: Span<UInt8>, into floats: inout MutableSpan<Float>, at start: Int = 0
) {
  unsafe convert(doubles, width: 8, into: &floats, at: start, by: gamut_double_to_float)
}

/// Turns numbers of some width in bytes into floats by a function that takes so many of them.
private func convert(
  _ numbers: Span<UInt8>, width: Int, into floats: inout MutableSpan<Float>, at start: Int,
  by function: (UnsafeRawPointer?, UnsafeMutablePointer<Float>?, Int) -> Void
) {
  let count = numbers.count / width
  precondition(numbers.count == width * count, "the last number is cut")
  precondition(start >= 0 && start + count <= floats.count, "the buffer is too small")
  unsafe numbers.withUnsafeBufferPointer { source in
    unsafe floats.withUnsafeMutableBufferPointer { target in
      guard let base = source.baseAddress, let first = target.baseAddress else { return }
      unsafe function(base, first + start, count)
    }
  }
}
