/// Items by a key that may only have fallen since it was worked out, largest first.
///
/// Lazy greedy (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978): the
/// item whose last known key is largest is looked at again, and taken if it is still first. Of equal keys the
/// item with the smaller number goes first.
struct LazyQueue {
  private var heap: [(key: Double, item: Int32)] = []

  /// Holds items with their keys, none of them NaN.
  init(_ items: [(key: Double, item: Int32)]) {
    heap = items
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  /// Takes out the first item by its key as it is now.
  ///
  /// - Parameter key: The key of an item as it is now, not above the last known; `nil` where the item is to
  ///   be dropped.
  /// - Returns: The item, `nil` where none is left.
  mutating func next(_ key: (Int32) -> Double?) -> Int32? {
    while !heap.isEmpty {
      let (known, item) = heap[0]
      guard let present = key(item) else {
        removeFirst()
        continue
      }
      if present == known {
        removeFirst()
        return item
      }
      heap[0].key = present
      sink(0)
      if heap[0].item == item {
        removeFirst()
        return item
      }
    }
    return nil
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    sink(0)
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    if heap[left].key != heap[right].key { return heap[left].key > heap[right].key }
    return heap[left].item < heap[right].item
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var first = place
      if 2 * place + 1 < heap.count, precedes(2 * place + 1, first) { first = 2 * place + 1 }
      if 2 * place + 2 < heap.count, precedes(2 * place + 2, first) { first = 2 * place + 2 }
      if first == place { return }
      heap.swapAt(first, place)
      place = first
    }
  }
}
