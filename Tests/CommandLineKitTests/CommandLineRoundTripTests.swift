import CommandLineKit
import TestSupport
import Testing

@Suite struct CommandLineRoundTripTests {
  @Test func `a line rendered from random values reads back as the same values`() throws {
    for seed in 0..<1000 {
      var generator = SeededGenerator(seed: seed)
      let (line, expected) = randomLine(using: &generator)
      var parsed = try Pick.parse(line)
      #expect(parsed.given.names.sorted() == expected.given.names.sorted(), "\(line)")
      parsed.given = expected.given
      #expect(parsed == expected, "seed \(seed): \(line)")
    }
  }

  @Test func `no line makes the parser fail otherwise than by an error of its own`() {
    let pieces = [
      "-", "--", "=", "w", "o", "v", "weight", "output", "no-progress", "5", "é", " ", "-5",
    ]
    var accepted = 0
    for seed in 0..<2000 {
      var generator = SeededGenerator(seed: seed)
      let line = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        (0..<Int.random(in: 0...4, using: &generator))
          .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
      }
      do throws(CommandLineError) {
        _ = try Pick.parse(["-w1g"] + line + ["oak"])
        accepted += 1
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    // Some lines are right by chance, so that the loop is known to reach the parser's end.
    #expect(accepted > 0 && accepted < 2000)
  }

  /// A line in random spellings and order, and what it should read as.
  private func randomLine(using generator: inout SeededGenerator) -> ([String], Pick) {
    var expected = Pick()
    var groups: [[String]] = []
    var names: [String] = []

    func value(_ name: String, _ short: Character?, _ text: String) {
      names.append(name)
      let mayStandAlone = !text.utf8.starts(with: "-".utf8) || text == "-" || Int(text) != nil
      var spellings = [["--\(name)=\(text)"]]
      if mayStandAlone { spellings.append(["--\(name)", text]) }
      if let short {
        spellings.append(["-\(short)=\(text)"])
        if !text.isEmpty, !text.utf8.starts(with: "=".utf8) {
          spellings.append(["-\(short)\(text)"])
        }
        if mayStandAlone { spellings.append(["-\(short)", text]) }
      }
      groups.append(spellings.randomElement(using: &generator) ?? [])
    }

    let grams = Int.random(in: 1...9_999_999, using: &generator)
    expected.weight = Weight(grams: grams)
    value("weight", "w", grams.isMultiple(of: 1000) ? "\(grams / 1000)kg" : "\(grams)g")
    if Bool.random(using: &generator) {
      expected.count = Int(truncatingIfNeeded: generator.next())
      value("count", "c", "\(expected.count)")
    }
    if Bool.random(using: &generator),
      let ripeness = Ripeness.allCases.randomElement(using: &generator)
    {
      expected.ripeness = ripeness
      value("ripeness", "r", ripeness.rawValue)
    }
    if Bool.random(using: &generator) {
      expected.seed = generator.next()
      value("seed", nil, "\(expected.seed)")
    }
    if Bool.random(using: &generator) {
      expected.weather.wind = Int.random(in: -50...50, using: &generator)
      value("wind", nil, "\(expected.weather.wind ?? 0)")
    }
    if Bool.random(using: &generator) {
      expected.weather.rain = Double.random(in: 0...1, using: &generator)
      value("rain", nil, "\(expected.weather.rain)")
    }
    if Bool.random(using: &generator) {
      let output = randomText(using: &generator)
      expected.output = output
      value("output", "o", output)
      if Bool.random(using: &generator) {
        expected.isForced = true
        names.append("force")
        groups.append([["-f"], ["--force"]].randomElement(using: &generator) ?? [])
      }
    }
    if Bool.random(using: &generator) {
      expected.showsProgress = Bool.random(using: &generator)
      names.append("progress")
      groups.append([expected.showsProgress ? "--progress" : "--no-progress"])
    }
    expected.verbosity = Int.random(in: 0...3, using: &generator)
    if expected.verbosity > 0 {
      names.append("verbose")
      groups.append(["-" + String(repeating: "v", count: expected.verbosity)])
    }
    groups.shuffle(using: &generator)

    // Repeated values keep their order, and so do the trees, so both are put between the rest.
    let kinds = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
      randomText(using: &generator)
    }
    if !kinds.isEmpty { expected.kinds = kinds }
    let rest = groups
    groups = []
    for kind in kinds { value("kind", "k", kind) }
    var line = merge(groups, rest, using: &generator)
    expected.trees = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      randomText(using: &generator)
    }
    let needsEnd = expected.trees.contains { $0.utf8.starts(with: "-".utf8) && $0 != "-" }
    if needsEnd || Bool.random(using: &generator) {
      line.append(["--"] + expected.trees)
    } else {
      line = merge(expected.trees.map { [$0] }, line, using: &generator)
    }
    expected.given = given(Set(names))
    return (line.flatMap(\.self), expected)
  }

  /// Two lists mixed at random, the order within each kept.
  private func merge(
    _ first: [[String]], _ second: [[String]], using generator: inout SeededGenerator
  ) -> [[String]] {
    var (first, second) = (first[...], second[...])
    var merged: [[String]] = []
    while !first.isEmpty || !second.isEmpty {
      let takesFirst = second.isEmpty || (!first.isEmpty && Bool.random(using: &generator))
      merged.append(takesFirst ? first.removeFirst() : second.removeFirst())
    }
    return merged
  }

  private func randomText(using generator: inout SeededGenerator) -> String {
    let scalars = Array("ab-= ,\u{301}é漢🍐'\"\n-").flatMap(\.unicodeScalars)
    var text = ""
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      if let scalar = scalars.randomElement(using: &generator) {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Given options with these names, made the only public way: by parsing them.
  private func given(_ names: Set<String>) -> GivenOptions {
    let words = [
      "weight": "--weight=1g", "count": "-c1", "ripeness": "-rripe", "seed": "--seed=1",
      "wind": "--wind=1", "rain": "--rain=1", "output": "-ox", "force": "-f",
      "progress": "--progress", "verbose": "-v", "kind": "-kx",
    ]
    let line = names.sorted().compactMap { words[$0] }
    return (try? Pick.parse(line + ["oak"]).given) ?? GivenOptions()
  }
}
