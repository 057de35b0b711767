import Glibc
import TestSupport
import Testing

@testable import Embeddings

@Suite struct WordRowKernelsTests {
  /// A table of random rows, and a map of random buckets to them.
  private func randomTable(
    rowCount: Int, columnCount: Int, _ random: inout SeededGenerator
  ) -> WordTable {
    let map = (0..<65_536).map { _ in UInt16.random(in: 0..<UInt16(rowCount), using: &random) }
    return WordTable(rowCount: rowCount, columnCount: columnCount, rowsByBucket: map) { _, row in
      for column in 0..<columnCount { row[column] = Int8.random(in: -127...127, using: &random) }
    }
  }

  @Test(arguments: [1, 31, 32, 33, 64, 96, 100, 128, 160, 192])
  func `sums of rows are those of a plain loop, by every variant`(columnCount: Int) {
    var random = SeededGenerator(seed: columnCount)
    let table = randomTable(rowCount: 40, columnCount: columnCount, &random)
    for wordCount in [0, 1, 2, 255, 256, 257, 513, 700] {
      let words = (0..<wordCount).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
      let weight = Int32.random(in: -5...5, using: &random)
      var expected = [Int32](repeating: 7, count: table.stride)
      for word in words {
        let row = Int(table.rowsByBucket[Int(word & 0xFFFF)])
        for column in 0..<columnCount { expected[column] += weight * Int32(table[row, column]) }
      }
      for variant in -1..<wordKernelVariantCount {
        var sums = [Int32](repeating: 7, count: table.stride)
        table.add(words.span, weight: weight, to: &sums, variant: variant)
        #expect(sums == expected)
      }
    }
  }

