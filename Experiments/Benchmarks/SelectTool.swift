/// A pool in a file, and what the benchmarks need to know of it.
struct PoolFile {
  var path: String
  var sampleCount: Int
  var byteCount: Int
}

/// `gamut select` as a program.
final class SelectTool {
  /// The program.
  let path: String
  /// The field that tells quality.
  let quality: String
  /// Where outputs go.
  let scratch: String
  /// The kernel of OpenBLAS that the last run named in its manifest.
  private(set) var coreNameOfLastRun = ""

  /// What one run took.
  struct Run {
    var taken: Taken
    /// Seconds by stage, in the order in which they ended, the total last.
    var stages: [(name: String, seconds: Double)]
    var peakResidentBytes: Int
    var peakAnonymousBytes: Int
  }

  init(path: String, quality: String, scratch: String) {
    self.path = path
    self.quality = quality
    self.scratch = scratch
  }

  /// Runs it once.
  ///
  /// - Parameters:
  ///   - pool: What to choose from.
  ///   - budget: How much to choose.
  ///   - threads: Threads of the process.
  ///   - writesReceipts: Whether a receipt is written for every sample.
  ///   - watchesMemory: Whether to look at its memory while it runs; not for taking times.
  /// - Returns: What it took.
  /// - Throws: `ChildProcess.Failure`.
  func run(
    _ pool: PoolFile, budget: String, threads: Int, writesReceipts: Bool = false,
    watchesMemory: Bool = false
  ) throws -> Run {
    let errors = scratch + "/select.stderr"
    var arguments = [
      "select", pool.path, "--budget", budget, "--quality", quality, "--threads", "\(threads)",
      "--timing", "--force", "--output", scratch + "/subset.jsonl",
    ]
    if writesReceipts { arguments.append("--receipts") }
    let ended = try ChildProcess.run(
      path, arguments, errors: errors, watchesMemory: watchesMemory)
    if let manifest = text(ofFile: scratch + "/subset.manifest.json"),
      let line = manifest.split(separator: "\n").first(where: { $0.contains("\"blas_kernel\"") })
    {
      coreNameOfLastRun = line.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
    }
    return Run(
      taken: ended.taken, stages: stages(in: text(ofFile: errors) ?? ""),
      peakResidentBytes: ended.peakResidentBytes, peakAnonymousBytes: ended.peakAnonymousBytes)
  }

  /// The lines `NAME  1.234  90 %` at the end of what `--timing` writes.
  private func stages(in text: String) -> [(name: String, seconds: Double)] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, words[3] == "%", let seconds = Double(words[1]) else { return nil }
      return (String(words[0]), seconds)
    }
  }
}
