import EliteArchive
import Selection
import TestSupport
import Testing

@Suite struct MethodTests {
  /// A pool whose contents all differ, with many ties of quality and length.
  struct Pool {
    var cells: [Int32]
    var quality: [Double]
    var hashes: [UInt64]
    var tokens: [UInt32]
    static let cellCount = 5

    init(seed: Int, count: Int) {
      var random = SeededGenerator(seed: seed)
      cells = (0..<count).map { _ in Int32.random(in: -1..<Int32(Self.cellCount), using: &random) }
      quality = (0..<count).map { _ in random.coarse(levels: 5) }
      hashes = (0..<count).map { _ in random.next() }
      let levels = [1, 8, 2000].randomElement(using: &random) ?? 1
      tokens = (0..<count).map { _ in UInt32(random.coarse(levels: levels) * 2000) }
    }

    /// The same samples in another order: sample i of the result is sample `places[i]`.
    func permuted(_ places: [Int]) -> Pool {
      var copy = self
      copy.cells = places.map { cells[$0] }
      copy.quality = places.map { quality[$0] }
      copy.hashes = places.map { hashes[$0] }
      copy.tokens = places.map { tokens[$0] }
      return copy
    }

    var archive: EliteArchive {
      EliteArchive(
        cells: cells, cellCount: Self.cellCount, quality: quality, contentHash: hashes)
    }

    func order(
      _ method: SelectionMethod, evenness: Double = 1, greed: Double = 0, seed: UInt64 = 0
    ) -> [Int] {
      var candidates = Candidates(archive: archive, contentHash: hashes)
      candidates.tokens = tokens
      candidates.quality = quality
      candidates.complexity = tokens.map { Float($0 % 7) }
      var settings = SelectionMethod.Settings()
      (settings.evenness, settings.greed, settings.seed) = (evenness, greed, seed)
      do {
        if method.ordersByVectors {
          // Coordinates out of content, so that they go with a sample wherever it stands.
          let hashes = hashes
          candidates.directions = try Directions(
            of: archive.byQuality, dimension: 3, threads: 2
          ) { sample, vector in
            for place in vector.indices {
              vector[place] = Float(hashes[sample] >> (20 * UInt64(place)) & 7) - 2
            }
          }
        }
        return try method.order(of: candidates, settings).map(Int.init)
      } catch {
        Issue.record(error)
        return []
      }
    }
  }

