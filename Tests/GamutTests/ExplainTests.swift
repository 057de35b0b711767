import Descriptors
import JSON
import Reporting
import Selection
import TestSupport
import Testing

@testable import Gamut

/// Explanations held against making every choice there is: small pools, all budgets, all qualities.
@Suite struct ExplainTests {
  /// A recipe to try, by name.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var budget = "9"
    var axes = ["tokens:2", "column:level"]
    var changes: @Sendable (inout Recipe) -> Void = { _ in }
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "defaults"),
    Case(name: "evenness, cap") {
      $0.evenness = 0.4
      $0.perCell = 2
    },
    Case(name: "even claims, cap of one, one axis", budget: "4", axes: ["tokens:4"]) {
      $0.perCell = 1
    },
    Case(name: "greed between") { $0.greed = 0.4 },
    Case(name: "greed alone", budget: "30%") { $0.greed = 1 },
    Case(name: "top, cap") {
      $0.method = .top
      $0.perCell = 3
    },
    Case(name: "random") { $0.method = .random },
    Case(name: "random, balanced") { $0.method = .randomBalanced },
    Case(name: "random, of the same lengths") { $0.method = .randomLength },
    Case(name: "floor, without quality dropped") {
      $0.qualityFloor = .value(0.4)
      $0.missingQuality = .drop
    },
    Case(name: "floor at a percentile, without quality last") {
      $0.qualityFloor = .percentile(35)
      $0.missingQuality = .lowest
      $0.evenness = 0.7
    },
    Case(name: "tokens", budget: "60tok"),
    Case(name: "tokens, cap", budget: "50tok") { $0.perCell = 1 },
    Case(name: "bytes", budget: "700B") { $0.evenness = 0 },
    Case(name: "several budgets", budget: "3,7,12"),
    Case(name: "several budgets of tokens", budget: "20tok,45tok,60tok"),
    Case(name: "quality is an axis", axes: ["column:score:3@quantile", "tokens:2"]),
    Case(name: "quality is an axis, lower is better", axes: ["column:score:3@uniform"]) {
      $0.quality[0].weight = -1
    },
    Case(name: "near duplicates") { $0.nearDuplicates = 0.3 },
    Case(name: "redundancy") { $0.redundancy = 0.5 },
    Case(name: "nested", axes: ["tokens:2", "complexity:2@nested"]),
  ]

  let folder = TemporaryFolder()

  /// A pool with twins, ties, gaps and near repetitions; each with an id, some of which agree.
  static func pool(_ seed: Int, missing: Bool, count: Int = 24) -> String {
    var random = SeededGenerator(seed: seed)
    let words = ["oak", "elm", "ash", "fir", "yew", "box", "bay", "fig", "nut", "pear"]
    var texts: [String] = []
    var lines: [String] = []
    for number in 0..<count {
      var text = (0..<Int.random(in: 2..<12, using: &random)).map { _ in
        words[Int.random(in: 0..<words.count, using: &random)]
      }.joined(separator: " ")
      if number > 3, Int.random(in: 0..<6, using: &random) == 0 {
        text = texts[Int.random(in: 0..<number, using: &random)]
      } else if number > 3, Int.random(in: 0..<6, using: &random) == 0 {
        text = texts[Int.random(in: 0..<number, using: &random)] + " more"
      }
      texts.append(text)
      let score =
        missing && Int.random(in: 0..<6, using: &random) == 0
        ? "" : ",\"score\":\(random.coarse(levels: 10))"
      lines.append(
        "{\"id\":\"s\(number % 20)\",\"instruction\":\"say\",\"output\":\"\(text)\""
          + "\(score),\"level\":\"\(Int.random(in: 0..<3, using: &random))\"}\n")
    }
    return lines.joined()
  }

  private func recipe(_ test: Case) throws -> Recipe {
    var recipe = Recipe(
      budgets: try test.budget.split(separator: ",").map {
        .init(try Budget(parsing: String($0)), text: String($0))
      })
    recipe.quality = [.init(path: "score")]
    recipe.axes = try test.axes.map {
      try AxisSpecification(parsing: $0, measures: ["tokens", "complexity"])
    }
    test.changes(&recipe)
    return recipe
  }

  /// A pool read, on which choices are made as `select` makes them.
  private struct Oracle {
    var run: ChoiceRun
    var pool: ChoiceRun.Pool

    init(_ source: String, _ recipe: Recipe) throws {
      var request = SelectRequest(inputs: [source], recipe: recipe, output: nil, threads: 2)
      request.writesReceipts = true
      run = try ChoiceRun(request)
      pool = try run.pool(rejects: nil) { _ in }
    }

    func statuses(
      _ change: (inout Recipe) -> Void = { _ in }, score: (sample: Int, value: Double)? = nil
    ) throws -> [ReceiptStatus] {
      var recipe = run.recipe
      change(&recipe)
      var columns = pool.columns
      if let score {
        for place in run.plan.numericColumns.indices {
          columns.numbers[place][score.sample] = score.value
        }
      }
      let choices = try Choice.all(
        columns: columns, sources: pool.sources, plan: run.plan, recipe: recipe,
        cutAxes: pool.cutAxes, vectors: pool.vectors, threads: 1)
      return choices[choices.count - 1].statuses
    }

    /// The recipe with its largest budget at another limit.
    func budget(_ limit: Int) -> (inout Recipe) -> Void {
      let count = pool.columns.count
      return { recipe in
        let smaller = recipe.budgets.dropLast().filter {
          $0.budget.limit(poolSampleCount: count) < limit
        }
        let budget: Budget =
          switch recipe.budget.unit {
          case .samples: .samples(limit)
          case .tokens: .tokens(limit)
          case .bytes: .bytes(limit)
          }
        recipe.budgets = smaller + [.init(budget, text: "\(limit)")]
      }
    }
  }

  private func differ(_ one: ReceiptStatus, _ other: ReceiptStatus) -> Bool {
    (one == .selected) != (other == .selected)
  }

  @Test(arguments: cases, 0..<3)
  func `what is told is what choosing again finds`(test: Case, seed: Int) throws {
    let recipe = try recipe(test)
    let source = folder.make(
      "pool.jsonl", Self.pool(seed, missing: recipe.missingQuality != .fail))
    let oracle = try Oracle(source, recipe)
    let now = try oracle.statuses()
    let most =
      switch recipe.budget.unit {
      case .samples: now.count
      case .tokens: oracle.pool.columns.tokens.reduce(0) { $0 + Int($1) }
      case .bytes: oracle.pool.columns.lineByteCounts.reduce(0) { $0 + Int($1) }
      }
    let byBudget = try (0...most).map { try oracle.statuses(oracle.budget($0)) }
    let byEvenness = try (0...100).map { step in
      try oracle.statuses { $0.evenness = Double(step) / 100 }
    }
    for sample in stride(from: seed, to: now.count, by: 2) {
      let line = oracle.pool.columns.lines[sample]
      let explanations = try explain(
        ExplainRequest(inputs: [source], recipe: recipe, id: "\(line)", threads: 2))
      let explanation = try #require(explanations.first)
      #expect(explanation.sample.status == now[sample] && explanation.sample.line == Int(line))
      for change in explanation.changes {
        try check(
          change, of: sample, status: now[sample], oracle: oracle, byBudget: byBudget,
          byEvenness: byEvenness)
      }
      let subjects = explanation.changes.map(\.subject)
      switch now[sample] {
      case .selected, .outranked: #expect(subjects.starts(with: [.budget, .quality]))
      case .capped: #expect(subjects.starts(with: [.perCell, .budget, .quality]))
      case .belowFloor: #expect(subjects.last == .quality)
      case .duplicate, .unscored: #expect(subjects == [.quality])
      default: break
      }
    }
  }

  private func check(
    _ change: Explanation.Change, of sample: Int, status: ReceiptStatus, oracle: Oracle,
    byBudget: [[ReceiptStatus]], byEvenness: [[ReceiptStatus]]
  ) throws {
    let isSelected = status == .selected
    let weight = oracle.run.recipe.quality[0].weight
    func found(_ value: Double) throws -> ReceiptStatus {
      switch change.subject {
      case .budget: try oracle.statuses(oracle.budget(Int(value)))[sample]
      case .quality:
        try oracle.statuses(score: (sample, weight < 0 ? -value : value))[sample]
      case .evenness: try oracle.statuses { $0.evenness = value }[sample]
      case .perCell: try oracle.statuses { $0.perCell = Int(value) }[sample]
      case .floor: try oracle.statuses { $0.qualityFloor = .value(value) }[sample]
      }
    }
    for trial in [change.flip, change.before].compactMap(\.self) + change.furthest {
      #expect(try found(trial.value) == trial.status, "\(change)")
    }
    if let flip = change.flip { #expect(differ(flip.status, status), "\(change)") }
    if let before = change.before { #expect(!differ(before.status, status), "\(change)") }
    for trial in change.furthest { #expect(!differ(trial.status, status), "\(change)") }
    switch change.subject {
    case .budget:
      guard change.isExact, let present = change.present else { return }
      let flips = byBudget.indices.filter {
        differ(byBudget[$0][sample], status) && ($0 < Int(present)) == isSelected
      }
      #expect(
        change.flip?.value == (isSelected ? flips.last : flips.first).map(Double.init),
        "\(change)")
    case .quality:
      let known = (0...10).map { Double($0) / 10 }
      for value in known + known.map({ $0 + 0.05 }) + [-5, 5] where change.isExact {
        let isChosen = try found(value) == .selected
        let expected =
          change.flip.map { isSelected ? value > $0.value : value >= $0.value } ?? isSelected
        #expect(isChosen == expected, "\(value) \(change)")
      }
    case .evenness:
      guard let present = change.present else { return }
      for (step, statuses) in byEvenness.enumerated() where differ(statuses[sample], status) {
        let distance = (Double(step) / 100 - present).magnitude
        // Where every choice is made anew for each value, few values are tried.
        guard oracle.run.recipe.budget.unit == .samples, oracle.run.recipe.redundancy == nil,
          oracle.run.recipe.method == .archive, oracle.run.recipe.greed == 0
        else { continue }
        let flip = try #require(change.flip, "\(step) \(change)")
        #expect((flip.value - present).magnitude <= distance, "\(step) \(change)")
      }
    case .perCell:
      guard change.isExact, let present = change.present else { return }
      let first = try (Int(present)...byEvenness[0].count).first {
        try found(Double($0)) == .selected
      }
      #expect(change.flip?.value == first.map(Double.init), "\(change)")
    case .floor:
      let own = oracle.pool.columns.numbers[0][sample]
      #expect(change.flip == nil || change.flip?.value == own)
    }
  }

  @Test func `exact answers are the rule where every sample costs 1`() throws {
    var exact = 0
    for test in Self.cases.prefix(6) {
      let source = folder.make("pool.jsonl", Self.pool(1, missing: false))
      for line in 1...12 {
        let explanation = try #require(
          try explain(
            ExplainRequest(
              inputs: [source], recipe: try recipe(test), id: "\(line)", threads: 1)
          ).first)
        for change in explanation.changes where change.subject != .evenness {
          #expect(change.isExact)
          exact += change.flip == nil ? 0 : 1
        }
      }
    }
    #expect(exact > 50)
  }

  // MARK: Which samples

  @Test func `an ID is an id, bare or as JSON, then a place`() throws {
    let source = folder.make(
      "pool.jsonl",
      """
      {"id":"a","text":"one","score":1}
      {"id":3,"text":"two","score":1}

      {"id":"\\u00e9","text":"three","score":1}
      {"id":"a","text":"four","score":1}
      {"text":"five","score":1}
      """)
    let other = folder.make("more.jsonl", "{\"id\":\"z\",\"text\":\"six\",\"score\":1}\nbroken\n")
    let recipe = try recipe(Case(name: "", axes: ["tokens:1"]))
    func lines(_ id: String, _ inputs: [String]) throws -> [String] {
      var request = ExplainRequest(inputs: inputs, recipe: recipe, id: id, threads: 1)
      request.onUnreadable = .skip
      return try explain(request).map { "\($0.sample.line) \($0.sample.status) \($0.matchCount)" }
    }
    #expect(try lines("a", [source]) == ["1 selected 2", "5 selected 2"])
    #expect(try lines("\"a\"", [source]).count == 2)
    #expect(try lines("3", [source]) == ["2 selected 1"])
    #expect(try lines("é", [source]) == ["4 selected 1"])
    #expect(try lines("6", [source]) == ["6 selected 1"])
    #expect(try lines("\(source):2", [source]) == ["2 selected 1"])
    #expect(try lines("pool.jsonl:6", [source, other]) == ["6 selected 1"])
    #expect(try lines("more.jsonl:2", [source, other]) == ["2 rejected 1"])
    do {
      _ = try lines("6", [source, other])
      Issue.record("a line alone names nothing in two sources")
    } catch GamutError.noSuchSample(let id, let samples, let identified, let example, _) {
      #expect(id == "6" && samples == 6 && identified == 5 && example == "\"a\"")
    }
    for line in [0, 7] {
      do {
        _ = try lines("\(line)", [source])
        Issue.record("there is no record in line \(line)")
      } catch GamutError.noSuchLine(let path, let found, let last) {
        #expect(path == source && found == line && last == 6)
      }
    }
  }
}
