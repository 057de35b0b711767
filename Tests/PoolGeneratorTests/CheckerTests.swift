import Testing

@testable import PoolGenerator

@Suite struct CheckerTests {
  private func lines(_ row: Row) -> (pool: [UInt8], truth: [UInt8]) {
    var pool: [UInt8] = []
    var truth: [UInt8] = []
    JSONWriter.appendPool(row, to: &pool)
    JSONWriter.appendTruth(row, to: &truth)
    return (pool, truth)
  }

  private func issue(_ row: Row) -> Checker.Issue? {
    var checker = Checker()
    let (pool, truth) = lines(row)
    return checker.check(pool: pool, truth: truth)
  }

  /// A right answer that is nobody's twin and not ugly.
  private var sound: Row {
    let pool = Pool(seed: 5)
    for index in 0..<100 {
      let row = pool.row(index)
      if row.defect == .none, row.twin == nil { return row }
    }
    preconditionFailure("a hundred rows hold a right answer")
  }

  @Test(arguments: [3, 4, 5] as [UInt64])
  func `accepts what the generator makes`(seed: UInt64) {
    let pool = Pool(seed: seed)
    var checker = Checker()
    for index in 0..<1000 {
      let (row, truth) = lines(pool.row(index))
      #expect(checker.check(pool: row, truth: truth) == nil)
    }
    #expect(checker.rowCount == 1000)
  }

  @Test func `catches a changed output`() {
    var row = sound
    #expect(issue(row) == nil)
    row.output += "0"
    #expect(
      issue(row) == .verdict(marked: true, answer: row.answer, output: row.answer + "0"))
    row.output = ""
    #expect(issue(row) == .verdict(marked: true, answer: row.answer, output: nil))
  }

  @Test func `catches a right answer marked wrong and a wrong truth`() {
    var row = sound
    row.defect = .wrongResult
    #expect(issue(row) == .verdict(marked: false, answer: row.answer, output: row.answer))
    row = sound
    row.answer += "1"
    #expect(issue(row) == .answer(expected: sound.answer, found: row.answer))
  }

  @Test func `catches a changed question, level, topic and score`() {
    var row = sound
    row.instruction += "!"
    #expect(issue(row) == .wording)
    row = sound
    row.cell.level += 1
    #expect(
      issue(row)
        == .label(field: "level", expected: String(sound.cell.level), found: String(row.cell.level))
    )
    row = sound
    row.cell.topic = row.cell.topic == .market ? .logic : .market
    #expect(issue(row) != nil)
    row = sound
    row.quality = 10_001
    #expect(issue(row) == .quality("1.0001"))
  }

  @Test func `catches facts that do not fit and a twin of nothing`() {
    var row = sound
    row.facts = Facts(numbers: [Int.max], words: [])
    #expect(issue(row) == .facts)
    row = sound
    row.twin = (of: 0, kind: .exact)
    #expect(issue(row) == .twin("p000000"))
  }

  @Test func `catches lines that do not belong together or are no JSON`() {
    let pool = Pool(seed: 5)
    var checker = Checker()
    let (first, second) = (lines(pool.row(0)), lines(pool.row(1)))
    #expect(
      checker.check(pool: first.pool, truth: second.truth)
        == .id(pool: "p000000", truth: "p000001"))
    #expect(checker.check(pool: [0x7B], truth: first.truth) == .poolNotJSON(offset: 1))
    #expect(checker.check(pool: first.pool, truth: []) == .truthNotJSON(offset: 0))
    #expect(checker.check(pool: Array("{}".utf8), truth: first.truth) == .field("id"))
  }

  @Test func `finds the result on the last answer line`() {
    #expect(Answer.result(in: "Answer: 5") == "5")
    #expect(Answer.result(in: "1. 2 + 3 = 5\nAnswer: 4\nAnswer: 5") == "5")
    #expect(Answer.result(in: "The Answer: 5") == nil)
    #expect(Answer.result(in: "") == nil)
  }
}
