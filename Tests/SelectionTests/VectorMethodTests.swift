import EliteArchive
import LinearAlgebra
import TestSupport
import Testing

@testable import Selection

/// Each method against its rule carried out plainly, all pairs compared at every step.
@Suite struct VectorMethodTests {
  /// A pool with ties of quality, equal vectors and vectors of zeros.
  struct Pool {
    var candidates: Candidates
    var vectors: [[Float]]
    var cells: [Int32]

    var byQuality: [Int32] { candidates.archive.byQuality }

    init(seed: Int, count: Int, dimension: Int = 4, levels: Int = 2, cellCount: Int = 6) throws {
      var random = SeededGenerator(seed: seed)
      let cells = (0..<count).map { _ in Int32.random(in: -1..<Int32(cellCount), using: &random) }
      let quality = (0..<count).map { _ in random.coarse(levels: 8) }
      let hashes = (0..<count).map { _ in random.next() }
      let vectors = (0..<count).map { _ in
        (0..<dimension).map { _ in Float(random.coarse(levels: levels) - 0.5) }
          .map { levels % 2 == 0 ? $0 : $0 + 0.01 }
      }
      self.cells = cells
      self.vectors = vectors
      let archive = EliteArchive(
        cells: cells, cellCount: cellCount, quality: quality, contentHash: hashes)
      candidates = Candidates(archive: archive, contentHash: hashes)
      candidates.quality = quality
      candidates.complexity = (0..<count).map { _ in Float(random.coarse(levels: 5)) }
      candidates.directions = try Directions(
        of: archive.byQuality, dimension: dimension, threads: 2
      ) { sample, vector in
        for place in vector.indices { vector[place] = vectors[sample][place] }
      }
    }

    func directions() throws -> Directions { try #require(candidates.directions) }

    /// Makes every n-th candidate one that is chosen in any case.
    mutating func include(every step: Int) {
      candidates.included = byQuality.enumerated().filter { $0.offset % step == step - 1 }
        .map(\.element)
    }

    func order(_ method: SelectionMethod, threads: Int = 1, atLeast count: Int = .max) throws
      -> [Int32]
    {
      var settings = SelectionMethod.Settings()
      settings.threads = threads
      return try method.order(of: candidates, settings, atLeast: count)
    }
  }

  static func pool(_ seed: Int) throws -> Pool {
    try Pool(
      seed: seed, count: [0, 1, 3, 30, 90, 140][seed % 6], dimension: [1, 3, 24][seed % 3],
      levels: [1, 2, 4, 999][seed % 4])
  }

  /// Farthest-first by comparing all with all chosen, at each step.
  static func farthestFirst(_ pool: Pool) throws -> [Int32] {
    let directions = try pool.directions()
    let included = Set(pool.candidates.included)
    var chosen = directions.samples.indices.filter { included.contains(directions.samples[$0]) }
    if chosen.isEmpty, !directions.samples.isEmpty { chosen = [0] }
    let early = chosen.count
    while chosen.count < directions.samples.count {
      var best: (cosine: Float, number: Int)?
      for number in directions.samples.indices where !chosen.contains(number) {
        let greatest = chosen.map { directions.vectors.cosine(number, $0) }.max() ?? 2
        if best.map({ greatest < $0.cosine }) ?? true { best = (greatest, number) }
      }
      if let best { chosen.append(best.number) }
    }
    var order = chosen.map { directions.samples[$0] }
    order.insert(
      contentsOf: directions.others.filter { included.contains($0) },
      at: included.isEmpty ? order.count : included.isDisjoint(with: directions.samples) ? 0 : early
    )
    return order + directions.others.filter { !included.contains($0) }
  }

