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
    for source in sources {
      paths.append(try locate(source.path, byteCount: source.byteCount))
    }
    return paths
  }

  /// The same for a run that reads none of them: one that is not there has the path by which it was read.
  var likelySources: [String] {
    sources.map { (try? locate($0.path, byteCount: $0.byteCount)) ?? $0.path }
  }

  /// The files that the archive needs and that lie outside it, as far as they are found: the sources, and those of
  /// the samples' vectors.
  ///
  /// No output may replace one of them.
  var likelyFiles: [String] {
    let vectors = index.segments.compactMap(\.vectors).filter {
      ColumnVectors.column($0.path) == nil
    }
    return likelySources
      + vectors.map { (try? locate($0.path, byteCount: $0.byteCount)) ?? $0.path }
  }

  /// Where a file lies now that was read into the archive.
  func locate(_ given: String, byteCount: Int) throws(ArchiveError) -> String {
    var candidates = [given]
    let beside = folderAbove
    if !given.hasPrefix("/") { candidates.append("\(beside)/\(given)") }
    if let slash = given.utf8.lastIndex(of: 0x2F) {
      candidates.append("\(beside)/\(given[given.index(after: slash)...])")
    }
    var otherSize: Int?
    for candidate in candidates {
      var status = stat()
      guard unsafe stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      if Int(status.st_size) == byteCount { return candidate }
      otherSize = otherSize ?? Int(status.st_size)
    }
    if let otherSize {
      throw .sourceChanged(path: given, expectedBytes: byteCount, foundBytes: otherSize)
    }
    throw .sourceMissing(path: given, archive: path)
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
      axes = model.specifications
      seed = model.seed
      textFields = model.textFields
    } catch {
      throw GamutError(error)
    }
  }
}
