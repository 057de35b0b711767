import Measures
import TestSupport
import Testing

@Suite struct TokenEstimateTests {
  private func units(_ text: String) -> Int { counts([(text, .response)]).response.tokenUnits }

  @Test func `rounds up once`() {
    #expect(TokenEstimate.tokens(units: 0) == 0)
    #expect(TokenEstimate.tokens(units: 1) == 1)
    #expect(TokenEstimate.tokens(units: 16) == 1)
    #expect(TokenEstimate.tokens(units: 17) == 2)
    // Ten sixteenths twice are two tokens, not one token each side.
    #expect(counts([(",", .prompt), (",", .response)]).tokens == 3)
  }

  @Test(arguments: [
    ("a", 16), ("word", 16), ("a b", 32), ("internal", 19), ("abcdefghijklmn", 28), (".a", 28),
    ("1", 16), ("123", 16), ("1234", 32), ("a 1", 48), ("a1", 32), ("a\n", 36), ("a.\n", 34),
    ("\n", 20), ("\n\n\n", 20), ("\r\n", 20), (" ", 0), ("  ", 4), ("     ", 4), ("...", 18),
    ("it's", 30), ("é", 12), ("ж", 8), ("α", 14), ("中", 19), ("か", 14), ("—", 10), ("한", 18),
    ("\u{1F600}", 32),
  ])
  func `charges the prices of the table`(text: String, expected: Int) {
    #expect(units(text) == expected)
  }

  @Test func `grows with the text and is nearly additive`() {
    for seed in 0..<300 {
      var generator = SeededGenerator(seed: seed)
      let first = generator.text(length: Int.random(in: 0...30, using: &generator))
      let second = generator.text(length: Int.random(in: 0...30, using: &generator))
      let joined = units(first + second)
      #expect(joined >= 0)
      // Only the run that straddles the joint can be priced otherwise.
      #expect(abs(joined - units(first) - units(second)) <= 40)
    }
  }
}
