import Testing

@testable import PoolGenerator

@Suite struct CommittedDataTests {
  /// The folder `Data` of the checkout this file was built from.
  private static let folder =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    + "/Data/"

  /// The lines of a file; a last one without line feed counts, an empty one after it does not.
  private func lines(_ name: String) throws -> [[UInt8]] {
    let reader = try LineReader(path: CommittedDataTests.folder + name)
    var lines: [[UInt8]] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  @Test func `the committed pool is what the generator makes, and passes the checker`() throws {
    let pool = try lines("pool.jsonl")
    let truth = try lines("truth.jsonl")
    #expect(pool.count == 3000)
    #expect(truth.count == 3000)
    var checker = Checker()
    for index in 0..<min(pool.count, truth.count) {
      let row = Pool(seed: 1).row(index)
      var bytes: [UInt8] = []
      JSONWriter.appendPool(row, to: &bytes)
      #expect(bytes == pool[index] + [0x0A], "line \(index + 1)")
      bytes = []
      JSONWriter.appendTruth(row, to: &bytes)
      #expect(bytes == truth[index] + [0x0A], "line \(index + 1)")
      #expect(checker.check(pool: pool[index], truth: truth[index]) == nil)
    }
  }

  @Test func `the committed malformed lines are the generator's`() throws {
    let expected = Malformed.lines.map(\.bytes)
    #expect(try lines("malformed.jsonl") == expected)
  }

  @Test func `the data card counts what is there`() throws {
    let card = try lines("README.md").map { String(decoding: $0, as: UTF8.self) }
    var counts: [Topic: [Int]] = [:]
    let pool = Pool(seed: 1)
    for index in 0..<3000 {
      let cell = pool.row(index).cell
      counts[cell.topic, default: [0, 0, 0, 0, 0]][cell.level - 1] += 1
    }
    for topic in Topic.allCases {
      let numbers = counts[topic, default: []]
      let cells = (numbers + [numbers.reduce(0, +)]).map(String.init)
      let row = "| \(topic.rawValue) | \(cells.joined(separator: " | ")) |"
      #expect(card.contains(row), "\(row)")
    }
    for (index, line) in Malformed.lines.enumerated() {
      let row = "| \(index + 1) | \(line.verdict.rawValue) | \(line.reason) |"
      #expect(card.contains(row), "\(row)")
    }
    for task in Catalogue.tasks { #expect(card.contains { $0.contains("`\(task.name)`") }) }
    for defect in Defect.allCases { #expect(card.contains { $0.contains("`\(defect.rawValue)`") }) }
    for kind in Ugliness.allCases { #expect(card.contains { $0.contains("`\(kind.rawValue)`") }) }
  }
}
