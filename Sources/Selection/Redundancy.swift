import LinearAlgebra

/// Finds the chosen sample that another is closest to in meaning, if it is too close.
///
/// Two samples are too close when the cosine of their vectors is at least the threshold t, both taken as
/// numbers of single precision. The chosen samples that a candidate is held against are those of its own
/// cell and of the neighbouring ones.
///
/// A candidate is compared with these by few coordinates first. For unit vectors x and y, cos ≥ t means
/// |x − y|² ≤ 2 − 2t; and the distance of their projections on orthonormal directions is never larger than
/// theirs. So each chosen vector is kept by its coordinates along the leading principal components only; those
/// that lie near there are read again, nearest first, and compared whole, in double precision and one fixed
/// order, until none that is left can be closer than the closest. The filter is exact but for rounding, for which its bound is wider than that of any
/// vectors by a thousandth: what it lets through, and so the processor, changes no outcome.
///
/// A vector without length has no direction and is close to nothing.
///
/// **Memory.** 4 bytes a coordinate and chosen sample, at most 32 coordinates, in blocks of 16 samples a
/// cell; nothing for the others.
public struct Redundancy: Sendable {
  /// Writes the vector of a sample.
  public typealias Vectors = @Sendable (Int, inout MutableSpan<Float>) throws -> Void

  /// The most directions that vectors are compared along at first.
  private static let mostDirections = 32
  /// How many candidates' vectors tell in which directions they vary most.
  private static let fittedCount = 4096
  /// How much wider the filter is: rounding of a coordinate is a ten-thousandth of this at most.
  private static let margin: Float = 1e-3

  private let threshold: Float
  /// Whether all that are chosen are compared, wherever they lie.
  private let isGlobal: Bool
  private let dimension: Int
  private let vectors: Vectors
  private let neighbours: @Sendable (Int) -> [Int]
  private let directions: PrincipalComponents
  private var chosen: [ChosenOfCell?]
  private var knownNeighbours: [[Int]?]
  private var number: Int32 = 0
  private var vector: [Float]
  private var other: [Float]
  private var coordinates: [Float]
  private var scratch = PointBlocks.Scratch()
  private var nearby: [Nearby] = []

  /// A chosen sample that may be too close to a candidate.
  private struct Nearby {
    /// The squared distance of its projection from the candidate's.
    var square: Float
    /// When it was chosen.
    var number: Int32
    var sample: Int32
  }

  /// The chosen samples of one cell, in the order in which they were chosen.
  private struct ChosenOfCell {
    var points: PointBlocks
    var samples: [Int32] = []
    /// When each was chosen.
    var numbers: [Int32] = []
  }

  /// Prepares; nothing is chosen yet.
  ///
  /// - Parameters:
  ///   - threshold: t, above −1 and at most 1.
  ///   - dimension: How many numbers a vector has, at least 1.
  ///   - cellCount: How many cells there are.
  ///   - isGlobal: Whether a candidate is held against all that are chosen, wherever they lie.
  ///   - order: Samples that will be candidates. They tell along which directions vectors vary, which
  ///     changes how long all takes and nothing else.
  ///   - neighbours: The cells around a cell, itself not among them.
  ///   - vectors: Writes the vector of a sample, finite numbers; called for one sample at a time.
  /// - Throws: What reading vectors throws; `LinearAlgebraError` where directions cannot be found.
  /// - Complexity: As for fitting principal components to at most 4,096 rows.
  public init(
    threshold: Float, dimension: Int, cellCount: Int, isGlobal: Bool = false, order: [Int32],
    neighbours: @escaping @Sendable (Int) -> [Int], vectors: @escaping Vectors
  ) throws {
    precondition(threshold > -1 && threshold <= 1, "a cosine lies above -1 and is at most 1")
    self.threshold = threshold
    self.isGlobal = isGlobal
    let cellCount = isGlobal ? 1 : cellCount
    self.dimension = dimension
    self.vectors = vectors
    self.neighbours = neighbours
    chosen = [ChosenOfCell?](repeating: nil, count: cellCount)
    knownNeighbours = [[Int]?](repeating: nil, count: cellCount)
    vector = [Float](repeating: 0, count: dimension)
    other = vector
    var read = vector
    // The first of the order are all that is sure to be compared.
    let count = max(1, min(order.count, Self.fittedCount))
    var fitted = Matrix(rowCount: count, columnCount: dimension)
    for (row, sample) in order.prefix(count).enumerated() {
      var target = read.mutableSpan
      try vectors(Int(sample), &target)
      guard let length = Selection.length(of: read.span) else { continue }
      for column in 0..<dimension {
        fitted[row, column] = Float(Double(read[column]) / length)
      }
    }
    directions = try PrincipalComponents.fit(
      RowSource(fitted), count: min(Self.mostDirections, dimension), threads: 1)
    coordinates = [Float](repeating: 0, count: directions.count)
  }

