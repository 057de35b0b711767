import Testing

@testable import LinearAlgebra

@Suite struct KMeansTests {
  func fit(
    _ rows: Matrix, _ count: Int, seed: UInt64 = 0, threads: Int = 1, dimension: Int? = nil
  ) throws(LinearAlgebraError) -> KMeans {
    try KMeans.fit(
      rows.elements, stride: rows.columnCount, dimension: dimension ?? rows.columnCount,
      count: count, seed: seed, threads: threads)
  }

  func matrix(_ rows: [[Float]]) throws -> Matrix {
    try Matrix(
      rowCount: rows.count, columnCount: rows.first?.count ?? 1, elements: rows.flatMap { $0 })
  }

  /// Numbers and squared distances by one variant of the kernel.
  func placed(
    _ rows: Matrix, by model: KMeans, variant: Int? = nil
  ) throws -> (numbers: [Int32], squares: [Float]) {
    var numbers = [Int32](repeating: -1, count: rows.rowCount)
    var squares = [Float](repeating: .nan, count: rows.rowCount)
    var numberSpan = numbers.mutableSpan
    var squareSpan = squares.mutableSpan
    try model.assign(
      rows.elements.span, stride: rows.columnCount, pivots: nil, numbers: &numberSpan,
      squares: &squareSpan, variant: variant)
    return (numbers, squares)
  }

  /// The squared distance in double.
  func square(_ rows: Matrix, _ row: Int, _ model: KMeans, _ number: Int) -> Double {
    (0..<model.dimension).reduce(0) { sum, column in
      let difference = Double(rows[row, column]) - Double(model.centroids[number, column])
      return sum + difference * difference
    }
  }

  // MARK: Special values

