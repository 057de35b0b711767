import JSON
import LinearAlgebra
import Numbers
import Parallelism
import Reporting
import Samples
import Storage

/// Topics of a pool from row-aligned vectors: fitted to all of them, then read off all of them.
struct VectorTopics {
  /// The topics, `topicCount` a sample.
  let coordinates: [Float]
  /// All components that were fitted.
  let fitted: PrincipalComponents
  /// What the manifest says of them.
  let json: JSONValue

  /// Fits principal components to the samples' vectors and projects the vectors on them.
  ///
  /// - Parameters:
  ///   - vectors: One row a sample, or one row a line that is not blank.
  ///   - columns: The pool.
  ///   - sources: Its sources in the order of the samples. Each is gathered for itself, and they are joined in
  ///     the order of their paths: so it does not matter in which order they are given, nor who gathers which.
  ///   - topicCount: How many topics, at most the vectors' dimension.
  ///   - sample: Which vectors components are fitted to; `nil` for all.
  ///   - known: Components that were fitted before, at least as many, to vectors of this dimension;
  ///     `nil` to fit them to these.
  ///   - threads: How many threads may work at once.
  ///   - watch: Takes the time of the two stages.
  ///   - onEvent: Is told of them.
  /// - Throws: `GamutError.vectorCountMismatch`, `vectorNotFinite`, `vectorShareTooSmall`; what reading throws.
  init(
    _ vectors: NumPyArray, columns: PoolColumns, sources: [SourceSummary], topicCount: Int,
    sample: RowSample?, known: PrincipalComponents? = nil, threads: Int, watch: Stopwatch,
    onEvent: (Event) -> Void
  ) throws {
    let rows = try Self.rows(of: vectors, columns: columns)
    do {
      let fitted =
        try known
        ?? watch.time(.fit, onEvent) {
          try Self.components(
            of: rows.source, parts: Self.parts(of: sources), sample: sample,
            topicCount: topicCount, threads: threads)
        }
      let components = fitted.prefix(topicCount)
      var coordinates: [Float] = []
      coordinates.reserveCapacity(columns.count * topicCount)
      try watch.time(.project, onEvent) {
        try components.project(rows.source, threads: threads) { range, block in
          for index in block.indices { coordinates.append(block[index]) }
          onEvent(
            .advanced(
              .project, done: range.upperBound, total: columns.count, samples: range.upperBound))
        }
      }
      try vectors.checkUnchanged()
      self.coordinates = coordinates
      self.fitted = fitted
      json = .members([
        "source": .string(vectors.path), "dimension": .integer(vectors.columnCount),
        "type": .string(vectors.elementType.rawValue), "rows": .integer(vectors.rowCount),
        "components": fitted.json,
        "blas_kernel": .string(LinearAlgebraLibrary.coreName),
      ])
    } catch LinearAlgebraError.notFinite(let row) {
      throw GamutError.vectorNotFinite(path: vectors.path, row: rows.fileRow(row))
    }
  }

  /// The components that topics are taken from.
  ///
  /// - Parameters:
  ///   - source: Vectors.
  ///   - parts: Ranges of them that are gathered each for itself.
  ///   - sample: Which of them are looked at; `nil` for all.
  ///   - topicCount: How many topics, at most the vectors' dimension; more components are kept.
  ///   - threads: How many threads may work at once.
  /// - Returns: The components.
  /// - Throws: `GamutError.vectorShareTooSmall`; as `PrincipalComponents.fit`.
  static func components(
    of source: RowSource, parts: [Range<Int>], sample: RowSample?, topicCount: Int, threads: Int
  ) throws -> PrincipalComponents {
    do {
      let fitted = try PrincipalComponents.fit(
        source, parts: parts, sample: sample,
        count: min(max(topicCount, TextTopics.keptCount), source.dimension), threads: threads)
      try checkIsEnough(sample, rowCount: fitted.rowCount, dimension: fitted.dimension)
      return fitted
    } catch LinearAlgebraError.noRows where sample != nil {
      throw tooFew(sample, rowCount: 0, dimension: source.dimension)
    }
  }

  /// Checks that a share of the vectors is enough to tell their directions: at least as many as they have numbers.
  ///
  /// - Throws: `GamutError.vectorShareTooSmall`.
  static func checkIsEnough(
    _ sample: RowSample?, rowCount: Int, dimension: Int
  ) throws(GamutError) {
    if sample != nil, rowCount < dimension {
      throw tooFew(sample, rowCount: rowCount, dimension: dimension)
    }
  }

  private static func tooFew(
    _ sample: RowSample?, rowCount: Int, dimension: Int
  ) -> GamutError {
    .vectorShareTooSmall(share: sample?.share ?? 1, vectors: rowCount, dimension: dimension)
  }

  /// The vectors of the samples, one at a time.
  ///
  /// - Parameters:
  ///   - vectors: One row a sample, or one row a line that is not blank.
  ///   - columns: The pool.
  /// - Returns: What reads them.
  /// - Throws: `GamutError.vectorCountMismatch`; while reading `vectorNotFinite` besides `StorageError`.
  static func sampleVectors(
    _ vectors: NumPyArray, columns: PoolColumns
  ) throws -> SampleVectors {
    let gaps = try rows(of: vectors, columns: columns).gaps
    return SampleVectors(dimension: vectors.columnCount) { sample, vector in
      let row = fileRow(sample, gaps: gaps)
      try vectors.readRows(row..<row + 1, into: &vector)
      for index in vector.indices where !vector[index].isFinite {
        throw GamutError.vectorNotFinite(path: vectors.path, row: row)
      }
    }
  }

