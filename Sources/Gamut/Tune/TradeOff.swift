import Glibc
import Reporting

/// Points of several numbers, of each of which more is better, held against each other.
enum TradeOff {
  /// How many of the points are at least as good as each in every number and better in one.
  ///
  /// 0 is the front of Pareto; the count is the rank of Fonseca and Fleming (1993), less one.
  ///
  /// - Parameter points: Numbers, as many a point.
  /// - Returns: One count a point.
  /// - Complexity: O(n² m) for n points of m numbers.
  static func dominatorCounts(_ points: [[Double]]) -> [Int] {
    points.map { point in
      points.count { other in
        var isBetter = false
        for (own, its) in zip(point, other) {
          if its < own { return false }
          if its > own { isBetter = true }
        }
        return isBetter
      }
    }
  }

  /// How far points lie from the ideal one, which has the best of each number.
  ///
  /// Each number is scaled to 0…1 between the worst and the best that points of the front have, and the
  /// distance is √(Σ (1 − z)² / m): compromise programming (Yu 1973; Zeleny 1973). A number of which the front
  /// has one value counts nothing.
  ///
  /// - Parameters:
  ///   - points: Numbers, as many a point.
  ///   - front: The places of the points that the scale is taken from, at least one.
  /// - Returns: One distance a point; of points of the front 0…1.
  static func distances(_ points: [[Double]], front: [Int]) -> [Double] {
    let numbers = points.first?.indices ?? 0..<0
    let ranges = numbers.map { number in
      let values = front.map { points[$0][number] }
      return (low: values.min() ?? 0, high: values.max() ?? 0)
    }
    let counting = numbers.filter { ranges[$0].high > ranges[$0].low }
    return points.map { point in
      if counting.isEmpty { return 0 }
      let sum = counting.reduce(0.0) { sum, number in
        let (low, high) = ranges[number]
        let missing = (high - point[number]) / (high - low)
        return sum + missing * missing
      }
      return (sum / Double(counting.count)).squareRoot()
    }
  }
}

/// A mean over folds, and where it lies with 95 % probability.
public struct FoldMean: Sendable, Equatable {
  /// The mean.
  public var mean: Double
  /// The interval; `nil` for fewer than two folds.
  public var interval: ClosedRange<Double>?

  /// Takes the mean of the folds' values.
  ///
  /// The interval is mean ± t s √(1/k + 1/(k − 1)), s the standard deviation over k folds and t Student's
  /// quantile of k − 1 degrees of freedom. Any two folds share most of the pool that is chosen from, so that
  /// the values are not independent: 1/(k − 1), the share of a fold to the rest, makes up for that (Nadeau and
  /// Bengio 2003). The result is `nil` where there is no value.
  ///
  /// - Parameter values: One a fold.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = rounded(mean)
    guard values.count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (count - 1)).squareRoot()
    let width =
      RandomProof.studentQuantiles[values.count - 2] * deviation
      * (1 / count + 1 / (count - 1)).squareRoot()
    interval = rounded(mean - width)...rounded(mean + width)
  }
}

/// A number in seven digits that count, so that nothing hangs on the last bits of a library's sums.
func rounded(_ value: Double) -> Double {
  guard value != 0, value.isFinite else { return value }
  let scale = pow(10, 6 - floor(log10(value.magnitude)))
  // Numbers so small that nothing is left of the scale.
  guard scale.isFinite, scale > 0 else { return value }
  return (value * scale).rounded() / scale
}
