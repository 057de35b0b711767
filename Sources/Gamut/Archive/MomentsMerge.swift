import Embeddings
import JSON
import LinearAlgebra
import Reporting
import Samples
import Storage
import Tokenizers

/// Joins what was gathered from the parts of a pool, and fits a model to it.
struct MomentsMerge {
  /// All archives.
  private let parts: [ArchivePool]
  /// Those whose moments are of something.
  private let archives: [ArchivePool]

  /// - Parameter archives: At least one; all hold moments for the same model, but for those of no vectors.
  init(_ archives: [ArchivePool]) {
    parts = archives
    self.archives = archives.filter { !$0.index.isWithoutVectors }
  }

  /// Checks that no part is there twice: by name, and where sources were read whole, which they are for vectors,
  /// by content.
  ///
  /// - Throws: `ArchiveError.sourceInBoth`, `sourceNameInBoth`.
  func check() throws(ArchiveError) {
    var names: [String: (sha256: String, archive: String)] = [:]
    var contents: [String: (path: String, archive: String)] = [:]
    for archive in parts {
      for source in archive.index.gathered?.sources ?? [] {
        if let other = names[source.path], source.sha256.isEmpty || other.sha256 != source.sha256 {
          throw .sourceNameInBoth(
            path: source.path, archive: archive.path, otherArchive: other.archive)
        }
        names[source.path] = (source.sha256, archive.path)
        // Files without a line are all the same, and no harm.
        if source.sha256.isEmpty || source.byteCount == 0 { continue }
        if let other = contents[source.sha256] {
          throw .sourceInBoth(
            path: source.path, archive: archive.path, other: other.path,
            otherArchive: other.archive)
        }
        contents[source.sha256] = (source.path, archive.path)
      }
    }
  }

  /// Fits the topics.
  ///
  /// - Parameter threads: How many threads may work at once; they change no bit.
  /// - Returns: The model, whose axes are uncut, and what is to be known of it.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `GamutError.emptyPool`, `vectorShareTooSmall`; `LinearAlgebraError`;
  ///   `StorageError`.
  func model(threads: Int) throws -> (model: DescriptorModel, warnings: [Warning]) {
    // Of all: a damaged part must not be taken for one without vectors, and left out.
    for part in parts where part.index.modelIdentity != part.index.computedModelIdentity {
      throw ArchiveError.malformed(
        path: ArchiveIndex.path(part.path), detail: "'id' is not what it should be")
    }
    guard let first = archives.first else { throw GamutError.emptyPool(paths: paths) }
    let index = first.index
    let path = ArchiveIndex.path(first.path)
    // No more than is ever written, lest a damaged number ask for all memory.
    let limit = index.isOfTexts ? TextTopics.dimensionLimit : Moments.dimensionLimit
    guard let topics = index.model["topics"], let count = topics["count"]?.wholeNumber,
      let dimension = topics["dimension"]?.wholeNumber, count > 0, count <= dimension,
      dimension <= limit, let seed = index.model["seed"]?.text.flatMap({ UInt64($0) }),
      let fields = index.model["text"]?.items?.compactMap(\.text),
      let uncut = index.model["uncut"].flatMap({
        DescriptorModel.UncutAxes($0, topicCount: count)
      })
    else { throw ArchiveError.malformed(path: path, detail: "what is to be fitted") }
    let (components, embedding) = try topicsOfAll(
      index.isOfTexts, count: count, dimension: dimension, seed: seed, threads: threads)
    let template = try index.model["chat_template"].map { kept in
      guard let template = try? ChatTemplate(kept) else {
        throw ArchiveError.malformed(path: path, detail: "'chat_template' is not what it should be")
      }
      return template
    }
    let model = DescriptorModel(
      components: components, embedding: embedding, seed: seed, textFields: fields, axes: [],
      references: [], tokenizer: index.model["tokenizer"]?.text, chatTemplate: template,
      uncut: uncut)
    let kernels = Set(archives.compactMap(\.index.gathered?.kernel)).sorted()
    return (model, kernels.count > 1 ? [.severalKernels(kernels)] : [])
  }

  private var paths: [String] {
    parts.flatMap { $0.index.gathered?.sources.map(\.path) ?? [] }
  }

  private func topicsOfAll(
    _ areOfTexts: Bool, count: Int, dimension: Int, seed: UInt64, threads: Int
  ) throws -> (components: PrincipalComponents, embedding: TextEmbedding?) {
    if areOfTexts {
      var reservoir = WordReservoir(limit: TextEmbedding.trainingSampleLimit)
      for archive in archives { try archive.index.addSamples(of: archive.path, to: &reservoir) }
      guard
        let topics = try TextTopics(
          training: reservoir.sample(), count: count, seed: seed, threads: threads)
      else { throw GamutError.emptyPool(paths: paths) }
      return (topics.fitted.prefix(count), topics.embedding)
    }
    var total = MomentAccumulator(dimension: dimension)
    var parts: [(source: SourceSummary, archive: ArchivePool, place: Int)] = []
    for archive in archives {
      for (place, source) in (archive.index.gathered?.sources ?? []).enumerated() {
        parts.append((source, archive, place))
      }
    }
    parts.sort { $0.source.precedes($1.source) }
    for (_, archive, place) in parts {
      total.add(try archive.index.moments(of: place, archive: archive.path))
    }
    if let share = archives.first?.index.model["topics"]?["share"]?.decimal {
      guard share > 0, share < 1 else {
        throw ArchiveError.malformed(
          path: ArchiveIndex.path(archives[0].path), detail: "'share' is not what it should be")
      }
      try VectorTopics.checkIsEnough(
        RowSample(share: share, seed: seed), rowCount: total.rowCount, dimension: dimension)
    }
    guard total.rowCount > 0 else { throw GamutError.emptyPool(paths: paths) }
    let fitted = try total.principalComponents(
      count: min(max(count, TextTopics.keptCount), dimension))
    return (fitted.prefix(count), nil)
  }
}
