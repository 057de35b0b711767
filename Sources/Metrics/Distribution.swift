import Glibc
import Numbers

/// How a measure is spread over a set of samples.
public struct Distribution: Sendable, Equatable {
  /// How many samples have a value.
  public var count: Int
  /// The arithmetic mean, never outside the values: of a constant it is the constant itself.
  public var mean: Double
  /// The standard deviation with n in the denominator: the set is all there is, not a draw.
  ///
  /// Always finite.
  public var standardDeviation: Double
  /// The 5th, 25th, 50th, 75th and 95th percentile, linear between order statistics.
  public var percentiles: [Double]
  /// The share of samples that have the commonest value: 1 for a constant, 1/n where all differ.
  ///
  /// A score with a large share at its mode ranks little.
  public var shareAtMode: Double
  /// How many different values there are, at least 1.
  public var distinctCount: Int

  /// Which percentiles are kept.
  public static let percents = [5, 25, 50, 75, 95]

  /// Takes a spread that was described before.
  ///
  /// - Parameters:
  ///   - count: How many samples have a value.
  ///   - mean: The arithmetic mean.
  ///   - standardDeviation: The standard deviation.
  ///   - percentiles: One number each of `percents`.
  ///   - shareAtMode: The share of samples that have the commonest value.
  ///   - distinctCount: How many different values there are.
  public init(
    count: Int, mean: Double, standardDeviation: Double, percentiles: [Double],
    shareAtMode: Double, distinctCount: Int
  ) {
    precondition(percentiles.count == Self.percents.count, "one number a percentile")
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.percentiles = percentiles
    self.shareAtMode = shareAtMode
    self.distinctCount = distinctCount
  }

  /// Describes the values of a set.
  ///
  /// The result is `nil` when no sample has a value.
  ///
  /// - Parameter values: Finite numbers; NaN marks a sample without and is left out.
  /// - Complexity: O(n) for n samples.
  public init?(of values: [Double]) { self.init(ofSorted: sortedAscending(values)) }

  /// Describes the values of a set that are sorted already.
  ///
  /// The result is `nil` when there is no value.
  ///
  /// - Parameter sorted: Finite numbers, ascending.
  /// - Complexity: O(n) for n samples.
  public init?(ofSorted sorted: [Double]) {
    guard let least = sorted.first, let largest = sorted.last else { return nil }
    count = sorted.count
    // In units of a power of two near the largest magnitude, which changes no digit: neither sums nor
    // squares then leave the range of doubles, however large or small the values are.
    let magnitude = max(least.magnitude, largest.magnitude)
    let exponent = magnitude > 0 ? max(Int32(magnitude.exponent), -1022) : 0
    let scale = ldexp(1, -exponent)
    let scaledSum = sorted.reduce(0) { $0 + $1 * scale }
    // Rounding may lead out of the range: ten times 0.1 does not add up to 1.
    mean = min(max(ldexp(scaledSum / Double(sorted.count), exponent), least), largest)
    let center = mean * scale
    let squares = sorted.reduce(0) { sum, value in
      let distance = value * scale - center
      return sum + distance * distance
    }
    let deviation = ldexp((squares / Double(sorted.count)).squareRoot(), exponent)
    // Never above half the range, but for rounding at the very end of the doubles.
    standardDeviation = min(deviation, .greatestFiniteMagnitude)
    percentiles = Self.percents.map { percentile(Double($0), ofSorted: sorted) }
    var longest = 0
    var run = 0
    var distinct = 0
    for index in sorted.indices {
      run = index > 0 && sorted[index] == sorted[index - 1] ? run + 1 : 1
      longest = max(longest, run)
      distinct += run == 1 ? 1 : 0
    }
    shareAtMode = Double(longest) / Double(sorted.count)
    distinctCount = distinct
  }
}
