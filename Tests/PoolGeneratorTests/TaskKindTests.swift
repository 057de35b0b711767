import Testing

@testable import PoolGenerator

@Suite struct TaskKindTests {
  /// Facts of every task, level and a few seeds.
  private func forEachDraw(
    of task: any TaskKind, seeds: Range<UInt64>, _ body: (Facts, Int) throws -> Void
  ) rethrows {
    for level in 1...5 {
      for seed in seeds {
        var dice = Dice(seed: seed, row: level, purpose: .facts)
        try body(task.draw(level: level, using: &dice), level)
      }
    }
  }

  @Test(arguments: Catalogue.tasks.indices)
  func `working has one line a level and ends where the solver does`(index: Int) throws {
    let task = Catalogue.tasks[index]
    try forEachDraw(of: task, seeds: 0..<40) { facts, level in
      let attempt = try task.work(facts, slip: nil)
      #expect(attempt.steps.count == level, "\(task.name) \(facts)")
      #expect(try attempt.answer == task.solve(facts), "\(task.name) \(facts)")
      #expect(!attempt.answer.isEmpty)
      #expect(!attempt.answer.contains("\n"))
    }
  }

  @Test(arguments: Catalogue.tasks.indices)
  func `wordings differ in every language`(index: Int) throws {
    let task = Catalogue.tasks[index]
    try forEachDraw(of: task, seeds: 0..<5) { facts, _ in
      for language in task.languages {
        let prompts = try task.prompts(for: facts, in: language)
        #expect(prompts.count >= 2)
        for (place, prompt) in prompts.enumerated() {
          #expect(!prompts[..<place].contains(prompt), "\(task.name) \(language)")
          #expect(!prompt.instruction.isEmpty)
        }
      }
    }
  }

  @Test(arguments: Catalogue.tasks.indices)
  func `a slip often changes the answer and never adds a step`(index: Int) throws {
    let task = Catalogue.tasks[index]
    var changed = 0
    var count = 0
    try forEachDraw(of: task, seeds: 0..<20) { facts, level in
      let right = try task.work(facts, slip: nil)
      for step in 0..<level {
        let wrong = try task.work(facts, slip: Slip(kind: .wrong, step: step, amount: 1))
        #expect(wrong.steps.count == level)
        let short = try task.work(facts, slip: Slip(kind: .skip, step: step, amount: 1))
        #expect(short.steps.count == level || short.steps.count == level - 1)
        count += 1
        if wrong.answer != right.answer { changed += 1 }
      }
    }
    #expect(changed * 4 > count, "\(task.name): \(changed) of \(count)")
  }

  @Test(arguments: Catalogue.tasks.indices)
  func `facts that end early are refused, not trapped on`(index: Int) {
    let task = Catalogue.tasks[index]
    var dice = Dice(seed: 3, row: 0, purpose: .facts)
    let facts = task.draw(level: 3, using: &dice)
    let empty = Facts(numbers: [], words: [])
    // The one task with neither numbers nor a list of its own works on whatever words it is given.
    if task.name != "list-words" && task.name != "market-bill" {
      #expect(throws: FactError.self) { try task.solve(empty) }
    }
    for count in facts.numbers.indices {
      let short = Facts(numbers: Array(facts.numbers.prefix(count)), words: facts.words)
      _ = try? task.solve(short)
      _ = try? task.work(short, slip: nil)
      _ = try? task.prompts(for: short, in: .english)
    }
    for count in facts.words.indices {
      let short = Facts(numbers: facts.numbers, words: Array(facts.words.prefix(count)))
      _ = try? task.solve(short)
      _ = try? task.work(short, slip: nil)
      _ = try? task.prompts(for: short, in: .english)
    }
  }

  @Test(arguments: [
    // 10 × 3 − 6 = 24, ÷ 4 = 6.
    ("market-count", [0, 10, 2, 3, 1, 6, 3, 4], ["Ada"], "6"),
    ("market-bill", [2, 5, 3, 4], ["Ada", "pies", "mugs"], "22"),
    ("list-numbers", [5, 4, 1, 4, 3, 2, 5, 0, 0, 0], [], "1, 2, 3, 4"),
    ("list-words", [0, 0, 7, 2], ["pear", "fig", "apple"], "apple, fig"),
    ("text-pipeline", [1, 1, 0, 0], ["xyz"], "azy"),
    ("letter-count", [], ["s", "glass", "house"], "3"),
    ("clock-chain", [23 * 60 + 50, 0, 15], ["Ada"], "00:05"),
    ("weekday-chain", [6, 3, -5], ["Ada", "exam", "flight"], "Friday"),
    ("code-trace", [17, 4, 5], ["x", "x"], "2"),
    // 5 + 4 − 1 (odd subtracts a constant 1) = 8.
    ("code-loop", [5, 0, 9, 0, 0, 3, 1, 4, 7], ["t", "n"], "8"),
    // (true and not true) implies false = true.
    ("truth-value", [1, 0, 1, 1, 3, 0, 0], ["flat", "a", "b", "c"], "true"),
    ("set-operations", [3, 1, 2, 3, 2, 1, 2, 3, 2, 3, 9], [], "1, 9"),
    ("table-query", [2, 30, 5, 0, 20, 9, 1, 2, 10, 2], ["a", "b", "k", "l", "m"], "a"),
    ("table-hops", [2, 3, 1, 101, 2, 102, 0, 103, 1], ["Ada", "Ivy", "Uma"], "102"),
    ("kin-hops", [2], ["Ada", "son", "Omar", "Omar", "aunt", "Ivy", "Ada", "aunt", "Uma"], "Ivy"),
    ("kin-ages", [30, 1, 6, 3, 2], ["Ada", "Ivy", "Uma"], "12"),
    ("place-hops", [2, 1, 1], ["T", "R", "L", "P", "C", "F"], "P"),
    ("place-distance", [10, 20, 99], ["A", "B", "C", "D"], "30"),
    ("kitchen-scale", [100, 2, 3, 0, 50], ["rice", "dal", "Ada"], "350"),
    ("kitchen-units", [3, 6, 4], ["crates", "boxes", "tins", "tea"], "72"),
    // Facing north: right 2, then around 3.
    ("grid-walk", [5, 5, 1, 0, 1, 2, 2, 3], ["a tram"], "(4, 5)"),
    ("scene-filter", [1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], [], "1"),
    (
      "language-translate", [2, 0, 4], ["Velu", "ti", "ka", "fox", "mo", "sees", "la"], "la moka"
    ),
    ("language-numbers", [7, 3, 2, 0, 0, 1, 1], ["Velu", "mo", "la"], "4"),
  ])
  func `solves a question worked out by hand`(
    name: String, numbers: [Int], words: [String], answer: String
  ) throws {
    let task = try #require(Catalogue.task(named: name))
    let facts = Facts(numbers: numbers, words: words)
    #expect(try task.solve(facts) == answer)
    #expect(try task.work(facts, slip: nil).answer == answer)
  }

