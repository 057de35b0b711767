internal import JSON
import Reporting
import Storage

/// Archives by the size of the pool: reading once, choosing often, adding, merging.
struct ArchiveBenchmark {
  let pools: [PoolFile]
  /// Vectors of as many rows as one of the pools has samples, if there are any.
  let vectors: (path: String, rowCount: Int)?
  let tool: SelectTool
  let rounds: Int

  /// What is measured, in the order of the table.
  private enum Step: String, CaseIterable {
    case fit
    case budget = "select, another budget"
    case policy = "select, another policy"
    case bins = "select, other bins"
    case add = "add the second half"
    case merge = "merge the halves"
  }

  /// What the runs of one pool took.
  private struct Outcome {
    var name: String
    var sampleCount: Int
    var seconds: [Step: [Double]] = [:]
    /// The most anonymous memory of a step, watched in a run of its own.
    var memory: [Step: Int] = [:]
    var byteCount = 0
  }

  func section() throws -> Section {
    var outcomes: [Outcome] = []
    for pool in pools {
      outcomes.append(try measure(pool, embeddings: nil))
      if let vectors, vectors.rowCount == pool.sampleCount {
        outcomes.append(try measure(pool, embeddings: vectors.path))
      }
    }
    var table = Table(["samples", "step", "min, s", "median, s", "max, s", "share of fit", "MB"])
    var sizes = Table(["samples", "bytes a sample", "without 64 of topics"])
    for outcome in outcomes {
      guard let fits = outcome.seconds[.fit] else { continue }
      let fit = Spread(fits)
      for step in Step.allCases {
        guard let seconds = outcome.seconds[step] else { continue }
        let spread = Spread(seconds)
        table.add([
          outcome.name, step.rawValue, spread.cells(places: 3),
          fixed(spread.median / fit.median * 100, places: 1) + " %",
          outcome.memory[step].map { megabytes($0) } ?? "",
        ])
      }
      let bytes = Double(outcome.byteCount) / Double(outcome.sampleCount)
      sizes.add([outcome.name, fixed(bytes, places: 1), fixed(bytes - 64, places: 1)])
    }
    return Section(
      key: "archive", json: [("pools", .array(outcomes.map { json($0) }))],
      markdown: """
        ## Archives

        `gamut fit` of each pool, then choices from the archive that share its quality; two threads. \
        Goals at 1,000,000: another budget or policy in at most 3 % of the time of `fit`, other bins in at \
        most 6 %, both under 1 s; archive and memory at most 120 bytes a sample besides topics. MB is the \
        most anonymous memory.

        \(table.markdown)
        \(sizes.markdown)
        """)
  }

  private func json(_ outcome: Outcome) -> JSONValue {
    .members([
      "name": .string(outcome.name), "samples": .integer(outcome.sampleCount),
      "archive_bytes": .integer(outcome.byteCount),
      "seconds": .object(
        Step.allCases.compactMap { step in
          outcome.seconds[step].map { .init(key: step.rawValue, value: Spread($0).json) }
        }),
      "peak_anonymous_bytes": .object(
        Step.allCases.compactMap { step in
          outcome.memory[step].map { .init(key: step.rawValue, value: .integer($0)) }
        }),
    ])
  }

  private func measure(_ pool: PoolFile, embeddings: String?) throws -> Outcome {
    let scratch = tool.scratch
    var outcome = Outcome(
      name: fixed(Double(pool.sampleCount), places: 0)
        + (embeddings == nil ? "" : " with vectors"), sampleCount: pool.sampleCount)
    let whole = "\(scratch)/whole.gamut"
    let (first, second) = ("\(scratch)/first.gamut", "\(scratch)/second.gamut")
    let merged = "\(scratch)/merged.gamut"
    func run(_ arguments: [String], watchesMemory: Bool = false) throws -> ChildProcess {
      try ChildProcess.run(
        tool.path, arguments + ["--quiet"], errors: scratch + "/archive.stderr",
        watchesMemory: watchesMemory)
    }
    // The halves have no vectors of their own: adding and merging are measured without.
    var halves: [String] = []
    if embeddings == nil {
      _ = try ChildProcess.run(
        "/usr/bin/split",
        [
          "-n", "l/2", "-d", "-a", "1", "--additional-suffix=.jsonl", pool.path, "\(scratch)/half-",
        ],
        errors: scratch + "/archive.stderr")
      halves = (0..<2).map { "\(scratch)/half-\($0).jsonl" }
    }
    let choose = ["select", whole, "--output", scratch + "/subset.jsonl", "--force"]
    func arguments(_ step: Step) -> [String]? {
      switch step {
      case .fit:
        ["fit", pool.path, "--quality", tool.quality, "-o", whole, "--force"]
          + (embeddings.map { ["--embeddings", $0] } ?? [])
      case .budget: choose + ["--budget", "1%"]
      case .policy: choose + ["--budget", "1%", "--evenness", "0.5", "--greed", "0.2"]
      case .bins:
        choose + [
          "--budget", "1%", "--axis", "complexity:10", "--axis", "topic1:6", "--axis",
          "topic2:12@quantile",
        ]
      case .add: halves.isEmpty ? nil : ["add", first, halves[1]]
      case .merge: halves.isEmpty ? nil : ["merge", first, second, "-o", merged, "--force"]
      }
    }
    func prepare(_ step: Step) throws {
      guard step == .add || step == .merge else { return }
      _ = try run(["fit", halves[0], "--quality", tool.quality, "-o", first, "--force"])
      if step == .merge {
        _ = try run(["fit", halves[1], "--model", first, "-o", second, "--force"])
      }
    }
    for round in 0...rounds {
      for step in Step.allCases {
        guard let arguments = arguments(step) else { continue }
        try prepare(step)
        let ended = try run(arguments)
        if round > 0 { outcome.seconds[step, default: []].append(ended.taken.wall) }
      }
    }
    for step in Step.allCases {
      guard let arguments = arguments(step) else { continue }
      try prepare(step)
      outcome.memory[step] = try run(arguments, watchesMemory: true).peakAnonymousBytes
    }
    outcome.byteCount = try byteCount(ofFolder: whole)
    for path in [whole, first, second, merged] { removeFolder(path) }
    return outcome
  }

  private func byteCount(ofFolder path: String) throws -> Int {
    try StagedFolder.entries(of: path).reduce(0) { total, name in
      let inner = "\(path)/\(name)"
      guard let file = try? InputFile(path: inner) else {
        return total + (try byteCount(ofFolder: inner))
      }
      return total + file.byteCount
    }
  }
}
