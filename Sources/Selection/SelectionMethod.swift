import EliteArchive
import LinearAlgebra
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

  /// Quality times complexity, best first; what is too close to a chosen sample is skipped (`Redundancy`).
  case deita
  /// The farthest from all that are chosen, again and again.
  case kCenter = "k-center"
  /// What covers the pool best, with quality weighed in.
  case facilityLocation = "facility-location"
  /// Cells whose claim falls with the quality that they have sent.
  case mig
  /// The farthest from those that are fitter.
  case dns
  /// Clusters in turn, the best of each.
  case clusterRank = "cluster-rank"

  /// Whether the method looks at vectors, for its order or for what it skips.
  public var usesVectors: Bool {
    switch self {
    case .archive, .random, .randomBalanced, .randomLength, .top, .mig: false
    case .deita, .kCenter, .facilityLocation, .dns, .clusterRank: true
    }
  }

  /// Whether the order itself is made of vectors.
  public var ordersByVectors: Bool { usesVectors && self != .deita }

  /// Whether the method takes quality for an amount, which is not negative then.
  public var needsAmounts: Bool { self == .deita || self == .mig }

  /// Whether evenness and greed play a part.
  public var balances: Bool { self == .archive || self == .randomLength }

  /// The cosine above which `deita` skips a sample where nothing is said.
  public static let deitaRedundancy = 0.9

  /// How `facility-location` weighs quality where nothing is said.
  public static let defaultAlpha = 0.5

  /// What an order hangs on besides the candidates.
  public struct Settings: Sendable {
    /// E in 0…1, for `archive` and `random-length`.
    public var evenness = 1.0
    /// G in 0…1, likewise.
    public var greed = 0.0
    /// α in 0…1, for `facility-location`: 0 for coverage alone, 1 for quality alone.
    public var alpha = SelectionMethod.defaultAlpha
    /// What randomness starts from, for the random methods and `cluster-rank`.
    public var seed: UInt64 = 0
    /// How many threads may work at once; they change nothing.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// The candidates in this method's order.
  ///
  /// Random methods draw from the seed and a sample's content hash alone, so the order is the same
  /// however the pool was divided; samples of equal hash keep the archive's order by quality.
  ///
  /// `random-length` walks the archive's order and puts in each place a random candidate of the same
  /// length stratum: every prefix has as many samples of each stratum as the archive's. The strata are
  /// cut at `lengthStratumPlaces(among:)`; equal lengths share one, so there may be fewer.
  ///
  /// `random-balanced` gives every cell the same claim, whatever the evenness.
  ///
  /// `deita` is the order of quality times complexity (Liu et al., "What makes good data for alignment?",
  /// arXiv 2312.15685), ties by content hash, those without quality last; what is too close to a chosen sample is skipped when the
  /// budget is spent, by `Redundancy`.
  ///
  /// `k-center`, `dns`: samples without a direction stand behind all others, by quality. `facility-location`:
  /// they cover nothing. `cluster-rank`: they make a cluster of their own.
  ///
  /// - Parameters:
  ///   - candidates: The candidates, with what the method looks at.
  ///   - settings: What else it hangs on.
  ///   - count: How far the order is needed at least; `k-center` alone makes use of that.
  /// - Returns: Every candidate once, or with `k-center` as many as were asked for, or a few more.
  /// - Throws: `LinearAlgebraError`.
  /// - Complexity: O(n) for n candidates; `mig` and `deita` O(n log n); what methods that look at vectors of d
  ///   numbers take is O(n² d) for `facility-location` and `dns`, O(n · count · d) for `k-center` and
  ///   O(n^1.5 d) for `cluster-rank`.
  public func order(
    of candidates: Candidates, _ settings: Settings = Settings(), atLeast count: Int = .max
  ) throws -> [Int32] {
    let archive = candidates.archive
    func draws() -> [Int32] {
      shuffled(archive.byQuality, seed: settings.seed, contentHash: candidates.contentHash)
    }
    func directions() -> Directions {
      guard let directions = candidates.directions else {
        preconditionFailure("\(rawValue) looks at vectors")
      }
      return directions
    }
    switch self {
    case .archive:
      return archive.totalOrder(evenness: settings.evenness, greed: settings.greed)
    case .top: return archive.byQuality
    case .random: return draws()
    case .randomBalanced: return balanced(draws(), archive: archive)
    case .randomLength:
      return lengthMatched(
        to: archive.totalOrder(evenness: settings.evenness, greed: settings.greed),
        drawingFrom: draws(), tokens: candidates.tokens)
    case .deita: return byProduct(candidates)
    case .kCenter:
      return try farthestFirst(
        candidates, directions(), atLeast: count, threads: settings.threads)
    case .facilityLocation:
      var location = try FacilityLocation(
        candidates, directions: directions(), threads: settings.threads)
      return location.order(alpha: settings.alpha)
    case .mig: return concaveOrder(of: candidates)
    case .dns:
      let directions = directions()
      return try DominatedNovelty.order(of: directions.vectors, threads: settings.threads)
        .map { directions.samples[Int($0)] } + directions.others
    case .clusterRank:
      return try ClusterRanks.order(
        of: candidates, directions: directions(), seed: settings.seed, threads: settings.threads)
    }
  }
}

