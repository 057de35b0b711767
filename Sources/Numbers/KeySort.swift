/// Something that sorts by a 64-bit key.
protocol Keyed: BitwiseCopyable {
  var key: UInt64 { get }
}

extension UInt64: Keyed {
  var key: UInt64 { self }
}

extension UInt32: Keyed {
  var key: UInt64 { UInt64(self) }
}

/// An item with its key.
struct KeyedItem: Keyed {
  var key: UInt64
  var item: Int32
}

/// Sorts by key, keeping the order of what has equal keys, from the highest bits that differ down.
///
/// What is near in key is brought near in memory first, and after one or two rounds lies in the
/// processor's cache whatever comes after. Each round cuts a part by the bits between its least and its
/// greatest key, so that bits which all keys share cost nothing, and ends with parts of a few, which are
/// sorted by insertion.
enum KeySort {
  /// Up to how many are sorted by insertion.
  static let fewCount = 24

  /// Which part of a cut a key belongs to.
  struct Cut {
    let least: UInt64
    let shift: UInt64
    let partCount: Int

    /// Prepares to cut keys.
    ///
    /// - Parameters:
    ///   - count: How many keys there are, at least 2.
    ///   - least: The least key.
    ///   - greatest: The greatest, which is another one.
    init(count: Int, least: UInt64, greatest: UInt64) {
      self.least = least
      let range = greatest - least
      // A few a part, but no more parts than there is room for in the nearest cache.
      let wanted = min(max(Int.bitWidth - count.leadingZeroBitCount - 3, 3), 11)
      let width = UInt64.bitWidth - range.leadingZeroBitCount
      shift = UInt64(max(width - wanted, 0))
      partCount = Int(range >> shift) + 1
    }

    @inline(__always)
    func part(of key: UInt64) -> Int { Int(truncatingIfNeeded: (key - least) >> shift) }
  }

  /// Sorts a range in place.
  ///
  /// - Parameters:
  ///   - elements: What is sorted.
  ///   - range: Which of it.
  ///   - scratch: As much room as the range needs, at least.
  /// - Complexity: O(n · 64 / b) time for n keys, b up to 11 the bits that a round cuts by.
  static func sort<Element: Keyed>(
    _ elements: inout MutableSpan<Element>, _ range: Range<Int>,
    scratch: inout MutableSpan<Element>
  ) {
    if range.count <= fewCount { return insertionSort(&elements, range) }
    var least = UInt64.max
    var greatest: UInt64 = 0
    for index in range {
      let key = elements[index].key
      least = min(least, key)
      greatest = max(greatest, key)
    }
    if least == greatest { return }
    let cut = Cut(count: range.count, least: least, greatest: greatest)
    var ends = [Int](repeating: 0, count: cut.partCount)
    for index in range { ends[cut.part(of: elements[index].key)] += 1 }
    startParts(&ends)
    for index in range {
      let part = cut.part(of: elements[index].key)
      scratch[ends[part]] = elements[index]
      ends[part] += 1
    }
    for index in 0..<range.count { elements[range.lowerBound + index] = scratch[index] }
    if cut.shift == 0 { return }
    var start = range.lowerBound
    for end in ends where range.lowerBound + end > start {
      sort(&elements, start..<range.lowerBound + end, scratch: &scratch)
      start = range.lowerBound + end
    }
  }

  /// Turns how many there are of each part into where each part starts.
  static func startParts(_ counts: inout [Int]) {
    var start = 0
    for part in counts.indices {
      let count = counts[part]
      counts[part] = start
      start += count
    }
  }

  private static func insertionSort<Element: Keyed>(
    _ elements: inout MutableSpan<Element>, _ range: Range<Int>
  ) {
    for place in range.dropFirst() {
      let element = elements[place]
      var free = place
      while free > range.lowerBound, elements[free - 1].key > element.key {
        elements[free] = elements[free - 1]
        free -= 1
      }
      elements[free] = element
    }
  }
}