  @Test(arguments: 0..<24)
  func `k-center takes the farthest from all chosen`(seed: Int) throws {
    var pool = try Self.pool(seed)
    if seed % 5 == 4 { pool.include(every: 7) }
    let expected = try Self.farthestFirst(pool)
    for threads in [1, 3] { #expect(try pool.order(.kCenter, threads: threads) == expected) }
    for count in [0, 1, 2, 17] {
      let start = try pool.order(.kCenter, atLeast: count)
      #expect(start.count >= min(count, expected.count))
      #expect(start == Array(expected.prefix(start.count)))
    }
  }

  @Test(arguments: 0..<4)
  func `k-center of more samples than are taken aside`(seed: Int) throws {
    let pool = try Pool(seed: seed, count: 900, dimension: 3, levels: [999, 7][seed % 2])
    let order = try pool.order(.kCenter, threads: 2, atLeast: 60)
    let directions = try pool.directions()
    var greatest = [Float](repeating: -2, count: directions.samples.count)
    var next = 0
    for sample in order.prefix(60) {
      #expect(directions.samples[next] == sample)
      for number in greatest.indices {
        greatest[number] = max(greatest[number], directions.vectors.cosine(number, next))
      }
      let least = try #require(greatest.min())
      // Of the chosen every one has a greatest cosine of 1, and so has what lies on them.
      next = try #require(greatest.firstIndex(of: least))
    }
  }

  @Test func `k-center begins with the best sample and chooses it`() throws {
    for seed in 0..<10 {
      let pool = try Pool(seed: seed, count: 50, levels: 999)
      let order = try pool.order(.kCenter)
      #expect(order.first == pool.byQuality.first)
      #expect(Set(order).count == pool.byQuality.count)
    }
  }

  /// The largest gain at each step, the coverage worked out anew from all that are chosen.
  static func facilityLocation(_ pool: Pool, alpha: Double) throws -> [Int32] {
    let directions = try pool.directions()
    let vectors = directions.vectors
    let count = directions.samples.count
    let nearest = (0..<count).map { number in
      (0..<count).filter { $0 != number }
        .sorted {
          (vectors.cosine(number, $1), $0) < (vectors.cosine(number, $0), $1)
        }.prefix(facilityLocationNeighbourCount)
    }
    /// How well one covers another.
    func cover(_ coverer: Int, _ number: Int) -> Float {
      if coverer == number { return 1 }
      return nearest[number].contains(coverer) ? max(vectors.cosine(coverer, number), 0) : 0
    }
    let covers = (0..<count).map { coverer in (0..<count).map { cover(coverer, $0) } }
    let numbers = Dictionary(
      uniqueKeysWithValues: directions.samples.enumerated().map { ($1, $0) })
    let ranks = percentileRanks(of: pool.byQuality, quality: pool.candidates.quality)
    func added(_ coverer: Int, _ present: [Float]) -> Double {
      var sum = 0.0
      for number in 0..<count where covers[coverer][number] > present[number] {
        sum += Double(covers[coverer][number]) - Double(present[number])
      }
      return sum
    }
    let none = [Float](repeating: 0, count: count)
    let mean = (0..<count).reduce(0) { $0 + added($1, none) } / Double(max(count, 1))
    var order = pool.byQuality.filter { pool.candidates.included.contains($0) }
    while order.count < pool.byQuality.count {
      var present = none
      for sample in order {
        guard let chosen = numbers[sample] else { continue }
        for number in 0..<count { present[number] = max(present[number], covers[chosen][number]) }
      }
      var best: (gain: Double, sample: Int32)?
      for (place, sample) in pool.byQuality.enumerated() where !order.contains(sample) {
        let coverage = numbers[sample].map { (1 - alpha) / mean * added($0, present) } ?? 0
        let gain = coverage + alpha * ranks[place]
        if best.map({ gain > $0.gain }) ?? true { best = (gain, sample) }
      }
      if let best { order.append(best.sample) }
    }
    return order
  }

  @Test(arguments: 0..<18)
  func `facility location takes the largest gain`(seed: Int) throws {
    var pool = try Self.pool(seed)
    if seed % 5 == 4 { pool.include(every: 9) }
    for alpha in [0, 0.5, 1] {
      var settings = SelectionMethod.Settings()
      settings.alpha = alpha
      settings.threads = 2
      #expect(
        try SelectionMethod.facilityLocation.order(of: pool.candidates, settings)
          == Self.facilityLocation(pool, alpha: alpha))
    }
    if pool.candidates.included.isEmpty {
      var settings = SelectionMethod.Settings()
      settings.alpha = 1
      // Quality alone.
      #expect(
        try SelectionMethod.facilityLocation.order(of: pool.candidates, settings)
          == pool.byQuality)
    }
  }

