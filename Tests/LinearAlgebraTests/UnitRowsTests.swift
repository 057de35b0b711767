import LinearAlgebra
import Testing

@Suite struct UnitRowsTests {
  static func rows(_ matrix: Matrix, order: [Int32]? = nil) throws -> UnitRows {
    try UnitRows(
      of: RowSource(matrix), rows: order ?? (0..<Int32(matrix.rowCount)).map { $0 },
      memoryLimit: Int.max, threads: 2)
  }

  @Test func `a row has length one, a row of zeros no direction`() throws {
    let matrix = try Matrix(
      rowCount: 4, columnCount: 2, elements: [3, 4, 0, 0, 0x3p100, 0x4p100, 0x3p-100, 0x4p-100])
    let rows = try Self.rows(matrix)
    #expect((0..<4).map { rows.hasDirection($0) } == [true, false, true, true])
    var buffer: [Float] = []
    try rows.copy([0, 1, 2, 3], into: &buffer)
    #expect(buffer == [0.6, 0.8, 0, 0, 0.6, 0.8, 0.6, 0.8])
    #expect(rows.identities[0] == rows.identities[2])
    #expect(rows.identities[0] != rows.identities[1])
    #expect(try rows.squaredDistance(0, to: 3, of: rows) == 0)
  }

  @Test func `places follow the order that was given, whatever the source is read in`() throws {
    let matrix = makeRows(3000, 5, seed: 1)
    var generator = Generator(state: 2)
    let order = (0..<Int32(3000)).shuffled(using: &generator)
    let rows = try Self.rows(matrix, order: order)
    let alone = try UnitRows(
      of: RowSource(matrix), rows: order, memoryLimit: 0, threads: 1)
    #expect(rows.isInMemory && !alone.isInMemory)
    var (buffer, other): ([Float], [Float]) = ([], [])
    try rows.copy([17], into: &buffer)
    try alone.copy([17], into: &other)
    #expect(buffer == other)
    let row = (0..<5).map { Double(matrix[Int(order[17]), $0]) }
    let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for column in 0..<5 { #expect(buffer[column] == Float(row[column] / length)) }
    #expect(rows.identities == alone.identities)
  }

  @Test func `the first row that is not finite is named`() throws {
    let matrix = try Matrix(rowCount: 3, columnCount: 1, elements: [1, .nan, .infinity])
    #expect(throws: LinearAlgebraError.notFinite(row: 1)) {
      try Self.rows(matrix, order: [2, 0, 1])
    }
  }

  @Test(arguments: [3, 12, 40, 700])
  func `inner products have the eigenvalues of the kernel, however few rows`(count: Int) throws {
    let matrix = makeRows(count, 12, seed: UInt64(count))
    let rows = try Self.rows(matrix)
    var gram = GramMatrix(dimension: 12, totalCount: count, hasProducts: true)
    let places = (0..<Int32(count)).map { $0 }
    try gram.add(rows, places: places[...])
    let values = try gram.eigenvalues()
    #expect(values.count == min(count, 12))
    #expect(values == values.sorted())
    #expect((values.reduce(0, +) - Double(count)).magnitude < 1e-9 * Double(count))
    let squares = values.reduce(0) { $0 + $1 * $1 }
    #expect((gram.squaredNorm / squares - 1).magnitude < 1e-12)
    // The same kernel, pair by pair.
    var (sum, cosines) = ([Double](repeating: 0, count: 12), 0.0)
    let units = (0..<count).map { row in
      let values = (0..<12).map { Double(matrix[row, $0]) }
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return values.map { $0 / length }
    }
    for unit in units { for column in 0..<12 { sum[column] += unit[column] } }
    for left in units {
      for right in units {
        let cosine = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        cosines += cosine * cosine
      }
    }
    #expect((gram.squaredNorm / cosines - 1).magnitude < 1e-6)
    for (found, expected) in zip(gram.sum, sum) {
      #expect((found - expected).magnitude < 1e-5)
    }
    // In parts, where there are as many rows as columns.
    guard count >= 12 else { return }
    var parts = GramMatrix(dimension: 12, totalCount: count, hasProducts: true)
    for part in [places.prefix(5), places.dropFirst(5)] {
      var other = GramMatrix(dimension: 12, totalCount: count, hasProducts: true)
      try other.add(rows, places: part)
      parts.add(other)
    }
    #expect((parts.squaredNorm / gram.squaredNorm - 1).magnitude < 1e-12)
    #expect(parts.rowCount == count)
  }

  @Test func `the nearest come first, the earlier of equal ones before the later`() throws {
    let matrix = try Matrix(
      rowCount: 6, columnCount: 2, elements: [1, 0, 0, 1, 1, 1, 2, 2, -1, 0, 2, 1])
    let rows = try Self.rows(matrix)
    let candidates: [Int32] = [0, 1, 2, 3, 4, 5]
    let nearest = try NearestRows(
      limit: 4, queries: [0, 2], of: rows, among: candidates, of: rows, skipping: [0, -1],
      hasRest: false)
    #expect(nearest.nearest(0) == [5, 2, 3, 1])
    #expect(nearest.nearest(1) == [2, 3, 5, 0])
    let few = try NearestRows(
      limit: 4, queries: [0], of: rows, among: [4], of: rows, skipping: [-1], hasRest: false)
    #expect(few.nearest(0) == [0])
  }

  @Test(arguments: 0..<6)
  func `distances weighted by rank are those of a sort, but for the bins`(seed: UInt64) throws {
    let count = [20, 100, 2500, 5000, 17, 300][Int(seed)]
    let matrix = makeRows(count, 8, seed: seed, mean: seed.isMultiple(of: 2) ? 0 : 1)
    let rows = try Self.rows(matrix)
    let places = (0..<Int32(count)).map { $0 }
    var nearest = try NearestRows(
      limit: 16, queries: [0, 3], of: rows, among: places, of: rows, skipping: [0, 3],
      hasRest: true)
    var harmonic = [0.0]
    for rank in 1..<count { harmonic.append(harmonic[rank - 1] + 1 / Double(rank)) }
    for (query, place) in [0, 3].enumerated() {
      let sorted = try places.map(Int.init).filter { $0 != place }.map {
        try rows.squaredDistance(place, to: $0, of: rows) / 2
      }.sorted()
      var expected = 0.0
      for (rank, distance) in sorted.enumerated() { expected += distance / Double(rank + 1) }
      let distances = try nearest.nearest(query).map {
        try rows.squaredDistance(place, to: $0, of: rows) / 2
      }
      let found = nearest.rankWeightedDistance(query, nearest: distances, harmonic: harmonic)
      #expect((found / expected - 1).magnitude < 2e-5)
    }
  }

  @Test func `cosines with fixed rows raise the greatest so far`() throws {
    let matrix = try Matrix(rowCount: 3, columnCount: 2, elements: [1, 0, 0, 2, 3, 4])
    let rows = try Self.rows(matrix)
    var (buffer, cosines): ([Float], [Float]) = ([], [])
    try rows.cosines([2, 0], with: [1, 0, 0, 1], buffer: &buffer, into: &cosines)
    #expect(cosines[..<4] == [0.6, 0.8, 1, 0])
    var greatest: [Float] = [9, 0.7, 0.7, 9]
    raise(&greatest, from: 1, to: cosines.span.extracting(0..<2))
    #expect(greatest == [9, 0.7, 0.8, 9])
  }
}