  /// Adds a sample to those that were chosen.
  ///
  /// - Parameters:
  ///   - sample: The sample.
  ///   - cell: Its cell.
  /// - Throws: What reading its vector throws.
  public mutating func add(_ sample: Int32, in cell: Int32) throws {
    guard try take(sample) != nil else { return }
    append(sample, to: isGlobal ? 0 : Int(cell))
  }

  /// Finds the chosen sample that a candidate is too close to, or takes the candidate as chosen.
  ///
  /// - Parameters:
  ///   - sample: The candidate.
  ///   - cell: Its cell.
  /// - Returns: The closest of those too close, of equals the one chosen first; `nil` for none, and then
  ///   the candidate counts as chosen.
  /// - Throws: What reading vectors throws.
  /// - Complexity: O(chosen samples of the cell and its neighbours), of each mostly four coordinates.
  public mutating func twinOrAdd(_ sample: Int32, in cell: Int32) throws -> Int32? {
    guard let length = try take(sample) else { return nil }
    nearby.removeAll(keepingCapacity: true)
    let cell = isGlobal ? 0 : Int(cell)
    findNearby(in: cell)
    if !isGlobal { for neighbour in neighbours(of: cell) { findNearby(in: neighbour) } }
    if let twin = try closest(of: nearby, length: length) { return twin }
    append(sample, to: cell)
    return nil
  }

  /// Finds the chosen samples of a cell that may be too close.
  private mutating func findNearby(in cell: Int) {
    guard let members = chosen[cell] else { return }
    let coordinates = coordinates
    var scratch = PointBlocks.Scratch()
    swap(&scratch, &self.scratch)
    var nearby: [Nearby] = []
    swap(&nearby, &self.nearby)
    members.points.forEachNear(
      to: coordinates.span, within: 2 - 2 * threshold + Self.margin, scratch: &scratch
    ) { place, square in
      nearby.append(
        Nearby(
          square: square, number: members.numbers[place], sample: members.samples[place]))
    }
    swap(&nearby, &self.nearby)
    swap(&scratch, &self.scratch)
  }

  /// The closest of those that are too close, of equals the one chosen first.
  private mutating func closest(of nearby: [Nearby], length: Double) throws -> Int32? {
    if nearby.isEmpty { return nil }
    let (vector, vectors) = (vector, vectors)
    var best: (cosine: Float, number: Int32, sample: Int32)?
    // The likely closest first: of those beyond it, by what is known of them, none is read.
    for candidate in nearby.sorted(by: { $0.square < $1.square }) {
      if let best, 1 - (candidate.square - Self.margin) / 2 < best.cosine { break }
      var target = other.mutableSpan
      try vectors(Int(candidate.sample), &target)
      guard let otherLength = Selection.length(of: other.span) else { continue }
      var product = 0.0
      for index in vector.indices { product += Double(vector[index]) * Double(other[index]) }
      let cosine = Float(product / (length * otherLength))
      guard cosine >= threshold else { continue }
      if let best, (best.cosine, -best.number) > (cosine, -candidate.number) { continue }
      best = (cosine, candidate.number, candidate.sample)
    }
    return best?.sample
  }

  /// Reads a sample's vector and finds its coordinates; its length, `nil` where it has none.
  private mutating func take(_ sample: Int32) throws -> Double? {
    let (vectors, directions) = (vectors, directions)
    var target = vector.mutableSpan
    try vectors(Int(sample), &target)
    guard let length = length(of: vector.span) else { return nil }
    for index in 0..<dimension { other[index] = Float(Double(vector[index]) / length) }
    let unit = other
    var place = coordinates.mutableSpan
    directions.project(unit.span, into: &place)
    return length
  }

  private mutating func append(_ sample: Int32, to cell: Int) {
    if chosen[cell] == nil {
      chosen[cell] = ChosenOfCell(points: PointBlocks(coordinateCount: directions.count))
    }
    let point = coordinates
    chosen[cell]?.points.append(point.span)
    chosen[cell]?.samples.append(sample)
    chosen[cell]?.numbers.append(number)
    number += 1
  }

  private mutating func neighbours(of cell: Int) -> [Int] {
    if let known = knownNeighbours[cell] { return known }
    let found = neighbours(cell)
    knownNeighbours[cell] = found
    return found
  }
}

/// The length of a vector in a fixed order of arithmetic; `nil` for one of zeros.
private func length(of vector: Span<Float>) -> Double? {
  var sum = 0.0
  for index in vector.indices { sum += Double(vector[index]) * Double(vector[index]) }
  return sum > 0 ? sum.squareRoot() : nil
}
