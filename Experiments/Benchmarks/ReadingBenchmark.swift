internal import CSimdJSON
internal import Dispatch
internal import Gamut
internal import Samples
internal import Storage

/// How fast a pool is read, beside what simdjson takes to visit its text fields in memory.
struct ReadingBenchmark {
  /// One measured way of reading.
  struct Figure {
    /// What was done.
    var name: String
    /// Threads that worked.
    var threads: Int
    /// Seconds, the best of the repetitions.
    var seconds: Double
    /// Billions of bytes of JSON a second.
    var gigabytesPerSecond: Double
  }

  /// Reads a file of JSONL in every way that is compared.
  ///
  /// The yardstick is simdjson's On-Demand parser in its streaming mode, which resolves the strings
  /// of all top-level fields of records that lie in memory, and neither checks unvisited values, nor
  /// recognises shapes, nor hashes, nor reads a file.
  ///
  /// - Parameters:
  ///   - path: A file of JSONL, in the system's cache, so that no disk is measured.
  ///   - repetitions: How often each way is run, at least 1; the best run counts.
  /// - Returns: The figures: yardstick, reading, and reading with SHA-256, on one thread and on two.
  /// - Throws: `StorageError` and `SamplesError` when the file cannot be read.
  static func figures(path: String, repetitions: Int = 5) throws -> [Figure] {
    let file = try InputFile(path: path)
    var bytes = [UInt8](repeating: 0x20, count: file.byteCount + Int(GAMUT_BLOCK_PADDING))
    var span = bytes.mutableSpan
    _ = try file.read(into: &span, at: 0)
    // Cut once at a line's end, so that two threads have half each.
    let cut = (bytes[..<(file.byteCount / 2)].lastIndex(of: 0x0A) ?? 0) + 1
    var figures: [Figure] = []
    func measure(_ name: String, _ threads: Int, _ body: () throws -> Void) rethrows {
      var best = Double.infinity
      for _ in 0..<repetitions {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        let spent = DispatchTime.now().uptimeNanoseconds - start
        best = min(best, Double(spent) / 1e9)
      }
      let rate = Double(file.byteCount) / best / 1e9
      figures.append(
        Figure(name: name, threads: threads, seconds: best, gigabytesPerSecond: rate))
    }
    for threads in [1, 2] {
      let pieces = threads == 1 ? [0..<file.byteCount] : [0..<cut, cut..<file.byteCount]
      measure("simdjson visiting text fields in memory", threads) {
        visit(bytes, pieces)
      }
      for hashes in [false, true] {
        let name = hashes ? "reading a pool, with SHA-256" : "reading a pool"
        try measure(name, threads) { try read(path, threads: threads, hashes: hashes) }
      }
    }
    return figures
  }

  private static func visit(_ bytes: [UInt8], _ pieces: [Range<Int>]) {
    DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
      // The pointer does not outlive the call.
      unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        let piece = pieces[index]
        let seen = unsafe gamut_benchmark_visit(start + piece.lowerBound, piece.count)
        precondition(seen > 0 || piece.isEmpty, "the yardstick sees texts")
      }
    }
  }

  private static func read(_ path: String, threads: Int, hashes: Bool) throws {
    var options = ReadingOptions()
    options.hashesSources = hashes
    let reader = try SampleReader(sources: [Source(path: path)], options: options)
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
