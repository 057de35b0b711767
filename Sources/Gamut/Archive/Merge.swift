import JSON
import Measures
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
/// the order of the archives.
///
/// - Parameters:
///   - request: The archives, and where the new one goes.
///   - onEvent: Is told of stages and progress.
/// - Returns: What the new archive holds.
/// - Throws: `GamutError`; `ArchiveError.differentModels` says what differs, `sourceInBoth` which source
///   is in two of them, `sourceReplaced` which is so with different content. No archive has appeared or changed then.
/// - Complexity: O(bytes of the archives).
public func merge(
  _ request: MergeRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ArchiveReport {
  do {
    let watch = Stopwatch()
    let archives = try watch.time(.load, onEvent) {
      try request.inputs.map { try ArchivePool(opening: $0) }
    }
    guard let first = archives.first else { throw GamutError.emptyPool(paths: []) }
    try checkJoinable(archives)
    let replaced = try ArchiveLock.ofReplaced(request.output)
    defer { withExtendedLifetime(replaced) {} }
    let folder = try StagedFolder(
      path: request.output, marker: ArchiveIndex.fileName, replacing: request.replacesOutputs)
    var index = first.index
    index.version = gamutVersion
    index.segments = archives.flatMap(\.index.segments)
    index.sortSegments()
    try watch.time(.write, onEvent) {
      try copy(first.index.modelFiles, from: "\(first.path)/model", to: "model", of: folder)
      for archive in archives {
        for segment in archive.index.segments {
          try copy(
            segment.files, from: "\(archive.path)/segments/\(segment.id)",
            to: "segments/\(segment.id)", of: folder)
        }
      }
      try folder.add(ArchiveIndex.fileName).write(index.text)
      try folder.commit()
    }
    try watch.time(.rank, onEvent) {
      try ArchiveGround.make(
        for: ArchivePool(path: request.output, index: index), threads: request.threads)
    }
    return ArchiveReport(
      path: request.output, index: index, newSources: archives.flatMap(\.sources), drift: [],
      timing: watch.stages)
  } catch {
    throw GamutError(error)
  }
}

private func checkJoinable(_ archives: [ArchivePool]) throws {
  guard let first = archives.first else { return }
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
      throw ArchiveError.differentModels(
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
