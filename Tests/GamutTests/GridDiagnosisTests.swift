import Descriptors
import Reporting
import TestSupport
import Testing

@testable import Gamut

/// What is told of a grid, and what is not.
@Suite struct GridDiagnosisTests {
  /// Numeric axes of so many bins each, cut by mass.
  private func grid(_ values: [[Double]], names: [String], bins: Int = 8) throws -> Grid {
    let axes = try zip(values, names).map { values, name in
      try Axis(
        fitting: AxisSpecification(parsing: "\(name):\(bins)@quantile", measures: names),
        to: values, isSinglePrecision: false)
    }
    return Grid(
      axes: axes, bins: zip(axes, values).map { $0.bins(of: $1) },
      sampleCount: values.first?.count ?? 0)
  }

  private func diagnosis(
    _ values: [[Double]], names: [String], tokens: [Double]? = nil, bins: Int = 8,
    budget: Int? = nil, topics: TopicSpectrum? = nil
  ) throws -> GridDiagnosis {
    let count = values.first?.count ?? 0
    return GridDiagnosis(
      grid: try grid(values, names: names, bins: bins), values: values,
      tokens: (tokens ?? (0..<count).map { Double($0 * 7919 % 1009) }).map { UInt32($0) },
      contentHash: (0..<count).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }, budget: budget,
      topics: topics)
  }

  private func draws(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in Double.random(in: 0..<1, using: &random) }
  }

  @Test(arguments: 1...6)
  func `axes that have nothing in common are let alone`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let found = try diagnosis(
      [draws(3000, &random), draws(3000, &random)], names: ["a", "b"], budget: 500)
    #expect(found.warnings.isEmpty)
  }

  @Test(arguments: 1...6)
  func `axes that follow each other are named, whatever way they run`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let one = draws(2000, &random)
    let noise = draws(2000, &random)
    let other = zip(one, noise).map { -($0 * $0 + 0.05 * $1) }
    // Neither line nor rank sees an arch, but its bins do.
    let arch = one.map { ($0 - 0.5) * ($0 - 0.5) }
    let found = try diagnosis(
      [one, noise, other, arch], names: ["a", "b", "c", "d"])
    let pairs = found.warnings.compactMap { warning -> String? in
      guard case .axesAlike(let first, let second, let correlation, let information) = warning
      else { return nil }
      #expect(information > 0.3 && information <= 1 && (correlation?.magnitude ?? 0) <= 1)
      return first + second
    }
    #expect(pairs.contains("ac") && pairs.contains("ad") && !pairs.contains { $0.contains("b") })
  }

  @Test func `an axis that is length in disguise is told, and length itself is not`() throws {
    var random = SeededGenerator(seed: 3)
    let tokens = (0..<1000).map { _ in Double(Int.random(in: 1...900, using: &random)) }
    let disguised = tokens.map { -$0.squareRoot() }
    let other = draws(1000, &random)
    let found = try diagnosis([disguised, other], names: ["a", "b"], tokens: tokens, bins: 4)
    #expect(found.warnings == [.lengthAxis(axis: "a", correlation: -1)])
    let known = try diagnosis([tokens, other], names: ["tokens", "b"], tokens: tokens, bins: 4)
    #expect(known.warnings.isEmpty)
  }

  @Test func `cells are told where they are too many, and where most hold one sample`() throws {
    var random = SeededGenerator(seed: 5)
    let values = [draws(300, &random), draws(300, &random), draws(300, &random)]
    let found = try diagnosis(values, names: ["a", "b", "c"], bins: 10, budget: 100)
    let cells = found.grid.reachableCellCount
    #expect(found.warnings.first == .moreCellsThanBudget(cells: cells, samples: 100))
    guard case .mostlySingletons(let single, let all)? = found.warnings.last else {
      Issue.record("a thousand possible cells for 300 samples")
      return
    }
    var counts = [Int](repeating: 0, count: cells)
    for cell in found.grid.cells { counts[Int(cell)] += 1 }
    #expect(single == counts.count { $0 == 1 } && all == cells)
    // In question are only the samples of a set.
    var part = found
    part.samples = [0, 1, 2]
    part.budget = 3
    #expect(part.warnings.isEmpty)
  }

  @Test func `nothing at all, one sample and constants are no trouble`() throws {
    let none = GridDiagnosis(
      grid: Grid(axes: [], bins: [], sampleCount: 0), values: [], tokens: [], contentHash: [])
    #expect(none.warnings.isEmpty)
    let one = try diagnosis([[1], [2]], names: ["a", "b"], budget: 1)
    #expect(one.warnings.isEmpty)
    let same = [Double](repeating: 1, count: 500)
    #expect(try diagnosis([same, same], names: ["a", "b"], budget: 9).warnings.isEmpty)
  }

  @Test(arguments: 1...4)
  func `the order of the samples does not matter, and large pools are looked at in part`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = GridDiagnosis.Limits.sampleCount + 3000
    let one = draws(count, &random)
    let other = one.map { $0 + Double.random(in: 0..<0.4, using: &random) }
    let order = (0..<count).shuffled(using: &random)
    let hashes = (0..<count).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    func found(_ order: [Int]) throws -> [Warning] {
      let values = [one, other].map { values in order.map { values[$0] } }
      return GridDiagnosis(
        grid: try grid(values, names: ["a", "b"]), values: values,
        tokens: order.map { UInt32($0 % 77) }, contentHash: order.map { hashes[$0] }
      ).warnings
    }
    let straight = try found(Array(0..<count))
    #expect(straight.count == 1)
    #expect(try found(order) == straight)
  }

  @Test(arguments: 1...10)
  func `shared information is that of its definition`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let kinds = Int.random(in: 1...6, using: &random)
    let pairs = (0..<400).map { _ -> (Int, Int) in
      let one = Int.random(in: 0..<kinds, using: &random)
      return (one, Int.random(in: 0...1, using: &random) == 0 ? one / 2 : 3)
    }
    let value = sharedInformation(pairs)
    let turned = sharedInformation(pairs.map { ($0.1, $0.0) })
    #expect(abs(value - turned) < 1e-12 && (0...1).contains(value))
    #expect(abs(sharedInformation(pairs.shuffled(using: &random)) - value) < 1e-12)
    if kinds > 1 {
      #expect(sharedInformation(pairs.map { ($0.0, $0.0 * 3) }) > 0.98)
      let chance = pairs.map { ($0.0, Int.random(in: 0..<5, using: &random)) }
      #expect(sharedInformation(chance) < 0.05)
    } else {
      #expect(value == 0)
    }
  }

  @Test(arguments: 1...10)
  func `what is known of the spectrum bounds what all of it would say`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let dimension = Int.random(in: 1...30, using: &random)
    let all = (0..<dimension).map { _ in Double.random(in: 0...1, using: &random) }
      .map { $0 * $0 * $0 }.sorted(by: >)
    let total = all.reduce(0, +)
    let whole = TopicSpectrum(variances: all, total: total, dimension: dimension)
    let exact = total * total / all.reduce(0) { $0 + $1 * $1 }
    #expect(abs(whole.participation.lowerBound - exact) < 1e-6 * exact)
    #expect(abs(whole.participation.upperBound - exact) < 1e-6 * exact)
    for known in 1...dimension {
      let part = TopicSpectrum(
        variances: Array(all.prefix(known)), total: total, dimension: dimension)
      let slack = 1 + 1e-9
      #expect(part.participation.lowerBound <= exact * slack)
      #expect(part.participation.upperBound * slack >= exact)
      #expect(part.effectiveRank.lowerBound <= whole.effectiveRank.upperBound * slack)
      #expect(part.effectiveRank.upperBound * slack >= whole.effectiveRank.lowerBound)
      #expect(part.effectiveRank.upperBound * slack >= part.participation.lowerBound)
      #expect((0...1).contains(part.share(of: [0, 3])))
    }
  }

  @Test func `topics that are noise, or look past the vectors, are told`() throws {
    var random = SeededGenerator(seed: 9)
    let values = [draws(500, &random), draws(500, &random)]
    func warnings(_ variances: [Double], _ total: Double) throws -> [Warning] {
      try diagnosis(
        values, names: ["topic1", "topic2"], bins: 4,
        topics: TopicSpectrum(variances: variances, total: total, dimension: 64)
      ).warnings
    }
    #expect(try warnings([5, 4, 3], 40).isEmpty)
    let flat = try warnings([10, 0.01, 0], 10.01)
    if case .flatTopics(axes: 2, let dimension)? = flat.first, flat.count == 1 {
      #expect((1...1.1).contains(dimension))
    } else {
      Issue.record("vectors along one line")
    }
    #expect(try warnings([1, 1, 1], 64) == [.topicsCarryLittle(share: 2.0 / 64, axes: 2)])
    #expect(TopicSpectrum(variances: [0], total: 0, dimension: 3).participation == 1...1)
  }
}
