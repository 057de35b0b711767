import TestSupport
import Testing

@testable import Gamut

/// How a list of lines became another is told as a person would.
@Suite struct SubsetComparisonTests {
  private func changes(_ expected: [UInt64], _ found: [UInt64]) -> [LineChanges.Change] {
    LineChanges(expected: expected, found: found).all
  }

  @Test func `equal lists differ in nothing`() {
    #expect(changes([], []).isEmpty)
    #expect(changes([3, 1, 2], [3, 1, 2]).isEmpty)
  }

  @Test func `a changed line, one put in, one left out and two exchanged are each told as that`() {
    #expect(
      changes([1, 2, 3, 4], [1, 9, 3, 8])
        == [.init(kind: .changed, count: 2, line: 1, expected: 1, found: nil)])
    #expect(
      changes([1, 2, 3], [1, 2, 9, 3])
        == [.init(kind: .extra, count: 1, line: 2, expected: 2, found: nil)])
    #expect(
      changes([1, 2], [1, 2, 9])
        == [.init(kind: .extra, count: 1, line: 2, expected: nil, found: nil)])
    #expect(
      changes([1, 2, 3, 4], [1, 4])
        == [.init(kind: .missing, count: 2, line: 1, expected: 1, found: nil)])
    #expect(
      changes([1, 2, 3, 4], [1, 4, 3, 2])
        == [.init(kind: .reordered, count: 2, line: 1, expected: 1, found: 3)])
  }

  @Test func `a line that stands twice is one too many, wherever it was put`() {
    #expect(
      changes([1, 2, 3], [3, 1, 2, 3])
        == [.init(kind: .extra, count: 1, line: 0, expected: 0, found: nil)])
    #expect(
      changes([1, 2, 3], [1, 1, 2, 3])
        == [.init(kind: .extra, count: 1, line: 1, expected: 1, found: nil)])
  }

  @Test func `a file that is empty, or should be, lacks all or has all too many`() {
    #expect(
      changes([1, 2], []) == [.init(kind: .missing, count: 2, line: 0, expected: 0, found: nil)])
    #expect(
      changes([], [1, 2]) == [.init(kind: .extra, count: 2, line: 0, expected: nil, found: nil)])
  }

  @Test func `lines that are missing and others out of order are told both`() {
    #expect(
      changes([1, 2, 3, 4], [1, 4, 3])
        == [
          .init(kind: .missing, count: 1, line: 1, expected: 1, found: nil),
          .init(kind: .reordered, count: 2, line: 1, expected: 2, found: 3),
        ])
  }

  @Test func `other lines in another number are counted both ways`() {
    #expect(
      changes([1, 2, 3], [1, 8, 9, 3])
        == [.init(kind: .mixed(missing: 1, extra: 2), count: 3, line: 1, expected: 1, found: nil)])
  }

  @Test(arguments: 1...200)
  func `whatever is done to lines, the first that is concerned and their number are right`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let expected = (0..<UInt64(Int.random(in: 1...30, using: &random))).map { $0 * 7 }
      .shuffled(using: &random)
    let place = Int.random(in: 0..<expected.count, using: &random)
    var found = expected
    found[place] += 1
    #expect(
      changes(expected, found)
        == [.init(kind: .changed, count: 1, line: place, expected: place, found: nil)])
    found = expected
    found.insert(5, at: place)
    #expect(
      changes(expected, found)
        == [.init(kind: .extra, count: 1, line: place, expected: place, found: nil)])
    found = expected
    found.remove(at: place)
    #expect(
      changes(expected, found)
        == [.init(kind: .missing, count: 1, line: place, expected: place, found: nil)])
    found = expected.shuffled(using: &random)
    let first = zip(expected, found).prefix { $0 == $1 }.count
    let moved = zip(expected, found).filter { $0 != $1 }.count
    let change = changes(expected, found).first
    #expect((change == nil) == (moved == 0))
    if let change {
      #expect(change.kind == .reordered && change.count == moved && change.line == first)
      #expect(change.expected == first)
      #expect(change.found.map { expected[$0] } == found[first])
    }
  }
}