  @Test(arguments: 0..<18)
  func `mig takes the largest gain of all samples`(seed: Int) throws {
    var pool = try Self.pool(seed)
    if seed % 4 == 3 { pool.include(every: 5) }
    let quality = pool.candidates.quality
    var sums = [Double](repeating: 0, count: 6)
    var order: [Int32] = []
    func take(_ sample: Int32) {
      order.append(sample)
      sums[Int(pool.cells[Int(sample)])] += quality[Int(sample)]
    }
    for sample in pool.byQuality where pool.candidates.included.contains(sample) { take(sample) }
    while order.count < pool.byQuality.count {
      var best: (gain: Double, sample: Int32)?
      for sample in pool.byQuality where !order.contains(sample) {
        let sum = sums[Int(pool.cells[Int(sample)])]
        let gain = fourFifthsPower(sum + quality[Int(sample)]) - fourFifthsPower(sum)
        if best.map({ gain > $0.gain }) ?? true { best = (gain, sample) }
      }
      if let best { take(best.sample) }
    }
    #expect(try pool.order(.mig) == order)
  }

  @Test func `mig takes the true gain, not its slope`() throws {
    // After 1 in one cell and 1,000 in another the slope prefers 10 more of the first (8 to 7.03), though it
    // brings less than 35 more of the second (5.81 to 6.98).
    let quality = [1, 10, 1000, 35].map(Double.init)
    let cells: [Int32] = [0, 0, 1, 1]
    let hashes: [UInt64] = [1, 2, 3, 4]
    var candidates = Candidates(
      archive: EliteArchive(cells: cells, cellCount: 2, quality: quality, contentHash: hashes),
      contentHash: hashes)
    candidates.quality = quality
    candidates.included = [2, 0]
    #expect(try SelectionMethod.mig.order(of: candidates) == [2, 0, 3, 1])
  }

  @Test func `four fifths powers are those of the library`() {
    var random = SeededGenerator(seed: 5)
    #expect(fourFifthsPower(0) == 0)
    #expect(fourFifthsPower(1) == 1)
    #expect(abs(fourFifthsPower(32) - 16) < 1e-14)
    for exponent in stride(from: -300.0, to: 300, by: 0.37) {
      let x =
        (1 + random.coarse(levels: 1000))
        * Double(sign: .plus, exponent: Int(exponent), significand: 1)
      let power = fourFifthsPower(x)
      // Its fifth power is the fourth power of x.
      let (root, base) = (power.squareRoot().squareRoot(), x)
      let ratio = root * root * root * root * root / base
      #expect(abs(ratio - 1) < 1e-14)
    }
  }

  @Test(arguments: 0..<24)
  func `dns goes by the mean distance from the nearest fitter ones`(seed: Int) throws {
    let pool = try Self.pool(seed)
    let directions = try pool.directions()
    let novelty = directions.samples.indices.map { number -> Double in
      // Fitter: better, or as good with a smaller hash.
      let own = directions.samples[number]
      func isFitter(_ other: Int32) -> Bool {
        let (quality, hash) = (pool.candidates.quality, pool.candidates.contentHash)
        if quality[Int(other)] != quality[Int(own)] {
          return quality[Int(other)] > quality[Int(own)]
        }
        return hash[Int(other)] < hash[Int(own)]
      }
      let distances = directions.samples.indices.filter { isFitter(directions.samples[$0]) }
        .map { (2 - 2 * Double(directions.vectors.cosine(number, $0))).squareRoot() }.sorted()
      let near = distances.prefix(dominatedNoveltyNeighbourCount)
      return near.isEmpty ? .infinity : near.reduce(0, +) / Double(near.count)
    }
    #expect(novelty.count { $0 == .infinity } == min(novelty.count, 1))
    let expected = novelty.indices.sorted { (novelty[$1], $0) < (novelty[$0], $1) }
      .map { directions.samples[$0] }
    for threads in [1, 3] {
      #expect(try pool.order(.dns, threads: threads) == expected + directions.others)
    }
  }

