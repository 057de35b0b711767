import Numbers

/// Makes one quality out of the columns that a recipe names.
///
/// Each column is brought to a common scale, on which higher is better: as it stands, negated where its
/// weight is negative; as its percentile rank, or as its winsorised value, either one minus that where
/// the weight is negative. The quality is Σ |w| v / Σ |w|. A sample that lacks any of the columns has no
/// quality.
///
/// With an agreement Z it is a lower confidence bound, m − Z e: of the c ≥ 2 scorers that a sample has,
/// the mean m = Σ |w| v / Σ |w| and its standard error e = √(c / (c − 1) · Σ w² (v − m)²) / Σ |w| (the
/// variance of a ratio; Cochran, Sampling Techniques, 1977, 6.4), which with equal weights is the usual
/// s / √c. A sample with fewer than two of the scorers has no quality then.
///
/// - Parameters:
///   - columns: One list a column, one number a sample, NaN for a missing one.
///   - weights: One number a column, finite and not 0.
///   - normalization: The common scale; `nil` for none with one column, rank with several.
///   - agreement: Z, at least 0; `nil` for the mean. Needs two columns.
/// - Returns: One number a sample, NaN for a missing one; higher is better.
/// - Complexity: O(c n log n) for c columns and n samples.
func combinedQuality(
  columns: [[Double]], weights: [Double], normalization: Recipe.Normalization? = nil,
  agreement: Double? = nil
) -> [Double] {
  precondition(columns.count == weights.count && !columns.isEmpty, "one weight a column")
  precondition(agreement == nil || columns.count > 1, "agreement is one of several scorers")
  let normalization = normalization ?? (columns.count == 1 ? .none : .rank)
  if columns.count == 1, normalization == .none {
    return weights[0] < 0 ? columns[0].map { -$0 } : columns[0]
  }
  let scaled = zip(columns, weights).map { column, weight in
    normalized(column, normalization, isLowerBetter: weight < 0)
  }
  let magnitudes = weights.map(\.magnitude)
  if let agreement {
    let shares = shares(of: magnitudes)
    return columns[0].indices.map { sample in
      lowerBound(scaled.map { $0[sample] }, weights: shares, agreement: agreement)
    }
  }
  // Raw values may be as large as numbers go: their weights then come as shares, which add up to 1.
  let weights = normalization == .none ? shares(of: magnitudes) : magnitudes
  let total = normalization == .none ? 1 : weights.reduce(0, +)
  var combined = [Double](repeating: 0, count: columns[0].count)
  for (column, weight) in zip(scaled, weights) {
    for index in combined.indices { combined[index] += weight * column[index] }
  }
  return combined.map { clamped($0 / total) }
}

/// Weights in proportion, adding up to 1.
private func shares(of weights: [Double]) -> [Double] {
  let largest = weights.reduce(0, max)
  let total = weights.reduce(0) { $0 + $1 / largest }
  return weights.map { $0 / largest / total }
}

/// A column on a common scale, higher being better; NaN stays NaN.
private func normalized(
  _ column: [Double], _ normalization: Recipe.Normalization, isLowerBetter: Bool
) -> [Double] {
  let values: [Double]
  switch normalization {
  case .none: return isLowerBetter ? column.map { -$0 } : column
  case .rank: values = percentileRanks(column)
  case .winsor: values = winsorized(column)
  }
  return isLowerBetter ? values.map { 1 - $0 } : values
}

/// The lower confidence bound of one sample's scores, NaN being none.
private func lowerBound(_ scores: [Double], weights: [Double], agreement: Double) -> Double {
  var total = 0.0
  var sum = 0.0
  var count = 0
  for (score, weight) in zip(scores, weights) where !score.isNaN {
    total += weight
    sum += weight * score
    count += 1
  }
  guard count >= 2 else { return .nan }
  let mean = sum / total
  var squares = 0.0
  for (score, weight) in zip(scores, weights) where !score.isNaN {
    let distance = weight / total * (score - mean)
    squares += distance * distance
  }
  let error = (squares * Double(count) / Double(count - 1)).squareRoot()
  // Nothing times something beyond all numbers would be no number.
  return clamped(error == 0 || agreement == 0 ? mean : mean - agreement * error)
}

/// A number within the range of finite ones; NaN stays NaN.
func clamped(_ value: Double) -> Double {
  value.isNaN
    ? value : min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
}

/// The percentile rank of each number among those that are not NaN; NaN stays NaN.
///
/// The share of the numbers that lie below, plus half the share of those that are equal, in (0, 1).
func percentileRanks(_ values: [Double]) -> [Double] {
  let sorted = sortedAscending(values)
  return values.map { value in
    if value.isNaN { return .nan }
    let below = partitioningIndex(of: sorted.indices) { sorted[$0] >= value }
    let notAbove = partitioningIndex(of: below..<sorted.count) { sorted[$0] > value }
    return (Double(below) + Double(notAbove)) / 2 / Double(sorted.count)
  }
}

/// Each number clipped to the 5th and the 95th percentile and scaled so that these are 0 and 1.
///
/// NaN stays NaN. Where the two percentiles are equal every number becomes ½.
func winsorized(_ values: [Double]) -> [Double] {
  let sorted = sortedAscending(values)
  guard !sorted.isEmpty else { return values }
  // Halved, so that no difference leaves the range of doubles.
  let low = percentile(5, ofSorted: sorted) / 2
  let width = percentile(95, ofSorted: sorted) / 2 - low
  return values.map { value in
    if value.isNaN { return .nan }
    return width > 0 ? min(max((value / 2 - low) / width, 0), 1) : 0.5
  }
}
