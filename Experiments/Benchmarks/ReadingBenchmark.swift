internal import CYardsticks
internal import JSON
import Reporting
internal import Samples

/// How fast a pool is read, beside what simdjson takes to visit its text fields in memory.
///
/// The yardstick is simdjson's On-Demand parser in its streaming mode, which resolves the strings of all
/// top-level fields of records that lie in memory, and neither checks unvisited values, nor recognises
/// shapes, nor hashes, nor reads a file. All take turns; the file should fit the page cache.
struct ReadingBenchmark {
  let pool: PoolFile
  let rounds: Int

  func section() throws -> Section {
    var table = Table(["", "threads", "min, s", "median, s", "max, s", "GB a second, median"])
    var json: [JSONValue] = []
    for threads in [1, 2] {
      let records = try DividedBytes(file: pool.path, threads: threads)
      var times: [[Double]] = []
      for round in 0...rounds {
        let visit = timed { unsafe records.forEachPiece { unsafe yardstick_visit($0, $1) } }
        let plain = try timed { try read(threads: threads, hashes: false) }
        let hashed = try timed { try read(threads: threads, hashes: true) }
        // The first round warms caches and starts threads.
        if round > 0 { times.append([visit, plain, hashed].map(\.wall)) }
      }
      let names = [
        "simdjson visits the text fields in memory", "reading the pool",
        "reading the pool, with SHA-256",
      ]
      for (index, name) in names.enumerated() {
        let spread = Spread(times.map { $0[index] })
        table.add([
          name, "\(threads)", spread.cells(places: 3),
          fixed(Double(pool.byteCount) / spread.median / 1e9, places: 2),
        ])
        json.append(
          .members([
            "name": .string(name), "threads": .integer(threads), "seconds": spread.json,
            "ratio": Spread(times.map { $0[index] / $0[0] }).json,
          ]))
      }
    }
    return Section(
      key: "reading", json: [("bytes", .integer(pool.byteCount)), ("runs", .array(json))],
      markdown: """
        ## Reading \(megabytes(pool.byteCount)) MB of JSONL

        \(table.markdown)
        """)
  }

  private func read(threads: Int, hashes: Bool) throws {
    var options = ReadingOptions()
    options.hashesSources = hashes
    let reader = try SampleReader(sources: [Source(path: pool.path)], options: options)
    var byteCount = 0
    let summaries = try reader.read(
      threads: threads, makeWorker: { 0 },
      work: { (_: inout Int, block: borrowing ParsedBlock) in
        var count = 0
        for part in block.parts { count += part.byteCount }
        return count
      },
      consume: { byteCount += $0 })
    precondition(byteCount > 0 || summaries[0].sampleCount == 0, "the reader sees texts")
  }
}