  @Test func `every skill but truth and substitution is shared between topics`() {
    for skill in Skill.allCases where skill != .truth && skill != .substitution {
      let tasks = Catalogue.tasks.filter { $0.skill == skill }
      #expect(Set(tasks.map(\.topic)).count >= 2, "\(skill)")
    }
    for topic in Topic.allCases { #expect(Catalogue.tasks(of: topic).count == 2) }
  }

  @Test func `list operations do what they say`() {
    let list = [3, 8, 3, 5]
    #expect(NumberListOperation.ascending.apply(to: list, amount: 0) == [3, 3, 5, 8])
    #expect(NumberListOperation.descending.apply(to: list, amount: 0) == [8, 5, 3, 3])
    #expect(NumberListOperation.even.apply(to: list, amount: 0) == [8])
    #expect(NumberListOperation.odd.apply(to: list, amount: 0) == [3, 3, 5])
    #expect(NumberListOperation.above.apply(to: list, amount: 3) == [8, 5])
    #expect(NumberListOperation.unique.apply(to: list, amount: 0) == [3, 8, 5])
    #expect(NumberListOperation.reverse.apply(to: list, amount: 0) == [5, 3, 8, 3])
    #expect(NumberListOperation.add.apply(to: list, amount: 2) == [5, 10, 5, 7])
    #expect(NumberListOperation.first.apply(to: list, amount: 2) == [3, 8])
    #expect(NumberListOperation.last.apply(to: list, amount: 2) == [3, 5])
    #expect(NumberListOperation.sum.apply(to: list, amount: 0) == [19])
    #expect(NumberListOperation.largest.apply(to: list, amount: 0) == [8])
    #expect(NumberListOperation.largest.apply(to: [], amount: 0) == [])
    let words = ["plum", "fig", "pear", "fig"]
    let letter = Int(UInt8(ascii: "p"))
    #expect(
      WordListOperation.alphabetical.apply(to: words, amount: 0) == ["fig", "fig", "pear", "plum"])
    #expect(
      WordListOperation.byLength.apply(to: words, amount: 0) == ["fig", "fig", "plum", "pear"])
    #expect(
      WordListOperation.reverse.apply(to: words, amount: 0) == ["fig", "pear", "fig", "plum"])
    #expect(WordListOperation.unique.apply(to: words, amount: 0) == ["plum", "fig", "pear"])
    #expect(WordListOperation.without.apply(to: words, amount: letter) == ["fig", "fig"])
    #expect(WordListOperation.containing.apply(to: words, amount: letter) == ["plum", "pear"])
    #expect(WordListOperation.longer.apply(to: words, amount: 3) == ["plum", "pear"])
    #expect(WordListOperation.first.apply(to: words, amount: 1) == ["plum"])
    #expect(WordListOperation.last.apply(to: words, amount: 1) == ["fig"])
  }

  @Test func `text operations do what they say`() {
    #expect(TextOperation.reverse.apply(to: "añ🍎", amount: 0) == "🍎ña")
    #expect(TextOperation.shift.apply(to: "xyzXñ", amount: 2) == "zabZñ")
    #expect(TextOperation.dropVowels.apply(to: "aUdio", amount: 0) == "d")
    #expect(TextOperation.swapEnds.apply(to: "abc", amount: 0) == "cba")
    #expect(TextOperation.swapEnds.apply(to: "", amount: 0) == "")
    #expect(TextOperation.rotate.apply(to: "abcde", amount: 2) == "cdeab")
    #expect(TextOperation.rotate.apply(to: "ab", amount: 9) == "ab")
    #expect(TextOperation.upper.apply(to: "ab", amount: 0) == "AB")
    #expect(TextOperation.doubleFirst.apply(to: "ab", amount: 0) == "aab")
    #expect(TextOperation.dropLast.apply(to: "ab", amount: 0) == "a")
  }
}
