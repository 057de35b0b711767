import EliteArchive
import Glibc
import TestSupport
import Testing

/// A small pool with many ties.
struct SmallPool {
  var cells: [Int32]
  var cellCount: Int
  var quality: [Double]
  var hashes: [UInt64]

  init(seed: Int, count: Int, cellCount: Int) {
    var random = SeededGenerator(seed: seed)
    self.cellCount = cellCount
    cells = (0..<count).map { _ in Int32.random(in: -1..<Int32(cellCount), using: &random) }
    quality = (0..<count).map { _ in random.coarse(levels: 4) }
    hashes = (0..<count).map { _ in UInt64.random(in: 0..<8, using: &random) }
  }

  var archive: EliteArchive {
    EliteArchive(cells: cells, cellCount: cellCount, quality: quality, contentHash: hashes)
  }
}

@Suite struct TotalOrderTests {
  @Test func `an empty pool has an empty order`() {
    let archive = EliteArchive(cells: [], cellCount: 0, quality: [], contentHash: [])
    #expect(archive.totalOrder(evenness: 1, greed: 0) == [])
    #expect(archive.masses.allSatisfy { $0 == 0 })
  }

  @Test func `one sample is first`() {
    let archive = EliteArchive(cells: [0], cellCount: 1, quality: [0.5], contentHash: [9])
    #expect(archive.totalOrder(evenness: 0.3, greed: 0.7) == [0])
    #expect(archive.ranks == [1])
  }

