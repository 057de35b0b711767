/// The rows nearest to each of some rows, and how far all others are.
///
/// Candidates are compared by cosines of rows rounded to float; of those that are equal by these the
/// earlier one is nearer. Their distances are then taken in double, and so the nearest of a list may
/// differ from the truth by a ten-millionth in the cosine.
public struct NearestRows: Sendable {
  /// How many nearest are kept at most.
  public let limit: Int
  /// How many each query has; fewer than `limit` where there are no more candidates.
  private var counts: [Int]
  private var cosines: [Float]
  private var positions: [UInt32]
  private var bins: [UInt64]

  /// Finds them.
  ///
  /// - Parameters:
  ///   - limit: How many nearest are kept, at least 1.
  ///   - queries: Places of rows with a direction.
  ///   - rows: The rows that queries are of.
  ///   - candidates: Places of rows with a direction, fewer than 2²⁴.
  ///   - others: The rows that candidates are of.
  ///   - skipped: For each query the position in `candidates` that is passed over: itself. -1 for none.
  ///   - hasRest: Whether `rankWeightedDistance` will be asked for.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`; what the rows' sources throw.
  /// - Complexity: O(queries · candidates · dimension); memory for 32 KB a query with `hasRest`.
  public init(
    limit: Int, queries: ArraySlice<Int32>, of rows: UnitRows, among candidates: [Int32],
    of others: UnitRows, skipping skipped: [Int], hasRest: Bool
  ) throws {
    try LinearAlgebraLibrary.open()
    precondition(limit >= 1 && skipped.count == queries.count, "a position a query")
    precondition(rows.dimension == others.dimension, "rows of other length")
    precondition(candidates.count < 1 << 24, "more candidates than can be counted")
    self.limit = limit
    let queryCount = queries.count
    let dimension = rows.dimension
    counts = [Int](repeating: 0, count: queryCount)
    cosines = [Float](repeating: 0, count: queryCount * limit)
    positions = [UInt32](repeating: 0, count: queryCount * limit)
    bins = [UInt64](repeating: 0, count: hasRest ? queryCount * distanceBinCount : 0)
    var left: [Float] = []
    try rows.copy(queries, into: &left)
    var right: [Float] = []
    var products = [Float](repeating: 0, count: queryCount * Self.blockRowCount)
    var start = 0
    while start < candidates.count {
      let end = min(start + Self.blockRowCount, candidates.count)
      try others.copy(candidates[start..<end], into: &right)
      let width = end - start
      var product = products.mutableSpan
      multiplyTransposed(
        left.span, right.span.extracting(0..<width * dimension), inner: dimension, into: &product)
      for query in 0..<queryCount {
        let row = products.span.extracting(query * width..<(query + 1) * width)
        let own = skipped[query]
        let skip = own >= start && own < end ? own - start : nil
        counts[query] = keepNearest(
          row, skipped: skip, first: start, limit: limit, held: counts[query], place: query,
          values: &cosines, places: &positions)
        if hasRest { binDistances(row, skipped: skip, place: query, bins: &bins) }
      }
      start = end
    }
  }

  /// Candidates that are multiplied together.
  private static let blockRowCount = 2048

  /// The positions among the candidates of a query's nearest, nearest first.
  ///
  /// - Parameter query: Its number, from 0.
  /// - Returns: `limit` of them, fewer where there are no more.
  public func nearest(_ query: Int) -> [Int] {
    (0..<counts[query]).map { Int(positions[query * limit + $0]) }
  }

  /// Σ over candidates of their distance 1 − cosine divided by their rank, the nearest having rank 1.
  ///
  /// The nearest `limit` count with distances of the caller's. The others are binned, 256 bins an octave,
  /// and count as if they were spread evenly about their bin's mean; below 2⁻¹⁵ they count as 0. That
  /// costs some hundred-thousandths of the sum.
  ///
  /// - Parameters:
  ///   - query: Its number, from 0; each may be asked for once.
  ///   - distances: The distances of its nearest, as many as `nearest` gives, ascending.
  ///   - harmonic: 1 + 1/2 + … + 1/r at r, up to the number of candidates.
  /// - Returns: The sum.
  /// - Complexity: O(1): a pass over the bins.
  public mutating func rankWeightedDistance(
    _ query: Int, nearest distances: [Double], harmonic: [Double]
  ) -> Double {
    precondition(!bins.isEmpty && distances.count == counts[query], "a distance of each nearest")
    var total = 0.0
    for (rank, distance) in distances.enumerated() { total += distance / Double(rank + 1) }
    let start = query * limit
    let near = cosines
    return total
      + rankWeightedSum(
        &bins, place: query, without: near.span.extracting(start..<start + distances.count),
        rank: distances.count, harmonic: harmonic)
  }
}
