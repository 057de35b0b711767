internal import CLinearAlgebra
internal import LinearAlgebra
internal import Storage

/// Fitting and projecting a `.npy` file, against the bare library calls that any solution needs.
struct PrincipalComponentsBenchmark {
  /// Seconds, the median of the repetitions.
  struct Figures {
    /// The rows and columns of the file.
    var rowCount: Int
    var dimension: Int
    var componentCount: Int
    /// Fitting from the file.
    var fit: Double
    /// Projecting the file's rows.
    var projection: Double
    /// One `cblas_ssyrk` on as many threads, with the rows in memory, neither read nor centred.
    var bareScatter: Double
    /// One `cblas_sgemm` onto as many components, likewise.
    var bareProjection: Double
    /// The processor kernel in use.
    var coreName: String
    /// How much longer reading, checking, centring, fitting and projecting take than the bare calls.
    var ratio: Double { (fit + projection) / (bareScatter + bareProjection) }
  }

  /// Measures one file, taking turns between the two sides.
  ///
  /// The file's rows are held in memory meanwhile, for the yardstick.
  ///
  /// - Parameters:
  ///   - path: A two-dimensional `.npy` file, best one that fits the page cache.
  ///   - componentCounts: How many components to find.
  ///   - threads: Threads on both sides.
  ///   - repetitions: How often to measure each, at least 1.
  /// - Returns: One set of figures a component count.
  /// - Throws: What reading and fitting throw.
  static func run(
    path: String, componentCounts: [Int] = [2, 16], threads: Int = 2, repetitions: Int = 5
  ) throws -> [Figures] {
    let array = try NumPyArray(path: path)
    let (n, d) = (array.rowCount, array.columnCount)
    try LinearAlgebraLibrary.open()
    var rows = [Float](repeating: 0, count: n * d)
    var span = rows.mutableSpan
    try array.readRows(0..<n, into: &span)
    var scatter = [Float](repeating: 0, count: d * d)
    let clock = ContinuousClock()
    func median(_ times: [Duration]) -> Double {
      times.sorted()[times.count / 2] / .seconds(1)
    }
    var all: [Figures] = []
    for count in componentCounts {
      var (fits, projections, scatters, products): ([Duration], [Duration], [Duration], [Duration])
      (fits, projections, scatters, products) = ([], [], [], [])
      var coordinates = [Float](repeating: 0, count: n * count)
      for _ in 0..<repetitions {
        var fitted: PrincipalComponents?
        fits.append(
          try clock.measure {
            fitted = try PrincipalComponents.fit(array.rowSource, count: count, threads: threads)
          })
        guard let fitted else { continue }
        projections.append(
          try clock.measure {
            try fitted.project(array.rowSource, threads: threads) { range, block in
              var target = range.lowerBound * count
              for index in block.indices {
                coordinates[target] = block[index]
                target += 1
              }
            }
          })
        // The arrays are lent for the length of the calls.
        gamut_blas_set_threads(Int32(threads))
        scatters.append(clock.measure { unsafe gamut_scatter(rows, n, d, &scatter) })
        products.append(
          clock.measure {
            unsafe gamut_multiply_transposed(
              rows, fitted.components.elements, n, count, d, &coordinates)
          })
        gamut_blas_set_threads(1)
      }
      all.append(
        Figures(
          rowCount: n, dimension: d, componentCount: count, fit: median(fits),
          projection: median(projections), bareScatter: median(scatters),
          bareProjection: median(products), coreName: LinearAlgebraLibrary.coreName))
    }
    return all
  }
}
