import Glibc

/// What a model lost on some answers: the negative logarithm of their probability.
///
/// Losses add up exactly, in any order: they are kept in whole units of 2⁻²⁴ nats, to which that of each answer
/// is rounded.
public struct LanguageLoss: Sendable, Equatable {
  /// In units of 2⁻²⁴ nats.
  private var units = 0
  /// How many answers.
  public private(set) var answers = 0
  /// How many pieces were predicted, the ends of the answers among them.
  public private(set) var pieces = 0
  /// How many of them the model had not seen, and spelled out.
  public private(set) var unknownPieces = 0
  /// How many bytes the answers have.
  public private(set) var bytes = 0

  /// Of no answer.
  public init() {}

  init(nats: Double, pieces: Int, unknownPieces: Int, bytes: Int) {
    units = Int((nats * 0x1p24).rounded())
    answers = 1
    self.pieces = pieces
    self.unknownPieces = unknownPieces
    self.bytes = bytes
  }

  /// The loss in nats, at least 0.
  public var nats: Double { Double(units) * 0x1p-24 }

  /// The loss in bits a byte of the answers: what models of any vocabulary can be compared by.
  ///
  /// `nil` where there is no byte. The ends of the answers are charged as well.
  public var bitsPerByte: Double? { bytes > 0 ? nats / M_LN2 / Double(bytes) : nil }

  /// The loss in nats a piece; `nil` where there is no answer.
  public var natsPerPiece: Double? { pieces > 0 ? nats / Double(pieces) : nil }

  /// Adds what was lost on other answers.
  public static func += (loss: inout LanguageLoss, other: LanguageLoss) {
    loss.units += other.units
    loss.answers += other.answers
    loss.pieces += other.pieces
    loss.unknownPieces += other.unknownPieces
    loss.bytes += other.bytes
  }

  /// The group that a model does worst on.
  ///
  /// - Parameters:
  ///   - losses: One an answer.
  ///   - groups: The group of each answer; negative for one without.
  ///   - least: How many answers a group must have to be looked at.
  /// - Returns: The group of most bits a byte, of equal ones that of the smallest number; `nil` where no group is
  ///   large enough.
  /// - Complexity: O(n) for n answers.
  public static func worstGroup(
    of losses: [LanguageLoss], groups: [Int32], least: Int = 20
  ) -> (group: Int32, loss: LanguageLoss)? {
    precondition(losses.count == groups.count, "one group an answer")
    var sums: [Int32: LanguageLoss] = [:]
    for (loss, group) in zip(losses, groups) where group >= 0 {
      sums[group, default: LanguageLoss()] += loss
    }
    var worst: (group: Int32, loss: LanguageLoss, bits: Double)?
    for group in sums.keys.sorted() {
      guard let loss = sums[group], loss.answers >= least, let bits = loss.bitsPerByte
      else { continue }
      if worst.map({ bits > $0.bits }) ?? true { worst = (group, loss, bits) }
    }
    return worst.map { ($0.group, $0.loss) }
  }
}
