extension TextEmbedding {
  /// Learns the rows of the words, the mean and the share of length from a sample of the pool.
  ///
  /// - Parameters:
  ///   - sample: Drawn from the pool by the caller, with a seed of its own; about
  ///     ``trainingSampleLimit`` samples are enough. May be empty. The order does not matter.
  ///   - dimension: Numbers in a vector, 1...``dimensionLimit``.
  ///   - seed: Any number; another one gives other coordinates, of no other quality.
  ///   - threads: How many threads may work, at least 1; the result is the same for any number.
  /// - Complexity: O(words · dimension + samples · dimension²).
  public init(
    fitting sample: WordSample, dimension: Int = defaultDimension, seed: UInt64, threads: Int
  ) {
    precondition(
      dimension >= 1 && dimension <= Self.dimensionLimit, "a vector has 1 to 1024 numbers")
    precondition(threads >= 1, "fitting needs at least one thread")
    let order = sample.canonicalOrder()
    let counts = WordCounts(sample, order: order, threads: threads)
    guard order.count >= Self.leastLearningSample else {
      let weights = (0..<Self.bucketCount).map { bucket in
        let weight = Self.wordWeight(share: counts.share(of: bucket))
        return UInt8((weight * Double(Self.largestEntry)).rounded())
      }
      self.init(
        dimension: dimension, seed: seed, rows: .drawn(weights: weights),
        table: Self.drawnTable(weights: weights, columnCount: dimension, seed: seed))
      return
    }
    let known = counts.knownBuckets(
      leastHolders: order.count < Self.smallSample ? 1 : Self.leastHolders, limit: Self.knownLimit)
    let weights = known.map { Self.wordWeight(share: counts.share(of: Int($0))) }
    let matrix = counts.weightedRows(known: known, weights: weights, threads: threads)
    let rank = Self.rank(samples: order.count, words: known.count, dimension: dimension)
    let rows = Self.unitWordRows(
      matrix, known: known, weights: weights, rank: rank, seed: seed, threads: threads)
    let table = Self.quantised(rows, buckets: known, dimension: dimension)
    let moments = SampleMoments(of: sample, order: order, table: table, threads: threads)
    self.init(
      dimension: dimension, seed: seed, rows: .learned(buckets: known), table: table,
      length: (moments.lengthMean, moments.lengthDeviation), mean: moments.mean,
      slope: moments.slope)
  }

  /// How many directions are learned.
  static func rank(samples: Int, words: Int, dimension: Int) -> Int {
    let wanted =
      samples < smallSample
      ? min(dimension, max(leastRank, samples / samplesPerDirection)) : dimension
    return min(wanted, samples, words)
  }

  /// w(b) · B(b) / |B(b)| for every known bucket.
  private static func unitWordRows(
    _ matrix: SparseRows, known: [UInt16], weights: [Double], rank: Int, seed: UInt64,
    threads: Int
  ) -> FloatRows {
    let byWord = matrix.transposed(columnCount: known.count)
    let words = FloatRows(rowCount: known.count, columnCount: rank)
    for (row, bucket) in known.enumerated() {
      var signs = RandomSigns(seed: seed, bucket: Int(bucket))
      words.withRow(row) { entries in
        for column in 0..<rank { entries[column] = signs.next() ? 1 : -1 }
      }
    }
    let samples = FloatRows(rowCount: matrix.rowCount, columnCount: rank)
    for _ in 0..<rounds {
      samples.becomeProduct(of: matrix, and: words, threads: threads)
      samples.orthonormalise(threads: threads)
      words.becomeProduct(of: byWord, and: samples, threads: threads)
    }
    _ = results(forBlocksOf: 1024, below: known.count, threads: threads) { block in
      for row in block {
        var columnSquares = 0.0
        for place in Int(byWord.starts[row])..<Int(byWord.starts[row + 1]) {
          let value = Double(byWord.values[place])
          columnSquares += value * value
        }
        words.withRow(row) { entries in
          var squares = 0.0
          for column in 0..<rank { squares += Double(entries[column]) * Double(entries[column]) }
          let isKept = squares > leastShare * leastShare * columnSquares
          let scale = isKept ? Float(weights[row] / squares.squareRoot()) : 0
          for column in 0..<rank { entries[column] *= scale }
        }
      }
    }
    return words
  }

  /// The rows as integers of at most 127, with one scale, so that their proportions stay.
  private static func quantised(
    _ rows: FloatRows, buckets: [UInt16], dimension: Int
  ) -> WordTable {
    var largest: Float = 0
    for row in 0..<rows.rowCount {
      rows.withRow(row) { entries in
        for column in 0..<entries.count { largest = max(largest, abs(entries[column])) }
      }
    }
    let scale = largest > 0 ? Float(largestEntry) / largest : 0
    return learnedTable(buckets: buckets, columnCount: dimension) { row, integers in
      rows.withRow(row) { entries in
        for column in 0..<entries.count {
          integers[column] = Int8((entries[column] * scale).rounded())
        }
      }
    }
  }
}
