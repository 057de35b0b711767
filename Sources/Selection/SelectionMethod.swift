public import EliteArchive
import Numbers

/// A way to put the candidates of a pool into one order.
///
/// Every method is an order, so budgets, caps and receipts work the same for all and budgets nest.
public enum SelectionMethod: String, Sendable, CaseIterable {
  /// The balanced order of the archive.
  case archive
  /// Any order is as likely as any other.
  case random
  /// Cells in turn, a random candidate of each: balanced, blind to quality.
  case randomBalanced = "random-balanced"
  /// Random, with as many short and long samples as the archive would choose.
  case randomLength = "random-length"
  /// Best quality first, wherever it lies.
  case top

  /// The candidates in this method's order.
  ///
  /// Random methods draw from the seed and a sample's content hash alone, so the order is the same
  /// however the pool was divided; samples of equal hash keep the archive's order by quality.
  ///
  /// `random-length` walks the archive's order and puts in each place a random candidate of the same
  /// length stratum: every prefix has as many samples of each stratum as the archive's. The strata are
  /// `lengthStratumCount` parts of equal mass by tokens; equal lengths share one, so there may be fewer.
  ///
  /// `random-balanced` gives every cell the same claim, whatever the evenness.
  ///
  /// - Parameters:
  ///   - archive: The ranked candidates.
  ///   - evenness: E in 0…1, for `archive` and `random-length`; the others do without.
  ///   - greed: G in 0…1, likewise.
  ///   - seed: What randomness starts from, for the random methods.
  ///   - contentHash: One a sample.
  ///   - tokens: The length of each sample in tokens.
  /// - Returns: Every candidate once.
  /// - Complexity: O(n) for n candidates.
  public func order(
    of archive: EliteArchive, evenness: Double, greed: Double, seed: UInt64,
    contentHash: [UInt64], tokens: [UInt32]
  ) -> [Int32] {
    switch self {
    case .archive: archive.totalOrder(evenness: evenness, greed: greed)
    case .top: archive.byQuality
    case .random: shuffled(archive.byQuality, seed: seed, contentHash: contentHash)
    case .randomBalanced:
      balanced(
        shuffled(archive.byQuality, seed: seed, contentHash: contentHash), archive: archive)
    case .randomLength:
      lengthMatched(
        to: archive.totalOrder(evenness: evenness, greed: greed),
        drawingFrom: shuffled(archive.byQuality, seed: seed, contentHash: contentHash),
        tokens: tokens)
    }
  }
}

/// How many strata of length `random-length` keeps apart at most.
public let lengthStratumCount = 20

/// Puts samples into a random order that content and seed alone decide.
///
/// - Parameters:
///   - items: Samples; those of equal hash keep their order.
///   - seed: What randomness starts from.
///   - contentHash: One a sample.
/// - Returns: The samples by a hash of seed and content.
/// - Complexity: O(n) for n samples.
public func shuffled(_ items: [Int32], seed: UInt64, contentHash: [UInt64]) -> [Int32] {
  shuffled(items, seed: seed) { contentHash[Int($0)] }
}

/// The same for hashes that are asked for.
///
/// - Parameters:
///   - items: Samples; those of equal hash keep their order.
///   - seed: What randomness starts from.
///   - contentHash: Tells that of a sample.
/// - Returns: The samples by a hash of seed and content.
/// - Complexity: O(n) for n samples.
public func shuffled(
  _ items: [Int32], seed: UInt64, contentHash: (Int32) -> UInt64
) -> [Int32] {
  stableSorted(items) { mixed(contentHash($0), seed: seed) }
}

/// Scrambles a hash with a seed: the finaliser of SplitMix64 (Steele, Lea and Flood 2014), which is a
/// bijection, so different content never collides.
///
/// - Parameters:
///   - hash: The content's hash.
///   - seed: What randomness starts from.
/// - Returns: A number that looks random.
public func mixed(_ hash: UInt64, seed: UInt64) -> UInt64 {
  var state = hash ^ ((seed &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
  state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
  return state ^ (state >> 31)
}

/// Cells in turn: first every cell's first, then every cell's second, within a round as given.
private func balanced(_ items: [Int32], archive: EliteArchive) -> [Int32] {
  var counts = [UInt64](repeating: 0, count: archive.masses.count)
  return stableSorted(items) { item in
    let cell = Int(archive.cells[Int(item)])
    counts[cell] += 1
    return counts[cell]
  }
}

/// Replaces every place of an order by the next of the random draws with a length of the same stratum.
private func lengthMatched(
  to order: [Int32], drawingFrom draws: [Int32], tokens: [UInt32]
) -> [Int32] {
  guard !order.isEmpty else { return [] }
  let byLength = stableSorted(order) { UInt64(tokens[Int($0)]) }
  let bounds = (1..<lengthStratumCount).map {
    tokens[Int(byLength[$0 * byLength.count / lengthStratumCount])]
  }
  /// Equal lengths share a stratum: it is the count of bounds at or below the length.
  func stratum(_ item: Int32) -> Int {
    let length = tokens[Int(item)]
    return partitioningIndex(of: bounds.indices) { bounds[$0] > length }
  }
  var members = [[Int32]](repeating: [], count: lengthStratumCount)
  for item in draws { members[stratum(item)].append(item) }
  var taken = [Int](repeating: 0, count: lengthStratumCount)
  return order.map { item in
    let stratum = stratum(item)
    defer { taken[stratum] += 1 }
    return members[stratum][taken[stratum]]
  }
}
