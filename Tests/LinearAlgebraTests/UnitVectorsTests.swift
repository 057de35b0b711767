import Numbers
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite struct UnitVectorsTests {
  /// Vectors of few different numbers, so that many are alike, opposite or zero.
  static func rows(seed: Int, count: Int, dimension: Int, levels: Int) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<dimension).map { _ in Float(random.coarse(levels: levels) - 0.5) }
    }
  }

  static func reading(_ rows: [[Float]], threads: Int = 1) throws -> (UnitVectors, [Int32]) {
    let (vectors, numbers) = try UnitVectors.reading(
      count: rows.count, dimension: rows.first?.count ?? 1, threads: threads
    ) { number, vector in
      for place in vector.indices { vector[place] = rows[number][place] }
    }
    return (vectors, numbers)
  }

  @Test func `vectors of zeros are left out`() throws {
    let (vectors, numbers) = try Self.reading([[0, 0], [3, 4], [-0.0, 0], [0, -2]])
    #expect(numbers == [1, 3])
    #expect(vectors.count == 2)
    #expect(vectors.cosine(0, 1) == -0.8)
    #expect(vectors.cosine(1, 1) == 1)
    let (none, left) = try Self.reading([[0, 0]])
    #expect(none.count == 0 && left == [])
    #expect(try none.nearest(3, ofEarlier: false, threads: 2).starts == [0])
  }

  @Test(arguments: 0..<10)
  func `cosines are those of the vectors, and of equal ones 1`(seed: Int) throws {
    let rows = Self.rows(seed: seed, count: 40, dimension: 1 + 7 * seed, levels: 3)
    let (vectors, numbers) = try Self.reading(rows, threads: 3)
    for first in 0..<vectors.count {
      for second in 0..<vectors.count {
        let (x, y) = (rows[Int(numbers[first])], rows[Int(numbers[second])])
        func dot(_ a: [Float], _ b: [Float]) -> Double {
          zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let cosine = dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
        #expect(abs(Double(vectors.cosine(first, second)) - cosine) < 2e-6)
        #expect(vectors.cosine(first, second) == vectors.cosine(second, first))
        if x == y { #expect(vectors.cosine(first, second) == 1) }
      }
    }
    let picked = vectors.picked(stride(from: 0, to: vectors.count, by: 3))
    let greatest = vectors.greatestCosines(0..<vectors.count, with: picked, from: 1)
    for number in 0..<vectors.count {
      let all = stride(from: 3, to: vectors.count, by: 3).map { vectors.cosine(number, $0) }
      if !all.isEmpty { #expect(greatest[number] == all.max()) }
    }
  }

  /// The nearest by comparing all.
  static func naive(
    _ vectors: UnitVectors, _ limit: Int, ofEarlier: Bool, every step: Int = 1
  ) -> [[Int32]] {
    stride(from: 0, to: vectors.count, by: step).map { number in
      let others = (0..<(ofEarlier ? number : vectors.count)).filter { $0 != number }
      let sorted = others.map { (vectors.cosine(number, $0), $0) }
        .sorted { ($1.0, $0.1) < ($0.0, $1.1) }
      return sorted.prefix(limit).map { Int32($0.1) }
    }
  }

  @Test(arguments: 0..<6, [false, true])
  func `the nearest are those found by comparing all`(seed: Int, ofEarlier: Bool) throws {
    // More than one block, and with few levels hundreds of equal vectors.
    let count = [1, 2, 5, 90, 300, 530][seed % 6]
    let rows = Self.rows(
      seed: seed, count: count, dimension: [2, 20][seed % 2], levels: [1, 2, 1000][seed % 3])
    let (vectors, _) = try Self.reading(rows)
    let all = Self.naive(vectors, 40, ofEarlier: ofEarlier)
    for limit in [1, 3, 40] {
      let expected = all.map { Array($0.prefix(limit)) }
      for threads in [1, 3] {
        let found = try vectors.nearest(limit, ofEarlier: ofEarlier, threads: threads)
        #expect(found.starts.count == vectors.count + 1)
        for number in 0..<vectors.count {
          let range = found.starts[number]..<found.starts[number + 1]
          #expect(Array(found.numbers[range]) == expected[number])
          for place in range {
            #expect(
              found.cosines[place] == vectors.cosine(number, Int(found.numbers[place])))
          }
        }
      }
    }
  }

  @Test(arguments: 0..<6)
  func `leaves that are passed over hold none of the nearest`(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 300)
    let dimension = [2, 3, 3, 4, 6, 20][seed]
    let centres = (0..<4).map { _ in
      (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    }
    // Wide groups and dense ones, vectors of all directions, and some that are there many times.
    var rows: [[Float]] = []
    for index in 0..<1300 {
      if index % 9 == 0, let earlier = rows.randomElement(using: &random) {
        rows.append(earlier)
        continue
      }
      let group = Int.random(in: 0..<4, using: &random)
      let reach: Float = index % 50 == 0 ? 3 : group < 2 ? 0.4 : 0.01
      rows.append(centres[group].map { $0 + reach * Float.random(in: -1...1, using: &random) })
    }
    let (vectors, _) = try Self.reading(rows)
    let all = Self.naive(vectors, 30, ofEarlier: false)
    for (limit, threads) in [(1, 3), (30, 1), (30, 3)] {
      let found = try vectors.nearest(limit, ofEarlier: false, threads: threads)
      for number in 0..<vectors.count {
        let range = found.starts[number]..<found.starts[number + 1]
        #expect(Array(found.numbers[range]) == Array(all[number].prefix(limit)))
      }
    }
    let leaves = VectorLeaves(vectors, threads: 3)
    #expect(leaves.originals.sorted() == (0..<Int32(vectors.count)).map { $0 })
    #expect(leaves.originals == VectorLeaves(vectors, threads: 1).originals)
    // Of far groups something is passed over, or else the leaves are for nothing.
    var cosines: [Float] = []
    leaves.cosines(of: 0..<VectorLeaves.size, into: &cosines)
    let reach = VectorLeaves.Reach([Float](repeating: 0.99, count: VectorLeaves.size))
    #expect((0..<leaves.count).contains { !leaves.mayHold($0, reach, cosines) })
  }

  @Test(arguments: 0..<3)
  func `a leaf looks at those behind it that do not look back`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    // Leaves of their own, whose members have fewer neighbours there than are wanted, and a large group
    // whose members have enough.
    let sizes = [1, 1, 6].map { $0 * VectorLeaves.size }
    var rows: [[Float]] = []
    for (group, size) in sizes.enumerated() {
      for _ in 0..<size {
        rows.append(
          (0..<4).map { ($0 == group ? 1 : 0) + Float.random(in: -0.05...0.05, using: &random) })
      }
    }
    rows.shuffle(using: &random)
    let (vectors, _) = try Self.reading(rows)
    let limit = VectorLeaves.size + 20
    let some = Self.naive(vectors, limit, ofEarlier: false, every: 7)
    let found = try vectors.nearest(limit, ofEarlier: false, threads: 1)
    for (place, nearest) in some.enumerated() {
      let range = found.starts[7 * place]..<found.starts[7 * place + 1]
      #expect(Array(found.numbers[range]) == nearest)
    }
  }
}
