import Testing

@testable import Reporting

@Suite struct TimingTableTests {
  private let timing = [
    StageTime(stage: "read", seconds: 1.2349, processorSeconds: 2.2228),
    StageTime(stage: "select", seconds: 0.5, processorSeconds: 0.5),
    StageTime(stage: "total", seconds: 1.75, processorSeconds: 2.73),
  ]

  @Test func `shows stages, what lies between them, and the total`() {
    #expect(
      TimingTable(timing, threads: 2).text == """
        stage      seconds  busy of 2 threads
        read         1.234      90 %
        select       0.500      50 %
        rest         0.016      24 %
        total        1.750      78 %

        """)
  }

  @Test func `counts what the process took besides`() {
    let process = StageTime(stage: "total", seconds: 1.8, processorSeconds: 2.8)
    let lines = TimingTable(timing, process: process, threads: 1).text.split(separator: "\n")
    #expect(lines.first == "stage      seconds  busy of 1 thread")
    #expect(lines.suffix(2) == ["rest         0.066     119 %", "total        1.800     156 %"])
  }

  @Test func `adds up to the millisecond`() throws {
    for seed in 1...200 {
      let parts = (1...7).map { Double((seed * $0 * 7919) % 10007) / 9973 }
      let sum = parts.reduce(0, +)
      let table = TimingTable(
        parts.map { StageTime(stage: "part", seconds: $0, processorSeconds: $0) }
          + [StageTime(stage: "total", seconds: sum, processorSeconds: sum)], threads: 1)
      let rows = try table.text.split(separator: "\n").dropFirst().map { line in
        let word = try #require(line.split(separator: " ").dropFirst().first)
        return try #require(Int(word.filter { $0 != "." }))
      }
      #expect(rows.count == 9)
      #expect(rows.dropLast().reduce(0, +) == rows.last)
      #expect(rows.last == Int((sum * 1000).rounded()))
    }
  }

  @Test func `a stage that took no millisecond was busy with nothing`() {
    let text = TimingTable(
      [
        StageTime(stage: "write", seconds: 0.0004, processorSeconds: 0.0001),
        StageTime(stage: "total", seconds: 0.0003, processorSeconds: 0),
      ], threads: 2
    ).text
    #expect(
      text.split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix("0.000       – %") })
  }

  @Test func `nothing timed is nothing shown`() {
    #expect(TimingTable([], threads: 2).text == "")
  }
}
