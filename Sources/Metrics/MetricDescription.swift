/// What a metric says and what it cannot see, for a command to print.
public struct MetricDescription: Sendable, Equatable {
  /// Which way a metric improves.
  public enum Direction: String, Sendable, CaseIterable {
    /// More is better.
    case higher
    /// Less is better.
    case lower
    /// Neither is: the number describes.
    case neither
  }

  /// The name under which all of Gamut's files and options know the metric.
  public var name: String
  /// What it tells, in a sentence.
  public var summary: String
  /// How it is computed.
  public var formula: String
  /// The least and the largest value it can take, with its unit.
  public var range: String
  /// Which way it improves, all else equal.
  public var direction: Direction
  /// Who proposed it.
  public var source: String
  /// What it takes in time and memory.
  public var cost: String
  /// What it cannot see, or what misleads it.
  public var blindTo: String

  /// Puts a description together.
  ///
  /// - Parameters:
  ///   - name: The metric's name.
  ///   - summary: What it tells, in a sentence.
  ///   - formula: How it is computed.
  ///   - range: Its least and largest value, with its unit.
  ///   - direction: Which way it improves.
  ///   - source: Who proposed it.
  ///   - cost: What it takes in time and memory.
  ///   - blindTo: What it cannot see.
  public init(
    name: String, summary: String, formula: String, range: String, direction: Direction,
    source: String, cost: String, blindTo: String
  ) {
    self.name = name
    self.summary = summary
    self.formula = formula
    self.range = range
    self.direction = direction
    self.source = source
    self.cost = cost
    self.blindTo = blindTo
  }
}

/// A family of metrics; a raw value is the name that files and options use.
public protocol DescribedMetric: RawRepresentable, CaseIterable, Hashable, Sendable
where RawValue == String {
  /// What the metric says, how it is computed and what it cannot see.
  var explanation: MetricDescription { get }
}

extension DescribedMetric {
  /// The explanations of the whole family, in the order of the cases.
  public static var explanations: [MetricDescription] { allCases.map(\.explanation) }

  /// Puts an explanation together under the metric's own name.
  func explained(
    _ summary: String, formula: String, range: String, direction: MetricDescription.Direction,
    source: String, cost: String, blindTo: String
  ) -> MetricDescription {
    MetricDescription(
      name: rawValue, summary: summary, formula: formula, range: range, direction: direction,
      source: source, cost: cost, blindTo: blindTo)
  }
}
