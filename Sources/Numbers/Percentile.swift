/// The p-th percentile of sorted numbers, linear between order statistics (NumPy's default rule).
///
/// - Parameters:
///   - percent: p in 0…100.
///   - sorted: Ascending finite numbers, at least one.
/// - Returns: A number between the two order statistics around the place p/100 · (n − 1), so between
///   the least and the largest; it never falls as p grows.
public func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
  percentile(percent, count: sorted.count) { sorted[$0] }
}

/// The same of sorted numbers that are asked for.
///
/// - Parameters:
///   - percent: p in 0…100.
///   - count: How many numbers there are, at least one.
///   - value: Tells the number at a place.
/// - Returns: As above.
public func percentile(_ percent: Double, count: Int, value: (Int) -> Double) -> Double {
  precondition(count > 0, "a percentile needs at least one number")
  precondition((0...100).contains(percent), "a percentile lies in 0...100")
  let place = percent / 100 * Double(count - 1)
  let below = Int(place.rounded(.down))
  let lower = value(below)
  let upper = value(min(below + 1, count - 1))
  let part = place - Double(below)
  let step = upper - lower
  guard step.isFinite else { return lower * (1 - part) + upper * part }
  // From the nearer end, as NumPy does: rounding then never leads beyond either.
  return part < 0.5 ? lower + step * part : upper - step * (1 - part)
}
