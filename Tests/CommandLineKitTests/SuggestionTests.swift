import TestSupport
import Testing

@testable import CommandLineKit

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
    ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xabc", 1), ("bugdet", "budget", 1),
    ("kitten", "sitting", 3), ("ca", "abc", 3), ("é", "e", 1),
  ])
  func `counts the fewest edits`(first: String, second: String, distance: Int) {
    #expect(editDistance(Array(first.unicodeScalars), Array(second.unicodeScalars)) == distance)
  }

  @Test func `agrees with the definition on random words`() {
    for seed in 0..<300 {
      var generator = SeededGenerator(seed: seed)
      let words = (0..<2).map { _ in
        (0..<Int.random(in: 0...6, using: &generator))
          .compactMap { _ in "abc".unicodeScalars.randomElement(using: &generator) }
      }
      let distance = editDistance(words[0], words[1])
      #expect(distance == defined(words[0][...], words[1][...]))
      #expect(distance == editDistance(words[1], words[0]))
      #expect((distance == 0) == (words[0] == words[1]))
    }
  }

  /// The recurrence as it is written, from the end of both words.
  private func defined(_ a: ArraySlice<Unicode.Scalar>, _ b: ArraySlice<Unicode.Scalar>) -> Int {
    guard let lastA = a.last, let lastB = b.last else { return max(a.count, b.count) }
    var least = min(
      defined(a.dropLast(), b) + 1, defined(a, b.dropLast()) + 1,
      defined(a.dropLast(), b.dropLast()) + (lastA == lastB ? 0 : 1))
    let beforeA = a.dropLast()
    let beforeB = b.dropLast()
    if lastA == beforeB.last, beforeA.last == lastB {
      least = min(least, defined(beforeA.dropLast(), beforeB.dropLast()) + 1)
    }
    return least
  }

  @Test(arguments: [
    ("", nil), ("--", nil), ("--x", nil), ("--bugdet", "--budget"), ("--budge", "--budget"),
    ("--seeed", "--seed"), ("--sed", "--seed"), ("--quality", "--quality"), ("--qualm", nil),
    ("--per", "--per-cell"), ("--p", "--per-cell"), ("--budgetary-limit", nil),
    ("--SEED", nil), ("---seed", "--seed"),
  ])
  func `offers the nearest name, else one that begins so`(typed: String, name: String?) {
    let names = ["--seed", "--quality", "--per-cell", "--budget", "--per-source"]
    #expect(suggestion(for: typed, among: names) == name)
    #expect(suggestion(for: typed, among: names.reversed()) == name)
  }

  @Test func `ties go to the alphabetically first`() {
    #expect(suggestion(for: "cat", among: ["hat", "bat", "rat"]) == "bat")
    #expect(suggestion(for: "ab", among: ["abz-last", "aby-first"]) == "aby-first")
  }

  @Test func `nothing is offered where there is nothing`() {
    #expect(suggestion(for: "cat", among: []) == nil)
  }
}
