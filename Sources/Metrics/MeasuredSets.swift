internal import LinearAlgebra

/// Sets of one pool, and the unit vectors of all their samples.
struct MeasuredSets: Sendable {
  let pool: VectorPool
  let limits: VectorPool.Limits
  let threads: Int
  /// The samples of any set in the order in which they are drawn; their places in it are those of
  /// `rows`.
  let samples: [Int32]
  let rows: UnitRows
  /// The samples of each set that have a direction, by their places, ascending: so any number of the
  /// first are a draw.
  let places: [[Int32]]
  let withoutDirection: [Int]
  /// The place of each sample of the pool's source, -1 for one of no set.
  private let placeOfSample: [Int32]

  init(
    _ sets: [[Int32]], of pool: VectorPool, limits: VectorPool.Limits, threads: Int
  ) throws {
    self.pool = pool
    self.limits = limits
    self.threads = threads
    var isMember = [Bool](repeating: false, count: pool.vectors.rowCount)
    for set in sets { for member in set { isMember[Int(member)] = true } }
    let union = isMember.indices.filter { isMember[$0] }.map(Int32.init)
    let samples = pool.drawn(union, seed: limits.seed)
    let rows = try UnitRows(
      of: pool.vectors, rows: samples, memoryLimit: limits.memory, threads: threads)
    var placeOfSample = [Int32](repeating: -1, count: pool.vectors.rowCount)
    for (place, sample) in samples.enumerated() { placeOfSample[Int(sample)] = Int32(place) }
    places = sets.map { set in
      let places = set.map { placeOfSample[Int($0)] }.sorted()
      return places.filter { rows.hasDirection(Int($0)) }
    }
    withoutDirection = zip(sets, places).map { $0.count - $1.count }
    self.samples = samples
    self.rows = rows
    self.placeOfSample = placeOfSample
  }

  /// The first samples of the pool in the order in which they are drawn.
  ///
  /// - Parameters:
  ///   - limit: How many at most.
  ///   - isDistinct: Whether of equal contents one is enough.
  /// - Returns: Their numbers, fewer than the limit where there are no more.
  func drawFromPool(_ limit: Int, isDistinct: Bool) -> [Int32] {
    let drawn = pool.drawn(pool.samples.sorted(), seed: limits.seed)
    guard isDistinct else { return Array(drawn.prefix(limit)) }
    var result: [Int32] = []
    for sample in drawn {
      // Equal contents are neighbours.
      let hash = pool.contentHashes[Int(sample)]
      if let last = result.last, pool.contentHashes[Int(last)] == hash { continue }
      if result.count == limit { break }
      result.append(sample)
    }
    return result
  }

  /// Whether a set has a sample.
  func contains(_ sample: Int32, in set: Int) -> Bool {
    let place = placeOfSample[Int(sample)]
    if place < 0 { return false }
    let members = places[set]
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      if members[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low < members.count && members[low] == place
  }

  /// Parts of the ranges 0 ..< count, in order.
  static func parts(_ counts: [(set: Int, count: Int)], size: (Int) -> Int) -> [Part] {
    var parts: [Part] = []
    for (set, count) in counts {
      var start = 0
      let size = size(set)
      while start < count {
        let end = min(start + size, count)
        parts.append(Part(set: set, range: start..<end))
        start = end
      }
    }
    return parts
  }

  /// A part of a set that is worked on as one.
  struct Part: Sendable {
    var set: Int
    var range: Range<Int>
  }
}
