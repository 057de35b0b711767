import Reporting

/// Why samples are kept out of a subset by name of a reason, and what stays in their place.
///
/// Nothing is kept for a pool of which none is excluded.
struct Exclusions: Sendable {
  /// Why a sample may not be chosen.
  enum Reason: UInt8, Sendable {
    /// Its answer is given to many prompts, and another sample is the best of them.
    case repeatedAnswer = 1
    /// Its answer is empty.
    case emptyAnswer
    /// Its answer is a placeholder.
    case placeholderAnswer
    /// Its answer repeats its prompt.
    case echoedAnswer

    init(_ kind: SuspectKind) {
      self =
        switch kind {
        case .repeated: .repeatedAnswer
        case .empty: .emptyAnswer
        case .placeholder: .placeholderAnswer
        case .echoed: .echoedAnswer
        }
    }

    /// The kind of suspect answer that it comes of.
    var suspect: SuspectKind? {
      switch self {
      case .repeatedAnswer: .repeated
      case .emptyAnswer: .empty
      case .placeholderAnswer: .placeholder
      case .echoedAnswer: .echoed
      }
    }

    /// The reason as receipts tell it.
    var message: String? { suspect?.reason }
  }

  /// The raw reason of each sample, 0 for none; empty where none is excluded.
  private var reasons: [UInt8] = []
  /// The better sample that stands in place of some.
  private var better: [Int32: Int32] = [:]

  /// Whether no sample is excluded.
  var isEmpty: Bool { reasons.isEmpty }

  /// Why a sample is excluded; `nil` where it is not.
  subscript(sample: Int) -> Reason? {
    reasons.isEmpty ? nil : Reason(rawValue: reasons[sample])
  }

  /// The better sample that stands in place of an excluded one.
  func betterSample(than sample: Int) -> Int? { better[Int32(sample)].map { Int($0) } }

  /// How many samples are excluded for a reason.
  func count(_ reason: Reason) -> Int { reasons.count { $0 == reason.rawValue } }

  /// Excludes a sample, unless it is already.
  ///
  /// - Parameters:
  ///   - sample: The sample.
  ///   - reason: Why.
  ///   - other: What stands in its place.
  ///   - count: How many samples the pool has.
  mutating func exclude(
    _ sample: Int32, _ reason: Reason, better other: Int32? = nil, ofPool count: Int
  ) {
    if reasons.isEmpty { reasons = [UInt8](repeating: 0, count: count) }
    guard reasons[Int(sample)] == 0 else { return }
    reasons[Int(sample)] = reason.rawValue
    if let other { better[sample] = other }
  }

  /// Excludes suspect answers.
  ///
  /// Of one answer to many prompts the best stays: the first in the ranking of those that are neither
  /// duplicates nor excluded. A duplicate stays a duplicate.
  ///
  /// - Parameters:
  ///   - suspects: The suspect answers of the pool.
  ///   - kinds: Which kinds may not be chosen.
  ///   - twins: For each sample the better one of the same text, −1 for none.
  ///   - ranking: All samples, best first.
  mutating func drop(
    _ suspects: SuspectAnswers, kinds: Set<SuspectKind>, twins: [Int32], ranking: [Int32]
  ) {
    for kind in [SuspectKind.empty, .placeholder, .echoed] where kinds.contains(kind) {
      for sample in suspects.samples(kind) where twins[Int(sample)] < 0 {
        exclude(sample, Reason(kind), ofPool: twins.count)
      }
    }
    guard kinds.contains(.repeated), !suspects.repeated.isEmpty else { return }
    var group = [Int32](repeating: -1, count: twins.count)
    for (number, samples) in suspects.repeated.enumerated() {
      for sample in samples where twins[Int(sample)] < 0 && self[Int(sample)] == nil {
        group[Int(sample)] = Int32(truncatingIfNeeded: number)
      }
    }
    var best = [Int32](repeating: -1, count: suspects.repeated.count)
    for sample in ranking where group[Int(sample)] >= 0 {
      let number = Int(group[Int(sample)])
      if best[number] < 0 {
        best[number] = sample
      } else {
        exclude(sample, .repeatedAnswer, better: best[number], ofPool: twins.count)
      }
    }
  }
}
