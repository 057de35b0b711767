/// Spearman's rank correlation of two lists of numbers, exact where numbers are equal.
///
/// Pearson's correlation of the ranks, where equal numbers share the mean of their ranks (Spearman 1904;
/// Kendall 1945 for ties). Ranks are doubled and held against their mean, which makes them whole
/// numbers; their products are added without rounding, so that the order of the pairs does not matter.
///
/// - Parameters:
///   - first: Numbers; a pair with a NaN on either side is left out.
///   - second: As many numbers.
/// - Returns: A number from −1 to 1; `nil` for fewer than two pairs, or where either side is constant.
/// - Complexity: O(16 n) time and 56 n bytes of scratch for n pairs.
public func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double? {
  precondition(first.count == second.count, "a correlation needs pairs")
  var pairs: (first: [Double], second: [Double]) = ([], [])
  for (one, other) in zip(first, second) where !one.isNaN && !other.isNaN {
    pairs.first.append(one)
    pairs.second.append(other)
  }
  guard pairs.first.count >= 2 else { return nil }
  let ranks = centredDoubledRanks(pairs.first)
  let others = centredDoubledRanks(pairs.second)
  var products: Int128 = 0
  var squares: Int128 = 0
  var otherSquares: Int128 = 0
  for (rank, other) in zip(ranks, others) {
    products += Int128(rank) * Int128(other)
    squares += Int128(rank) * Int128(rank)
    otherSquares += Int128(other) * Int128(other)
  }
  guard squares > 0, otherSquares > 0 else { return nil }
  // Neither leaves 2^96, so their product is a number.
  let scale = (Double(squares) * Double(otherSquares)).squareRoot()
  return min(max(Double(products) / scale, -1), 1)
}

/// Twice the rank of each number, equal ones sharing the mean of theirs, less n + 1.
private func centredDoubledRanks(_ values: [Double]) -> [Int64] {
  let indices = values.indices.map { Int32(truncatingIfNeeded: $0) }
  let order = stableSorted(indices) { ascendingKey(values[Int($0)]) }
  var ranks = [Int64](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[Int(order[end])] == values[Int(order[start])] { end += 1 }
    for place in start..<end { ranks[Int(order[place])] = Int64(start + end - order.count) }
    start = end
  }
  return ranks
}
