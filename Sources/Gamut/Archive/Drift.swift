import Descriptors
import Numbers

extension AxisDrift {
  /// Holds new values against the spread of those that an axis was cut on.
  ///
  /// - Parameters:
  ///   - values: The new samples' values, NaN for a missing one.
  ///   - axis: The axis.
  ///   - reference: What its values were spread like.
  /// - Returns: `nil` where no new sample has a value.
  static func of(_ values: [Double], on axis: Axis, reference: AxisReference) -> AxisDrift? {
    let sorted = sortedAscending(values)
    guard !sorted.isEmpty else { return nil }
    let clipped = axis.range.map { range in sorted.count { !range.contains($0) } } ?? 0
    let count = Double(sorted.count)
    let quantiles = reference.quantiles
    let last = Double(quantiles.count - 1)
    var distance = 0.0
    var place = 0
    while place < quantiles.count {
      // A run of equal quantiles is a jump of the fitted distribution.
      var end = place
      while end + 1 < quantiles.count, quantiles[end + 1] == quantiles[place] { end += 1 }
      let value = quantiles[place]
      let below = partitioningIndex(of: sorted.indices) { sorted[$0] >= value }
      let upTo = partitioningIndex(of: below..<sorted.count) { sorted[$0] > value }
      let fittedBelow = Double(place) / last
      let fittedUpTo = Double(end) / last
      distance = max(
        distance, (Double(below) / count - fittedBelow).magnitude,
        (Double(upTo) / count - fittedUpTo).magnitude)
      place = end + 1
    }
    return AxisDrift(
      axis: axis.name, samples: sorted.count, clippedShare: Double(clipped) / count,
      fittedClippedShare: reference.clippedShare, distance: distance,
      median: percentile(50, ofSorted: sorted), fittedMedian: quantiles[quantiles.count / 2])
  }
}
