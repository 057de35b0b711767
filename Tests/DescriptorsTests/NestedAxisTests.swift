import Descriptors
import Numbers
import TestSupport
import Testing

@Suite struct NestedAxisTests {
  static func specification(bins: Int) -> AxisSpecification {
    AxisSpecification(subject: .measure("n"), binCount: bins, binning: .nested)
  }

  /// A grid whose cells are given, as bins of one axis.
  static func parents(_ cells: [Int32], count: Int) throws -> Grid {
    let axis = try axis(.edges((1..<max(count, 1)).map(Double.init)), bins: count, of: [0])
    return Grid(axes: [axis], bins: [cells], sampleCount: cells.count)
  }

  @Test func `no values cannot be cut`() throws {
    for values: [Double] in [[], [.nan, .nan]] {
      let parents = try Self.parents(values.map { _ in 0 }, count: 1)
      #expect(throws: DescriptorsError.noValues(axis: "n")) {
        try Axis(fitting: Self.specification(bins: 4), to: values, within: parents)
      }
    }
  }

  @Test(arguments: 0..<40)
  func `each parent cell is cut as by quantiles of its own values`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let parentCount = Int.random(in: 1...6, using: &random)
    let bins = Int.random(in: 1...5, using: &random)
    let count = Int.random(in: 1...200, using: &random)
    let cells = (0..<count).map { _ in Int32(Int.random(in: 0..<parentCount, using: &random)) }
    let levels = [2, 10, 100_000].randomElement(using: &random) ?? 2
    var values = (0..<count).map { _ in random.coarse(levels: levels) }
    if seed.isMultiple(of: 3) {
      for index in values.indices where Int.random(in: 0..<5, using: &random) == 0 {
        values[index] = .nan
      }
      values[0] = 0.5
    }
    let parents = try Self.parents(cells, count: parentCount)
    let nested = try Axis(fitting: Self.specification(bins: bins), to: values, within: parents)
    let found = nested.bins(of: values, within: parents)
    #expect(nested.missingCount == values.count { $0.isNaN })
    #expect(nested.valueBinCount <= bins)
    var most = 1
    for parent in 0..<Int32(parentCount) {
      let own = cells.indices.filter { cells[$0] == parent }
      let present = own.map { values[$0] }.filter { !$0.isNaN }
      let edges = present.isEmpty ? [] : try axis(.quantile, bins: bins, of: present).edges
      most = max(most, edges.count + 1)
      for sample in own {
        let bin =
          values[sample].isNaN
          ? nested.valueBinCount : edges.count { $0 <= values[sample] }
        #expect(found[sample] == Int32(bin))
      }
    }
    #expect(nested.valueBinCount == most)
    #expect(nested.binCount == most + (nested.missingCount > 0 ? 1 : 0))
  }

  @Test func `cells come out near equal where values differ`() throws {
    var random = SeededGenerator(seed: 3)
    // One axis cut by mass, then two nested: of correlated values.
    let first = (0..<1000).map { _ in random.coarse(levels: 1_000_000) }
    let second = first.map { $0 * $0 + 0.01 * random.coarse(levels: 1_000_000) }
    let third = second.map { -$0 + 0.01 * random.coarse(levels: 1_000_000) }
    var axes = [try axis(.quantile, bins: 4, of: first)]
    var bins = [axes[0].bins(of: first)]
    for values in [second, third] {
      let parents = Grid(axes: axes, bins: bins, sampleCount: 1000)
      let axis = try Axis(fitting: Self.specification(bins: 5), to: values, within: parents)
      bins.append(axis.bins(of: values, within: parents))
      axes.append(axis)
    }
    let grid = Grid(axes: axes, bins: bins, sampleCount: 1000)
    #expect(grid.reachableCellCount == 100)
    var masses = [Int](repeating: 0, count: 100)
    for cell in grid.cells { masses[Int(cell)] += 1 }
    #expect(masses == [Int](repeating: 10, count: 100))
  }

  @Test func `a parent cell that was never seen has one bin`() throws {
    let seen = try Self.parents([0, 0, 0, 2, 2, 2], count: 4)
    let values: [Double] = [1, 2, 3, 30, 20, 10]
    let nested = try Axis(fitting: Self.specification(bins: 3), to: values, within: seen)
    #expect(nested.nestedEdges?.parents == [[0], [2]])
    #expect(nested.nestedEdges?.edges == [[2, 3], [20, 30]])
    let others = try Self.parents([1, 0, 2, 2, 0, 1, 3], count: 4)
    let applied = nested.applied(to: [5, 5, 5, 25, -1, 1000, .nan], within: others)
    #expect(applied.bins == [0, 2, 0, 1, 0, 0, 3])
    #expect(applied.axis.missingCount == 1)
    #expect(applied.axis.binCount == 4)
    #expect(nested.binCount == 3)
  }

  @Test func `edges that do not fit are none`() {
    #expect(NestedEdges(parents: [], edges: []) != nil)
    #expect(NestedEdges(parents: [[0], [1]], edges: [[], [1, 2]]) != nil)
    #expect(NestedEdges(parents: [[0]], edges: [[], []]) == nil)
    #expect(NestedEdges(parents: [[1], [0]], edges: [[], []]) == nil)
    #expect(NestedEdges(parents: [[0], [0]], edges: [[], []]) == nil)
    #expect(NestedEdges(parents: [[0], [0, 1]], edges: [[], []]) == nil)
    #expect(NestedEdges(parents: [[0]], edges: [[2, 2]]) == nil)
    #expect(NestedEdges(parents: [[0]], edges: [[.nan]]) == nil)
    #expect(NestedEdges(parents: [[0]], edges: [[0, .infinity]]) == nil)
  }

  @Test func `one value alone has no bin`() async {
    await #expect(processExitsWith: .failure) {
      let parents = try NestedAxisTests.parents([0], count: 1)
      let axis = try Axis(
        fitting: NestedAxisTests.specification(bins: 2), to: [1], within: parents)
      _ = axis.bin(of: 1)
    }
    await #expect(processExitsWith: .failure) {
      let parents = try NestedAxisTests.parents([0], count: 1)
      let axis = try Axis(
        fitting: NestedAxisTests.specification(bins: 2), to: [1], within: parents)
      _ = axis.bins(of: [.nan], within: parents)
    }
  }
}
