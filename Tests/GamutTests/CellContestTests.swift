import EliteArchive
import TestSupport
import Testing

@testable import Gamut

/// A place that is counted is the one that sorting gives.
@Suite struct CellContestTests {
  @Test(arguments: 0..<20)
  func `a sample's counted place is its place in the order, for any quality and evenness`(
    seed: Int
  ) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...60, using: &random)
    let cellCount = Int.random(in: 1...8, using: &random)
    let cells = (0..<count).map { _ in Int32.random(in: -1..<Int32(cellCount), using: &random) }
    let quality = (0..<count).map { _ in random.coarse(levels: 6) }
    let hashes = (0..<count).map { _ in UInt64.random(in: 0..<20, using: &random) }
    let sample = Int.random(in: 0..<count, using: &random)
    let cell = max(0, Int(cells[sample]))
    let archive = EliteArchive(
      cells: cells, cellCount: cellCount, quality: quality, contentHash: hashes)
    for isByQuality in [false, true] {
      let contest = CellContest(
        of: sample, in: cell, archive: archive, quality: quality, contentHash: hashes,
        isByQuality: isByQuality)
      for value in [-1, 0, 0.1, 0.5, 2.0 / 3, 1, 2] {
        var changed = quality
        changed[sample] = value
        var changedCells = cells
        changedCells[sample] = Int32(cell)
        let sorted = EliteArchive(
          cells: changedCells, cellCount: cellCount, quality: changed, contentHash: hashes)
        let ahead = contest.countAhead(at: value)
        #expect(sorted.byQuality[ahead] == Int32(sample))
        for (evenness, perCell) in [(1.0, nil), (0, nil), (0.37, 2), (1, 1), (0.5, nil)] {
          let order = sorted.totalOrder(evenness: evenness, greed: isByQuality ? 1 : 0)
          let before = order.prefix { $0 != Int32(sample) }.count {
            perCell == nil || sorted.ranks[Int($0)] <= Int32(perCell ?? 0)
          }
          let standing = contest.standing(ahead: ahead, evenness: evenness, perCell: perCell)
          #expect(standing.rank == Int(sorted.ranks[sample]))
          #expect(standing.countBefore == before)
        }
      }
    }
  }
}
