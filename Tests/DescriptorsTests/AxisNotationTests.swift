import Descriptors
import Testing

@Suite struct AxisNotationTests {
  static let measures = ["complexity", "tokens"]

  static func read(_ text: String) throws(DescriptorsError) -> AxisSpecification {
    try AxisSpecification(parsing: text, measures: measures)
  }

  struct Reading: Sendable, CustomTestStringConvertible {
    var text: String
    var subject: AxisSpecification.Subject
    var bins: Int
    var binning: AxisSpecification.Binning
    var testDescription: String { text }

    init(
      _ text: String, _ subject: AxisSpecification.Subject, _ bins: Int,
      _ binning: AxisSpecification.Binning
    ) {
      self.text = text
      self.subject = subject
      self.bins = bins
      self.binning = binning
    }
  }

  @Test(arguments: [
    Reading("complexity:8@quantile", .measure("complexity"), 8, .quantile),
    Reading("complexity", .measure("complexity"), 8, .quantile),
    Reading("complexity@uniform", .measure("complexity"), 8, .uniform),
    Reading("complexity:1", .measure("complexity"), 1, .quantile),
    Reading("complexity:1000000", .measure("complexity"), 1_000_000, .quantile),
    Reading("complexity:08", .measure("complexity"), 8, .quantile),
    Reading("tokens:6@log", .measure("tokens"), 6, .log),
    Reading("tokens@100,1e3", .measure("tokens"), 3, .edges([100, 1000])),
    Reading("tokens@-1.5,0,.5", .measure("tokens"), 4, .edges([-1.5, 0, 0.5])),
    Reading("topic1:10", .topic(1), 10, .uniform),
    Reading("topic12", .topic(12), 8, .uniform),
    Reading("topic65536@quantile", .topic(65_536), 8, .quantile),
    Reading("topic:256@cvt", .topics, 256, .cvt),
    Reading("topic@cvt", .topics, 256, .cvt),
    Reading("topic:16384@cvt", .topics, 16_384, .cvt),
    Reading("complexity:8@nested", .measure("complexity"), 8, .nested),
    Reading("topic3@nested", .topic(3), 8, .nested),
    Reading("column:score@nested", .column("score"), 8, .nested),
    Reading("column:topic", .column("topic"), 8, .category),
    Reading("column:category", .column("category"), 8, .category),
    Reading("column:category@category", .column("category"), 8, .category),
    Reading("column:meta.source", .column("meta.source"), 8, .category),
    Reading("column:score:5", .column("score"), 5, .quantile),
    Reading("column:score@log", .column("score"), 8, .log),
    Reading(
      "column:score:5@0.2,0.4,0.6,0.8", .column("score"), 5, .edges([0.2, 0.4, 0.6, 0.8])),
    Reading("column:score@0.5", .column("score"), 2, .edges([0.5])),
    Reading("column:a:b", .column("a:b"), 8, .category),
    Reading("column:a:5:3", .column("a:5"), 3, .quantile),
    Reading("column:user@host@category", .column("user@host"), 8, .category),
    Reading("column:topic1", .column("topic1"), 8, .category),
    Reading("column:Größe:4", .column("Größe"), 4, .quantile),
  ])
  func `reads every notation, and its own description of it`(_ expected: Reading) throws {
    let read = try Self.read(expected.text)
    #expect(
      read
        == AxisSpecification(
          subject: expected.subject, binCount: expected.bins, binning: expected.binning))
    #expect(try Self.read(read.description) == read)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var text: String
    var problem: DescriptorsError.AxisProblem
    var testDescription: String { text }

