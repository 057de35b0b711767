public import JSON
public import Metrics
import Numbers

/// A subset held against random ones of its size, metric by metric.
public struct RandomProof: Sendable, Equatable {
  /// What random subsets come to in one metric, and how the subset stands to them.
  public struct Comparison: Sendable, Equatable {
    /// The metric's name.
    public var name: String
    /// The mean of the random subsets.
    public var mean: Double
    /// Their standard deviation, as of a draw (n − 1); `nil` for a single one.
    public var standardDeviation: Double?
    /// Where another random subset would lie in 95 of 100 cases; `nil` for a single one.
    public var interval: ClosedRange<Double>?
    /// How many standard deviations the subset lies above the mean; `nil` where they do not differ.
    public var zScore: Double?
    /// How many of the random subsets are worse, equal ones counting half; `nil` for a metric that improves
    /// neither way.
    public var beaten: Double?

    /// Draws the comparison; `nil` where there is nothing to compare with, or a number is not finite.
    ///
    /// With fewer than 40 random subsets the interval is mean ± t · sd · √(1 + 1/R): that in which one more
    /// of them would lie with 95 % probability if they are spread normally, t being Student's quantile of
    /// R − 1 degrees of freedom. With 40 and more it reaches from their 2.5th to their 97.5th percentile.
    ///
    /// - Parameters:
    ///   - name: The metric's name.
    ///   - direction: Which way it improves.
    ///   - value: The subset's value.
    ///   - random: Those of the random subsets.
    public init?(
      name: String, direction: MetricDescription.Direction, value: Double, random: [Double]
    ) {
      guard value.isFinite, random.allSatisfy(\.isFinite), let spread = Distribution(of: random)
      else { return nil }
      self.name = name
      mean = spread.mean
      let count = Double(random.count)
      if random.count >= 2 {
        let deviation = spread.standardDeviation * (count / (count - 1)).squareRoot()
        standardDeviation = deviation
        if random.count < RandomProof.percentileCount {
          let half =
            RandomProof.studentQuantiles[random.count - 2] * deviation
            * (1 + 1 / count).squareRoot()
          // Numbers near the end of the doubles have none.
          if (mean - half).isFinite, (mean + half).isFinite {
            interval = mean - half...mean + half
          }
        } else {
          let sorted = sortedAscending(random)
          interval = percentile(2.5, ofSorted: sorted)...percentile(97.5, ofSorted: sorted)
        }
        // Of equal numbers the deviation may be a rounding error.
        if spread.distinctCount > 1, deviation > 0 {
          let score = (value - mean) / deviation
          zScore = score.isFinite ? score : nil
        }
      }
      if direction != .neither {
        beaten = random.reduce(0) { sum, other in
          if other == value { return sum + 0.5 }
          return (other < value) == (direction == .higher) ? sum + 1 : sum
        }
      }
    }

    var json: JSONValue {
      .members([
        "mean": .number(mean), "sd": standardDeviation.map { .number($0) },
        "low": interval.map { .number($0.lowerBound) },
        "high": interval.map { .number($0.upperBound) }, "z": zScore.map { .number($0) },
        "beaten": beaten.map { .number($0) },
      ])
    }
  }

  /// From so many random subsets on the interval is one of percentiles.
  public static let percentileCount = 40

  /// The 97.5th percentile of Student's t with 1, 2, … 38 degrees of freedom.
  package static let studentQuantiles = [
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788,
    2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
    2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423, 2.0395, 2.0369, 2.0345, 2.0322, 2.0301, 2.0281,
    2.0262, 2.0244,
  ]

  /// How many random subsets of each kind were drawn.
  public var count: Int
  /// What they were drawn from.
  public var seed: UInt64
  /// How many samples each of them has.
  public var samples: Int
  /// The subset's value of each metric, in the order of the metrics.
  public var subset: [Value]
  /// The comparison with random subsets.
  public var random: [Comparison]
  /// The comparison with random subsets of the same lengths; `nil` where lengths were not at hand.
  public var randomLength: [Comparison]?
  /// The metrics that were named, and so are told beside those that always are.
  public var named: [String]

  /// The value of a metric.
  public struct Value: Sendable, Equatable {
    /// The metric's name.
    public var name: String
    /// The value.
    public var value: Double

