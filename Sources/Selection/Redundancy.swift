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
/// Where all that are chosen count, wherever they lie, they are kept in groups of about one direction, so
/// that most that are far are passed over by the group (`DirectionGroups`). Of the group nearest to a
/// candidate, or of its own cell, the closest is known first, and the others have to be closer.
///
/// A vector without length has no direction and is close to nothing.
///
/// **Memory.** 2 bytes a coordinate and chosen sample, at most 64 coordinates, 128 for t below 0.875, and
/// 36 bytes besides, in blocks of 16 samples a cell or group; the first chosen vectors whole, 16 MiB of
/// them; nothing for the others, but for some megabytes for the vectors of those that were told ahead.
public struct Redundancy: Sendable {
  /// Writes the vector of a sample.
  public typealias Vectors = @Sendable (Int, inout MutableSpan<Float>) throws -> Void
  typealias Twin = CandidatesAhead.Twin

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
  /// Candidates of one cell or group that are compared together.
  private static let comparedTogether = DirectionGroups.Points.mostCount
  /// How many numbers of chosen vectors are kept; of more, vectors are read again.
  private static let mostNumbersKept = 1 << 22

  private let threshold: Float
  private let dimension: Int
  private let threads: Int
  private let neighbours: @Sendable (Int) -> [Int]
  private let source: CandidatesAhead.Source
  /// The chosen samples by cell.
  ///
  /// Where there are groups, cell 0 has those that were chosen since candidates were told ahead last, and
  /// cell g + 1 those of group g.
  private var chosen: [ChosenOfCell]
  /// The groups in which chosen samples are kept, where all are compared, wherever they lie.
  private var groups: DirectionGroups?
  /// Which time candidates had been told ahead last when each cell sent a sample last; −1 for never.
  private var batches: [Int]
  private var knownNeighbours: [[Int]?]
  private var number: Int32 = 0
  /// The vectors of the first chosen samples.
  private var kept: [Float] = []
  private var ahead: CandidatesAhead
  private var worker: Worker

  /// The chosen samples of one cell or group, in the order in which they were chosen.
  private struct ChosenOfCell {
    var blocks: VectorBlocks
    var samples: [Int32] = []
    /// When each was chosen.
    var numbers: [Int32] = []
    var lengths: [Double] = []
    /// Of those that were chosen since candidates were told ahead last, their places among these.
    var recent: [Int32] = []

    init(_ kind: VectorCodes) {
      blocks = VectorBlocks(like: kind)
    }

    mutating func append(_ ahead: CandidatesAhead, at place: Int, number: Int32) {
      blocks.append(ahead.codes, at: place)
      samples.append(ahead.samples[place])
      numbers.append(number)
      lengths.append(ahead.lengths[place])
    }
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

  /// Some candidates of one cell, and what is found for them; memory that a thread uses again.
  private struct Worker: Sendable {
    var places: ArraySlice<Int> = []
    var best: [CandidatesAhead.Finding] = []
    /// The cosine that a chosen sample must reach to count for each.
    var leasts: [Float] = []
    var nearby: [[Nearby]] = []
    /// Those that are compared with the cell at hand: which of `places`, these, and their leasts.
    var asked: [Int] = []
    var askedPlaces: [UInt32] = []
    var askedLeasts: [Float] = []
    var scratch = VectorBlocks.Scratch()
    var other: [Float]

    init(dimension: Int) {
      other = [Float](repeating: 0, count: dimension)
    }

