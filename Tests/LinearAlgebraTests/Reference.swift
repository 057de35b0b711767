@testable import LinearAlgebra

/// SplitMix64, and numbers drawn from it.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// Nearly normal: a sum of twelve uniform numbers.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += Double(next() >> 11) * 0x1p-53 }
    return sum
  }
}

/// Rows with falling standard deviations along mixed directions.
func makeRows(
  _ rowCount: Int, _ dimension: Int, seed: UInt64, mean: Double = 0, spread: Double = 1
) -> Matrix {
  var generator = Generator(state: seed)
  var matrix = Matrix(rowCount: rowCount, columnCount: dimension)
  var mixing = (0..<dimension * dimension).map { _ in generator.normal() }
  for row in 0..<dimension {
    // Orthonormal directions by Gram and Schmidt.
    for _ in 0..<2 {
      for other in 0..<row {
        let share = (0..<dimension).reduce(0.0) {
          $0 + mixing[row * dimension + $1] * mixing[other * dimension + $1]
        }
        for column in 0..<dimension {
          mixing[row * dimension + column] -= share * mixing[other * dimension + column]
        }
      }
    }
    let length = (0..<dimension).reduce(0.0) {
      $0 + mixing[row * dimension + $1] * mixing[row * dimension + $1]
    }.squareRoot()
    for column in 0..<dimension { mixing[row * dimension + column] /= length }
  }
  for row in 0..<rowCount {
    var values = [Double](repeating: mean, count: dimension)
    for direction in 0..<dimension {
      let weight = spread * generator.normal() / Double(direction + 1)
      for column in 0..<dimension {
        values[column] += weight * mixing[direction * dimension + column]
      }
    }
    for column in 0..<dimension { matrix[row, column] = Float(values[column]) }
  }
  return matrix
}

/// Principal components by the book: two-pass covariance and Jacobi rotations, all in double.
struct ReferenceComponents {
  var mean: [Double]
  var variances: [Double]
  var directions: [[Double]]

  init(_ matrix: Matrix) {
    let (n, d) = (matrix.rowCount, matrix.columnCount)
    var mean = [Double](repeating: 0, count: d)
    for row in 0..<n {
      for column in 0..<d { mean[column] += Double(matrix[row, column]) / Double(n) }
    }
    var a = [[Double]](repeating: [Double](repeating: 0, count: d), count: d)
    for row in 0..<n {
      var x = [Double](repeating: 0, count: d)
      for column in 0..<d { x[column] = Double(matrix[row, column]) - mean[column] }
      for i in 0..<d { for j in 0..<d { a[i][j] += x[i] * x[j] / Double(n - 1) } }
    }
    var v = (0..<d).map { i in (0..<d).map { $0 == i ? 1.0 : 0.0 } }
    for _ in 0..<30 {
      for p in 0..<d {
        for q in p + 1..<max(d, p + 1) where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let root = (theta * theta + 1).squareRoot()
          let t = (theta < 0 ? -1.0 : 1.0) / (theta.magnitude + root)
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<d {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<d {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
            (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
          }
        }
      }
    }
    let order = (0..<d).sorted { a[$0][$0] > a[$1][$1] }
    self.mean = mean
    variances = order.map { a[$0][$0] }
    directions = order.map { column in (0..<d).map { v[$0][column] } }
  }
}
