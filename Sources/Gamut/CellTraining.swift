import Descriptors
import Numbers

/// The samples on which the cells of a cvt axis are trained, the same however the pool is ordered or
/// divided.
struct CellTraining {
  /// Their leading topics, row by row, in the order of the samples' content hashes.
  let rows: [Float]

  /// How many samples train so many cells: 64 each, and at least 65,536.
  static func sampleLimit(cells: Int) -> Int { max(65_536, 64 * cells) }

  /// Takes the samples of smallest content hash.
  ///
  /// Samples of the same text and different vectors stand in the order of their topics.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - limit: How many samples to take, all of a smaller pool.
  ///   - topicCount: How many topics a sample has in the columns.
  ///   - count: How many of them count.
  ///   - isIn: Whether a sample may train; all may where nothing is said.
  init(
    columns: PoolColumns, limit: Int, topicCount: Int, count: Int,
    isIn: (Int) -> Bool = { _ in true }
  ) {
    // Hashes are spread evenly: a count of their first bits tells which samples may be among the first.
    let shift: UInt64 = 48
    var counts = [Int](repeating: 0, count: 1 << 16)
    for (sample, hash) in columns.hashHigh.enumerated() where isIn(sample) {
      counts[Int(hash >> shift)] += 1
    }
    var last = 0
    var reached = counts[0]
    while reached < limit, last < counts.count - 1 {
      last += 1
      reached += counts[last]
    }
    let topics = columns.topics
    var candidates: [Int32] = []
    candidates.reserveCapacity(min(reached, columns.count))
    for (sample, hash) in columns.hashHigh.enumerated() where hash >> shift <= UInt64(last) {
      if isIn(sample) { candidates.append(Int32(truncatingIfNeeded: sample)) }
    }
    var samples = stableSorted(candidates) { columns.hashHigh[Int($0)] }.map { Int($0) }
    // Of one half of a hash few are equal, and those mostly of the same text.
    var start = 0
    while start < samples.count {
      var end = start + 1
      while end < samples.count,
        columns.hashHigh[samples[end]] == columns.hashHigh[samples[start]]
      {
        end += 1
      }
      if end - start > 1 {
        samples[start..<end].sort { first, second in
          if columns.hashLow[first] != columns.hashLow[second] {
            return columns.hashLow[first] < columns.hashLow[second]
          }
          let (one, other) = (first * topicCount, second * topicCount)
          return topics[one..<one + count].lexicographicallyPrecedes(
            topics[other..<other + count])
        }
      }
      start = end
    }
    var rows: [Float] = []
    rows.reserveCapacity(min(limit, samples.count) * count)
    for sample in samples.prefix(limit) {
      rows += topics[sample * topicCount..<sample * topicCount + count]
    }
    self.rows = rows
  }
}
