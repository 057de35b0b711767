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
  static func naive(_ vectors: UnitVectors, _ limit: Int, ofEarlier: Bool) -> [[Int32]] {
    (0..<vectors.count).map { number in
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
}
