import Samples
import Storage

extension ArchivePool {
  /// Reads the columns of lines, hashes and sizes for some samples.
  ///
  /// Every file is gone through as a whole, since its digest is that of all of it.
  ///
  /// - Parameters:
  ///   - samples: The samples, ascending, each once.
  ///   - plan: What the columns are to have room for.
  ///   - threads: How many threads may work at once.
  /// - Returns: The rows, one a sample.
  /// - Throws: `ArchiveError.damaged`; `StorageError`.
  func rows(of samples: [Int32], plan: ReadingPlan, threads: Int) throws -> PoolRows {
    let gathering = RowGathering(pool: self, samples: samples)
    var jobs = Jobs()
    // The longest first.
    let hashHigh = jobs.add {
      try gathering.column(0) { try $0.longs("hash_high.npy", count: $1, at: $2) }
    }
    let hashLow = jobs.add {
      try gathering.column(0) { try $0.longs("hash_low.npy", count: $1, at: $2) }
    }
    let offsets = jobs.add {
      try gathering.column(0) { try $0.offsets("offset.npy", count: $1, at: $2) }
    }
    let complexity = jobs.add {
      try gathering.column(0) { try $0.floats("measure.complexity.npy", count: $1, at: $2) }
    }
    let tokens = jobs.add {
      try gathering.column(0) { try $0.counts("measure.tokens.npy", count: $1, at: $2) }
    }
    let sizes = jobs.add {
      try gathering.column((UInt32(0), UInt32(0))) { files, count, rows in
        let lengths = try files.counts("length.npy", count: count, at: rows)
        return files.files["line_bytes.npy"] == nil
          ? lengths.map { ($0, $0 + 1) }
          : Array(zip(lengths, try files.counts("line_bytes.npy", count: count, at: rows)))
      }
    }
    let checks = jobs.add {
      try gathering.column(0) { try $0.counts("line_check.npy", count: $1, at: $2) }
    }
    let lines = jobs.add { try gathering.lines() }
    jobs.run(threads: threads)

    var columns = PoolColumns(plan: plan)
    columns.hashHigh = try hashHigh.value.get()
    columns.hashLow = try hashLow.value.get()
    columns.byteOffsets = try offsets.value.get()
    columns.complexity = try complexity.value.get()
    columns.tokens = try tokens.value.get()
    columns.byteCounts = try sizes.value.get().map(\.0)
    columns.lineByteCounts = try sizes.value.get().map(\.1)
    columns.lineChecks = try checks.value.get().map { UInt16(truncatingIfNeeded: $0) }
    columns.lines = try lines.value.get()
    let rows = PoolRows(of: samples, columns: columns, sources: sources)
    try checkPlaces(of: rows)
    return rows
  }
}

/// Some samples of an archive by the rows of its segments in which they lie.
private struct RowGathering: Sendable {
  private let pool: ArchivePool
  private let count: Int
  /// One list a segment, its rows ascending.
  private let places: [[Place]]

  /// Where a sample lies in its segment.
  private struct Place {
    var row: Int
    /// The first row of its source.
    var sourceStart: Int
    /// Its place among the samples that are asked for.
    var target: Int
  }

  init(pool: ArchivePool, samples: [Int32]) {
    self.pool = pool
    count = samples.count
    var places = [[Place]](repeating: [], count: pool.index.segments.count)
    var (start, target) = (0, 0)
    for piece in pool.pieces {
      let end = start + piece.samples.count
      while target < samples.count, Int(samples[target]) < end {
        let row = piece.samples.lowerBound + Int(samples[target]) - start
        places[piece.segment].append(
          Place(row: row, sourceStart: piece.samples.lowerBound, target: target))
        target += 1
      }
      start = end
    }
    self.places = places.map { $0.sorted { $0.row < $1.row } }
  }

  /// The values of a column, one a sample that is asked for.
  ///
  /// - Parameters:
  ///   - zero: Any value.
  ///   - load: Takes the files of a segment, how many samples it has, and the rows that are wanted.
  /// - Returns: The values in the order of the samples.
  /// - Throws: What `load` throws.
  func column<Element>(
    _ zero: Element, _ load: (ArchiveFiles, Int, [Int]) throws -> [Element]
  ) throws -> [Element] {
    var column = [Element](repeating: zero, count: count)
    for (number, places) in places.enumerated() where !places.isEmpty {
      let values = try load(
        pool.files(number), pool.index.segments[number].sampleCount, places.map(\.row))
      for (place, value) in zip(places, values) { column[place.target] = value }
    }
    return column
  }

  /// The lines, which are kept only where a source has others than its first.
  func lines() throws -> [UInt32] {
    var lines = [UInt32](repeating: 0, count: count)
    for (number, places) in places.enumerated() where !places.isEmpty {
      let files = pool.files(number)
      let kept =
        files.files["line.npy"] == nil
        ? nil
        : try files.counts(
          "line.npy", count: pool.index.segments[number].sampleCount, at: places.map(\.row))
      for (index, place) in places.enumerated() {
        lines[place.target] = kept?[index] ?? UInt32(place.row - place.sourceStart + 1)
      }
    }
    return lines
  }
}