  @Test func `no rows have no centroids`() throws {
    #expect(throws: LinearAlgebraError.noRows) {
      try KMeans.fit([], stride: 3, dimension: 3, count: 2, seed: 0, threads: 1)
    }
    #expect(throws: LinearAlgebraError.noRows) {
      try KMeans(centroids: Matrix(rowCount: 0, columnCount: 2))
    }
    #expect(throws: LinearAlgebraError.unsupportedDimension(found: 0)) {
      try KMeans(centroids: Matrix(rowCount: 2, columnCount: 0))
    }
    let model = try fit(matrix([[1, 2]]), 1)
    #expect(try model.assign([], stride: 2, threads: 3) == [])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 0x1p51, -.greatestFiniteMagnitude])
  func `a value that is not finite, or too large, is refused by its row`(value: Float) throws {
    let rows = try matrix([[1, 2], [3, 4], [5, value], [value, 0]])
    #expect(throws: LinearAlgebraError.notFinite(row: 2)) { try fit(rows, 2) }
    let model = try fit(matrix([[1, 2], [3, 4]]), 2)
    #expect(throws: LinearAlgebraError.notFinite(row: 2)) {
      try model.assign(rows.elements, stride: 2, threads: 2)
    }
    #expect(throws: LinearAlgebraError.notFinite(row: 2)) { try KMeans(centroids: rows) }
    // A column that does not count may hold anything.
    #expect(try fit(matrix([[1, value], [2, value]]), 2, dimension: 1).count == 2)
    // The row is counted from the first, wherever a block begins.
    let many = [Float](repeating: 0, count: 2 * 9000) + [0, value]
    #expect(throws: LinearAlgebraError.notFinite(row: 9000)) {
      try model.assign(many, stride: 2, threads: 2)
    }
  }

  @Test func `values at the limit do not overflow`() throws {
    let limit = KMeans.magnitudeLimit
    let rows = try matrix([[limit, -limit], [-limit, limit], [limit, limit]])
    let model = try fit(rows, 3)
    #expect(model.count == 3)
    #expect(try placed(rows, by: model).squares == [0, 0, 0])
  }

  @Test func `one centroid is the mean`() throws {
    let rows = makeRowsQuickly(5000, 7, seed: 3)
    let model = try fit(rows, 1)
    #expect(model.count == 1)
    for column in 0..<7 {
      let mean = (0..<5000).reduce(0.0) { $0 + Double(rows[$1, column]) } / 5000
      #expect((Double(model.centroids[0, column]) - mean).magnitude < 1e-6)
    }
  }

  @Test(arguments: [1, 2, 5, 300])
  func `equal rows make one centroid`(count: Int) throws {
    let rows = try matrix([[Float]](repeating: [0.1, -3], count: 100))
    #expect(try fit(rows, count).centroids.elements == [0.1, -3])
  }

  @Test(arguments: 0..<20)
  func `where fewer rows differ than centroids are asked for, they are the centroids`(
    seed: UInt64
  ) throws {
    var generator = Generator(state: seed)
    let distinct = (0..<Int.random(in: 1...40, using: &generator)).map { number in
      [Float(number) / 7, Float(generator.normal()), Float(generator.normal())]
    }
    let rows = distinct + (0..<200).compactMap { _ in distinct.randomElement(using: &generator) }
    let count = distinct.count + Int.random(in: 0...30, using: &generator)
    let model = try fit(matrix(rows.shuffled(using: &generator)), count, seed: seed)
    #expect(model.count == distinct.count)
    #expect(model.centroids.elements == distinct.flatMap { $0 })
  }

  @Test func `of centroids at equal distance the smaller number counts`() throws {
    for count in [2, 17, 40, 70] {
      // Pairs (i, 1) and (i, -1): rows between lie as near to both.
      let centroids = (0..<count).map { [Float($0 / 2), $0.isMultiple(of: 2) ? 1 : -1] }
      let model = try KMeans(centroids: matrix(centroids))
      let rows = try matrix((0..<count / 2).map { [Float($0), 0] })
      for variant in 0..<centroidVariantCount {
        let placed = try placed(rows, by: model, variant: variant)
        #expect(placed.numbers == (0..<count / 2).map { Int32(2 * $0) })
      }
    }
  }

  // MARK: Distances

  @Test func `distances are summed in the documented order, in every variant`() throws {
    for (n, d, k) in [
      (1, 1, 1), (3, 2, 5), (5, 15, 16), (9, 16, 17), (7, 3, 31), (8, 33, 33), (11, 5, 64),
      (6, 16, 65), (5, 2, 200),
    ] {
      let rows = makeRowsQuickly(n, d, seed: UInt64(n))
      let model = try KMeans(centroids: makeRowsQuickly(k, d, seed: 99))
      var numbers: [Int32] = []
      var squares: [Float] = []
      for row in 0..<n {
        let all = (0..<k).map { number in
          var sum: Float = 0
          for column in 0..<d {
            let difference = rows[row, column] - model.centroids[number, column]
            let product: Float = difference * difference
            sum += product
          }
          return sum
        }
        let least = all.indices.reduce(0) { all[$1] < all[$0] ? $1 : $0 }
        numbers.append(Int32(least))
        squares.append(all[least])
        #expect(
          rows.withRow(row) { model.squaredDistance(of: $0, from: least) } == all[least])
      }
      for variant in 0..<centroidVariantCount {
        let found = try placed(rows, by: model, variant: variant)
        #expect(found.numbers == numbers)
        #expect(found.squares == squares)
      }
    }
  }

  @Test func `rows are added to their centroid's sums one by one`() {
    for (n, d, stride) in [(0, 3, 3), (1, 1, 2), (50, 5, 7), (333, 16, 16), (90, 35, 35)] {
      let rows = makeRowsQuickly(n, stride, seed: UInt64(n))
      let numbers = (0..<n).map { Int32($0 * 7 % 4) }
      var sums = (0..<4 * d).map { Double($0) / 3 }
      var expected = sums
      for row in 0..<n {
        for column in 0..<d {
          expected[Int(numbers[row]) * d + column] += Double(rows[row, column])
        }
      }
      addRows(rows.elements.span, stride: stride, dimension: d, numbers: numbers, to: &sums)
      #expect(sums == expected)
    }
  }

  @Test func `lowering distances gives the same bits in every variant`() {
    for (n, d) in [(1, 1), (31, 3), (32, 16), (33, 2), (100, 5), (500, 17)] {
      let rows = makeRowsQuickly(n, d, seed: UInt64(n))
      let columns = columns(of: rows.elements.span, stride: d, dimension: d)
      let height = columns.count / d
      let centroid = Array(makeRowsQuickly(1, d, seed: 7).elements)
      let start = (0..<height).map { $0.isMultiple(of: 3) ? Float(0.5) : 1e30 }
      var results: [(squares: [Float], sum: Double)] = []
      for variant in 0..<centroidVariantCount {
        var squares = start
        var span = squares.mutableSpan
        let sum = lowerSquares(
          columns.span, height: height, first: 0, centroid: centroid, squares: &span,
          variant: variant)
        results.append((squares, sum))
        let exact = squares.reduce(0.0) { $0 + Double($1) }
        #expect((sum - exact).magnitude <= 1e-12 * exact)
        for row in 0..<n {
          var square: Float = 0
          for column in 0..<d {
            let difference = rows[row, column] - centroid[column]
            let product: Float = difference * difference
            square += product
          }
          #expect(squares[row] == min(square, start[row]))
        }
      }
      #expect(results.allSatisfy { $0.squares == results[0].squares && $0.sum == results[0].sum })
    }
  }

  @Test func `a row's cell does not hang on its neighbours, its block or its stride`() throws {
    let rows = makeRowsQuickly(9001, 5, seed: 8)
    let model = try KMeans(centroids: makeRowsQuickly(37, 3, seed: 9))
    let together = try model.assign(rows.elements, stride: 5, threads: 3)
    #expect(together.count == 9001)
    for row in [0, 1, 2, 3, 4095, 4096, 4097, 8191, 9000] {
      let alone = try rows.withRow(row) { row in
        try model.assign([row[0], row[1], row[2]], stride: 3, threads: 1)
      }
      #expect(alone == [together[row]])
    }
  }

  // MARK: The fit

  @Test(arguments: 0..<12)
  func `every centroid has rows, every row its nearest, and threads change no bit`(
    seed: UInt64
  ) throws {
    var generator = Generator(state: seed)
    let dimension = Int.random(in: 1...20, using: &generator)
    let rows = makeRowsQuickly(
      Int.random(in: 1...700, using: &generator), dimension, seed: seed + 100)
    let count = Int.random(in: 1...60, using: &generator)
    let model = try fit(rows, count, seed: seed)
    #expect(model.count == min(count, rows.rowCount))
    #expect(try fit(rows, count, seed: seed, threads: 3) == model)
    let cells = try model.assign(rows.elements, stride: dimension, threads: 2)
    #expect(Set(cells) == Set((0..<model.count).map { Int32($0) }))
    for row in 0..<rows.rowCount {
      let own = square(rows, row, model, Int(cells[row]))
      let least = (0..<model.count).map { square(rows, row, model, $0) }.min() ?? 0
      #expect(own <= least * (1 + 1e-5) + 1e-12)
    }
    let centroids = (0..<model.count).map { number in model.centroids.withRow(number) { $0[0] } }
    #expect(centroids == centroids.sorted())
  }

  @Test func `threads change no bit over several blocks`() throws {
    let rows = makeRowsQuickly(9500, 3, seed: 5)
    let one = try fit(rows, 20, seed: 4)
    #expect(try fit(rows, 20, seed: 4, threads: 2) == one)
    #expect(try fit(rows, 20, seed: 4, threads: 5) == one)
    #expect(try fit(rows, 20, seed: 5) != one)
  }

  @Test(arguments: 0..<10)
  func `groups that lie far apart are found, each with its mean in double`(seed: UInt64) throws {
    var generator = Generator(state: seed)
    let groupCount = Int.random(in: 2...12, using: &generator)
    let groups = (0..<groupCount).map { number in
      (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        (0..<4).map { column -> Float in
          let middle = column == 0 ? 1000 * Double(number) : 0
          return Float(middle + generator.normal())
        }
      }
    }
    let rows = groups.flatMap { $0 }.shuffled(using: &generator)
    let model = try fit(matrix(rows), groupCount, seed: seed)
    #expect(model.count == groupCount)
    for (number, group) in groups.enumerated() {
      for column in 0..<4 {
        let mean = group.reduce(0.0) { $0 + Double($1[column]) } / Double(group.count)
        #expect((Double(model.centroids[number, column]) - mean).magnitude < 1e-3)
      }
    }
  }

  @Test(arguments: 0..<8)
  func `the rounds are Lloyd's, as in double`(seed: UInt64) throws {
    let rows = makeRowsQuickly(300, 3, seed: seed)
    let fit = KMeansFit(rows: rows.elements, stride: 3, dimension: 3, threads: 2)
    let starts = fit.startingRows(count: 9, seed: seed)
    #expect(Set(starts).count == 9)
    var centroids = starts.map { row in (0..<3).map { Double(rows[row, $0]) } }
    var previous = Double.infinity
    var cells: [Int] = []
    func square(_ row: Int, _ centroid: [Double]) -> Double {
      var sum = 0.0
      for column in 0..<3 {
        let difference = Double(rows[row, column]) - centroid[column]
        sum += difference * difference
      }
      return sum
    }
    for round in 1...KMeans.roundLimit {
      var found: [Int] = []
      var total = 0.0
      for row in 0..<300 {
        let squares = centroids.map { square(row, $0) }
        let number = squares.indices.min { squares[$0] < squares[$1] } ?? 0
        found.append(number)
        total += squares[number]
      }
      if found == cells || total > previous * (1 - KMeans.leastGain) || round == KMeans.roundLimit {
        break
      }
      (cells, previous) = (found, total)
      for number in centroids.indices {
        let own = found.indices.filter { found[$0] == number }
        for column in 0..<3 {
          let sum: Double = own.reduce(0) { $0 + Double(rows[$1, column]) }
          centroids[number][column] = sum / Double(own.count)
        }
      }
    }
    let settled = try fit.settle(starts.flatMap { fit.row($0) })
    let expected = centroids.flatMap { $0 }
    for place in settled.indices {
      #expect((Double(settled[place]) - expected[place]).magnitude < 1e-5)
    }
  }

  @Test func `a centroid that has lost its rows moves to the first row that is farthest`() throws {
    let fit = KMeansFit(rows: [0, 1, 10], stride: 1, dimension: 1, threads: 1)
    // The second has none, and rows 0 and 10 are as far from the first.
    #expect(try fit.settle([5, 5]) == [10, 0.5])
    // Two that have none move to different rows.
    #expect(try fit.settle([5, 5, 5]).sorted() == [0, 1, 10])
    // There is nothing to move to.
    let equal = KMeansFit(rows: [2, 2], stride: 1, dimension: 1, threads: 1)
    #expect(try equal.settle([2, 2]) == [2])
  }

  @Test func `starts are spread by squared distance`() {
    // Nine rows at 0, one at 3, one at 4: the second start is the far ones' in the ratio 9 to 16 when
    // the first is at 0.
    let rows = [Float](repeating: 0, count: 9) + [3, 4]
    let fit = KMeansFit(rows: rows, stride: 1, dimension: 1, threads: 1)
    var counts: [Int: Int] = [:]
    var drawn = 0
    for seed in 0..<4000 {
      let starts = fit.startingRows(count: 2, seed: UInt64(seed))
      guard starts[0] < 9 else { continue }
      drawn += 1
      counts[starts[1], default: 0] += 1
    }
    #expect(drawn > 3000)
    #expect(Set(counts.keys) == [9, 10])
    let share = Double(counts[9] ?? 0) / Double(drawn)
    #expect((share - 0.36).magnitude < 0.03)
  }

  // MARK: Neighbours

  @Test func `a centroid's neighbours are told from both sides`() throws {
    let model = try KMeans(centroids: matrix([[0], [1], [2.5], [10]]))
    #expect(model.neighbours(nearest: 0) == [[], [], [], []])
    #expect(model.neighbours(nearest: 1) == [[1], [0, 2], [1, 3], [2]])
    #expect(model.neighbours(nearest: 9) == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
    #expect(try fit(matrix([[1]]), 1).neighbours(nearest: 6) == [[]])
  }
}
