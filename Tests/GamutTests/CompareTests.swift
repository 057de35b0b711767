import Descriptors
import Metrics
import TestSupport
import Testing

@testable import Gamut

/// Sets held against each other on common ground.
@Suite struct CompareTests {
  let folder = TemporaryFolder()

  private func request(_ inputs: [String], threads: Int = 1) throws -> CompareRequest {
    var recipe = SetsRequest.measuringRecipe
    recipe.quality = [.init(path: "score")]
    recipe.axes = try ["tokens:4", "complexity:3"].map {
      try AxisSpecification(parsing: $0, measures: ["tokens", "complexity"])
    }
    var sets = SetsRequest(inputs: inputs, recipe: recipe, threads: threads)
    sets.metrics = [.cell(.cells), .text(.distinct1), .text(.selfRepetition), .balance(.gini)]
    return CompareRequest(sets: sets)
  }

  /// Records of two labels in turn, and the same in a file a label.
  private func labelled(seed: Int) -> (both: String, apart: [String]) {
    var random = SeededGenerator(seed: seed)
    var lines: [[String]] = [[], []]
    var all: [String] = []
    for number in 0..<60 {
      let label = Int.random(in: 0...1, using: &random)
      let words = String(
        repeating: "word\(number % 7) ",
        count: Int.random(in: 1...(label == 0 ? 30 : 12), using: &random))
      let score = Double(Int.random(in: 0...9, using: &random))
      let line =
        #"{"instruction":"q \#(number / 2)","output":"\#(words)","score":\#(score),"by":"m\#(label)"}"#
      lines[label].append(line)
      all.append(line)
    }
    return (
      folder.make("both.jsonl", all.joined(separator: "\n")),
      lines.enumerated().map { folder.make("m\($0).jsonl", $1.joined(separator: "\n")) }
    )
  }

  @Test(arguments: 1...3)
  func `labels divide a file into the sets that files apart are`(seed: Int) throws {
    let (both, apart) = labelled(seed: seed)
    var grouped = try request([both], threads: 2)
    grouped.groupColumn = "by"
    let one = try compare(grouped)
    let other = try compare(request(apart))
    #expect(one.names == ["m0", "m1"])
    #expect(one.measures == other.measures)
    #expect(one.changes.map(\.sharedCount) == other.changes.map(\.sharedCount))
    #expect(one.changes[0].more.map(\.counts) == other.changes[0].more.map(\.counts))
  }

  @Test func `groups join labels, and refuse what no label is or two groups would have`() throws {
    let (both, _) = labelled(seed: 4)
    var asked = try request([both])
    asked.groupColumn = "by"
    asked.groups = [.init(name: "all", patterns: ["m*"])]
    #expect(try compare(asked).measures[0].samples == 60)
    asked.groups = [
      .init(name: "a", patterns: ["m1"]), .init(name: "b", patterns: ["m0"]),
    ]
    #expect(try compare(asked).names == ["a", "b"])
    asked.groups[1].patterns = ["m*"]
    #expect(throws: GamutError.self) { try compare(asked) }
    asked.groups[1].patterns = ["x"]
    #expect(throws: GamutError.self) { try compare(asked) }
  }

  @Test func `a key leaves the samples whose key all sets have`() throws {
    let one = folder.make(
      "one.jsonl",
      [
        #"{"instruction":"a  b","output":"x","score":1}"#,
        #"{"instruction":"c","output":"x","score":1}"#,
        #"{"instruction":"a b","output":"y","score":2}"#,
      ].joined(separator: "\n"))
    let two = folder.make(
      "two.jsonl",
      [
        #"{"instruction":"a b ","output":"z","score":3}"#,
        #"{"instruction":"d","output":"x","score":1}"#,
      ].joined(separator: "\n"))
    var asked = try request([one, two])
    asked.key = .prompt
    let found = try compare(asked)
    #expect(found.measures.map(\.samples) == [2, 1])
    #expect(found.notes.contains(.commonKeys(1)))
    asked.key = .column("score")
    #expect(try compare(asked).measures.map(\.samples) == [2, 1])
    asked.key = .column("nothing")
    #expect(throws: GamutError.self) { try compare(asked) }
  }

  @Test(arguments: 1...4)
  func `changes and demand are what counting cell by cell gives`(seed: Int) throws {
    let (_, apart) = labelled(seed: seed)
    var asked = try request(apart)
    asked.cellLimit = 1000
    asked.demandLimit = 1000
    let found = try compare(asked)
    let changes = found.changes[0]
    let cells = changes.more + changes.fewer + changes.onlyHere + changes.onlyInFirst
    #expect(Set(cells.map(\.bins)).count == cells.count)
    for cell in changes.onlyHere { #expect(cell.counts[0] == 0 && cell.counts[1] > 0) }
    for cell in changes.onlyInFirst { #expect(cell.counts[0] > 0 && cell.counts[1] == 0) }
    #expect(changes.onlyHere.count == changes.onlyHereCount)
    #expect(
      changes.sharedCount + changes.onlyHereCount + changes.onlyInFirstCount
        == found.reachableCells)
    let sizes = found.measures.map { Double($0.samples) }
    for cell in changes.more {
      #expect(Double(cell.counts[1]) / sizes[1] > Double(cell.counts[0]) / sizes[0])
    }
    for (set, other) in [(0, 1), (1, 0)] {
      // Each cell that the other fills is demanded where the set has less than half of what it would have.
      for demand in found.demands[set] {
        let expected = Double(demand.cell.counts[other]) / sizes[other] * sizes[set]
        #expect(demand.wanted == max(1, Int(expected.rounded())))
        #expect(demand.present == demand.cell.counts[set])
        #expect(demand.present == 0 || 2 * demand.present < demand.wanted)
        #expect(demand.examples.contains { !$0.isNeighbour && $0.prompt.hasPrefix("q ") })
        for example in demand.examples {
          #expect(example.source == apart[example.isNeighbour ? set : other])
        }
      }
      #expect(found.demandCounts[set] == found.demands[set].count)
      let empty = other == 1 ? changes.onlyHereCount : changes.onlyInFirstCount
      #expect(found.demands[set].count { $0.present == 0 } == empty)
    }
  }

  @Test func `better follows the direction of a metric`() throws {
    let (_, apart) = labelled(seed: 6)
    let found = try compare(request(apart))
    for metric in [SetMetric.text(.distinct1), .text(.selfRepetition), .balance(.gini)] {
      let difference = try #require(found.difference(metric, in: 1))
      let isHigher = metric.explanation.direction == .higher
      #expect(
        found.isBetter(metric, in: 1) == (difference == 0 ? nil : (difference > 0) == isHigher))
    }
    #expect(found.isBetter(.cell(.cells), in: 0) == nil)
  }
}
