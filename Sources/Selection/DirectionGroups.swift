import LinearAlgebra

/// Unit vectors in groups of about one direction: what is far from a group's first is far from them all.
///
/// A vector is taken by its point: its leading coordinates and the length of what is left of it, one
/// more coordinate. Two points are no further apart than the vectors (Cauchy and Schwarz), and points lie
/// on a sphere, where the triangle inequality of angles holds. So a vector at an angle θ from the first
/// of a group has a cosine of at most cos(θ − 30°) with each that lies within 30° of it.
///
/// Group 0 has no first: in it is what is near to none, once there are as many groups as there may be.
///
/// **Memory.** 17 numbers of single precision a group, of at most 256.
struct DirectionGroups: Sendable {
  /// Some points side by side, and which of them are within reach of a group.
  struct Points: Sendable {
    /// The most points.
    static let mostCount = 16
    /// Of all a coordinate after the other.
    fileprivate var coordinates: [SIMD16<Float>]
    /// What `reach` tells of each; none is within reach at first.
    var reaches = SIMD16<Float>(repeating: .infinity)
    private(set) var isWithin = SIMDMask<SIMD16<Int32>>(repeating: false)

    /// Puts points side by side.
    ///
    /// - Parameters:
    ///   - places: The numbers of the points, at most `mostCount`; the others are zero.
    ///   - points: Points as `append` makes them.
    init(_ places: some Collection<Int>, of points: [Float]) {
      coordinates = [SIMD16<Float>](repeating: .zero, count: pointSize)
      for (lane, place) in places.enumerated() {
        for coordinate in 0..<pointSize {
          coordinates[coordinate][lane] = points[place * pointSize + coordinate]
        }
      }
    }

    fileprivate mutating func set(_ within: SIMDMask<SIMD16<Int32>>) -> Bool {
      isWithin = within
      return any(within)
    }
  }

  /// How many numbers a point has.
  static let pointSize = VectorCodes.leadingCount + 1
  private static let mostGroups = 256
  /// The cosine and the sine of the angle within which a group's members lie around its first.
  private static let widthCosine: Float = 0.866_025_4
  private static let widthSine: Float = 0.5

  /// How many groups there are, that of the others among them.
  private(set) var count = 1
  /// The firsts of groups from 1 on, one after the other.
  private var firsts: [Float] = []
  /// How much higher a bound is, for rounding and for what points exceed a length of 1 by.
  private let margin: Float

  /// Makes the group of the others.
  ///
  /// - Parameter dimension: How many numbers a vector has.
  init(dimension: Int) {
    margin = 1e-3 + 4e-7 * Float(dimension)
  }

  /// Appends the point of a vector to others.
  ///
  /// - Parameters:
  ///   - coordinates: Its leading coordinates; those beyond the first sixteen are passed over.
  ///   - rest: The length of what is left of it beyond them, or a little more.
  ///   - points: Takes `pointSize` numbers.
  static func append(_ coordinates: Span<Float>, rest: Float, to points: inout [Float]) {
    let leading = min(VectorCodes.leadingCount, coordinates.count)
    var square = rest * rest
    for place in 0..<leading { square += coordinates[place] * coordinates[place] }
    let scale = 1 / square.squareRoot()
    for place in 0..<leading { points.append(coordinates[place] * scale) }
    for _ in leading..<VectorCodes.leadingCount { points.append(0) }
    points.append(rest * scale)
  }

  /// The groups whose firsts are nearest to some points.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - first: The first group to look at, at least 1.
  /// - Returns: The group of each, of equally near ones that which was opened first; 0 where none is near.
  /// - Complexity: O(groups).
  func nearest(_ points: Points, from first: Int = 1) -> SIMD16<Int32> {
    var best = SIMD16<Int32>.zero
    var greatest = SIMD16<Float>(repeating: Self.widthCosine)
    for group in first..<max(count, first) {
      let cosines = cosines(group, points)
      let nearer = cosines .> greatest
      greatest.replace(with: cosines, where: nearer)
      best.replace(with: Int32(group), where: nearer)
    }
    return best
  }

  /// Opens a group for a vector that is near to none.
  ///
  /// - Parameters:
  ///   - place: The number of its point.
  ///   - points: Points as `append` makes them.
  /// - Returns: The group; 0 where there are as many as there may be.
  mutating func open(for place: Int, of points: [Float]) -> Int {
    if count == Self.mostGroups { return 0 }
    firsts += points[place * Self.pointSize..<(place + 1) * Self.pointSize]
    count += 1
    return count - 1
  }

  /// The least cosine with the first of a group of vectors that may reach one with any of it.
  ///
  /// - Parameter least: The cosine that is to be reached.
  /// - Returns: It, minus infinity where all are within reach.
  func reach(_ least: Float) -> Float {
    let least = least - margin
    // Beyond an angle of 150° all are within reach.
    if least <= -Self.widthCosine { return -.infinity }
    // No two vectors are closer than equal ones.
    let cosine = min(least, 1)
    let sine = (1 - cosine * cosine).squareRoot()
    return cosine * Self.widthCosine - sine * Self.widthSine - margin
  }

  /// Tells which of some points may reach their cosines with a vector of a group.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - points: The points; their `isWithin` is set.
  /// - Returns: Whether any may.
  func isWithinReach(_ group: Int, _ points: inout Points) -> Bool {
    points.set(group == 0 ? .init(repeating: true) : cosines(group, points) .>= points.reaches)
  }

  private func cosines(_ group: Int, _ points: Points) -> SIMD16<Float> {
    let start = (group - 1) * Self.pointSize
    var sums = SIMD16<Float>.zero
    for coordinate in 0..<Self.pointSize {
      sums += points.coordinates[coordinate] * firsts[start + coordinate]
    }
    return sums
  }
}
