import JSON
import Metrics
import Selection
import Testing

@testable import Gamut

/// `--require`: what it reads, and what it refuses.
@Suite struct RequirementTests {
  @Test(arguments: [
    ("vendi>random", "vendi_1", ">", 1.0, Requirement.Reference.random),
    ("vendi_1 > random", "vendi_1", ">", 1, .random),
    ("quality>=0.97*top", "quality_mean", ">=", 0.97, .top),
    (" quality >= 0.97 * top ", "quality_mean", ">=", 0.97, .top),
    ("evenness>=0.9", "evenness", ">=", 1, .number(0.9)),
    ("quality>=pool", "quality_mean", ">=", 1, .pool),
    ("self_bleu<random-length", "self_bleu", "<", 1, .randomLength),
    ("tokens<=1.1*pool", "tokens_mean", "<=", 1.1, .pool),
    ("quality_regret<2*3", "quality_regret", "<", 2, .number(3)),
    ("quality>-1e3", "quality_mean", ">", 1, .number(-1000)),
    ("complexity>=-0.5*random", "complexity_mean", ">=", -0.5, .random),
  ])
  func `a requirement is read`(
    text: String, metric: String, sign: String, factor: Double, reference: Requirement.Reference
  ) throws {
    let requirement = try Requirement(parsing: text)
    #expect(requirement.metric.name == metric)
    #expect(requirement.relation.rawValue == sign)
    #expect(requirement.factor == factor)
    #expect(requirement.reference == reference)
    #expect(try Requirement(parsing: requirement.text) == requirement)
  }

  @Test(arguments: [
    ("", Requirement.ParsingError.noRelation), ("vendi", .noRelation), ("vendi=3", .noRelation),
    (">3", .incomplete), ("vendi>", .incomplete), ("vendi>= ", .incomplete),
    ("vendy>3", .unknownMetric("vendy")), ("QUALITY>3", .unknownMetric("QUALITY")),
    ("vendi>rnd", .unknownTerm("rnd")), ("vendi>>3", .unknownTerm(">3")),
    ("vendi>nan", .unknownTerm("nan")), ("vendi>inf", .unknownTerm("inf")),
    ("vendi=>3", .unknownMetric("vendi=")), ("vendi>x*top", .badFactor("x")),
    ("vendi>*top", .badFactor("")), ("vendi>inf*top", .badFactor("inf")),
    ("vendi>2*", .unknownTerm("")), ("vendi>2*3*top", .unknownTerm("3*top")),
    ("vendi>1e308*1e308", .unknownTerm("1e308")),
  ])
  func `what is no requirement is refused with the reason`(
    text: String, problem: Requirement.ParsingError
  ) {
    #expect(throws: problem) { try Requirement(parsing: text) }
  }

  @Test func `relations hold as they read`() {
    let expected: [(Requirement.Relation, [Bool])] = [
      (.above, [false, false, true]), (.atLeast, [false, true, true]),
      (.below, [true, false, false]), (.atMost, [true, true, false]),
    ]
    for (relation, holds) in expected {
      #expect([1.0, 2, 3].map { relation.holds($0, 2) } == holds)
      #expect(!relation.holds(.nan, 2))
    }
  }

  @Test func `every metric has a name of its own, and short names stand for known ones`() {
    let names = ProofMetric.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { ProofMetric(named: $0)?.name == $0 })
    for (short, full) in ProofMetric.shortNames {
      #expect(!names.contains(short))
      #expect(ProofMetric(named: short)?.name == full)
    }
    #expect(Set(ProofMetric.all) == ProofMetric.cheap.union(ProofMetric.all.filter { !$0.isCheap }))
    #expect(ProofMetric.all.count(where: \.needsVectors) == VectorMetric.allCases.count)
    #expect(ProofMetric.all.count(where: \.needsTexts) == TextMetric.allCases.count)
  }

  @Test func `a recipe has what is required, and how many are drawn where that decides`() throws {
    var recipe = Recipe(budget: .samples(5), text: "5")
    #expect(recipe.json["require"] == nil && recipe.json["random"] == nil)
    recipe.requirements = [try Requirement(parsing: "quality >= top")]
    #expect(recipe.json["require"]?.items?.first?.text == "quality >= top")
    #expect(recipe.json["random"] == nil && !recipe.usesVectors)
    recipe.requirements.append(try Requirement(parsing: "vendi>random"))
    #expect(recipe.json["random"]?.wholeNumber == 20 && recipe.usesVectors)
    #expect(recipe.yaml.contains("vendi>random"))
  }
}
