import EliteArchive
import TestSupport
import Testing

/// The first of the total order, without the rest.
@Suite struct LeadingTests {
  private func leading(
    _ count: Int, of pool: SmallPool, evenness: Double, greed: Double, perCell: Int? = nil
  ) -> [Int32] {
    EliteArchive.leading(
      count, cells: pool.cells, cellCount: pool.cellCount,
      ranking: EliteArchive.ranking(quality: pool.quality, contentHash: pool.hashes),
      evenness: evenness, greed: greed, perCell: perCell)
  }

  @Test func `an empty pool, and a pool without candidates, have none`() {
    for greed in [0, 0.5, 1] {
      #expect(
        EliteArchive.leading(3, cells: [], cellCount: 0, ranking: [], evenness: 1, greed: greed)
          == [])
      #expect(
        EliteArchive.leading(
          3, cells: [-1, -1], cellCount: 4, ranking: [1, 0], evenness: 0.5, greed: greed) == [])
    }
  }

  @Test(
    arguments: 0..<40,
    [
      (1, 0), (0, 0), (0.5, 0), (0.37, 0), (1, 1), (1, 0.5), (0.5, 0.2), (0, 0.9), (0.3, 0.01),
      (1, 0.99),
    ])
  func `it is the beginning of the whole order`(seed: Int, policy: (Double, Double)) {
    let sizes = [(60, 4), (200, 31), (7, 9), (900, 3), (1500, 400)]
    let (count, cellCount) = sizes[seed % sizes.count]
    let pool = SmallPool(seed: seed, count: count, cellCount: cellCount)
    let (evenness, greed) = policy
    let whole = pool.archive.totalOrder(evenness: evenness, greed: greed)
    for wanted in [0, 1, 2, 10, count / 20, count / 3, whole.count, count + 5] {
      #expect(
        leading(wanted, of: pool, evenness: evenness, greed: greed)
          == Array(whole.prefix(wanted)))
    }
  }

  @Test(arguments: 0..<30, [(1.0, 0.0), (0.5, 0), (0, 0), (0.37, 0), (1, 1), (0, 1)])
  func `capped cells send their first ones, claimed as if nothing were capped`(
    seed: Int, policy: (Double, Double)
  ) {
    let sizes = [(60, 4), (200, 31), (7, 9), (900, 3), (1500, 400)]
    let (count, cellCount) = sizes[seed % sizes.count]
    let pool = SmallPool(seed: seed, count: count, cellCount: cellCount)
    let (evenness, greed) = policy
    let archive = pool.archive
    let whole = archive.totalOrder(evenness: evenness, greed: greed)
    for perCell in [0, 1, 2, 7, 200, 5000] {
      let open = whole.filter { archive.ranks[Int($0)] <= perCell }
      for wanted in [0, 1, 2, 10, count / 20, count / 3, count + 5] {
        #expect(
          leading(wanted, of: pool, evenness: evenness, greed: greed, perCell: perCell)
            == Array(open.prefix(wanted)))
      }
    }
  }

  /// Cells of which the best all lie behind those of others, so that greed looks far.
  @Test(arguments: [0.05, 0.3, 0.7, 0.95])
  func `a cell that is worse than all others is looked at far enough`(greed: Double) {
    var random = SeededGenerator(seed: 3)
    var pool = SmallPool(seed: 1, count: 2000, cellCount: 12)
    pool.quality = pool.cells.map { Double(-10 * $0) + Double.random(in: 0..<1, using: &random) }
    for evenness in [1, 0.4] {
      let whole = pool.archive.totalOrder(evenness: evenness, greed: greed)
      for wanted in [1, 5, 50, 500] {
        #expect(
          leading(wanted, of: pool, evenness: evenness, greed: greed)
            == Array(whole.prefix(wanted)))
      }
    }
  }
}
