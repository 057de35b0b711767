import Glibc
import LinearAlgebra
import Metrics
import TestSupport
import Testing

@Suite struct VectorMetricsTests {
  static let all = Set(VectorMetric.allCases)

  /// A pool whose samples' hashes say nothing of their order.
  static func pool(
    _ vectors: [[Float]], quality: [Double]? = nil, hashes: [UInt64]? = nil,
    samples: [Int32]? = nil
  ) throws -> VectorPool {
    let matrix = try Matrix(
      rowCount: vectors.count, columnCount: vectors.first?.count ?? 1,
      elements: vectors.flatMap { $0 })
    let numbers = (0..<UInt64(vectors.count)).map { $0 &* 0xD6E8_FEB8_6659_FD93 }
    return VectorPool(
      vectors: RowSource(matrix), contentHashes: hashes ?? numbers, quality: quality,
      samples: samples)
  }

  static func members(_ range: Range<Int>) -> [Int32] { range.map(Int32.init) }

  /// Vectors in clumps, a few of them copies and one of zeros.
  static func vectors(
    _ count: Int, _ dimension: Int, using random: inout SeededGenerator
  ) -> [[Float]] {
    let centres = (0..<4).map { _ in
      (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    }
    var vectors: [[Float]] = []
    for index in 0..<count {
      if index % 11 == 10 {
        vectors.append(vectors[index - 3])
      } else if index == 5 {
        vectors.append([Float](repeating: 0, count: dimension))
      } else {
        let centre = centres[Int.random(in: 0..<4, using: &random)]
        let scale = Float.random(in: 0.5...3, using: &random)
        vectors.append(
          centre.map { scale * ($0 + Float.random(in: -0.7...0.7, using: &random)) })
      }
    }
    return vectors
  }

  @Test func `an empty set has no metric, and neither has a set of zeros`() throws {
    let pool = try Self.pool([[0, 0], [1, 2], [3, 1]], quality: [1, 1, 1])
    for set in [[], [0]] as [[Int32]] {
      let found = try VectorMetrics.measure(set, of: pool, metrics: Self.all, threads: 2)
      for metric in VectorMetric.allCases { #expect(found[metric] == nil, "\(metric)") }
      #expect(found.sampleCount == 0)
      #expect(found.withoutDirection == set.count)
    }
  }

  @Test func `one sample is worth one, and is near to no other`() throws {
    let pool = try Self.pool([[3, 4], [4, 3]], quality: [0.5, 1])
    let one = try VectorMetrics.measure([0], of: pool, metrics: Self.all, threads: 1)
    #expect(one.meanPairwiseCosineDistance == nil)
    #expect(one.knnDistance == nil)
    #expect(one.novelSum == nil)
    #expect(one.vendi1 == 1)
    #expect(one.vendi2 == 1)
    #expect(one.vendiInfinity == 1)
    #expect(one.qualityWeightedVendi == 0.5)
    #expect((try #require(one.logDeterminant) - log(2)).magnitude < 1e-12)
    #expect((try #require(one.facilityLocation) - (1 + 0.96) / 2).magnitude < 1e-7)
    #expect((try #require(one.coverageRadius) - (2 - 2 * 0.96).squareRoot()).magnitude < 1e-7)
    #expect(one.sampleCount == 1)
  }

  @Test(arguments: [2, 3, 40, 300])
  func `samples that are all the same are worth one, however many`(count: Int) throws {
    let pool = try Self.pool(
      Array(repeating: [0.1, 0.7, -0.3], count: count), quality: Array(repeating: 2, count: count))
    let same = try VectorMetrics.measure(
      Self.members(0..<count), of: pool, metrics: Self.all, threads: 2)
    #expect(try #require(same.meanPairwiseCosineDistance) < 1e-12)
    #expect((try #require(same.vendi1) - 1).magnitude < 1e-11)
    #expect((try #require(same.vendi2) - 1).magnitude < 1e-12)
    #expect((try #require(same.vendiInfinity) - 1).magnitude < 1e-12)
    #expect((try #require(same.qualityWeightedVendi) - 2).magnitude < 1e-11)
    #expect((try #require(same.logDeterminant) - log(1 + Double(count))).magnitude < 1e-10)
    #expect(same.knnDistance == 0)
    #expect(same.novelSum == 0)
    #expect(same.facilityLocation == 1)
    #expect(same.coverageRadius == 0)
  }

  @Test func `copies of a set's samples elsewhere in the pool lie at no distance from it`() throws {
    let pool = try Self.pool([[0.1, 0.7], [0.3, 0.2], [0.1, 0.7], [0.6, 0.4]])
    let found = try VectorMetrics.measure([0, 1], of: pool, metrics: Self.all, threads: 1)
    #expect(found.coverageRadius == 0)
    #expect((try #require(found.facilityLocation) - 1).magnitude < 1e-6)
  }

  @Test func `unrelated directions are worth as many as they are`() throws {
    let axes = (0..<6).map { row in (0..<6).map { Float($0 == row ? row + 1 : 0) } }
    let pool = try Self.pool(axes)
    let found = try VectorMetrics.measure(
      Self.members(0..<6), of: pool, metrics: Self.all, threads: 2)
    #expect(found.meanPairwiseCosineDistance == 1)
    for score in [found.vendi1, found.vendi2, found.vendiInfinity] {
      #expect((try #require(score) - 6).magnitude < 1e-12)
    }
    #expect((try #require(found.logDeterminant) - 6 * log(2)).magnitude < 1e-12)
    #expect((try #require(found.knnDistance) - 2.0.squareRoot()).magnitude < 1e-12)
    #expect((try #require(found.novelSum) - 1 / (2 + 1e-9).squareRoot()).magnitude < 1e-6)
    #expect(found.qualityWeightedVendi == nil)
  }

  @Test func `the example of the paper on quality-weighted scores holds`() throws {
    // Their kernel exp(-|a - b|) of 0, 0, 2 as cosines, with their qualities exp(-|a - 2|).
    let cosine = exp(-2.0)
    let far = [Float(cosine), Float((1 - cosine * cosine).squareRoot())]
    let pool = try Self.pool([[1, 0], [1, 0], far], quality: [exp(-2), exp(-2), 1])
    let found = try VectorMetrics.measure(
      [0, 1, 2], of: pool, metrics: [.qualityWeightedVendi], threads: 1)
    #expect((try #require(found.qualityWeightedVendi) - 0.793705659274703).magnitude < 1e-7)
    #expect(found.vendi1 == nil)
  }

  @Test(arguments: [.nan, -0.1] as [Double])
  func `a sample without quality or with a negative one leaves no product`(bad: Double) throws {
    let pool = try Self.pool([[1, 0], [0, 1]], quality: [1, bad])
    let found = try VectorMetrics.measure([0, 1], of: pool, metrics: Self.all, threads: 1)
    #expect(found.qualityWeightedVendi == nil)
    #expect(found.vendi1 == 2)
    let good = try VectorMetrics.measure([0], of: pool, metrics: Self.all, threads: 1)
    #expect(good.qualityWeightedVendi == 1)
  }

  @Test(arguments: [.nan, .infinity, -.infinity] as [Float])
  func `a vector that is not finite is refused with its sample`(bad: Float) throws {
    let pool = try Self.pool([[1, 0], [0, 1], [1, 1], [bad, 1]])
    #expect(throws: LinearAlgebraError.notFinite(row: 3)) {
      try VectorMetrics.measure([3, 1], of: pool, metrics: [.vendi2], threads: 2)
    }
    // It is not looked at where no metric needs it.
    #expect(try VectorMetrics.measure([1], of: pool, metrics: [.vendi2], threads: 2).vendi2 == 1)
  }

  @Test func `what is not asked for is absent`() throws {
    let pool = try Self.pool([[1, 0], [0, 1], [1, 1]], quality: [1, 1, 1])
    for asked in VectorMetric.allCases {
      let found = try VectorMetrics.measure([0, 1], of: pool, metrics: [asked], threads: 1)
      for metric in VectorMetric.allCases {
        #expect((found[metric] != nil) == (metric == asked), "\(metric) of \(asked)")
      }
    }
    #expect(try VectorMetrics.measure([0], of: pool, metrics: [], threads: 1) == VectorMetrics())
    #expect(try VectorMetrics.measure([], of: pool, metrics: Self.all, threads: 1) == [])
  }

  @Test(arguments: 0..<24)
  func `agrees with every pair taken in double`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let dimension = [3, 8, 19, 40][seed % 4]
    let vectors = Self.vectors(
      Int.random(in: 12...60, using: &random), dimension, using: &random)
    let quality = vectors.map { _ in random.coarse(levels: 7) }
    let pool = try Self.pool(vectors, quality: quality)
    let set = Self.members(0..<vectors.count).shuffled(using: &random).prefix(
      Int.random(in: 3...vectors.count, using: &random))
    let kept = set.filter { $0 != 5 }
    let found = try VectorMetrics.measure(Array(set), of: pool, metrics: Self.all, threads: 2)
    let naive = NaiveVectorMetrics(kept.map { vectors[Int($0)] })
    let naivePool = NaiveVectorMetrics(vectors)
    #expect(found.sampleCount == kept.count)
    #expect(found.withoutDirection == set.count - kept.count)
    let mean = kept.reduce(0) { $0 + quality[Int($1)] } / Double(kept.count)
    let expected: [(VectorMetric, Double, Double)] = [
      (.meanPairwiseCosineDistance, naive.meanPairwiseCosineDistance, 1e-6),
      (.vendi1, naive.vendi(order: 1), 1e-5), (.vendi2, naive.vendi(order: 2), 1e-5),
      (.vendiInfinity, naive.vendi(order: .infinity), 1e-6),
      (.qualityWeightedVendi, mean * naive.vendi(order: 1), 1e-5),
      (.logDeterminant, naive.logDeterminant, 1e-5), (.knnDistance, naive.knnDistance, 1e-6),
      (.novelSum, naive.novelSum(pool: naivePool), 2e-5),
      (.facilityLocation, naive.facilityLocation(pool: naivePool), 1e-6),
      (.coverageRadius, naive.coverageRadius(pool: naivePool), 1e-6),
    ]
    for (metric, value, tolerance) in expected {
      let difference = try #require(found[metric]) - value
      #expect(difference.magnitude < tolerance * max(1, value), "\(metric) \(value)")
    }
  }

