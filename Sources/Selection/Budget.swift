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

  /// Whether the budget is smaller than another that is counted in the same way.
  ///
  /// - Parameter other: Another budget.
  /// - Returns: `nil` where one is a share and the other is not, or their units differ: which is smaller
  ///   depends on the pool then.
  public func isSmaller(than other: Budget) -> Bool? {
    switch (self, other) {
    case (.samples(let own), .samples(let its)), (.tokens(let own), .tokens(let its)),
      (.bytes(let own), .bytes(let its)):
      own < its
    case (.share(let own), .share(let its)): own < its
    default: nil
    }
  }

  /// The most that may be spent on a pool, in `unit`.
  ///
  /// - Parameter sampleCount: How many samples the pool has.
  /// - Returns: The limit; a share rounds down.
  public func limit(poolSampleCount sampleCount: Int) -> Int {
    switch self {
    case .samples(let count), .tokens(let count), .bytes(let count): count
    case .share(let percent): Self.share(percent, of: sampleCount)
    }
  }

  /// A share rounded down, where the percentage stands for the decimal it was written as.
  ///
  /// 32.3 % of 1,000 is 323, though no double is 32.3 and the nearest is a little less: a result within
  /// rounding error of a whole number is that number.
  private static func share(_ percent: Double, of count: Int) -> Int {
    let share = Double(count) * percent / 100
    let nearest = share.rounded()
    let isWhole = (share - nearest).magnitude <= 4 * share.ulp
    return Int(isWhole ? nearest : share.rounded(.down))
  }

  /// Why a text is no budget.
  public enum ParsingError: Error, Equatable, Sendable {
    /// There is no number at the start.
    case noNumber(text: String)
    /// What follows the number is neither `%` nor `tok`, `B` or nothing after a scale `k`, `M`, `G` or
    /// none.
    case unknownUnit(text: String, unit: String)
    /// The number is negative or 10¹⁵ and more.
    case outOfRange(text: String)
    /// A share above 100 %.
    case moreThanAll(text: String)
    /// The amount is no whole number once scaled, as in `1.5` or `0.0001k`.
    case notWhole(text: String)
  }

  /// Reads a budget: `6000`, `10%`, `2Mtok`, `40MB`; `k`, `M` and `G` scale by 10³, 10⁶ and 10⁹.
  ///
  /// The number is decimal, without exponent or sign; `1.5k` is 1,500, exactly.
  ///
  /// - Parameter text: The budget's notation; `K` stands for `k` as well.
  /// - Throws: `ParsingError`, its cases tried in the order: negative, no number, unit, range, whole.
  public init(parsing text: String) throws(ParsingError) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(digits.count)
    guard let number = Double(digits) else {
      let isNegative = text.hasPrefix("-") && Double(text.dropFirst().prefix(1)) != nil
      throw isNegative ? .outOfRange(text: text) : .noNumber(text: text)
    }
    if suffix == "%" {
      guard number <= 100 else { throw .moreThanAll(text: text) }
      self = .share(percent: number)
      return
    }
    let zeros =
      switch suffix.first {
      case "k", "K": 3
      case "M": 6
      case "G": 9
      default: 0
      }
    let make: (Int) -> Budget
    switch zeros > 0 ? suffix.dropFirst() : suffix {
    case "": make = Budget.samples
    case "tok": make = Budget.tokens
    case "B": make = Budget.bytes
    default: throw .unknownUnit(text: text, unit: String(suffix))
    }
    guard number < 1e15 else { throw .outOfRange(text: text) }
    // Scaled digit by digit, since 1.001 · 1000 is no whole number in binary.
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    var fraction = parts.count > 1 ? parts[1] : ""
    while fraction.last == "0" { fraction = fraction.dropLast() }
    guard fraction.count <= zeros else { throw .notWhole(text: text) }
    let padding = String(repeating: "0", count: zeros - fraction.count)
    let scaled = String(parts[0] + fraction + padding)
    guard let amount = Int(scaled.isEmpty ? "0" : scaled), amount < 1_000_000_000_000_000 else {
      throw .outOfRange(text: text)
    }
    self = make(amount)
  }
}
