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
enum Moments {
  /// The folder within the archive.
  static let folder = "moments"

  /// The most columns that vectors may have: of longer ones no matrix is kept.
  static let dimensionLimit = 4_096

  /// Writes the files, each to its end before the next begins: there are two a source.
  struct Writer {
    let folder: StagedFolder
    /// Sizes and digests of what was written.
    private(set) var files: [String: ArchiveIndex.FileFacts] = [:]
    private var rowCounts: [UInt64] = []

    /// - Parameter folder: The archive.
    init(to folder: StagedFolder) { self.folder = folder }

    /// Writes the words of the samples that the text embedding is trained on.
    ///
    /// - Parameters:
    ///   - words: The samples.
    ///   - keys: Their keys, ascending.
    /// - Throws: `StorageError`.
    mutating func add(_ words: WordSample, keys: [UInt64]) throws {
      try add("keys.npy", .longs(keys))
      try add("words.npy", .words(words.hashes))
      try add("word_ends.npy", .longs(words.ends.map { UInt64($0) }))
    }

    /// Writes mean and scatter of the next source's vectors.
    ///
    /// - Parameter moments: They.
    /// - Throws: `StorageError`.
    mutating func add(_ moments: MomentAccumulator) throws {
      rowCounts.append(UInt64(moments.rowCount))
      let side = moments.dimension
      try add("mean.\(rowCounts.count).npy", .doubles(moments.mean))
      try add("scatter.\(rowCounts.count).npy", .doubles(moments.scatter), shape: [side, side])
    }

    /// Writes how many rows each source had; after all sources.
    ///
    /// - Throws: `StorageError`.
    mutating func finishVectors() throws { try add("rows.npy", .longs(rowCounts)) }

    private mutating func add(
      _ name: String, _ column: NumericColumn, shape: [Int]? = nil
    ) throws {
      let output = try folder.add("\(Moments.folder)/\(name)")
      output.addUpHash()
      try column.write(to: output, shape: shape)
      files.merge(try ArchiveIndex.facts(of: [(name, output)])) { $1 }
    }
  }
}

extension ArchiveIndex {
  /// The files of moments.
  func momentFiles(of archive: String) -> ArchiveFiles {
    ArchiveFiles(folder: "\(archive)/\(Moments.folder)", files: gathered?.files ?? [:])
  }

  /// Whether topics come from texts.
  var isOfTexts: Bool { model["topics"]?["source"]?.text == "built-in" }

  /// Whether moments are those of no vector: of a part without a record, whose column tells no dimension.
  var isWithoutVectors: Bool {
    gathered != nil && !isOfTexts && model["topics"]?["dimension"]?.wholeNumber == 0
  }

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
