import Descriptors
import Measures
import Selection
import Testing

@testable import Gamut

@Suite struct RecipeTests {
  @Test func `a plan reads each column and measure that a recipe names`() throws {
    var recipe = Recipe(budget: .samples(5), text: "5")
    recipe.quality = [.init(path: "score"), .init(path: "loss", weight: -1)]
    recipe.axes = try [
      "topic3", "column:kind", "column:age:4@quantile", "tokens", "code", "topic1",
    ]
    .map { try AxisSpecification(parsing: $0, measures: ["tokens", "code"]) }
    let plan = ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    #expect(plan.numericColumns == ["score", "loss", "age"])
    #expect(plan.categoryColumns == ["kind"])
    #expect(plan.measures.map(\.rawValue) == ["code"])
    #expect(plan.topicCount == 3)
    #expect(plan.heuristic == nil)
    #expect(
      plan.places == [.topic(2), .label(0), .number(2), .tokens, .measure(0), .topic(0)])
  }

  @Test func `a cvt axis looks at sixteen topics, as many as are asked for, or all there are`()
    throws
  {
    var recipe = Recipe(budget: .samples(5), text: "5")
    func plan(_ axes: String...) throws -> ReadingPlan {
      recipe.axes = try axes.map { try AxisSpecification(parsing: $0, measures: []) }
      return ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    }
    var cells = try plan("topic@cvt", "topic3")
    #expect(cells.places == [.topics, .topic(2)])
    #expect(cells.cvtTopicCount == 16 && cells.topicCount == 16)
    try cells.limitTopics(to: 16, recipe: recipe)
    #expect(cells.cvtTopicCount == 16 && cells.topicCount == 16)
    try cells.limitTopics(to: 4, recipe: recipe)
    #expect(cells.cvtTopicCount == 4 && cells.topicCount == 4)
    #expect(throws: GamutError.self) { try cells.limitTopics(to: 2, recipe: recipe) }
    var wide = try plan("topic@cvt", "topic20")
    #expect(wide.cvtTopicCount == 16 && wide.topicCount == 20)
    try wide.limitTopics(to: 20, recipe: recipe)
    #expect(wide.cvtTopicCount == 16 && wide.topicCount == 20)
    recipe.topics = 5
    var asked = try plan("topic@cvt")
    #expect(asked.cvtTopicCount == 5 && asked.topicCount == 5)
    do throws(GamutError) {
      try asked.limitTopics(to: 4, recipe: recipe)
      Issue.record("nothing was thrown")
    } catch {
      guard case .topicsBeyondDimension(5, 4) = error else {
        Issue.record("\(error)")
        return
      }
    }
    // Without such an axis topics are as before.
    let plain = try plan("topic2")
    #expect(plain.topicCount == 2 && plain.cvtTopicCount == 0)
  }

  @Test func `the heuristic is read where no column tells quality, and once`() throws {
    var recipe = Recipe(budget: .samples(5), text: "5")
    recipe.axes = [try AxisSpecification(parsing: "quality:4", measures: ["quality"])]
    let plan = ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    #expect(plan.heuristic == 0)
    #expect(plan.measures.map(\.rawValue) == ["quality"])
    #expect(plan.places == [.measure(0)])
  }

  @Test(arguments: [
    ("subset.jsonl", "subset"), ("a/b.json", "a/b"), ("plain", "plain"), ("x.txt", "x.txt"),
    (".jsonl", ".jsonl"), ("a.jsonl.json", "a.jsonl"), ("a.jsonl.gz", "a.jsonl.gz"),
  ])
  func `manifest and receipts are named after the subset`(subset: String, stem: String) {
    let paths = OutputPaths(subset: subset)
    #expect(paths.subset == subset)
    #expect(paths.manifest == stem + ".manifest.json")
    #expect(paths.receipts == stem + ".receipts.jsonl")
  }

  @Test(arguments: [
    ("subset.jsonl", "5k", "subset.5k.jsonl", "subset.5k"),
    ("a.b/s.json", "10%", "a.b/s.10pct.json", "a.b/s.10pct"),
    ("plain", "1.5Mtok", "plain.1.5Mtok", "plain.1.5Mtok"), (".jsonl", "1", ".jsonl.1", ".jsonl.1"),
  ])
  func `nested subsets are named after their budgets`(
    subset: String, budget: String, name: String, stem: String
  ) {
    let paths = OutputPaths(subset: subset, budget: budget)
    #expect(paths.subset == name)
    #expect(paths.manifest == stem + ".manifest.json")
    #expect(paths.receipts == stem + ".receipts.jsonl")
  }

  @Test func `a recipe of several budgets is spent up to the largest`() {
    let recipe = Recipe(budgets: [.init(.tokens(5), text: "5tok"), .init(.tokens(9), text: "9tok")])
    #expect(recipe.budget == .tokens(9) && recipe.budgetText == "5tok,9tok")
  }

  @Test func `budgets that do not ascend in one unit are a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = Recipe(budgets: [.init(.tokens(5), text: "5tok"), .init(.samples(9), text: "9")])
    }
    await #expect(processExitsWith: .failure) {
      var recipe = Recipe(budget: .samples(5), text: "5")
      recipe.budgets.append(.init(.samples(5), text: "5"))
    }
    await #expect(processExitsWith: .failure) { _ = Recipe(budgets: []) }
  }

  @Test func `a column whose name ends like a weight keeps its end`() {
    var recipe = Recipe(budget: .samples(5), text: "5")
    recipe.quality = [
      .init(path: "a"), .init(path: "a", weight: -0.5), .init(path: "a:1"), .init(path: "a:b"),
      .init(path: "a:1", weight: 2), .init(path: "a:nan"),
    ]
    #expect(
      recipe.yaml.contains(
        """
        quality:
          - a
          - a:-0.5
          - a:1:1
          - a:b
          - a:1:2
          - a:nan:1

        """))
  }
}
