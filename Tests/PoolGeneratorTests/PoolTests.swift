import Testing

@testable import PoolGenerator

@Suite struct PoolTests {
  private static let seeds: [UInt64] = [1, 2, 99, .max]

  private func line(_ row: Row) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONWriter.appendPool(row, to: &bytes)
    JSONWriter.appendTruth(row, to: &bytes)
    return bytes
  }

  @Test func `a row is the same whenever and in whatever order it is made`() {
    let pool = Pool(seed: 7)
    let forward = (0..<200).map { line(pool.row($0)) }
    for index in (0..<200).reversed() { #expect(line(Pool(seed: 7).row(index)) == forward[index]) }
  }

  @Test func `another seed makes other rows`() {
    let differing = (0..<100).count { index in
      Pool(seed: 1).row(index).instruction != Pool(seed: 2).row(index).instruction
    }
    #expect(differing >= 95)
  }

  @Test(arguments: seeds)
  func `shares lie within their bands`(seed: UInt64) {
    let pool = Pool(seed: seed)
    let rows = (0..<3000).map { pool.row($0) }
    var cells: [String: Int] = [:]
    var texts: Set<[String]> = []
    var languages: [Language: Int] = [:]
    var generators: [Generator: (rows: Int, right: Int, level: Int)] = [:]
    for row in rows {
      cells["\(row.cell.topic) \(row.cell.level)", default: 0] += 1
      languages[row.language, default: 0] += 1
      generators[row.generator, default: (0, 0, 0)].rows += 1
      generators[row.generator, default: (0, 0, 0)].level += row.cell.level
      if row.defect == .none { generators[row.generator, default: (0, 0, 0)].right += 1 }
      if row.twin == nil {
        #expect(texts.insert([row.instruction, row.input]).inserted, "\(row.index)")
      }
      #expect((0...10_000).contains(row.quality))
    }
    func share(_ count: Int) -> Double { Double(count) / Double(rows.count) }
    #expect((0.24...0.31).contains(share(rows.count { $0.defect != .none })))
    #expect((0.012...0.028).contains(share(rows.count { $0.twin?.kind == .exact })))
    #expect((0.020...0.040).contains(share(rows.count { $0.twin?.kind == .near })))
    #expect((0.08...0.18).contains(share(rows.count { $0.language != .english })))
    #expect(rows.count { $0.ugliness != nil } == 20)
    #expect(Set(rows.compactMap(\.ugliness)).count == Ugliness.allCases.count)
    #expect(Set(rows.map(\.defect)).count == Defect.allCases.count)
    for topic in Topic.allCases {
      let found = share(rows.count { $0.cell.topic == topic })
      #expect(abs(found - Double(topic.permille) / 1000) < 0.012, "\(topic)")
      for level in 1...5 { #expect(cells["\(topic) \(level)", default: 0] > 0) }
    }
    for (index, percent) in Plan.levelPercent.enumerated() {
      let found = share(rows.count { $0.cell.level == index + 1 })
      #expect(abs(found - Double(percent) / 100) < 0.015)
    }
    func right(_ generator: Generator) -> Double {
      Double(generators[generator]?.right ?? 0) / Double(generators[generator]?.rows ?? 1)
    }
    func level(_ generator: Generator) -> Double {
      Double(generators[generator]?.level ?? 0) / Double(generators[generator]?.rows ?? 1)
    }
    #expect(right(.careful) > right(.prolific) + 0.08)
    #expect(right(.prolific) > right(.sloppy) + 0.15)
    #expect(level(.careful) > level(.sloppy))
    #expect(level(.sloppy) > level(.prolific))
  }

  @Test(arguments: seeds)
  func `the judge tells right from wrong only for the most part`(seed: UInt64) {
    let pool = Pool(seed: seed)
    let rows = (0..<2000).map { pool.row($0) }
    let right = rows.filter { $0.defect == .none }.map(\.quality)
    let wrong = rows.filter { $0.defect != .none }.map(\.quality)
    var pairs = 0
    for one in right { pairs += wrong.count { $0 < one } }
    let area = Double(pairs) / Double(right.count * wrong.count)
    #expect((0.80...0.97).contains(area))
  }

  @Test func `every block of a thousand rows is planned alike`() {
    for seed in PoolTests.seeds {
      var counts: [String: Int] = [:]
      for row in 5000..<6000 {
        let cell = Plan.cell(seed: seed, row: row)
        counts["\(cell.topic) \(cell.level)", default: 0] += 1
      }
      var expected: [String: Int] = [:]
      for cell in Plan.cells { expected["\(cell.topic) \(cell.level)", default: 0] += 1 }
      #expect(counts == expected)
      #expect(expected.count == 60)
    }
  }

  @Test func `a twin repeats a row that is close and no twin itself`() {
    let pool = Pool(seed: 4)
    var exactCount = 0
    var nearCount = 0
    for index in 0..<1500 {
      let row = pool.row(index)
      guard let twin = row.twin else { continue }
      let original = pool.row(twin.of)
      #expect(twin.of < index && index - twin.of <= Pool.window)
      #expect(original.twin == nil)
      #expect(original.ugliness == nil)
      #expect(row.output == original.output)
      #expect(row.answer == original.answer)
      let isSame = row.instruction == original.instruction && row.input == original.input
      #expect(isSame == (twin.kind == .exact), "\(original.instruction) / \(row.instruction)")
      if twin.kind == .exact { exactCount += 1 } else { nearCount += 1 }
    }
    #expect(exactCount > 10 && nearCount > 20)
  }

  @Test func `ids sort as rows do up to a million`() {
    #expect(Row.id(0) == "p000000")
    #expect(Row.id(999_999) == "p999999")
    #expect(Row.id(1_234_567) == "p1234567")
  }
}
