/// Finds the value nearest to a start at which something is otherwise, among whole numbers in one
/// direction.
///
/// Values are tried at even steps from the start to the end; between the first that is otherwise and the
/// one before, the range is halved until neighbours are left. Where what is asked for turns over at most
/// once, one step is enough and the result is the nearest; else it is the nearest that this finds.
///
/// - Parameters:
///   - start: Where it is known not to be otherwise.
///   - end: The last value to try, on either side of the start; none where it is the start itself.
///   - steps: How many even steps to take at most, at least 1.
///   - isFlipped: Whether it is otherwise at a value.
/// - Returns: A value that is otherwise while its neighbour towards the start is not (or is the start);
///   `nil` where none of the steps is.
/// - Complexity: `steps` + log₂ of the distance calls.
func nearestFlip(
  from start: Int, to end: Int, steps: Int, isFlipped: (Int) throws -> Bool
) rethrows -> Int? {
  precondition(steps >= 1, "at least the end is tried")
  let distance = (end - start).magnitude
  let direction = end < start ? -1 : 1
  guard distance > 0 else { return nil }
  let count = min(UInt(steps), distance)
  var known = 0
  for step in 1...count {
    let (high, low) = distance.multipliedFullWidth(by: step)
    let offset = Int(count.dividingFullWidth((high, low)).quotient)
    guard try isFlipped(start + direction * offset) else {
      known = offset
      continue
    }
    var flipped = offset
    while flipped - known > 1 {
      let middle = known + (flipped - known) / 2
      if try isFlipped(start + direction * middle) { flipped = middle } else { known = middle }
    }
    return start + direction * flipped
  }
  return nil
}