    /// Turns to other candidates, of each of which a chosen sample is known, or that none is close.
    mutating func start(_ places: ArraySlice<Int>, least: Float, known: Twin?) {
      self.places = places
      best.removeAll(keepingCapacity: true)
      leasts.removeAll(keepingCapacity: true)
      for _ in places {
        best.append(known.map { .twin($0) } ?? .none)
        leasts.append(least)
      }
      while nearby.count < places.count { nearby.append([]) }
    }
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
    groups = isGlobal ? DirectionGroups(dimension: dimension) : nil
    // Of groups at first only that of the others, behind those that are in none yet.
    let cellCount = isGlobal ? 2 : cellCount
    self.dimension = dimension
    self.threads = threads
    self.neighbours = neighbours
    batches = [Int](repeating: -1, count: cellCount)
    knownNeighbours = [[Int]?](repeating: nil, count: cellCount)
    var read = [Float](repeating: 0, count: dimension)
    // The first of the order are all that is sure to be compared. Each counts with its opposite, so that
    // the directions are those of the vectors themselves, not of what sets them apart from their mean.
    let count = max(1, min(order.count, Self.fittedCount))
    var fitted = [Float](repeating: 0, count: 2 * count * dimension)
    for (row, sample) in order.prefix(count).enumerated() {
      var target = read.mutableSpan
      try vectors(Int(sample), &target)
      guard let length = Selection.length(of: read.span) else { continue }
      let start = 2 * row * dimension
      for column in 0..<dimension {
        let value = Float(Double(read[column]) / length)
        fitted[start + column] = value
        fitted[start + dimension + column] = -value
      }
    }
    let rows = try Matrix(rowCount: 2 * count, columnCount: dimension, elements: fitted)
    let directions = try PrincipalComponents.fit(
      RowSource(rows), count: min(Self.mostDirections(threshold), dimension), threads: threads,
      method: dimension > Self.mostCovarianceColumns ? .rangeFinder(passes: 2) : .covariance)
    let kind = VectorCodes(coordinateCount: directions.count, dimension: dimension)
    source = CandidatesAhead.Source(
      dimension: dimension, vectors: vectors, directions: directions, kind: kind)
    chosen = [ChosenOfCell](repeating: ChosenOfCell(kind), count: cellCount)
    ahead = CandidatesAhead(codes: kind)
    worker = Worker(dimension: dimension)
    // At once, since a list that grows holds what it had as well; what is not written takes no memory.
    let most = Self.mostNumbersKept / dimension
    kept.reserveCapacity(min(order.count, most) * dimension)
  }

  /// How many candidates are best told ahead at a time.
  public var lookAheadCount: Int {
    max(CandidatesAhead.readTogether, min(Self.mostAhead, Self.mostNumbersAhead / dimension))
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
  ///   where all that are chosen count, O(those of groups within reach). For a candidate that was told
  ///   ahead all but those chosen since are done with.
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
    group()
    ahead.read(samples, from: source, groups: groups, threads: threads)
    if groups == nil { for sample in samples { ahead.cells.append(cell(sample)) } }
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
      groups != nil || ahead.cells[place] == cell,
      "a candidate lies in the cell that was told before")
    ahead.next += 1
    return place
  }

  /// Compares candidates with all that are chosen; each run lies in one cell.
  private func findings(of runs: [ArraySlice<Int>]) -> [(Int, CandidatesAhead.Finding)] {
    var found: [(Int, CandidatesAhead.Finding)] = []
    forEachPartInOrder(
      runs, threads: threads, makeWorker: { Worker(dimension: dimension) },
      work: { (worker: inout Worker, run: ArraySlice<Int>) in
        worker.start(run, least: threshold - Self.margin, known: nil)
        compare(&worker)
        return Array(zip(run, worker.best))
      },
      consume: { found += $0 })
    return found
  }

  /// Compares some candidates of one cell with all that were chosen before they were told ahead.
  private func compare(_ worker: inout Worker) {
    guard let first = worker.places.first else { return }
    let own = Int(ahead.cells[first])
    ask({ _ in true }, &worker)
    find(in: own, &worker)
    settle(&worker)
    if let groups {
      var points = DirectionGroups.Points(worker.places, of: ahead.points)
      for (query, least) in worker.leasts.enumerated() {
        points.reaches[query] = groups.reach(least)
      }
      for group in 0..<groups.count where group + 1 != own && !chosen[group + 1].samples.isEmpty {
        if !groups.isWithinReach(group, &points) { continue }
        ask({ points.isWithin[$0] }, &worker)
        find(in: group + 1, &worker)
      }
    } else {
      ask({ _ in true }, &worker)
      for neighbour in knownNeighbours[own] ?? [] { find(in: neighbour, &worker) }
    }
    settle(&worker)
  }

  /// Sets which of a worker's candidates are compared next.
  private func ask(_ isAsked: (Int) -> Bool, _ worker: inout Worker) {
    worker.asked.removeAll(keepingCapacity: true)
    worker.askedPlaces.removeAll(keepingCapacity: true)
    worker.askedLeasts.removeAll(keepingCapacity: true)
    for (query, place) in worker.places.enumerated() where isAsked(query) {
      worker.asked.append(query)
      worker.askedLeasts.append(worker.leasts[query])
      worker.askedPlaces.append(UInt32(place))
    }
  }

