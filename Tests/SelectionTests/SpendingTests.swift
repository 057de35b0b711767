import Selection
import TestSupport
import Testing

@Suite struct SpendingTests {
  /// A random order over some of a pool, with cells and costs.
  struct Case {
    var cells: [Int32]
    var cellCount: Int
    var order: [Int32]
    var costs: [UInt32]

    init(seed: Int) {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...60, using: &random)
      let cellCount = Int.random(in: 1...6, using: &random)
      self.cellCount = cellCount
      cells = (0..<count).map { _ in Int32.random(in: -1..<Int32(cellCount), using: &random) }
      costs = (0..<count).map { _ in UInt32.random(in: 0...9, using: &random) }
      order = cells.indices.filter { [cells] in cells[$0] >= 0 }.map(Int32.init)
        .shuffled(using: &random)
    }

    func spend(_ limit: Int, perCell: Int? = nil, isCosted: Bool = true) -> Spending {
      Spending(
        limit: limit, along: order, cells: cells, cellCount: cellCount, perCell: perCell,
        costs: isCosted ? costs : nil)
    }
  }

  static func spend(
    _ limit: Int, cells: [Int32], perCell: Int? = nil, costs: [UInt32]? = nil
  ) -> Spending {
    Spending(
      limit: limit, along: cells.indices.map(Int32.init), cells: cells,
      cellCount: Int(cells.max() ?? -1) + 1, perCell: perCell, costs: costs)
  }

  @Test func `an empty order buys nothing`() {
    let spending = Self.spend(10, cells: [])
    #expect(spending.outcomes == [])
    #expect(spending.selected == [])
    #expect(spending.spent == 0)
  }

  @Test func `a limit of 0 buys what is free, and only that`() {
    #expect(Self.spend(0, cells: [0, 0]).outcomes == [.outranked, .outranked])
    let free = Self.spend(0, cells: [0, 0, 0], costs: [3, 0, 1])
    #expect(free.outcomes == [.outranked, .selected, .outranked])
    #expect(free.spent == 0)
  }

  @Test func `a limit beyond the pool buys all of it`() {
    let spending = Self.spend(99, cells: [0, 1, 0])
    #expect(spending.selected == [0, 1, 2])
    #expect(spending.spent == 3)
  }

  @Test func `a negative limit is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) { _ = SpendingTests.spend(-1, cells: [0]) }
  }

  @Test func `who is not in the order has no outcome`() {
    let spending = Spending(
      limit: 1, along: [2, 0], cells: [0, -1, 0], cellCount: 1, perCell: nil, costs: nil)
    #expect(spending.outcomes == [.outranked, .none, .selected])
    #expect(spending.selected == [2])
  }

  @Test func `what does not fit is passed over and the next is tried`() {
    let spending = Self.spend(10, cells: [0, 0, 0, 0, 0], costs: [6, 5, 4, 1, 0])
    #expect(spending.outcomes == [.selected, .outranked, .selected, .outranked, .selected])
    #expect(spending.spent == 10)
  }

  @Test func `costs near 2^32 add up without overflow`() {
    let most = UInt32.max
    let spending = Self.spend(3 * Int(most), cells: [0, 0, 0, 0], costs: [most, most, most, most])
    #expect(spending.selected == [0, 1, 2])
    #expect(spending.spent == 3 * Int(most))
  }

  @Test(arguments: 0..<60, [nil, 0, 1, 3] as [Int?])
  func `never above the limit, and nothing is left that would fit`(seed: Int, perCell: Int?) {
    let given = Case(seed: seed)
    for limit in [0, 1, 7, 20, 100, 1000] {
      let spending = given.spend(limit, perCell: perCell)
      let spent = spending.selected.reduce(0) { $0 + Int(given.costs[Int($1)]) }
      #expect(spent == spending.spent)
      #expect(spent <= limit)
      var sent = [Int](repeating: 0, count: given.cellCount)
      for sample in spending.selected { sent[Int(given.cells[Int(sample)])] += 1 }
      for (sample, outcome) in spending.outcomes.enumerated() {
        switch outcome {
        case .none: #expect(given.cells[sample] < 0)
        case .redundant: Issue.record("nobody looks for redundancy here")
        case .selected: #expect(spending.selected.contains(Int32(sample)))
        case .outranked:
          #expect(Int(given.costs[sample]) > limit - spent)
        case .capped:
          #expect(sent[Int(given.cells[sample])] == perCell)
        }
      }
      #expect(sent.allSatisfy { $0 <= perCell ?? .max })
      #expect(spending.outcomes.count { $0 == .selected } == spending.selected.count)
      let places = spending.selected.compactMap { given.order.firstIndex(of: $0) }
      #expect(places == places.sorted())
    }
  }

  @Test(arguments: 0..<40, [nil, 1, 3] as [Int?])
  func `in samples a smaller budget buys a prefix of a larger one`(seed: Int, perCell: Int?) {
    let given = Case(seed: seed)
    let all = given.spend(1000, perCell: perCell, isCosted: false)
    for limit in 0...all.selected.count {
      let spending = given.spend(limit, perCell: perCell, isCosted: false)
      #expect(spending.selected == Array(all.selected.prefix(limit)))
      #expect(spending.spent == limit)
    }
  }

  @Test(arguments: 0..<40, [1, 2, 5])
  func `in samples capped is who stands behind as many of the cell, whatever the limit`(
    seed: Int, perCell: Int
  ) {
    let given = Case(seed: seed)
    for limit in [0, 1, 5, 1000] {
      let spending = given.spend(limit, perCell: perCell, isCosted: false)
      var before = [Int](repeating: 0, count: given.cellCount)
      for candidate in given.order {
        let cell = Int(given.cells[Int(candidate)])
        #expect((spending.outcomes[Int(candidate)] == .capped) == (before[cell] >= perCell))
        before[cell] += 1
      }
    }
  }

  @Test func `a cell whose first does not fit keeps its turn`() {
    let spending = Self.spend(5, cells: [0, 0, 0], perCell: 1, costs: [9, 5, 1])
    #expect(spending.outcomes == [.outranked, .selected, .capped])
  }

  @Test func `who comes after the last token is outranked unless the cell is full`() {
    // The second ends the budget exactly; cell 1 has sent nothing, so its free sample still goes.
    let spending = Self.spend(5, cells: [0, 0, 1, 1, 0], perCell: 1, costs: [5, 5, 2, 0, 0])
    #expect(spending.outcomes == [.selected, .capped, .outranked, .selected, .capped])
  }

  // MARK: Nested limits

  @Test(arguments: 0..<80, [nil, 1, 3] as [Int?])
  func `a larger limit with the smaller one's purchase contains it and leaves nothing that fits`(
    seed: Int, perCell: Int?
  ) {
    let given = Case(seed: seed)
    var random = SeededGenerator(seed: 1000 + seed)
    var last: Spending?
    var limit = 0
    for _ in 0..<5 {
      limit += Int.random(in: 0...40, using: &random)
      let spending = Spending(
        limit: limit, along: given.order, cells: given.cells, cellCount: given.cellCount,
        perCell: perCell, costs: given.costs, including: last)
      #expect(spending.spent == spending.selected.reduce(0) { $0 + Int(given.costs[Int($1)]) })
      #expect(spending.spent <= limit && Set(spending.selected).count == spending.selected.count)
      // The smaller subset comes first, as it was bought; then the rest, along the order.
      let before = last?.selected ?? []
      #expect(Array(spending.selected.prefix(before.count)) == before)
      let places = spending.selected.dropFirst(before.count).compactMap {
        given.order.firstIndex(of: $0)
      }
      #expect(places == places.sorted())
      var sent = [Int](repeating: 0, count: given.cellCount)
      for sample in spending.selected { sent[Int(given.cells[Int(sample)])] += 1 }
      #expect(sent.allSatisfy { $0 <= perCell ?? .max })
      for (sample, outcome) in spending.outcomes.enumerated() {
        switch outcome {
        case .none: #expect(given.cells[sample] < 0)
        case .redundant: Issue.record("nobody looks for redundancy here")
        case .selected: #expect(spending.selected.contains(Int32(sample)))
        case .outranked: #expect(Int(given.costs[sample]) > limit - spending.spent)
        case .capped: #expect(sent[Int(given.cells[sample])] == perCell)
        }
      }
      #expect(spending.outcomes.count { $0 == .selected } == spending.selected.count)
      last = spending
    }
  }

  @Test(arguments: 0..<40, [nil, 1, 3] as [Int?])
  func `in samples nesting changes nothing`(seed: Int, perCell: Int?) {
    let given = Case(seed: seed)
    var last: Spending?
    for limit in [0, 2, 3, 10, 25, 1000] {
      let spending = Spending(
        limit: limit, along: given.order, cells: given.cells, cellCount: given.cellCount,
        perCell: perCell, costs: nil, including: last)
      let plain = given.spend(limit, perCell: perCell, isCosted: false)
      #expect(spending.selected == plain.selected && spending.outcomes == plain.outcomes)
      #expect(spending.spent == plain.spent)
      last = spending
    }
  }

  @Test func `what a small limit bought stays, though a larger one alone would not buy it`() {
    let costs: [UInt32] = [6, 5]
    func spend(_ limit: Int, including smaller: Spending? = nil) -> Spending {
      Spending(
        limit: limit, along: [0, 1], cells: [0, 0], cellCount: 1, perCell: nil, costs: costs,
        including: smaller)
    }
    #expect(spend(6).selected == [0] && spend(5).selected == [1])
    #expect(spend(6, including: spend(5)).outcomes == [.outranked, .selected])
    #expect(spend(11, including: spend(5)).selected == [1, 0])
  }

  @Test func `a limit below what is included is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = Spending(
        limit: 1, along: [0, 1], cells: [0, 0], cellCount: 1, perCell: nil, costs: nil,
        including: SpendingTests.spend(2, cells: [0, 0]))
    }
  }
}
