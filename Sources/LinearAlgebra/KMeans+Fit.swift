internal import Parallelism
internal import Synchronization

extension KMeans {
  /// How many rounds of moving centroids a fit takes at most.
  public static let roundLimit = 25
  /// A fit ends when a round has lowered the sum of squared distances by less than this share.
  static let leastGain = 1e-3
  /// How many rows are worked on as one.
  static let blockRowCount = 4096

  /// Finds centroids by k-means.
  ///
  /// The start is k-means++ (Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding",
  /// 2007): the first centroid is a row drawn at random, each next one a row drawn with a chance in
  /// proportion to its squared distance from the nearest so far. Then rounds of Lloyd's follow ("Least
  /// squares quantization in PCM", 1982): rows go to their nearest centroid, centroids to the mean of
  /// their rows, until no row goes elsewhere, a round gains less than a thousandth of the sum of squared
  /// distances, or `roundLimit` is reached. A centroid that has lost all its rows moves to the row that
  /// is farthest from its own centroid, the first of equally far ones; several move to different rows.
  /// Centroids left without rows at the very end are dropped.
  ///
  /// Centroids are numbered in the order of their columns' values, the first column counting most. There
  /// are fewer than asked for where fewer rows differ; rows count as equal where the square of their
  /// distance is too small for a float.
  ///
  /// - Parameters:
  ///   - rows: Rows of `stride` floats, of which the first `dimension` count. Their order decides which
  ///     of them random numbers draw.
  ///   - stride: Floats from one row to the next, at least `dimension`.
  ///   - dimension: Columns that count, at least 1.
  ///   - count: How many centroids, at least 1.
  ///   - seed: What randomness starts from.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Returns: The centroids, each nearest to at least one row.
  /// - Throws: `LinearAlgebraError.noRows`; `unsupportedDimension`; `notFinite` with the first row that
  ///   holds a NaN, an infinity or a magnitude above `magnitudeLimit`.
  /// - Complexity: O(rows · count · dimension) a round; two copies of the rows and 12 bytes a row.
  public static func fit(
    _ rows: [Float], stride: Int, dimension: Int, count: Int, seed: UInt64, threads: Int
  ) throws(LinearAlgebraError) -> KMeans {
    precondition(count >= 1, "there is at least one centroid")
    guard (1...dimensionLimit).contains(dimension) else {
      throw .unsupportedDimension(found: dimension)
    }
    precondition(stride >= dimension && rows.count.isMultiple(of: stride), "rows of other length")
    let rowCount = rows.count / stride
    guard rowCount >= 1 else { throw .noRows }
    for row in 0..<rowCount {
      for column in 0..<dimension where !(rows[row * stride + column].magnitude <= magnitudeLimit) {
        throw .notFinite(row: row)
      }
    }
    let fit = KMeansFit(rows: rows, stride: stride, dimension: dimension, threads: threads)
    let starts = fit.startingRows(count: count, seed: seed)
    let centroids = try fit.settle(starts.flatMap { fit.row($0) })
    return try KMeans(centroids: inOrder(centroids, dimension: dimension))
  }

  /// Centroids in the order of their values.
  private static func inOrder(
    _ centroids: [Float], dimension: Int
  ) throws(LinearAlgebraError) -> Matrix {
    let rows = (0..<centroids.count / dimension).map {
      Array(centroids[$0 * dimension..<($0 + 1) * dimension])
    }
    let sorted = rows.sorted { $0.lexicographicallyPrecedes($1) }
    return try Matrix(
      rowCount: rows.count, columnCount: dimension, elements: sorted.flatMap { $0 })
  }
}

/// The rows of one fit.
struct KMeansFit {
  let rows: [Float]
  let stride: Int
  let dimension: Int
  let threads: Int

  var rowCount: Int { rows.count / stride }

  func row(_ number: Int) -> ArraySlice<Float> {
    rows[number * stride..<number * stride + dimension]
  }

