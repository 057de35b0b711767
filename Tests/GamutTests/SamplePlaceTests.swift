import Testing

@testable import Gamut
@testable import Samples

@Suite struct SamplePlaceTests {
  @Test(arguments: [[3], [0, 3], [3, 0], [1, 0, 0, 2, 4, 0], [0, 0, 1]])
  func `a sample stands in the source that holds it, empty sources passed over`(counts: [Int]) {
    let sources = counts.enumerated().map { number, count in
      var source = SourceSummary(path: "\(number)")
      source.sampleCount = count
      return source
    }
    let expected = counts.enumerated().flatMap { number, count in
      (0..<count).map { SamplePlace(path: "\(number)", line: 2 * $0 + 1) }
    }
    let places = SamplePlaces(sources: sources, lines: expected.map { UInt32($0.line) })
    #expect(expected.indices.map { places[$0] } == expected)
  }
}
