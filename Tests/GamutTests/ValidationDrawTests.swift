import TestSupport
import Testing

@testable import Gamut

@Suite struct ValidationDrawTests {
  private func samples(
    _ generator: inout SeededGenerator, count: Int, prompts: Int, cells: Int
  ) -> [ValidationDraw.Sample] {
    (0..<count).map { _ in
      ValidationDraw.Sample(
        prompt: ValidationDraw.mixed(UInt64(Int.random(in: 0..<prompts, using: &generator))),
        content: generator.next(), cell: Int32(Int.random(in: 0..<cells, using: &generator)))
    }
  }

  @Test(arguments: 0..<60)
  func `no prompt stands on both sides, and never more are taken than asked for`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let all = samples(&generator, count: 200, prompts: seed % 3 == 0 ? 20 : 150, cells: 7)
    for count in [1, 5, 20, 100, 199, 200] {
      let drawn = ValidationDraw.draw(from: all, count: count, seed: UInt64(seed))
      #expect(drawn.count <= count)
      #expect(all.count { drawn.prompts.contains($0.prompt) } == drawn.count)
    }
  }

  @Test(arguments: 0..<40)
  func `each cell gives its share as nearly as whole samples allow`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let all = samples(&generator, count: 400, prompts: .max, cells: 5)
    let count = Int.random(in: 1..<400, using: &generator)
    let drawn = ValidationDraw.draw(from: all, count: count, seed: 3)
    #expect(drawn.count == count)
    for cell in 0..<5 {
      let members = all.filter { $0.cell == cell }
      let taken = members.count { drawn.prompts.contains($0.prompt) }
      let quota = Double(members.count) * Double(count) / 400
      #expect((Double(taken) - quota).magnitude < 1.5, "\(taken) of \(quota)")
    }
  }

  @Test(arguments: 0..<40)
  func `the draw hangs on neither order nor place, and a smaller one lies within a larger`(
    seed: Int
  ) {
    var generator = SeededGenerator(seed: seed)
    let all = samples(&generator, count: 150, prompts: .max, cells: 4)
    let whole = ValidationDraw.draw(from: all, count: 60, seed: 1)
    let shuffled = all.shuffled(using: &generator)
    #expect(ValidationDraw.draw(from: shuffled, count: 60, seed: 1).prompts == whole.prompts)
    let part = ValidationDraw.draw(from: all, count: 25, seed: 1)
    #expect(part.prompts.isSubset(of: whole.prompts))
    #expect(ValidationDraw.draw(from: all, count: 60, seed: 2).prompts != whole.prompts)
  }

  @Test func `of nothing nothing is drawn, and a prompt too common is passed over`() {
    #expect(ValidationDraw.draw(from: [], count: 5, seed: 0).count == 0)
    let common = (0..<10).map { ValidationDraw.Sample(prompt: 1, content: $0, cell: 0) }
    let rare = ValidationDraw.Sample(prompt: 2, content: 99, cell: 0)
    let drawn = ValidationDraw.draw(from: common + [rare], count: 3, seed: 0)
    #expect(drawn.prompts == [2] && drawn.count == 1)
  }

  @Test func `weights make the subset count as its pool, with mean 1`() {
    let strata = ExportStrata(cells: [0, 0, 1, 2, 2, 2], masses: [10, 40, 6, 100])
    let weights = strata.weights(ofTrained: [true, false, true, true, true, true])
    // Masses of the cells that are trained on: 10, 40, 6 over 1, 1, 3 samples.
    #expect(weights.map { ($0 * 56 / 5 * 1000).rounded() / 1000 } == [10, 40, 2, 11.2])
    #expect(weights[0] + weights[1] + 3 * weights[2] == 5)
    #expect(strata.weights(ofTrained: Array(repeating: false, count: 6)) == [1, 1, 1, 1])
  }
}
