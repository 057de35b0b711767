import TestSupport
import Testing

@testable import Measures

@Suite struct SampleMeterTests {
  @Test(arguments: referenceVectors)
  func `gives the values of the reference`(vector: ReferenceVector) {
    let parts = vector.promptParts.map { ($0, TextKind.prompt) } + [(vector.response, .response)]
    let counts = counts(parts)
    #expect(Measure.tokens.value(of: counts) == vector.tokens)
    #expect(abs(Measure.complexity.value(of: counts) - vector.complexity) < 1e-6)
    #expect(abs(Measure.quality.value(of: counts) - vector.quality) < 1e-6)
    let response = counts.response
    #expect(
      [response.words, response.numbers, response.operators, response.lines]
        == vector.responseCounts)
  }

  @Test(arguments: ["", " ", " \t ", "\n", "\n\n\n", "\r\n", "a", "7", "!", "中", "\u{FFFD}", "'"])
  func `gives finite values for next to nothing`(text: String) {
    for kind in TextKind.allCases {
      let counts = counts([(text, kind)], needsCompression: true)
      for measure in Measure.allCases {
        #expect(measure.value(of: counts).isFinite, "\(measure)")
      }
    }
  }

  @Test func `counts nothing in an empty sample`() {
    #expect(counts([], turns: 0) == SampleCounts())
    #expect(counts([("", .prompt), ("", .response)], turns: 0) == SampleCounts())
    for measure in Measure.allCases where measure != .compression && measure != .completeness {
      #expect(measure.value(of: SampleCounts()) == 0, "\(measure)")
    }
  }

  @Test func `counts no word in space alone`() {
    for text in [" ", "\t\t", "\n\n", "\r\n \r\n"] {
      let counts = counts("", text)
      #expect(counts.response.words == 0)
      #expect(counts.response.lines == 0)
      #expect(counts.response.paragraphGaps == 0)
      #expect(Measure.quality.value(of: counts) == 0)
      #expect(Measure.complexity.value(of: counts) == 0)
    }
  }

  @Test func `counts by hand`() {
    let counts = counts(
      "Add 3 and 4.\n\nUse exactly one line.", "3 + 4 = 7\n- it's 3,000.5 metres\n\n**Done** (ok)")
    #expect(counts.prompt.words == 8)
    #expect(counts.prompt.numbers == 2)
    #expect(counts.prompt.lines == 2)
    #expect(counts.prompt.paragraphGaps == 1)
    #expect(counts.prompt.constraints == 1)
    #expect(counts.prompt.lastByte == UInt8(ascii: "."))
    // 3 4 7 it's 3 000 5 metres Done ok
    #expect(counts.response.words == 10)
    #expect(counts.response.distinctWords == 9)
    #expect(counts.response.numbers == 4)
    // The dash of the item counts too: the character before it is a digit.
    #expect(counts.response.operators == 3)
    #expect(counts.response.lines == 3)
    #expect(counts.response.paragraphGaps == 1)
    #expect(counts.response.listItems == 1)
    #expect(counts.response.boldMarks == 2)
    #expect(counts.response.openBrackets == 1)
    #expect(counts.response.closeBrackets == 1)
    #expect(counts.response.codeSymbols == 3)
    #expect(counts.response.fourGrams == 7)
  }

  @Test func `counts characters as Unicode scalars`() {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      let text = generator.text(length: Int.random(in: 0...90, using: &generator))
      let counts = counts([(text, .response)])
      #expect(counts.characters == text.unicodeScalars.count)
      #expect(counts.response.bytes == text.utf8.count)
    }
  }

  @Test func `survives any bytes`() {
    var meter = SampleMeter(needsCompression: true)
    for seed in 0..<500 {
      var generator = SeededGenerator(seed: seed)
      let length = Int.random(in: 0...120, using: &generator)
      let parts = TextKind.allCases.map { (generator.bytes(count: length), $0) }
      let counts = meter.counts(of: parts, turns: 2)
      for measure in Measure.allCases {
        #expect(measure.value(of: counts).isFinite, "\(measure) for seed \(seed)")
        #expect(measure.value(of: counts) >= 0, "\(measure) for seed \(seed)")
      }
      for measure: Measure in [.quality, .code, .vocabulary, .punctuation, .repetition, .echo] {
        #expect(measure.value(of: counts) <= 1, "\(measure) for seed \(seed)")
      }
    }
  }

  @Test func `takes every pair of bytes`() {
    var meter = SampleMeter()
    for first in 0...255 {
      for second in stride(from: first % 3, through: 255, by: 3) {
        let counts = meter.counts(of: [([UInt8(first), UInt8(second)], .text)])
        guard counts.response.bytes == 2, (1...2).contains(counts.characters) else {
          Issue.record("\(first), \(second)")
          continue
        }
      }
    }
  }

  /// Texts of what the walk tells apart, and any bytes.
  @Test(arguments: 0..<8)
  func `counts what one character after the other tells`(seed: Int) {
    let alphabets: [[UInt8]] = [
      Array(0...255), Array(0...127),
      // Signs, digits and spaces with few letters between, in figures, lists, marks and line ends.
      Array("aZ09  ,.'`*#-+=()\n\r\t\u{0}\u{7F}".utf8) + [
        0xC3, 0x97, 0xA9, 0xE2, 0x88, 0xE4, 0xB8,
      ],
      Array("aB1 '".utf8), Array("09.,  1".utf8), Array("``**## \n-.)(1".utf8),
      Array("abcdefghij ".utf8), Array("only must e\u{E9}\u{4E2D}\u{D55C}\u{304B} ' 7".utf8),
    ]
    var generator = SeededGenerator(seed: seed)
    let names = Set(MarkerWords.constraints.split(separator: " ")).sorted()
    var constraints = 0
    for turn in 0..<4000 {
      let length = Int.random(in: 0...(turn % 8 == 0 ? 200 : 24), using: &generator)
      var text = (0..<length).map { _ in alphabets[seed].randomElement(using: &generator) ?? 32 }
      if turn % 5 == 0, let name = names.randomElement(using: &generator) {
        text += Array((turn % 2 == 0 ? " " + name : " " + name.uppercased() + " ").utf8)
      }
      var meter = SampleMeter(wordLimit: 1000)
      var found = meter.counts(of: [(text, .response)]).response
      let (expected, words) = PlainWalk.counts(of: text)
      #expect(meter.responseWords == words, "\(text)")
      constraints += expected.constraints
      // What words are remembered for is counted elsewhere.
      (found.distinctWords, found.fourGrams, found.repeatedFourGrams) = (0, 0, 0)
      (found.echoedFourGrams, found.refusals) = (0, 0)
      #expect(found == expected, "\(text)")
    }
    #expect(constraints > 100)
  }

  @Test func `keeps nothing from the sample before`() {
    var reused = SampleMeter(wordLimit: 7, needsCompression: true)
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      var parts: [([UInt8], TextKind)] = []
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let kind = TextKind.allCases.randomElement(using: &generator) ?? .text
        parts.append((Array(generator.text(length: seed % 50).utf8), kind))
      }
      var fresh = SampleMeter(wordLimit: 7, needsCompression: true)
      #expect(reused.counts(of: parts) == fresh.counts(of: parts))
      #expect(reused.promptWords == fresh.promptWords)
      #expect(reused.responseWords == fresh.responseWords)
    }
  }

  @Test func `counts a text as a response`() {
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: seed)
      let text = generator.text(length: 60)
      #expect(counts([(text, .text)]) == counts([(text, .response)]))
    }
  }

  @Test func `counts only the size of other texts`() {
    let tools = "{\"name\": \"must sort 3 numbers\", \"max\": 10}"
    let with = counts([("Sort.", .prompt), ("Done.", .response), (tools, .other)])
    let without = counts("Sort.", "Done.")
    #expect(with.prompt == without.prompt)
    #expect(with.response == without.response)
    #expect(with.characters == without.characters + tools.utf8.count)
    #expect(with.tokens > without.tokens)
    for measure in Measure.allCases
    where ![.tokens, .characters, .compression].contains(measure) {
      #expect(measure.value(of: with) == measure.value(of: without), "\(measure)")
    }
  }

  @Test func `adds up over parts split at line ends`() {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      let first = "a" + generator.text(length: seed % 40) + "b."
      let second = "c" + generator.text(length: seed % 30) + "d."
      let whole = counts([(first + "\n" + second, .response)]).response
      let split = counts([(first, .response), (second, .response)]).response
      #expect(whole.bytes == split.bytes + 1)
      #expect(whole.characters == split.characters + 1)
      #expect(whole.words == split.words)
      #expect(whole.distinctWords == split.distinctWords)
      #expect(whole.numbers == split.numbers)
      #expect(whole.operators == split.operators)
      #expect(whole.constraints == split.constraints)
      #expect(whole.wordsOf7Letters == split.wordsOf7Letters)
      #expect(whole.wordsOf10Letters == split.wordsOf10Letters)
      #expect(whole.ideographs == split.ideographs)
      #expect(whole.codeSymbols == split.codeSymbols)
      #expect(whole.punctuation == split.punctuation)
      #expect(whole.lines == split.lines)
      #expect(whole.listItems == split.listItems)
      #expect(whole.headings == split.headings)
      #expect(whole.fences == split.fences)
      #expect(whole.lastByte == split.lastByte)
      // Up to three runs of four words reach over the edge.
      #expect((0...3).contains(whole.fourGrams - split.fourGrams))
    }
  }

  @Test func `does not mind where a part lies in memory`() {
    var generator = SeededGenerator(seed: 5)
    let text = Array(generator.text(length: 300).utf8)
    var meter = SampleMeter()
    let expected = meter.counts(of: [(text, .response)])
    for offset in 1..<9 {
      let moved = [UInt8](repeating: 0x78, count: offset) + text + [0x78, 0x78]
      meter.begin()
      meter.add(moved.span.extracting(offset..<offset + text.count), .response)
      meter.finish(turns: 1)
      #expect(meter.counts == expected)
    }
  }

  @Test func `passes the turns through`() {
    #expect(Measure.turns.value(of: counts([("a", .prompt)], turns: 7)) == 7)
  }

  @Test func `refuses to keep fewer than no words`() async {
    await #expect(processExitsWith: .failure) { _ = SampleMeter(wordLimit: -1) }
  }
}
