import LinearAlgebra
import Numbers
import Parallelism

/// Puts samples into the order in which each lies farthest from all before it (Gonzalez, "Clustering to
/// minimize the maximum intercluster distance", 1985): its first k are centres from which no sample lies
/// more than twice as far as from the best k there are.
///
/// The first is the best one, and stands in the order itself; ties go by quality. Farthest is the smallest of
/// the greatest cosines, which is the same order as that of distances between vectors of length 1.
///
/// A greatest cosine only rises while centres come in. So the samples that lie farthest are taken aside, a few
/// thousand, and compared with each new centre alone; all others are as far as was last known at most, and
/// are looked at again once the farthest of those aside is no farther than that: against all centres since,
/// together.
struct FarthestFirst {
  private let vectors: UnitVectors
  private let threads: Int
  /// The greatest cosine of each with the centres that it has been compared with.
  private var greatest: [Float]
  private var isCentre: [Bool]
  private(set) var order: [Int32] = []
  /// How many centres the samples that are not aside have been compared with.
  private var comparedCount = 0
  private var asideCount = 512

  private static let blockCount = 1024
  private static let mostAside = 16384

  /// - Parameters:
  ///   - vectors: The samples', best first.
  ///   - included: The numbers of those that are centres in any case.
  ///   - threads: How many threads may work at once; they change nothing.
  init(_ vectors: UnitVectors, included: [Int32], threads: Int) {
    self.vectors = vectors
    self.threads = threads
    greatest = [Float](repeating: -2, count: vectors.count)
    isCentre = [Bool](repeating: false, count: vectors.count)
    order = included
    if order.isEmpty, vectors.count > 0 { order = [0] }
    for number in order { isCentre[Int(number)] = true }
  }

  /// Goes on until the order has so many samples, or all.
  ///
  /// - Complexity: O(n · count · d) at most, of n samples of d numbers.
  mutating func extend(to wanted: Int) throws {
    let wanted = min(wanted, vectors.count)
    while order.count < wanted {
      try compareAll()
      takeAside(upTo: wanted)
    }
  }

  /// Compares all that are no centres with the centres since last time.
  private mutating func compareAll() throws {
    let from = comparedCount
    let centres = vectors.picked(order[from...].lazy.map { Int($0) })
    var next = 0
    var raised: [[Float]] = []
    let count = vectors.count
    let vectors = vectors
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Range<Int>? in
        guard next < count else { return nil }
        defer { next = min(next + Self.blockCount, count) }
        return next..<min(next + Self.blockCount, count)
      },
      makeWorker: {},
      work: { (_: inout Void, range: Range<Int>) in
        vectors.greatestCosines(range, with: centres)
      },
      consume: { raised.append($0) })
    var number = 0
    for block in raised {
      for value in block {
        greatest[number] = max(greatest[number], value)
        number += 1
      }
    }
    comparedCount = order.count
  }

  /// Goes on among those that lie farthest, as long as none of the others can lie farther.
  private mutating func takeAside(upTo wanted: Int) {
    let greatest = greatest
    let free = greatest.indices.filter { !isCentre[$0] }
    guard let least = free.lazy.map({ greatest[$0] }).min() else { return }
    if least == 1 {
      // All that are left lie on centres, and none of that changes.
      order += free.prefix(wanted - order.count).map { Int32(truncatingIfNeeded: $0) }
      for number in order.suffix(from: comparedCount) { isCentre[Int(number)] = true }
      return
    }
    var aside: [Int]
    var bound = Float.infinity
    if free.count <= asideCount {
      aside = free
    } else {
      var values = free.map { -greatest[$0] }
      // All at least as far as the last that fits; where many are equally far, those of best quality.
      let last = -kthLargest(asideCount, of: &values)
      aside = free.filter { greatest[$0] < last }
      // What is as far as the last and not aside comes after what is, since it is of less quality.
      let room = asideCount - aside.count
      aside += free.lazy.filter { greatest[$0] == last }.prefix(room)
      aside.sort()
      bound = last
    }
    let start = order.count
    let local = vectors.picked(aside)
    var near = aside.map { greatest[$0] }
    var left = aside.count
    while order.count < wanted, left > 0 {
      var best = -1
      for place in near.indices where near[place] < (best < 0 ? .infinity : near[best]) {
        best = place
      }
      // Where it is no farther than the others may be, they are looked at again first.
      if best < 0 || near[best] > bound || near[best] == bound && order.count > start { break }
      order.append(Int32(truncatingIfNeeded: aside[best]))
      isCentre[aside[best]] = true
      near[best] = .infinity
      left -= 1
      let centre = local.picked(CollectionOfOne(best))
      let cosines = local.greatestCosines(0..<local.count, with: centre)
      for place in near.indices where near[place] < cosines[place] { near[place] = cosines[place] }
    }
    if order.count - start < asideCount / 4 { asideCount = min(2 * asideCount, Self.mostAside) }
  }
}
