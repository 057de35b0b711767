import Embeddings
import JSON
import LinearAlgebra
import Reporting
import Samples
import Storage
import Tokenizers

/// Joins what was gathered from the parts of a pool, and fits a model to it.
struct MomentsMerge {
  private let archives: [ArchivePool]

  /// - Parameter archives: At least one; all hold moments for the same model.
  init(_ archives: [ArchivePool]) { self.archives = archives }

  private var first: ArchivePool { archives[0] }

  /// Checks that no part is there twice.
  ///
  /// - Throws: `ArchiveError.sourceInBoth`.
  func check() throws(ArchiveError) {
    var seen: [String: String] = [:]
    for archive in archives {
      for source in archive.index.gathered?.sources ?? [] {
        if let other = seen.updateValue(archive.path, forKey: source.path) {
          throw .sourceInBoth(
            path: source.path, archive: archive.path, other: source.path, otherArchive: other)
        }
      }
    }
  }

  /// Fits the topics.
  ///
  /// - Parameter threads: How many threads may work at once; they change no bit.
  /// - Returns: The model, whose axes are uncut, and what is to be known of it.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `GamutError.emptyPool`; `LinearAlgebraError`; `StorageError`.
  func model(threads: Int) throws -> (model: DescriptorModel, warnings: [Warning]) {
    let index = first.index
    let path = ArchiveIndex.path(first.path)
    guard let topics = index.model["topics"], let count = topics["count"]?.wholeNumber,
      let dimension = topics["dimension"]?.wholeNumber, count > 0, count <= dimension,
      let seed = index.model["seed"]?.text.flatMap({ UInt64($0) }),
      let fields = index.model["text"]?.items?.compactMap(\.text),
      let uncut = index.model["uncut"].flatMap({
        DescriptorModel.UncutAxes($0, topicCount: count)
      })
    else { throw ArchiveError.malformed(path: path, detail: "what is to be fitted") }
    let (components, embedding) = try topicsOfAll(
      count: count, dimension: dimension, seed: seed, threads: threads)
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

  private func topicsOfAll(
    count: Int, dimension: Int, seed: UInt64, threads: Int
  ) throws -> (components: PrincipalComponents, embedding: TextEmbedding?) {
    let paths = archives.flatMap { $0.index.gathered?.sources.map(\.path) ?? [] }
    if first.index.isOfTexts {
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
    guard total.rowCount > 0 else { throw GamutError.emptyPool(paths: paths) }
    let fitted = try total.principalComponents(
      count: min(max(count, TextTopics.keptCount), dimension))
    return (fitted.prefix(count), nil)
  }
}