  /// The vectors of samples as rows.
  ///
  /// - Parameters:
  ///   - vectors: One row a sample, or one row a line that is not blank.
  ///   - sampleCount: How many samples there are.
  ///   - gaps: How many of them come before each rejected line, ascending.
  /// - Returns: One row a sample; which numbers are finite is not looked at.
  /// - Throws: `GamutError.vectorCountMismatch`.
  static func rowSource(
    _ vectors: NumPyArray, sampleCount: Int, gaps: [Int]
  ) throws -> RowSource {
    try rows(of: vectors, sampleCount: sampleCount, gaps: gaps).source
  }

  /// Hands on mean and scatter of each source's vectors, one source after the other.
  ///
  /// - Parameters:
  ///   - vectors: As those of `init`; none where a part without a record tells no dimension.
  ///   - columns: The pool.
  ///   - sources: Its sources in the order of the samples.
  ///   - sample: Which vectors are looked at; `nil` for all.
  ///   - threads: How many threads may work at once.
  ///   - consume: Takes what was gathered of the next source.
  /// - Throws: `GamutError.vectorCountMismatch`, `vectorNotFinite`; what reading throws.
  static func forEachMoments(
    of vectors: NumPyArray, columns: PoolColumns, sources: [SourceSummary], sample: RowSample?,
    threads: Int, consume: (MomentAccumulator) throws -> Void
  ) throws {
    let rows = try rows(of: vectors, columns: columns)
    if vectors.columnCount == 0 { return }
    var start = 0
    do {
      for source in sources {
        try consume(
          MomentAccumulator(
            of: rows.source, rows: start..<start + source.sampleCount, sample: sample,
            threads: threads))
        start += source.sampleCount
      }
      try vectors.checkUnchanged()
    } catch LinearAlgebraError.notFinite(let row) {
      throw GamutError.vectorNotFinite(path: vectors.path, row: rows.fileRow(row))
    }
  }

  /// The samples of each source, the sources in the order of their paths.
  ///
  /// - Parameters:
  ///   - sources: The sources in the order of the samples.
  ///   - samples: The samples of some of them, if not of all; they are counted from the first of these.
  /// - Returns: Ranges that hold every sample once.
  static func parts(
    of sources: [SourceSummary], within samples: Range<Int>? = nil
  ) -> [Range<Int>] {
    var end = 0
    let ranges = sources.map { source in
      defer { end += source.sampleCount }
      return end..<end + source.sampleCount
    }
    let chosen = samples ?? 0..<end
    return sources.indices.filter { chosen.contains(ranges[$0].lowerBound) && !ranges[$0].isEmpty }
      .sorted { sources[$0].precedes(sources[$1]) }
      .map { ranges[$0].lowerBound - chosen.lowerBound..<ranges[$0].upperBound - chosen.lowerBound }
  }

  /// Checks that there are as many vectors as samples, or as lines.
  static func checkCount(_ vectors: NumPyArray, columns: PoolColumns) throws {
    _ = try rows(of: vectors, columns: columns)
  }

  /// The rows of the samples, with the way back to rows of the file.
  private struct Rows {
    var source: RowSource
    /// How many samples come before each row of the file that is no sample's, ascending.
    var gaps: [Int]

    /// The file's row of a sample.
    func fileRow(_ sample: Int) -> Int { VectorTopics.fileRow(sample, gaps: gaps) }
  }

  private static func rows(of vectors: NumPyArray, columns: PoolColumns) throws -> Rows {
    try rows(of: vectors, sampleCount: columns.count, gaps: columns.rejected.gaps)
  }

  private static func rows(
    of vectors: NumPyArray, sampleCount: Int, gaps: [Int]
  ) throws -> Rows {
    if vectors.rowCount == sampleCount { return Rows(source: vectors.rowSource, gaps: []) }
    guard vectors.rowCount == sampleCount + gaps.count else {
      throw GamutError.vectorCountMismatch(
        path: vectors.path, vectors: vectors.rowCount, samples: sampleCount, rejected: gaps.count)
    }
    let dimension = vectors.columnCount
    let source = RowSource(rowCount: sampleCount, dimension: dimension) { range, buffer in
      var sample = range.lowerBound
      while sample < range.upperBound {
        // The run of samples up to the next gap lies together in the file.
        let passed = count(of: gaps, upTo: sample)
        let end = passed < gaps.count ? min(range.upperBound, gaps[passed]) : range.upperBound
        let first = sample + passed
        let start = (sample - range.lowerBound) * dimension
        var run = [Float](repeating: 0, count: (end - sample) * dimension)
        var part = run.mutableSpan
        try vectors.readRows(first..<first + (end - sample), into: &part)
        for place in run.indices { buffer[start + place] = run[place] }
        sample = end
      }
    }
    return Rows(source: source, gaps: gaps)
  }

  private static func fileRow(_ sample: Int, gaps: [Int]) -> Int {
    sample + count(of: gaps, upTo: sample)
  }

  /// How many gaps lie before a sample: those with at most as many samples before them.
  private static func count(of gaps: [Int], upTo sample: Int) -> Int {
    partitioningIndex(of: gaps.indices) { gaps[$0] > sample }
  }
}

extension PrincipalComponents {
  /// What the manifest says of components: how many, and how much of the variance each holds.
  var json: JSONValue {
    .members([
      "count": .integer(count), "fitted_rows": .integer(rowCount),
      "explained_variance": .array(explainedVariance.map { .number($0) }),
      "explained_share": .array(
        explainedVariance.map { .number(totalVariance > 0 ? $0 / totalVariance : 0) }),
    ])
  }
}