  @Test(arguments: 0..<4)
  func `no thread, no other set and no place of a sample changes it`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let count = 700
    let vectors = Self.vectors(count, 24, using: &random)
    let quality = vectors.map { _ in random.coarse(levels: 9) }
    // Equal vectors are of equal content, which leaves their order open.
    let hashes = vectors.map { vector in
      vector.reduce(UInt64(7)) { ($0 ^ UInt64($1.bitPattern)) &* 0x9E37_79B9_7F4A_7C15 }
    }
    var limits = VectorPool.Limits()
    limits.neighbourSamples = 150
    limits.coveredSamples = 90
    limits.referenceSamples = 333
    limits.seed = UInt64(seed)
    let pool = try Self.pool(vectors, hashes: hashes)
    let sets = (0..<5).map { number in
      Array(Self.members(0..<count).shuffled(using: &random).prefix(80 * (number + 2)))
    }
    let first = try VectorMetrics.measure(
      sets, of: pool, metrics: Self.all, limits: limits, threads: 1)
    for threads in [2, 3, 8] {
      let other = try VectorMetrics.measure(
        sets, of: pool, metrics: Self.all, limits: limits, threads: threads)
      #expect(other == first, "\(threads) threads")
    }
    let places = Self.members(0..<count).shuffled(using: &random)
    var newPlaces = places
    for (new, old) in places.enumerated() { newPlaces[Int(old)] = Int32(new) }
    let moved = try Self.pool(
      places.map { vectors[Int($0)] }, quality: places.map { quality[Int($0)] },
      hashes: places.map { hashes[Int($0)] })
    let again = try VectorMetrics.measure(
      sets.map { $0.map { newPlaces[Int($0)] }.shuffled(using: &random) }, of: moved,
      metrics: Self.all.subtracting([.qualityWeightedVendi]), limits: limits, threads: 2)
    for (again, first) in zip(again, first) {
      // Of equal vectors either may be drawn, and what a set has itself is covered to the last bit.
      let difference = try #require(again.facilityLocation) - (first.facilityLocation ?? .nan)
      #expect(difference.magnitude < 1e-6)
      for metric in Self.all.subtracting([.facilityLocation]) {
        #expect(again[metric] == first[metric], "\(metric)")
      }
    }
    for (set, together) in zip(sets, first) {
      let alone = try VectorMetrics.measure(
        set, of: pool, metrics: Self.all, limits: limits, threads: 2)
      #expect(alone.neighbourSampleCount == 150)
      #expect(alone.coveredSampleCount.map { 89...90 ~= $0 } == true)
      #expect(alone.rowsUsed(.facilityLocation) == alone.coveredSampleCount)
      #expect(alone.rowsUsed(.vendi1) == nil)
      for metric in Self.all where together[metric] != nil {
        let difference = try #require(alone[metric]) - (together[metric] ?? .nan)
        #expect(difference.magnitude < 1e-5, "\(metric)")
      }
    }
  }

  @Test func `vectors that are not kept in memory give the same`() throws {
    var random = SeededGenerator(seed: 5)
    let vectors = Self.vectors(300, 17, using: &random)
    let pool = try Self.pool(vectors, quality: vectors.map { _ in 1 })
    var limits = VectorPool.Limits()
    let sets = [Self.members(0..<300), Self.members(40..<90)]
    let kept = try VectorMetrics.measure(
      sets, of: pool, metrics: Self.all, limits: limits, threads: 2)
    limits.memory = 0
    let read = try VectorMetrics.measure(
      sets, of: pool, metrics: Self.all, limits: limits, threads: 2)
    for (kept, read) in zip(kept, read) {
      for metric in VectorMetric.allCases {
        let difference = try #require(kept[metric]) - (read[metric] ?? .nan)
        #expect(difference.magnitude < 1e-6, "\(metric)")
      }
    }
  }

  @Test func `a draw comes near to the whole, and its seed decides it`() throws {
    var random = SeededGenerator(seed: 11)
    let vectors = Self.vectors(1500, 12, using: &random)
    let pool = try Self.pool(vectors)
    let set = Self.members(0..<600)
    let metrics: Set<VectorMetric> = [.knnDistance, .novelSum, .facilityLocation, .coverageRadius]
    let whole = try VectorMetrics.measure(set, of: pool, metrics: metrics, threads: 2)
    var limits = VectorPool.Limits()
    limits.neighbourSamples = 200
    limits.coveredSamples = 400
    var seen: [Double] = []
    for seed in 0..<20 {
      limits.seed = UInt64(seed)
      let drawn = try VectorMetrics.measure(
        set, of: pool, metrics: metrics, limits: limits, threads: 2)
      #expect(drawn.neighbourSampleCount == 200)
      for metric in metrics.subtracting([.coverageRadius]) {
        let ratio = try #require(drawn[metric]) / (whole[metric] ?? .nan)
        #expect((ratio - 1).magnitude < 0.15, "\(metric)")
      }
      #expect(try #require(drawn.coverageRadius) <= #require(whole.coverageRadius) + 1e-6)
      seen.append(drawn.knnDistance ?? 0)
    }
    #expect(Set(seen).count > 15)
    let mean = seen.reduce(0.0, +) / 20
    let ratio = mean / (whole.knnDistance ?? .nan)
    #expect((ratio - 1).magnitude < 0.03)
  }

  @Test func `only the pool's own samples are covered and make densities`() throws {
    let vectors: [[Float]] = [[1, 0], [0, 1], [1, 1], [-1, 0]]
    let whole = try VectorMetrics.measure(
      [0, 1], of: Self.pool(vectors), metrics: Self.all, threads: 1)
    let part = try VectorMetrics.measure(
      [0, 1], of: Self.pool(vectors, samples: [0, 1, 2]), metrics: Self.all, threads: 1)
    #expect((try #require(whole.coverageRadius) - 2.0.squareRoot()).magnitude < 1e-6)
    #expect(
      (try #require(part.coverageRadius) - (2 - 2.0.squareRoot()).squareRoot()).magnitude < 1e-6)
    #expect(part.referenceSampleCount == 3)
    #expect(whole.referenceSampleCount == 4)
    #expect(part.vendi1 == whole.vendi1)
  }

  @Test func `every metric is described, under the name of the contract`() {
    let names = [
      "mean_pairwise_cosine_distance", "vendi_1", "vendi_2", "vendi_inf",
      "quality_weighted_vendi", "knn_distance", "log_determinant", "novelsum",
      "facility_location", "coverage_radius",
    ]
    #expect(VectorMetric.allCases.map(\.rawValue) == names)
    for metric in VectorMetric.allCases {
      let text = metric.explanation
      for part in [text.summary, text.formula, text.range, text.source, text.cost, text.blindTo] {
        #expect(!part.isEmpty)
      }
      #expect((text.direction == .lower) == (metric == .coverageRadius))
    }
  }
}
