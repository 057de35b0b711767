/// How much may be chosen.
public enum Budget: Sendable, Equatable {
  /// So many samples.
  case samples(Int)
  /// A share of the pool's samples, in percent, rounded down.
  case share(percent: Double)
  /// So many tokens.
  case tokens(Int)
  /// So many bytes of JSONL, line ends included.
  case bytes(Int)

  /// In what a budget is counted.
  public enum Unit: String, Sendable {
    /// Whole samples.
    case samples
    /// Tokens of the samples' text.
    case tokens
    /// Bytes of the subset's lines, each with its line end.
    case bytes
  }

  /// The unit that is spent.
  public var unit: Unit {
    switch self {
    case .samples, .share: .samples
    case .tokens: .tokens
    case .bytes: .bytes
    }
  }

  /// The most that may be spent on a pool, in `unit`.
  ///
  /// - Parameter sampleCount: How many samples the pool has.
  /// - Returns: The limit; a share rounds down.
  public func limit(poolSampleCount sampleCount: Int) -> Int {
    switch self {
    case .samples(let count), .tokens(let count), .bytes(let count): count
    // Hundredths of a percent and finer as given: 0.1 % of 1,000 must be 1, so scale before dividing.
    case .share(let percent): Int((Double(sampleCount) * percent / 100).rounded(.down))
    }
  }

  /// Why a text is no budget.
  public enum ParsingError: Error, Equatable, Sendable {
    /// There is no number at the start.
    case noNumber(text: String)
    /// What follows the number is none of `%`, `tok`, `B` and the scales `k`, `M`, `G`.
    case unknownUnit(text: String, unit: String)
    /// The number is negative or too large to count.
    case outOfRange(text: String)
    /// A share above 100 %.
    case moreThanAll(text: String)
    /// The amount is no whole number once scaled, as in `1.5` or `0.0001k`.
    case notWhole(text: String)
  }

  /// Reads a budget: `6000`, `10%`, `2Mtok`, `40MB`; `k`, `M` and `G` scale by 10³, 10⁶ and 10⁹.
  ///
  /// - Parameter text: The budget's notation; `K` stands for `k` as well.
  /// - Throws: `ParsingError`.
  public init(parsing text: String) throws(ParsingError) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(digits.count)
    if text.hasPrefix("-") { throw .outOfRange(text: text) }
    guard let number = Double(digits) else { throw .noNumber(text: text) }
    if suffix == "%" {
      guard number <= 100 else { throw .moreThanAll(text: text) }
      self = .share(percent: number)
      return
    }
    var unit = suffix
    var scale = 1.0
    switch unit.first {
    case "k", "K": scale = 1e3
    case "M": scale = 1e6
    case "G": scale = 1e9
    default: break
    }
    if scale > 1 { unit = unit.dropFirst() }
    let amount = number * scale
    guard amount < 9e15 else { throw .outOfRange(text: text) }
    guard amount == amount.rounded() else { throw .notWhole(text: text) }
    switch unit {
    case "": self = .samples(Int(amount))
    case "tok": self = .tokens(Int(amount))
    case "B": self = .bytes(Int(amount))
    default: throw .unknownUnit(text: text, unit: String(suffix))
    }
  }
}
