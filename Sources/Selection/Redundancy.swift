import LinearAlgebra
import Parallelism

/// Finds the chosen sample that another is closest to in meaning, if it is too close.
///
/// Two samples are too close when the cosine of their vectors is at least the threshold t, both taken as
/// numbers of single precision. The chosen samples that a candidate is held against are those of its own
/// cell and of the neighbouring ones.
///
/// A candidate is compared with these by few coordinates first: each chosen vector is kept by those along
/// the leading principal directions only, which bound the cosine (`VectorCodes`). The few whose bound
/// reaches t are read again, highest first, and compared whole, in double precision and one fixed
/// order, until none that is left can be closer than the closest. The filter is exact but for rounding, for
/// which its bound is higher than that of any vectors by a thousandth: what it lets through, and so the
/// processor, changes no outcome.
///
/// Candidates may be told ahead (`lookAhead`). They are then compared, several at a time, with what was
/// chosen until then, and in their turn only with what has been chosen since. That changes no outcome, and
/// what cannot be read is told in its turn.
///
/// A vector without length has no direction and is close to nothing.
///
/// **Memory.** 2 bytes a coordinate and chosen sample, at most 64 coordinates, 128 for t below 0.875, and
/// 36 bytes besides, in blocks of 16 samples a cell; nothing for the others, but for some megabytes for the vectors of those
/// that were told ahead.
public struct Redundancy: Sendable {
  /// Writes the vector of a sample.
  public typealias Vectors = @Sendable (Int, inout MutableSpan<Float>) throws -> Void

  /// The most directions that vectors are compared along at first: the lower t, the more it takes to tell
  /// most vectors apart.
  private static func mostDirections(_ threshold: Float) -> Int { threshold < 0.875 ? 128 : 64 }
  /// How many candidates' vectors tell in which directions they vary most.
  private static let fittedCount = 2048
  /// Of more numbers than this, directions are found by a few products instead of the whole covariance.
  private static let mostCovarianceColumns = 1024
  /// How much higher the filter's bound is: rounding is less than half of this.
  private static let margin: Float = 1e-3
  /// Candidates that may be told ahead, where their vectors take no more than `mostNumbersAhead` numbers.
  private static let mostAhead = 4096
  private static let mostNumbersAhead = 1 << 21
  /// Candidates that are read together, and of one cell those that are compared together.
  private static let readTogether = 64
  private static let comparedTogether = 16

  private let threshold: Float
  /// Whether all that are chosen are compared, wherever they lie.
  private let isGlobal: Bool
  private let dimension: Int
  private let threads: Int
  private let vectors: Vectors
  private let neighbours: @Sendable (Int) -> [Int]
  private let directions: PrincipalComponents
  /// An empty list of codes.
  private let kind: VectorCodes
  private var chosen: [ChosenOfCell]
  /// Which time candidates had been told ahead last when each cell sent a sample last; −1 for never.
  private var batches: [Int]
  private var knownNeighbours: [[Int]?]
  private var number: Int32 = 0
  private var ahead: Ahead
  private var worker: Worker

  /// The chosen samples of one cell, in the order in which they were chosen.
  private struct ChosenOfCell {
    var blocks: VectorBlocks
    var samples: [Int32] = []
    /// When each was chosen.
    var numbers: [Int32] = []
    var lengths: [Double] = []
    /// Of those that were chosen since candidates were told ahead last, their places among these.
    var recent: [Int32] = []
  }

  /// A chosen sample that is too close to a candidate.
  private struct Twin {
    var cosine: Float
    /// When it was chosen.
    var number: Int32
    var sample: Int32
  }

  /// A chosen sample that may be too close to a candidate.
  private struct Nearby {
    /// What their cosine does not exceed.
    var bound: Float
    var number: Int32
    var sample: Int32
    var length: Double
    /// Its place among the candidates that were told ahead; −1 for none.
    var place: Int32
  }

  /// What is known of a candidate before its turn.
  private enum Finding {
    case none
    case twin(Twin)
    case problem(any Error)
  }