    init(_ text: String, _ problem: DescriptorsError.AxisProblem) {
      self.text = text
      self.problem = problem
    }
  }

  static let known = measures + ["topic1", "topic2"]

  @Test(arguments: [
    Refusal("", .missingName),
    Refusal(":8", .missingName),
    Refusal("@uniform", .missingName),
    Refusal("column:", .missingName),
    Refusal("column::5", .missingName),
    Refusal("complexity:0", .badBinCount(text: "0")),
    Refusal("complexity:", .badBinCount(text: "")),
    Refusal("complexity:-3", .badBinCount(text: "-3")),
    Refusal("complexity:+5", .badBinCount(text: "+5")),
    Refusal("complexity:2.5", .badBinCount(text: "2.5")),
    Refusal("complexity:x", .badBinCount(text: "x")),
    Refusal("complexity:٣", .badBinCount(text: "٣")),
    Refusal("complexity:1000001", .badBinCount(text: "1000001")),
    Refusal("complexity:99999999999999999999", .badBinCount(text: "99999999999999999999")),
    Refusal("column:score:", .badBinCount(text: "")),
    Refusal("column:score:@log", .badBinCount(text: "")),
    Refusal("column:score:0", .badBinCount(text: "0")),
    Refusal("complexity:8@", .badBinning(text: "")),
    Refusal("complexity@qantile", .badBinning(text: "qantile")),
    Refusal("complexity@Uniform", .badBinning(text: "Uniform")),
    Refusal("complexity@0.2,,0.4", .badBinning(text: "0.2,,0.4")),
    Refusal("complexity@0.2,0.4,", .badBinning(text: "0.2,0.4,")),
    Refusal("complexity@0.2, 0.4", .badBinning(text: "0.2, 0.4")),
    Refusal("column:user@host", .badBinning(text: "host")),
    Refusal("complexity@0.4,0.2", .edgesNotAscending),
    Refusal("complexity@0.2,0.2", .edgesNotAscending),
    Refusal("complexity@0,-0", .edgesNotAscending),
    Refusal("complexity@nan", .edgesNotAscending),
    Refusal("complexity@0,inf", .edgesNotAscending),
    Refusal("complexity:4@0.5", .edgesDisagreeWithBins(edges: 1, bins: 4)),
    Refusal("complexity@category", .categoryOfMeasure),
    Refusal("topic1:4@category", .categoryOfMeasure),
    Refusal("column:kind:5@category", .categoryWithBins),
    Refusal("quality", .unknownMeasure(name: "quality", known: known)),
    Refusal("Complexity:4", .unknownMeasure(name: "Complexity", known: known)),
    Refusal("topic", .topicsWithoutCVT),
    Refusal("topic:256", .topicsWithoutCVT),
    Refusal("topic:8@quantile", .topicsWithoutCVT),
    Refusal("topic:8@nested", .topicsWithoutCVT),
    Refusal("topic@0.5", .topicsWithoutCVT),
    Refusal("topic@category", .topicsWithoutCVT),
    Refusal("topic:0@cvt", .badBinCount(text: "0")),
    Refusal("topic:16385@cvt", .tooManyCells(limit: 16_384)),
    Refusal("complexity:8@cvt", .cvtOfOther(name: "complexity")),
    Refusal("topic1:8@cvt", .cvtOfOther(name: "topic1")),
    Refusal("column:kind:8@cvt", .cvtOfOther(name: "column:kind")),
    Refusal("topic0", .unknownMeasure(name: "topic0", known: known)),
    Refusal("topic01", .unknownMeasure(name: "topic01", known: known)),
    Refusal("topic+1", .unknownMeasure(name: "topic+1", known: known)),
    Refusal("topic65537", .unknownMeasure(name: "topic65537", known: known)),
  ])
  func `says of every malformed notation what is wrong with it`(_ refusal: Refusal) {
    #expect(throws: DescriptorsError.malformedAxis(text: refusal.text, problem: refusal.problem)) {
      try Self.read(refusal.text)
    }
  }

  @Test func `the axes of a recipe that names none are the promised ones`() throws {
    let expected = ["complexity:4@quantile", "topic:64@cvt"]
    #expect(AxisSpecification.defaults.map(\.description) == expected)
    #expect(try expected.map(Self.read) == AxisSpecification.defaults)
  }

  @Test func `names carry the kind of a column`() throws {
    #expect(try Self.read("column:a.b:5").name == "column:a.b")
    #expect(try Self.read("topic3:5").name == "topic3")
    #expect(try Self.read("tokens:5@log").name == "tokens")
  }

  @Test func `edges are described in as few digits as read back the same`() throws {
    let text = "tokens:7@-1e+20,-1000000000000000,-3,0.1,0.30000000000000004,1e+300"
    #expect(try Self.read(text).description == text)
  }

  @Test func `an axis without bins is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = AxisSpecification(subject: .topic(1), binCount: 0, binning: .uniform)
    }
  }

  @Test func `a nested axis stands after another`() throws {
    let nested = try Self.read("complexity:8@nested")
    let other = try Self.read("tokens:4")
    #expect(
      throws: DescriptorsError.malformedAxis(text: "complexity:8@nested", problem: .nestedFirst)
    ) { try AxisSpecification.check([nested, other]) }
    try AxisSpecification.check([])
    try AxisSpecification.check([other, nested, nested])
  }
}
