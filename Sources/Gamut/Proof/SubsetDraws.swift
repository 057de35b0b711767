import Numbers
import Selection

/// Random subsets of those samples that may be chosen, by a seed.
///
/// What is drawn are places among the candidates in the order that ranks them: by quality, then by content.
/// That order is the same however the pool was divided, and so a draw depends on pool, recipe and seed alone,
/// and not on whether hashes are at hand. Samples that are chosen in any case are in every subset, as they
/// are with `--method random`.
struct SubsetDraws: Sendable {
  /// The candidates that are drawn from, in the order that ranks them.
  let candidates: [Int32]
  /// The samples of every subset.
  let included: [Int32]
  /// What draws start from.
  let seed: UInt64
  /// The candidates by stratum of length, in the order that ranks them within each; empty where lengths are
  /// not known.
  private let byStratum: [Int32]
  /// Where each stratum starts among them, and the last one ends.
  private let starts: [Int]
  /// The first length of each stratum but the first.
  private let bounds: [UInt32]

  /// Which subsets are drawn.
  enum Kind: UInt64, Sendable, CaseIterable {
    /// Every subset of a size is as likely as any other.
    case random = 0x7261_6E64_6F6D
    /// Every subset with as many samples of each stratum of length as the one it is held against.
    case length = 0x6C65_6E67_7468
  }

  /// Prepares to draw.
  ///
  /// - Parameters:
  ///   - ranking: All samples, best first.
  ///   - isCandidate: Whether a sample may be chosen.
  ///   - included: The candidates that are chosen in any case.
  ///   - tokens: The length of each sample; empty where it is not known.
  ///   - seed: What draws start from.
  /// - Complexity: O(n) for n samples.
  init(
    ranking: [Int32], isCandidate: [Bool], included: [Int32], tokens: [UInt32], seed: UInt64
  ) {
    var isOpen = isCandidate
    for sample in included { isOpen[Int(sample)] = false }
    let candidates = ranking.filter { isOpen[Int($0)] }
    self.candidates = candidates
    self.included = included
    self.seed = seed
    guard !tokens.isEmpty, !candidates.isEmpty else {
      (byStratum, starts, bounds) = ([], [], [])
      return
    }
    let bounds = Self.bounds(of: candidates, tokens: tokens)
    self.bounds = bounds
    let strata = candidates.map { Self.stratum(of: tokens[Int($0)], bounds) }
    var counts = [Int](repeating: 0, count: bounds.count + 2)
    for stratum in strata { counts[stratum + 1] += 1 }
    for stratum in 1..<counts.count { counts[stratum] += counts[stratum - 1] }
    starts = counts
    var sorted = [Int32](repeating: 0, count: candidates.count)
    for (place, stratum) in strata.enumerated() {
      sorted[counts[stratum]] = candidates[place]
      counts[stratum] += 1
    }
    byStratum = sorted
  }

  /// Whether lengths are known.
  var knowsLengths: Bool { !byStratum.isEmpty }

  /// Draws a subset.
  ///
  /// - Parameters:
  ///   - kind: Which subsets are drawn.
  ///   - number: Which of the draws it is, from 0; each is independent of the others.
  ///   - size: What it is to be like, see `Size`.
  /// - Returns: The samples that are in every subset, then those that were drawn, best first (within a
  ///   stratum of length).
  /// - Complexity: O(m + n/64) for m samples of n candidates.
  func subset(_ kind: Kind, number: Int, size: Size) -> [Int32] {
    var generator = DrawGenerator(
      seed: mixed(UInt64(number), seed: mixed(kind.rawValue, seed: seed)))
    var drawn = included
    drawn.reserveCapacity(size.count + included.count)
    switch kind {
    case .random: Self.draw(size.count, of: candidates[...], using: &generator, into: &drawn)
    case .length:
      for stratum in size.strata.indices {
        Self.draw(
          size.strata[stratum], of: byStratum[starts[stratum]..<starts[stratum + 1]],
          using: &generator, into: &drawn)
      }
    }
    return drawn
  }

