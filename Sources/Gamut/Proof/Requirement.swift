/// What a subset has to be for it to be written: a metric held against a number, random subsets, the best of
/// the pool or the pool itself, as in `vendi>random` or `quality>=0.97*top`.
public struct Requirement: Sendable, Hashable {
  /// How the metric has to stand to the bound.
  public enum Relation: String, Sendable, CaseIterable {
    case above = ">"
    case atLeast = ">="
    case below = "<"
    case atMost = "<="

    /// Whether more is asked for, not less.
    public var asksForMore: Bool { self == .above || self == .atLeast }

    /// Whether a value stands so to a bound.
    public func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .above: value > bound
      case .atLeast: value >= bound
      case .below: value < bound
      case .atMost: value <= bound
      }
    }
  }

  /// What the metric is held against.
  public enum Reference: Sendable, Hashable {
    case number(Double)
    /// The end of the interval of random subsets: the upper one where more is asked for, else the lower one.
    case random
    /// The same for random subsets of the same lengths.
    case randomLength
    /// What the same budget buys by quality alone.
    case top
    /// All samples of the pool.
    case pool

    /// Whether random subsets have to be drawn for it.
    public var isRandom: Bool { self == .random || self == .randomLength }

    /// The word for it; `nil` for a number.
    var word: String? {
      switch self {
      case .number: nil
      case .random: "random"
      case .randomLength: "random-length"
      case .top: "top"
      case .pool: "pool"
      }
    }

    /// Those that have a word.
    static let words: [Reference] = [.random, .randomLength, .top, .pool]
  }

  /// Why a text is no requirement.
  public enum ParsingError: Error, Sendable, Equatable {
    /// There is no `>`, `>=`, `<` or `<=` in it.
    case noRelation
    /// Nothing stands before the relation, or nothing behind it.
    case incomplete
    /// No metric has the name.
    case unknownMetric(String)
    /// What stands behind the relation is neither a number nor a word that is known.
    case unknownTerm(String)
    /// What stands before the `*` is no finite number.
    case badFactor(String)
  }

  /// The metric.
  public let metric: ProofMetric
  /// How it has to stand to the bound.
  public let relation: Relation
  /// What the reference is multiplied by.
  public let factor: Double
  /// What it is held against.
  public let reference: Reference
  /// The requirement as it was written.
  public let text: String

  /// Reads a requirement, METRIC OP TERM.
  ///
  /// OP is one of `>`, `>=`, `<` and `<=`; TERM is a number, `random`, `random-length`, `top`, `pool`, or a number
  /// times one of these, as in `0.97*top`. Spaces between the parts are passed over.
  ///
  /// - Parameter text: The requirement.
  /// - Throws: `ParsingError`.
  public init(parsing text: String) throws(ParsingError) {
    let parts = try Parts(parsing: text)
    guard let metric = ProofMetric(named: parts.name) else { throw .unknownMetric(parts.name) }
    self.metric = metric
    relation = parts.relation
    factor = parts.factor
    reference = parts.reference
    self.text = parts.text
  }

  /// What stands in a requirement, whatever its metric's name means.
  struct Parts: Sendable {
    var name: String
    var relation: Relation
    var factor: Double
    var reference: Reference
    /// The requirement as it was written.
    var text: String

    /// Reads METRIC OP TERM.
    init(parsing text: String) throws(ParsingError) {
      guard let start = text.firstIndex(where: { $0 == ">" || $0 == "<" }) else {
        throw .noRelation
      }
      name = Self.trimmed(text[..<start])
      var rest = text[start...]
      let isLoose = rest.dropFirst().first == "="
      let sign = String(rest.prefix(isLoose ? 2 : 1))
      guard let relation = Relation(rawValue: sign) else { throw .noRelation }
      self.relation = relation
      rest = rest.dropFirst(sign.count)
      var term = Self.trimmed(rest)
      guard !name.isEmpty, !term.isEmpty else { throw .incomplete }
      factor = 1
      if let star = term.firstIndex(of: "*") {
        let written = Self.trimmed(term[..<star])
        guard let value = Double(written), value.isFinite else { throw .badFactor(written) }
        factor = value
        term = Self.trimmed(term[term.index(after: star)...])
      }
      if let word = Reference.words.first(where: { $0.word == term }) {
        reference = word
      } else if let value = Double(term), value.isFinite, (factor * value).isFinite {
        reference = .number(value)
      } else {
        throw .unknownTerm(term)
      }
      self.text = Self.trimmed(text[...])
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
      var part = text[...]
      while let first = part.first, first.isWhitespace { part = part.dropFirst() }
      while let last = part.last, last.isWhitespace { part = part.dropLast() }
      return String(part)
    }
  }
}
