internal import Numbers
internal import Parallelism
internal import Synchronization

extension UnitVectors {
  /// The nearest of each vector.
  public struct Nearest: Sendable {
    /// Where each vector's nearest start in the lists; one more than there are vectors.
    public fileprivate(set) var starts: [Int] = [0]
    /// The numbers of the nearest, largest cosine first.
    public fileprivate(set) var numbers: [Int32] = []
    /// Their cosines.
    public fileprivate(set) var cosines: [Float] = []

    fileprivate mutating func append(_ entries: [Kept.Entry]) {
      for (number, cosine) in entries {
        numbers.append(number)
        cosines.append(cosine)
      }
      starts.append(numbers.count)
    }
  }

  /// Finds the nearest other vectors of each, by cosine; of equally near ones those with smaller numbers.
  ///
  /// Each pair is multiplied once by OpenBLAS, block by block, and whatever comes near the nearest so far is
  /// kept. Its sums are rounded in another order on another processor, so they only filter, with a bound
  /// for the error of both sums; which are nearest is decided by `cosine(_:_:)`.
  ///
  /// - Parameters:
  ///   - limit: How many are wanted of each, at least 1.
  ///   - ofEarlier: Whether only vectors with smaller numbers count.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The nearest of each; fewer where there are fewer others.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  /// - Complexity: O(count² · dimension / 2). Memory besides the result: of earlier ones none; else about 16
  ///   bytes for each of the nearest.
  public func nearest(
    _ limit: Int, ofEarlier: Bool, threads: Int
  ) throws(LinearAlgebraError) -> Nearest {
    precondition(limit >= 1, "at least one nearest is wanted")
    try LinearAlgebraLibrary.open()
    let rule = Keeping(vectors: self, limit: limit)
    // What later vectors have to reach to be among the nearest of earlier ones, as far as is known.
    let bounds = Mutex([Float](repeating: -.infinity, count: ofEarlier ? 0 : count))
    var lists: [Kept] = []
    var result = Nearest()
    func take(_ part: NearestSearch.Part) {
      if ofEarlier {
        for list in part.lists { result.append(list.entries) }
        return
      }
      let first = lists.count
      lists += part.lists
      var changed: [(Int, Float)] = []
      for (column, row, cosine) in part.later where cosine >= lists[Int(column)].bound {
        lists[Int(column)].entries.append((row, cosine))
        if lists[Int(column)].entries.count >= rule.room {
          rule.shorten(&lists[Int(column)], of: Int(column))
          changed.append((Int(column), lists[Int(column)].bound))
        }
      }
      bounds.withLock { bounds in
        for number in first..<lists.count { bounds[number] = lists[number].bound }
        for (number, bound) in changed { bounds[number] = bound }
      }
    }
    inBlocks(
      threads: threads, makeWorker: { NearestSearch(rule, ofEarlier: ofEarlier) },
      work: { (search: inout NearestSearch, block: Range<Int>) in
        search.nearest(of: block, bounds: bounds.withLock { $0 })
      },
      consume: take)
    if ofEarlier { return result }
    let found = lists
    lists = []
    inBlocks(
      threads: threads, makeWorker: {},
      work: { (_: inout Void, block: Range<Int>) in
        block.map { number in
          var entries = found[number].entries
          rule.settle(&entries, of: number)
          return entries
        }
      },
      consume: { (settled: [[Kept.Entry]]) in
        for entries in settled { result.append(entries) }
      })
    return result
  }

  /// Works on all vectors, block by block, and takes what comes of it in order.
  private func inBlocks<Worker, Result: Sendable>(
    threads: Int, makeWorker: @Sendable () -> Worker,
    work: @Sendable (inout Worker, Range<Int>) -> Result, consume: (Result) -> Void
  ) {
    var next = 0
    do {
      try forEachBlockInOrder(
        threads: threads,
        next: { () -> Range<Int>? in
          guard next < count else { return nil }
          let end = min(next + NearestSearch.rowCount, count)
          defer { next = end }
          return next..<end
        },
        makeWorker: makeWorker, work: work, consume: consume)
    } catch {
      preconditionFailure("products of numbers do not fail: \(error)")
    }
  }
}

/// What may be among the nearest of a vector.
private struct Kept: Sendable {
  typealias Entry = (number: Int32, cosine: Float)
  var entries: [Entry] = []
  /// What is below cannot be among the nearest.
  var bound = -Float.infinity
}

/// What of the kept ones may be put away.
private struct Keeping: Sendable {
  let vectors: UnitVectors
  let limit: Int
  /// How far the two sums of one cosine may lie apart: each is rounded once a product and once a sum.
  let error: Float
  /// How many entries a list takes before those that cannot be among the nearest are put away.
  let room: Int

  init(vectors: UnitVectors, limit: Int) {
    self.vectors = vectors
    self.limit = limit
    error = Float(4 * vectors.width + 64) * 0x1p-24
    room = limit + max(limit / 2, 16) + 16
  }

