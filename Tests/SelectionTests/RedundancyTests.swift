import LinearAlgebra
import Selection
import TestSupport
import Testing

@Suite struct RedundancyTests {
  /// Samples in cells, with vectors of which many are near to others, equal, or zero.
  struct Case: Sendable {
    var vectors: [[Float]] = []
    var cells: [Int32] = []
    var cellCount: Int
    /// Pairs of cells next to each other, both ways.
    var neighbours: [[Int]]
    var order: [Int32]
    var costs: [UInt32]
    /// Whether all that are chosen are compared, wherever they lie.
    var isGlobal: Bool

    init(seed: Int, mostSamples: Int = 120) {
      isGlobal = seed.isMultiple(of: 2)
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 0...mostSamples, using: &random)
      let dimension = [1, 2, 3, 8, 33, 70][Int.random(in: 0..<6, using: &random)]
      let cellCount = Int.random(in: 1...5, using: &random)
      self.cellCount = cellCount
      for _ in 0..<count {
        if let earlier = vectors.randomElement(using: &random),
          Int.random(in: 0..<4, using: &random) > 0
        {
          var vector = earlier
          if Bool.random(using: &random) {
            vector[Int.random(in: 0..<dimension, using: &random)] +=
              [-0.25, 0.25, 0.5][
                Int.random(in: 0..<3, using: &random)]
          }
          // A direction does not change with the length.
          if Bool.random(using: &random) { vector = vector.map { $0 * 2 } }
          vectors.append(vector)
        } else {
          vectors.append((0..<dimension).map { _ in Float(Int.random(in: -3...3, using: &random)) })
        }
      }
      cells = (0..<count).map { _ in Int32.random(in: 0..<Int32(cellCount), using: &random) }
      neighbours = (0..<cellCount).map { _ in [] }
      for one in 0..<cellCount {
        for other in 0..<one where Bool.random(using: &random) {
          neighbours[one].append(other)
          neighbours[other].append(one)
        }
      }
      order = (0..<Int32(count)).shuffled(using: &random)
      costs = (0..<count).map { _ in UInt32.random(in: 0...5, using: &random) }
    }

    func redundancy(_ threshold: Float, threads: Int = 1) throws -> Redundancy {
      try Redundancy(
        threshold: threshold, dimension: vectors.first?.count ?? 1, cellCount: cellCount,
        isGlobal: isGlobal, order: order, threads: threads,
        neighbours: { [neighbours] in neighbours[$0] },
        vectors: { [vectors] sample, output in
          if vectors.isEmpty { return }
          for place in output.indices { output[place] = vectors[sample][place] }
        })
    }

    func cosine(_ one: Int32, _ other: Int32) -> Float? {
      func product(_ one: [Float], _ other: [Float]) -> Double {
        zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let (x, y) = (vectors[Int(one)], vectors[Int(other)])
      let (xx, yy) = (product(x, x), product(y, y))
      return xx > 0 && yy > 0
        ? Float(product(x, y) / (xx.squareRoot() * yy.squareRoot())) : nil
    }

    /// The closest of those chosen in the cell or next to it, or anywhere, of equals the first, by
    /// comparing all.
    func twin(of sample: Int32, among chosen: [Int32], _ threshold: Float) -> Int32? {
      let cell = Int(cells[Int(sample)])
      var best: (cosine: Float, sample: Int32)?
      for other in chosen {
        let otherCell = Int(cells[Int(other)])
        guard isGlobal || otherCell == cell || neighbours[cell].contains(otherCell),
          let cosine = cosine(sample, other), cosine >= threshold
        else { continue }
        if best.map({ cosine > $0.cosine }) ?? true { best = (cosine, other) }
      }
      return best?.sample
    }
  }

