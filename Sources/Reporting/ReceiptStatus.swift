/// What became of a sample.
public enum ReceiptStatus: UInt8, Sendable, CaseIterable {
  /// In the subset.
  case selected
  /// The budget ended before its turn.
  case outranked
  /// Its cell had sent as many as one cell may.
  case capped
  /// The same text as a better sample.
  case duplicate
  /// Too close in meaning to a better chosen sample.
  case redundant
  /// Below the floor on quality.
  case belowFloor
  /// Kept out by an exclusion.
  case excluded
  /// Without a usable quality.
  case unscored
  /// Not a readable record.
  case rejected

  /// The status's name in files.
  public var name: String {
    switch self {
    case .selected: "selected"
    case .outranked: "outranked"
    case .capped: "capped"
    case .duplicate: "duplicate"
    case .redundant: "redundant"
    case .belowFloor: "below-floor"
    case .excluded: "excluded"
    case .unscored: "unscored"
    case .rejected: "rejected"
    }
  }
}
