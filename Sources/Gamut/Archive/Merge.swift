import JSON
import Measures
import Reporting
import Samples
import Storage

/// A request to join archives.
public struct MergeRequest: Sendable {
  /// The archives' folders, at least one.
  public var inputs: [String]
  /// The folder of the archive to come.
  public var output: String
  /// Whether an archive that stands there already is replaced.
  public var replacesOutputs = false
  /// Whether axes that are yet to be cut wait further, for archives that are to be joined in several steps.
  public var leavesUncut = false
  /// How many threads work; they change no byte.
  public var threads = 1

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - inputs: The archives' folders, at least one.
  ///   - output: The folder of the archive to come.
  public init(inputs: [String], output: String) {
    self.inputs = inputs
    self.output = output
  }
}

/// Joins archives that share a model into a new one.
///
/// The segments are copied as they are, each file held against its digest; the result does not depend on
/// the order of the archives. Axes that the model has yet to cut are cut over all samples that come together,
/// as `fit` over all sources would have cut them.
///
/// Archives of moments become an archive without samples: the model, fitted to what they hold.
///
/// - Parameters:
///   - request: The archives, and where the new one goes.
///   - onEvent: Is told of stages and progress.
/// - Returns: What the new archive holds.
/// - Throws: `GamutError`, among others `tooManySamples`; `ArchiveError.differentModels` and `differentMoments` say
///   what differs, `sourceInBoth` which source is in two of them, `sourceReplaced` which is so with different content,
///   `momentsAmongArchives`. No archive has appeared or changed then.
/// - Complexity: O(bytes of the archives).
public func merge(
  _ request: MergeRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ArchiveReport {
  do {
    return try MergeRun(request).carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// One joining of archives.
private struct MergeRun {
  let request: MergeRequest
  let watch = Stopwatch()

  init(_ request: MergeRequest) { self.request = request }

  func carryOut(_ onEvent: (Event) -> Void) throws -> ArchiveReport {
    let archives = try watch.time(.load, onEvent) {
      try request.inputs.map { try ArchivePool(opening: $0) }
    }
    guard let first = archives.first else { throw GamutError.emptyPool(paths: []) }
    if let other = archives.first(where: {
      ($0.index.gathered == nil) != (first.index.gathered == nil)
    }) {
      let gathered = first.index.gathered == nil ? (other, first) : (first, other)
      throw ArchiveError.momentsAmongArchives(path: gathered.0.path, other: gathered.1.path)
    }
    try checkJoinable(archives)
    let moments = first.index.gathered.map { _ in MomentsMerge(archives) }
    try moments?.check()
    let replaced = try ArchiveLock.ofReplaced(request.output)
    defer { withExtendedLifetime(replaced) {} }
    let folder = try StagedFolder(
      path: request.output, marker: ArchiveIndex.fileName, replacing: request.replacesOutputs)
    let pool = try ArchivePool(joining: archives)
    let made =
      try moments.map { moments in
        try watch.time(.train, onEvent) { try moments.model(threads: request.threads) }
      } ?? cutModel(of: pool, onEvent)
    // All that may fail comes before the archive: what nobody could open must not replace what stands there.
    let model = try made?.model ?? DescriptorModel(reading: pool.path, index: pool.index)
    try model.checkAxes(keptBy: pool.index, of: pool.path)
    let index = try watch.time(.write, onEvent) {
      try write(pool, model: made?.model, to: folder)
    }
    let ground = try watch.time(.rank, onEvent) {
      try ArchiveGround.groundwork(ofPart: pool, model: model, threads: request.threads)
    }
    try watch.time(.write, onEvent) {
      if let ground { try ArchiveGround.write(ground, to: folder, index: index) }
      try folder.add(ArchiveIndex.fileName).write(index.text)
      try folder.commit()
    }
    return ArchiveReport(
      path: request.output, index: index, newSources: archives.flatMap(\.sources), drift: [],
      warnings: made?.warnings ?? [], timing: watch.stages)
  }

  /// The model with its axes cut over all samples; `nil` where they are cut already, or wait further.
  private func cutModel(
    of pool: ArchivePool, _ onEvent: (Event) -> Void
  ) throws -> (model: DescriptorModel, warnings: [Warning])? {
    if request.leavesUncut || pool.sampleCount == 0 { return nil }
    let model = try DescriptorModel(reading: pool.path, index: pool.index)
    guard let uncut = model.uncut else { return nil }
    // The columns of quality only to see that they are not empty.
    let plan = ReadingPlan(
      cutting: uncut, quality: pool.index.quality, textFields: model.textFields)
    let columns = try watch.time(.load, onEvent) {
      try pool.columns(
        for: plan, needing: .init(answers: false, topics: plan.topicCount > 0),
        threads: request.threads)
    }
    return try watch.time(.select, onEvent) {
      try DescriptorModel.checkHasQuality(
        pool.index.quality, in: columns, sources: pool.sources, plan: plan)
      return try model.cut(
        over: columns, sources: pool.sources, plan: plan, threads: request.threads)
    }
  }

  /// Writes all but the index.
  ///
  /// - Parameters:
  ///   - pool: The archives, joined.
  ///   - model: The model where it is a new one; else that of the archives.
  ///   - folder: The archive to come.
  /// - Returns: The index.
  /// - Throws: `ArchiveError.damaged`; `StorageError`.
  private func write(
    _ pool: ArchivePool, model: DescriptorModel?, to folder: StagedFolder
  ) throws -> ArchiveIndex {
    var index = pool.index
    index.gathered = nil
    if let model {
      try model.write(to: folder, index: &index)
    } else {
      try copy(index.modelFiles, from: "\(pool.path)/model", to: "model", of: folder)
    }
    for (number, segment) in pool.index.segments.enumerated() {
      // A segment is named by its model as well.
      let id = ArchiveIndex.segmentIdentity(of: segment.sources, model: index.modelIdentity)
      index.segments[number].id = id
      try copy(segment.files, from: pool.files(number).folder, to: "segments/\(id)", of: folder)
    }
    index.sortSegments()
    return index
  }
}

private func checkJoinable(_ archives: [ArchivePool]) throws {
  guard let first = archives.first(where: { !$0.index.isWithoutVectors }) ?? archives.first
  else { return }
  var seen: [String: (path: String, archive: String)] = [:]
  var paths: [String: (sha256: String, archive: String)] = [:]
  for archive in archives {
    var differences: [String] = []
    if archive.index.modelIdentity != first.index.modelIdentity {
      differences += DescriptorModel.differences(first.index, archive.index)
    }
    let (one, other) = (first.index, archive.index)
    if one.columns != other.columns {
      func list(_ columns: ArchiveIndex.Columns) -> String {
        (columns.measures.map(\.rawValue) + columns.numbers + columns.labels)
          .joined(separator: ", ")
      }
      differences.append("what is kept (\(list(one.columns)) and \(list(other.columns)))")
    }
    if one.quality != other.quality {
      func list(_ quality: [Recipe.QualityColumn]) -> String {
        quality.isEmpty ? "the heuristic" : quality.map(\.text).joined(separator: ", ")
      }
      differences.append("quality (\(list(one.quality)) and \(list(other.quality)))")
    }
    if !differences.isEmpty {
      throw first.index.gathered == nil
        ? ArchiveError.differentModels(
          path: first.path, other: archive.path, differences: differences)
        : ArchiveError.differentMoments(
          path: first.path, other: archive.path, differences: differences)
    }
    for source in archive.sources {
      if let other = paths[source.path], other.sha256 != source.sha256 {
        throw ArchiveError.sourceReplaced(path: source.path, archive: other.archive)
      }
      paths[source.path] = (source.sha256, archive.path)
      // Files without a line are all the same, and no harm.
      if source.sampleCount + source.rejectedCount == 0 { continue }
      if let other = seen[source.sha256] {
        throw ArchiveError.sourceInBoth(
          path: source.path, archive: archive.path, other: other.path,
          otherArchive: other.archive)
      }
      seen[source.sha256] = (source.path, archive.path)
    }
  }
}

/// Copies files of one folder, each held against its digest.
private func copy(
  _ files: [String: ArchiveIndex.FileFacts], from source: String, to prefix: String,
  of folder: StagedFolder
) throws {
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  for name in files.keys.sorted() {
    let path = "\(source)/\(name)"
    let file: InputFile
    do throws(StorageError) { file = try InputFile(path: path) } catch {
      if case .cannotOpen = error { throw ArchiveError.damaged(path: path) }
      throw error
    }
    let output = try folder.add("\(prefix)/\(name)")
    output.addUpHash()
    var offset = 0
    while true {
      var span = buffer.mutableSpan
      let count = try file.read(into: &span, at: offset)
      try output.write(buffer.span.extracting(first: count))
      offset += count
      if count < buffer.count { break }
    }
    try output.finish()
    guard output.sha256 == files[name]?.sha256 else { throw ArchiveError.damaged(path: path) }
  }
}