  @Test func `methods go by the names of the option`() {
    #expect(
      SelectionMethod.allCases.map(\.rawValue) == [
        "archive", "random", "random-balanced", "random-length", "top", "deita", "k-center",
        "facility-location", "mig", "dns", "cluster-rank",
      ])
  }

  @Test(arguments: SelectionMethod.allCases)
  func `no candidates and one candidate`(method: SelectionMethod) {
    var pool = Pool(seed: 1, count: 0)
    #expect(pool.order(method) == [])
    pool = Pool(seed: 1, count: 1)
    pool.cells = [2]
    #expect(pool.order(method) == [0])
    pool.cells = [-1]
    #expect(pool.order(method) == [])
  }

  @Test(arguments: SelectionMethod.allCases, 0..<15)
  func `every order holds every candidate once`(method: SelectionMethod, seed: Int) {
    let pool = Pool(seed: seed, count: 10 * seed)
    let order = pool.order(method, evenness: 0.5, greed: 0.2, seed: UInt64(seed))
    #expect(order.sorted() == pool.cells.indices.filter { pool.cells[$0] >= 0 })
  }

  @Test(arguments: SelectionMethod.allCases, 0..<15)
  func `the order of the pool does not matter`(method: SelectionMethod, seed: Int) {
    let pool = Pool(seed: seed, count: 120)
    var random = SeededGenerator(seed: seed + 1000)
    let other = pool.permuted(pool.cells.indices.shuffled(using: &random))
    for evenness in [1, 0.4] {
      #expect(
        pool.order(method, evenness: evenness, greed: 0.1, seed: 7).map { pool.hashes[$0] }
          == other.order(method, evenness: evenness, greed: 0.1, seed: 7).map { other.hashes[$0] })
    }
  }

  @Test(arguments: [SelectionMethod.random, .randomBalanced, .randomLength])
  func `another seed is another order, the same seed the same`(method: SelectionMethod) {
    var pool = Pool(seed: 3, count: 100)
    pool.tokens = pool.tokens.indices.map { UInt32($0 / 25) }
    let orders = (0..<20).map { pool.order(method, seed: UInt64($0)) }
    #expect(Set(orders).count == orders.count)
    #expect(orders == (0..<20).map { pool.order(method, seed: UInt64($0)) })
    #expect(pool.order(method, seed: .max) != orders[0])
  }

  @Test(
    arguments: SelectionMethod.allCases.filter {
      ![.random, .randomBalanced, .randomLength, .clusterRank].contains($0)
    })
  func `without randomness the seed does not matter`(method: SelectionMethod) {
    let pool = Pool(seed: 4, count: 100)
    #expect(pool.order(method, seed: 1) == pool.order(method, seed: 2))
  }

  @Test(arguments: 0..<15)
  func `archive and top are the orders of the archive`(seed: Int) {
    let pool = Pool(seed: seed, count: 90)
    let archive = pool.archive
    #expect(
      pool.order(.archive, evenness: 0.3, greed: 0.4)
        == archive.totalOrder(evenness: 0.3, greed: 0.4).map(Int.init))
    let best = pool.cells.indices.filter { pool.cells[$0] >= 0 }.sorted {
      (-pool.quality[$0], pool.hashes[$0], $0) < (-pool.quality[$1], pool.hashes[$1], $1)
    }
    #expect(pool.order(.top) == best)
  }

  @Test(arguments: 0..<15)
  func `random balanced fills cells level by level`(seed: Int) {
    let pool = Pool(seed: seed, count: 90)
    let archive = pool.archive
    let balanced = pool.order(.randomBalanced, evenness: 0, seed: UInt64(seed))
    let reference = pool.order(.archive, evenness: 1)
    var counts = [Int32](repeating: 0, count: Pool.cellCount)
    var expected = counts
    for (sample, other) in zip(balanced, reference) {
      counts[Int(pool.cells[sample])] += 1
      expected[Int(pool.cells[other])] += 1
      #expect(counts.sorted() == expected.sorted())
      let most = counts.max() ?? 0
      for cell in counts.indices where counts[cell] < archive.masses[cell] {
        #expect(counts[cell] >= most - 1)
      }
    }
  }

  /// The stratum of each sample by the documented rule, written out plainly.
  static func strata(_ pool: Pool) -> [Int] {
    let lengths = pool.cells.indices.filter { pool.cells[$0] >= 0 }.map { pool.tokens[$0] }.sorted()
    guard !lengths.isEmpty else { return pool.tokens.map { _ in 0 } }
    let bounds = lengthStratumPlaces(among: lengths.count).map { lengths[$0] }
    return pool.tokens.map { length in bounds.count { $0 <= length } }
  }

  @Test(arguments: 0..<20)
  func `random length has in every prefix the archive's strata`(seed: Int) {
    let pool = Pool(seed: seed, count: 5 + 15 * seed)
    let strata = Self.strata(pool)
    let policy = (evenness: seed % 2 == 0 ? 1 : 0.3, greed: seed % 3 == 0 ? 0 : 0.6)
    let matched = pool.order(
      .randomLength, evenness: policy.evenness, greed: policy.greed, seed: UInt64(seed))
    let reference = pool.order(.archive, evenness: policy.evenness, greed: policy.greed)
    #expect(matched.map { strata[$0] } == reference.map { strata[$0] })
  }

  @Test func `the longest are cut again by halves`() {
    let places = lengthStratumPlaces(among: 1000)
    #expect(places.prefix(19) == (1..<20).map { $0 * 50 }[...])
    #expect(places.dropFirst(19) == [975, 988, 994, 997, 999])
    #expect(lengthStratumPlaces(among: 1) == [Int](repeating: 0, count: 19))
    for count in 1...200 {
      let places = lengthStratumPlaces(among: count)
      #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(places.allSatisfy { (0..<count).contains($0) })
    }
  }

  @Test func `strata of different lengths have equal mass`() {
    var pool = Pool(seed: 9, count: 1000)
    pool.cells = pool.cells.map { _ in 0 }
    pool.tokens = pool.tokens.indices.map { UInt32($0 * 7919 % 1000) }
    #expect(lengthStratumCount == 20)
    // The lengths are 0 to 999, so that fifty that follow each other are a stratum.
    let matched = pool.order(.randomLength, seed: 3).map { pool.tokens[$0] / 50 }
    let reference = pool.order(.archive).map { pool.tokens[$0] / 50 }
    #expect(matched == reference)
    // Forty strata are finer than what is matched.
    let finer = pool.order(.randomLength, seed: 3).map { pool.tokens[$0] / 25 }
    #expect(finer != pool.order(.archive).map { pool.tokens[$0] / 25 })
  }

  @Test(arguments: [SelectionMethod.random, .randomBalanced, .randomLength])
  func `over many seeds every candidate is as likely to come early`(method: SelectionMethod) {
    // One cell and one length, so that nothing but chance decides.
    var pool = Pool(seed: 11, count: 40)
    pool.cells = pool.cells.map { _ in 0 }
    pool.tokens = pool.tokens.map { _ in 5 }
    var early = [Int](repeating: 0, count: 40)
    let draws = 800
    for seed in 0..<draws {
      for sample in pool.order(method, seed: UInt64(seed)).prefix(10) { early[sample] += 1 }
    }
    // A quarter of the draws, 200 with a standard deviation of 12.2: five of them either side.
    #expect((early.min() ?? 0) > 139)
    #expect((early.max() ?? 0) < 261)
    // Chi-square with 39 degrees of freedom, scaled for drawing without replacement.
    let chi = early.reduce(0) { $0 + Double(($1 - 200) * ($1 - 200)) / (200 * 0.75) }
    #expect(chi > 14 && chi < 85)
  }

  @Test func `over many seeds the first and the second candidate are independent of quality`() {
    var pool = Pool(seed: 12, count: 30)
    pool.cells = pool.cells.map { _ in 0 }
    pool.quality = pool.quality.indices.map { Double($0 % 2) }
    var pairs = [Int](repeating: 0, count: 4)
    for seed in 0..<2000 {
      let order = pool.order(.random, seed: UInt64(seed))
      pairs[(order[0] % 2) * 2 + order[1] % 2] += 1
    }
    // Equal halves drawn without replacement: 14/29 of pairs alike, 15/29 not.
    for (index, expected) in [483, 517, 517, 483].enumerated() {
      #expect(abs(pairs[index] - expected) < 97)
    }
  }

  @Test func `mixing is one to one`() {
    var seen: Set<UInt64> = []
    for hash in 0..<2000 as Range<UInt64> { seen.insert(mixed(hash, seed: 5)) }
    for shift in 0..<64 as Range<UInt64> { seen.insert(mixed(~(1 << shift), seed: 5)) }
    #expect(seen.count == 2064)
  }
}
