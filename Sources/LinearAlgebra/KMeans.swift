/// Centroids, and the Voronoi cells around them: every row belongs to the centroid nearest to it.
///
/// A squared distance is Σ (x − c)², column by column in their order, each difference, product and
/// sum rounded to float, on every processor the same. So which cell a row belongs to depends on that
/// row and on the centroids, not on its neighbours, the threads or the machine. Of centroids at equal
/// distance the one with the smaller number counts.
public struct KMeans: Equatable, Sendable {
  /// The largest magnitude that a row or a centroid may have, so that no squared distance overflows.
  public static let magnitudeLimit: Float = 0x1p50
  /// The most columns that a row may have.
  public static let dimensionLimit = 1 << 20

  /// The centroids, one a row.
  public let centroids: Matrix

  /// How many centroids there are.
  public var count: Int { centroids.rowCount }
  /// How many columns a row has.
  public var dimension: Int { centroids.columnCount }

  /// Takes centroids that were found before.
  ///
  /// - Parameter centroids: At least one, of at least one column.
  /// - Throws: `LinearAlgebraError.noRows`, `unsupportedDimension`; `notFinite` for a value that is
  ///   not finite or exceeds `magnitudeLimit`, with the centroid's number for the row.
  public init(centroids: Matrix) throws(LinearAlgebraError) {
    guard centroids.rowCount >= 1 else { throw .noRows }
    guard (1...Self.dimensionLimit).contains(centroids.columnCount) else {
      throw .unsupportedDimension(found: centroids.columnCount)
    }
    if let index = centroids.elements.firstIndex(where: { !($0.magnitude <= Self.magnitudeLimit) })
    {
      throw .notFinite(row: index / centroids.columnCount)
    }
    self.centroids = centroids
  }

  /// Finds the nearest centroid of each row.
  ///
  /// - Parameters:
  ///   - rows: Rows of `stride` floats, of which the first `dimension` count.
  ///   - stride: Floats from one row to the next, at least `dimension`.
  ///   - pivots: These centroids' own, to pass over most of them; `nil` looks at all.
  ///   - numbers: Memory for the centroids' numbers, one a row.
  ///   - squares: Memory for the squared distances, one a row.
  ///   - variant: Which variant of the kernel, to compare them; `nil` for the fastest.
  /// - Throws: `LinearAlgebraError.notFinite` with the number of the first row that holds a NaN, an
  ///   infinity or more than `magnitudeLimit`; what the memory holds is then not defined.
  /// - Complexity: O(rows · centroids · dimension); memory of 16 rows, with pivots 4 bytes a row.
  func assign(
    _ rows: Span<Float>, stride: Int, pivots: CentroidPivots?,
    numbers: inout MutableSpan<Int32>, squares: inout MutableSpan<Float>, variant: Int? = nil
  ) throws(LinearAlgebraError) {
    precondition(
      stride >= dimension && rows.count == stride * numbers.count, "rows of other length")
    precondition(squares.count == numbers.count, "one squared distance a row")
    var compared = 0
    let refused = nearestCentroids(
      rows, stride: stride, dimension: dimension, centroids: centroids.elements, pivots: pivots,
      limit: Self.magnitudeLimit, numbers: &numbers, squares: &squares, compared: &compared,
      variant: variant)
    if let refused { throw .notFinite(row: refused) }
  }

  /// The squared distance of a row from a centroid, to the bit as `assign` finds it.
  ///
  /// - Parameters:
  ///   - row: At least `dimension` floats, of which the first count.
  ///   - number: The centroid, in `0..<count`.
  /// - Returns: A number from 0.
  public func squaredDistance(of row: Span<Float>, from number: Int) -> Float {
    precondition(number >= 0 && number < count, "the centroid lies outside the centroids")
    var sum: Float = 0
    for column in 0..<dimension {
      let difference = row[column] - centroids.elements[number * dimension + column]
      sum += difference * difference
    }
    return sum
  }

  /// Which centroids lie next to each other: a pair is told if either is among the nearest of the
  /// other.
  ///
  /// - Parameter nearest: How many of a centroid's nearest count, at least 0; of equally near ones
  ///   those with smaller numbers do.
  /// - Returns: One list a centroid, ascending, the centroid itself left out.
  /// - Complexity: O(centroids² · dimension).
  public func neighbours(nearest: Int) -> [[Int32]] {
    precondition(nearest >= 0, "a count is not negative")
    var lists = [Set<Int32>](repeating: [], count: count)
    let columns = columns(
      of: centroids.elements.span, stride: dimension, dimension: dimension)
    let height = columns.count / dimension
    for number in 0..<count where nearest > 0 {
      // All distances from this one; the sums are those of `assign`.
      var squares = [Float](repeating: .greatestFiniteMagnitude, count: height)
      var span = squares.mutableSpan
      _ = lowerSquares(
        columns.span, height: height, first: 0,
        centroid: Array(centroids.elements[number * dimension..<(number + 1) * dimension]),
        squares: &span)
      var best: [(square: Float, number: Int32)] = []
      for other in 0..<count where other != number {
        let square = squares[other]
        if best.count == nearest {
          // Later numbers are larger, so a tie changes nothing.
          guard square < best[nearest - 1].square else { continue }
          best.removeLast()
        }
        let place = best.firstIndex { $0.square > square } ?? best.count
        best.insert((square, Int32(truncatingIfNeeded: other)), at: place)
      }
      for (_, other) in best {
        lists[number].insert(other)
        lists[Int(other)].insert(Int32(truncatingIfNeeded: number))
      }
    }
    return lists.map { $0.sorted() }
  }
}
