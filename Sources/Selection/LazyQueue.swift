/// Items by a key that may only have fallen since it was worked out, largest first.
///
/// Lazy greedy (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978): the
/// item whose last known key is largest is looked at again, and taken if it is still first. Of equal keys the
/// item with the smaller number goes first.
struct LazyQueue {
  private var known: LargestFirst

  /// Holds items with their keys, none of them NaN.
  init(_ items: [(key: Double, item: Int32)]) { known = LargestFirst(items) }

  /// Takes out the first item by its key as it is now.
  ///
  /// - Parameter key: The key of an item as it is now, not above the last known; `nil` where the item is to
  ///   be dropped.
  /// - Returns: The item, `nil` where none is left.
  mutating func next(_ key: (Int32) -> Double?) -> Int32? {
    while let (last, item) = known.first {
      guard let present = key(item) else {
        known.removeFirst()
        continue
      }
      if present != last { known.replaceFirst((present, item)) }
      if present == last || known.first?.item == item {
        known.removeFirst()
        return item
      }
    }
    return nil
  }
}
