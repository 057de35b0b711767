import Testing

@testable import LinearAlgebra

@Suite struct CentroidPivotsTests {
  /// Numbers, squared distances and what was compared.
  struct Placed {
    let numbers: [Int32]
    let squares: [Float]
    let compared: Int
    let refused: Int?
  }

  func place(
    _ rows: Matrix, by model: KMeans, pivots: CentroidPivots?, variant: Int? = nil
  ) -> Placed {
    var numbers = [Int32](repeating: -1, count: rows.rowCount)
    var squares = [Float](repeating: .nan, count: rows.rowCount)
    var numberSpan = numbers.mutableSpan
    var squareSpan = squares.mutableSpan
    var compared = 0
    let refused = nearestCentroids(
      rows.elements.span, stride: rows.columnCount, dimension: model.dimension,
      centroids: model.centroids.elements, pivots: pivots, limit: KMeans.magnitudeLimit,
      numbers: &numberSpan, squares: &squareSpan, compared: &compared, variant: variant)
    return Placed(numbers: numbers, squares: squares, compared: compared, refused: refused)
  }

  /// Both ways, with several numbers of pivots, in every variant.
  func expectSame(
    _ rows: Matrix, by model: KMeans, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let plain = place(rows, by: model, pivots: nil)
    for count in [1, 2, 7, 24, model.count] {
      let pivots = CentroidPivots(of: model, count: count)
      for variant in 0..<centroidVariantCount {
        let found = place(rows, by: model, pivots: pivots, variant: variant)
        #expect(found.refused == plain.refused, sourceLocation: sourceLocation)
        #expect(found.numbers == plain.numbers, sourceLocation: sourceLocation)
        #expect(
          found.squares.map(\.bitPattern) == plain.squares.map(\.bitPattern),
          sourceLocation: sourceLocation)
      }
    }
  }

  /// Rows close around points.
  func clustered(
    _ count: Int, around points: Matrix, width: Double, seed: UInt64
  ) throws -> Matrix {
    var generator = Generator(state: seed)
    let rows = (0..<count).flatMap { _ in
      let point = Int.random(in: 0..<points.rowCount, using: &generator)
      return (0..<points.columnCount).map {
        points[point, $0] + Float(width * generator.normal())
      }
    }
    return try Matrix(rowCount: count, columnCount: points.columnCount, elements: rows)
  }

  // MARK: The same bits

  @Test(arguments: 0..<16)
  func `centroids that are passed over change no bit`(seed: UInt64) throws {
    var generator = Generator(state: seed)
    let dimension = [1, 2, 3, 16, 17, 40][Int.random(in: 0..<6, using: &generator)]
    let points = makeRowsQuickly(
      Int.random(in: 1...150, using: &generator), dimension, seed: seed + 1)
    let rows = try clustered(
      Int.random(in: 1...900, using: &generator), around: points,
      width: [0, 0.01, 0.3, 2][Int(seed % 4)], seed: seed + 2)
    expectSame(rows, by: try KMeans(centroids: points))
  }

  @Test func `of centroids at equal distance the smaller number counts, equal ones too`() throws {
    // A lattice, whose points and middles lie at equal distances from many, and each point twice.
    let side = 7
    let points: [Float] = (0..<2 * side * side).flatMap { number in
      [Float(number % side), Float(number / 2 % side)]
    }
    let model = try KMeans(
      centroids: Matrix(rowCount: points.count / 2, columnCount: 2, elements: points))
    let halves: [Float] = (0..<400).flatMap { number in
      let (column, row) = (Float(number % 20), Float(number / 20))
      return [column / 2 - 1, row / 2 - 1]
    }
    let rows = try Matrix(rowCount: 400, columnCount: 2, elements: halves)
    expectSame(rows, by: model)
    let equal = try KMeans(
      centroids: Matrix(
        rowCount: 90, columnCount: 2, elements: [Float](repeating: 0.3, count: 180)))
    expectSame(rows, by: equal)
    #expect(
      place(rows, by: equal, pivots: CentroidPivots(of: equal)).numbers.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [
    -149, -140, -126, -80, -75, -70, -63, -55, -51, -50, -49, -40, -20, 0, 30, 44,
  ])
  func `tiny and huge distances are told apart as without pivots`(exponent: Int) throws {
    let scale = Float(sign: .plus, exponent: exponent, significand: 1)
    let points = makeRowsQuickly(80, 3, seed: 5)
    let rows = try clustered(300, around: points, width: 0.1, seed: 6)
    func scaled(_ matrix: Matrix) throws -> Matrix {
      try Matrix(
        rowCount: matrix.rowCount, columnCount: 3, elements: matrix.elements.map { $0 * scale })
    }
    expectSame(try scaled(rows), by: try KMeans(centroids: scaled(points)))
    // The same beside a group of ordinary size.
    let apart = try Matrix(
      rowCount: 160, columnCount: 3, elements: scaled(points).elements + points.elements)
    let both = try Matrix(
      rowCount: 600, columnCount: 3, elements: scaled(rows).elements + rows.elements)
    expectSame(both, by: try KMeans(centroids: apart))
  }

  @Test func `rows along a line end where the sum of distances is reached`() throws {
    // On a line the triangle inequality is an equality: nothing but what was rounded decides.
    var generator = Generator(state: 3)
    let points = (0..<200).map { Float($0) * 0.1 + Float($0 % 3) * 1e-7 }
    let model = try KMeans(centroids: Matrix(rowCount: 200, columnCount: 1, elements: points))
    let between = (0..<3000).map { _ in
      let number = Int.random(in: 0..<199, using: &generator)
      let middle = (points[number] + points[number + 1]) / 2
      return [middle, middle.nextUp, middle.nextDown, points[number]][
        Int.random(in: 0..<4, using: &generator)]
    }
    expectSame(
      try Matrix(rowCount: 3000, columnCount: 1, elements: between), by: model)
  }

  @Test(arguments: [Float.nan, .infinity, 0x1p51])
  func `the first row that is refused is told`(value: Float) throws {
    let model = try KMeans(centroids: makeRowsQuickly(70, 2, seed: 1))
    var elements = makeRowsQuickly(100, 2, seed: 2).elements
    elements[75] = value
    elements[180] = value
    let rows = try Matrix(rowCount: 100, columnCount: 2, elements: elements)
    for variant in 0..<centroidVariantCount {
      let placed = place(
        rows, by: model, pivots: CentroidPivots(of: model), variant: variant)
      #expect(placed.refused == 37)
    }
    // In many rows too, whether or not pivots are tried on it.
    for row in [0, 1, 5000, 8999] {
      var many = makeRowsQuickly(9000, 2, seed: 3).elements
      many[2 * row + 1] = value
      #expect(throws: LinearAlgebraError.notFinite(row: row)) {
        try model.assign(many, stride: 2, threads: 2)
      }
    }
  }

  // MARK: What they save

  @Test func `pivots lie far from each other, and list all centroids nearest first`() throws {
    let points: [Float] = [0, 1, 2, 50, 51, 100]
    let model = try KMeans(centroids: Matrix(rowCount: 6, columnCount: 1, elements: points))
    let pivots = CentroidPivots(of: model, count: 3)
    #expect(pivots.rows == [0, 100, 50])
    #expect(pivots.nearest == [0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0, 3, 4, 2, 1, 0, 5])
    #expect(pivots.distances.suffix(6) == [0, 1, 48, 49, 50, 50])
    #expect(CentroidPivots(of: model, count: 99).count == 6)
  }

  @Test func `of rows in groups few centroids are looked at, and pivots are used`() throws {
    let points = makeRowsQuickly(256, 16, seed: 7)
    let rows = try clustered(20_000, around: points, width: 0.02, seed: 8)
    let model = try KMeans(centroids: points)
    let pivots = try #require(
      CentroidPivots.worthwhile(model, for: rows.elements, stride: 16))
    let placed = place(rows, by: model, pivots: pivots)
    #expect(placed.compared < 20_000 * 256 / 4)
    let plain = place(rows, by: model, pivots: nil)
    #expect(placed.numbers == plain.numbers)
    for threads in 1...3 {
      #expect(
        try model.assign(rows.elements, stride: 16, threads: threads) == plain.numbers)
    }
  }

  @Test func `where rows are spread out, or rows or cells few, all centroids are looked at`()
    throws
  {
    let model = try KMeans(centroids: makeRowsQuickly(256, 64, seed: 7))
    let spread = makeRowsQuickly(5000, 64, seed: 9)
    #expect(CentroidPivots.worthwhile(model, for: spread.elements, stride: 64) == nil)
    let points = makeRowsQuickly(256, 16, seed: 7)
    let few = try clustered(4095, around: points, width: 0.02, seed: 8)
    #expect(
      CentroidPivots.worthwhile(
        try KMeans(centroids: points), for: few.elements, stride: 16) == nil)
    let cells = makeRowsQuickly(79, 16, seed: 7)
    let many = try clustered(5000, around: cells, width: 0.02, seed: 8)
    #expect(
      CentroidPivots.worthwhile(
        try KMeans(centroids: cells), for: many.elements, stride: 16) == nil)
  }

  @Test func `a fit with pivots finds what one without them finds`() throws {
    let points = makeRowsQuickly(250, 8, seed: 11)
    let rows = try clustered(9000, around: points, width: 0.02, seed: 12)
    let fit = KMeansFit(rows: rows.elements, stride: 8, dimension: 8, threads: 2)
    let starts = fit.startingRows(count: 200, seed: 1)
    let settled = try fit.settle(starts.flatMap { fit.row($0) })
    // Rounds by hand, with all centroids.
    var centroids = starts.flatMap { fit.row($0) }
    var previous = Double.infinity
    var cells: [Int32] = []
    for round in 1...KMeans.roundLimit {
      let model = try KMeans(
        centroids: Matrix(rowCount: centroids.count / 8, columnCount: 8, elements: centroids))
      if round == 1 {
        #expect(CentroidPivots.worthwhile(model, for: rows.elements, stride: 8) != nil)
      }
      let placed = place(rows, by: model, pivots: nil)
      let total = placed.squares.reduce(0.0) { $0 + Double($1) }
      guard Set(placed.numbers).count == 200 else {
        Issue.record("a centroid without rows, of which this test knows nothing")
        return
      }
      if placed.numbers == cells || total > previous * (1 - KMeans.leastGain) { break }
      (cells, previous) = (placed.numbers, total)
      var sums = [Double](repeating: 0, count: centroids.count)
      addRows(rows.elements.span, stride: 8, dimension: 8, numbers: cells, to: &sums)
      for number in 0..<200 {
        let count = Double(cells.count { Int($0) == number })
        for place in number * 8..<number * 8 + 8 { centroids[place] = Float(sums[place] / count) }
      }
    }
    #expect(settled == centroids)
  }
}
