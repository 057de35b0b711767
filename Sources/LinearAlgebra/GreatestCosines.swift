extension UnitRows {
  /// The cosines of some rows with fixed ones, row by row.
  ///
  /// - Parameters:
  ///   - places: Places of rows with a direction.
  ///   - fixed: Other unit rows, rounded to float, one after the other.
  ///   - buffer: Memory of the caller's for the rows.
  ///   - cosines: Takes the cosines: those of the first place with all fixed rows, of the second one …;
  ///     it is made longer where it is too short.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`; what the source throws.
  /// - Complexity: O(places · fixed rows · dimension).
  public func cosines(
    _ places: ArraySlice<Int32>, with fixed: [Float], buffer: inout [Float],
    into cosines: inout [Float]
  ) throws {
    try LinearAlgebraLibrary.open()
    try copy(places, into: &buffer)
    let count = places.count * (fixed.count / dimension)
    if cosines.count < count { cosines += repeatElement(0, count: count - cosines.count) }
    var product = cosines.mutableSpan
    multiplyTransposed(
      buffer.span.extracting(0..<places.count * dimension), fixed.span, inner: dimension,
      into: &product)
  }
}
