/// How a measure is spread over a set of samples.
public struct Distribution: Sendable, Equatable {
  /// How many samples have a value.
  public var count: Int
  /// The arithmetic mean.
  public var mean: Double
  /// The standard deviation with n in the denominator: the set is all there is, not a draw.
  public var standardDeviation: Double
  /// The 5th, 25th, 50th, 75th and 95th percentile, linear between order statistics.
  public var percentiles: [Double]
  /// The share of samples that have the commonest value: 1 for a constant, 1/n where all differ. A
  /// score with a large share at its mode ranks little.
  public var shareAtMode: Double

  /// Which percentiles are kept.
  public static let percents = [5, 25, 50, 75, 95]

  /// Describes the values of a set.
  ///
  /// - Parameter values: Finite numbers; NaN marks a sample without and is left out.
  /// - Returns: `nil` when no sample has a value.
  /// - Complexity: O(n log n) for n samples.
  public init?(of values: [Double]) {
    var sorted = values.filter { !$0.isNaN }
    guard !sorted.isEmpty else { return nil }
    sorted.sort()
    count = sorted.count
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardDeviation = (squares / Double(sorted.count)).squareRoot()
    percentiles = Self.percents.map { percent in
      let place = Double(percent) / 100 * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    var longest = 0
    var run = 0
    for index in sorted.indices {
      run = index > 0 && sorted[index] == sorted[index - 1] ? run + 1 : 1
      longest = max(longest, run)
    }
    shareAtMode = Double(longest) / Double(sorted.count)
  }
}