  /// The rows at which centroids start, all different.
  func startingRows(count: Int, seed: UInt64) -> [Int] {
    var random = SplitMix64(state: seed)
    let columns = columns(of: rows.span, stride: stride, dimension: dimension)
    let height = columns.count / dimension
    let blocks = Swift.stride(from: 0, to: height, by: KMeans.blockRowCount).map { first in
      SquaresBlock(
        first: first, count: min(KMeans.blockRowCount, height - first), rowCount: rowCount)
    }
    var starts = [min(Int(random.unit() * Double(rowCount)), rowCount - 1)]
    while starts.count < count {
      let centroid = Array(row(starts[starts.count - 1]))
      forEachIndex(below: blocks.count, threads: threads) { block in
        blocks[block].lower(columns, height: height, centroid: centroid)
      }
      let total = blocks.reduce(0) { $0 + $1.sum }
      // Every row is a centroid.
      guard total > 0 else { break }
      starts.append(draw(random.unit() * total, from: blocks))
    }
    return starts
  }

  /// The row in whose share of the sum of squares a number lies.
  private func draw(_ number: Double, from blocks: [SquaresBlock]) -> Int {
    var rest = number
    for block in blocks {
      if rest >= block.sum {
        rest -= block.sum
      } else if let row = block.row(at: rest) {
        return row
      }
    }
    // Rounding alone leads here: the last row that may be drawn is meant.
    for block in blocks.reversed() { if let row = block.row(at: .infinity) { return row } }
    preconditionFailure("a sum of squares above 0 has a row above 0")
  }

  /// Moves centroids until they stay.
  func settle(_ starts: [Float]) throws(LinearAlgebraError) -> [Float] {
    var centroids = starts
    var cells = [Int32](repeating: -1, count: rowCount)
    var previous = Double.infinity
    for round in 1... {
      let pass = try assign(to: centroids, before: &cells)
      let empty = pass.counts.indices.filter { pass.counts[$0] == 0 }
      let isSettled =
        empty.isEmpty
        && (pass.changedCount == 0 || pass.total > previous * (1 - KMeans.leastGain))
      if isSettled || round == KMeans.roundLimit {
        return pass.counts.indices.filter { pass.counts[$0] > 0 }.flatMap { number in
          centroids[number * dimension..<(number + 1) * dimension]
        }
      }
      for number in pass.counts.indices where pass.counts[number] > 0 {
        let count = Double(pass.counts[number])
        for place in number * dimension..<(number + 1) * dimension {
          centroids[place] = Float(pass.sums[place] / count)
        }
      }
      for (number, row) in zip(empty, farthest(empty.count, squares: pass.squares)) {
        centroids.replaceSubrange(
          number * dimension..<(number + 1) * dimension, with: self.row(row))
      }
      previous = pass.total
    }
    preconditionFailure("the last round returns")
  }

  /// The rows farthest from their centroids, farthest first, the first of equally far ones first.
  private func farthest(_ count: Int, squares: [Float]) -> [Int] {
    guard count > 0 else { return [] }
    let order = squares.indices.sorted { (squares[$1], $0) < (squares[$0], $1) }
    return Array(order.prefix(count))
  }

  /// What one round finds.
  private struct Pass {
    /// How many rows each centroid has, and their sums.
    var counts: [Int]
    var sums: [Double]
    /// The squared distance of each row from its centroid, and their sum.
    var squares: [Float] = []
    var total = 0.0
    /// How many rows have gone elsewhere.
    var changedCount = 0
  }

  /// What is found in one block.
  private struct Part: Sendable {
    var first: Int
    var numbers: [Int32]
    var squares: [Float]
  }

  private func assign(
    to centroids: [Float], before cells: inout [Int32]
  ) throws(LinearAlgebraError) -> Pass {
    let model = try KMeans(
      centroids: Matrix(
        rowCount: centroids.count / dimension, columnCount: dimension, elements: centroids))
    var pass = Pass(
      counts: [Int](repeating: 0, count: model.count),
      sums: [Double](repeating: 0, count: centroids.count))
    pass.squares.reserveCapacity(rowCount)
    // Blocks are taken in their order, so sums are added up in the order of the rows.
    try model.forEachBlock(of: rows, stride: stride, threads: threads) { first, numbers, squares in
      for (place, number) in numbers.enumerated() {
        if cells[first + place] != number { pass.changedCount += 1 }
        cells[first + place] = number
        pass.counts[Int(number)] += 1
        pass.total += Double(squares[place])
      }
      addRows(
        rows.span.extracting(first * stride..<(first + numbers.count) * stride), stride: stride,
        dimension: dimension, numbers: numbers, to: &pass.sums)
      pass.squares += squares
    }
    return pass
  }
}