/// Candidates by quality times complexity, best first, ties by content hash; those without quality last.
private func byProduct(_ candidates: Candidates) -> [Int32] {
  stableSorted(
    candidates.archive.byQuality,
    by: { sample in
      let quality = candidates.quality[Int(sample)]
      return descendingKey(
        quality.isNaN ? -.infinity : quality * Double(candidates.complexity[Int(sample)]))
    }, then: { candidates.contentHash[Int($0)] })
}

/// The candidates farthest first, those without a direction last.
private func farthestFirst(
  _ candidates: Candidates, _ directions: Directions, atLeast count: Int, threads: Int
) throws -> [Int32] {
  let included = Set(candidates.included)
  let numbers = directions.samples.indices.filter { included.contains(directions.samples[$0]) }
  var search = FarthestFirst(
    directions.vectors, included: numbers.map { Int32(truncatingIfNeeded: $0) }, threads: threads)
  let taken = directions.others.filter { included.contains($0) }
  try search.extend(to: count)
  var order = search.order.map { directions.samples[Int($0)] }
  order.insert(contentsOf: taken, at: numbers.count)
  if search.order.count == directions.samples.count {
    order += directions.others.filter { !included.contains($0) }
  }
  return order
}

/// How many of the nearest fitter samples count in `dns`.
public let dominatedNoveltyNeighbourCount = 3

/// How many nearest samples cover another in `facility-location`.
public let facilityLocationNeighbourCount = 64

/// Into how many parts of equal mass `random-length` cuts samples by length, before it cuts the last one again.
public let lengthStratumCount = 20

/// Where strata of length begin among samples in the order of their lengths.
///
/// `lengthStratumCount` parts of equal mass, of which the last, where lengths may lie far apart, is cut again
/// and again by halves: a few giants are a stratum of their own.
///
/// - Parameter count: How many samples there are.
/// - Returns: The places of the first samples of all strata but the first, ascending; some may be equal.
public func lengthStratumPlaces(among count: Int) -> [Int] {
  var places = (1..<lengthStratumCount).map { $0 * count / lengthStratumCount }
  var tail = (count - (places.last ?? 0)) / 2
  while tail >= 1 {
    places.append(count - tail)
    tail /= 2
  }
  return places
}

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
  let bounds = lengthStratumPlaces(among: byLength.count).map { tokens[Int(byLength[$0])] }
  /// Equal lengths share a stratum: it is the count of bounds at or below the length.
  func stratum(_ item: Int32) -> Int {
    let length = tokens[Int(item)]
    return partitioningIndex(of: bounds.indices) { bounds[$0] > length }
  }
  var members = [[Int32]](repeating: [], count: bounds.count + 1)
  for item in draws { members[stratum(item)].append(item) }
  var taken = [Int](repeating: 0, count: bounds.count + 1)
  return order.map { item in
    let stratum = stratum(item)
    defer { taken[stratum] += 1 }
    return members[stratum][taken[stratum]]
  }
}