    /// Takes a value.
    ///
    /// - Parameters:
    ///   - name: The metric's name.
    ///   - value: The value.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Puts a proof together.
  ///
  /// - Parameters:
  ///   - count: How many random subsets of each kind were drawn, at least 1.
  ///   - seed: What they were drawn from.
  ///   - samples: How many samples each of them has.
  ///   - subset: The subset's value of each metric.
  ///   - random: The comparison with random subsets.
  ///   - randomLength: The comparison with random subsets of the same lengths.
  ///   - named: The metrics that were named.
  public init(
    count: Int, seed: UInt64, samples: Int, subset: [Value], random: [Comparison],
    randomLength: [Comparison]?, named: [String]
  ) {
    self.count = count
    self.seed = seed
    self.samples = samples
    self.subset = subset
    self.random = random
    self.randomLength = randomLength
    self.named = named
  }

  /// The proof as JSON.
  public var json: JSONValue {
    func members(_ comparisons: [Comparison]) -> JSONValue {
      .object(comparisons.map { .init(key: $0.name, value: $0.json) })
    }
    return .members([
      "count": .integer(count),
      "seed": seed <= UInt64(Int.max) ? .integer(Int(seed)) : .string(String(seed)),
      "samples": .integer(samples),
      "interval": count < 2
        ? nil : .string(count < Self.percentileCount ? "normal" : "percentiles"),
      "metrics": named.isEmpty ? nil : .array(named.map { .string($0) }),
      "subset": .object(subset.map { .init(key: $0.name, value: .number($0.value)) }),
      "random": members(random),
      "random_length": randomLength.map(members),
    ])
  }

  /// The metrics that a table always tells, where they are known.
  static let usual = [
    "quality_mean", "complexity_mean", "tokens_mean", "cells", "evenness", "qd_score",
  ]

  /// The proof as a table: a line a metric.
  ///
  /// - Parameter title: What the subset's column is named.
  /// - Returns: The lines, without line ends.
  func lines(title: String) -> [String] {
    let shown = subset.filter { Self.usual.contains($0.name) || named.contains($0.name) }
    let kinds =
      [("\(count) random (95 %)", random)]
      + (randomLength.map { [("of its lengths (95 %)", $0)] } ?? [])
    var rows = [["", title] + kinds.flatMap { [$0.0, "beats"] }]
    for value in shown {
      let found = kinds.map { kind in kind.1.first { $0.name == value.name } }
      if found.allSatisfy({ $0 == nil }) { continue }
      rows.append(
        [value.name, brief(value.value)]
          + found.flatMap { comparison -> [String] in
            guard let comparison else { return ["–", "–"] }
            let range = comparison.interval.map {
              " (\(brief($0.lowerBound)) to \(brief($0.upperBound)))"
            }
            return [
              brief(comparison.mean) + (range ?? ""),
              comparison.beaten.map { "\(shortest($0))/\(count)" } ?? "–",
            ]
          })
    }
    if rows.count == 1 { return [] }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let gap = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + gap : "  " + gap + text
      }.joined()
    }
  }

  /// A number with about four digits.
  private func brief(_ value: Double) -> String {
    let size = value.magnitude
    if size < 1e9, value == value.rounded() { return grouped(Int(value)) }
    return decimal(value, places: size >= 10_000 ? 0 : size >= 100 ? 1 : 3)
  }
}

/// A requirement that a subset was held to.
public struct RequirementOutcome: Sendable, Equatable {
  /// The requirement as it was written.
  public var text: String
  /// The metric's name.
  public var metric: String
  /// Its value for the subset; `nil` where it is not defined.
  public var value: Double?
  /// What it was held against; `nil` where that is not defined.
  public var bound: Double?
  /// Whether it is met.
  public var isMet: Bool

  /// Takes an outcome.
  ///
  /// - Parameters:
  ///   - text: The requirement as it was written.
  ///   - metric: The metric's name.
  ///   - value: Its value for the subset.
  ///   - bound: What it was held against.
  ///   - isMet: Whether it is met.
  public init(text: String, metric: String, value: Double?, bound: Double?, isMet: Bool) {
    self.text = text
    self.metric = metric
    self.value = value
    self.bound = bound
    self.isMet = isMet
  }

  /// The outcome as JSON.
  public var json: JSONValue {
    .members([
      "require": .string(text), "metric": .string(metric), "value": value.map { .number($0) },
      "bound": bound.map { .number($0) }, "met": .bool(isMet),
    ])
  }
}
