/// Items by a key, largest first; of equal keys the item with the smaller number: a binary heap.
struct LargestFirst {
  typealias Entry = (key: Double, item: Int32)
  private var heap: [Entry]

  /// Holds items with their keys, none of them NaN.
  init(_ items: [Entry]) {
    heap = items
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  /// The first item with its key, `nil` where none is left.
  var first: Entry? { heap.first }

  /// Puts another entry into the place of the first, of which there is one.
  mutating func replaceFirst(_ entry: Entry) {
    heap[0] = entry
    sink(0)
  }

  /// Takes out the first, of which there is one.
  mutating func removeFirst() {
    let last = heap.removeLast()
    if !heap.isEmpty { replaceFirst(last) }
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
