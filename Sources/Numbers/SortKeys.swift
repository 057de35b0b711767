/// Maps a number to an unsigned key that sorts ascending as the number does.
///
/// Negative zero counts as zero, so that the two are a tie.
///
/// - Parameter value: Any number but NaN.
/// - Returns: A key; equal numbers have equal keys.
@inlinable
public func ascendingKey(_ value: Double) -> UInt64 {
  precondition(!value.isNaN, "NaN has no place in an order")
  let bits = (value + 0.0).bitPattern
  return bits & (1 << 63) == 0 ? bits | (1 << 63) : ~bits
}

/// Maps a number to an unsigned key that sorts the largest number first.
///
/// - Parameter value: Any number but NaN.
/// - Returns: A key; equal numbers have equal keys.
@inlinable
public func descendingKey(_ value: Double) -> UInt64 { ~ascendingKey(value) }

/// Sorts items by 64-bit keys, keeping the order of items whose keys are equal.
///
/// - Parameters:
///   - items: What to sort, in the order that settles ties.
///   - key: The key of an item; called once for each item and in their order, before any is moved, so
///     that it may count; not at all for fewer than two items, which need none.
/// - Returns: The items, smallest key first.
/// - Complexity: O(n) time for keys that differ in few or evenly spread bits, six times that at worst,
///   and 24 n bytes of scratch, n the number of items.
public func stableSorted(_ items: [Int32], by key: (Int32) -> UInt64) -> [Int32] {
  let count = items.count
  guard count > 1 else { return items }
  let keys = items.map(key)
  var least = UInt64.max
  var greatest: UInt64 = 0
  for key in keys {
    least = min(least, key)
    greatest = max(greatest, key)
  }
  if least == greatest { return items }
  // The first round goes from where keys and items lie to where they are sorted.
  let cut = KeySort.Cut(count: count, least: least, greatest: greatest)
  var ends = [Int](repeating: 0, count: cut.partCount)
  for key in keys { ends[cut.part(of: key)] += 1 }
  let largest = ends.max() ?? 0
  KeySort.startParts(&ends)
  var keyed = [KeyedItem](repeating: KeyedItem(key: 0, item: 0), count: count)
  var elements = keyed.mutableSpan
  for index in 0..<count {
    let part = cut.part(of: keys[index])
    elements[ends[part]] = KeyedItem(key: keys[index], item: items[index])
    ends[part] += 1
  }
  if cut.shift > 0 {
    var scratch = [KeyedItem](repeating: KeyedItem(key: 0, item: 0), count: largest)
    var room = scratch.mutableSpan
    var start = 0
    for end in ends where end > start {
      KeySort.sort(&elements, start..<end, scratch: &room)
      start = end
    }
  }
  return keyed.map(\.item)
}

/// Sorts items by 64-bit keys, those of equal keys by another, and keeps the order of what has both equal.
///
/// - Parameters:
///   - items: What to sort, in the order that settles the last ties.
///   - key: The key of an item.
///   - second: The key that settles ties; asked for where there are some.
/// - Returns: The items, smallest key first.
/// - Complexity: As for one key, and for the second that of sorting those that tie, each tie for itself.
public func stableSorted(
  _ items: [Int32], by key: (Int32) -> UInt64, then second: (Int32) -> UInt64
) -> [Int32] {
  var sorted = stableSorted(items, by: key)
  guard var current = sorted.first.map(key) else { return [] }
  var start = 0
  for end in 1...sorted.count {
    let next = end < sorted.count ? key(sorted[end]) : nil
    if next == current { continue }
    if end - start > KeySort.fewCount {
      sorted[start..<end] = stableSorted(Array(sorted[start..<end]), by: second)[...]
    } else {
      for place in start + 1..<end {
        let item = sorted[place]
        let key = second(item)
        var free = place
        while free > start, second(sorted[free - 1]) > key {
          sorted[free] = sorted[free - 1]
          free -= 1
        }
        sorted[free] = item
      }
    }
    start = end
    if let next { current = next }
  }
  return sorted
}
