internal import Parallelism
internal import Synchronization

/// Gathers the texts that a plan asks for, and measures its sets.
///
/// Each text is read once, however many sets it belongs to. The results do not depend on the order in
/// which samples come, on how they are divided into batches, or on the number of threads.
///
/// **Memory.** 8 bytes a sample of the pool; 4 bytes a word, up to `TextPlan.Limits.keptWords`; the texts
/// to compress; and while measuring up to 16 bytes a different run, 64 MiB at the usual limit, for each
/// thread. When there are more words than are kept, those so far are counted and dropped: then the counts
/// of all sets are kept at once and share the limit of different runs, halved for every doubling of the
/// number of sets but never below 65,536, so that memory stays near 256 MiB.
public struct TextCollector: Sendable {
  private let plan: TextPlan
  private let threads: Int
  private var batches: [TextBatch] = []
  /// The first batch whose words were not counted yet.
  private var firstPending = 0
  private var pendingWordCount = 0
  /// The batch of each sample of the pool, negative for one that did not come, and its place there.
  private var batchNumbers: [Int32]
  private var places: [Int32]
  /// The counters of all sets and lengths, once words were dropped.
  private var tallies: [Tally] = []
  private let lengths: [Int]

  /// The runs of one length in one set.
  private struct Tally: Sendable {
    var counter: DistinctCounter
    var total = 0
  }

  /// Makes a collector that has seen no text.
  ///
  /// - Parameters:
  ///   - plan: What to see and to measure.
  ///   - threads: How many threads may work at once, at least 1; they change no result.
  public init(plan: TextPlan, threads: Int) {
    precondition(threads >= 1, "a job needs at least one thread")
    self.plan = plan
    self.threads = threads
    batchNumbers = [Int32](repeating: -1, count: plan.poolCount)
    places = [Int32](repeating: 0, count: plan.poolCount)
    lengths = plan.metrics.compactMap(\.distinctLength).sorted()
  }

  /// Takes the texts of some samples.
  ///
  /// Words and texts that the plan does not need are dropped at once.
  ///
  /// - Parameters:
  ///   - batch: Words and texts.
  ///   - first: What is added to the batch's sample numbers to make places in the pool.
  /// - Complexity: O(samples), but when words are dropped, counted or not.
  public mutating func add(_ batch: TextBatch, numberedFrom first: Int = 0) {
    var batch = batch
    if first != 0 { batch.shift(by: first) }
    // A worker that does not know its samples' places in the pool hands in everything.
    if batch.hasMore(thanWords: plan.needsWords, texts: plan.needsText) {
      batch = batch.keeping(words: plan.needsWords, texts: plan.needsText)
    }
    var wordCount = 0
    if !lengths.isEmpty {
      for place in 0..<batch.count where plan.needs(Int(batch.samples[place])) {
        wordCount += batch.wordRange(place).count
      }
    }
    if pendingWordCount > 0, pendingWordCount + wordCount > plan.limits.keptWords { countPending() }
    for (place, sample) in batch.samples.enumerated() where plan.needs(Int(sample)) {
      precondition(batchNumbers[Int(sample)] < 0, "a sample comes once")
      batchNumbers[Int(sample)] = Int32(batches.count)
      places[Int(sample)] = Int32(place)
    }
    pendingWordCount += wordCount
    batches.append(batch)
  }

  /// Measures the sets.
  ///
  /// - Returns: One result a set, in the plan's order.
  /// - Precondition: All samples came that the plan needs.
  /// - Complexity: O(words of the sets), and about 0.1 s for each MiB that is compressed.
  public func measure() -> [TextMetrics] {
    for sample in 0..<plan.poolCount where plan.needs(sample) {
      precondition(batchNumbers[sample] >= 0, "every sample came that the plan needs")
    }
    let streams = plan.compressedSamples.map(textEnds)
    let jobs = jobs(streams: streams)
    let found = Mutex([TextMetrics](repeating: TextMetrics(), count: plan.sets.count))
    let compressed = Mutex([Int](repeating: 0, count: plan.sets.count))
    forEachIndex(below: jobs.count, threads: threads) { index in
      switch jobs[index] {
      case .distinct(let set, let place):
        let tally = tally(set: set, length: place)
        found.withLock { note(tally, length: lengths[place], in: &$0[set]) }
      case .selfBLEU(let set):
        let texts = plan.selfBLEUSamples[set].filter { !wordRange(of: $0).isEmpty }
        let mean = SelfBLEU.mean(count: texts.count) { withWords(of: texts[$0], $1) }
        found.withLock {
          $0[set].values[.selfBLEU] = mean
          $0[set].selfBLEUTexts = texts.count
        }
      case .selfRepetition(let set):
        let texts = plan.selfRepetitionSamples[set].filter { !wordRange(of: $0).isEmpty }
        let mean = SelfRepetition.mean(count: texts.count) { withWords(of: texts[$0], $1) }
        found.withLock {
          $0[set].values[.selfRepetition] = mean
          $0[set].selfRepetitionTexts = texts.count
        }
      case .compression(let set, let block):
        let size = Deflation.size(of: bytes(ofBlock: block, set: set, ends: streams[set]))
        compressed.withLock { $0[set] += size }
      }
    }
    var results = found.withLock { $0 }
    guard plan.metrics.contains(.compressionRatio) else { return results }
    let sizes = compressed.withLock { $0 }
    for (set, ends) in streams.enumerated() {
      let total = ends.last ?? 0
      results[set].compressedTexts = ends.count
      results[set].compressedTextBytes = total
      if total > 0 { results[set].values[.compressionRatio] = Double(total) / Double(sizes[set]) }
    }
    return results
  }

