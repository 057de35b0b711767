import Overlap
import TestSupport
import Testing

@Suite struct RunIndexTests {
  @Test func `an empty index matches nothing`() {
    let index = RunIndex(runLength: 3)
    #expect(index.count == 0)
    #expect(match(words([1, 2, 3, 4]), in: index) == nil)
    #expect(match([UInt32](), in: index) == nil)
  }

  @Test func `a run is found wherever it stands, and one word less of it is not`() {
    var index = RunIndex(runLength: 4)
    #expect(add(words([1, 2, 3, 4, 5]), of: 7, to: &index))
    #expect(index.count == 2)
    #expect(match(words([9, 9, 2, 3, 4, 5, 9]), in: index) == 7)
    #expect(match(words([1, 2, 3, 4]), in: index) == 7)
    #expect(match(words([9, 2, 3, 4, 9, 3, 4, 5]), in: index) == nil)
    #expect(match(words([5, 4, 3, 2, 1]), in: index) == nil)
  }

  @Test func `a shorter part is shared by just the same part, and from three words on`() {
    var index = RunIndex(runLength: 13)
    #expect(!add(words([]), of: 0, to: &index))
    #expect(!add(words([1]), of: 0, to: &index))
    #expect(!add(words([1, 2]), of: 0, to: &index))
    #expect(add(words([1, 2, 3]), of: 1, to: &index))
    #expect(match(words([1, 2, 3]), in: index) == 1)
    #expect(match(words([1, 2]), in: index) == nil)
    #expect(match(words([1, 2, 3, 4]), in: index) == nil)
    #expect(match(words(Array(1...20)), in: index) == nil)
  }

  @Test func `runs of one word find that word`() {
    var index = RunIndex(runLength: 1)
    #expect(add(words([5]), of: 0, to: &index))
    #expect(match(words([1, 2, 5]), in: index) == 0)
    #expect(match(words([1, 2]), in: index) == nil)
  }

  @Test func `a run stays with the record that brought it first`() {
    var index = RunIndex(runLength: 2)
    _ = index.add(words([1, 2, 3]).span, of: 4)
    _ = index.add(words([2, 3, 4]).span, of: 2)
    #expect(index.count == 3)
    #expect(match(words([2, 3]), in: index) == 4)
    #expect(match(words([3, 4, 1, 2]), in: index) == 2)
  }

  @Test(arguments: 0..<40)
  func `what is found is what a search through all runs finds`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let length = Int.random(in: 1...6, using: &random)
    let records = similarParts(
      seed: seed, count: Int.random(in: 0...60, using: &random), longest: 30, vocabulary: 6)
    var index = RunIndex(runLength: length)
    var first: [[UInt32]: Int32] = [:]
    for (number, record) in records.enumerated() {
      var runs: [[UInt32]] = []
      if record.count >= length {
        runs = (0...record.count - length).map { Array(record[$0..<$0 + length]) }
      } else if record.count >= 3 {
        runs = [record]
      }
      #expect(add(record, of: Int32(number), to: &index) == !runs.isEmpty)
      for run in runs where first[run] == nil { first[run] = Int32(number) }
    }
    #expect(index.count == first.count)
    for part in similarParts(seed: seed + 1000, count: 80, longest: 20, vocabulary: 6) {
      var expected: Int32?
      if part.count >= length {
        for start in 0...part.count - length where expected == nil {
          expected = first[Array(part[start..<start + length])]
        }
      } else if part.count >= 3 {
        expected = first[part]
      }
      #expect(match(part, in: index) == expected)
    }
  }

  @Test func `many runs are all found, and others are not`() {
    var random = SeededGenerator(seed: 3)
    var index = RunIndex(runLength: 5)
    let parts = (0..<2000).map { _ in
      (0..<12).map { _ in UInt32.random(in: 0...(.max), using: &random) }
    }
    for (number, part) in parts.enumerated() { _ = index.add(part.span, of: Int32(number)) }
    #expect(index.count == 2000 * 8)
    for (number, part) in parts.enumerated() {
      #expect(match(part[3..<9].map { $0 }, in: index) == Int32(number))
      #expect(match(part.map { $0 ^ 1 }, in: index) == nil)
    }
  }
}

private func match(_ part: [UInt32], in index: RunIndex) -> Int32? {
  index.firstMatch(in: part.span)
}

private func add(_ part: [UInt32], of record: Int32, to index: inout RunIndex) -> Bool {
  index.add(part.span, of: record)
}
