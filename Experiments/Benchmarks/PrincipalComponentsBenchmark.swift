internal import CLinearAlgebra
internal import JSON
internal import LinearAlgebra
import Reporting
internal import Storage

/// Fitting and projecting a `.npy` file, against the bare library calls that any solution needs.
///
/// The yardstick is one `cblas_ssyrk` and one `cblas_sgemm` on as many threads, with the rows in memory,
/// neither read, nor checked, nor centred. Both sides take turns; the file should fit the page cache.
struct PrincipalComponentsBenchmark {
  /// A two-dimensional `.npy` file.
  let path: String
  var componentCounts = [2, 16]
  let threads: Int
  let rounds: Int

  func section() throws -> Section {
    let array = try NumPyArray(path: path)
    let (n, d) = (array.rowCount, array.columnCount)
    try LinearAlgebraLibrary.open()
    var rows = [Float](repeating: 0, count: n * d)
    var span = rows.mutableSpan
    try array.readRows(0..<n, into: &span)
    var scatter = [Float](repeating: 0, count: d * d)
    var markdown = ""
    var json: [JSONValue] = []
    for count in componentCounts {
      var times: [[Taken]] = []
      var coordinates = [Float](repeating: 0, count: n * count)
      for round in 0...rounds {
        var fitted: PrincipalComponents?
        let fit = try timed {
          fitted = try PrincipalComponents.fit(array.rowSource, count: count, threads: threads)
        }
        guard let fitted else { continue }
        let projection = try timed {
          try fitted.project(array.rowSource, threads: threads) { range, block in
            var target = range.lowerBound * count
            for index in block.indices {
              coordinates[target] = block[index]
              target += 1
            }
          }
        }
        // The arrays are lent for the length of the calls.
        gamut_blas_set_threads(Int32(threads))
        let bareScatter = timed { unsafe gamut_scatter(rows, n, d, &scatter) }
        let bareProjection = timed {
          unsafe gamut_multiply_transposed(
            rows, fitted.components.elements, n, count, d, &coordinates)
        }
        gamut_blas_set_threads(1)
        // The first round warms caches and starts threads.
        if round > 0 { times.append([fit, projection, bareScatter, bareProjection]) }
      }
      let ratio = Spread(
        times.map { ($0[0].wall + $0[1].wall) / ($0[2].wall + $0[3].wall) })
      let ours = Spread(times.map { $0[0].wall + $0[1].wall })
      let bare = Spread(times.map { $0[2].wall + $0[3].wall })
      let names = ["fit", "projection", "bare_ssyrk", "bare_sgemm"]
      let titles = ["fit from the file", "projection of the file", "bare `ssyrk`", "bare `sgemm`"]
      var table = Table([
        "\(count) components", "min, s", "median, s", "max, s", "processor, median s",
      ])
      var figures: [(String, JSONValue)] = [("components", .integer(count))]
      for index in names.indices {
        let wall = Spread(times.map { $0[index].wall })
        table.add(titles[index], wall, Spread(times.map { $0[index].processor }).median)
        figures.append((names[index] + "_seconds", wall.json))
      }
      table.add(
        "**fit and projection**", ours,
        Spread(times.map { $0[0].processor + $0[1].processor }).median)
      table.add(
        "**bare calls**", bare, Spread(times.map { $0[2].processor + $0[3].processor }).median)
      figures.append(("ratio", ratio.json))
      json.append(.object(figures.map { .init(key: $0.0, value: $0.1) }))
      markdown += """
        \(table.markdown)
        **Ratio: \(fixed(ratio.median, places: 2))** (\(fixed(ratio.least, places: 2)) to \
        \(fixed(ratio.greatest, places: 2)), round by round). Goal: at most 1.5.


        """
    }
    return Section(
      key: "principal_components",
      json: [
        ("rows", .integer(n)), ("dimension", .integer(d)), ("threads", .integer(threads)),
        ("blas_kernel", .string(LinearAlgebraLibrary.coreName)), ("runs", .array(json)),
      ],
      markdown: """
        ## Principal components of \(fixed(Double(n), places: 0)) × \(d) vectors

        float32 `.npy` in the page cache, \(threads) threads, kernel \
        \(LinearAlgebraLibrary.coreName).

        \(markdown)
        """)
  }
}