extension KMeans {
  /// Finds the nearest centroid of many rows.
  ///
  /// - Parameters:
  ///   - rows: Rows of `stride` floats, of which the first `dimension` count.
  ///   - stride: Floats from one row to the next, at least `dimension`.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Returns: The centroids' numbers, one a row.
  /// - Throws: `LinearAlgebraError.notFinite` with the first row that holds a NaN, an infinity or more
  ///   than `magnitudeLimit`.
  /// - Complexity: O(rows · centroids · dimension), less where rows lie in groups.
  public func assign(
    _ rows: [Float], stride: Int, threads: Int
  ) throws(LinearAlgebraError) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(rows.count / stride)
    try forEachBlock(of: rows, stride: stride, threads: threads) { _, numbers, _ in
      result += numbers
    }
    return result
  }

  /// Finds the nearest centroids block by block, and hands them on in the order of the rows.
  fileprivate func forEachBlock(
    of rows: [Float], stride: Int, threads: Int, consume: (Int, [Int32], [Float]) -> Void
  ) throws(LinearAlgebraError) {
    precondition(stride >= dimension && rows.count.isMultiple(of: stride), "rows of other length")
    let rowCount = rows.count / stride
    let pivots = CentroidPivots.worthwhile(self, for: rows, stride: stride)
    var start = 0
    do {
      try forEachBlockInOrder(
        threads: threads,
        next: { () -> Range<Int>? in
          guard start < rowCount else { return nil }
          let end = min(start + Self.blockRowCount, rowCount)
          defer { start = end }
          return start..<end
        },
        makeWorker: {},
        work: { (_: inout Void, block: Range<Int>) throws -> (Int, [Int32], [Float]) in
          var numbers = [Int32](repeating: 0, count: block.count)
          var squares = [Float](repeating: 0, count: block.count)
          var numberSpan = numbers.mutableSpan
          var squareSpan = squares.mutableSpan
          do throws(LinearAlgebraError) {
            try assign(
              rows.span.extracting(block.lowerBound * stride..<block.upperBound * stride),
              stride: stride, pivots: pivots, numbers: &numberSpan, squares: &squareSpan)
          } catch .notFinite(let row) {
            throw LinearAlgebraError.notFinite(row: block.lowerBound + row)
          }
          return (block.lowerBound, numbers, squares)
        },
        consume: { consume($0.0, $0.1, $0.2) })
    } catch let error as LinearAlgebraError {
      throw error
    } catch {
      preconditionFailure("assigning rows throws errors of linear algebra only")
    }
  }
}

/// The squared distances of a block of rows from the nearest centroid so far; rows that only fill up are
/// at 0, so they are never drawn.
private final class SquaresBlock: Sendable {
  private let first: Int
  private let content: Mutex<(squares: [Float], sum: Double)>

  init(first: Int, count: Int, rowCount: Int) {
    self.first = first
    let squares = (0..<count).map { first + $0 < rowCount ? Float.greatestFiniteMagnitude : 0 }
    content = Mutex((squares, 0))
  }

  var sum: Double { content.withLock { $0.sum } }

  func lower(_ columns: [Float], height: Int, centroid: [Float]) {
    content.withLock { content in
      var squares = content.squares.mutableSpan
      content.sum = lowerSquares(
        columns.span, height: height, first: first, centroid: centroid, squares: &squares)
    }
  }

  /// The row in whose share a number lies; the last row above 0 where the number exceeds all shares,
  /// `nil` where no row is above 0.
  func row(at number: Double) -> Int? {
    content.withLock { content in
      var rest = number
      var last: Int?
      for (place, square) in content.squares.enumerated() where square > 0 {
        if rest < Double(square) { return first + place }
        rest -= Double(square)
        last = first + place
      }
      return last
    }
  }
}

/// Random numbers (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix64 {
  var state: UInt64

  /// The next number in 0..<1.
  mutating func unit() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
  }
}
