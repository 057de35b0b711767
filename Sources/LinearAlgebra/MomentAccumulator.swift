internal import Synchronization

/// Mean and scatter of rows, gathered block by block.
///
/// A block is centred on its own mean (rounded to float, the rest accounted for in double), so that
/// a mean far from zero costs no precision, and its scatter is summed in float by one
/// single-threaded call. Blocks are joined in double with the formula of Chan, Golub and LeVeque
/// ("Updating formulae and a pairwise algorithm for computing sample variances", 1979):
///
///     S = Sa + Sb + (na·nb / (na + nb)) · δ·δᵀ,  δ = mean b − mean a
///
/// What comes out depends on the blocks and on their order, not on who computed them. Rows that lie apart,
/// a file here and a file there, are gathered into an accumulator each, and these joined by the same
/// formula: then it depends on how the rows are parted as well, and still not on who computed what.
public struct MomentAccumulator: Sendable {
  /// How many columns a row has.
  public let dimension: Int
  /// How many rows were added.
  public private(set) var rowCount = 0
  /// The mean of the rows; zeros while there are none.
  public private(set) var mean: [Double]
  /// Σ (x − mean)(x − mean)ᵀ, upper triangle, row by row.
  public private(set) var scatter: [Double]

  /// Makes an accumulator of no rows.
  ///
  /// - Parameter dimension: Columns of a row, at least 1.
  /// - Complexity: Memory for `dimension`² doubles.
  public init(dimension: Int) {
    precondition(dimension >= 1, "a row needs a column")
    self.dimension = dimension
    mean = [Double](repeating: 0, count: dimension)
    scatter = [Double](repeating: 0, count: dimension * dimension)
  }

  /// Takes up an accumulator that was kept.
  ///
  /// - Parameters:
  ///   - rowCount: How many rows it has seen, at least 0.
  ///   - mean: Their mean, at least one number.
  ///   - scatter: As many rows of as many numbers, of which the lower triangle is not looked at.
  /// - Throws: `LinearAlgebraError.sizeMismatch` where these do not fit each other.
  public init(rowCount: Int, mean: [Double], scatter: [Double]) throws(LinearAlgebraError) {
    precondition(rowCount >= 0, "a count is not negative")
    guard !mean.isEmpty, scatter.count == mean.count * mean.count else {
      throw .sizeMismatch(expected: mean.count * mean.count, found: scatter.count)
    }
    dimension = mean.count
    self.rowCount = rowCount
    self.mean = mean
    self.scatter = scatter
  }

  /// Adds the rows of another accumulator.
  ///
  /// - Parameter other: One of rows of the same dimension. Added to one of no rows it changes no bit.
  /// - Complexity: O(dimension²).
  public mutating func add(_ other: MomentAccumulator) {
    precondition(other.dimension == dimension, "rows of another length")
    if other.rowCount == 0 { return }
    if rowCount == 0 {
      self = other
      return
    }
    let (between, difference) = join(rowCount: other.rowCount, mean: other.mean)
    for row in 0..<dimension {
      let share = between * difference[row]
      for column in row..<dimension {
        let place = row * dimension + column
        scatter[place] += other.scatter[place] + share * difference[column]
      }
    }
  }

  /// Adds a block of rows.
  ///
  /// - Parameter rows: The rows, row by row. Adding them in other blocks changes last bits.
  /// - Throws: `LinearAlgebraError.notFinite`, whose row is counted from the start of the block;
  ///   `libraryUnavailable`. Nothing was added then.
  /// - Complexity: O(rows · dimension²).
  public mutating func add(_ rows: Span<Float>) throws(LinearAlgebraError) {
    try LinearAlgebraLibrary.open()
    precondition(rows.count.isMultiple(of: dimension), "the last row is cut short")
    guard !rows.isEmpty else { return }
    var copy = [Float](capacity: rows.count) { target in
      for index in rows.indices { target.append(rows[index]) }
    }
    var moments = BlockMoments(dimension: dimension)
    var block = copy.mutableSpan
    try moments.measure(&block, firstRow: 0)
    add(moments)
  }

