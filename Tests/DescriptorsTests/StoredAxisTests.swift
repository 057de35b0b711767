import Descriptors
import LinearAlgebra
import TestSupport
import Testing

/// Axes kept, made again and applied to other samples.
@Suite struct StoredAxisTests {
  static func specification(_ binning: AxisSpecification.Binning) -> AxisSpecification {
    let subject: AxisSpecification.Subject =
      switch binning {
      case .category: .column("kind")
      case .cvt: .topics
      default: .measure("m")
      }
    return AxisSpecification(subject: subject, binCount: 3, binning: binning)
  }

  /// An axis made again of what can be read off it.
  static func stored(_ axis: Axis) throws -> Axis {
    try Axis(
      stored: axis.specification, edges: axis.edges, nestedEdges: axis.nestedEdges,
      centroids: axis.centroids.map { try KMeans(centroids: $0.centroids) }, labels: axis.labels,
      range: axis.range, clippedCount: axis.clippedCount, missingCount: axis.missingCount)
  }

  static let centroids = Matrix(rowCount: 3, columnCount: 2)

  @Test func `an axis of stored facts is the axis`() throws {
    var random = SeededGenerator(seed: 1)
    let values = (0..<100).map { _ in random.coarse(levels: 40) } + [.nan]
    for binning: AxisSpecification.Binning in [.uniform, .quantile, .log, .edges([0.1, 0.4])] {
      let axis = try axis(binning, bins: 5, of: values)
      #expect(try Self.stored(axis) == axis)
    }
    let category = Axis(
      category: Self.specification(.category), labels: ["", "Z", "cafe\u{301}", "caf\u{E9}"],
      missingCount: 3)
    #expect(try Self.stored(category) == category)
    let cells = Axis(
      cells: Self.specification(.cvt), centroids: try KMeans(centroids: Self.centroids))
    #expect(try Self.stored(cells) == cells)
    #expect(cells.binCount == 3)
    let parents = Grid(axes: [category], bins: [[0, 0, 1, 4]], sampleCount: 4)
    let nested = try Axis(
      fitting: Self.specification(.nested), to: [1, 2, 3, .nan], within: parents)
    #expect(try Self.stored(nested) == nested)
  }

  @Test func `facts that do not fit together are refused`() throws {
    let centroids = try KMeans(centroids: Self.centroids)
    let nested = NestedEdges(parents: [[0]], edges: [[1]])
    let attempts: [() throws -> Axis] = [
      { try Self.make(.quantile, edges: [2, 1]) }, { try Self.make(.quantile, edges: [1, 1]) },
      { try Self.make(.quantile, edges: [.nan]) }, { try Self.make(.quantile, labels: ["a"]) },
      { try Self.make(.uniform, centroids: centroids) }, { try Self.make(.cvt) },
      { try Self.make(.cvt, edges: [1], centroids: centroids) }, { try Self.make(.nested) },
      { try Self.make(.nested, edges: [1], nested: nested) },
      { try Self.make(.log, nested: nested) }, { try Self.make(.category, edges: [1]) },
      { try Self.make(.category, labels: ["b", "a"]) },
      { try Self.make(.category, labels: ["a", "a"]) },
      { try Self.make(.category, labels: ["a"], clipped: -1) },
      { try Self.make(.category, labels: ["a"], missing: -1) },
    ]
    for attempt in attempts {
      #expect {
        _ = try attempt()
      } throws: { error in
        if case DescriptorsError.inconsistentAxis = error { true } else { false }
      }
    }
  }

  private static func make(
    _ binning: AxisSpecification.Binning, edges: [Double] = [], nested: NestedEdges? = nil,
    centroids: KMeans? = nil, labels: [String] = [], clipped: Int = 0, missing: Int = 0
  ) throws -> Axis {
    try Axis(
      stored: specification(binning), edges: edges, nestedEdges: nested, centroids: centroids,
      labels: labels, range: nil, clippedCount: clipped, missingCount: missing)
  }

  @Test func `values beyond the range are clipped and counted anew`() throws {
    let fitted = try axis(.uniform, bins: 4, of: (0...100).map(Double.init))
    #expect(fitted.clippedCount == 2)
    let applied = fitted.applied(to: [-500, 1, 50, 99, 99.5, .nan, .nan])
    #expect(applied.bins == [0, 0, 2, 3, 3, 4, 4])
    #expect(applied.axis.clippedCount == 2)
    #expect(applied.axis.missingCount == 2)
    #expect(applied.axis.binCount == 5)
    #expect(applied.axis.edges == fitted.edges)
  }

  @Test func `a label that the axis does not know goes to the bin of missing ones`() {
    let axis = Axis(
      category: Self.specification(.category), labels: ["", "Z", "cafe\u{301}", "caf\u{E9}"],
      missingCount: 0)
    let labels = ["Z", "", "caf\u{E9}", "cafe\u{301}", "a", "ZZ", "\u{10FFFF}"]
    let values = axis.values(ofLabels: labels.map { Array($0.utf8) })
    #expect(values.prefix(4) == [1, 0, 3, 2])
    #expect(values.dropFirst(4).allSatisfy { $0.isNaN })
    let applied = axis.applied(to: values)
    #expect(applied.bins == [1, 0, 3, 2, 4, 4, 4])
    #expect(applied.axis.missingCount == 3)
    let none = Axis(category: Self.specification(.category), labels: [], missingCount: 1)
    #expect(none.values(ofLabels: [[], [65]]).allSatisfy { $0.isNaN })
  }

  @Test func `a cell of a cvt axis is that of the nearest centroid`() throws {
    let matrix = try Matrix(rowCount: 3, columnCount: 2, elements: [0, 0, 4, 0, 0, 4])
    let axis = Axis(cells: Self.specification(.cvt), centroids: try KMeans(centroids: matrix))
    let rows: [Float] = [1, 1, 9, 3, 0, 9, 0, 3, 9, 2, 0, 9]
    let applied = try axis.applied(toRows: rows, stride: 3, threads: 2)
    #expect(applied.bins == [0, 1, 2, 0])
    #expect(applied.axis == axis)
    #expect(throws: LinearAlgebraError.notFinite(row: 1)) {
      try axis.applied(toRows: [0, 0, .nan, 0], stride: 2, threads: 1)
    }
  }
}
