public import Descriptors
import Glibc
import Samples
import Storage

extension ArchivePool {
  /// Whether a path leads to a folder, as archives are.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Where the sources lie now: under the path by which they were read, or beside the archive.
  ///
  /// - Returns: One path a source.
  /// - Throws: `ArchiveError.sourceMissing`; `sourceChanged` for one of another size.
  func locatedSources() throws(ArchiveError) -> [String] {
    var paths: [String] = []
    for source in sources { paths.append(try locate(source)) }
    return paths
  }

  private func locate(_ source: SourceSummary) throws(ArchiveError) -> String {
    var candidates = [source.path]
    let beside = folderAbove
    if !source.path.hasPrefix("/") { candidates.append("\(beside)/\(source.path)") }
    if let slash = source.path.utf8.lastIndex(of: 0x2F) {
      candidates.append("\(beside)/\(source.path[source.path.index(after: slash)...])")
    }
    var otherSize: Int?
    for candidate in candidates {
      var status = stat()
      guard unsafe stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      if Int(status.st_size) == source.byteCount { return candidate }
      otherSize = otherSize ?? Int(status.st_size)
    }
    if let otherSize {
      throw .sourceChanged(
        path: source.path, expectedBytes: source.byteCount, foundBytes: otherSize)
    }
    throw .sourceMissing(path: source.path, archive: path)
  }

  private var folderAbove: String {
    var folder = path[...]
    while folder.count > 1, folder.hasSuffix("/") { folder = folder.dropLast() }
    guard let slash = folder.utf8.lastIndex(of: 0x2F) else { return "." }
    return slash == folder.startIndex ? "/" : String(folder[..<slash])
  }
}

/// What an archive brings to a choice that does not say otherwise.
public struct ArchiveDefaults: Sendable {
  /// The columns that tell quality; none for the heuristic.
  public let quality: [Recipe.QualityColumn]
  /// The axes.
  public let axes: [AxisSpecification]
  /// What training's randomness started from.
  public let seed: UInt64
  /// The fields that hold the text.
  public let textFields: [String]

  /// Reads them from an archive's index; there are none where the path leads to no folder.
  ///
  /// - Parameter path: A path.
  /// - Throws: `GamutError.archive`, `GamutError.storage`.
  public init?(of path: String) throws(GamutError) {
    guard ArchivePool.isFolder(path) else { return nil }
    do {
      let index = try ArchiveIndex(reading: path)
      let model = try DescriptorModel(reading: path, index: index)
      quality = index.quality
      axes = model.axes.map(\.specification)
      seed = model.seed
      textFields = model.textFields
    } catch {
      throw GamutError(error)
    }
  }
}
