import LanguageModel
import LinearAlgebra
import Parallelism
import Selection

/// What a language model that was trained on a subset loses on other answers.
struct ProxyTrial: Sendable, Equatable {
  /// On held-out samples of the pool: what the subset teaches of what it was chosen from.
  var loss: LanguageLoss
  /// On the group of held-out samples that fares worst, with its number; `nil` without groups.
  var worst: (group: Int32, loss: LanguageLoss)?
  /// On each file to validate against: what it teaches of other data.
  var validations: [LanguageLoss]
  /// How many samples the model was trained on: those of the subset that were not held out and were read.
  var trainedSamples: Int
  /// How many pieces of answers it was trained on.
  ///
  /// With a budget in samples a subset of long answers has more of them, and gains by that alone: hold subsets
  /// against each other by as many pieces each, see `usualPieceCount(of:among:)`.
  var trainedPieces: Int

  static func == (one: ProxyTrial, other: ProxyTrial) -> Bool {
    one.loss == other.loss && one.worst?.group == other.worst?.group
      && one.worst?.loss == other.worst?.loss && one.validations == other.validations
      && one.trainedSamples == other.trainedSamples && one.trainedPieces == other.trainedPieces
  }
}

extension ProxyTexts {
  /// How many samples of the pool are held against, those of the smallest mixed content hashes.
  static let heldOutLimit = 2_000
  /// How many pieces a model is trained on at most.
  ///
  /// A model of so many takes up to 440 MB, half of that on ordinary text.
  static let pieceLimit = 4_000_000
  /// How many samples a group must have among those held out to be the worst.
  static let leastGroupSize = 20
  /// How many groups of topics there are.
  static let groupCount = 16

  /// Trains a model on each set and holds it against what was held out.
  ///
  /// Samples that are held out, or have the text of one that is, are not trained on. Neither the order of the
  /// samples nor where they stand changes anything.
  ///
  /// - Parameters:
  ///   - sets: The samples of each set, each once.
  ///   - heldOut: The samples that may be held against.
  ///   - groups: The group of each sample of the pool, negative for none; `nil` for no groups.
  ///   - pieceLimit: How many pieces are learnt of a set at most, up to `pieceLimit`: of a larger one the answers
  ///     of the smallest content hashes.
  ///   - seed: What draws start from.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: One trial a set.
  /// - Complexity: O(pieces of the answers); each thread trains a model of at most `pieceLimit`.
  func trials(
    on sets: [[Int32]], heldOut: [Int32], groups: [Int32]? = nil, pieceLimit: Int = pieceLimit,
    seed: UInt64, threads: Int
  ) -> [ProxyTrial] {
    let held = drawn(heldOut, seed: seed)
    let answers = held.map { examples(of: CollectionOfOne($0)) }
    let heldHashes = Set(heldOut.map { contentHash[Int($0)] })
    let slots = sets.map { _ in Slot<ProxyTrial>() }
    // Where there are fewer sets than threads, each has several.
    let inner = max(1, threads / max(1, sets.count))
    forEachIndex(below: sets.count, threads: threads) { place in
      let trained = sets[place].filter { !heldHashes.contains(contentHash[Int($0)]) }
      let lessons = lessons(trained, limit: min(pieceLimit, Self.pieceLimit))
      let model = LanguageModel(training: lessons, of: corpus)
      let losses = model.losses(of: answers.flatMap(\.self), in: corpus, threads: inner)
      var next = 0
      let bySample = answers.map { own in
        defer { next += own.count }
        return losses[next..<next + own.count].reduce(into: LanguageLoss()) { $0 += $1 }
      }
      slots[place].fill(
        ProxyTrial(
          loss: bySample.reduce(into: LanguageLoss()) { $0 += $1 },
          worst: groups.flatMap { groups in
            LanguageLoss.worstGroup(
              of: bySample, groups: held.map { groups[Int($0)] }, least: Self.leastGroupSize)
          },
          validations: validations.map {
            model.loss(of: $0.examples, in: corpus, threads: inner)
          }, trainedSamples: trained.count { firsts[Int($0)] >= 0 },
          trainedPieces: lessons.reduce(0) { $0 + corpus.pieceCount(of: Int($1)) }))
    }
    return slots.map(\.value)
  }

  /// Which samples are held against: a matter of contents, not of places.
  private func drawn(_ samples: [Int32], seed: UInt64) -> [Int32] {
    let read = samples.filter { firsts[Int($0)] >= 0 }
    guard read.count > Self.heldOutLimit else { return read }
    let order = shuffled(read, seed: mixed(0x70_726F_7879_0000, seed: seed)) {
      contentHash[Int($0)]
    }
    return Array(order.prefix(Self.heldOutLimit))
  }

  /// How many pieces a random subset of so many samples has, on average.
  ///
  /// As a limit of `trials` it makes subsets of long answers learn no more than others. On Alpaca a model of the
  /// 5,000 longest answers loses 1.64 bits a byte, one of 5,000 random ones 1.75: the former has three times the
  /// text. Held to as many pieces each, the longest ones lose 1.87 and random ones 1.76.
  ///
  /// - Parameters:
  ///   - sampleCount: How many samples.
  ///   - samples: What they are drawn from.
  /// - Returns: Rounded down; 0 where no text was read.
  func usualPieceCount(of sampleCount: Int, among samples: [Int32]) -> Int {
    let read = samples.count { firsts[Int($0)] >= 0 }
    guard read > 0 else { return 0 }
    let pieces = examples(of: samples).reduce(0) { $0 + corpus.pieceCount(of: Int($1)) }
    return Int(Double(pieces) / Double(read) * Double(sampleCount))
  }

  /// The answers that are learnt of a set, of many the first by content.
  private func lessons(_ set: [Int32], limit: Int) -> [Int32] {
    let all = examples(of: set)
    let count = all.reduce(0) { $0 + corpus.pieceCount(of: Int($1)) }
    guard count > limit else { return all }
    let order = set.sorted { contentHash[Int($0)] < contentHash[Int($1)] }
    var (lessons, pieces) = ([Int32](), 0)
    for example in examples(of: order) {
      pieces += corpus.pieceCount(of: Int(example))
      if pieces > limit { break }
      lessons.append(example)
    }
    return lessons
  }

  /// Groups of samples that are about the same: k-means over the leading topics, a group a centroid.
  ///
  /// - Parameters:
  ///   - columns: The pool, with its topics.
  ///   - topicCount: How many topics a sample has there.
  ///   - seed: What randomness starts from.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The group of each sample; `nil` without topics.
  /// - Throws: `LinearAlgebraError.notFinite`.
  static func topicGroups(
    of columns: PoolColumns, topicCount: Int, seed: UInt64, threads: Int
  ) throws -> [Int32]? {
    guard topicCount > 0, columns.count > 0 else { return nil }
    let training = CellTraining(
      columns: columns, limit: CellTraining.sampleLimit(cells: groupCount),
      topicCount: topicCount, count: topicCount)
    return try KMeans.fit(
      training.rows, stride: topicCount, dimension: topicCount, count: groupCount, seed: seed,
      threads: threads
    ).assign(columns.topics, stride: topicCount, threads: threads)
  }
}
