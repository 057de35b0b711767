import Testing

@testable import LinearAlgebra

@Suite struct RowSampleTests {
  /// The rows that are in, of blocks of some length.
  func kept(_ rows: Matrix, _ sample: RowSample, block: Int = 100_000) throws -> [[Float]] {
    let dimension = rows.columnCount
    var found: [[Float]] = []
    for first in stride(from: 0, to: rows.rowCount, by: block) {
      let end = min(first + block, rows.rowCount)
      var part = Array(rows.elements[first * dimension..<end * dimension])
      var span = part.mutableSpan
      let count = try sample.keep(&span, dimension: dimension, firstRow: first)
      for row in 0..<count { found.append(Array(part[row * dimension..<(row + 1) * dimension])) }
    }
    return found
  }

  func all(_ rows: Matrix) -> [[Float]] {
    (0..<rows.rowCount).map { row in rows.withRow(row) { row in row.indices.map { row[$0] } } }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 40], [0.001, 0.07, 0.5, 0.99])
  func `a share of the rows is in, in their order and wherever they stand`(
    dimension: Int, share: Double
  ) throws {
    let rows = makeRowsQuickly(20_000, dimension, seed: 1)
    let sample = RowSample(share: share, seed: 3)
    let found = try kept(rows, sample)
    // Six standard deviations.
    let deviation = (20_000 * share * (1 - share)).squareRoot()
    #expect((Double(found.count) - 20_000 * share).magnitude < 6 * deviation)
    #expect(try kept(rows, sample, block: 77) == found)
    let set = Set(found)
    #expect(all(rows).filter(set.contains) == found)
    let turned = try Matrix(
      rowCount: 20_000, columnCount: dimension, elements: all(rows).reversed().flatMap { $0 })
    #expect(try kept(turned, sample) == found.reversed())
  }

  @Test func `each value of a row counts, and so does the seed`() throws {
    // Rows that differ in one value only.
    for column in 0..<35 {
      var elements = [Float](repeating: 1, count: 4000 * 35)
      for row in 0..<4000 { elements[row * 35 + column] = Float(row) }
      let rows = try Matrix(rowCount: 4000, columnCount: 35, elements: elements)
      let found = try kept(rows, RowSample(share: 0.5, seed: 0))
      #expect((1800...2200).contains(found.count))
      let other = try kept(rows, RowSample(share: 0.5, seed: 1))
      let both = Set(found).intersection(other).count
      #expect((850...1150).contains(both))
    }
    // Equal ones are all in or all out.
    let equal = try Matrix(
      rowCount: 50, columnCount: 3, elements: [Float](repeating: 0.25, count: 150))
    let counts = try (0..<40).map { seed in
      try kept(equal, RowSample(share: 0.5, seed: seed)).count
    }
    #expect(Set(counts) == [0, 50])
  }

  @Test func `smaller shares are parts of larger ones`() throws {
    let rows = makeRowsQuickly(5000, 6, seed: 2)
    let large = Set(try kept(rows, RowSample(share: 0.4, seed: 9)))
    let small = try kept(rows, RowSample(share: 0.1, seed: 9))
    #expect(!small.isEmpty && small.allSatisfy(large.contains))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `the first row that is not finite is told, in the sample or not`(value: Float) throws {
    for (row, column) in [(0, 0), (41, 16), (99, 19)] {
      var elements = makeRowsQuickly(100, 20, seed: 4).elements
      elements[row * 20 + column] = value
      elements[99 * 20 + 19] = value
      let rows = try Matrix(rowCount: 100, columnCount: 20, elements: elements)
      let sample = RowSample(share: 0.01, seed: 0)
      #expect(throws: LinearAlgebraError.notFinite(row: row)) { try kept(rows, sample, block: 30) }
      for method in [PrincipalComponents.Method.covariance, .rangeFinder(passes: 2)] {
        #expect(throws: LinearAlgebraError.notFinite(row: row)) {
          try PrincipalComponents.fit(
            RowSource(rows), sample: sample, count: 2, threads: 2, method: method)
        }
      }
    }
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 6)])
  func `components of a sample are those of its rows`(
    method: PrincipalComponents.Method
  ) throws {
    let rows = makeRows(12_000, 12, seed: 5, mean: 3)
    let sample = RowSample(share: 0.2, seed: 1)
    let chosen = try kept(rows, sample)
    let alone = try Matrix(
      rowCount: chosen.count, columnCount: 12, elements: chosen.flatMap { $0 })
    let expected = try PrincipalComponents.fit(
      RowSource(alone), count: 3, threads: 1, method: .covariance)
    let fitted = try PrincipalComponents.fit(
      RowSource(rows), sample: sample, count: 3, threads: 1, method: method)
    #expect(fitted.rowCount == chosen.count)
    for component in 0..<3 {
      let (found, known) = (
        fitted.explainedVariance[component], expected.explainedVariance[component]
      )
      #expect((found - known).magnitude < 1e-4 * known)
      for column in 0..<12 {
        let difference =
          fitted.components[component, column] - expected.components[component, column]
        #expect(difference.magnitude < 2e-3)
      }
    }
    for threads in 2...3 {
      #expect(
        try PrincipalComponents.fit(
          RowSource(rows), sample: sample, count: 3, threads: threads, method: method) == fitted)
    }
  }

  @Test func `parts that are gathered in different places give the same bits`() throws {
    let rows = makeRows(9000, 10, seed: 6)
    let sample = RowSample(share: 0.1, seed: 2)
    let parts = [0..<10, 10..<4500, 4500..<4501, 4501..<9000]
    let whole = try PrincipalComponents.fit(
      RowSource(rows), parts: parts, sample: sample, count: 4, threads: 2)
    var total = MomentAccumulator(dimension: 10)
    for part in parts {
      let own = try Matrix(
        rowCount: part.count, columnCount: 10,
        elements: Array(rows.elements[part.lowerBound * 10..<part.upperBound * 10]))
      total.add(
        try MomentAccumulator(
          of: RowSource(own), rows: 0..<part.count, sample: sample, threads: 1))
    }
    #expect(try total.principalComponents(count: 4) == whole)
  }

  @Test func `a sample of no rows has no components`() throws {
    let rows = makeRows(50, 4, seed: 7)
    for method in [PrincipalComponents.Method.covariance, .rangeFinder(passes: 2)] {
      #expect(throws: LinearAlgebraError.noRows) {
        try PrincipalComponents.fit(
          RowSource(rows), sample: RowSample(share: 1e-9, seed: 0), count: 2, threads: 1,
          method: method)
      }
    }
  }
}