  /// How much text is compressed at a time, each block by itself.
  private static let blockByteCount = 1 << 20

  private enum Job: Sendable {
    case distinct(set: Int, length: Int)
    case selfBLEU(set: Int)
    case selfRepetition(set: Int)
    case compression(set: Int, block: Int)
  }

  /// The jobs, roughly the largest first.
  private func jobs(streams: [[Int]]) -> [Job] {
    var jobs: [Job] = []
    for set in plan.sets.indices {
      for length in lengths.indices.reversed() { jobs.append(.distinct(set: set, length: length)) }
    }
    for (set, ends) in streams.enumerated() {
      let count = ((ends.last ?? 0) + Self.blockByteCount - 1) / Self.blockByteCount
      jobs += (0..<count).map { .compression(set: set, block: $0) }
    }
    for set in plan.sets.indices {
      if plan.metrics.contains(.selfRepetition) { jobs.append(.selfRepetition(set: set)) }
      if plan.metrics.contains(.selfBLEU) { jobs.append(.selfBLEU(set: set)) }
    }
    return jobs
  }

  private func note(_ tally: Tally, length: Int, in metrics: inout TextMetrics) {
    if length == 1 { metrics.wordCount = tally.total }
    let metric = TextMetric.allCases.first { $0.distinctLength == length }
    guard let metric, tally.total > 0 else { return }
    metrics.values[metric] = min(tally.counter.count / Double(tally.total), 1)
    if tally.counter.level > 0 { metrics.estimated.insert(metric) }
  }

  // MARK: Runs of words

  /// The runs of one length in a set, those counted before among them.
  private func tally(set: Int, length: Int) -> Tally {
    var tally: Tally
    if tallies.isEmpty {
      var words = 0
      for sample in plan.sets[set] { words += wordRange(of: sample).count }
      // There are fewer different words than runs, by far.
      let expected = lengths[length] == 1 ? words / 32 : words / 2
      tally = Tally(counter: DistinctCounter(limit: plan.limits.distinctRuns, expected: expected))
    } else {
      tally = tallies[set * lengths.count + length]
    }
    count(set: set, length: lengths[length], into: &tally)
    return tally
  }

  /// Counts the runs of a set's words that are pending.
  private func count(set: Int, length: Int, into tally: inout Tally) {
    for sample in plan.sets[set] where Int(batchNumbers[Int(sample)]) >= firstPending {
      withWords(of: sample) { words in
        tally.total += NGrams.count(ofWords: words.count, length: length)
        tally.counter.insert(runsOf: length, in: words)
      }
    }
  }

  /// Counts all words that are pending, and keeps those alone that are drawn.
  private mutating func countPending() {
    if tallies.isEmpty {
      let counter = DistinctCounter(limit: plan.sharedDistinctRuns)
      tallies = [Tally](
        repeating: Tally(counter: counter), count: plan.sets.count * lengths.count)
    }
    let boxes = tallies.map { Box($0) }
    tallies.removeAll()
    countPending(into: boxes)
    tallies = boxes.compactMap { $0.content.withLock { $0.take() } }
    for number in firstPending..<batches.count {
      batches[number] = batches[number].keeping(words: plan.draws, texts: plan.needsText)
    }
    firstPending = batches.count
    pendingWordCount = 0
  }

  private func countPending(into boxes: [Box]) {
    forEachIndex(below: boxes.count, threads: threads) { index in
      // Taken out, or it would be copied to be changed.
      guard var tally = boxes[index].content.withLock({ $0.take() }) else { return }
      count(set: index / lengths.count, length: lengths[index % lengths.count], into: &tally)
      boxes[index].content.withLock { $0 = tally }
    }
  }

  /// A tally that one thread works on.
  private final class Box: Sendable {
    let content: Mutex<Tally?>

    init(_ tally: Tally) { content = Mutex(tally) }
  }

  // MARK: Texts

  private func wordRange(of sample: Int32) -> Range<Int> {
    batches[Int(batchNumbers[Int(sample)])].wordRange(Int(places[Int(sample)]))
  }

  private func withWords(of sample: Int32, _ body: (Span<UInt32>) -> Void) {
    let range = wordRange(of: sample)
    let words = batches[Int(batchNumbers[Int(sample)])].words
    body(words.span.extracting(range))
  }

  /// Where the text of each of some samples ends, one after the other.
  private func textEnds(of samples: [Int32]) -> [Int] {
    var end = 0
    return samples.map { sample in
      end += batches[Int(batchNumbers[Int(sample)])].byteRange(Int(places[Int(sample)])).count
      return end
    }
  }

  /// A block of a set's texts, one after the other.
  private func bytes(ofBlock block: Int, set: Int, ends: [Int]) -> [UInt8] {
    let wanted = (block * Self.blockByteCount)..<((block + 1) * Self.blockByteCount)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.blockByteCount)
    var start = 0
    for (place, end) in ends.enumerated() {
      defer { start = end }
      if end <= wanted.lowerBound { continue }
      if start >= wanted.upperBound { break }
      let sample = Int(plan.compressedSamples[set][place])
      let batch = batches[Int(batchNumbers[sample])]
      let own = batch.byteRange(Int(places[sample]))
      let from = own.lowerBound + max(wanted.lowerBound - start, 0)
      let to = own.lowerBound + min(wanted.upperBound - start, end - start)
      bytes += batch.bytes[from..<to]
    }
    return bytes
  }
}
