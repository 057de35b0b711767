import EliteArchive
import Selection
import TestSupport
import Testing

@Suite struct SpenderTests {
  @Test(arguments: 0..<60)
  func `subsets of rising limits contain each other and none is above its limit`(
    seed: Int
  ) throws {
    let pool = RedundancyTests.Case(seed: seed)
    var random = SeededGenerator(seed: seed + 900)
    let isCosted = Bool.random(using: &random)
    let isCloseLookedAt = Bool.random(using: &random)
    var spender = Spender(
      cells: pool.cells, cellCount: pool.cellCount,
      perCell: [nil, 3][Int.random(in: 0..<2, using: &random)],
      costs: isCosted ? pool.costs : nil,
      redundancy: isCloseLookedAt ? try pool.redundancy(0.9) : nil)
    var before: [Int32] = []
    for limit in [0, 3, 10, 30, 200] {
      let spending = try spender.spend(upTo: limit, along: pool.order)
      #expect(spending.spent <= limit)
      #expect(Array(spending.selected.prefix(before.count)) == before)
      #expect(Set(spending.selected).count == spending.selected.count)
      let cost = spending.selected.reduce(0) { $0 + (isCosted ? Int(pool.costs[Int($1)]) : 1) }
      #expect(cost == spending.spent)
      for sample in pool.order {
        let isSelected = spending.outcomes[Int(sample)] == .selected
        #expect(isSelected == spending.selected.contains(sample))
        // Nothing is left that would fit.
        if spending.outcomes[Int(sample)] == .outranked {
          #expect(spending.spent + (isCosted ? Int(pool.costs[Int(sample)]) : 1) > limit)
        }
      }
      before = spending.selected
    }
  }

  @Test(arguments: 0..<40)
  func `without redundancy a later limit buys what it would have bought at once`(
    seed: Int
  ) throws {
    let pool = RedundancyTests.Case(seed: seed)
    for perCell in [nil, 2, 5] {
      var spender = Spender(
        cells: pool.cells, cellCount: pool.cellCount, perCell: perCell, costs: nil)
      for limit in [0, 5, 17, 40] {
        let step = try spender.spend(upTo: limit, along: pool.order)
        let whole = Spending(
          limit: limit, along: pool.order, cells: pool.cells, cellCount: pool.cellCount,
          perCell: perCell, costs: nil)
        #expect(step.selected == whole.selected && step.outcomes == whole.outcomes)
      }
    }
  }

  @Test(arguments: 0..<30)
  func `what is capped in any case need not stand in the order`(seed: Int) throws {
    let pool = MethodTests.Pool(seed: seed, count: seed * 7)
    let ranking = EliteArchive.ranking(quality: pool.quality, contentHash: pool.hashes)
    let whole = pool.archive.totalOrder(evenness: 0.5, greed: 0)
    for (perCell, limit) in [(0, 9), (1, 300), (1, 4), (3, 30), (3, 300), (400, 20)] {
      var spender = Spender(
        cells: pool.cells, cellCount: MethodTests.Pool.cellCount, perCell: perCell, costs: nil)
      let expected = try spender.spend(upTo: limit, along: whole)
      let leading = RankedCells(
        cells: pool.cells, cellCount: MethodTests.Pool.cellCount, ranking: ranking
      ).leading(limit, evenness: 0.5, greed: 0, perCell: perCell)
      var short = Spender(
        cells: pool.cells, cellCount: MethodTests.Pool.cellCount, perCell: perCell, costs: nil)
      short.cap(ranking)
      let found = try short.spend(upTo: limit, along: leading)
      #expect(found.selected == expected.selected)
      // Behind the order nobody was asked.
      let outcomes = expected.outcomes.map { outcome -> Spending.Outcome in
        outcome == .outranked ? .none : outcome
      }
      #expect(found.outcomes == outcomes)
    }
  }

  @Test func `samples that are taken come first, count in their cell and cost`() throws {
    var spender = Spender(
      cells: [0, 0, 0, 1, 1], cellCount: 2, perCell: 2, costs: [4, 1, 1, 1, 1])
    try spender.take([0])
    let spending = try spender.spend(upTo: 7, along: [1, 3, 0, 2, 4])
    #expect(spending.selected == [0, 1, 3, 4])
    #expect(spending.outcomes == [.selected, .selected, .capped, .selected, .selected])
    #expect(spending.spent == 7)
  }

  @Test func `what is taken is chosen however close it is, and others are redundant to it`() throws
  {
    var spender = Spender(
      cells: [0, 0, 0], cellCount: 1, perCell: nil, costs: nil,
      redundancy: try Redundancy(
        threshold: 0.9, dimension: 1, cellCount: 1, order: [0, 1, 2], neighbours: { _ in [] },
        vectors: { _, output in output[0] = 1 }))
    try spender.take([1, 2])
    let spending = try spender.spend(upTo: 3, along: [0, 1, 2])
    #expect(spending.selected == [1, 2])
    #expect(spending.outcomes == [.redundant, .selected, .selected])
    #expect(spending.twins == [1, -1, -1])
  }
}
