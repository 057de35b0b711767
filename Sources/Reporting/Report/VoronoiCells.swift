/// The Voronoi cells of points in a rectangle.
///
/// A cell is cut out of the rectangle by one half-plane after the other: for each other point, nearest first,
/// the side of the perpendicular bisector on which the own point lies, until all that are left are more than
/// twice as far as the cell's farthest corner.
struct VoronoiCells {
  /// A corner.
  struct Corner: Equatable {
    var x: Double
    var y: Double
  }

  /// The corners of each point's cell, in a row around it; the cells of equal points are the same.
  let polygons: [[Corner]]

  /// Cuts the cells.
  ///
  /// - Parameters:
  ///   - points: The points, within the rectangle.
  ///   - width: The rectangle's width; it begins at 0.
  ///   - height: Its height.
  /// - Complexity: O(n² log n) for n points.
  init(points: [(x: Double, y: Double)], width: Double, height: Double) {
    let frame = [
      Corner(x: 0, y: 0), Corner(x: width, y: 0), Corner(x: width, y: height),
      Corner(x: 0, y: height),
    ]
    polygons = points.indices.map { own in
      let (x, y) = points[own]
      var others: [(square: Double, index: Int)] = []
      others.reserveCapacity(points.count)
      for index in points.indices where index != own {
        let (dx, dy) = (points[index].x - x, points[index].y - y)
        let square = dx * dx + dy * dy
        if square > 0 { others.append((square, index)) }
      }
      others.sort { $0.square == $1.square ? $0.index < $1.index : $0.square < $1.square }
      var corners = frame
      var farthest = Self.farthest(corners, x, y)
      for (square, index) in others {
        if square > 4 * farthest { break }
        let other = points[index]
        corners = Self.clip(corners, nearerTo: (x, y), than: other)
        farthest = Self.farthest(corners, x, y)
      }
      return corners
    }
  }

  /// The squared distance of the farthest corner.
  private static func farthest(_ corners: [Corner], _ x: Double, _ y: Double) -> Double {
    corners.reduce(0) { most, corner in
      let (dx, dy) = (corner.x - x, corner.y - y)
      return max(most, dx * dx + dy * dy)
    }
  }

  /// What of a convex polygon lies nearer to one point than to another (Sutherland and Hodgman 1974).
  private static func clip(
    _ corners: [Corner], nearerTo own: (x: Double, y: Double), than other: (x: Double, y: Double)
  ) -> [Corner] {
    let (a, b) = (other.x - own.x, other.y - own.y)
    let limit = a * (own.x + other.x) / 2 + b * (own.y + other.y) / 2
    func excess(_ corner: Corner) -> Double { a * corner.x + b * corner.y - limit }
    var kept: [Corner] = []
    for (place, corner) in corners.enumerated() {
      let next = corners[(place + 1) % corners.count]
      let (here, there) = (excess(corner), excess(next))
      if here <= 0 { kept.append(corner) }
      if (here < 0 && there > 0) || (here > 0 && there < 0) {
        let part = here / (here - there)
        kept.append(
          Corner(x: corner.x + part * (next.x - corner.x), y: corner.y + part * (next.y - corner.y))
        )
      }
    }
    return kept
  }
}
