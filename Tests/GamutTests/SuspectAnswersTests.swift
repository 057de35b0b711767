import Descriptors
import Reporting
import Selection
import TestSupport
import Testing

@testable import Gamut

@Suite struct SuspectAnswersTests {
  /// A pool's columns with nothing in them but answers.
  private func columns(_ answers: [(hash: UInt64, prompt: UInt32)]) -> PoolColumns {
    var recipe = Recipe(budget: .samples(1), text: "1")
    recipe.quality = [.init(path: "q")]
    recipe.axes = []
    var columns = PoolColumns(
      plan: ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false))
    columns.answerHashes = answers.map(\.hash)
    columns.promptHashes = answers.map(\.prompt)
    columns.answerFlags = answers.map { _ in [] }
    columns.lines = answers.indices.map { UInt32($0 + 1) }
    return columns
  }

  @Test func `an answer is repeated from five different prompts on`() {
    let four = (0..<4).map { (hash: UInt64(7), prompt: UInt32($0)) }
    #expect(SuspectAnswers(of: columns(four)).repeated.isEmpty)
    #expect(SuspectAnswers(of: columns(four + four)).repeated.isEmpty)
    #expect(SuspectAnswers(of: columns(four + [(7, 9)])).repeated == [[0, 1, 2, 3, 4]])
    let none = (0..<9).map { (hash: UInt64(0), prompt: UInt32($0)) }
    #expect(SuspectAnswers(of: columns(none)).repeated.isEmpty)
    #expect(SuspectAnswers(of: columns([])).repeated.isEmpty)
  }

  @Test(arguments: 0..<30)
  func `groups are those of a plain count`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let kinds = Int.random(in: 1...60, using: &random)
    // Hashes that agree in their lowest bits share a count of the first pass.
    let answers = (0..<Int.random(in: 0...400, using: &random)).map { _ in
      (
        hash: UInt64.random(in: 0..<UInt64(kinds), using: &random) << (seed % 2 == 0 ? 0 : 40),
        prompt: UInt32.random(in: 0..<12, using: &random)
      )
    }
    let byHash = Dictionary(grouping: answers.indices) { answers[$0].hash }
    let expected = byHash.filter { hash, members in
      hash != 0 && Set(members.map { answers[$0].prompt }).count >= 5
    }.values.map { $0.map { Int32($0) } }.sorted { $0[0] < $1[0] }
    let found = SuspectAnswers(of: columns(answers))
    #expect(found.repeated == expected)
    #expect(found.samples(.repeated).sorted() == expected.flatMap(\.self).sorted())
  }

  @Test func `the best of a repeated answer stays, and duplicates are passed over`() {
    let suspects = SuspectAnswers(of: columns((0..<6).map { (7, UInt32($0)) } + [(8, 1)]))
    var exclusions = Exclusions()
    exclusions.drop(
      suspects, kinds: [.repeated], twins: [-1, -1, 4, -1, -1, -1, -1],
      ranking: [6, 2, 4, 0, 5, 1, 3])
    #expect([2, 4, 6].allSatisfy { exclusions[$0] == nil })
    for sample in [0, 1, 3, 5] {
      #expect(exclusions[sample] == .repeatedAnswer && exclusions.betterSample(than: sample) == 4)
    }
    #expect(exclusions.count(.repeatedAnswer) == 4 && exclusions.betterSample(than: 2) == nil)
  }

  @Test func `a sample is excluded once, and is then no best of its answer`() {
    var pool = columns((0..<6).map { (7, UInt32($0)) })
    pool.answerFlags[0] = [.echo, .placeholder]
    let suspects = SuspectAnswers(of: pool)
    var exclusions = Exclusions()
    #expect(exclusions.isEmpty && exclusions[0] == nil)
    exclusions.drop(
      suspects, kinds: Set(SuspectKind.allCases), twins: [Int32](repeating: -1, count: 6),
      ranking: [0, 1, 2, 3, 4, 5])
    #expect(exclusions[0] == .placeholderAnswer && exclusions[1] == nil)
    #expect(exclusions.count(.repeatedAnswer) == 4 && exclusions.count(.echoedAnswer) == 0)
    #expect(exclusions.betterSample(than: 5) == 1)
    var none = Exclusions()
    none.drop(
      suspects, kinds: [], twins: [Int32](repeating: -1, count: 6), ranking: [0, 1, 2, 3, 4, 5])
    #expect(none.isEmpty)
  }
}
