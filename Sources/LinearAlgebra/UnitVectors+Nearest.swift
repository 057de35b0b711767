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

    /// Takes the nearest of the next vectors, told one after another.
    fileprivate mutating func append(_ settled: Settled) {
      for (number, cosine) in settled.entries {
        numbers.append(number)
        cosines.append(cosine)
      }
      let start = numbers.count - settled.entries.count
      starts += settled.ends.map { start + $0 }
    }
  }

  /// Finds the nearest other vectors of each, by cosine; of equally near ones those with smaller numbers.
  ///
  /// Pairs are multiplied once by OpenBLAS, block by block, and whatever comes near the nearest so far is
  /// kept. Its sums are rounded in another order on another processor, so they only filter, with a bound
  /// for the error of both sums; which are nearest is decided by `cosine(_:_:)`. Where all others count,
  /// vectors are sorted into leaves of close ones first, and leaves are passed over that can hold none of
  /// the nearest (`VectorLeaves`).
  ///
  /// - Parameters:
  ///   - limit: How many are wanted of each, at least 1.
  ///   - ofEarlier: Whether only vectors with smaller numbers count.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The nearest of each; fewer where there are fewer others.
  /// - Throws: `LinearAlgebraError.libraryUnavailable`.
  /// - Complexity: O(count² · dimension / 2); where all others count and vectors lie in groups, a small part
  ///   of it. Memory besides the result: of earlier ones none; else 12 to 16 bytes for each of the nearest
  ///   and a copy of the vectors.
  public func nearest(
    _ limit: Int, ofEarlier: Bool, threads: Int
  ) throws(LinearAlgebraError) -> Nearest {
    precondition(limit >= 1, "at least one nearest is wanted")
    try LinearAlgebraLibrary.open()
    var result = Nearest()
    let most = count * min(limit, max(count - 1, 0))
    result.numbers.reserveCapacity(most)
    result.cosines.reserveCapacity(most)
    if ofEarlier {
      let own = (0..<count).map { Int32(truncatingIfNeeded: $0) }
      let rule = Keeping(vectors: self, originals: own, limit: limit)
      inBlocks(
        threads: threads, makeWorker: { NearestSearch(rule, nil) },
        work: { (search: inout NearestSearch, block: Range<Int>) in
          let part = search.nearest(of: block, bounds: [], wanted: [])
          return rule.settled(part.lists, rows: block.map { ($0 - block.lowerBound, $0) })
        },
        consume: { (settled: Settled) in result.append(settled) })
      return result
    }
    let leaves = VectorLeaves(self, threads: threads)
    let rule = Keeping(vectors: leaves.vectors, originals: leaves.originals, limit: limit)
    let lists = nearOnes(rule, leaves, threads: threads)
    var places = [Int](repeating: 0, count: count)
    for (place, original) in leaves.originals.enumerated() { places[Int(original)] = place }
    inBlocks(
      threads: threads, makeWorker: {},
      work: { [places] (_: inout Void, block: Range<Int>) in
        rule.settled(lists, rows: places[block].map { ($0, $0) })
      },
      consume: { (settled: Settled) in result.append(settled) })
    return result
  }

  /// What may be among the nearest of each vector.
  private func nearOnes(_ rule: Keeping, _ leaves: VectorLeaves, threads: Int) -> KeptLists {
    var lists = KeptLists(count: count, room: rule.room)
    // What later vectors have to reach to be among the nearest of earlier ones, as far as is known, and
    // of each leaf that is done which others may hold such. It spares work and decides nothing.
    let known = Mutex(
      (
        bounds: [Float](repeating: -.infinity, count: count),
        wanted: [[Bool]](repeating: [], count: leaves.count)
      ))
    inBlocks(
      threads: threads, waiting: 32, makeWorker: { NearestSearch(rule, leaves) },
      work: { (search: inout NearestSearch, block: Range<Int>) in
        let hints = known.withLock { $0 }
        let part = search.nearest(of: block, bounds: hints.bounds, wanted: hints.wanted)
        known.withLock { known in
          for place in 0..<part.lists.count {
            known.bounds[block.lowerBound + place] = part.lists.bounds[place]
          }
          known.wanted[block.lowerBound / VectorLeaves.size] = part.wanted
        }
        return (block.lowerBound, part)
      },
      consume: { (first: Int, part: NearestSearch.Part) in
        lists.replace(from: first, with: part.lists)
        var changed: [Int] = []
        for (column, row, cosine) in part.later where cosine >= lists.bounds[Int(column)] {
          lists.append((row, cosine), to: Int(column))
          if lists.isFull(Int(column)) {
            rule.shorten(&lists, Int(column), of: Int(column))
            changed.append(Int(column))
          }
        }
        known.withLock { known in
          for number in changed { known.bounds[number] = lists.bounds[number] }
        }
      })
    return lists
  }

  /// Works on all vectors, block by block, and takes what comes of it in order.
  private func inBlocks<Worker, Result: Sendable>(
    threads: Int, waiting: Int = 1, makeWorker: @Sendable () -> Worker,
    work: @Sendable (inout Worker, Range<Int>) -> Result, consume: (Result) -> Void
  ) {
    var next = 0
    do {
      try forEachBlockInOrder(
        threads: threads, waiting: waiting,
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

/// What may be among the nearest of each of some vectors, in one piece of memory.
private struct KeptLists: Sendable {
  typealias Entry = (number: Int32, cosine: Float)
  /// What is below cannot be among the nearest.
  private(set) var bounds: [Float]
  /// How many entries a list takes before those that cannot be among the nearest are put away.
  let room: Int
  private var entries: [Entry]
  private var counts: [Int32]

  init(count: Int, room: Int) {
    self.room = room
    bounds = [Float](repeating: -.infinity, count: count)
    entries = [Entry](repeating: (0, 0), count: count * room)
    counts = [Int32](repeating: 0, count: count)
  }

  var count: Int { counts.count }

  func isFull(_ list: Int) -> Bool { Int(counts[list]) == room }

  mutating func append(_ entry: Entry, to list: Int) {
    entries[list * room + Int(counts[list])] = entry
    counts[list] += 1
  }

  subscript(list: Int) -> [Entry] {
    Array(entries[list * room..<list * room + Int(counts[list])])
  }

  mutating func replace(_ list: Int, with kept: [Entry], bound: Float) {
    for place in kept.indices { entries[list * room + place] = kept[place] }
    counts[list] = Int32(truncatingIfNeeded: kept.count)
    bounds[list] = bound
  }

  mutating func replace(from first: Int, with others: KeptLists) {
    for list in 0..<others.count {
      replace(first + list, with: others[list], bound: others.bounds[list])
    }
  }
}

/// The nearest of some vectors, one after another.
private struct Settled: Sendable {
  var entries: [KeptLists.Entry] = []
  /// Where those of each vector end.
  var ends: [Int] = []
}

/// What of the kept ones may be put away.
private struct Keeping: Sendable {
  let vectors: UnitVectors
  /// The numbers by which vectors are told.
  let originals: [Int32]
  let limit: Int
  /// How far the two sums of one cosine may lie apart: each is rounded once a product and once a sum.
  let error: Float
  /// How many entries a list takes before those that cannot be among the nearest are put away.
  let room: Int

  init(vectors: UnitVectors, originals: [Int32], limit: Int) {
    self.vectors = vectors
    self.originals = originals
    self.limit = limit
    error = Float(4 * vectors.width + 64) * 0x1p-24
    // No list grows longer than there are vectors.
    room = min(limit + max(limit / 2, 16) + 16, max(vectors.count, 1))
  }

  /// Puts away what cannot be among the nearest of a row.
  func shorten(_ lists: inout KeptLists, _ list: Int, of row: Int) {
    var entries = lists[list]
    var bound = lowest(of: entries)
    entries.removeAll { $0.cosine < bound }
    if entries.count > limit + 16 {
      // Many are alike: only exact cosines tell them apart.
      settle(&entries, of: row)
      bound = entries[entries.count - 1].cosine - error
    }
    lists.replace(list, with: entries, bound: bound)
  }

  /// What a cosine has to reach to be among the nearest; −∞ while fewer are known.
  private func lowest(of entries: [KeptLists.Entry]) -> Float {
    guard entries.count > limit else { return -.infinity }
    var values = entries.map(\.cosine)
    return kthLargest(limit, of: &values) - 2 * error
  }

  /// Leaves the nearest, by their exact cosines, largest first.
  private func settle(_ entries: inout [KeptLists.Entry], of row: Int) {
    let bound = lowest(of: entries)
    entries.removeAll { $0.cosine < bound }
    for place in entries.indices {
      entries[place].cosine = vectors.cosine(row, Int(entries[place].number))
    }
    let told = originals.span
    entries.sort {
      $0.cosine == $1.cosine
        ? told[Int($0.number)] < told[Int($1.number)] : $0.cosine > $1.cosine
    }
    if entries.count > limit { entries.removeLast(entries.count - limit) }
  }

  /// The nearest of some vectors, by the numbers by which they are told.
  ///
  /// - Parameters:
  ///   - lists: What may be among them.
  ///   - rows: Of each vector the number of its list and its own.
  /// - Returns: Their nearest, vector by vector.
  func settled(_ lists: KeptLists, rows: [(list: Int, row: Int)]) -> Settled {
    var settled = Settled()
    settled.entries.reserveCapacity(rows.count * limit)
    for (list, row) in rows {
      var entries = lists[list]
      settle(&entries, of: row)
      settled.entries += entries.map { (originals[Int($0.number)], $0.cosine) }
      settled.ends.append(settled.entries.count)
    }
    return settled
  }
}

/// The nearest of some rows among those before, and the memory that a thread keeps for finding them.
private struct NearestSearch {
  /// Rows that are multiplied as one, a leaf of them, and the most columns.
  static let rowCount = VectorLeaves.size
  static let columnCount = 4 * rowCount

  /// What is found of one block.
  struct Part: Sendable {
    var lists: KeptLists
    /// Rows of the block that may be among the nearest of rows before it.
    var later: [(column: Int32, row: Int32, cosine: Float)] = []
    /// Of each leaf behind the block whether it may hold what is among the nearest of the block's rows.
    var wanted: [Bool] = []
  }

  private let rule: Keeping
  /// The leaves that the blocks are; without them only earlier rows count.
  private let leaves: VectorLeaves?
  private var products: [Float] = []
  /// The cosines of the block's rows with the centres of the leaves.
  private var cosines: [Float] = []
  private var found = [UInt32](repeating: 0, count: columnCount + 1)

  init(_ rule: Keeping, _ leaves: VectorLeaves?) {
    self.rule = rule
    self.leaves = leaves
  }

  private var ofEarlier: Bool { leaves == nil }

  /// What may be among the nearest of the rows of a block, before them and, unless only earlier ones count,
  /// in the block.
  ///
  /// - Parameters:
  ///   - block: The rows.
  ///   - bounds: What a row has to reach to be among the nearest of each that comes before the block.
  ///   - wanted: Of leaves before the block that are done, whether they want the leaves behind them.
  /// - Returns: What is known of the rows of the block, and of those before it.
  mutating func nearest(of block: Range<Int>, bounds: [Float], wanted: [[Bool]]) -> Part {
    var part = Part(lists: KeptLists(count: block.count, room: rule.room))
    // The block itself first: where rows lie by those that are close, it tells what others have to reach.
    multiply(block, block)
    for (place, row) in block.enumerated() { keepOfBlock(row, place, block, &part) }
    leaves?.cosines(of: block, into: &cosines)
    var reach = VectorLeaves.Reach(part.lists.bounds)
    let own = block.lowerBound / Self.rowCount
    func mayMatter(_ leaf: Int, _ self: borrowing Self) -> Bool {
      guard let leaves = self.leaves else { return true }
      if wanted[leaf].isEmpty || wanted[leaf][own - leaf - 1] { return true }
      return leaves.mayHold(leaf, reach, self.cosines)
    }
    var last = own
    while last > 0 {
      var first = last
      while first > 0, last - first < Self.columnCount / Self.rowCount, mayMatter(first - 1, self) {
        first -= 1
      }
      if first == last {
        last -= 1
        continue
      }
      let columns = first * Self.rowCount..<last * Self.rowCount
      multiply(block, columns)
      for (place, row) in block.enumerated() {
        keep(row, place, columns, bounds: bounds, &part)
      }
      if leaves != nil { reach = VectorLeaves.Reach(part.lists.bounds) }
      last = first
    }
    if let leaves {
      part.wanted = (own..<leaves.count).dropFirst().map { leaves.mayHold($0, reach, cosines) }
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
    // Taken out for as long as it changes.
    var found: [UInt32] = []
    swap(&found, &self.found)
    var from = 0
    while from < columns.count {
      // In short steps while nothing is known, so that not all is looked at.
      let bound = part.lists.bounds[place]
      let end = min(from + (bound == -.infinity ? 64 : columns.count), columns.count)
      let values = products.span.extracting(start + from..<start + end)
      let first = columns.lowerBound + from
      let near =
        ofEarlier
        ? numbersAtLeast(bound, in: values, found: &found)
        : numbersAtLeast(
          bound, or: bounds.span.extracting(first..<first + values.count), in: values,
          found: &found)
      for index in 0..<near {
        let offset = Int(found[index])
        let (number, cosine) = (Int32(truncatingIfNeeded: first + offset), values[offset])
        if cosine >= part.lists.bounds[place] {
          part.lists.append((number, cosine), to: place)
          if part.lists.isFull(place) { rule.shorten(&part.lists, place, of: row) }
        }
        if !ofEarlier, cosine >= bounds[first + offset] {
          part.later.append((number, Int32(truncatingIfNeeded: row), cosine))
        }
      }
      from = end
    }
    swap(&found, &self.found)
  }

  /// Keeps what a row has near it in its own block.
  private func keepOfBlock(_ row: Int, _ place: Int, _ columns: Range<Int>, _ part: inout Part) {
    let start = place * columns.count
    for (offset, number) in columns.enumerated() where number != row {
      if ofEarlier, number > row { break }
      let cosine = products[start + offset]
      guard cosine >= part.lists.bounds[place] else { continue }
      part.lists.append((Int32(truncatingIfNeeded: number), cosine), to: place)
      if part.lists.isFull(place) { rule.shorten(&part.lists, place, of: row) }
    }
  }
}
