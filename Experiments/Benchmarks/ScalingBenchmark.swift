internal import JSON
import Reporting

/// How the time of `gamut select` grows with the pool, and what a second thread is worth.
struct ScalingBenchmark {
  let pools: [PoolFile]
  let tool: SelectTool
  let rounds: Int

  func section() throws -> Section {
    var runs = pools.map { _ in (one: [SelectTool.Run](), two: [SelectTool.Run]()) }
    for round in 0...rounds {
      for (index, pool) in pools.enumerated() {
        let one = try tool.run(pool, budget: "1%", threads: 1)
        let two = try tool.run(pool, budget: "1%", threads: 2)
        if round == 0 { continue }
        runs[index].one.append(one)
        runs[index].two.append(two)
      }
    }
    var table = Table([
      "samples", "threads", "min, s", "median, s", "max, s", "µs a sample", "processor, median s",
      "speed-up",
    ])
    var json: [JSONValue] = []
    for (pool, pair) in zip(pools, runs) {
      let single = Spread(pair.one.map(\.taken.wall))
      for (threads, list) in [(1, pair.one), (2, pair.two)] {
        let wall = Spread(list.map(\.taken.wall))
        let processor = Spread(list.map(\.taken.processor))
        // Of the pairs of one round, which saw the same neighbours.
        let gain = Spread(zip(pair.one, list).map { $0.taken.wall / $1.taken.wall })
        table.add([
          fixed(Double(pool.sampleCount), places: 0), "\(threads)", wall.cells(places: 3),
          fixed(wall.median / Double(pool.sampleCount) * 1e6, places: 2),
          fixed(processor.median, places: 3), fixed(gain.median, places: 2),
        ])
        json.append(
          .members([
            "samples": .integer(pool.sampleCount), "threads": .integer(threads),
            "seconds": wall.json, "processor_seconds": processor.json, "speed_up": gain.json,
            "ratio_to_one_thread": .number(wall.median / single.median),
          ]))
      }
    }
    var growth = ""
    for threads in [1, 2] {
      let medians = runs.map { Spread((threads == 1 ? $0.one : $0.two).map(\.taken.wall)).median }
      for index in pools.indices.dropFirst() {
        let samples = Double(pools[index].sampleCount) / Double(pools[index - 1].sampleCount)
        growth +=
          "- \(threads) thread\(threads == 1 ? "" : "s"): \(fixed(samples, places: 1)) times the samples take "
          + "\(fixed(medians[index] / medians[index - 1], places: 1)) times as long.\n"
      }
    }
    return Section(
      key: "scaling", json: [("runs", .array(json))],
      markdown: """
        ## Growth and threads

        `gamut select --budget 1%`, whole process; the yardstick of each size is the one below it, of \
        two threads one.

        \(table.markdown)
        \(growth)
        """)
  }
}
