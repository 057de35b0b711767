/// Where a condition that holds from some place on begins to hold, found by halving.
///
/// Halves without a branch that depends on the condition: in a search for a number the outcome of each
/// comparison is a coin toss, which a processor guesses wrong.
///
/// - Parameters:
///   - places: The places to search.
///   - holds: Whether the condition holds at a place; once it does it holds at every later one.
/// - Returns: The first place where the condition holds; the range's upper bound where it holds nowhere.
/// - Complexity: O(log n) calls of `holds` for n places.
@inlinable
@inline(__always)
public func partitioningIndex(of places: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var low = places.lowerBound
  var count = places.count
  while count > 0 {
    let half = (count + 1) / 2
    low += holds(low + half - 1) ? 0 : half
    count -= half
  }
  return low
}