  @Test(arguments: 0..<18)
  func `cluster-rank takes the best of each cluster in turn`(seed: Int) throws {
    let pool = try Self.pool(seed)
    let directions = try pool.directions()
    let order = try pool.order(.clusterRank)
    #expect(order == (try pool.order(.clusterRank, threads: 3)))
    var clusters: [Int32: Int32] = [:]
    if !directions.samples.isEmpty {
      let byHash = directions.samples.indices.sorted {
        pool.candidates.contentHash[Int(directions.samples[$0])]
          < pool.candidates.contentHash[Int(directions.samples[$1])]
      }
      let count = max(1, Int((Double(directions.samples.count) / 2).squareRoot()))
      let dimension = directions.vectors.dimension
      let model = try directions.vectors.picked(byHash).withRows { rows, stride in
        try KMeans.fit(
          rows, stride: stride, dimension: dimension, count: count, seed: 0, threads: 1)
      }
      #expect(model.count <= count)
      let numbers = try directions.vectors.withRows { rows, stride in
        try model.assign(rows, stride: stride, threads: 1)
      }
      for (sample, number) in zip(directions.samples, numbers) { clusters[sample] = number }
    }
    for sample in directions.others { clusters[sample] = -1 }
    var ranks: [Int32: Int] = [:]
    let keyed = pool.byQuality.enumerated().map { place, sample in
      let rank = ranks[clusters[sample] ?? -2, default: 0]
      ranks[clusters[sample] ?? -2] = rank + 1
      return (rank, place, sample)
    }
    #expect(order == keyed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
  }

  /// What DEITA's rule chooses: along the scores, kept unless closer than the threshold to a kept one.
  static func deita(_ pool: Pool, limit: Int, threshold: Double) -> (kept: [Int32], skipped: Int) {
    let (quality, hash) = (pool.candidates.quality, pool.candidates.contentHash)
    func score(_ sample: Int32) -> Double {
      quality[Int(sample)] * Double(pool.candidates.complexity[Int(sample)])
    }
    let order = pool.byQuality.sorted {
      (-score($0), hash[Int($0)]) < (-score($1), hash[Int($1)])
    }
    func cosine(_ first: Int32, _ second: Int32) -> Float {
      func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let (x, y) = (pool.vectors[Int(first)], pool.vectors[Int(second)])
      let lengths = dot(x, x).squareRoot() * dot(y, y).squareRoot()
      return lengths > 0 ? Float(dot(x, y) / lengths) : 0
    }
    var kept: [Int32] = []
    var skipped = 0
    for sample in order where kept.count < limit {
      if kept.contains(where: { cosine(sample, $0) > Float(threshold) }) {
        skipped += 1
      } else {
        kept.append(sample)
      }
    }
    return (kept, skipped)
  }

  @Test(arguments: 0..<24)
  func `deita keeps the best that are not too close to a kept one, wherever they lie`(
    seed: Int
  ) throws {
    let pool = try Self.pool(seed)
    let order = try pool.order(.deita)
    let (vectors, dimension) = (pool.vectors, pool.vectors.first?.count ?? 1)
    for limit in [0, 1, 10, 200] {
      let redundancy = try Redundancy(
        threshold: Float(0.9).nextUp, dimension: dimension, cellCount: 6, isGlobal: true,
        order: order, neighbours: { _ in [] },
        vectors: { sample, vector in
          for place in vector.indices { vector[place] = vectors[sample][place] }
        })
      var spender = Spender(
        cells: pool.candidates.archive.cells, cellCount: 6, perCell: nil, costs: nil,
        redundancy: redundancy)
      let spending = try spender.spend(upTo: limit, along: order)
      let expected = Self.deita(pool, limit: limit, threshold: 0.9)
      #expect(spending.selected == expected.kept)
      if expected.kept.count < limit {
        #expect(spending.outcomes.count { $0 == .redundant } == expected.skipped)
      }
    }
  }

  @Test(arguments: 0..<12)
  func `the order of the pool and its division do not matter`(seed: Int) throws {
    let pool = try Pool(seed: seed, count: 80, dimension: 5, levels: 3)
    var random = SeededGenerator(seed: seed + 100)
    let places = pool.cells.indices.shuffled(using: &random)
    let hashes = places.map { pool.candidates.contentHash[$0] }
    let quality = places.map { pool.candidates.quality[$0] }
    let archive = EliteArchive(
      cells: places.map { pool.cells[$0] }, cellCount: 6, quality: quality, contentHash: hashes)
    var other = Candidates(archive: archive, contentHash: hashes)
    other.quality = quality
    other.complexity = places.map { pool.candidates.complexity[$0] }
    other.directions = try Directions(of: archive.byQuality, dimension: 5, threads: 1) {
      sample, vector in
      for place in vector.indices { vector[place] = pool.vectors[places[sample]][place] }
    }
    for method in SelectionMethod.allCases where method.usesVectors || method == .mig {
      let own = try method.order(of: pool.candidates).map { pool.candidates.contentHash[Int($0)] }
      #expect(own == (try method.order(of: other)).map { hashes[Int($0)] })
    }
  }
}