  @Test func `the largest entries do not overflow`() {
    for entry: Int8 in [127, -127, -128] {
      let table = WordTable(
        rowCount: 1, columnCount: 40, rowsByBucket: [UInt16](repeating: 0, count: 65_536)
      ) { _, row in for column in 0..<40 { row[column] = entry } }
      let words = [UInt32](repeating: 9, count: 1000)
      for variant in -1..<wordKernelVariantCount {
        var sums = [Int32](repeating: 0, count: table.stride)
        table.add(words.span, weight: 3, to: &sums, variant: variant)
        #expect(sums.prefix(40).allSatisfy { $0 == 3000 * Int32(entry) })
        #expect(sums.dropFirst(40).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(arguments: 0..<20)
  func `a sum becomes the unit vector of what mean and length leave`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let stride = [32, 64, 96, 160][seed % 4]
    let sums = (0..<stride).map { _ in Int32.random(in: -130_000...130_000, using: &random) }
    let mean = (0..<stride).map { _ in Float.random(in: -0.1...0.1, using: &random) }
    let slope = (0..<stride).map { _ in Float.random(in: -0.1...0.1, using: &random) }
    let z = Float.random(in: -3...3, using: &random)
    let size = sums.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    var expected = (0..<stride).map { column in
      Double(sums[column]) / size - Double(mean[column]) - Double(slope[column]) * Double(z)
    }
    let rest = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    expected = expected.map { $0 / rest }
    var first: [Float]?
    for variant in -1..<wordKernelVariantCount {
      var vector = [Float](repeating: .nan, count: stride)
      #expect(
        finish(
          sums, mean: mean, slope: slope, z: z, least: 1e-5, into: &vector, variant: variant))
      #expect(zip(vector, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
      #expect(first == nil || first == vector)
      first = vector
    }
  }

  @Test func `nothing, or next to nothing, becomes zeros`() {
    let zeros = [Float](repeating: 0, count: 32)
    for variant in -1..<wordKernelVariantCount {
      var vector = [Float](repeating: .nan, count: 32)
      let noSums = [Int32](repeating: 0, count: 32)
      #expect(
        !finish(
          noSums, mean: zeros, slope: zeros, z: 0, least: 0, into: &vector, variant: variant))
      #expect(vector == zeros)
      var sums = noSums
      sums[3] = 50
      var mean = zeros
      mean[3] = 1
      vector = [Float](repeating: .nan, count: 32)
      #expect(
        !finish(
          sums, mean: mean, slope: zeros, z: 0, least: 1e-5, into: &vector, variant: variant))
      #expect(vector == zeros)
    }
  }

  @Test(arguments: [1, 5, 32, 40, 64, 96, 130])
  func `products of matrices are those of a plain loop, by every variant`(columnCount: Int) {
    var random = SeededGenerator(seed: columnCount)
    let rowCount = 150
    let dense = randomRows(70, columnCount, &random)
    var left = SparseRows()
    for _ in 0..<rowCount {
      for column in 0..<70 where Int.random(in: 0..<6, using: &random) == 0 {
        left.columns.append(UInt32(column))
        left.values.append(Float.random(in: -1...1, using: &random))
      }
      left.starts.append(UInt32(left.columns.count))
    }
    var expected = [[Float]](
      repeating: [Float](repeating: 0, count: columnCount), count: rowCount)
    let rows = dense.contents()
    for row in 0..<rowCount {
      for entry in Int(left.starts[row])..<Int(left.starts[row + 1]) {
        for column in 0..<columnCount {
          let product = left.values[entry] * rows[Int(left.columns[entry])][column]
          expected[row][column] += product
        }
      }
    }
    for variant in -1..<wordKernelVariantCount {
      let product = FloatRows(rowCount: rowCount, columnCount: columnCount)
      product.becomeProduct(of: left, and: dense, threads: 2, variant: variant)
      #expect(product.contents() == expected)
    }
    let twice = left.transposed(columnCount: 70).transposed(columnCount: rowCount)
    #expect(twice.starts == left.starts)
    #expect(twice.columns == left.columns)
    #expect(twice.values == left.values)
  }

  @Test(arguments: [(1, 1), (7, 12), (600, 33), (1100, 9)])
  func `columns become orthonormal, with the same bits by every variant`(
    rowCount: Int, columnCount: Int
  ) {
    var first: [[Float]]?
    let rank = min(rowCount, columnCount)
    for variant in -1..<wordKernelVariantCount {
      for threads in [1, 3] {
        var random = SeededGenerator(seed: rowCount)
        let matrix = randomRows(rowCount, columnCount, &random)
        matrix.orthonormalise(threads: threads, variant: variant)
        let rows = matrix.contents()
        #expect(first == nil || first == rows)
        first = rows
      }
    }
    let rows = first ?? []
    for left in 0..<columnCount {
      for right in 0...left {
        let product = rows.reduce(0.0) { $0 + Double($1[left]) * Double($1[right]) }
        #expect(abs(product - (left == right && left < rank ? 1 : 0)) < 1e-4)
      }
    }
  }

  @Test func `columns that depend on others become zero`() {
    var random = SeededGenerator(seed: 2)
    let matrix = FloatRows(rowCount: 90, columnCount: 5)
    for row in 0..<90 {
      let a = Float.random(in: -1...1, using: &random)
      let b = Float.random(in: -1...1, using: &random)
      matrix.withRow(row) { row in
        row[0] = a
        row[1] = 0
        row[2] = -3 * a
        row[3] = b
        row[4] = 2 * a + 0.7 * b
      }
    }
    matrix.orthonormalise(threads: 2)
    for (column, expected) in [1.0, 0, 0, 1, 0].enumerated() {
      let square = matrix.contents().reduce(0.0) { $0 + Double($1[column]) * Double($1[column]) }
      #expect(abs(square - expected) < 1e-5)
    }
    let none = FloatRows(rowCount: 0, columnCount: 3)
    none.orthonormalise(threads: 2)
    #expect(none.contents().isEmpty)
  }

  @Test func `logarithms are those of the C library to rounding`() {
    let logarithms = Logarithms(upTo: 1025)
    #expect(logarithms[1] == 0)
    for number in 2...1025 {
      let expected = log(Double(number))
      #expect(abs(logarithms[number] - expected) <= 1e-14 * expected)
    }
  }

  @Test func `signs are balanced, and streams differ`() {
    var pluses = 0
    for bucket in 0..<200 {
      var signs = RandomSigns(seed: 9, bucket: bucket)
      for _ in 0..<100 where signs.next() { pluses += 1 }
    }
    // 20,000 draws: five standard deviations are 354.
    #expect(abs(pluses - 10_000) < 354)
    func draws(_ seed: UInt64, _ bucket: Int) -> [Bool] {
      var signs = RandomSigns(seed: seed, bucket: bucket)
      return (0..<130).map { _ in signs.next() }
    }
    #expect(draws(1, 2) == draws(1, 2))
    #expect(draws(1, 2) != draws(1, 3))
    #expect(draws(1, 2) != draws(2, 2))
    #expect(draws(1, 2) != draws(2, 1))
  }

  private func randomRows(
    _ rowCount: Int, _ columnCount: Int, _ random: inout SeededGenerator
  ) -> FloatRows {
    let matrix = FloatRows(rowCount: rowCount, columnCount: columnCount)
    for row in 0..<rowCount {
      matrix.withRow(row) { row in
        for column in 0..<columnCount { row[column] = Float.random(in: -1...1, using: &random) }
      }
    }
    return matrix
  }
}

extension FloatRows {
  fileprivate func contents() -> [[Float]] {
    (0..<rowCount).map { row in
      withRow(row) { row in (0..<row.count).map { row[$0] } }
    }
  }
}
