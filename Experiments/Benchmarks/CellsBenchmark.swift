internal import CLinearAlgebra
import JSON
internal import LinearAlgebra

/// Finding the Voronoi cells of a cvt axis and placing rows in them, against the bare matrix product
/// that gives the same distances without finding the least.
struct CellsBenchmark {
  let rowCount: Int
  let trainingCount: Int
  let dimension: Int
  let cellCount: Int
  let threads: Int
  let rounds: Int

  func section() throws -> Section {
    // Rows around as many points again as there are cells, so that cells have something to find.
    var random = SplitMix(state: 1)
    let points = (0..<2 * cellCount * dimension).map { _ in random.bell() }
    var rows: [Float] = []
    rows.reserveCapacity(rowCount * dimension)
    for _ in 0..<rowCount {
      let point = Int(random.next() % UInt64(2 * cellCount)) * dimension
      for column in 0..<dimension { rows.append(points[point + column] + 0.3 * random.bell()) }
    }
    let training = Array(rows.prefix(trainingCount * dimension))
    var product = [Float](repeating: 0, count: rowCount * cellCount)
    var times: [[Taken]] = []
    for round in 0...rounds {
      var found: KMeans?
      let fit = try timed {
        found = try KMeans.fit(
          training, stride: dimension, dimension: dimension, count: cellCount, seed: 0,
          threads: threads)
      }
      guard let found else { continue }
      let placing = try timed {
        _ = try found.assign(rows, stride: dimension, threads: threads)
      }
      gamut_blas_set_threads(Int32(threads))
      // The arrays are lent for the length of the call.
      let bare = timed {
        unsafe gamut_multiply_transposed(
          rows, found.centroids.elements, rowCount, found.count, dimension, &product)
      }
      gamut_blas_set_threads(1)
      // The first round warms caches and starts threads.
      if round > 0 { times.append([fit, placing, bare]) }
    }
    let keys = ["fit", "placing", "bare_sgemm"]
    let titles = [
      "k-means of \(trainingCount) rows", "placing \(rowCount) rows",
      "bare `sgemm` of \(rowCount) rows",
    ]
    var table = Table([
      "\(cellCount) cells, \(dimension) columns", "min, s", "median, s", "max, s",
      "processor, median s",
    ])
    var json: [(String, JSONValue)] = [
      ("rows", .integer(rowCount)), ("training_rows", .integer(trainingCount)),
      ("dimension", .integer(dimension)), ("cells", .integer(cellCount)),
      ("threads", .integer(threads)),
    ]
    for index in keys.indices {
      let wall = Spread(times.map { $0[index].wall })
      table.add(titles[index], wall, Spread(times.map { $0[index].processor }).median)
      json.append((keys[index] + "_seconds", wall.json))
    }
    return Section(
      key: "cells", json: json,
      markdown: """
        ## Voronoi cells of an axis

        Made-up rows in memory, \(threads) threads. The bare product gives the same distances, short of
        the norms, and finds no least one.

        \(table.markdown)

        """)
  }
}