  @Test func `a quality that is not finite is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = EliteArchive(cells: [0], cellCount: 1, quality: [.nan], contentHash: [0])
    }
  }

  @Test(arguments: 0..<30)
  func `ranks follow quality, then hash, then place`(seed: Int) {
    let pool = SmallPool(seed: seed, count: 60, cellCount: 4)
    let archive = pool.archive
    for cell in 0..<Int32(pool.cellCount) {
      let members = pool.cells.indices.filter { pool.cells[$0] == cell }
      let expected = members.sorted {
        (-pool.quality[$0], pool.hashes[$0], $0) < (-pool.quality[$1], pool.hashes[$1], $1)
      }
      #expect(Int(archive.masses[Int(cell)]) == members.count)
      #expect(expected.map { Int(archive.ranks[$0]) } == Array(1..<(members.count + 1)))
    }
    for index in pool.cells.indices where pool.cells[index] < 0 {
      #expect(archive.ranks[index] == 0)
    }
  }

  @Test(
    arguments: 0..<20, [(1.0, 0.0), (0.0, 0.0), (0.5, 0.0), (1.0, 0.3), (0.4, 0.9), (1.0, 1.0)])
  func `the order holds every candidate once, better before worse in each cell`(
    seed: Int, policy: (evenness: Double, greed: Double)
  ) {
    let pool = SmallPool(seed: seed, count: 80, cellCount: 7)
    let archive = pool.archive
    let order = archive.totalOrder(evenness: policy.evenness, greed: policy.greed)
    #expect(order.sorted() == pool.cells.indices.filter { pool.cells[$0] >= 0 }.map(Int32.init))
    var seen = [Int32](repeating: 0, count: pool.cellCount)
    for candidate in order {
      let cell = Int(pool.cells[Int(candidate)])
      seen[cell] += 1
      #expect(archive.ranks[Int(candidate)] == seen[cell])
    }
  }

  @Test(arguments: 0..<30)
  func `with full evenness every prefix fills cells level by level`(seed: Int) {
    let pool = SmallPool(seed: seed, count: 70, cellCount: 6)
    let archive = pool.archive
    var counts = [Int32](repeating: 0, count: pool.cellCount)
    for candidate in archive.totalOrder(evenness: 1, greed: 0) {
      counts[Int(pool.cells[Int(candidate)])] += 1
      let most = counts.max() ?? 0
      for cell in counts.indices where counts[cell] < archive.masses[cell] {
        #expect(counts[cell] >= most - 1)
      }
    }
  }

  @Test(arguments: 0..<30)
  func `at greed 1 quality alone decides`(seed: Int) {
    let pool = SmallPool(seed: seed, count: 50, cellCount: 5)
    let order = pool.archive.totalOrder(evenness: 1, greed: 1).map(Int.init)
    #expect(
      order
        == order.sorted {
          (-pool.quality[$0], pool.hashes[$0], $0) < (-pool.quality[$1], pool.hashes[$1], $1)
        })
  }

  /// Sizes on both sides of where the sort changes its way, and with cells of one candidate.
  @Test(arguments: 0..<30, [1, 2, 31, 40, 90, 300])
  func `greed G orders by (1 − G) u + G v, ties by quality`(seed: Int, count: Int) {
    let pool = SmallPool(seed: seed, count: count, cellCount: 1 + count / 8)
    let archive = pool.archive
    /// Better quality, then smaller hash, then the earlier.
    func isBetter(_ left: Int, _ right: Int) -> Bool {
      (-pool.quality[left], pool.hashes[left], left)
        < (-pool.quality[right], pool.hashes[right], right)
    }
    let byQuality = pool.cells.indices.filter { pool.cells[$0] >= 0 }.sorted(by: isBetter)
    let v = Dictionary(
      uniqueKeysWithValues: byQuality.enumerated().map { ($0.element, $0.offset + 1) })
    for evenness in [1, 0.5, 0] {
      // The squares of priorities, (2i − 1)² / N^(2 − 2E), in whole numbers: no rounding makes or breaks a tie.
      var priorities = [(over: Int, under: Int)](repeating: (0, 1), count: pool.cells.count)
      for members in Dictionary(grouping: byQuality, by: { pool.cells[$0] }).values {
        let under = (0..<Int(2 - 2 * evenness)).reduce(1) { product, _ in product * members.count }
        for (place, member) in members.enumerated() {
          priorities[member] = ((2 * place + 1) * (2 * place + 1), under)
        }
      }
      let byClaim = byQuality.sorted {
        let (left, right) = (priorities[$0], priorities[$1])
        let (one, other) = (left.over * right.under, right.over * left.under)
        return one != other ? one < other : isBetter($0, $1)
      }
      let u = Dictionary(
        uniqueKeysWithValues: byClaim.enumerated().map { ($0.element, $0.offset + 1) })
      // Quarters, so that keys are exact and ties are ties.
      for greed in [0, 0.25, 0.5, 0.75, 1] {
        func key(_ index: Int) -> Double {
          (1 - greed) * Double(u[index, default: 0]) + greed * Double(v[index, default: 0])
        }
        let expected = byQuality.sorted {
          key($0) != key($1) ? key($0) < key($1) : isBetter($0, $1)
        }
        let order = archive.totalOrder(evenness: evenness, greed: greed)
        #expect(order.map(Int.init) == expected, "evenness \(evenness), greed \(greed)")
      }
    }
  }

  /// Every way to take `budget` candidates, as counts a cell, each cell sending its best.
  static func allocations(_ masses: [Int32], budget: Int) -> [[Int]] {
    guard let first = masses.first else { return budget == 0 ? [[]] : [] }
    return (0...min(Int(first), budget)).flatMap { taken in
      allocations(Array(masses.dropFirst()), budget: budget - taken).map { [taken] + $0 }
    }
  }

  @Test(arguments: 0..<25, [1.0, 0.5, 0.0])
  func `every prefix is optimal among all allocations`(seed: Int, evenness: Double) {
    let pool = SmallPool(seed: seed, count: 14, cellCount: 3)
    let archive = pool.archive
    let order = archive.totalOrder(evenness: evenness, greed: 0)
    let claims = archive.masses.map { pow(Double($0), 1 - evenness) }
    func cost(_ counts: [Int]) -> Double {
      zip(counts, claims).reduce(0) { $0 + ($1.0 == 0 ? 0 : Double($1.0 * $1.0) / (2 * $1.1)) }
    }
    /// The summed quality of each cell's best.
    func quality(_ counts: [Int]) -> Double {
      archive.byQuality.reduce(0) { sum, candidate in
        let index = Int(candidate)
        return Int(archive.ranks[index]) <= counts[Int(pool.cells[index])]
          ? sum + pool.quality[index] : sum
      }
    }
    for budget in 0...order.count {
      var counts = [Int](repeating: 0, count: pool.cellCount)
      for candidate in order.prefix(budget) { counts[Int(pool.cells[Int(candidate)])] += 1 }
      let all = Self.allocations(archive.masses, budget: budget)
      let best = all.map(cost).min() ?? 0
      #expect(abs(cost(counts) - best) < 1e-9)
      let bestQuality = all.filter { cost($0) < best + 1e-9 }.map(quality).max() ?? 0
      #expect(abs(quality(counts) - bestQuality) < 1e-9)
    }
  }
}
