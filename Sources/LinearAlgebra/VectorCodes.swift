internal import CLinearAlgebra

/// Unit vectors by their coordinates along a few orthonormal directions, 2 bytes each.
///
/// Of x·y the directions tell their share exactly but for rounding, and of what is left of x and of y
/// beyond them the lengths: their product is no less than what is missing (Cauchy and Schwarz). So the sum
/// of both is no less than the cosine, and the more directions, the nearer to it.
public struct VectorCodes: Sendable {
  /// How many coordinates are kept.
  public let coordinateCount: Int
  /// How many vectors there are.
  public private(set) var count = 0
  /// After how many coordinates the length of what is left is known.
  let ends: [UInt32]
  /// The coordinates of all vectors, each with a zero behind an odd number of them.
  private(set) var codes: [Int16] = []
  private(set) var rests: [Float] = []
  private let slack: Double

  /// Makes an empty list.
  ///
  /// - Parameters:
  ///   - coordinateCount: How many coordinates are kept, at least 1.
  ///   - dimension: How many numbers a vector has; the more, the further its coordinates may be rounded.
  public init(coordinateCount: Int, dimension: Int) {
    precondition(coordinateCount >= 1, "a vector has a coordinate")
    self.coordinateCount = coordinateCount
    let width = (coordinateCount + 1) / 2 * 2
    ends = Self.stops.filter { $0 < width }.map { UInt32($0) } + [UInt32(width)]
    slack = 1e-5 + 1e-7 * Double(dimension)
  }

  /// Where most vectors are known to be far: few coordinates are enough, since they vary most.
  private static let stops = [leadingCount, 32, 64]

  /// How many coordinates most vectors are told apart by.
  public static let leadingCount = 16

  /// The length of what is left of a vector beyond its leading coordinates.
  ///
  /// - Parameter index: The number of the vector.
  /// - Returns: It, or a little more; above 0.
  public func rest(at index: Int) -> Float { rests[index * ends.count] }

  /// Adds a vector.
  ///
  /// - Parameter coordinates: Its coordinates, leading first, `coordinateCount` of them or more, of which
  ///   the others are passed over.
  /// - Complexity: O(coordinates), amortised.
  public mutating func append(_ coordinates: Span<Float>) {
    precondition(coordinates.count >= coordinateCount, "a vector has as many coordinates")
    let scale = Float(GAMUT_CLOSE_SCALE)
    var left = 1 + slack
    var place = 0
    for end in ends {
      while place < end {
        let value = place < coordinateCount ? coordinates[place] : 0
        codes.append(Int16(max(-scale, min(scale, (value * scale).rounded()))))
        left -= Double(value) * Double(value)
        place += 1
      }
      rests.append(Float(max(left, slack).squareRoot()))
    }
    count += 1
  }

  /// Adds all vectors of another list of the same kind.
  ///
  /// - Parameter other: The list.
  public mutating func append(contentsOf other: VectorCodes) {
    precondition(other.coordinateCount == coordinateCount, "lists have as many coordinates")
    codes += other.codes
    rests += other.rests
    count += other.count
  }

  /// Takes all vectors away, but keeps the memory.
  public mutating func removeAll() {
    codes.removeAll(keepingCapacity: true)
    rests.removeAll(keepingCapacity: true)
    count = 0
  }

  /// How many codes a vector has.
  var codeCount: Int { Int(ends.last ?? 0) }
}