  /// How many samples are drawn for a subset to be held against: as many as it has, and of each stratum.
  struct Size: Sendable, Equatable {
    var count: Int
    /// One a stratum; empty where lengths are not known.
    var strata: [Int]
  }

  /// The size of a subset, without what is in every one.
  ///
  /// - Parameters:
  ///   - subset: Candidates, each once.
  ///   - tokens: The length of a sample; asked for only where lengths are known.
  func size(of subset: [Int32], tokens: [UInt32]) -> Size {
    let all = Set(included)
    let free = all.isEmpty ? subset : subset.filter { !all.contains($0) }
    var strata = [Int](repeating: 0, count: knowsLengths ? bounds.count + 1 : 0)
    if knowsLengths {
      for sample in free { strata[Self.stratum(of: tokens[Int(sample)], bounds)] += 1 }
    }
    return Size(count: free.count, strata: strata)
  }

  /// Draws some of a list, every choice being as likely as any other; they keep their order.
  private static func draw(
    _ count: Int, of list: ArraySlice<Int32>, using generator: inout DrawGenerator,
    into drawn: inout [Int32]
  ) {
    precondition((0...list.count).contains(count), "no more can be drawn than there are")
    if count == list.count {
      drawn += list
      return
    }
    // The smaller part is marked, so that at most every second place that comes up is taken already.
    let isMarkedDrawn = count <= list.count / 2
    var left = isMarkedDrawn ? count : list.count - count
    var marks = [UInt64](repeating: 0, count: (list.count + 63) / 64)
    while left > 0 {
      let place = generator.below(list.count)
      let bit = (1 as UInt64) << UInt64(place & 63)
      if marks[place >> 6] & bit != 0 { continue }
      marks[place >> 6] |= bit
      left -= 1
    }
    for (word, marked) in marks.enumerated() {
      var bits = isMarkedDrawn ? marked : ~marked
      while bits != 0 {
        let place = word << 6 + bits.trailingZeroBitCount
        bits &= bits - 1
        if place < list.count { drawn.append(list[list.startIndex + place]) }
      }
    }
  }

  /// The lengths that divide candidates into parts of equal mass, as `random-length` cuts them; equal lengths
  /// share one, and so there may be fewer.
  private static func bounds(of candidates: [Int32], tokens: [UInt32]) -> [UInt32] {
    // Counted, not sorted: lengths are small numbers. The few that are longer share the last count.
    var counts = [Int](repeating: 0, count: longest + 1)
    for sample in candidates { counts[min(Int(tokens[Int(sample)]), longest)] += 1 }
    var bounds: [UInt32] = []
    var (passed, length) = (0, 0)
    for part in 1..<lengthStratumCount {
      let place = part * candidates.count / lengthStratumCount
      while passed + counts[length] <= place {
        passed += counts[length]
        length += 1
      }
      if length > 0, bounds.last != UInt32(length) { bounds.append(UInt32(length)) }
    }
    return bounds
  }

  /// Lengths from here on, in tokens, count as equal.
  private static let longest = 1 << 16

  /// The stratum of a length: the count of bounds at or below it.
  private static func stratum(of length: UInt32, _ bounds: [UInt32]) -> Int {
    var stratum = 0
    // Without a branch: lengths come in no order.
    for bound in bounds { stratum += bound <= length ? 1 : 0 }
    return stratum
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014), written out so that draws are the same with any library.
private struct DrawGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number in 0 ..< bound, each as likely as any other (Lemire 2019: the high half of a product, those
  /// products left out that would favour some).
  mutating func below(_ bound: Int) -> Int {
    let width = UInt64(bound)
    while true {
      let product = next().multipliedFullWidth(by: width)
      if product.low >= width || product.low >= (0 &- width) % width { return Int(product.high) }
    }
  }
}