  /// Compares a worker's candidates whole with what may be too close to them.
  private func settle(_ worker: inout Worker) {
    for (query, place) in worker.places.enumerated() where !worker.nearby[query].isEmpty {
      do {
        var known: Twin?
        if case .twin(let twin) = worker.best[query] { known = twin }
        if let twin = try closest(to: place, of: query, known, &worker) {
          worker.best[query] = .twin(twin)
          worker.leasts[query] = twin.cosine - Self.margin
        }
      } catch {
        worker.best[query] = .problem(error)
        worker.leasts[query] = .infinity
      }
      worker.nearby[query].removeAll(keepingCapacity: true)
    }
  }

  /// The closest of those chosen since candidates were told ahead, if it is closer than the one known.
  private mutating func recentTwin(of place: Int, _ known: Twin?) throws -> Twin? {
    let cell = Int(ahead.cells[place])
    let around = neighbours(of: cell)
    let cells = (groups == nil ? [cell] + around : [0]).filter { batches[$0] == ahead.batch }
    if cells.isEmpty { return known }
    var worker = Worker(dimension: 0)
    swap(&worker, &self.worker)
    defer { swap(&worker, &self.worker) }
    let least = max(threshold, known?.cosine ?? threshold) - Self.margin
    worker.start([place], least: least, known: known)
    ask({ _ in true }, &worker)
    for cell in cells { find(in: cell, recently: true, &worker) }
    settle(&worker)
    switch worker.best[0] {
    case .none: return nil
    case .twin(let twin): return twin
    case .problem(let error): throw error
    }
  }

  /// Finds the chosen samples of a cell or group that may be too close to those asked for: all, or only
  /// the recent ones.
  private func find(in cell: Int, recently: Bool = false, _ worker: inout Worker) {
    let first = recently ? chosen[cell].samples.count - chosen[cell].recent.count : 0
    // By way of `chosen`, since a copy of one cell's would be counted for each of its arrays.
    chosen[cell].blocks.forEachClose(
      to: worker.askedPlaces, of: ahead.codes, leasts: worker.askedLeasts, from: first,
      scratch: &worker.scratch
    ) { query, index, bound in
      worker.nearby[worker.asked[query]].append(
        Nearby(
          bound: bound, number: chosen[cell].numbers[index], sample: chosen[cell].samples[index],
          length: chosen[cell].lengths[index],
          place: recently ? chosen[cell].recent[index - first] : -1))
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
      } else if (Int(candidate.number) + 1) * dimension <= kept.count {
        let start = Int(candidate.number) * dimension
        cosine = Self.cosine(
          vector, kept.span.extracting(start..<start + dimension), lengths, least)
      } else {
        var target = worker.other.mutableSpan
        try source.vectors(Int(candidate.sample), &target)
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
    let cell = groups == nil ? Int(ahead.cells[place]) : 0
    if batches[cell] != ahead.batch {
      batches[cell] = ahead.batch
      chosen[cell].recent.removeAll(keepingCapacity: true)
    }
    chosen[cell].append(ahead, at: place, number: number)
    chosen[cell].recent.append(Int32(truncatingIfNeeded: place))
    if kept.count == Int(number) * dimension, kept.count + dimension <= Self.mostNumbersKept {
      kept += ahead.vectors[place * dimension..<(place + 1) * dimension]
    }
    number += 1
  }

  /// Puts those chosen since candidates were told ahead into groups, where there are any.
  private mutating func group() {
    guard var groups else { return }
    let known = groups.count
    let recent = chosen[0].recent.map(Int.init)
    for start in stride(from: 0, to: recent.count, by: DirectionGroups.Points.mostCount) {
      let places = recent[start..<min(start + DirectionGroups.Points.mostCount, recent.count)]
      // Groups that were open when candidates were told ahead have been looked at.
      let opened = groups.count
      let nearest = groups.nearest(DirectionGroups.Points(places, of: ahead.points), from: known)
      for (lane, place) in places.enumerated() {
        var group = Int(ahead.cells[place]) - 1
        if group == 0 { group = Int(nearest[lane]) }
        if group == 0, groups.count > opened {
          let points = DirectionGroups.Points(CollectionOfOne(place), of: ahead.points)
          group = Int(groups.nearest(points, from: opened)[0])
        }
        if group == 0 { group = groups.open(for: place, of: ahead.points) }
        if group + 1 == chosen.count { chosen.append(ChosenOfCell(source.kind)) }
        chosen[group + 1].append(ahead, at: place, number: chosen[0].numbers[start + lane])
      }
    }
    chosen[0] = ChosenOfCell(source.kind)
    self.groups = groups
  }

  private mutating func neighbours(of cell: Int) -> [Int] {
    if groups != nil { return [] }
    if let known = knownNeighbours[cell] { return known }
    let found = neighbours(cell)
    knownNeighbours[cell] = found
    return found
  }
}
