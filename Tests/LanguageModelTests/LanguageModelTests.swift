import Glibc
import TestSupport
import Testing

@testable import LanguageModel

/// The model over texts: what it charges, and that it cannot cheat.
@Suite struct LanguageModelTests {
  private static let words = [
    "the", "of", "a", "night", "Bär", "日本", "π", "x1", "7", "123456", "\n\n", "…", "!", "don't",
    "naïve", "😀", "ไทย", "tree",
  ]

  private func text(_ random: inout SeededGenerator, upTo limit: Int = 30) -> String {
    (0..<Int.random(in: 0...limit, using: &random)).map { _ in
      Self.words[
        min(
          Int.random(in: 0..<Self.words.count, using: &random),
          Int.random(in: 0..<Self.words.count, using: &random))]
    }.joined(separator: Bool.random(using: &random) ? " " : "")
  }

  private func corpus(_ examples: [(String, String)]) -> LanguageCorpus {
    var corpus = LanguageCorpus()
    for (prompt, answer) in examples {
      corpus.add(prompt: Array(prompt.utf8).span, answer: Array(answer.utf8).span)
    }
    return corpus
  }

  private func pieces(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var pieces: [String] = []
    Pieces.forEach(in: bytes.span) {
      pieces.append(String(decoding: bytes[$0..<$1], as: UTF8.self))
    }
    return pieces
  }

  @Test(
    arguments: [
      ("", []), (" ", [" "]), ("a", ["a"]), (" a", [" a"]), ("a b", ["a", " b"]),
      ("a  b", ["a", " ", " b"]), ("a\n\n b", ["a", "\n\n", " b"]), ("a ", ["a", " "]),
      ("x=12345;", ["x", "=", "123", "45", ";"]), ("don't", ["don", "'", "t"]),
      ("日本 語", ["日", "本", " 語"]), ("Bär naïve", ["Bär", " naïve"]), (" (a)", [" (", "a", ")"]),
      ("😀😀", ["😀", "😀"]), ("привет мир", ["привет", " мир"]),
    ] as [(String, [String])])
  func `a text is cut into words, signs and spaces`(text: String, expected: [String]) {
    #expect(pieces(text) == expected)
  }