  /// Puts away what cannot be among the nearest.
  func shorten(_ list: inout Kept, of row: Int) {
    var values = list.entries.map(\.cosine)
    let bound = kthLargest(limit, of: &values) - 2 * error
    list.bound = bound
    list.entries.removeAll { $0.cosine < bound }
    guard list.entries.count > limit + 16 else { return }
    // Many are alike: only exact cosines tell them apart.
    settle(&list.entries, of: row)
    list.bound = list.entries[list.entries.count - 1].cosine - error
  }

  /// Leaves the nearest, by their exact cosines, largest first.
  func settle(_ entries: inout [Kept.Entry], of row: Int) {
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

/// The nearest of some rows among those before, and the memory that a thread keeps for finding them.
private struct NearestSearch {
  /// Rows and columns that are multiplied as one.
  static let rowCount = 256
  static let columnCount = 1024

  /// What is found of one block.
  struct Part: Sendable {
    var lists: [Kept]
    /// Rows of the block that may be among the nearest of rows before it.
    var later: [(column: Int32, row: Int32, cosine: Float)] = []
  }

  private let rule: Keeping
  private let ofEarlier: Bool
  private var products: [Float]
  private var found = [UInt32](repeating: 0, count: columnCount + 1)

  init(_ rule: Keeping, ofEarlier: Bool) {
    self.rule = rule
    self.ofEarlier = ofEarlier
    products = []
  }

  /// The nearest of the rows of a block among those before them, in the block all others; of earlier ones
  /// settled.
  ///
  /// - Parameters:
  ///   - block: The rows.
  ///   - bounds: What a row has to reach to be among the nearest of each that comes before the block.
  /// - Returns: What is known of the rows of the block, and of those before it.
  mutating func nearest(of block: Range<Int>, bounds: [Float]) -> Part {
    var part = Part(lists: [Kept](repeating: Kept(), count: block.count))
    var first = 0
    while first < block.upperBound {
      // The block itself apart, where a row looks at what comes after it as well.
      let end = first < block.lowerBound ? block.lowerBound : block.upperBound
      let last = min(first + Self.columnCount, end)
      multiply(block, first..<last)
      for place in 0..<block.count {
        let row = block.lowerBound + place
        if first < block.lowerBound {
          keep(row, place, first..<last, bounds: bounds, &part)
        } else {
          keepOfBlock(row, place, first..<last, &part)
        }
      }
      first = last
    }
    if ofEarlier {
      for place in part.lists.indices {
        rule.settle(&part.lists[place].entries, of: block.lowerBound + place)
      }
    }
    return part
  }

  private mutating func multiply(_ rows: Range<Int>, _ columns: Range<Int>) {
    let vectors = rule.vectors
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

  /// Keeps what a row and those before its block may be to each other.
  private mutating func keep(
    _ row: Int, _ place: Int, _ columns: Range<Int>, bounds: [Float], _ part: inout Part
  ) {
    let start = place * columns.count
    // Taken out for as long as they change.
    var (list, found) = (Kept(), [UInt32]())
    swap(&list, &part.lists[place])
    swap(&found, &self.found)
    var from = 0
    while from < columns.count {
      // In short steps while nothing is known, so that not all is kept.
      let end = min(from + (list.bound == -.infinity ? 64 : columns.count), columns.count)
      let values = products.span.extracting(start + from..<start + end)
      let first = columns.lowerBound + from
      let near =
        ofEarlier
        ? numbersAtLeast(list.bound, in: values, found: &found)
        : numbersAtLeast(
          list.bound, or: bounds.span.extracting(first..<first + values.count), in: values,
          found: &found)
      for index in 0..<near {
        let offset = Int(found[index])
        let (number, cosine) = (Int32(truncatingIfNeeded: first + offset), values[offset])
        if cosine >= list.bound { list.entries.append((number, cosine)) }
        if !ofEarlier, cosine >= bounds[first + offset] {
          part.later.append((number, Int32(truncatingIfNeeded: row), cosine))
        }
      }
      if list.entries.count >= rule.room { rule.shorten(&list, of: row) }
      from = end
    }
    swap(&found, &self.found)
    swap(&list, &part.lists[place])
  }

  /// Keeps what a row has near it in its own block.
  private func keepOfBlock(_ row: Int, _ place: Int, _ columns: Range<Int>, _ part: inout Part) {
    let start = place * columns.count
    for (offset, number) in columns.enumerated() where number != row {
      if ofEarlier, number > row { break }
      let cosine = products[start + offset]
      guard cosine >= part.lists[place].bound else { continue }
      part.lists[place].entries.append((Int32(truncatingIfNeeded: number), cosine))
      if part.lists[place].entries.count >= rule.room {
        rule.shorten(&part.lists[place], of: row)
      }
    }
  }
}
