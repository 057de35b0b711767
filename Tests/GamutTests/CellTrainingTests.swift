import Selection
import TestSupport
import Testing

@testable import Gamut

@Suite struct CellTrainingTests {
  /// Columns of nothing but hashes and topics, three a sample.
  private static func columns(_ samples: [(high: UInt64, low: UInt64, topics: [Float])])
    -> PoolColumns
  {
    let recipe = Recipe(budget: .samples(1), text: "1")
    let plan = ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    var columns = PoolColumns(plan: plan)
    for sample in samples {
      columns.lines.append(1)
      columns.hashHigh.append(sample.high)
      columns.hashLow.append(sample.low)
      columns.topics += sample.topics
    }
    return columns
  }

  @Test(arguments: 0..<30)
  func `the samples of smallest hash are taken, whatever the order of the pool`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    // Evenly spread hashes, hashes that share their first bits, and very few different ones.
    let shift = [0, 16, 50, 62][seed % 4]
    let samples = (0..<Int.random(in: 1...300, using: &random)).map { _ in
      (
        high: UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64(shift),
        low: UInt64.random(in: 0...3, using: &random),
        topics: (0..<3).map { _ in Float(random.coarse(levels: 3)) }
      )
    }
    let limit = Int.random(in: 1...320, using: &random)
    let sorted = samples.sorted { one, other in
      if one.high != other.high { return one.high < other.high }
      if one.low != other.low { return one.low < other.low }
      return one.topics.prefix(2).lexicographicallyPrecedes(other.topics.prefix(2))
    }
    let expected = sorted.prefix(limit).flatMap { $0.topics.prefix(2) }
    for order in [samples, samples.shuffled(using: &random)] {
      let training = CellTraining(
        columns: Self.columns(order), limit: limit, topicCount: 3, count: 2)
      #expect(training.rows == expected)
    }
  }

  @Test func `many cells are trained on more samples`() {
    #expect(CellTraining.sampleLimit(cells: 1) == 65_536)
    #expect(CellTraining.sampleLimit(cells: 1024) == 65_536)
    #expect(CellTraining.sampleLimit(cells: 16_384) == 1_048_576)
  }
}
