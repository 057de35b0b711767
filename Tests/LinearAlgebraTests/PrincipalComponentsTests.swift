import Testing

@testable import LinearAlgebra

@Suite struct PrincipalComponentsTests {
  func fit(
    _ matrix: Matrix, _ count: Int, threads: Int = 1, method: PrincipalComponents.Method? = nil
  ) throws -> PrincipalComponents {
    try PrincipalComponents.fit(
      RowSource(matrix), count: count, threads: threads, method: method, seed: 7)
  }

  func project(_ matrix: Matrix, _ fit: PrincipalComponents, threads: Int = 1) throws -> [Float] {
    var all: [Float] = []
    try fit.project(RowSource(matrix), threads: threads) { rows, coordinates in
      #expect(all.count == rows.lowerBound * fit.count)
      for index in coordinates.indices { all.append(coordinates[index]) }
    }
    return all
  }

  func expectAgreement(
    _ fit: PrincipalComponents, _ reference: ReferenceComponents, tolerance: Double = 1e-4,
    _ comment: Comment
  ) {
    let d = fit.dimension
    for component in 0..<fit.count {
      let variance = reference.variances[component]
      #expect(
        (fit.explainedVariance[component] - variance).magnitude <= tolerance * variance, comment)
      var product = 0.0
      for column in 0..<d {
        product +=
          Double(fit.components[component, column]) * reference.directions[component][column]
      }
      // Both have unit length: the distance between them is sqrt(2 − 2|product|).
      #expect((2 - 2 * product.magnitude).magnitude.squareRoot() <= 10 * tolerance, comment)
      let values = (0..<d).map { fit.components[component, $0] }
      let largest = values.max { $0.magnitude < $1.magnitude }
      #expect((largest ?? 0) > 0, comment)
    }
    for column in 0..<d {
      let scale = max(reference.mean[column].magnitude, reference.variances[0].squareRoot())
      #expect((fit.mean[column] - reference.mean[column]).magnitude <= 1e-9 * scale, comment)
    }
    let total = reference.variances.reduce(0, +)
    #expect((fit.totalVariance - total).magnitude <= tolerance * total, comment)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `parts gathered apart and joined are the fit over these parts`(seed: UInt64) throws {
    let rows = RowSource(makeRows(5_000, 9, seed: seed, mean: 3))
    let parts = [0..<1, 1..<2_500, 2_500..<2_500, 2_500..<5_000]
    let whole = try PrincipalComponents.fit(rows, parts: parts, count: 4, threads: 2)
    var total = MomentAccumulator(dimension: 9)
    for part in parts {
      let own = try MomentAccumulator(of: rows, rows: part, threads: 3)
      // As it would be kept and taken up elsewhere.
      total.add(
        try MomentAccumulator(rowCount: own.rowCount, mean: own.mean, scatter: own.scatter))
    }
    #expect(try total.principalComponents(count: 4) == whole)
    #expect(total.rowCount == 5_000)
    // One part is all rows, and parts change last digits only.
    let plain = try PrincipalComponents.fit(rows, count: 4, threads: 1)
    #expect(try PrincipalComponents.fit(rows, parts: [0..<5_000], count: 4, threads: 2) == plain)
    for component in 0..<4 {
      let (one, other) = (plain.explainedVariance[component], whole.explainedVariance[component])
      #expect((one - other).magnitude <= 1e-5 * one)
    }
    #expect(throws: LinearAlgebraError.sizeMismatch(expected: 9, found: 8)) {
      try MomentAccumulator(
        rowCount: 1, mean: [0, 0, 0], scatter: [Double](repeating: 0, count: 8))
    }
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 4)])
  func `agrees with a reference in double`(method: PrincipalComponents.Method) throws {
    for seed in 0..<6 as Range<UInt64> {
      let d = [1, 2, 5, 12, 17, 24][Int(seed)]
      let matrix = makeRows(300, d, seed: seed)
      let reference = ReferenceComponents(matrix)
      let fit = try fit(matrix, min(d, 4), method: method)
      expectAgreement(fit, reference, "seed \(seed), \(method)")
    }
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 4)])
  func `agrees when the mean is large against the spread`(
    method: PrincipalComponents.Method
  ) throws {
    for seed in 10..<14 as Range<UInt64> {
      let matrix = makeRows(400, 10, seed: seed, mean: 100, spread: 0.1)
      let reference = ReferenceComponents(matrix)
      expectAgreement(try fit(matrix, 3, method: method), reference, "seed \(seed), \(method)")
    }
  }

  @Test(arguments: [1e-25, 1e-15, 1e12, 1e25])
  func `squares beyond float's range do no harm`(spread: Double) throws {
    let matrix = makeRows(200, 6, seed: 3, spread: spread)
    let reference = ReferenceComponents(matrix)
    for method in [PrincipalComponents.Method.covariance, .rangeFinder(passes: 3)] {
      expectAgreement(try fit(matrix, 3, method: method), reference, "\(method)")
    }
  }

  @Test func `blocks far apart are joined without losing the spread within them`() throws {
    // Three blocks: a cluster far off, and two near zero.
    let d = 4
    var matrix = makeRows(5_000, d, seed: 5)
    for row in 0..<2_048 { matrix[row, 0] += 3_000 }
    var reference = MomentsInDouble(d)
    for row in 0..<5_000 { reference.add((0..<d).map { Double(matrix[row, $0]) }) }
    var moments = MomentAccumulator(dimension: d)
    for start in stride(from: 0, to: 5_000, by: 2_048) {
      let end = min(start + 2_048, 5_000)
      try moments.add(matrix.elements.span.extracting(start * d..<end * d))
    }
    for i in 0..<d {
      for j in 0..<d {
        let scale = (reference.covariance(i, i) * reference.covariance(j, j)).squareRoot()
        let error = (moments.covariance(i, j) - reference.covariance(i, j)).magnitude
        #expect(error <= 1e-6 * scale)
      }
    }
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 2)])
  func `threads change no bit`(method: PrincipalComponents.Method) throws {
    // Nine blocks, the last one short.
    let d = 3
    var generator = Generator(state: 1)
    let elements = (0..<17_000 * d).map { _ in Float(generator.next() >> 40) * 0x1p-24 }
    let matrix = try Matrix(rowCount: 17_000, columnCount: d, elements: elements)
    let one = try fit(matrix, 2, threads: 1, method: method)
    for threads in [2, 3, 8] {
      #expect(try fit(matrix, 2, threads: threads, method: method) == one)
    }
    let coordinates = try project(matrix, one)
    #expect(try project(matrix, one, threads: 4) == coordinates)
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 4)])
  func `equal rows give unit axes and zeros`(method: PrincipalComponents.Method) throws {
    for rowCount in [1, 2, 5_000] {
      let row: [Float] = [0.1, -7.3, 1e6, 0]
      let matrix = try Matrix(
        rowCount: rowCount, columnCount: 4, elements: (0..<rowCount).flatMap { _ in row })
      let fit = try fit(matrix, 3, method: method)
      #expect(fit.explainedVariance == [0, 0, 0])
      #expect(fit.totalVariance == 0)
      #expect(fit.components.elements == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
      #expect(fit.mean == row.map { Double($0) })
      #expect(try project(matrix, fit).allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: [PrincipalComponents.Method.covariance, .rangeFinder(passes: 4)])
  func `components beyond the rank are orthogonal with variance zero`(
    method: PrincipalComponents.Method
  ) throws {
    for (rowCount, rank) in [(2, 1), (4, 3)] {
      let d = 9
      let matrix = makeRows(rowCount, d, seed: 21)
      let fit = try fit(matrix, d, method: method)
      let reference = ReferenceComponents(matrix)
      for component in 0..<d {
        if component < rank {
          let variance = reference.variances[component]
          #expect(
            (fit.explainedVariance[component] - variance).magnitude
              <= 1e-4 * reference.variances[0])
          #expect(fit.explainedVariance[component] > 0)
        } else {
          #expect(fit.explainedVariance[component] == 0)
        }
        for other in 0...component {
          let product = (0..<d).reduce(0.0) {
            $0 + Double(fit.components[component, $1]) * Double(fit.components[other, $1])
          }
          #expect((product - (component == other ? 1 : 0)).magnitude < 1e-5)
        }
      }
    }
  }

  /// What is left of the first eight axes is one direction that is equally near to all of them: none is
  /// far enough while four others are free, but one has to serve in the end.
  @Test func `an axis that was passed over serves when the others are used up`() throws {
    let d = 12
    var matrix = Matrix(rowCount: 14, columnCount: d)
    for pair in 0..<7 {
      for (row, sign) in [(2 * pair, Float(1)), (2 * pair + 1, -1)] {
        matrix[row, pair] = sign
        matrix[row, pair + 1] = -sign
      }
    }
    let fit = try fit(matrix, d, method: .covariance)
    for component in 0..<d {
      for other in 0...component {
        let product = (0..<d).reduce(0.0) {
          $0 + Double(fit.components[component, $1]) * Double(fit.components[other, $1])
        }
        #expect((product - (component == other ? 1 : 0)).magnitude < 1e-5)
      }
    }
  }

  @Test func `one column is its own component`() throws {
    let matrix = try Matrix(rowCount: 3, columnCount: 1, elements: [1, 2, 6])
    let fit = try fit(matrix, 1)
    #expect(fit.components.elements == [1])
    #expect(fit.mean == [3])
    #expect((fit.explainedVariance[0] - 7).magnitude < 1e-6)
    #expect(try project(matrix, fit) == [-2, -1, 3])
  }

  @Test func `a tie for the largest element goes to the first`() throws {
    // All variance along (1, −1): the first element is made positive.
    let matrix = try Matrix(rowCount: 2, columnCount: 2, elements: [-1, 1, 1, -1])
    let fit = try fit(matrix, 1)
    #expect(fit.components[0, 0] > 0.7)
    #expect(fit.components[0, 1] < -0.7)
  }

  @Test func `the covariance has n minus 1 in the denominator`() throws {
    let matrix = try Matrix(rowCount: 2, columnCount: 2, elements: [0, 0, 2, 0])
    let fit = try fit(matrix, 2)
    #expect(fit.explainedVariance == [2, 0])
    #expect(fit.totalVariance == 2)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
  func `the first row that is not finite is named`(value: Float) throws {
    for method in [PrincipalComponents.Method.covariance, .rangeFinder(passes: 1)] {
      for bad in [0, 3, 2_047, 2_048, 4_999] {
        var matrix = Matrix(rowCount: 5_000, columnCount: 2)
        matrix[bad, 1] = value
        matrix[4_999, 0] = value
        for threads in [1, 3] {
          #expect(throws: LinearAlgebraError.notFinite(row: bad)) {
            try fit(matrix, 1, threads: threads, method: method)
          }
        }
      }
    }
    let good = try fit(makeRows(10, 2, seed: 1), 1)
    var matrix = Matrix(rowCount: 70_000, columnCount: 2)
    matrix[69_000, 0] = value
    #expect(throws: LinearAlgebraError.notFinite(row: 69_000)) {
      try project(matrix, good, threads: 2)
    }
  }

  @Test func `requests that cannot be served are refused`() throws {
    #expect(throws: LinearAlgebraError.noRows) { try fit(Matrix(rowCount: 0, columnCount: 3), 1) }
    #expect(throws: LinearAlgebraError.unsupportedDimension(found: 0)) {
      try fit(Matrix(rowCount: 3, columnCount: 0), 1)
    }
    for count in [-1, 0, 4] {
      #expect(throws: LinearAlgebraError.unsupportedComponentCount(requested: count, limit: 3)) {
        try fit(Matrix(rowCount: 3, columnCount: 3), count)
      }
    }
    let good = try fit(makeRows(10, 2, seed: 1), 1)
    #expect(throws: LinearAlgebraError.sizeMismatch(expected: 2, found: 3)) {
      try project(Matrix(rowCount: 3, columnCount: 3), good)
    }
  }

  @Test func `an error of the source comes through`() throws {
    struct Broken: Error, Equatable { var row: Int }
    let source = RowSource(rowCount: 9_000, dimension: 2) { rows, _ in
      if rows.contains(5_000) { throw Broken(row: 5_000) }
    }
    #expect(throws: Broken(row: 5_000)) {
      try PrincipalComponents.fit(source, count: 1, threads: 2)
    }
  }

  @Test func `components taken from a file project to the same bits`() throws {
    let matrix = makeRows(50, 7, seed: 2, mean: 3)
    let fitted = try fit(matrix, 3)
    let taken = try PrincipalComponents(
      mean: fitted.mean, components: fitted.components,
      explainedVariance: fitted.explainedVariance, totalVariance: fitted.totalVariance,
      rowCount: fitted.rowCount)
    #expect(taken == fitted)
    #expect(try project(matrix, taken) == project(matrix, fitted))
  }

  @Test func `components that do not fit together are refused`() throws {
    let matrix = Matrix(rowCount: 1, columnCount: 2)
    #expect(throws: LinearAlgebraError.unsupportedDimension(found: 0)) {
      try PrincipalComponents(
        mean: [], components: matrix, explainedVariance: [1], totalVariance: 1, rowCount: 1)
    }
    #expect(throws: LinearAlgebraError.sizeMismatch(expected: 3, found: 2)) {
      try PrincipalComponents(
        mean: [0, 0, 0], components: matrix, explainedVariance: [1], totalVariance: 1, rowCount: 1)
    }
    #expect(throws: LinearAlgebraError.sizeMismatch(expected: 1, found: 2)) {
      try PrincipalComponents(
        mean: [0, 0], components: matrix, explainedVariance: [1, 0], totalVariance: 1, rowCount: 1)
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 0)) {
      try PrincipalComponents(
        mean: [0, .nan], components: matrix, explainedVariance: [1], totalVariance: 1, rowCount: 1)
    }
    var bad = matrix
    bad[0, 1] = .infinity
    #expect(throws: LinearAlgebraError.notFinite(row: 0)) {
      try PrincipalComponents(
        mean: [0, 0], components: bad, explainedVariance: [1], totalVariance: 1, rowCount: 1)
    }
  }

  @Test func `rows of many columns take the range finder`() throws {
    // Six rows of 4,200 columns: the seed decides the start only, not what is found.
    let d = 4_200
    var matrix = Matrix(rowCount: 6, columnCount: d)
    for row in 0..<6 { matrix[row, row * 700] = Float(10 * (row + 1)) }
    let first = try PrincipalComponents.fit(RowSource(matrix), count: 2, threads: 1, seed: 1)
    let again = try PrincipalComponents.fit(RowSource(matrix), count: 2, threads: 2, seed: 1)
    let other = try PrincipalComponents.fit(RowSource(matrix), count: 2, threads: 1, seed: 2)
    #expect(first == again)
    for component in 0..<2 {
      let (a, b) = (first.explainedVariance[component], other.explainedVariance[component])
      #expect((a - b).magnitude <= 1e-5 * a)
    }
    // Of six unit axes scaled by 10 … 60, the last one leads.
    #expect(first.components[0, 3_500] > 0.9)
    #expect(first.components[1, 2_800] > 0.8)
  }
}

/// Mean and covariance by Welford's formula, in double.
private struct MomentsInDouble {
  var count = 0.0
  var mean: [Double]
  var scatter: [Double]

  init(_ dimension: Int) {
    mean = [Double](repeating: 0, count: dimension)
    scatter = [Double](repeating: 0, count: dimension * dimension)
  }

  mutating func add(_ row: [Double]) {
    count += 1
    let before = row.indices.map { row[$0] - mean[$0] }
    for i in row.indices { mean[i] += before[i] / count }
    for i in row.indices {
      for j in row.indices { scatter[i * row.count + j] += before[i] * (row[j] - mean[j]) }
    }
  }

  func covariance(_ i: Int, _ j: Int) -> Double { scatter[i * mean.count + j] / (count - 1) }
}
