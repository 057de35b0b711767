import JSON
import Measures
import Samples
import Storage

/// Writes the records that stand at given places of a pool, byte for byte, in the order of the places.
///
/// The counterpart of `--indices` and of the format `npy`: places are told where all is known of the samples, and
/// records fetched where their files are. Of an archive each line is held against the hash that was kept of it; files
/// are gone through once to find their records.
///
/// - Parameters:
///   - request: The pool, the places, and where records go.
///   - onEvent: Is told of stages and progress.
/// - Returns: What was written.
/// - Throws: `GamutError`, among others `placesNotAFile`, `unreadablePlaces`, `noSuchPlace`, `placeOfRejected`,
///   `placeTwice`, and `StorageError.sameFileTwice` for an output that is an input or an archive's source. No file has appeared or
///   changed then.
/// - Complexity: O(bytes of the files), of an archive O(its columns of places + bytes of the records).
public func take(
  _ request: TakeRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> TakeReport {
  do {
    return try TakeRun(request).carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

private struct TakeRun {
  let request: TakeRequest
  let watch = Stopwatch()

  init(_ request: TakeRequest) {
    precondition(request.format != .npy, "places are taken to records")
    self.request = request
  }

  func carryOut(_ onEvent: (Event) -> Void) throws -> TakeReport {
    // Before any work: an output that cannot be written should be told at once.
    let output = try StagedOutput(
      path: request.output ?? "/dev/stdout", replacing: request.replacesOutputs)
    try checkOutputIsNone(of: request.inputs + [request.places])
    let places = try places()
    let folder = request.inputs.first(where: ArchivePool.isFolder)
    if let folder, request.inputs.count > 1 { throw ArchiveError.archiveAmongInputs(path: folder) }
    let found = try folder.map { try archived($0, places, onEvent) } ?? read(places, onEvent)
    try watch.time(.write, onEvent) {
      try found.writer.write(found.rows, format: request.format) { try output.write($0) }
      try output.finish()
      try output.commit()
    }
    return TakeReport(
      samples: places.count, bytes: output.byteCount, timing: watch.stages)
  }

  private func checkOutputIsNone(of files: [String]) throws(StorageError) {
    guard let output = request.output else { return }
    if files.contains(where: { InputFile.isSameFile(output, $0) }) {
      throw .sameFileTwice(path: output)
    }
  }

  private func places() throws -> [Int] {
    // Read from any offset, and all of it before the first record.
    if request.places == "-" || InputFile.isStream(request.places) {
      throw GamutError.placesNotAFile(path: request.places)
    }
    do throws(StorageError) {
      return try NumericColumnFile(listAt: request.places).integers().values
    } catch {
      guard case .unreadableArray(let path, let problem, let found) = error else { throw error }
      throw GamutError.unreadablePlaces(path: path, problem: problem, found: found)
    }
  }

  /// Where the records lie: the rows of a writer's columns, in the order of the places.
  private typealias Found = (writer: SubsetWriter, rows: [Int32])

  private func read(_ places: [Int], _ onEvent: (Event) -> Void) throws -> Found {
    let progress = ReadingProgress()
    let reader = try reader(of: request.inputs, textFields: request.textFields, progress: progress)
    let plan = ReadingPlan(
      keeping: .init(measures: [], numbers: [], labels: []), topicCount: 0,
      textFields: request.textFields, keepsRejectedLines: false)
    let pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    let (columns, sources) = try watch.time(.read, onEvent) {
      try pool.readShapes(onEvent: onEvent)
    }
    let rows = try samples(
      at: places, among: columns.count, rejected: columns.rejected)
    var writer = SubsetWriter(columns: columns, sources: sources, reader: reader)
    writer.threads = request.threads
    return (writer, rows)
  }

  private func archived(
    _ folder: String, _ places: [Int], _ onEvent: (Event) -> Void
  ) throws -> Found {
    let archive = try ArchivePool(opening: folder)
    if archive.index.gathered != nil { throw ArchiveError.onlyMoments(path: folder) }
    try checkOutputIsNone(of: archive.likelyFiles)
    let fields = archive.index.model["text"]?.items?.compactMap(\.text) ?? []
    let plan = ReadingPlan(
      keeping: .init(measures: [], numbers: [], labels: []), topicCount: 0, textFields: fields,
      keepsRejectedLines: false
    ).withoutIdentifiers
    return try watch.time(.load, onEvent) {
      let rejected = try archive.columns(
        for: plan,
        needing: .init(
          answers: false, topics: false, lines: false, lineBytes: false, tokens: false,
          complexity: false), threads: request.threads
      ).rejected
      let samples = try samples(at: places, among: archive.sampleCount, rejected: rejected)
      let rows = try archive.rows(of: samples.sorted(), plan: plan, threads: request.threads)
      var writer = SubsetWriter(
        columns: rows.columns, sources: rows.sources,
        reader: try reader(
          of: try archive.sources(holding: samples), textFields: fields, progress: nil))
      writer.threads = request.threads
      writer.makeCheck = rows.lineCheck(textFields: fields)
      return (writer, rows.rows(of: samples))
    }
  }

  private func reader(
    of paths: [String], textFields: [String], progress: ReadingProgress?
  ) throws -> SampleReader {
    var options = ReadingOptions()
    options.textFields = textFields
    options.unreadable = .deliver
    options.hashesSources = false
    options.temporaryFolder = request.temporaryFolder
    options.progress = progress
    return try SampleReader(sources: paths.map(Source.init(path:)), options: options)
  }

  /// The samples at the places.
  private func samples(
    at places: [Int], among sampleCount: Int, rejected: RejectedLines
  ) throws(GamutError) -> [Int32] {
    let lineCount = sampleCount + rejected.count
    var samples: [Int32] = []
    samples.reserveCapacity(places.count)
    for (position, place) in places.enumerated() {
      guard (0..<lineCount).contains(place) else {
        throw .noSuchPlace(
          path: request.places, position: position, place: place, lineCount: lineCount)
      }
      guard let sample = rejected.sample(at: place) else {
        throw .placeOfRejected(path: request.places, position: position, place: place)
      }
      samples.append(Int32(truncatingIfNeeded: sample))
    }
    let sorted = samples.sorted()
    if let twice = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 {
      throw .placeTwice(path: request.places, place: Int(rejected.places(of: [twice])[0]))
    }
    return samples
  }
}

extension ArchivePool {
  /// Where the sources lie now, of which only those must be there that hold some of the samples.
  ///
  /// - Parameter samples: The samples, in any order.
  /// - Returns: One path a source.
  /// - Throws: `ArchiveError.sourceMissing`, `sourceChanged`.
  fileprivate func sources(holding samples: [Int32]) throws(ArchiveError) -> [String] {
    var isNeeded = [Bool](repeating: false, count: sources.count)
    var ends: [Int] = []
    for source in sources { ends.append((ends.last ?? 0) + source.sampleCount) }
    var place = 0
    for sample in samples.sorted() {
      while Int(sample) >= ends[place] { place += 1 }
      isNeeded[place] = true
    }
    var paths: [String] = []
    for (source, isNeeded) in zip(sources, isNeeded) {
      paths.append(
        isNeeded ? try locate(source.path, byteCount: source.byteCount) : source.path)
    }
    return paths
  }
}
