import Embeddings
import JSON
import LinearAlgebra
import Samples
import Storage

/// What topics are fitted from, gathered from part of a pool: so that the parts can be gone through in different
/// places, and joined give the model that one place would have made, to the bit.
///
/// Lies in an archive without model and segments, in its folder `moments`:
///
/// | file | holds |
/// | --- | --- |
/// | `keys.npy` | for texts: the keys of the samples with the smallest ones, ascending |
/// | `words.npy`, `word_ends.npy` | hashes of their words, prompt then answer, and where each part ends, a 0 first |
/// | `rows.npy` | for vectors: how many rows each source has |
/// | `mean.K.npy`, `scatter.K.npy` | the mean of the K-th source's rows, from 1, and Σ (x − mean)(x − mean)ᵀ, of which the upper triangle counts |
enum Moments: Sendable {
  /// Words of the samples that the text embedding is trained on.
  case texts(WordSample, keys: [UInt64])
  /// Mean and scatter of each source's vectors.
  case vectors([MomentAccumulator])

  /// The folder within the archive.
  static let folder = "moments"

  /// The most columns that vectors may have: of longer ones no matrix is kept.
  static let dimensionLimit = 4_096

  /// Writes the files.
  ///
  /// - Parameter folder: The archive.
  /// - Returns: Their sizes and digests.
  /// - Throws: `StorageError`.
  func write(to folder: StagedFolder) throws -> [String: ArchiveIndex.FileFacts] {
    var files: [(name: String, output: StagedOutput)] = []
    func add(_ name: String, _ column: NumericColumn, shape: [Int]? = nil) throws {
      let output = try folder.add("\(Self.folder)/\(name)")
      output.addUpHash()
      try column.write(to: output, shape: shape)
      files.append((name, output))
    }
    switch self {
    case .texts(let words, let keys):
      try add("keys.npy", .longs(keys))
      try add("words.npy", .words(words.hashes))
      try add("word_ends.npy", .longs(words.ends.map { UInt64($0) }))
    case .vectors(let sources):
      try add("rows.npy", .longs(sources.map { UInt64($0.rowCount) }))
      for (place, moments) in sources.enumerated() {
        let side = moments.dimension
        try add("mean.\(place + 1).npy", .doubles(moments.mean))
        try add("scatter.\(place + 1).npy", .doubles(moments.scatter), shape: [side, side])
      }
    }
    return try ArchiveIndex.facts(of: files)
  }
}

extension ArchiveIndex {
  /// The files of moments.
  func momentFiles(of archive: String) -> ArchiveFiles {
    ArchiveFiles(folder: "\(archive)/\(Moments.folder)", files: gathered?.files ?? [:])
  }

  /// Whether topics come from texts.
  var isOfTexts: Bool { model["topics"]?["source"]?.text == "built-in" }

  /// Takes the samples of moments into a reservoir.
  ///
  /// - Parameters:
  ///   - archive: The folder.
  ///   - reservoir: Where they go.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `StorageError`.
  func addSamples(of archive: String, to reservoir: inout WordReservoir) throws {
    let files = momentFiles(of: archive)
    let keys = try files.longs("keys.npy")
    let ends = try files.longs("word_ends.npy", count: 2 * keys.count + 1)
    guard let hashCount = ends.last.flatMap({ Int(exactly: $0) }), hashCount < 1 << 40,
      let words = WordSample(
        hashes: try files.counts("words.npy", count: hashCount),
        ends: ends.map { Int(truncatingIfNeeded: $0) })
    else {
      throw ArchiveError.malformed(
        path: files.folder, detail: "keys, words and their ends do not fit each other")
    }
    reservoir.append(contentsOf: words, keys: keys)
  }

  /// Reads the moments of one source.
  ///
  /// - Parameters:
  ///   - place: Its place among the sources, from 0.
  ///   - archive: The folder.
  /// - Returns: Mean and scatter of its rows.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `StorageError`.
  func moments(of place: Int, archive: String) throws -> MomentAccumulator {
    let files = momentFiles(of: archive)
    let dimension = model["topics"]?["dimension"]?.wholeNumber ?? 0
    let rows = try files.longs("rows.npy", count: gathered?.sources.count ?? 0)
    guard (1...Moments.dimensionLimit).contains(dimension), let count = Int(exactly: rows[place])
    else {
      throw ArchiveError.malformed(path: files.folder, detail: "the vectors have no such size")
    }
    return try MomentAccumulator(
      rowCount: count, mean: try files.doubles("mean.\(place + 1).npy", count: dimension),
      scatter: try files.doubles("scatter.\(place + 1).npy", count: dimension * dimension))
  }
}