  @Test(arguments: 1...30)
  func `the pieces of any bytes, one after the other, are these bytes`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
      Bool.random(using: &random)
        ? UInt8.random(in: 0...255, using: &random)
        : [0x20, 0x61, 0x0A, 0x31].randomElement(
          using: &random) ?? 0
    }
    var end = 0
    Pieces.forEach(in: bytes.span) {
      #expect($0 == end && $1 > $0 && $1 - $0 <= Pieces.limit + 1)
      end = $1
    }
    #expect(end == bytes.count)
    let long = [UInt8](repeating: 0x61, count: 100)
    var count = 0
    Pieces.forEach(in: long.span) { _, _ in count += 1 }
    #expect(count == 4)
  }

  @Test(arguments: 1...12)
  func `the probabilities of all pieces that there may be add up to one`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let corpus = corpus((0..<40).map { _ in (text(&random), text(&random)) })
    let model = LanguageModel(
      training: (0..<Int32(Int.random(in: 0...30, using: &random))).map { $0 }, of: corpus)
    let spelled = (0..<Int32(corpus.pieceCount)).map {
      model.spelledProbability(of: $0, in: corpus)
    }
    let known = spelled.reduce(0, +)
    #expect(known > 0 && known <= 1 + 1e-9, "pieces by their bytes are a part of all texts")
    for _ in 0..<20 {
      let window = (0..<2).map { _ in
        Int32(Int.random(in: -2..<corpus.pieceCount, using: &random))
      }
      let sum = (0..<Int32(corpus.pieceCount)).reduce(0.0) {
        $0 + model.probability(of: $1, after: window, in: corpus)
      }
      // A piece that nobody knows has what all orders leave to spelling, times its own spelling.
      let left = model.probability(of: .max, after: window, base: 1 - known)
      #expect(abs(sum + left - 1) < 1e-9)
    }
  }

  @Test func `short texts by their bytes are a part of all texts`() {
    var pieces = PieceTable()
    for byte in UInt8.min...UInt8.max {
      let text = [byte]
      #expect(pieces.number(of: text.span, 0, 1) == Int32(byte) + 1)
    }
    let all = (0..<Int32(pieces.count)).map { $0 }
    for learnt in [[], [0], [0, 98, 99], all] {
      let spelling = Spelling(of: learnt, in: pieces)
      let sum = all.reduce(0.0) { $0 + spelling.probability(of: $1, in: pieces) }
      // The empty text and all texts of one byte; longer ones have the rest.
      #expect(sum > 0 && sum < 1, "\(sum)")
      if learnt.count > 1 { #expect(sum > 0.5) }
    }
  }

  @Test(arguments: 1...10)
  func `a loss is the logarithm of what the formulas say`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let examples = (0..<30).map { _ in (text(&random), text(&random)) }
    let corpus = corpus(examples)
    let trained = (0..<Int32(20)).map { $0 }
    let model = LanguageModel(training: trained, of: corpus)
    func sequence(_ example: Int) -> (window: [Int32], symbols: [Int32]) {
      (corpus.history(of: example), Array(corpus.symbols[corpus.range(of: example)]))
    }
    let naive = NaiveKneserNey(order: 3, sequences: trained.map { sequence(Int($0)) })
    for example in 20..<30 {
      let (window, symbols) = sequence(example)
      var nats = 0.0
      let all = window + symbols
      for (place, symbol) in symbols.enumerated() {
        nats -= log(
          naive.probability(
            of: symbol, after: Array(all[place..<place + 2]),
            base: model.spelledProbability(of: symbol, in: corpus)))
      }
      let loss = model.loss(of: [Int32(example)], in: corpus, threads: 1)
      #expect(abs(loss.nats - nats) < 1e-6 * max(1, nats))
      #expect(loss.bytes == examples[example].1.utf8.count && loss.answers == 1)
      #expect(loss.pieces == pieces(examples[example].1).count + 1)
    }
  }

  @Test(arguments: 1...6)
  func `neither threads nor orders nor divisions change a bit`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let examples = (0..<700).map { _ in (text(&random, upTo: 8), text(&random, upTo: 8)) }
    let whole = corpus(examples)
    let order = (0..<700).shuffled(using: &random)
    let shuffled = corpus(order.map { examples[$0] })
    var joined = LanguageCorpus()
    for start in stride(from: 0, to: 700, by: 97) {
      joined.append(contentsOf: corpus(Array(examples[start..<min(start + 97, 700)])))
    }
    #expect(joined.symbols == whole.symbols && joined.lastPieces == whole.lastPieces)
    #expect(joined.pieces.bytes == whole.pieces.bytes)
    let trained = (0..<Int32(300)).map { $0 }
    let held = (300..<Int32(700)).map { $0 }
    let model = LanguageModel(training: trained, of: whole)
    let loss = model.loss(of: held, in: whole, threads: 1)
    for threads in [2, 3, 7] {
      #expect(model.loss(of: held, in: whole, threads: threads) == loss)
    }
    let places = (0..<700).reduce(into: [Int: Int32]()) { $0[order[$1]] = Int32($1) }
    let other = LanguageModel(
      training: trained.shuffled(using: &random).compactMap { places[Int($0)] }, of: shuffled)
    let back = held.shuffled(using: &random).compactMap { places[Int($0)] }
    #expect(other.loss(of: back, in: shuffled, threads: 2) == loss)
  }

  @Test func `what was learnt is cheap, what is near dearer, and what is foreign dearest`() throws {
    let own = "the night is dark and the tree is tall"
    let corpus = corpus([
      ("What of the night?", own), ("What of the night?", own), ("", own),
      ("", "the tree is dark and the night is tall"),
      ("", "zqx Wörter völlig ohne jeden Bezug hier"),
      ("", ""),
    ])
    let model = LanguageModel(training: [0, 1], of: corpus)
    let bits = try (2...4).map {
      try #require(model.loss(of: [Int32($0)], in: corpus, threads: 1).bitsPerByte)
    }
    #expect(bits[0] < bits[1] && bits[1] < bits[2], "\(bits)")
    #expect(try #require(model.loss(of: [1], in: corpus, threads: 1).bitsPerByte) < bits[0])
    // Learning nothing at all costs about a byte for a byte, and a little more for the ends.
    let ignorant = LanguageModel(training: [], of: corpus)
    let blank = try #require(ignorant.loss(of: [4], in: corpus, threads: 1).bitsPerByte)
    #expect((8...12).contains(blank), "\(blank)")
    let empty = model.loss(of: [5], in: corpus, threads: 1)
    #expect(empty.bitsPerByte == nil && empty.pieces == 1 && empty.nats > 0)
    #expect(model.loss(of: [], in: corpus, threads: 4) == LanguageLoss())
    #expect(LanguageLoss().natsPerPiece == nil)
    #expect(model.loss(of: [4], in: corpus, threads: 1).unknownPieces > 5)
  }

  @Test func `the prompt tells how an answer begins`() throws {
    let examples =
      (0..<20).map { _ in ("Is it so?", "Yes, it is.") }
      + (0..<20).map { _ in ("Count:", "1 2 3") } + [("Count:", "1 2 3"), ("Is it so?", "1 2 3")]
    let corpus = corpus(examples)
    let model = LanguageModel(training: (0..<Int32(40)).map { $0 }, of: corpus)
    let fitting = model.loss(of: [40], in: corpus, threads: 1).nats
    #expect(fitting < model.loss(of: [41], in: corpus, threads: 1).nats)
  }

  @Test func `a small vocabulary gains nothing by spelling`() throws {
    // The same letters over and over in the training, so that spelling them is cheap as well.
    let corpus = corpus([("", "abc abd abe abf abg"), ("", "abh abi abj"), ("", "abc abd abe")])
    let model = LanguageModel(training: [0], of: corpus)
    let unknown = model.loss(of: [1], in: corpus, threads: 1)
    let known = model.loss(of: [2], in: corpus, threads: 1)
    #expect(unknown.unknownPieces == 3 && known.unknownPieces == 0)
    #expect(unknown.nats > known.nats)
  }

  @Test func `the worst group is the one of most bits a byte that is large enough`() throws {
    var random = SeededGenerator(seed: 4)
    let corpus = corpus((0..<60).map { _ in ("", text(&random) + " end") })
    let model = LanguageModel(training: [0, 1, 2], of: corpus)
    let held = (3..<Int32(60)).map { $0 }
    let losses = model.losses(of: held, in: corpus, threads: 2)
    let groups = held.map { $0 % 4 - 1 }
    let worst = try #require(LanguageLoss.worstGroup(of: losses, groups: groups, least: 5))
    for group in Int32(0)...2 {
      let own = held.filter { $0 % 4 - 1 == group }
      let loss = model.loss(of: own, in: corpus, threads: 1)
      #expect((loss.bitsPerByte ?? 0) <= (worst.loss.bitsPerByte ?? 0))
      if group == worst.group { #expect(loss == worst.loss) }
    }
    #expect(LanguageLoss.worstGroup(of: losses, groups: groups, least: 500) == nil)
    #expect(LanguageLoss.worstGroup(of: [], groups: []) == nil)
  }
}
