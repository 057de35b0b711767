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
/// A radix sort from the lowest byte up; bytes that are the same in all keys cost one counting pass
/// and no move.
///
/// - Parameters:
///   - items: What to sort, in the order that settles ties.
///   - key: The key of an item; called once for each item and in their order, before any is moved, so
///     that it may count; not at all for fewer than two items, which need none.
/// - Returns: The items, smallest key first.
/// - Complexity: O(8 n) time and 24 n bytes of scratch, n the number of items.
public func stableSorted(_ items: [Int32], by key: (Int32) -> UInt64) -> [Int32] {
  let count = items.count
  guard count > 1 else { return items }
  if count < 32 { return insertionSorted(items, by: key) }
  if count < 256 {
    // Counting bytes would cost more than comparing.
    let keyed = items.enumerated().map { (key: key($1), place: $0, item: $1) }
    return keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.item)
  }
  var keys = items.map(key)
  var items = items
  let histogram = ByteHistogram(of: keys)
  var otherKeys = [UInt64](repeating: 0, count: count)
  var otherItems = [Int32](repeating: 0, count: count)
  for byte in 0..<8 {
    guard var starts = histogram.starts(ofByte: byte) else { continue }
    for index in 0..<count {
      let bucket = ByteHistogram.bucket(of: keys[index], byte: byte)
      let place = starts[bucket]
      starts[bucket] = place + 1
      otherKeys[place] = keys[index]
      otherItems[place] = items[index]
    }
    swap(&keys, &otherKeys)
    swap(&items, &otherItems)
  }
  return items
}

/// The same for a few items, of which there may be many few: without scratch but the keys, which are
/// asked for in the items' order first.
private func insertionSorted(_ items: [Int32], by key: (Int32) -> UInt64) -> [Int32] {
  var keys = items.map(key)
  var items = items
  for place in 1..<items.count {
    let (newKey, newItem) = (keys[place], items[place])
    var free = place
    while free > 0 && keys[free - 1] > newKey {
      keys[free] = keys[free - 1]
      items[free] = items[free - 1]
      free -= 1
    }
    keys[free] = newKey
    items[free] = newItem
  }
  return items
}
