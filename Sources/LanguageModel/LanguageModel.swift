import Glibc
import Parallelism

/// A small language model that is trained in a moment: what a subset teaches of other answers.
///
/// Trigrams of pieces, smoothed by modified Kneser-Ney; a piece that the model does not know is spelled out by
/// its bytes (`Spelling`), so that the model is a distribution over all texts. As in fine-tuning, only answers
/// are learnt and charged, each piece predicted from the two before it; the first one of an answer from the
/// last piece of its prompt and a mark for the beginning.
///
/// What a text is charged is at least its own probability's worth: of the ways to cut it into pieces only the
/// one that is used counts.
///
/// The model is a proxy. It sees which words and phrases a subset covers, and neither meaning nor facts; how
/// well its loss ranks subsets as training does is a matter of measurement, not of its making.
public struct LanguageModel: Sendable {
  /// How many pieces hang together.
  public static let order = 3

  private let model: KneserNey
  private let spelling: Spelling

  /// Trains a model.
  ///
  /// - Parameters:
  ///   - examples: The examples to learn, by number; their order changes nothing, and one that is named twice
  ///     counts twice.
  ///   - corpus: Where they are.
  /// - Complexity: O(pieces of the answers) expected time; at most about 110 bytes a piece, and half of that of
  ///   ordinary text.
  public init(training examples: [Int32], of corpus: LanguageCorpus) {
    let total = examples.reduce(0) { $0 + corpus.pieceCount(of: Int($1)) }
    var counter = KneserNey.Counter(order: Self.order, capacity: total / 2)
    let symbols = corpus.symbols.span
    for example in examples {
      var window = corpus.history(of: Int(example))
      for place in corpus.range(of: Int(example)) {
        let symbol = symbols[place]
        counter.add(symbol, after: window.span)
        window[0] = window[1]
        window[1] = symbol
      }
    }
    model = KneserNey(counter)
    spelling = Spelling(of: model.symbols, in: corpus.pieces)
  }

  /// How many runs of pieces and of bytes the model keeps.
  public var entryCount: Int { model.entryCount + spelling.entryCount }

  /// What the model loses on examples.
  ///
  /// - Parameters:
  ///   - examples: Which, by number.
  ///   - corpus: Where they are: that of the training, however it has grown since.
  ///   - threads: How many threads may work at once; they change no bit.
  /// - Returns: One loss an example.
  /// - Complexity: O(pieces of the answers).
  public func losses(
    of examples: [Int32], in corpus: LanguageCorpus, threads: Int
  ) -> [LanguageLoss] {
    let spelled = spelled(examples, in: corpus)
    let blockSize = 256
    let blocks = stride(from: 0, to: examples.count, by: blockSize).map {
      $0..<min($0 + blockSize, examples.count)
    }
    var losses: [LanguageLoss] = []
    losses.reserveCapacity(examples.count)
    forEachPartInOrder(
      blocks, threads: threads, makeWorker: { () },
      work: { (_: inout Void, block: Range<Int>) in
        block.map { loss(of: Int(examples[$0]), in: corpus, spelled: spelled) }
      }, consume: { losses += $0 })
    return losses
  }

  /// What the model loses on examples, together.
  ///
  /// - Parameters:
  ///   - examples: Which, by number; their order changes nothing.
  ///   - corpus: Where they are.
  ///   - threads: How many threads may work at once; they change no bit.
  /// - Returns: The sum.
  /// - Complexity: O(pieces of the answers).
  public func loss(
    of examples: [Int32], in corpus: LanguageCorpus, threads: Int
  ) -> LanguageLoss {
    losses(of: examples, in: corpus, threads: threads).reduce(into: LanguageLoss()) { $0 += $1 }
  }

  /// The probability of each piece of some examples by its bytes alone, and 0 for pieces of no interest.
  private func spelled(_ examples: [Int32], in corpus: LanguageCorpus) -> [Double] {
    var spelled = [Double](repeating: 0, count: corpus.pieces.count)
    let symbols = corpus.symbols.span
    for example in examples {
      for place in corpus.range(of: Int(example)) where spelled[Int(symbols[place])] == 0 {
        // No piece is so long that its probability would not be a number above 0.
        spelled[Int(symbols[place])] = max(
          spelling.probability(of: symbols[place], in: corpus.pieces), .leastNormalMagnitude)
      }
    }
    return spelled
  }

  private func loss(
    of example: Int, in corpus: LanguageCorpus, spelled: [Double]
  ) -> LanguageLoss {
    let symbols = corpus.symbols.span
    var window = corpus.history(of: example)
    var nats = 0.0
    var unknown = 0
    let range = corpus.range(of: example)
    for place in range {
      let symbol = symbols[place]
      nats -= log(
        model.probability(of: symbol, after: window.span, base: spelled[Int(symbol)]))
      if !model.knows(symbol) { unknown += 1 }
      window[0] = window[1]
      window[1] = symbol
    }
    return LanguageLoss(
      nats: max(nats, 0), pieces: range.count, unknownPieces: unknown,
      bytes: corpus.byteCount(of: example))
  }

  /// The probability of a piece, for tests.
  func probability(of piece: Int32, after window: [Int32], in corpus: LanguageCorpus) -> Double {
    model.probability(
      of: piece, after: window.span, base: spelling.probability(of: piece, in: corpus.pieces))
  }

  /// The same with another p₀, for tests.
  func probability(of piece: Int32, after window: [Int32], base: Double) -> Double {
    model.probability(of: piece, after: window.span, base: base)
  }

  /// The probability of a piece by its bytes alone, for tests.
  func spelledProbability(of piece: Int32, in corpus: LanguageCorpus) -> Double {
    spelling.probability(of: piece, in: corpus.pieces)
  }
}