  /// Adds a block that was measured.
  mutating func add(_ block: BlockMoments) {
    let (between, difference) = join(rowCount: block.rowCount, mean: block.mean)
    addScatter(
      block.scatter, scale: block.inverseScale * block.inverseScale, between: between,
      difference: difference, count: Double(block.rowCount), rest: block.rest, to: &scatter)
  }

  /// The covariance of two columns, with n − 1 in the denominator; 0 for fewer than two rows.
  ///
  /// - Parameters:
  ///   - first: A column, in `0..<dimension`.
  ///   - second: Another or the same.
  /// - Returns: The covariance, in the columns' units multiplied.
  public func covariance(_ first: Int, _ second: Int) -> Double {
    precondition(first >= 0 && first < dimension, "the column lies outside the rows")
    precondition(second >= 0 && second < dimension, "the column lies outside the rows")
    guard rowCount > 1 else { return 0 }
    let index = min(first, second) * dimension + max(first, second)
    return scatter[index] / Double(rowCount - 1)
  }

  /// Counts a block's rows and moves the mean; the weight and the vector of the term between.
  private mutating func join(
    rowCount added: Int, mean other: [Double]
  ) -> (between: Double, difference: [Double]) {
    var difference = [Double](repeating: 0, count: dimension)
    let own = Double(rowCount)
    let others = Double(added)
    let share = others / (own + others)
    if rowCount == 0 {
      mean = other
    } else {
      for column in 0..<dimension {
        difference[column] = other[column] - mean[column]
        mean[column] += difference[column] * share
      }
    }
    rowCount += added
    return (own * share, difference)
  }
}

/// Mean of one block, and the block centred on it.
struct BlockMean {
  /// How many rows the block has.
  private(set) var rowCount = 0
  /// The block's mean.
  private(set) var mean: [Double]
  /// Mean minus what was subtracted, that is, what rounding to float left in the centred rows.
  private(set) var rest: [Double]
  /// What centred values are to be multiplied with, a power of two; 1 but for values whose squares
  /// would not fit a float.
  private(set) var inverseScale = 1.0
  private var shift: [Float]

  init(dimension: Int) {
    mean = [Double](repeating: 0, count: dimension)
    rest = mean
    shift = [Float](repeating: 0, count: dimension)
  }

  /// Measures a block and centres it in place.
  mutating func center(
    _ block: inout MutableSpan<Float>, firstRow: Int
  ) throws(LinearAlgebraError) {
    let dimension = mean.count
    rowCount = block.count / dimension
    let (largest, notFinite) = columnSums(block.span, dimension: dimension, into: &mean)
    if let notFinite { throw .notFinite(row: firstRow + notFinite) }
    var scale: Float = 1
    if largest > 0x1p+40 || (largest < 0x1p-40 && largest > 0) {
      // In two steps near the ends of the range, where 1/largest would not fit.
      let exponent = min(max(Int(largest.exponent), -120), 120)
      scale = Float(sign: .plus, exponent: -exponent, significand: 1)
    }
    inverseScale = 1 / Double(scale)
    let count = Double(rowCount)
    for column in 0..<dimension {
      mean[column] /= count
      let rounded = Float(mean[column])
      shift[column] = rounded * scale
      rest[column] = mean[column] - Double(rounded)
    }
    shiftRows(&block, scale: scale, shift: shift)
  }
}

/// Mean and scatter of one block.
struct BlockMoments {
  private var center: BlockMean
  /// The scatter of the centred, scaled block, upper triangle.
  private(set) var scatter: [Float]

  var rowCount: Int { center.rowCount }
  var mean: [Double] { center.mean }
  var rest: [Double] { center.rest }
  var inverseScale: Double { center.inverseScale }

  init(dimension: Int) {
    center = BlockMean(dimension: dimension)
    scatter = [Float](repeating: 0, count: dimension * dimension)
  }

  /// Measures a block, which is centred on the way.
  mutating func measure(
    _ block: inout MutableSpan<Float>, firstRow: Int
  ) throws(LinearAlgebraError) {
    try center.center(&block, firstRow: firstRow)
    LinearAlgebra.scatter(block.span, dimension: mean.count, into: &scatter)
  }
}

/// Results that went through their turn, kept for the next block instead of being given back.
final class Spares<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  func take() -> Value? { values.withLock { $0.popLast() } }
  func put(_ value: Value) { values.withLock { $0.append(value) } }
}
