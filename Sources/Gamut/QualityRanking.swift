import Numbers

/// Makes one quality out of the columns that a recipe names.
///
/// One column is taken as it is, negated where its weight is negative: then lower is better, and a floor
/// is a negative number too. Several are combined as weighted percentile ranks, so that columns in
/// different units count by their weights alone: a column's percentile rank of a sample is the share of
/// the samples with a value that lie below it, plus half the share of those equal to it, in (0, 1); for a
/// negative weight one minus that. The quality is Σ |w| r / Σ |w|. A sample that lacks any of the columns
/// has no quality.
///
/// - Parameters:
///   - columns: One list a column, one number a sample, NaN for a missing one.
///   - weights: One number a column, not 0.
/// - Returns: One number a sample, NaN for a missing one; higher is better.
/// - Complexity: O(c n log n) for c columns and n samples.
func combinedQuality(columns: [[Double]], weights: [Double]) -> [Double] {
  precondition(columns.count == weights.count && !columns.isEmpty, "one weight a column")
  if columns.count == 1 {
    return weights[0] < 0 ? columns[0].map { -$0 } : columns[0]
  }
  let total = weights.reduce(0) { $0 + abs($1) }
  var combined = [Double](repeating: 0, count: columns[0].count)
  for (column, weight) in zip(columns, weights) {
    let ranks = percentileRanks(column)
    for index in combined.indices {
      combined[index] += abs(weight) * (weight < 0 ? 1 - ranks[index] : ranks[index])
    }
  }
  return combined.map { $0 / total }
}

/// The percentile rank of each number among those that are not NaN; NaN stays NaN.
func percentileRanks(_ values: [Double]) -> [Double] {
  let sorted = sortedAscending(values)
  return values.map { value in
    if value.isNaN { return .nan }
    let below = partitioningIndex(of: sorted.indices) { sorted[$0] >= value }
    let notAbove = partitioningIndex(of: below..<sorted.count) { sorted[$0] > value }
    return (Double(below) + Double(notAbove)) / 2 / Double(sorted.count)
  }
}
