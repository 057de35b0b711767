import Samples
import TestSupport
import Testing

@testable import Gamut

@Suite struct RejectedLinesTests {
  private func line(_ number: Int, _ problem: RecordProblem, after samples: Int = 0)
    -> RejectedLines.Line
  {
    RejectedLines.Line(sampleCountBefore: samples, line: number, problem: .found(problem))
  }

  @Test(arguments: 0..<10)
  func `blocks joined are the lines one by one`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let problems: [RecordProblem] = [
      .endsEarly, .unexpectedByte(65), .unexpectedByte(66), .unknownRole("x"),
    ]
    var joined = RejectedLines()
    var expected: [(before: Int, line: Int, problem: RecordProblem)] = []
    var samples = 0
    for _ in 0..<5 {
      var block = RejectedLines()
      let start = samples
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        samples += Int.random(in: 0...2, using: &random)
        let problem = problems[Int.random(in: 0..<4, using: &random)]
        expected.append((samples, expected.count + 1, problem))
        block.append(line(expected.count, problem, after: samples - start))
      }
      joined.append(contentsOf: block, after: start)
    }
    #expect(joined.count == expected.count)
    #expect(joined.gaps == expected.map(\.before))
    for (index, line) in expected.enumerated() {
      #expect(joined[index].line == line.line && joined[index].problem == .found(line.problem))
      #expect(joined[index].sampleCountBefore == line.before)
    }
  }

  @Test(arguments: 0..<20)
  func `samples stand behind the rejected lines before them`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    var lines = RejectedLines()
    var expected: [Int64] = []
    for number in 0..<Int.random(in: 0...60, using: &random) {
      if Bool.random(using: &random) {
        lines.append(line(number + 1, .endsEarly, after: expected.count))
      } else {
        expected.append(Int64(number))
      }
    }
    let samples = (0..<Int32(expected.count)).shuffled(using: &random)
    #expect(lines.places(of: samples) == samples.map { expected[Int($0)] })
  }

  @Test func `of too many different problems the first are kept`() {
    var lines = RejectedLines()
    let limit = RejectedLines.problemLimit
    for number in 0..<limit + 5 { lines.append(line(number + 1, .unknownRole("\(number)"))) }
    lines.append(line(limit + 6, .unknownRole("3")))
    #expect(lines[limit - 1].problem == .found(.unknownRole("\(limit - 1)")))
    #expect(lines[limit].problem == nil)
    #expect(lines[limit + 5].problem == .found(.unknownRole("3")))
    #expect(lines.first?.problem == .found(.unknownRole("0")))
  }
}
