import Glibc
import Numbers

/// How much of quality goes with length: the least-squares line of quality on log(1 + tokens).
///
/// All samples with a quality count alike. Sums are taken over them in the order of tokens, then of
/// quality, in which samples that are equal in both cannot be told apart: so neither the order of the
/// pool nor its division into files can move a bit.
struct LengthFit: Sendable, Equatable {
  /// How many samples have a quality.
  let count: Int
  /// How much quality rises with each unit of log(1 + tokens); 0 where fewer than three samples have a
  /// quality, or all of them are of one length.
  let slope: Double
  /// The mean of log(1 + tokens).
  let center: Double

  /// Fits the line.
  ///
  /// - Parameters:
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - tokens: The tokens of each sample.
  /// - Complexity: O(n) for n samples.
  init(of quality: [Double], tokens: [UInt32]) {
    precondition(quality.count == tokens.count, "one quality a sample")
    let scored = quality.indices.filter { !quality[$0].isNaN }
      .map { Int32(truncatingIfNeeded: $0) }
    count = scored.count
    let byQuality = stableSorted(scored) { ascendingKey(quality[Int($0)]) }
    let order = stableSorted(byQuality) { UInt64(tokens[Int($0)]) }.map { Int($0) }
    guard let first = order.first, let last = order.last else {
      (slope, center) = (0, 0)
      return
    }
    let lengths = order.map { Self.length(tokens[$0]) }
    center = Self.sum(lengths) / Double(count)
    guard count >= 3, tokens[first] != tokens[last] else {
      slope = 0
      return
    }
    // In units of a power of two near the largest magnitude: no product then leaves the range.
    let largest = order.reduce(0) { max($0, quality[$1].magnitude) }
    let exponent = largest > 0 ? max(Int32(largest.exponent), -1022) : 0
    let scale = ldexp(1, -exponent)
    let scores = order.map { quality[$0] * scale }
    let mean = Self.sum(scores) / Double(count)
    let distances = lengths.map { [center] in $0 - center }
    let spread = Self.sum(distances.map { $0 * $0 })
    let joint = Self.sum(zip(distances, scores).map { $0 * ($1 - mean) })
    slope = clamped(ldexp(joint / spread, exponent))
  }

  /// Quality without what goes with length: q − slope · (log(1 + tokens) − mean), which keeps the mean.
  ///
  /// - Parameters:
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - tokens: The tokens of each sample.
  /// - Returns: As many numbers; NaN stays NaN.
  func residuals(of quality: [Double], tokens: [UInt32]) -> [Double] {
    if slope == 0 { return quality }
    return zip(quality, tokens).map { clamped($0 - slope * (Self.length($1) - center)) }
  }

  /// log(1 + tokens), the natural one.
  private static func length(_ tokens: UInt32) -> Double { log1p(Double(tokens)) }

  /// A sum with what rounding takes from it given back at the end (Neumaier 1974).
  private static func sum(_ values: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values {
      let next = sum + value
      lost += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return sum + lost
  }
}
