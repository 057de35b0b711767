import Descriptors
import TestSupport
import Testing

@Suite struct GridTests {
  /// An axis with the edges 1, 2, …, so that the bin of a small whole number is that number.
  static func whole(bins: Int, missing: Bool = false) throws -> Axis {
    try axis(
      .edges((1..<max(bins, 1)).map(Double.init)), bins: bins, of: missing ? [0, .nan] : [0])
  }

  @Test func `no samples reach no cell`() throws {
    let grid = try Grid(axes: [Self.whole(bins: 4)], sampleCount: 0) { _, _ in 0 }
    #expect(grid.reachableCellCount == 0)
    #expect(grid.cells == [])
    #expect(grid.possibleCellCount == 4)
  }

  @Test func `without axes there is one cell`() throws {
    let grid = Grid(axes: [], sampleCount: 3) { _, _ in 0 }
    #expect(grid.cells == [0, 0, 0])
    #expect(grid.reachableCellCount == 1)
    #expect(grid.possibleCellCount == 1)
    #expect(grid.bins(ofCell: 0) == [])
  }

  @Test(arguments: 0..<30)
  func `cells are numbered densely, in the order of their bins, by table and by search`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let radices = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      Int.random(in: 1...6, using: &random)
    }
    let samples = (0..<Int.random(in: 1...80, using: &random)).map { _ in
      radices.map { Double(Int.random(in: 0..<$0, using: &random)) }
    }
    // The same samples on axes with a thousand more bins that nobody reaches: there a table is too
    // large, so the cells are numbered by search.
    for axes in [
      try radices.map { try Self.whole(bins: $0) },
      try radices.map { try Self.whole(bins: $0 + 2000) },
    ] {
      let grid = Grid(axes: axes, sampleCount: samples.count) { samples[$0][$1] }
      let tuples = Set(samples.map { $0.map(Int.init) }).sorted { $0.lexicographicallyPrecedes($1) }
      #expect(grid.reachableCellCount == tuples.count)
      for cell in tuples.indices { #expect(grid.bins(ofCell: cell) == tuples[cell]) }
      for (sample, cell) in grid.cells.enumerated() {
        #expect(tuples[Int(cell)] == samples[sample].map(Int.init))
      }
    }
  }

  @Test func `far more possible cells than a 32-bit number can count`() throws {
    let axes = try (0..<4).map { _ in try Self.whole(bins: 5000) }
    let values: [[Double]] = [[4999, 4999, 4999, 4999], [0, 0, 0, 0], [4999, 4999, 4999, 4998]]
    let grid = Grid(axes: axes, sampleCount: 3) { values[$0][$1] }
    #expect(grid.possibleCellCount == 625e12)
    #expect(grid.cells == [2, 0, 1])
    #expect(grid.bins(ofCell: 2) == [4999, 4999, 4999, 4999])
    #expect(grid.bins(ofCell: 1) == [4999, 4999, 4999, 4998])
  }

  @Test(arguments: 0..<10)
  func `far more possible cells than a 64-bit number can count`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let axes = try (0..<12).map { _ in try Self.whole(bins: 5000) }
    // Few values an axis, so that cells are shared; large ones, so that every digit counts.
    let samples = (0..<200).map { _ in
      axes.map { _ in Double(Bool.random(using: &random) ? 4999 : 4998) }
    }
    let shared = samples + samples.prefix(50)
    let grid = Grid(axes: axes, sampleCount: shared.count) { shared[$0][$1] }
    let tuples = Set(samples.map { $0.map(Int.init) }).sorted { $0.lexicographicallyPrecedes($1) }
    #expect(grid.reachableCellCount == tuples.count)
    for (sample, cell) in grid.cells.enumerated() {
      #expect(tuples[Int(cell)] == shared[sample].map(Int.init))
      #expect(grid.bins(ofCell: Int(cell)) == tuples[Int(cell)])
    }
  }

  @Test func `missing values have cells of their own`() throws {
    let axes = [try Self.whole(bins: 2, missing: true), try Self.whole(bins: 2)]
    let values: [[Double]] = [[.nan, 0], [1, 1], [.nan, 0], [0, 0]]
    let grid = Grid(axes: axes, sampleCount: 4) { values[$0][$1] }
    #expect(grid.possibleCellCount == 6)
    #expect(grid.cells == [2, 1, 2, 0])
    #expect(grid.bins(ofCell: 2) == [2, 0])
  }

  @Test func `a missing value without a bin for it is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = try Grid(axes: [GridTests.whole(bins: 2)], sampleCount: 1) { _, _ in .nan }
    }
  }
}

extension Grid {
  /// A grid of values that a closure gives (sample, axis).
  init(
    axes: [Axis], sampleCount: Int, value: (Int, Int) -> Double
  ) {
    let bins = axes.indices.map { axis in
      axes[axis].bins(of: (0..<sampleCount).map { value($0, axis) })
    }
    self.init(axes: axes, bins: bins, sampleCount: sampleCount)
  }
}
