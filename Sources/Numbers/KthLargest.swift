/// The k-th largest of some numbers, which change places (Hoare, "Algorithm 65: find", 1961).
///
/// - Parameters:
///   - k: From 1 to how many there are.
///   - values: No NaN among them.
/// - Returns: The k-th largest.
/// - Complexity: O(n) on average.
public func kthLargest(_ k: Int, of values: inout [Float]) -> Float {
  precondition(k >= 1 && k <= values.count, "there are as many numbers")
  var (low, high) = (0, values.count - 1)
  while low < high {
    let pivot = values[(low + high) / 2]
    var (left, right) = (low, high)
    while left <= right {
      while values[left] > pivot { left += 1 }
      while values[right] < pivot { right -= 1 }
      if left <= right {
        values.swapAt(left, right)
        left += 1
        right -= 1
      }
    }
    if k - 1 <= right {
      high = right
    } else if k - 1 >= left {
      low = left
    } else {
      break
    }
  }
  return values[k - 1]
}
