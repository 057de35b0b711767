internal import Numbers
internal import Parallelism

extension UnitVectors {
  /// The nearest of each vector.
  public struct Nearest: Sendable {
    /// Where each vector's nearest start in the lists; one more than there are vectors.
    public fileprivate(set) var starts: [Int] = [0]
    /// The numbers of the nearest, largest cosine first.
    public fileprivate(set) var numbers: [Int32] = []
    /// Their cosines.
    public fileprivate(set) var cosines: [Float] = []
  }

  /// Finds the nearest other vectors of each, by cosine; of equally near ones those with smaller numbers.
  ///
  /// All pairs are multiplied by OpenBLAS, block by block, and whatever comes near the nearest so far is
  /// kept. Its sums are rounded in another order on another processor, so they only filter, with a bound
  /// for the error of both sums; which are nearest is decided by `cosine(_:_:)`.
  ///
  /// - Parameters:
  ///   - limit: How many are wanted of each, at least 1.
  ///   - ofEarlier: Whether only vectors with smaller numbers count.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The nearest of each; fewer where there are fewer others.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  /// - Complexity: O(count² · dimension), of earlier ones half of that; 8 bytes for each of the nearest.
  public func nearest(
    _ limit: Int, ofEarlier: Bool, threads: Int
  ) throws(LinearAlgebraError) -> Nearest {
    precondition(limit >= 1, "at least one nearest is wanted")
    try LinearAlgebraLibrary.open()
    var result = Nearest()
    let blocks = Swift.stride(from: 0, to: count, by: NearestSearch.rowCount).map {
      $0..<min($0 + NearestSearch.rowCount, count)
    }
    var next = 0
    do {
      try forEachBlockInOrder(
        threads: threads,
        next: { () -> Range<Int>? in
          guard next < blocks.count else { return nil }
          defer { next += 1 }
          return blocks[next]
        },
        makeWorker: { NearestSearch(self, limit: limit, ofEarlier: ofEarlier) },
        work: { (search: inout NearestSearch, block: Range<Int>) in search.nearest(of: block) },
        consume: { found in
          let base = result.numbers.count
          for end in found.starts.dropFirst() { result.starts.append(base + end) }
          result.numbers += found.numbers
          result.cosines += found.cosines
        })
    } catch {
      preconditionFailure("products of numbers do not fail: \(error)")
    }
    return result
  }
}

/// The nearest of some rows, and the memory that a thread keeps for finding them.
private struct NearestSearch {
  /// Rows and columns that are multiplied as one.
  static let rowCount = 256
  static let columnCount = 1024

  private let vectors: UnitVectors
  private let limit: Int
  private let ofEarlier: Bool
  /// How far the two sums of one cosine may lie apart: each is rounded once a product and once a sum.
  private let error: Float
  private var products: [Float]
  private var found = [UInt32](repeating: 0, count: columnCount + 1)
  private var lists: [Kept]

  /// What may be among the nearest of a row.
  private struct Kept {
    var entries: [(number: Int32, cosine: Float)] = []
    /// What is below cannot be among the nearest.
    var bound = -Float.infinity
  }

  init(_ vectors: UnitVectors, limit: Int, ofEarlier: Bool) {
    self.vectors = vectors
    self.limit = limit
    self.ofEarlier = ofEarlier
    error = Float(4 * vectors.width + 64) * 0x1p-24
    products = [Float](repeating: 0, count: Self.rowCount * Self.columnCount)
    lists = []
  }

  /// The nearest of the rows of a block.
  mutating func nearest(of block: Range<Int>) -> UnitVectors.Nearest {
    lists = [Kept](repeating: Kept(), count: block.count)
    for place in lists.indices { lists[place].entries.reserveCapacity(room) }
    let end = ofEarlier ? block.upperBound : vectors.count
    var first = 0
    while first < end {
      let last = min(first + Self.columnCount, end)
      multiply(block, first..<last)
      for place in 0..<block.count { keep(block.lowerBound + place, place, first..<last) }
      first = last
    }
    var result = UnitVectors.Nearest()
    for place in lists.indices {
      var entries = lists[place].entries
      settle(&entries, of: block.lowerBound + place)
      for (number, cosine) in entries {
        result.numbers.append(number)
        result.cosines.append(cosine)
      }
      result.starts.append(result.numbers.count)
    }
    return result
  }

  /// How many entries a list takes before those that cannot be among the nearest are put away.
  private var room: Int { 3 * limit + 32 }

  private mutating func multiply(_ rows: Range<Int>, _ columns: Range<Int>) {
    let vectors = vectors
    let width = vectors.width
    // Of another size at the edges only.
    let size = rows.count * columns.count
    if products.count != size { products = [Float](repeating: 0, count: size) }
    var target = products.mutableSpan
    multiplyTransposed(
      vectors.elements.span.extracting(rows.lowerBound * width..<rows.upperBound * width),
      vectors.elements.span.extracting(columns.lowerBound * width..<columns.upperBound * width),
      inner: width, into: &target)
  }

  private mutating func keep(_ row: Int, _ place: Int, _ columns: Range<Int>) {
    let count = ofEarlier ? min(columns.count, row - columns.lowerBound) : columns.count
    guard count > 0 else { return }
    let start = place * columns.count
    // Taken out for as long as they change.
    var (list, found) = (Kept(), [UInt32]())
    swap(&list, &lists[place])
    swap(&found, &self.found)
    var from = 0
    while from < count {
      // In short steps while nothing is known, so that not all is kept.
      let end = list.bound == -.infinity ? min(from + 256, count) : count
      let near = numbersAtLeast(
        list.bound, in: products.span.extracting(start + from..<start + end), found: &found)
      for index in 0..<near {
        let number = columns.lowerBound + from + Int(found[index])
        if number == row { continue }
        list.entries.append(
          (Int32(truncatingIfNeeded: number), products[start + from + Int(found[index])]))
      }
      if list.entries.count >= room { shorten(&list, of: row) }
      from = end
    }
    swap(&found, &self.found)
    swap(&list, &lists[place])
  }

  /// Puts away what cannot be among the nearest.
  private func shorten(_ list: inout Kept, of row: Int) {
    var values = list.entries.map(\.cosine)
    let last = kthLargest(limit, of: &values)
    list.bound = last - 2 * error
    list.entries.removeAll { $0.cosine < list.bound }
    guard list.entries.count > 2 * limit + 16 else { return }
    // Many are alike: only exact cosines tell them apart.
    settle(&list.entries, of: row)
    list.bound = list.entries[list.entries.count - 1].cosine - error
  }

  /// Leaves the nearest, by their exact cosines, largest first.
  private func settle(_ entries: inout [(number: Int32, cosine: Float)], of row: Int) {
    if entries.count > limit {
      var values = entries.map(\.cosine)
      let bound = kthLargest(limit, of: &values) - 2 * error
      entries.removeAll { $0.cosine < bound }
    }
    for place in entries.indices {
      entries[place].cosine = vectors.cosine(row, Int(entries[place].number))
    }
    entries.sort { ($1.cosine, $0.number) < ($0.cosine, $1.number) }
    if entries.count > limit { entries.removeLast(entries.count - limit) }
  }
}
