import TestSupport
import Testing

@testable import Gamut

/// Names in the order in which people count.
@Suite struct NaturalOrderTests {
  private func sorted(_ names: [String]) -> [String] { names.sorted(by: naturallyPrecedes) }

  @Test func `numbers count as numbers wherever they stand`() {
    let names = [
      "", "/a/part-2", "/a/part-2.gz", "/a/part-10", "/a/part-10/1", "/b", "part-2.jsonl",
      "part-10.jsonl", "part-99999999999999999999999998", "part-99999999999999999999999999",
      "part-100000000000000000000000000", "x",
    ]
    #expect(sorted(names.reversed()) == names)
  }

  @Test func `it is a strict total order of different bytes`() {
    var random = SeededGenerator(seed: 5)
    let pieces = [
      "a", "b", "0", "00", "1", "01", "2", "10", "9", "-", ".", "/", "\u{E9}", "e\u{301}", "f",
    ]
    var names = [""]
    for _ in 0..<70 {
      names.append(
        (0..<Int.random(in: 0..<5, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined())
    }
    for one in names {
      for other in names {
        let before = naturallyPrecedes(one, other)
        let after = naturallyPrecedes(other, one)
        #expect(!(before && after), "\(one) \(other)")
        #expect((before || after) == !one.utf8.elementsEqual(other.utf8), "\(one) \(other)")
        guard before else { continue }
        let broken = names.first { naturallyPrecedes(other, $0) && !naturallyPrecedes(one, $0) }
        #expect(broken == nil, "\(one) \(other)")
      }
    }
  }
}
