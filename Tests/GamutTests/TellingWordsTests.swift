import Glibc
import TestSupport
import Testing

@testable import Gamut

@Suite struct TellingWordsTests {
  private func split(_ text: String) -> [String] {
    var splitter = WordSplitter()
    splitter.add(Array(text.utf8).span)
    return splitter.words.values.map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  @Test(arguments: [
    ("", []), ("The cat, the CAT!", ["cat", "the"]), ("a an it x1", []),
    ("don't 123 v2x", ["don", "v2x"]),
    ("Größe ÉTÉ Привет ΑΒΓ", ["größe", "été", "αβγ", "привет"]), ("שלום עולם", ["עולם", "שלום"]),
    ("人工智能。发展", ["人工", "发展", "工智", "智能"]), ("東 x 京", []), ("“quoted”—dash…", ["dash", "quoted"]),
    ("한국어 텍스트", ["텍스트", "한국어"]), ("🙂word🙂", ["word"]), (String(repeating: "x", count: 40), []),
  ])
  func `words are told apart in any script`(text: String, words: [String]) {
    #expect(split(text) == words.sorted())
  }

  @Test func `a text that is cut within a character loses that character alone`() {
    let bytes = Array("wort größe".utf8)
    var splitter = WordSplitter()
    splitter.add(bytes.span.extracting(0..<8))
    #expect(
      Set(splitter.words.values.map { String(decoding: $0, as: UTF8.self) }) == ["wort"])
  }

  /// Samples of three groups, each with words of its own beside common ones.
  private func samples(seed: Int, count: Int = 300) -> (words: [Set<String>], bins: [Int]) {
    var generator = SeededGenerator(seed: seed)
    var words: [Set<String>] = []
    var bins: [Int] = []
    for _ in 0..<count {
      let bin = Int.random(in: 0..<6, using: &generator)
      var own: Set<String> = []
      for number in 0..<30 where Bool.random(using: &generator) && number % 6 == bin {
        own.insert("own\(number)")
      }
      for number in 0..<40 where Int.random(in: 0..<8, using: &generator) == 0 {
        own.insert("any\(number)")
      }
      words.append(own)
      bins.append(bin)
    }
    return (words, bins)
  }

  private func telling(_ words: [Set<String>], order: [Int]) -> TellingWords {
    var telling = TellingWords()
    for place in order {
      telling.add(
        Int32(place),
        Dictionary(
          uniqueKeysWithValues: words[place].map { word in
            (word.utf8.reduce(UInt64(7)) { $0 &* 131 &+ UInt64($1) }, Array(word.utf8))
          }))
    }
    return telling
  }

  @Test(arguments: 0..<20) func `the ends of an axis are told as a plain count tells them`(
    seed: Int
  ) {
    let (words, bins) = samples(seed: seed)
    let found = telling(words, order: Array(words.indices)).ofEnds(bins, binCount: 6)
    // Plainly: which bins hold 15 %, and the formula word by word.
    func holds(_ part: Set<Int>) -> Bool {
      Double(bins.count { part.contains($0) }) >= 0.15 * Double(bins.count)
    }
    let low = (0..<6).first { holds(Set(0...$0)) } ?? 0
    let high = (0..<6).last { holds(Set($0..<6)) } ?? 5
    let all = Set(words.flatMap { $0 })
    func count(_ word: String, _ isIn: (Int) -> Bool) -> Double {
      Double(words.indices.count { isIn(bins[$0]) && words[$0].contains(word) })
    }
    let lower = all.reduce(0) { $0 + count($1) { $0 <= low } }
    let upper = all.reduce(0) { $0 + count($1) { $0 >= high } }
    let total = all.reduce(0) { $0 + count($1) { _ in true } }
    var scores: [(word: String, score: Double)] = []
    for word in all {
      let own = count(word) { _ in true }
      guard own >= 5, own <= 0.1 * Double(words.count) else { continue }
      let one = count(word) { $0 <= low } + own / 10
      let other = count(word) { $0 >= high } + own / 10
      let odds = log(one / (lower + total / 10 - one)) - log(other / (upper + total / 10 - other))
      scores.append((word, odds / (1 / one + 1 / other).squareRoot()))
    }
    func best(_ scores: [(word: String, score: Double)]) -> [String] {
      scores.filter { $0.score >= 1.96 }
        .sorted { $0.score == $1.score ? $0.word < $1.word : $0.score > $1.score }
        .prefix(6).map(\.word)
    }
    #expect(found.low == best(scores))
    #expect(found.high == best(scores.map { ($0.word, -$0.score) }))
    #expect(found.low.first?.hasPrefix("own") == true)
  }

  @Test(arguments: 0..<20) func `a class is told by its own words, in whatever order samples come`(
    seed: Int
  ) {
    let (words, bins) = samples(seed: seed)
    let found = telling(words, order: Array(words.indices)).ofClasses(bins, count: 6)
    for (number, list) in found.enumerated() {
      #expect(
        list.allSatisfy { $0.hasPrefix("own") && (Int($0.dropFirst(3)) ?? -1) % 6 == number }
          || !list.filter { $0.hasPrefix("own") }.isEmpty)
      #expect(list.count == 6 && list[0].hasPrefix("own"))
    }
    let order = Array(words.indices.reversed())
    let other = telling(words, order: order)
    #expect(other.ofClasses(order.map { bins[$0] }, count: 6) == found)
    #expect(
      other.ofEnds(order.map { bins[$0] }, binCount: 6)
        == telling(words, order: Array(words.indices)).ofEnds(bins, binCount: 6))
  }

  @Test func `without samples, without values and on one bin nothing is told`() {
    let none = TellingWords()
    #expect(none.ofEnds([], binCount: 3) == ([], []))
    #expect(none.ofClasses([], count: 2) == [[], []])
    let (words, bins) = samples(seed: 1)
    let telling = telling(words, order: Array(words.indices))
    #expect(telling.ofEnds(bins.map { _ in 0 }, binCount: 1) == ([], []))
    #expect(telling.ofEnds(bins.map { _ in 3 }, binCount: 3) == ([], []))
    #expect(telling.ofEnds(bins, binCount: 0) == ([], []))
  }
}
