/// Mean vector, moments of the log length and the share of length, over the samples of a fit that
/// have a vector at all.
struct SampleMoments {
  private(set) var lengthMean = 0.0
  private(set) var lengthDeviation = 0.0
  private(set) var mean: [Float]
  private(set) var slope: [Float]

  /// Samples in one partial sum; the partial sums are added in order.
  private static let blockSize = 512

  /// Embeds the samples, in the order given, and sums them up.
  ///
  /// - Complexity: O(words · dimension).
  init(of sample: WordSample, order: [Int], table: WordTable, threads: Int) {
    mean = [Float](repeating: 0, count: table.stride)
    slope = mean
    let vectors = FloatRows(rowCount: order.count, columnCount: table.stride)
    let isEmbedded = Self.embed(
      sample, order: order, table: table, into: vectors, threads: threads)
    let places = order.indices.filter { isEmbedded[$0] }
    if places.isEmpty { return }
    let wordCounts = order.map { sample.promptRange($0).count + sample.answerRange($0).count }
    setLengthMoments(of: places.map { wordCounts[$0] })

    // z of every sample; the mean of z is 0, so the mean of z · (e − μ) is that of z · e.
    let center = lengthMean
    let deviation = lengthDeviation
    let standardLengths = wordCounts.map { count in
      deviation > 0 ? (TextEmbedding.logarithms[count + 1] - center) / deviation : 0
    }
    let stride = table.stride
    let partial = results(forBlocksOf: Self.blockSize, below: places.count, threads: threads) {
      block -> (plain: [Double], byLength: [Double]) in
      var plain = [Double](repeating: 0, count: stride)
      var byLength = plain
      for place in places[block] {
        let z = standardLengths[place]
        vectors.withRow(place) { row in
          for column in 0..<stride {
            plain[column] += Double(row[column])
            byLength[column] += z * Double(row[column])
          }
        }
      }
      return (plain, byLength)
    }
    for column in 0..<stride {
      var plain = 0.0
      var byLength = 0.0
      for block in partial {
        plain += block.plain[column]
        byLength += block.byLength[column]
      }
      mean[column] = Float(plain / Double(places.count))
      slope[column] = Float(byLength / Double(places.count))
    }
  }

  private mutating func setLengthMoments(of wordCounts: [Int]) {
    let logarithms = TextEmbedding.logarithms
    let count = Double(wordCounts.count)
    for words in wordCounts { lengthMean += logarithms[words + 1] }
    lengthMean /= count
    // Equal lengths have no deviation, whatever rounding says.
    if wordCounts.allSatisfy({ $0 == wordCounts[0] }) { return }
    var squares = 0.0
    for words in wordCounts {
      let difference = logarithms[words + 1] - lengthMean
      squares += difference * difference
    }
    lengthDeviation = (squares / count).squareRoot()
  }

  /// Writes unit(sum of the word rows) of every sample; false for samples without a known word.
  private static func embed(
    _ sample: WordSample, order: [Int], table: WordTable, into vectors: FloatRows, threads: Int
  ) -> [Bool] {
    let hashes = sample.hashes
    let zeros = [Float](repeating: 0, count: table.stride)
    let isEmbedded = results(forBlocksOf: blockSize, below: order.count, threads: threads) {
      block -> [Bool] in
      var vector = zeros
      return block.map { place in
        var sums = [Int32](repeating: 0, count: table.stride)
        let prompt = sample.promptRange(order[place])
        let answer = sample.answerRange(order[place])
        table.add(
          hashes.span.extracting(prompt), weight: Int32(TextEmbedding.promptWeight), to: &sums)
        table.add(hashes.span.extracting(answer), weight: 1, to: &sums)
        let isNotZero = finish(sums, mean: zeros, slope: zeros, z: 0, least: 0, into: &vector)
        vectors.withRow(place) { row in
          for column in 0..<row.count { row[column] = vector[column] }
        }
        return isNotZero
      }
    }
    return Array(isEmbedded.joined())
  }
}
