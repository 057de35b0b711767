internal import CommandLineKit
internal import JSON
internal import LinearAlgebra
import Reporting
internal import Samples
internal import Storage

/// `gamut-benchmarks run`: all figures, each beside its yardstick, to a JSON and a Markdown file.
struct RunCommand: Command {
  static let name = "run"
  static let abstract = "Measure everything and write the results."
  static let discussion = """
    Each figure takes turns with its yardstick, so that both see the same machine; every table has the \
    least, the median and the greatest. Data is expected to fit the page cache. See run.sh, which \
    prepares the data.
    """

  var pools: [String] = []
  var tool = ".build/release/gamut"
  var quality = "quality"
  var longPool: String?
  var vectors: String?
  var scratch = "."
  var output = ""
  var date = ""
  var machine = ""
  var rounds = 7
  var only: [String] = []

  static let sections = [
    "select", "reading", "components", "cells", "memory", "startup", "scaling", "archive",
  ]

  static var arguments: [Argument<Self>] {
    [
      .repeated(
        "POOL", \.pools, help: "Pools in JSONL from the smallest to the largest, of one origin.")
    ]
  }

  static var options: [Option<Self>] {
    [
      .value("tool", \.tool, valueName: "FILE", help: "The gamut executable."),
      .value("quality", \.quality, valueName: "COL", help: "The field that tells quality."),
      .value(
        "long-pool", \.longPool, valueName: "FILE",
        help: "A pool with longer texts, for the memory figures."),
      .value("vectors", \.vectors, valueName: "FILE.npy", help: "Vectors for the components."),
      .value("scratch", \.scratch, valueName: "FOLDER", help: "Where outputs of runs go."),
      .value(
        "output", short: "o", \.output, valueName: "PREFIX",
        help: "PREFIX.json and PREFIX.md receive the results."
      ).required(),
      .value("date", \.date, valueName: "DATE", help: "The day, for the results."),
      .value("machine", \.machine, valueName: "TEXT", help: "The machine, for the results."),
      .value("rounds", \.rounds, valueName: "N", help: "How often each is measured."),
      .repeated(
        "only", \.only, valueName: "SECTION",
        help: "Measure only: \(sections.joined(separator: ", "))."),
    ]
  }

  mutating func validate() throws(CommandLineError) {
    for name in only where !Self.sections.contains(name) {
      throw .refused("there is no section '\(name)'")
    }
    if rounds < 1 { throw .refused("--rounds is at least 1") }
  }

  func run(on console: Console) throws -> ExitCode {
    let load = text(ofFile: "/proc/loadavg")?.split(separator: " ").first.map(String.init) ?? ""
    let files = try pools.map { try poolFile($0) }
    guard let largest = files.last else { return .usage }
    let tool = SelectTool(path: tool, quality: quality, scratch: scratch)
    try LinearAlgebraLibrary.open()
    var sections: [Section] = []
    func measure(_ name: String, _ body: () throws -> Section) rethrows {
      guard only.isEmpty || only.contains(name) else { return }
      console.writeError("measuring \(name)\n")
      sections.append(try body())
    }
    try measure("select") {
      try SelectBenchmark(pool: largest, tool: tool, threads: 2, rounds: rounds).section()
    }
    try measure("reading") {
      try ReadingBenchmark(pool: largest, rounds: rounds).section()
    }
    if let vectors {
      try measure("components") {
        try PrincipalComponentsBenchmark(path: vectors, threads: 2, rounds: rounds).section()
      }
    }
    try measure("cells") {
      try CellsBenchmark(
        rowCount: 1_000_000, trainingCount: 65_536, dimension: 16, cellCount: 256, threads: 2,
        rounds: rounds
      ).section()
    }
    try measure("memory") {
      var named = files.map { (name: "the pool or its beginning", pool: $0) }
      if let longPool { named.append((name: "texts ten times as long", try poolFile(longPool))) }
      return try MemoryBenchmark(pools: named, tool: tool, threads: 2, rounds: min(3, rounds))
        .section()
    }
    try measure("startup") {
      try StartUpBenchmark(tool: self.tool, rounds: 50).section()
    }
    try measure("scaling") {
      try ScalingBenchmark(pools: files, tool: tool, rounds: min(5, rounds)).section()
    }
    try measure("archive") {
      let rows = try vectors.map { (path: $0, rowCount: try NumPyArray(path: $0).rowCount) }
      return try ArchiveBenchmark(
        pools: files, vectors: rows, tool: tool, rounds: min(3, rounds)
      ).section()
    }
    try write(sections, load: load)
    return .success
  }

  private func poolFile(_ path: String) throws -> PoolFile {
    let file = try InputFile(path: path)
    let reader = try SampleReader(sources: [Source(path: path)])
    let summaries = try reader.read(
      threads: 2, makeWorker: { 0 }, work: { (_: inout Int, _: borrowing ParsedBlock) in 0 },
      consume: { _ in })
    return PoolFile(
      path: path, sampleCount: summaries[0].sampleCount, byteCount: file.byteCount)
  }

  private func write(_ sections: [Section], load: String) throws {
    var json: [JSONValue.Member] = [
      .init(key: "date", value: .string(date)), .init(key: "machine", value: .string(machine)),
      .init(key: "load_average_when_begun", value: .string(load)),
      .init(key: "blas", value: .string(LinearAlgebraLibrary.configuration)),
      .init(key: "blas_kernel", value: .string(LinearAlgebraLibrary.coreName)),
    ]
    json += sections.map { .init(key: $0.key, value: $0.json) }
    let results = try StagedOutput(path: output + ".json", replacing: true)
    try results.write(JSONValue.object(json).pretty)
    let page = try StagedOutput(path: output + ".md", replacing: true)
    try page.write(
      """
      # \(date), \(machine)

      OpenBLAS kernel: \(LinearAlgebraLibrary.coreName). \(fixed(Double(rounds), places: 0)) rounds \
      after one to warm up (memory at most 3, growth at most 5); subject and yardstick take turns. Load \
      average when begun: \(load).


      """)
    try page.write(sections.map(\.markdown).joined(separator: "\n"))
    for file in [results, page] {
      try file.finish()
      try file.commit()
    }
  }
}
