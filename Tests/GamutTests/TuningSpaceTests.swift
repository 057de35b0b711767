import Descriptors
import Measures
import Testing

@testable import Gamut

/// What is tried: how it is written, and which configurations it makes.
@Suite struct TuningSpaceTests {
  private func read(_ text: String) throws(TuningSpace.ParsingError) -> [String] {
    try TuningSpace.dimension(parsing: text, measures: Measure.names).map { axes in
      axes.map(\.description).joined(separator: "+")
    }
  }

  @Test(arguments: [
    ("complexity", ["complexity:8@quantile"]),
    ("complexity:4,8", ["complexity:4@quantile", "complexity:8@quantile"]),
    (
      "complexity:4,8@quantile,uniform",
      [
        "complexity:4@quantile", "complexity:8@quantile", "complexity:4@uniform",
        "complexity:8@uniform",
      ]
    ),
    (
      "topic1:4+topic2:8 | topic:64@cvt|none",
      [
        "topic1:4@uniform+topic2:8@uniform", "topic:64@cvt", "",
      ]
    ),
    (
      "topic1:4,8+topic2:4,8",
      [
        "topic1:4@uniform+topic2:4@uniform", "topic1:4@uniform+topic2:8@uniform",
        "topic1:8@uniform+topic2:4@uniform", "topic1:8@uniform+topic2:8@uniform",
      ]
    ),
    (
      "column:score@0.2,0.4|column:score:3,5",
      [
        "column:score:3@0.2,0.4", "column:score:3@quantile", "column:score:5@quantile",
      ]
    ),
    ("column:source|column:a:b", ["column:source@category", "column:a:b@category"]),
    ("complexity:4|complexity:4|complexity:4@quantile", ["complexity:4@quantile"]),
    ("none", [""]),
  ])
  func `a dimension is read`(text: String, expected: [String]) throws {
    #expect(try read(text) == expected)
  }

  @Test(arguments: [
    ("", TuningSpace.ParsingError.empty), ("complexity|", .empty), ("+complexity", .empty),
    ("complexity:4,,8", .badBinCount("4,,8")), ("complexity:,", .badBinCount(",")),
  ])
  func `what is no dimension is refused`(text: String, problem: TuningSpace.ParsingError) {
    #expect(throws: problem) { try read(text) }
  }

  @Test(arguments: [
    "complexty:4", "complexity:0", "topic:4", "complexity:4@cvt", "complexity@uniform,",
    "none+complexity",
  ])
  func `an axis that is none is refused with its reason`(text: String) throws {
    let error = #expect(throws: TuningSpace.ParsingError.self) { try read(text) }
    guard case .axis = error else {
      Issue.record("\(text): \(String(describing: error))")
      return
    }
  }

  @Test func `every choice is made once, the default first`() throws {
    let first = TuningConfiguration(axes: AxisSpecification.defaults, evenness: 1, greed: 0)
    let space = TuningSpace()
    let configurations = try space.configurations(after: first)
    // The default is one of the usual ones.
    #expect(configurations.count == space.count && space.count == 288)
    #expect(configurations[0] == first)
    for (place, one) in configurations.enumerated() {
      #expect(!configurations[..<place].contains(one))
    }
    let other = TuningConfiguration(axes: [], evenness: 1, greed: 0)
    #expect(try space.configurations(after: other).count == 289)
    // Those of one grid stand together.
    var grids: [[AxisSpecification]] = []
    for configuration in configurations.dropFirst() where grids.last != configuration.axes {
      #expect(!grids.contains(configuration.axes))
      grids.append(configuration.axes)
    }
    #expect(grids.count == 24)
  }

  @Test func `equal alternatives and values count once`() throws {
    let axis = [AxisSpecification(subject: .measure("tokens"), binCount: 2, binning: .quantile)]
    let space = TuningSpace(dimensions: [[axis, axis, []]], evenness: [1, 1], greed: [0])
    let first = TuningConfiguration(axes: [], evenness: 1, greed: 0)
    #expect(try space.configurations(after: first).map(\.axes) == [[], axis])
    #expect(TuningSpace(dimensions: [], evenness: [1], greed: [0]).count == 1)
  }

  @Test func `a count that no number holds is the largest`() {
    let axes = [[AxisSpecification]](repeating: [], count: 1 << 16)
    let space = TuningSpace(dimensions: [axes, axes, axes, axes], evenness: [1], greed: [0])
    #expect(space.count == .max)
  }

  @Test
  func `a name that comes up twice in a grid is refused, and a nested axis that stands first`() {
    let axis = AxisSpecification(subject: .measure("tokens"), binCount: 2, binning: .quantile)
    let nested = AxisSpecification(subject: .measure("tokens"), binCount: 2, binning: .nested)
    #expect(
      throws: DescriptorsError.malformedAxis(text: "tokens:2@quantile", problem: .namedTwice)
    ) { try TuningSpace(dimensions: [[[axis]], [[axis]]]).grids() }
    #expect(
      throws: DescriptorsError.malformedAxis(text: "tokens:2@nested", problem: .nestedFirst)
    ) { try TuningSpace(dimensions: [[[nested]]]).grids() }
  }

  @Test(arguments: [
    ("coverage", TuningPreference.best("coverage")),
    (
      " quality >= 0.95 * top ",
      .bound(
        .init(
          objective: "quality", relation: .atLeast, factor: 0.95, reference: .top,
          text: "quality >= 0.95 * top"))
    ),
    (
      "vendi>random",
      .bound(
        .init(
          objective: "vendi", relation: .above, factor: 1, reference: .random, text: "vendi>random")
      )
    ),
    (
      "stability<0.5",
      .bound(
        .init(
          objective: "stability", relation: .below, factor: 1, reference: .number(0.5),
          text: "stability<0.5"))
    ),
  ])
  func `a preference is read`(text: String, expected: TuningPreference) throws {
    #expect(try TuningPreference(parsing: text) == expected)
  }

  @Test(arguments: [
    ("", TuningPreferenceError.requirement(.incomplete)), ("quality>", .requirement(.incomplete)),
    ("quality>pool", .unmeasured("pool")),
    ("quality>2*random-length", .unmeasured("random-length")),
    ("quality>tap", .requirement(.unknownTerm("tap"))),
    ("quality>x*top", .requirement(.badFactor("x"))),
  ])
  func `what is no preference is refused`(text: String, problem: TuningPreferenceError) {
    #expect(throws: problem) { try TuningPreference(parsing: text) }
  }
}
