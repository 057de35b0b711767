/// Points of few coordinates, to find those near one in the order in which they were added.
///
/// Distances are rounded as the processor likes: what lies on the bound itself may be found or not. So a
/// caller looks with a bound a little larger than it needs, and decides by exact arithmetic.
public struct PointBlocks: Sendable {
  /// How many coordinates a point has.
  public let coordinateCount: Int
  /// How many points there are.
  public private(set) var count = 0
  private var blocks: [Float] = []

  /// Makes an empty list.
  ///
  /// - Parameter coordinateCount: How many coordinates a point has, at least 1.
  public init(coordinateCount: Int) {
    precondition(coordinateCount >= 1, "a point has a coordinate")
    self.coordinateCount = coordinateCount
  }

  /// Adds a point.
  ///
  /// - Parameter point: Its coordinates, finite.
  /// - Complexity: O(coordinates), amortised.
  public mutating func append(_ point: Span<Float>) {
    precondition(point.count == coordinateCount, "a point has as many coordinates as the others")
    let lanes = pointsInBlock
    let lane = count % lanes
    // Places that no point has taken yet are far from everything.
    if lane == 0 {
      blocks.append(
        contentsOf: repeatElement(Float.infinity, count: lanes * coordinateCount))
    }
    let start = count / lanes * lanes * coordinateCount
    for place in 0..<coordinateCount { blocks[start + place * lanes + lane] = point[place] }
    count += 1
  }

  /// Memory that a caller keeps from search to search.
  public struct Scratch: Sendable {
    fileprivate var found: [UInt32] = []
    fileprivate var squares: [Float] = []

    /// Empty memory.
    public init() {}
  }

  /// Finds the points near one.
  ///
  /// - Parameters:
  ///   - point: Its coordinates, finite.
  ///   - squaredDistance: How near, squared; finite.
  ///   - scratch: Memory of the caller's, to be used again.
  ///   - body: Takes the numbers of the points, from 0, ascending, and their squared distances.
  /// - Complexity: O(points · coordinates); usually only the first four of most.
  public func forEachNear(
    to point: Span<Float>, within squaredDistance: Float, scratch: inout Scratch,
    _ body: (Int, Float) -> Void
  ) {
    if count == 0 { return }
    let near = nearPoints(
      blocks, coordinateCount: coordinateCount, to: point, bound: squaredDistance,
      found: &scratch.found, squares: &scratch.squares)
    for place in 0..<near { body(Int(scratch.found[place]), scratch.squares[place]) }
  }
}
