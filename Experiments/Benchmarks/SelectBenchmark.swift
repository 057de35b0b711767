internal import CLinearAlgebra
internal import CYardsticks
internal import Dispatch
internal import JSON
internal import LinearAlgebra
import Reporting

/// `gamut select` as a whole process, beside the sum of what no solution can leave out.
///
/// The floors: simdjson visits the text fields of records that lie in memory; a bare loop hashes every
/// word of the texts in memory once; `ssyrk` multiplies as many rows as there are samples, of the
/// embedding's dimension, in memory. Each works on as many threads as the process; `ssyrk` by one call a
/// thread, because at so small a dimension OpenBLAS does not divide the work. All take turns.
///
/// The loop over words is written twice: the plain way, and without branches, which no program that does
/// anything with a word can be.
struct SelectBenchmark {
  let pool: PoolFile
  let tool: SelectTool
  let threads: Int
  let rounds: Int
  /// The dimension of the built-in embedding.
  let dimension = 96

  func section() throws -> Section {
    let records = try DividedBytes(file: pool.path, threads: threads)
    let texts = try DividedBytes(textsOf: pool.path, threads: threads)
    try LinearAlgebraLibrary.open()
    var rows = [Float](repeating: 0, count: pool.sampleCount * dimension)
    var generator = SplitMix(state: 1)
    for index in rows.indices { rows[index] = generator.signed() }
    let matrix = rows

    var runs: [SelectTool.Run] = []
    var floors: [[Taken]] = []
    for round in 0...rounds {
      let run = try tool.run(pool, budget: "10000", threads: threads)
      let visit = timed { unsafe records.forEachPiece { unsafe yardstick_visit($0, $1) } }
      let scatter = timed { self.scatter(matrix) }
      let hash = timed { unsafe texts.forEachPiece { unsafe yardstick_hash_words($0, $1) } }
      let branchFree = timed {
        unsafe texts.forEachPiece { unsafe yardstick_hash_words_branch_free($0, $1) }
      }
      // The first round warms caches and starts threads.
      if round == 0 { continue }
      runs.append(run)
      floors.append([visit, scatter, hash, branchFree])
    }
    return section(runs: runs, floors: floors, textBytes: texts.count)
  }

  /// Multiplies the rows with themselves, an equal part on each thread.
  private func scatter(_ rows: [Float]) {
    let (all, threads, dimension) = (pool.sampleCount, threads, dimension)
    DispatchQueue.concurrentPerform(iterations: threads) { index in
      let start = all * index / threads
      let count = all * (index + 1) / threads - start
      var product = [Float](repeating: 0, count: dimension * dimension)
      // The pointers do not outlive the call.
      unsafe rows.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        unsafe gamut_scatter(base + start * dimension, count, dimension, &product)
      }
      precondition(product[0] > 0 || count == 0, "a square is positive")
    }
  }

  private func section(
    runs: [SelectTool.Run], floors: [[Taken]], textBytes: Int
  ) -> Section {
    let wall = Spread(runs.map(\.taken.wall))
    let processor = Spread(runs.map(\.taken.processor))
    var table = Table(["", "min, s", "median, s", "max, s", "processor, median s"])
    table.add("`gamut select`, whole process", wall, processor.median)
    var json: [(String, JSONValue)] = [
      ("samples", .integer(pool.sampleCount)), ("bytes", .integer(pool.byteCount)),
      ("text_bytes", .integer(textBytes)), ("budget", .integer(10_000)),
      ("threads", .integer(threads)), ("blas_kernel", .string(LinearAlgebraLibrary.coreName)),
      ("blas_kernel_of_select", .string(tool.coreNameOfLastRun)),
      ("select_seconds", wall.json), ("select_processor_seconds", processor.json),
    ]
    let names = [
      ("visit", "simdjson visits the text fields"),
      ("scatter", "`ssyrk`, \(fixed(Double(pool.sampleCount), places: 0)) × \(dimension)"),
      ("hash", "bare loop hashes every word"),
      ("hash_branch_free", "the same without branches"),
    ]
    for (index, name) in names.enumerated() {
      let spread = Spread(floors.map { $0[index].wall })
      let processor = Spread(floors.map { $0[index].processor })
      table.add("floor: " + name.1, spread, processor.median)
      json.append(("floor_\(name.0)_seconds", spread.json))
      json.append(("floor_\(name.0)_processor_seconds", processor.json))
    }
    var ratios = ""
    let sums = [
      ("", "sum of the floors", [0, 1, 2]),
      ("_branch_free", "sum with the loop without branches", [0, 1, 3]),
    ]
    for (suffix, title, parts) in sums {
      func sum(_ take: (Taken) -> Double) -> [Double] {
        floors.map { floor in parts.reduce(0) { $0 + take(floor[$1]) } }
      }
      let (walls, processors) = (sum(\.wall), sum(\.processor))
      table.add("**\(title)**", Spread(walls), Spread(processors).median)
      let ratio = Spread(zip(runs, walls).map { $0.taken.wall / $1 })
      let processorRatio = Spread(zip(runs, processors).map { $0.taken.processor / $1 })
      json.append(("floors\(suffix)_seconds", Spread(walls).json))
      json.append(("ratio\(suffix)", ratio.json))
      json.append(("processor_ratio\(suffix)", processorRatio.json))
      ratios += """
        - Ratio to the \(title): **\(fixed(ratio.median, places: 2))**, \
        \(fixed(ratio.least, places: 2)) to \(fixed(ratio.greatest, places: 2)) round by round; in \
        processor time \(fixed(processorRatio.median, places: 2)).

        """
    }

    var stages = Table(["stage", "min, s", "median, s", "max, s", "share of the total"])
    var stageJSON: [(String, JSONValue)] = []
    let total = Spread(runs.map { $0.stages.last?.seconds ?? 0 }).median
    for name in runs[0].stages.map(\.name) {
      let spread = Spread(runs.map { run in run.stages.first { $0.name == name }?.seconds ?? 0 })
      stages.add("`\(name)`", spread, spread.median / total)
      stageJSON.append((name, spread.json))
    }
    json.append(("stages", .object(stageJSON.map { .init(key: $0.0, value: $0.1) })))

    return Section(
      key: "select", json: json,
      markdown: """
        ## Choosing 10,000 of \(fixed(Double(pool.sampleCount), places: 0))

        The pool has \(megabytes(pool.byteCount)) MB, \(megabytes(textBytes)) MB of them text; built-in \
        embedding, \(threads) threads, kernel \(LinearAlgebraLibrary.coreName) on both sides \
        (`select` says \(tool.coreNameOfLastRun)). Goal: at most 3 times the floors.

        \(table.markdown)
        \(ratios)
        \(stages.markdown)
        """)
  }
}
