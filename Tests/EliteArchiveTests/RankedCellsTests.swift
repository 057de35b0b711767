import EliteArchive
import TestSupport
import Testing

/// The first of the total order, without the rest.
@Suite struct RankedCellsTests {
  private func leading(
    _ count: Int, of pool: SmallPool, evenness: Double, greed: Double, perCell: Int? = nil
  ) -> [Int32] {
    RankedCells(
      cells: pool.cells, cellCount: pool.cellCount,
      ranking: EliteArchive.ranking(quality: pool.quality, contentHash: pool.hashes)
    ).leading(count, evenness: evenness, greed: greed, perCell: perCell)
  }

  @Test func `an empty pool, and a pool without candidates, have none`() {
    for greed in [0, 0.5, 1] {
      #expect(
        RankedCells(cells: [], cellCount: 0, ranking: [])
          .leading(3, evenness: 1, greed: greed) == [])
      #expect(
        RankedCells(cells: [-1, -1], cellCount: 4, ranking: [1, 0])
          .leading(3, evenness: 0.5, greed: greed) == [])
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

  @Test(arguments: 0..<10)
  func `a ranking of some of the samples is as good as cells for these alone`(seed: Int) {
    var pool = SmallPool(seed: seed, count: 400, cellCount: 13)
    let ranking = EliteArchive.ranking(quality: pool.quality, contentHash: pool.hashes)
    let some = ranking.filter { $0 % 3 != 0 }
    let ranked = RankedCells(cells: pool.cells, cellCount: pool.cellCount, ranking: some)
    for sample in pool.cells.indices where sample % 3 == 0 { pool.cells[sample] = -1 }
    for (evenness, greed) in [(1, 0), (0.5, 0.4), (0.3, 1)] {
      for wanted in [1, 20, 200] {
        #expect(
          ranked.leading(wanted, evenness: evenness, greed: greed)
            == leading(wanted, of: pool, evenness: evenness, greed: greed))
      }
    }
  }

  /// Cells from one sample to some hundreds, each as good as a whole, so that places by claim and by quality have
  /// little to do with each other and greed has to look far.
  @Test(arguments: 0..<200)
  func `cells of unequal size and worth are looked at far enough`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    var pool = SmallPool(seed: seed, count: 0, cellCount: Int.random(in: 2...60, using: &random))
    for cell in 0..<pool.cellCount {
      let worth = Double.random(in: 0..<10, using: &random)
      let most = [1, 4, 40, 400].randomElement(using: &random) ?? 1
      for _ in 0..<Int.random(in: 1...most, using: &random) {
        pool.cells.append(Int32(cell))
        pool.quality.append(worth + Double.random(in: 0..<1, using: &random))
        pool.hashes.append(UInt64.random(in: 0...(.max), using: &random))
      }
    }
    for evenness in [1, 0.5, 0.2, 0] {
      let greed = Double.random(in: 0.01..<0.99, using: &random)
      let whole = pool.archive.totalOrder(evenness: evenness, greed: greed)
      for wanted in [1, 5, 20, 50, 150, 500] {
        #expect(
          leading(wanted, of: pool, evenness: evenness, greed: greed)
            == Array(whole.prefix(wanted)))
      }
    }
  }

  /// A large cell of poor samples claims as much as many good ones that are alone in theirs and tie: some of these
  /// have been looked at when the first guess ends, and the best of the others still belongs in front.
  @Test func `what ties with the last that was looked at is not forgotten`() {
    var pool = SmallPool(seed: 1, count: 0, cellCount: 1181)
    for index in 0..<1380 {
      pool.cells.append(index < 200 ? 0 : Int32(index - 199))
      pool.quality.append(Double(index < 200 ? -index : 2000 - index))
      pool.hashes.append(UInt64(index))
    }
    let found = leading(28, of: pool, evenness: 0, greed: 0.1)
    #expect(found == Array(pool.archive.totalOrder(evenness: 0, greed: 0.1).prefix(28)))
    #expect(found == Array(200..<228))
  }
}
