/// Some centroids by which most others are ruled out, so that few distances of a row are computed.
///
/// A row at distance a from a pivot p and at distance b from some centroid is no nearer to any centroid that
/// lies farther than a + b from p (the triangle inequality; LAESA: Micó, Oncina and Vidal, "A new version of
/// the nearest-neighbour approximating and eliminating search algorithm", 1994). So each row goes through the
/// centroids in the order of their distance from its nearest pivot, and ends where that is reached. What has
/// been rounded is made up for, so results are to the bit those of looking at all centroids.
struct CentroidPivots: Sendable {
  /// Of fewer centroids, looking at all of them costs no more, whatever the rows: not even a trial pays.
  static let leastCentroidCount = 80
  /// Of fewer rows, finding pivots and trying them costs more than they save.
  static let leastRowCount = 4096
  /// How many rows they are tried on.
  static let trialRowCount = 1024

  /// The pivots' values, one after the other.
  let rows: [Float]
  /// How many pivots there are.
  let count: Int
  /// For each pivot all centroids, nearest first, of equally near ones those with smaller numbers first.
  let nearest: [Int32]
  /// Their distances from the pivot.
  let distances: [Float]
  /// By how much a sum of two distances may be too small for having been rounded.
  let slack: Float
  /// The same for squares too small for a float: far above the root of what is lost there, and far below
  /// distances that matter.
  static let least: Float = 0x1p-50

  /// Chooses pivots that lie far from each other: the first centroid, then again and again the one farthest
  /// from all that were chosen.
  ///
  /// - Parameters:
  ///   - model: The centroids.
  ///   - count: How many pivots, at least 1; no more than there are centroids. `nil` for one and a half times
  ///     the root of their number, the best of 96 to 1,024 centroids, and 64 at most, to save memory.
  /// - Complexity: O(count · centroids · (dimension + log centroids)); memory of count · (dimension + 2 ·
  ///   centroids) numbers.
  init(of model: KMeans, count: Int? = nil) {
    let count = count ?? min(64, Int(1.5 * Double(model.count).squareRoot()))
    let dimension = model.dimension
    let columns = columns(
      of: model.centroids.elements.span, stride: dimension, dimension: dimension)
    let height = columns.count / dimension
    var rows: [Float] = []
    var nearest: [Int32] = []
    var distances: [Float] = []
    var apart = [Float](repeating: .greatestFiniteMagnitude, count: model.count)
    var pivot = 0
    for _ in 0..<min(count, model.count) {
      let values = Array(model.centroids.elements[pivot * dimension..<(pivot + 1) * dimension])
      var squares = [Float](repeating: .greatestFiniteMagnitude, count: height)
      var span = squares.mutableSpan
      _ = lowerSquares(columns.span, height: height, first: 0, centroid: values, squares: &span)
      // Numbers from 0 have the order of their bits; equal ones go by the centroid's number.
      var order = (0..<model.count).map { UInt64(squares[$0].bitPattern) << 32 | UInt64($0) }
      order.sort()
      rows += values
      for centroid in order {
        nearest.append(Int32(truncatingIfNeeded: centroid))
        distances.append(Float(bitPattern: UInt32(centroid >> 32)).squareRoot())
      }
      for number in apart.indices { apart[number] = min(apart[number], squares[number]) }
      pivot = apart.indices.reduce(0) { apart[$1] > apart[$0] ? $1 : $0 }
    }
    self.rows = rows
    self.count = rows.count / dimension
    self.nearest = nearest
    self.distances = distances
    // A sum of `dimension` squares is off by a share of (dimension + 3) · 2⁻²⁴ at most, its root by half of that.
    slack = 1 + Float(dimension + 8) * 0x1p-22
  }

  /// Pivots for many rows, where they save time.
  ///
  /// How many centroids they spare is tried on rows at equal distances. Rows without clusters need nearly all
  /// centroids in any case.
  ///
  /// - Parameters:
  ///   - model: The centroids.
  ///   - rows: Rows of `stride` floats.
  ///   - stride: Floats from one row to the next.
  /// - Returns: `nil` where looking at all centroids is as good, or a row of the trial is refused.
  static func worthwhile(_ model: KMeans, for rows: [Float], stride: Int) -> CentroidPivots? {
    let rowCount = rows.count / stride
    guard rowCount >= leastRowCount, model.count >= leastCentroidCount else { return nil }
    let pivots = CentroidPivots(of: model)
    var trial: [Float] = []
    trial.reserveCapacity(trialRowCount * model.dimension)
    for place in 0..<trialRowCount {
      let row = rowCount * place / trialRowCount
      trial += rows[row * stride..<row * stride + model.dimension]
    }
    var numbers = [Int32](repeating: 0, count: trialRowCount)
    var squares = [Float](repeating: 0, count: trialRowCount)
    var numberSpan = numbers.mutableSpan
    var squareSpan = squares.mutableSpan
    var compared = 0
    let refused = nearestCentroids(
      trial.span, stride: model.dimension, dimension: model.dimension,
      centroids: model.centroids.elements, pivots: pivots, limit: KMeans.magnitudeLimit,
      numbers: &numberSpan, squares: &squareSpan, compared: &compared)
    guard refused == nil else { return nil }
    // Measured, in distances from one centroid: each that is compared costs 1.6 times as much as where all
    // are, and bringing rows into order costs as much a row as 25 of them and 240 more columns.
    let cost =
      Double(pivots.count) + 1.6 * Double(compared) / Double(trialRowCount)
      + 25 + 240 / Double(model.dimension)
    return cost < 0.95 * Double(model.count) ? pivots : nil
  }
}
