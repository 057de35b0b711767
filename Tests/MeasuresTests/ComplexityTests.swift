import Measures
import TestSupport
import Testing

@Suite struct ComplexityTests {
  private func complexity(_ text: String) -> Double {
    Measure.complexity.value(of: counts([(text, .text)]))
  }

  @Test func `is the same over prompt and response as over their counts`() {
    let counts = counts("What is 3 + 4?", "It is 7, because 3 + 4 = 7.")
    // 6 numbers, 3 operators, code symbol "=", two lines, no long word, no constraint.
    // lb 6 = log₂ 7, lb 3 = 2, lb 1 = 1, lb 2 = log₂ 3.
    let expected = 2 * 2.807354922057604 + 2 + 0.5 * (1 + 1.584962500721156)
    #expect(abs(Complexity.value(of: counts) - expected) < 1e-12)
  }

  @Test func `never falls when a part is added`() {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      let first = generator.text(length: 40)
      let second = generator.text(length: 40)
      let alone = Measure.complexity.value(of: counts([(first, .prompt)]))
      let both = Measure.complexity.value(of: counts([(first, .prompt), (second, .response)]))
      #expect(alone >= 0)
      #expect(both >= alone)
    }
  }

  @Test func `leaves the response out for the prompt alone`() {
    let asked = counts("Divide 7 by 3.", "")
    let answered = counts("Divide 7 by 3.", "7 / 3 = 2.33\n3 * 2 = 6")
    #expect(Complexity.promptValue(of: answered) == Complexity.promptValue(of: asked))
    #expect(Complexity.promptValue(of: asked) == Complexity.value(of: asked))
    #expect(Complexity.promptValue(of: counts([("1 + 1", .text)])) == 0)
  }

  @Test func `rates worked arithmetic and code above small talk`() {
    let talk = complexity("I like the sea and the sun, and so do all my friends at home.")
    #expect(complexity("3 boxes of 12 are 3 * 12 = 36.\n36 - 5 = 31 are left.") > talk + 3)
    #expect(complexity("for (int i = 0; i < 10; i++) { sum += values[i]; }") > talk + 3)
  }
}