  @Test(arguments: 0..<80)
  func `what is skipped is what comparing all chosen would skip`(seed: Int) throws {
    let pool = Case(seed: seed)
    for threshold: Float in [-0.5, 0, 0.5, 0.9, 0.99, 1] {
      var redundancy = try pool.redundancy(threshold)
      var chosen: [Int32] = []
      for sample in pool.order {
        let expected = pool.twin(of: sample, among: chosen, threshold)
        #expect(
          try redundancy.twinOrAdd(sample, in: pool.cells[Int(sample)]) == expected)
        if expected == nil { chosen.append(sample) }
      }
    }
  }

  @Test(arguments: 0..<30)
  func `candidates told ahead, by any number, some of them passed over, fare the same`(
    seed: Int
  ) throws {
    let pool = Case(seed: seed + 900, mostSamples: 200)
    var random = SeededGenerator(seed: seed)
    for threshold: Float in [-0.5, 0.8, 0.95] {
      var redundancy = try pool.redundancy(threshold, threads: seed % 3 + 1)
      var chosen: [Int32] = []
      var toldUntil = 0
      for (place, sample) in pool.order.enumerated() {
        if place >= toldUntil, Int.random(in: 0..<4, using: &random) > 0 {
          toldUntil = min(place + Int.random(in: 1...120, using: &random), pool.order.count)
          redundancy.lookAhead(Array(pool.order[place..<toldUntil])) { pool.cells[Int($0)] }
        }
        let turn = Int.random(in: 0..<8, using: &random)
        if turn == 0 { continue }
        if turn == 1 {
          // Chosen in any case.
          try redundancy.add(sample, in: pool.cells[Int(sample)])
          chosen.append(sample)
          continue
        }
        let expected = pool.twin(of: sample, among: chosen, threshold)
        #expect(
          try redundancy.twinOrAdd(sample, in: pool.cells[Int(sample)]) == expected)
        if expected == nil { chosen.append(sample) }
      }
    }
  }

  @Test(arguments: [2, 3, 5, 20, 40])
  func `groups of directions hide nothing, be they few or more than there may be`(
    dimension: Int
  ) throws {
    var random = SeededGenerator(seed: dimension)
    var pool = Case(seed: 0, mostSamples: 0)
    // On a circle and a sphere all angles occur; in many dimensions nearly all are far from each other.
    let count = 400
    for index in 0..<count {
      let isNear = index > 0 && Int.random(in: 0..<5, using: &random) == 0
      let around = isNear ? pool.vectors[Int.random(in: 0..<index, using: &random)] : nil
      let reach: Float = isNear ? [0.01, 0.1, 0.3][index % 3] : 1
      pool.vectors.append(
        (0..<dimension).map { place in
          (around?[place] ?? 0) + reach * Float.random(in: -1...1, using: &random)
        })
    }
    pool.cells = [Int32](repeating: 0, count: count)
    pool.cellCount = 1
    pool.neighbours = [[]]
    pool.order = (0..<Int32(count)).map { $0 }
    let cosines = pool.order.map { one in (0..<one).map { pool.cosine(one, $0) ?? -1 } }
    for threshold: Float in [-0.9, 0.3, 0.9, 0.995] {
      var redundancy = try pool.redundancy(threshold, threads: dimension % 3 + 1)
      var chosen: [Int] = []
      for index in 0..<count {
        if index.isMultiple(of: 50) {
          redundancy.lookAhead(Array(pool.order[index..<index + 50])) { _ in 0 }
        }
        var closest: Int?
        for other in chosen where cosines[index][other] >= threshold {
          if closest.map({ cosines[index][other] > cosines[index][$0] }) ?? true { closest = other }
        }
        #expect(try redundancy.twinOrAdd(Int32(index), in: 0) == closest.map(Int32.init))
        if closest == nil { chosen.append(index) }
      }
    }
  }

  @Test func `a vector that cannot be read is told in its turn, and not before`() throws {
    struct Failure: Error {}
    let count = 5000
    let redundancy = try Redundancy(
      threshold: 0.9999, dimension: 2, cellCount: 1, order: (0..<10).map { $0 }, threads: 2,
      neighbours: { _ in [] },
      vectors: { sample, output in
        if sample == 40 { throw Failure() }
        output[0] = Float(sample % 7)
        output[1] = 1
      })
    let order = (0..<Int32(count)).map { $0 }
    var spender = Spender(
      cells: [Int32](repeating: 0, count: count), cellCount: 1, perCell: nil, costs: nil,
      redundancy: redundancy)
    #expect(try spender.spend(upTo: 7, along: order).selected == [0, 1, 2, 3, 4, 5, 6])
    #expect(throws: Failure.self) { try spender.spend(upTo: 8, along: order) }
  }

  @Test func `vectors of any length are compared, beyond what floats can multiply as well`()
    throws
  {
    let vectors: [[Float]] = [
      [3e30, 4e30], [3e-30, 4e-30], [4e30, -3e30], [3.01e-30, 4e-30], [1, 0],
    ]
    var redundancy = try Redundancy(
      threshold: 0.99, dimension: 2, cellCount: 1, order: [0, 1, 2, 3, 4], neighbours: { _ in [] },
      vectors: { sample, output in
        for place in output.indices { output[place] = vectors[sample][place] }
      })
    #expect(try redundancy.twinOrAdd(0, in: 0) == nil)
    #expect(try redundancy.twinOrAdd(1, in: 0) == 0)
    #expect(try redundancy.twinOrAdd(2, in: 0) == nil)
    #expect(try redundancy.twinOrAdd(3, in: 0) == 0)
    #expect(try redundancy.twinOrAdd(4, in: 0) == nil)
  }

  @Test(arguments: 0..<60)
  func `spending skips what is redundant, at no cost and with no turn of its cell`(
    seed: Int
  ) throws {
    let pool = Case(seed: seed)
    var random = SeededGenerator(seed: seed + 500)
    let threshold: Float = 0.95
    let perCell = [nil, 1, 4][Int.random(in: 0..<3, using: &random)]
    let isCosted = Bool.random(using: &random)
    let limit = Int.random(in: 0...(isCosted ? 150 : 60), using: &random)
    var spender = Spender(
      cells: pool.cells, cellCount: pool.cellCount, perCell: perCell,
      costs: isCosted ? pool.costs : nil,
      redundancy: try pool.redundancy(threshold, threads: seed % 3 + 1))
    let spending = try spender.spend(upTo: limit, along: pool.order)
    var left = limit
    var chosen: [Int32] = []
    var sent = [Int](repeating: 0, count: pool.cellCount)
    for sample in pool.order {
      let index = Int(sample)
      let cell = Int(pool.cells[index])
      let cost = isCosted ? Int(pool.costs[index]) : 1
      let outcome: Spending.Outcome
      if let perCell, sent[cell] >= perCell {
        outcome = .capped
      } else if cost > left {
        outcome = .outranked
      } else if let twin = pool.twin(of: sample, among: chosen, threshold) {
        outcome = .redundant
        #expect(spending.twins[index] == twin)
      } else {
        outcome = .selected
        chosen.append(sample)
        sent[cell] += 1
        left -= cost
      }
      #expect(spending.outcomes[index] == outcome)
      if outcome != .redundant { #expect(spending.twins[index] == -1) }
    }
    #expect(spending.selected == chosen)
    #expect(spending.spent == limit - left)
  }

  @Test func `a vector of zeros is close to nothing, not even to itself`() throws {
    let vectors: [[Float]] = [[0, 0], [0, 0], [1, 0], [2, 0]]
    var redundancy = try Redundancy(
      threshold: -0.9, dimension: 2, cellCount: 1, order: [0, 1, 2, 3], neighbours: { _ in [] },
      vectors: { sample, output in
        for place in output.indices { output[place] = vectors[sample][place] }
      })
    #expect(try redundancy.twinOrAdd(0, in: 0) == nil)
    #expect(try redundancy.twinOrAdd(1, in: 0) == nil)
    #expect(try redundancy.twinOrAdd(2, in: 0) == nil)
    #expect(try redundancy.twinOrAdd(3, in: 0) == 2)
  }

  @Test func `an error of the vectors ends the spending`() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      try Redundancy(
        threshold: 0.5, dimension: 2, cellCount: 1, order: [0], neighbours: { _ in [] },
        vectors: { _, _ in throw Failure() })
    }
  }
}
