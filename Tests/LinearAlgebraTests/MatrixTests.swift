import LinearAlgebra
import Testing

@Suite struct MatrixTests {
  @Test func `elements stand row by row`() throws {
    var matrix = try Matrix(rowCount: 2, columnCount: 3, elements: [1, 2, 3, 4, 5, 6])
    #expect(matrix[0, 2] == 3)
    #expect(matrix[1, 0] == 4)
    matrix[1, 0] = 9
    #expect(matrix.elements == [1, 2, 3, 9, 5, 6])
    #expect(matrix.withRow(1) { $0[0] + $0[2] } == 15)
  }

  @Test func `a matrix may have no rows or no columns`() throws {
    #expect(Matrix(rowCount: 0, columnCount: 3).elements == [])
    #expect(try Matrix(rowCount: 3, columnCount: 0, elements: []).withRow(2) { $0.count } == 0)
  }

  @Test func `elements that do not fill the shape are refused`() {
    #expect(throws: LinearAlgebraError.sizeMismatch(expected: 6, found: 5)) {
      try Matrix(rowCount: 2, columnCount: 3, elements: [1, 2, 3, 4, 5])
    }
  }

  @Test func `a place outside the matrix ends the process`() async {
    await #expect(processExitsWith: .failure) { _ = Matrix(rowCount: 1, columnCount: 2)[0, 2] }
    await #expect(processExitsWith: .failure) { _ = Matrix(rowCount: 1, columnCount: 2)[1, 0] }
  }

  @Test(arguments: [(0, 3), (5, 0), (1, 1), (1023, 2), (1024, 5), (1025, 3), (4100, 7)])
  func `rows of columns stand one after the other`(count: Int, width: Int) {
    let columns = (0..<width).map { column in (0..<count).map { Float($0 * width + column) } }
    for threads in [1, 3] {
      #expect(
        rows(ofColumns: columns, count: count, threads: threads)
          == (0..<count * width).map { Float($0) })
    }
  }

  @Test func `a source reads the rows that were asked for`() throws {
    let matrix = try Matrix(rowCount: 3, columnCount: 2, elements: [1, 2, 3, 4, 5, 6])
    var buffer = [Float](repeating: 0, count: 4)
    var span = buffer.mutableSpan
    try RowSource(matrix).readRows(1..<3, into: &span)
    #expect(buffer == [3, 4, 5, 6])
  }
}