  /// Candidates that were told ahead, in the order of their turns.
  private struct Ahead {
    var samples: [Int32] = []
    var cells: [Int32] = []
    var vectors: [Float] = []
    /// The lengths of their vectors, 0 for one of zeros and one that cannot be read.
    var lengths: [Double] = []
    var codes: VectorCodes
    var findings: [Finding] = []
    /// The first whose turn has not come.
    var next = 0
    /// How often candidates were told ahead.
    var batch = 0
  }

  /// Some candidates as they were read.
  private struct Part: Sendable {
    var vectors: [Float]
    var lengths: [Double] = []
    var codes: VectorCodes
    var findings: [Finding] = []
  }

  /// Memory that a thread uses again.
  private struct Worker: Sendable {
    var other: [Float]
    var scratch = VectorBlocks.Scratch()
    var queries: VectorCodes
    var nearby: [[Nearby]] = []
  }

  /// Prepares; nothing is chosen yet.
  ///
  /// - Parameters:
  ///   - threshold: t, above −1 and at most 1.
  ///   - dimension: How many numbers a vector has, at least 1.
  ///   - cellCount: How many cells there are.
  ///   - isGlobal: Whether a candidate is held against all that are chosen, wherever they lie.
  ///   - order: Samples that will be candidates. They tell along which directions vectors vary, which
  ///     changes how long all takes and nothing else.
  ///   - threads: How many threads may work at once, at least 1; they change nothing.
  ///   - neighbours: The cells around a cell, itself not among them.
  ///   - vectors: Writes the vector of a sample, finite numbers; called from several threads at once.
  /// - Throws: What reading vectors throws; `LinearAlgebraError` where directions cannot be found.
  /// - Complexity: As for fitting principal components to at most 4,096 rows.
  public init(
    threshold: Float, dimension: Int, cellCount: Int, isGlobal: Bool = false, order: [Int32],
    threads: Int = 1,
    neighbours: @escaping @Sendable (Int) -> [Int], vectors: @escaping Vectors
  ) throws {
    precondition(threshold > -1 && threshold <= 1, "a cosine lies above -1 and is at most 1")
    precondition(threads >= 1, "a job needs at least one thread")
    self.threshold = threshold
    self.isGlobal = isGlobal
    let cellCount = isGlobal ? 1 : cellCount
    self.dimension = dimension
    self.threads = threads
    self.vectors = vectors
    self.neighbours = neighbours
    batches = [Int](repeating: -1, count: cellCount)
    knownNeighbours = [[Int]?](repeating: nil, count: cellCount)
    var read = [Float](repeating: 0, count: dimension)
    // The first of the order are all that is sure to be compared. Each counts with its opposite, so that
    // the directions are those of the vectors themselves, not of what sets them apart from their mean.
    let count = max(1, min(order.count, Self.fittedCount))
    var fitted = Matrix(rowCount: 2 * count, columnCount: dimension)
    for (row, sample) in order.prefix(count).enumerated() {
      var target = read.mutableSpan
      try vectors(Int(sample), &target)
      guard let length = Selection.length(of: read.span) else { continue }
      for column in 0..<dimension {
        let value = Float(Double(read[column]) / length)
        fitted[2 * row, column] = value
        fitted[2 * row + 1, column] = -value
      }
    }
    directions = try PrincipalComponents.fit(
      RowSource(fitted), count: min(Self.mostDirections(threshold), dimension), threads: threads,
      method: dimension > Self.mostCovarianceColumns ? .rangeFinder(passes: 2) : .covariance)
    kind = VectorCodes(coordinateCount: directions.count, dimension: dimension)
    chosen = [ChosenOfCell](
      repeating: ChosenOfCell(blocks: VectorBlocks(like: kind)), count: cellCount)
    ahead = Ahead(codes: kind)
    worker = Worker(other: read, queries: kind)
  }

  /// How many candidates are best told ahead at a time.
  public var lookAheadCount: Int {
    max(Self.readTogether, min(Self.mostAhead, Self.mostNumbersAhead / dimension))
  }

