import Numbers
import Samples

/// The columns of lines, hashes and sizes for the samples that need them: all of a pool, or a few.
struct PoolRows: Sendable {
  /// The columns, one entry a row.
  let columns: PoolColumns
  /// The sources, each with as many samples as it has rows.
  let sources: [SourceSummary]
  /// The samples that have a row, ascending; `nil` where all have.
  private let samples: [Int32]?

  /// Takes a pool whose samples all have a row.
  init(all columns: PoolColumns, sources: [SourceSummary]) {
    self.columns = columns
    self.sources = sources
    samples = nil
  }

  /// Takes the rows of some samples.
  ///
  /// - Parameters:
  ///   - samples: The samples, ascending.
  ///   - columns: Their columns, in this order.
  ///   - sources: All sources of the pool, with all of their samples counted.
  init(of samples: [Int32], columns: PoolColumns, sources: [SourceSummary]) {
    self.samples = samples
    self.columns = columns
    var (start, row) = (0, 0)
    self.sources = sources.map { source in
      let end = start + source.sampleCount
      let next = partitioningIndex(of: row..<samples.count) { samples[$0] >= end }
      var counted = source
      counted.sampleCount = next - row
      (start, row) = (end, next)
      return counted
    }
  }

  /// The row of a sample that has one.
  ///
  /// - Complexity: O(log r) for r rows.
  func row(of sample: Int32) -> Int {
    guard let samples else { return Int(sample) }
    let row = partitioningIndex(of: samples.indices) { samples[$0] >= sample }
    precondition(row < samples.count && samples[row] == sample, "the sample has no row")
    return row
  }

  /// The rows of samples that have one, in their order.
  func rows(of samples: [Int32]) -> [Int32] {
    self.samples == nil ? samples : samples.map { Int32(truncatingIfNeeded: row(of: $0)) }
  }

  /// Where a sample stands that has a row.
  func place(of sample: Int32) -> SamplePlace {
    SamplePlaces(sources: sources, lines: columns.lines)[row(of: sample)]
  }
}

/// Columns that were left in an archive.
struct KeptColumns: Sendable {
  /// How many samples there are.
  var sampleCount: Int
  /// What pool and quality come to as a whole, worked out when the archive was written.
  var totals: PoolTotals
  /// Reads the rows of some samples, which come ascending and each once.
  var read: @Sendable ([Int32]) throws -> PoolRows
}

/// What some columns of a pool come to.
struct PoolTotals: Sendable, Equatable {
  /// The tokens of all samples.
  var tokens: Int
  /// The bytes of all lines.
  var bytes: Int
  /// Spearman's correlation of quality with tokens; `nil` where it is not defined.
  var lengthCorrelation: Double?
}

extension PoolTotals {
  /// Adds up tokens and bytes of a pool whose columns are all here.
  init(of columns: PoolColumns) {
    tokens = columns.tokens.reduce(0) { $0 + Int($1) }
    bytes = columns.lineByteCounts.reduce(0) { $0 + Int($1) }
  }

  /// Adds up a pool whose columns are all here.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - quality: The quality of each sample, NaN for one without.
  init(of columns: PoolColumns, quality: [Double]) {
    self.init(of: columns)
    lengthCorrelation = columns.lengthCorrelation(of: quality)
  }
}

extension PoolColumns {
  /// How many samples are enough to tell a correlation, to one or two hundredths.
  private static let correlatedCount = 16384

  /// Spearman's correlation of a score with tokens.
  ///
  /// Of a large pool it is that of the samples whose content hash is smallest, which is as good as a draw
  /// and does not depend on where they stand.
  ///
  /// - Parameter values: One number a sample, NaN for one without.
  /// - Returns: `nil` where it is not defined.
  func lengthCorrelation(of values: [Double]) -> Double? {
    let limit = UInt64(Self.correlatedCount)
    let count = UInt64(max(values.count, 1))
    let bound = count <= limit ? UInt64.max : UInt64.max / count * limit
    let drawn = values.indices.filter { hashHigh[$0] <= bound }
    return rankCorrelation(drawn.map { values[$0] }, drawn.map { Double(tokens[$0]) })
  }

  /// The columns of lines, hashes and sizes for some samples.
  ///
  /// - Parameters:
  ///   - samples: The samples, in any order, and each any number of times.
  ///   - sources: What was found in each source.
  /// - Returns: Rows of these samples, at least.
  /// - Throws: `ArchiveError.damaged`, `StorageError` where they still lie in an archive.
  /// - Complexity: O(1); in an archive O(n) time for a pool of n samples, and memory for those asked for.
  func rows(of samples: [Int32], sources: [SourceSummary]) throws -> PoolRows {
    guard let kept else { return PoolRows(all: self, sources: sources) }
    var wanted = samples.sorted()
    var count = 0
    for sample in wanted where count == 0 || wanted[count - 1] != sample {
      wanted[count] = sample
      count += 1
    }
    wanted.removeLast(wanted.count - count)
    return try kept.read(wanted)
  }
}
