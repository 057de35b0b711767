internal import Parallelism

extension PrincipalComponents {
  /// The coordinates of all rows of a source, in row order.
  ///
  /// - Parameters:
  ///   - source: The rows.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  ///   - consume: Sees the coordinates of a range of rows, `count` values a row; ranges come in
  ///     order, one at a time.
  /// - Throws: `LinearAlgebraError.sizeMismatch` for rows of another dimension; `notFinite` for the
  ///   first row whose coordinates are not finite; what the source or `consume` throws.
  /// - Complexity: O(rows · dimension · count); memory for one block a thread.
  public func project(
    _ source: RowSource, threads: Int,
    consume: (Range<Int>, Span<Float>) throws -> Void
  ) throws {
    guard source.dimension == dimension else {
      throw LinearAlgebraError.sizeMismatch(expected: dimension, found: source.dimension)
    }
    // Half a megabyte of rows: what is read is still in the nearest cache when it is multiplied.
    let blockRowCount = max(16, (1 << 17) / dimension)
    var start = 0
    let spares = Spares<[Float]>()
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Range<Int>? in
        guard start < source.rowCount else { return nil }
        let end = min(start + blockRowCount, source.rowCount)
        defer { start = end }
        return start..<end
      },
      makeWorker: { [Float](repeating: 0, count: blockRowCount * dimension) },
      work: { (buffer: inout [Float], rows: Range<Int>) throws -> ProjectedBlock in
        // Only the last block is shorter than the others.
        buffer.removeLast(buffer.count - rows.count * dimension)
        var block = buffer.mutableSpan
        try source.readRows(rows, into: &block)
        var coordinates = spares.take() ?? []
        if coordinates.count != rows.count * self.count {
          coordinates = [Float](repeating: 0, count: rows.count * self.count)
        }
        var target = coordinates.mutableSpan
        project(block.span, into: &target)
        for index in target.indices where !target[index].isFinite {
          throw LinearAlgebraError.notFinite(row: rows.lowerBound + index / self.count)
        }
        return ProjectedBlock(rows: rows, coordinates: coordinates)
      },
      consume: { block in
        try consume(block.rows, block.coordinates.span)
        spares.put(block.coordinates)
      })
  }
}

private struct ProjectedBlock: Sendable {
  var rows: Range<Int>
  var coordinates: [Float]
}
