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
  /// The places of the others among the candidates; `nil` where these are all.
  private let free: [Int32]?
  /// How many they are.
  private let freeCount: Int
  /// The stratum of each candidate's length, so that a draw looks at one byte; empty where lengths are not
  /// known.
  private let strata: [UInt8]
  /// How many of the others each stratum of length has; empty where lengths are not known.
  private let counts: [Int]
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
    let fixed = Set(included)
    free =
      fixed.isEmpty
      ? nil : (0..<Int32(candidates.count)).filter { !fixed.contains(candidates[Int($0)]) }
    freeCount = candidates.count - fixed.count
    guard !tokens.isEmpty, !candidates.isEmpty else {
      (strata, counts, bounds) = ([], [], [])
      return
    }
    // Counted in the order of the pool, in which lengths lie.
    var lengths = [Int](repeating: 0, count: Self.longest + 1)
    for sample in tokens.indices where isCandidate[sample] {
      lengths[min(Int(tokens[sample]), Self.longest)] += 1
    }
    let bounds = Self.bounds(of: lengths, count: candidates.count)
    self.bounds = bounds
    for sample in included { lengths[min(Int(tokens[Int(sample)]), Self.longest)] -= 1 }
    var counts = [Int](repeating: 0, count: bounds.count + 1)
    precondition(bounds.count <= UInt8.max, "strata are few")
    var strata = [UInt8](repeating: 0, count: lengths.count)
    var stratum = 0
    for (length, count) in lengths.enumerated() {
      while stratum < bounds.count, Int(bounds[stratum]) <= length { stratum += 1 }
      counts[stratum] += count
      strata[length] = UInt8(stratum)
    }
    self.counts = counts
    self.strata = candidates.map { strata[min(Int(tokens[Int($0)]), Self.longest)] }
  }

  /// Whether lengths are known.
  var knowsLengths: Bool { !counts.isEmpty }

  /// Draws a subset.
  ///
  /// - Parameters:
  ///   - kind: Which subsets are drawn.
  ///   - number: Which of the draws it is, from 0; each is independent of the others.
  ///   - size: What it is to be like, see `Size`.
  /// - Returns: The samples, in the order that ranks them.
  /// - Complexity: O(m + n/64) for m samples of n candidates; O(n) for strata of which half or more are drawn,
  ///   or that m samples lie in a few of.
  func subset(_ kind: Kind, number: Int, size: Size) -> [Int32] {
    var generator = DrawGenerator(
      seed: mixed(UInt64(number), seed: mixed(kind.rawValue, seed: seed)))
    var marks = Marks(count: candidates.count)
    if let free {
      // All of them, then those off again that are drawn from.
      marks.setAll()
      for place in free { marks.toggle(Int(place)) }
    }
    switch kind {
    case .random:
      marks.draw(size.count, among: freeCount, { free?[$0] ?? Int32($0) }, using: &generator)
    case .length: drawByLength(size.strata, into: &marks, using: &generator)
    }
    return marks.picked(from: candidates, count: size.count + included.count)
  }

  /// Draws as many of each stratum as are wanted.
  ///
  /// Where that takes few draws, any place is drawn until each stratum has what it is to have: of the places
  /// of a stratum every choice is as likely as any other either way.
  private func drawByLength(
    _ wanted: [Int], into marks: inout Marks, using generator: inout DrawGenerator
  ) {
    let isScarce = zip(wanted, counts).contains { 2 * $0 > $1 || 16 * $0 > freeCount }
    if isScarce {
      var places = [[Int32]](repeating: [], count: counts.count)
      for index in 0..<freeCount {
        let place = free?[index] ?? Int32(index)
        places[Int(strata[Int(place)])].append(place)
      }
      for (wanted, list) in zip(wanted, places) {
        marks.draw(wanted, among: list.count, { list[$0] }, using: &generator)
      }
      return
    }
    var wanted = wanted
    var left = wanted.reduce(0, +)
    while left > 0 {
      let index = generator.below(freeCount)
      let place = free.map { Int($0[index]) } ?? index
      // A stratum of few places is full long after the others, which are then drawn in vain.
      let stratum = Int(strata[place])
      if wanted[stratum] == 0 || marks.contains(place) { continue }
      wanted[stratum] -= 1
      left -= 1
      marks.toggle(place)
    }
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

  /// The lengths at which `random-length` cuts candidates into strata; equal lengths share one, and so there
  /// may be fewer.
  private static func bounds(of lengths: [Int], count: Int) -> [UInt32] {
    // Counted, not sorted: lengths are small numbers. The few that are longer share the last count.
    var bounds: [UInt32] = []
    var (passed, length) = (0, 0)
    for place in lengthStratumPlaces(among: count) {
      while passed + lengths[length] <= place {
        passed += lengths[length]
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
    partitioningIndex(of: bounds.indices) { bounds[$0] > length }
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

  func contains(_ place: Int) -> Bool { words[place >> 6] >> UInt64(place & 63) & 1 != 0 }

  /// Marks some of the places of a list, none of which is marked; every choice is as likely as any other.
  mutating func draw(
    _ wanted: Int, among count: Int, _ place: (Int) -> Int32,
    using generator: inout DrawGenerator
  ) {
    precondition((0...count).contains(wanted), "no more can be drawn than there are")
    // The smaller part is drawn, so that at most every second place that comes up is drawn already.
    let isRestDrawn = wanted > count / 2
    if isRestDrawn { for index in 0..<count { toggle(Int(place(index))) } }
    var left = isRestDrawn ? count - wanted : wanted
    while left > 0 {
      let drawn = Int(place(generator.below(count)))
      if contains(drawn) != isRestDrawn { continue }
      toggle(drawn)
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
