import Glibc
import Metrics

/// The metrics by the book: every pair, in double, eigenvalues by Jacobi rotations.
struct NaiveVectorMetrics {
  let units: [[Double]]

  init(_ vectors: [[Float]]) {
    units = vectors.compactMap { vector in
      let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      return length > 0 ? vector.map { Double($0) / length } : nil
    }
  }

  static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  var meanPairwiseCosineDistance: Double {
    var (sum, count) = (0.0, 0.0)
    for i in units.indices {
      for j in units.indices where j != i {
        sum += 1 - Self.cosine(units[i], units[j])
        count += 1
      }
    }
    return sum / count
  }

  /// Eigenvalues of the kernel of cosines over n.
  var eigenvalues: [Double] {
    let n = units.count
    var a = units.map { row in units.map { Self.cosine(row, $0) / Double(n) } }
    for _ in 0..<40 {
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p][q].magnitude > 1e-18 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta < 0 ? -1.0 : 1.0) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<n {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
          }
        }
      }
    }
    return (0..<n).map { max(a[$0][$0], 0) }
  }

  func vendi(order: Double) -> Double {
    let values = eigenvalues.filter { $0 > 1e-15 }
    if order == 1 { return exp(-values.reduce(0) { $0 + $1 * log($1) }) }
    if order == .infinity { return 1 / (values.max() ?? .nan) }
    return pow(values.reduce(0) { $0 + pow($1, order) }, 1 / (1 - order))
  }

  var logDeterminant: Double {
    eigenvalues.reduce(0) { $0 + log(1 + $1 * Double(units.count)) }
  }

  var knnDistance: Double {
    let means = units.indices.map { i in
      let near = units.indices.filter { $0 != i }.map { Self.distance(units[i], units[$0]) }
        .sorted().prefix(5)
      return near.reduce(0, +) / Double(near.count)
    }
    return means.reduce(0, +) / Double(means.count)
  }

  func novelSum(pool: NaiveVectorMetrics) -> Double {
    let values = units.indices.map { i in
      let distances = units.indices.filter { $0 != i }
        .map { 1 - Self.cosine(units[i], units[$0]) }.sorted()
      var (sum, weights) = (0.0, 0.0)
      for (rank, distance) in distances.enumerated() {
        sum += distance / Double(rank + 1)
        weights += 1 / Double(rank + 1)
      }
      var others: [[Double]] = []
      for unit in pool.units where Self.distance(unit, units[i]) > 1e-6 {
        if !others.contains(where: { Self.distance($0, unit) < 1e-6 }) { others.append(unit) }
      }
      let squares = others.map { pow(Self.distance($0, units[i]), 2) }.sorted().prefix(10)
      let mean = squares.reduce(0, +) / Double(squares.count)
      return sum / weights / (mean + 1e-9).squareRoot()
    }
    return values.reduce(0, +) / Double(values.count)
  }

  func facilityLocation(pool: NaiveVectorMetrics) -> Double {
    let best = pool.units.map { v in units.map { Self.cosine(v, $0) }.max() ?? .nan }
    return best.reduce(0, +) / Double(best.count)
  }

  func coverageRadius(pool: NaiveVectorMetrics) -> Double {
    pool.units.map { v in units.map { Self.distance(v, $0) }.min() ?? .nan }.max() ?? .nan
  }
}
