/// How often the samples hold each bucket, and which buckets are known.
struct WordCounts: Sendable {
  /// One sample's count in one bucket.
  struct Entry: Sendable {
    var bucket: UInt16
    var promptCount: UInt16
    var answerCount: UInt16
  }

  /// Where every sample starts in `entries`, and where the last one ends.
  private(set) var starts = [0]
  private(set) var entries: [Entry] = []

  /// Words in each bucket, and samples that hold it.
  private(set) var totals = [Int](repeating: 0, count: TextEmbedding.bucketCount)
  private(set) var holders = [Int](repeating: 0, count: TextEmbedding.bucketCount)

  /// Words in all.
  private(set) var wordCount = 0

  var sampleCount: Int { starts.count - 1 }

  /// Counts the samples in the order given.
  ///
  /// - Complexity: O(words + samples / 512 · buckets).
  init(_ sample: WordSample, order: [Int], threads: Int) {
    // Blocks so large that clearing the counters of all buckets is little beside counting.
    let blocks = results(forBlocksOf: 512, below: order.count, threads: threads) { block in
      Self.counted(sample, order[block])
    }
    for (entries, ends) in blocks {
      let shift = self.entries.count
      for end in ends { starts.append(shift + end) }
      self.entries.append(contentsOf: entries)
      for entry in entries {
        let bucket = Int(entry.bucket)
        let count = Int(entry.promptCount) + Int(entry.answerCount)
        totals[bucket] += count
        holders[bucket] += 1
        wordCount += count
      }
    }
  }

  private static func counted(
    _ sample: WordSample, _ indices: ArraySlice<Int>
  ) -> (entries: [Entry], ends: [Int]) {
    var entries: [Entry] = []
    var ends: [Int] = []
    // A part has at most 256 words: prompt counts in the low half, answer counts in the high one.
    var counts = [UInt32](repeating: 0, count: TextEmbedding.bucketCount)
    for index in indices {
      let first = entries.count
      for (range, unit) in [(sample.promptRange(index), 1), (sample.answerRange(index), 1 << 16)] {
        for hash in sample.hashes[range] {
          let bucket = UInt16(truncatingIfNeeded: hash)
          if counts[Int(bucket)] == 0 {
            entries.append(Entry(bucket: bucket, promptCount: 0, answerCount: 0))
          }
          counts[Int(bucket)] += UInt32(unit)
        }
      }
      for place in first..<entries.count {
        let bucket = Int(entries[place].bucket)
        entries[place].promptCount = UInt16(truncatingIfNeeded: counts[bucket])
        entries[place].answerCount = UInt16(truncatingIfNeeded: counts[bucket] >> 16)
        counts[bucket] = 0
      }
      ends.append(entries.count)
    }
    return (entries, ends)
  }

  /// The buckets that at least `leastHolders` samples hold, the most frequent first, equal ones by
  /// number; at most `limit`.
  func knownBuckets(leastHolders: Int, limit: Int) -> [UInt16] {
    let keys = totals.indices.lazy.filter { holders[$0] >= leastHolders }.map { bucket in
      (UInt64.max - UInt64(totals[bucket])) << 16 | UInt64(bucket)
    }
    return keys.sorted().prefix(limit).map { UInt16(truncatingIfNeeded: $0) }
  }

  /// The share of a bucket among all words; 0 where there are none.
  func share(of bucket: Int) -> Double {
    wordCount > 0 ? Double(totals[bucket]) / Double(wordCount) : 0
  }

  /// The matrix X of ``TextEmbedding``: a row a sample, a column a known bucket, rows of unit length.
  func weightedRows(known: [UInt16], weights: [Double], threads: Int) -> SparseRows {
    var columnsByBucket = [Int32](repeating: -1, count: TextEmbedding.bucketCount)
    for (column, bucket) in known.enumerated() { columnsByBucket[Int(bucket)] = Int32(column) }
    let columns = columnsByBucket
    let blocks = results(forBlocksOf: 512, below: sampleCount, threads: threads) {
      block -> SparseRows in
      var rows = SparseRows()
      for index in block {
        let first = rows.values.count
        var squares = 0.0
        for entry in entries[starts[index]..<starts[index + 1]] {
          let column = columns[Int(entry.bucket)]
          if column < 0 { continue }
          let count =
            TextEmbedding.promptWeight * Int(entry.promptCount) + Int(entry.answerCount)
          let value = TextEmbedding.logarithms[1 + count] * weights[Int(column)]
          rows.columns.append(UInt32(column))
          rows.values.append(Float(value))
          squares += value * value
        }
        let scale = squares > 0 ? Float(1 / squares.squareRoot()) : 0
        for place in first..<rows.values.count { rows.values[place] *= scale }
        rows.starts.append(UInt32(rows.values.count))
      }
      return rows
    }
    var all = SparseRows()
    for block in blocks {
      let shift = UInt32(all.values.count)
      for start in block.starts.dropFirst() { all.starts.append(shift + start) }
      all.columns.append(contentsOf: block.columns)
      all.values.append(contentsOf: block.values)
    }
    return all
  }
}
