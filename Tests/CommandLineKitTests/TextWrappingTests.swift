import TestSupport
import Testing

@testable import CommandLineKit

@Suite struct TextWrappingTests {
  @Test(arguments: [
    ("", []), (" ", []), ("\n\n", []), ("a", ["a"]), ("one two", ["one two"]),
    ("one two three", ["one two", "three"]), ("one  two\nthree", ["one two", "three"]),
    ("12345678", ["12345678"]), ("1234567890", ["1234567890"]),
    ("a 1234567890", ["a", "1234567890"]),
    ("a\n\n\nb\n", ["a", "", "b"]), ("a\n  kept as it is\nb", ["a", "  kept as it is", "b"]),
    ("äöü äöü", ["äöü äöü"]), ("\n  x\n\n", ["  x"]),
  ])
  func `breaks a text at eight columns`(text: String, lines: [String]) {
    #expect(wrap(text, width: 8) == lines)
  }

  @Test func `keeps every word in order and every line short, whatever the width`() {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      let words = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
        String(repeating: "w", count: Int.random(in: 1...12, using: &generator))
      }
      let width = Int.random(in: 1...40, using: &generator)
      let lines = wrap(words.joined(separator: " "), width: width)
      #expect(lines.flatMap { $0.split(separator: " ").map(String.init) } == words)
      #expect(lines.allSatisfy { $0.count <= width || !$0.contains(" ") })
    }
  }
}
