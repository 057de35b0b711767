import EliteArchive
import LinearAlgebra

/// Covers the pool by what is chosen, and weighs quality in: quality-diversity instruction tuning (Bukharin
/// et al., "Data diversity matters for robust instruction tuning", arXiv 2311.14736).
///
/// f(A) = (1 − α) d(A) + α q(A). d(A) = Σ over v of the largest cosine of v with a sample of A that covers it:
/// v itself, or one of v's `facilityLocationNeighbourCount` nearest; 0 where there is none or the cosine is negative. It is
/// told in units of what one sample covers at first, the mean over all. q(A) is the sum of the percentile
/// ranks of quality, in 0…1, ½ for the middle, 0 for a sample without quality. So α = ½ weighs the rank of a
/// sample as much as the share that it adds of an average sample's first coverage.
///
/// The gain of a sample only falls while others are chosen, so that the greedy order is found lazily.
struct FacilityLocation {
  private let candidates: Candidates
  private let directions: Directions
  /// For each sample with a direction those that it covers, itself among them, ascending.
  private var starts: [Int]
  private var covered: [Int32]
  private var cosines: [Float]
  /// The largest cosine of each with a chosen one.
  private var present: [Float]

  init(_ candidates: Candidates, directions: Directions, threads: Int) throws {
    self.candidates = candidates
    self.directions = directions
    let count = directions.samples.count
    present = [Float](repeating: 0, count: count)
    let nearest = try directions.vectors.nearest(
      facilityLocationNeighbourCount, ofEarlier: false, threads: threads)
    starts = [Int](repeating: 0, count: count + 1)
    for place in nearest.numbers.indices where nearest.cosines[place] > 0 {
      starts[Int(nearest.numbers[place]) + 1] += 1
    }
    for sample in 0..<count { starts[sample + 1] += starts[sample] + 1 }
    covered = [Int32](repeating: 0, count: starts[count])
    cosines = [Float](repeating: 0, count: starts[count])
    var next = starts
    for sample in 0..<count {
      // Itself comes in its turn, so that the covered stand in the order of their numbers.
      add(Int32(truncatingIfNeeded: sample), 1, to: sample, &next)
      for place in nearest.starts[sample]..<nearest.starts[sample + 1]
      where nearest.cosines[place] > 0 {
        add(
          Int32(truncatingIfNeeded: sample), nearest.cosines[place],
          to: Int(nearest.numbers[place]), &next)
      }
    }
  }

  private mutating func add(_ sample: Int32, _ cosine: Float, to coverer: Int, _ next: inout [Int])
  {
    covered[next[coverer]] = sample
    cosines[next[coverer]] = cosine
    next[coverer] += 1
  }

  /// What choosing a sample adds to d, unscaled.
  private func coverage(_ number: Int) -> Double {
    var sum = 0.0
    for place in starts[number]..<starts[number + 1] {
      let known = present[Int(covered[place])]
      if cosines[place] > known { sum += Double(cosines[place]) - Double(known) }
    }
    return sum
  }

  private mutating func choose(_ number: Int) {
    for place in starts[number]..<starts[number + 1] {
      let sample = Int(covered[place])
      if cosines[place] > present[sample] { present[sample] = cosines[place] }
    }
  }

  /// All candidates, the largest gain first, ties by quality.
  mutating func order(alpha: Double) -> [Int32] {
    let byQuality = candidates.archive.byQuality
    let shares = percentileRanks(of: byQuality, quality: candidates.quality)
    // The number of a candidate among those with a direction, by its place by quality.
    var numbers = [Int](repeating: -1, count: byQuality.count)
    var next = 0
    for (place, candidate) in byQuality.enumerated()
    where next < directions.samples.count && directions.samples[next] == candidate {
      numbers[place] = next
      next += 1
    }
    var first = 0.0
    for number in directions.samples.indices { first += coverage(number) }
    let mean = first / Double(max(directions.samples.count, 1))
    let scale = mean > 0 ? (1 - alpha) / mean : 0
    var order: [Int32] = []
    order.reserveCapacity(byQuality.count)
    var isTaken = [Bool](repeating: false, count: byQuality.count)
    if !candidates.included.isEmpty {
      let included = Set(candidates.included)
      for (place, candidate) in byQuality.enumerated() where included.contains(candidate) {
        isTaken[place] = true
        order.append(candidate)
        if numbers[place] >= 0 { choose(numbers[place]) }
      }
    }
    func gain(_ place: Int, _ self: borrowing Self) -> Double {
      let covers = numbers[place] >= 0 ? scale * self.coverage(numbers[place]) : 0
      return covers + alpha * shares[place]
    }
    var queue = LazyQueue(
      byQuality.indices.filter { !isTaken[$0] }.map {
        (gain($0, self), Int32(truncatingIfNeeded: $0))
      })
    while let place = queue.next({ gain(Int($0), self) }) {
      order.append(byQuality[Int(place)])
      if numbers[Int(place)] >= 0 { choose(numbers[Int(place)]) }
    }
    return order
  }
}

/// The percentile ranks of quality among candidates, in 0…1: equal ones share the middle of their places.
///
/// - Parameters:
///   - byQuality: The candidates, best first, those without quality last.
///   - quality: The quality of each sample, NaN for one without.
/// - Returns: One a candidate, in their order; 0 for one without.
func percentileRanks(of byQuality: [Int32], quality: [Double]) -> [Double] {
  var ranks = [Double](repeating: 0, count: byQuality.count)
  var start = 0
  while start < byQuality.count {
    let value = quality[Int(byQuality[start])]
    if value.isNaN { break }
    var end = start + 1
    while end < byQuality.count, quality[Int(byQuality[end])] == value { end += 1 }
    let rank = 1 - Double(start + end) / 2 / Double(byQuality.count)
    for place in start..<end { ranks[place] = rank }
    start = end
  }
  return ranks
}
