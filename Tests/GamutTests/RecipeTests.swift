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
}
