internal import JSON
import Reporting

/// The memory of `gamut select`: what belongs to it alone, not the cached pages of files.
struct MemoryBenchmark {
  let pools: [(name: String, pool: PoolFile)]
  let tool: SelectTool
  let threads: Int
  let rounds: Int

  func section() throws -> Section {
    var table = Table([
      "pool", "samples", "MB of JSONL", "receipts", "anonymous MB, min", "median", "max",
      "allowed MB", "resident MB, max",
    ])
    var json: [JSONValue] = []
    for (name, pool) in pools {
      for receipts in [false, true] {
        var anonymous: [Double] = []
        var resident = 0
        for _ in 0..<rounds {
          let run = try tool.run(
            pool, budget: "1%", threads: threads, writesReceipts: receipts, watchesMemory: true)
          anonymous.append(Double(run.peakAnonymousBytes))
          resident = max(resident, run.peakResidentBytes)
        }
        let allowed = 200 * pool.sampleCount + 300_000_000
        let spread = Spread(anonymous.map { $0 / 1e6 })
        table.add([
          name, fixed(Double(pool.sampleCount), places: 0), megabytes(pool.byteCount),
          receipts ? "yes" : "no", spread.cells(places: 1), megabytes(allowed),
          megabytes(resident),
        ])
        json.append(
          .members([
            "pool": .string(name), "samples": .integer(pool.sampleCount),
            "bytes": .integer(pool.byteCount), "receipts": .bool(receipts),
            "peak_anonymous_bytes": Spread(anonymous).json, "allowed_bytes": .integer(allowed),
            "peak_resident_bytes": .integer(resident),
          ]))
      }
    }
    return Section(
      key: "memory",
      json: [("threads", .integer(threads)), ("runs", .array(json))],
      markdown: """
        ## Memory

        The most anonymous memory of the process (`RssAnon` of `/proc/PID/status`, looked at every half \
        millisecond), which leaves out cached pages of files; beside it the most resident memory that \
        the system counted, mapped libraries and files included. \(threads) threads, a budget of 1 %. \
        Goal: at most 200 bytes a sample and 300 MB, whatever the length of the texts.

        \(table.markdown)
        """)
  }
}