  /// Adds a sample to those that were chosen.
  ///
  /// - Parameters:
  ///   - sample: The sample.
  ///   - cell: Its cell.
  /// - Throws: What reading its vector throws.
  public mutating func add(_ sample: Int32, in cell: Int32) throws {
    let place = place(of: sample, in: cell, comparing: false)
    if case .problem(let error) = ahead.findings[place] { throw error }
    if ahead.lengths[place] > 0 { append(place) }
  }

  /// Finds the chosen sample that a candidate is too close to, or takes the candidate as chosen.
  ///
  /// - Parameters:
  ///   - sample: The candidate.
  ///   - cell: Its cell.
  /// - Returns: The closest of those too close, of equals the one chosen first; `nil` for none, and then
  ///   the candidate counts as chosen.
  /// - Throws: What reading vectors throws.
  /// - Complexity: O(chosen samples of the cell and its neighbours), of each mostly sixteen coordinates;
  ///   for a candidate that was told ahead all but those chosen since are done with.
  public mutating func twinOrAdd(_ sample: Int32, in cell: Int32) throws -> Int32? {
    let place = place(of: sample, in: cell, comparing: true)
    var best: Twin?
    switch ahead.findings[place] {
    case .problem(let error): throw error
    case .twin(let twin): best = twin
    case .none: break
    }
    guard ahead.lengths[place] > 0 else { return nil }
    best = try recentTwin(of: place, best)
    if let best { return best.sample }
    append(place)
    return nil
  }

  /// Tells candidates ahead, in the order of their turns; those told before whose turn has not come are
  /// forgotten.
  ///
  /// A candidate whose turn does not come costs time and nothing else.
  ///
  /// - Parameters:
  ///   - samples: The candidates, each once; best about `lookAheadCount`.
  ///   - comparing: Whether to compare them with what was chosen: not where they will only be added.
  ///   - cell: The cell of a sample.
  public mutating func lookAhead(
    _ samples: [Int32], comparing: Bool = true, cell: (Int32) -> Int32
  ) {
    read(samples)
    ahead.cells.removeAll(keepingCapacity: true)
    for sample in samples { ahead.cells.append(isGlobal ? 0 : cell(sample)) }
    if !comparing || number == 0 { return }
    var compared = samples.indices.filter { ahead.lengths[$0] > 0 }
    compared.sort { (ahead.cells[$0], $0) < (ahead.cells[$1], $1) }
    var runs: [ArraySlice<Int>] = []
    var start = 0
    while start < compared.count {
      let own = ahead.cells[compared[start]]
      var end = start + 1
      while end < compared.count, end - start < Self.comparedTogether,
        ahead.cells[compared[end]] == own
      {
        end += 1
      }
      _ = neighbours(of: Int(own))
      runs.append(compared[start..<end])
      start = end
    }
    for (place, finding) in findings(of: runs) { ahead.findings[place] = finding }
  }

  /// Where a candidate stands among those that were told ahead; it is told now if it was not.
  private mutating func place(of sample: Int32, in cell: Int32, comparing: Bool) -> Int {
    while ahead.next < ahead.samples.count, ahead.samples[ahead.next] != sample { ahead.next += 1 }
    if ahead.next == ahead.samples.count {
      lookAhead([sample], comparing: comparing) { _ in cell }
    }
    let place = ahead.next
    precondition(
      isGlobal || ahead.cells[place] == cell, "a candidate lies in the cell that was told before")
    ahead.next += 1
    return place
  }

