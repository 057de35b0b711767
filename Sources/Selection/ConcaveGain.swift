import EliteArchive

/// Cells as labels whose information grows ever more slowly with the quality that they have sent.
///
/// f(A) = Σ over cells of φ(S), S the sum of the qualities of the cell's chosen samples, φ(x) = x^0.8, as in
/// MIG (Chen et al., "MIG: automatic data selection for instruction tuning by maximizing information gain in
/// semantic space", arXiv 2504.13835), whose labels are tags; cells are neighbours of none, so that nothing
/// is passed on between them. The gain of a sample is φ(S + q) − φ(S) itself, where MIG's own code takes
/// φ′(S) q for it, which prefers one large to any small. In a cell the best sample always adds most, so
/// that the best of each cell are all that has to be compared, and greedy is exact.
///
/// - Parameter candidates: The candidates, of no negative quality; one without quality adds nothing.
/// - Returns: All candidates, the largest gain first, ties by quality.
/// - Complexity: O(n log c) for n candidates in c cells.
func concaveOrder(of candidates: Candidates) -> [Int32] {
  let (archive, quality) = (candidates.archive, candidates.quality)
  func value(_ sample: Int32) -> Double {
    let value = quality[Int(sample)]
    return value.isNaN ? 0 : value
  }
  var sums = [Double](repeating: 0, count: archive.masses.count)
  var order: [Int32] = []
  order.reserveCapacity(archive.byQuality.count)
  let included = Set(candidates.included)
  // Places by quality, cell after cell, best first.
  var starts = [Int](repeating: 0, count: archive.masses.count + 1)
  for (cell, mass) in archive.masses.enumerated() { starts[cell + 1] = starts[cell] + Int(mass) }
  var ends = starts
  var members = [Int32](repeating: 0, count: archive.byQuality.count)
  for (place, sample) in archive.byQuality.enumerated() {
    let cell = Int(archive.cells[Int(sample)])
    if included.contains(sample) {
      order.append(sample)
      sums[cell] += value(sample)
      continue
    }
    members[ends[cell]] = Int32(truncatingIfNeeded: place)
    ends[cell] += 1
  }
  func gain(_ cell: Int) -> Double {
    let sum = sums[cell]
    let added = value(archive.byQuality[Int(members[starts[cell]])])
    return fourFifthsPower(sum + added) - fourFifthsPower(sum)
  }
  // The best of each cell by its gain; the place by quality settles ties.
  var heads = LargestFirst(
    starts.indices.dropLast().filter { starts[$0] < ends[$0] }.map {
      (gain($0), members[starts[$0]])
    })
  while let (_, place) = heads.first {
    let sample = archive.byQuality[Int(place)]
    let cell = Int(archive.cells[Int(sample)])
    order.append(sample)
    sums[cell] += value(sample)
    starts[cell] += 1
    if starts[cell] < ends[cell] {
      heads.replaceFirst((gain(cell), members[starts[cell]]))
    } else {
      heads.removeFirst()
    }
  }
  return order
}

/// x^0.8 by multiplication, division and nothing that differs between machines.
///
/// The fifth root r of x by Newton's iteration, r ← (4 r + x / r⁴) / 5, from above; then r⁴.
///
/// - Parameter x: A finite number, at least 0.
/// - Returns: x^0.8 to a few units in the last place.
func fourFifthsPower(_ x: Double) -> Double {
  guard x > 0 else { return 0 }
  // x = m · 2^(5 e) with 1 ≤ m < 32, so that nothing leaves the range of numbers.
  let exponent = Int(x.exponent)
  let fifth = exponent >= 0 ? exponent / 5 : -((4 - exponent) / 5)
  let reduced = Double(sign: .plus, exponent: -5 * fifth, significand: x)
  var root = 1.0 + (reduced - 1) / 31
  root = max(root, 1) + 0.5
  for _ in 0..<8 {
    let square = root * root
    root = (4 * root + reduced / (square * square)) / 5
  }
  let square = root * root
  return Double(sign: .plus, exponent: 4 * fifth, significand: square * square)
}
