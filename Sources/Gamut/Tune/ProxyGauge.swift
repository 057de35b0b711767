import LanguageModel
import Metrics
import Selection

/// What a small language model that was trained on a set loses on the answers of the fold, on those of its worst
/// topic, and on those of other files.
///
/// Of a budget in samples every set is learnt up to as many pieces as random samples would have, or the longest
/// answers would always be the best.
struct ProxyGauge: TuningGauge {
  private let texts: ProxyTexts
  /// The topic of each sample; `nil` without topics.
  private let groups: [Int32]?
  private let pieceLimit: Int
  private let seed: UInt64
  let objectives: [TuningObjective]

  /// Prepares to train.
  ///
  /// - Parameters:
  ///   - texts: The answers.
  ///   - ground: The pool.
  ///   - folds: Into how many parts it is divided.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: `LinearAlgebraError`.
  init(_ texts: ProxyTexts, on ground: TuningGround, folds: Int, threads: Int) throws {
    self.texts = texts
    seed = ground.recipe.seed
    groups = try ProxyTexts.topicGroups(
      of: ground.pool.columns, topicCount: ground.plan.topicCount, seed: seed, threads: threads)
    switch ground.recipe.budget.unit {
    case .samples:
      let candidates = ground.isCandidate.indices.filter { ground.isCandidate[$0] }
      pieceLimit = texts.usualPieceCount(
        of: ground.limit * (folds - 1) / folds, among: candidates.map { Int32($0) })
    case .tokens, .bytes: pieceLimit = ProxyTexts.pieceLimit
    }
    func objective(_ name: String, _ answers: String) -> TuningObjective {
      TuningObjective(
        name: name, direction: .lower,
        meaning:
          "bits a byte that a small language model trained on the subset loses on \(answers)",
        isUsual: false)
    }
    var objectives = [
      objective("proxy_loss", "answers of held-out samples, \(ProxyTexts.heldOutLimit) at most")
    ]
    if groups != nil {
      objectives.append(
        objective(
          "proxy_worst_topic",
          "those of the topic that it loses most on, of \(ProxyTexts.groupCount) by k-means"))
    }
    for (name, file) in zip(Self.names(of: texts.validations.map(\.path)), texts.validations) {
      objectives.append(
        objective(
          name,
          "\(file.examples.count) answers of '\(file.path)', which has \(file.recordCount) records")
      )
    }
    self.objectives = objectives
  }

  /// Names that can stand in an expression, by the files' own: `loss_on_other` of `data/other.jsonl.gz`.
  static func names(of paths: [String]) -> [String] {
    var names: [String] = []
    for path in paths {
      let file = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
      let stem = file.split(separator: UInt8(ascii: ".")).first ?? file
      let base =
        "loss_on_"
        + String(
          decoding: stem.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
          }, as: UTF8.self)
      var (name, number) = (base, 1)
      while names.contains(name) {
        number += 1
        name = "\(base)_\(number)"
      }
      names.append(name)
    }
    return names
  }

  func measure(_ sets: [[Int32]], without part: TuningPart, threads: Int) -> [[Double?]] {
    texts.trials(
      on: sets, heldOut: part.heldOut, groups: groups, pieceLimit: pieceLimit, seed: seed,
      threads: threads
    ).map { trial in
      [trial.loss.bitsPerByte] + (groups == nil ? [] : [trial.worst?.loss.bitsPerByte])
        + trial.validations.map { $0.bitsPerByte }
    }
  }
}