  /// Reads the vectors of candidates.
  private mutating func read(_ samples: [Int32]) {
    ahead.samples = samples
    ahead.vectors.removeAll(keepingCapacity: true)
    ahead.lengths.removeAll(keepingCapacity: true)
    ahead.codes.removeAll()
    ahead.findings.removeAll(keepingCapacity: true)
    ahead.next = 0
    ahead.batch += 1
    let (vectors, directions, kind, dimension) = (vectors, directions, kind, dimension)
    let blocks = stride(from: 0, to: samples.count, by: Self.readTogether).map {
      samples[$0..<min($0 + Self.readTogether, samples.count)]
    }
    forEachPartInOrder(
      blocks, threads: threads,
      makeWorker: { [Float](repeating: 0, count: dimension) },
      work: { (vector: inout [Float], block: ArraySlice<Int32>) -> Part in
        var part = Part(vectors: [], codes: kind)
        part.vectors.reserveCapacity(block.count * dimension)
        var units: [Float] = []
        units.reserveCapacity(block.count * dimension)
        for sample in block {
          var finding = Finding.none
          var length = 0.0
          do {
            var target = vector.mutableSpan
            try vectors(Int(sample), &target)
            length = Selection.length(of: vector.span) ?? 0
          } catch {
            finding = .problem(error)
          }
          part.vectors += vector
          part.lengths.append(length)
          part.findings.append(finding)
          for value in vector { units.append(length > 0 ? Float(Double(value) / length) : 0) }
        }
        var coordinates = [Float](repeating: 0, count: block.count * directions.count)
        var places = coordinates.mutableSpan
        directions.project(units.span, into: &places)
        let all = coordinates.span
        for row in 0..<block.count {
          part.codes.append(
            all.extracting(row * directions.count..<(row + 1) * directions.count))
        }
        return part
      },
      consume: { part in
        ahead.vectors += part.vectors
        ahead.lengths += part.lengths
        ahead.codes.append(contentsOf: part.codes)
        ahead.findings += part.findings
      })
  }

  /// Compares candidates with all that are chosen; each run lies in one cell.
  private func findings(of runs: [ArraySlice<Int>]) -> [(Int, Finding)] {
    var found: [(Int, Finding)] = []
    forEachPartInOrder(
      runs, threads: threads,
      makeWorker: { Worker(other: [Float](repeating: 0, count: dimension), queries: kind) },
      work: { (worker: inout Worker, run: ArraySlice<Int>) in findings(of: run, &worker) },
      consume: { found += $0 })
    return found
  }

  private func findings(of run: ArraySlice<Int>, _ worker: inout Worker) -> [(Int, Finding)] {
    guard let first = run.first else { return [] }
    let cell = Int(ahead.cells[first])
    worker.queries.removeAll()
    for place in run { worker.queries.append(ahead.codes, at: place) }
    while worker.nearby.count < run.count { worker.nearby.append([]) }
    for query in 0..<run.count { worker.nearby[query].removeAll(keepingCapacity: true) }
    findNearby(in: cell, recently: false, &worker)
    for neighbour in knownNeighbours[cell] ?? [] {
      findNearby(in: neighbour, recently: false, &worker)
    }
    var found: [(Int, Finding)] = []
    for (query, place) in run.enumerated() where !worker.nearby[query].isEmpty {
      do {
        if let twin = try closest(to: place, of: query, nil, &worker) {
          found.append((place, .twin(twin)))
        }
      } catch {
        found.append((place, .problem(error)))
      }
    }
    return found
  }

  /// The closest of those chosen since candidates were told ahead, if it is closer than the one known.
  private mutating func recentTwin(of place: Int, _ known: Twin?) throws -> Twin? {
    let cell = Int(ahead.cells[place])
    let around = neighbours(of: cell)
    guard batches[cell] == ahead.batch || around.contains(where: { batches[$0] == ahead.batch })
    else { return known }
    var worker = Worker(other: [], queries: kind)
    swap(&worker, &self.worker)
    defer { swap(&worker, &self.worker) }
    worker.queries.removeAll()
    worker.queries.append(ahead.codes, at: place)
    if worker.nearby.isEmpty { worker.nearby.append([]) }
    worker.nearby[0].removeAll(keepingCapacity: true)
    findNearby(in: cell, recently: true, &worker)
    for neighbour in around { findNearby(in: neighbour, recently: true, &worker) }
    if worker.nearby[0].isEmpty { return known }
    return try closest(to: place, of: 0, known, &worker)
  }

