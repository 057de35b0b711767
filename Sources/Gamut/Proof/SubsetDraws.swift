import Numbers
import Selection

/// Random subsets of those samples that may be chosen, by a seed.
///
/// What is drawn are places among the candidates in the order that ranks them: by quality, then by content.
/// That order is the same however the pool was divided, and so a draw depends on pool, recipe and seed alone,
/// and not on whether hashes are at hand. Samples that are chosen in any case are in every subset, as they
/// are with `--method random`.
struct SubsetDraws: Sendable {
  /// The candidates in the order that ranks them.
  let candidates: [Int32]
  /// Those of every subset.
  let included: [Int32]
  /// What draws start from.
  let seed: UInt64
  /// The places of the others among the candidates.
  private let free: [Int32]
  /// The same by stratum of length; empty where lengths are not known.
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
    let candidates = ranking.filter { isCandidate[Int($0)] }
    self.candidates = candidates
    self.included = included
    self.seed = seed
    let places = Array(0..<Int32(candidates.count))
    let fixed = Set(included)
    let free = fixed.isEmpty ? places : places.filter { !fixed.contains(candidates[Int($0)]) }
    self.free = free
    guard !tokens.isEmpty, !candidates.isEmpty else {
      (byStratum, starts, bounds) = ([], [], [])
      return
    }
    // Fetched once: they lie in the pool's order, the candidates in that of quality.
    let lengths = candidates.map { Int32(min(Int(tokens[Int($0)]), Self.longest)) }
    let bounds = Self.bounds(of: lengths)
    self.bounds = bounds
    // Looked up, since candidates are many and strata few.
    let ofLength = (0...Self.longest).map { UInt8(Self.stratum(of: UInt32($0), bounds)) }
    let strata = free.map { ofLength[Int(lengths[Int($0)])] }
    var counts = [Int](repeating: 0, count: bounds.count + 2)
    for stratum in strata { counts[Int(stratum) + 1] += 1 }
    for stratum in 1..<counts.count { counts[stratum] += counts[stratum - 1] }
    starts = counts
    var sorted = [Int32](repeating: 0, count: strata.count)
    for place in strata.indices {
      let stratum = Int(strata[place])
      sorted[counts[stratum]] = free[place]
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
  /// - Returns: The samples, in the order that ranks them.
  /// - Complexity: O(m + n/64) for m samples of n candidates.
  func subset(_ kind: Kind, number: Int, size: Size) -> [Int32] {
    var generator = DrawGenerator(
      seed: mixed(UInt64(number), seed: mixed(kind.rawValue, seed: seed)))
    var marks = Marks(count: candidates.count)
    if !included.isEmpty {
      // All of them, then those off again that are drawn from.
      marks.setAll()
      for place in free { marks.toggle(Int(place)) }
    }
    switch kind {
    case .random: marks.draw(size.count, of: free[...], using: &generator)
    case .length:
      for stratum in size.strata.indices {
        marks.draw(
          size.strata[stratum], of: byStratum[starts[stratum]..<starts[stratum + 1]],
          using: &generator)
      }
    }
    return marks.picked(from: candidates, count: size.count + included.count)
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
  /// - Returns: How many are drawn, and how many of each stratum.
  func size(of subset: [Int32], tokens: [UInt32]) -> Size {
    let all = Set(included)
    let free = all.isEmpty ? subset : subset.filter { !all.contains($0) }
    var strata = [Int](repeating: 0, count: knowsLengths ? bounds.count + 1 : 0)
    if knowsLengths {
      for sample in free { strata[Self.stratum(of: tokens[Int(sample)], bounds)] += 1 }
    }
    return Size(count: free.count, strata: strata)
  }

  /// The lengths that divide candidates into parts of equal mass, as `random-length` cuts them; equal lengths
  /// share one, and so there may be fewer.
  private static func bounds(of lengths: [Int32]) -> [UInt32] {
    // Counted, not sorted: lengths are small numbers. The few that are longer share the last count.
    var counts = [Int](repeating: 0, count: longest + 1)
    for length in lengths { counts[Int(length)] += 1 }
    var bounds: [UInt32] = []
    var (passed, length) = (0, 0)
    for part in 1..<lengthStratumCount {
      let place = part * lengths.count / lengthStratumCount
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
    bounds.count { $0 <= length }
  }
}

/// Places that are drawn, a bit each.
private struct Marks {
  private var words: [UInt64]
  private let count: Int

  init(count: Int) {
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
    self.count = count
  }

  mutating func setAll() { for word in words.indices { words[word] = .max } }

  mutating func toggle(_ place: Int) { words[place >> 6] ^= (1 as UInt64) << UInt64(place & 63) }

  private func contains(_ place: Int) -> Bool { words[place >> 6] >> UInt64(place & 63) & 1 != 0 }

  /// Marks some of the places of a list, none of which is marked; every choice is as likely as any other.
  mutating func draw(
    _ wanted: Int, of list: ArraySlice<Int32>, using generator: inout DrawGenerator
  ) {
    precondition((0...list.count).contains(wanted), "no more can be drawn than there are")
    // The smaller part is drawn, so that at most every second place that comes up is drawn already.
    let isRestDrawn = wanted > list.count / 2
    if isRestDrawn { for place in list { toggle(Int(place)) } }
    var left = isRestDrawn ? list.count - wanted : wanted
    while left > 0 {
      let place = Int(list[list.startIndex + generator.below(list.count)])
      if contains(place) != isRestDrawn { continue }
      toggle(place)
      left -= 1
    }
  }

  /// What stands in a list at the marked places.
  func picked(from list: [Int32], count wanted: Int) -> [Int32] {
    var picked: [Int32] = []
    picked.reserveCapacity(wanted)
    for (word, marked) in words.enumerated() where marked != 0 {
      var bits = marked
      while bits != 0 {
        let place = word << 6 + bits.trailingZeroBitCount
        bits &= bits - 1
        if place < count { picked.append(list[place]) }
      }
    }
    return picked
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
