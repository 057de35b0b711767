/// Points over two numbers, each with the mark of its class.
public struct ScatterPlot: Sendable, Equatable {
  /// A point; one that is not finite is counted and not drawn.
  public struct Point: Sendable, Equatable {
    /// Across.
    public var x: Double
    /// Up.
    public var y: Double
    /// The place of its class.
    public var kind: Int

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - x: Across.
    ///   - y: Up.
    ///   - kind: The place of its class.
    public init(x: Double, y: Double, kind: Int = 0) {
      self.x = x
      self.y = y
      self.kind = kind
    }
  }

  /// What is shown, on lines of its own.
  public var title: String
  /// What runs across.
  public var xName: String
  /// What runs up.
  public var yName: String
  /// What the classes are called, one to `kindLimit`; where points of several share a place, the mark of
  /// the last of these stands there.
  public var kinds: [String]
  /// The points.
  public var points: [Point]

  /// How many classes there may be.
  public static let kindLimit = 4
  /// How many rows the picture has.
  public static let rowCount = 16
  private static let marks = ["·", "○", "●", "◆"]
  private static let plainMarks = [".", "o", "#", "@"]
  private static let colours = [244, 31, 178, 167]

  /// Makes a plot.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - xName: What runs across.
  ///   - yName: What runs up.
  ///   - kinds: What the classes are called, 1 to `kindLimit`.
  ///   - points: The points.
  /// - Precondition: Every point has one of the classes.
  public init(title: String, xName: String, yName: String, kinds: [String], points: [Point]) {
    precondition(
      (1...Self.kindLimit).contains(kinds.count), "a plot has one to \(Self.kindLimit) classes")
    precondition(
      points.allSatisfy { kinds.indices.contains($0.kind) }, "a point has one of the classes")
    self.title = title
    self.xName = xName
    self.yName = yName
    self.kinds = kinds
    self.points = points
  }

  /// The picture, each line with its line end.
  ///
  /// - Parameter style: How it is drawn.
  /// - Returns: Lines of at most the style's width.
  /// - Complexity: O(n) for n points.
  public func text(_ style: PictureStyle) -> String {
    var lines = PictureLines()
    lines.add(title: title, style)
    let drawn = points.filter { $0.x.isFinite && $0.y.isFinite }
    let xs = Span(drawn.map(\.x))
    let ys = Span(drawn.map(\.y))
    guard let xs, let ys else {
      lines.add("  no points")
      return lines.text
    }
    let heads = [figure(ys.high), figure(ys.low)]
    let left = heads.map(\.count).max() ?? 1
    let width = max(8, style.width - left - 2)
    var kindAt = [Int](repeating: -1, count: width * Self.rowCount)
    for point in drawn {
      let column = xs.place(of: point.x, among: width)
      let row = Self.rowCount - 1 - ys.place(of: point.y, among: Self.rowCount)
      kindAt[row * width + column] = max(kindAt[row * width + column], point.kind)
    }
    lines.add(lineText(yName, style))
    let rail = style.isPlain ? "|" : "│"
    for row in 0..<Self.rowCount {
      let head = row == 0 ? heads[0] : row == Self.rowCount - 1 ? heads[1] : ""
      var line = fitted(head, to: left, style, isRight: true) + " " + rail
      for kind in kindAt[row * width..<(row + 1) * width] {
        line += kind < 0 ? " " : mark(kind, style)
      }
      lines.add(line)
    }
    let corner = style.isPlain ? "+" : "└"
    let floor = style.isPlain ? "-" : "─"
    lines.add(
      String(repeating: " ", count: left + 1) + corner + String(repeating: floor, count: width))
    let ends = (figure(xs.low), figure(xs.high))
    let name = fitted(
      " " + lineText(xName, style), to: max(0, width - ends.0.count - ends.1.count - 1), style)
    lines.add(String(repeating: " ", count: left + 2) + ends.0 + name + " " + ends.1)
    let counts = kinds.indices.map { kind in drawn.count { $0.kind == kind } }
    var parts = kinds.indices.map { kind in
      "\(mark(kind, style)) \(lineText(kinds[kind], style)) (\(grouped(counts[kind])))"
    }
    if drawn.count < points.count {
      parts.append("\(grouped(points.count - drawn.count)) without a value are not drawn")
    }
    lines.add(
      parts: parts.enumerated().map { $1 + ($0 == parts.count - 1 ? "" : ",") }, lead: "", style)
    return lines.text
  }

  private func mark(_ kind: Int, _ style: PictureStyle) -> String {
    style.isPlain
      ? Self.plainMarks[kind] : style.coloured(Self.marks[kind], Self.colours[kind])
  }

  /// From the least to the largest of some numbers.
  private struct Span {
    let low: Double
    let high: Double

    init?(_ values: [Double]) {
      guard let low = values.min(), let high = values.max() else { return nil }
      self.low = low
      self.high = high
    }

    /// The place of a number among so many, in the middle where all numbers are one.
    func place(of value: Double, among count: Int) -> Int {
      // Halves, so that the widest range of doubles has a finite width.
      let width = high / 2 - low / 2
      guard width > 0 else { return count / 2 }
      return min(count - 1, Int((value / 2 - low / 2) / width * Double(count)))
    }
  }
}