  /// Finds the chosen samples of a cell that may be too close to the queries: all, or only the recent ones.
  private func findNearby(in cell: Int, recently: Bool, _ worker: inout Worker) {
    if recently, batches[cell] != ahead.batch { return }
    let first = recently ? chosen[cell].samples.count - chosen[cell].recent.count : 0
    chosen[cell].blocks.forEachClose(
      to: worker.queries, from: first, least: threshold - Self.margin, scratch: &worker.scratch
    ) { query, index, bound in
      let members = chosen[cell]
      worker.nearby[query].append(
        Nearby(
          bound: bound, number: members.numbers[index], sample: members.samples[index],
          length: members.lengths[index], place: recently ? members.recent[index - first] : -1))
    }
  }

  /// The closest of those too close to a candidate, of equals the one chosen first.
  private func closest(
    to place: Int, of query: Int, _ known: Twin?, _ worker: inout Worker
  ) throws -> Twin? {
    var best = known
    // The likely closest first: of those beyond it, by what is known of them, none is read.
    worker.nearby[query].sort { $0.bound > $1.bound }
    let vector = ahead.vectors.span.extracting(place * dimension..<(place + 1) * dimension)
    let length = ahead.lengths[place]
    for candidate in worker.nearby[query] {
      if let best, candidate.bound + Self.margin < best.cosine { break }
      let least = max(threshold, best?.cosine ?? threshold)
      let lengths = length * candidate.length
      let cosine: Float?
      if candidate.place >= 0 {
        let start = Int(candidate.place) * dimension
        cosine = Self.cosine(
          vector, ahead.vectors.span.extracting(start..<start + dimension), lengths, least)
      } else {
        var target = worker.other.mutableSpan
        try vectors(Int(candidate.sample), &target)
        cosine = Self.cosine(vector, worker.other.span, lengths, least)
      }
      guard let cosine, cosine >= threshold else { continue }
      if let best, (best.cosine, -best.number) > (cosine, -candidate.number) { continue }
      best = Twin(cosine: cosine, number: candidate.number, sample: candidate.sample)
    }
    return best
  }

  /// The cosine of two vectors in a fixed order of arithmetic; `nil` where it is clearly below `least`.
  private static func cosine(
    _ one: Span<Float>, _ other: Span<Float>, _ lengths: Double, _ least: Float
  ) -> Float? {
    // Beyond these the rough product could lose numbers, and says nothing.
    if lengths > 1e-20, lengths < 1e30 {
      let rough = Double(roughProduct(one, other)) / lengths
      if rough < Double(least) - 1e-4 - 1e-7 * Double(one.count) { return nil }
    }
    var product = 0.0
    for index in one.indices { product += Double(one[index]) * Double(other[index]) }
    return Float(product / lengths)
  }

  private mutating func append(_ place: Int) {
    let cell = Int(ahead.cells[place])
    if batches[cell] != ahead.batch {
      batches[cell] = ahead.batch
      chosen[cell].recent.removeAll(keepingCapacity: true)
    }
    chosen[cell].blocks.append(ahead.codes, at: place)
    chosen[cell].samples.append(ahead.samples[place])
    chosen[cell].numbers.append(number)
    chosen[cell].lengths.append(ahead.lengths[place])
    chosen[cell].recent.append(Int32(truncatingIfNeeded: place))
    number += 1
  }

  private mutating func neighbours(of cell: Int) -> [Int] {
    if isGlobal { return [] }
    if let known = knownNeighbours[cell] { return known }
    let found = neighbours(cell)
    knownNeighbours[cell] = found
    return found
  }
}

/// The length of a vector in a fixed order of arithmetic; `nil` for one of zeros.
private func length(of vector: Span<Float>) -> Double? {
  var sum = 0.0
  for index in vector.indices { sum += Double(vector[index]) * Double(vector[index]) }
  return sum > 0 ? sum.squareRoot() : nil
}
