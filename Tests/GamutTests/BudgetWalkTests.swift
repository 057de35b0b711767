import Selection
import TestSupport
import Testing

@testable import Gamut

/// Budgets at which a sample is bought, against trying all of them.
@Suite struct BudgetWalkTests {
  @Test(arguments: 0..<40)
  func `the nearest budget that buys, or does not, is found among all`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...9, using: &random)
    let cells = (0...count).map { _ in Int32.random(in: 0..<3, using: &random) }
    let costs = (0...count).map { _ in UInt32.random(in: 0...12, using: &random) }
    let perCell = [nil, 1, 2][seed % 3]
    let walk = BudgetWalk(
      ahead: (0..<count).map { (Int(cells[$0]), Int(costs[$0])) }, cell: Int(cells[count]),
      cost: Int(costs[count]), perCell: perCell, cellCount: 3)
    let most = costs.reduce(0) { $0 + Int($1) } + 2
    let isBought = (0...most).map { limit in
      Spending(
        limit: limit, along: (0...count).map { Int32($0) }, cells: cells, cellCount: 3,
        perCell: perCell, costs: costs
      ).outcomes[count] == .selected
    }
    for budget in 0...most {
      let least = (budget...most).first { isBought[$0] }
      #expect(walk.leastBuying(from: budget) == least.map { .budget($0) } ?? .none)
      let largest = (0...budget).last { !isBought[$0] }
      #expect(walk.largestNotBuying(from: budget) == largest.map { .budget($0) } ?? .none)
    }
  }

  @Test func `a search that takes too long says how far it came`() {
    // One of each cost up to a thousand: every budget changes what fits.
    let costs = (1...1000).reversed()
    let ahead = (0..<40).flatMap { _ in costs.map { (cell: 0, cost: $0) } }
    let walk = BudgetWalk(ahead: ahead, cell: 0, cost: 20_000_000, perCell: nil, cellCount: 1)
    guard case .unknown(let through) = walk.leastBuying(from: 0, workLimit: 1_000_000) else {
      Issue.record("it was not given up")
      return
    }
    #expect(through > 0 && through < 20_000_000)
  }
}
