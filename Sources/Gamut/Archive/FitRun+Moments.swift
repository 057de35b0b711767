import Embeddings
import JSON
import LinearAlgebra
import Reporting
import Samples
import Storage
import Tokenizers

/// Gathers from part of a pool what topics are fitted from; the first of two passes where a pool is divided among
/// machines.
///
/// What was gathered from all parts is joined by `merge`, which fits the topics; `fit` with that archive as its
/// model then reads each part a second time, and `merge` joins what comes of it and cuts the axes over all
/// samples. The result is that of one `fit` over all sources: the same model, and from it the same subsets.
///
/// - Parameters:
///   - request: The part's files and, for every part alike, what is to be fitted; no model.
///   - onEvent: Is told of stages and progress.
/// - Returns: What was gathered.
/// - Throws: `GamutError`, among others `momentsOfLongVectors`. No archive has appeared or changed then.
/// - Complexity: For texts O(bytes), little more than copying them, and at most 16,384 samples' words of output; for
///   vectors O(rows · dimension²), memory for dimension² numbers a thread, and 8 dimension² bytes of output a source.
public func gatherMoments(
  _ request: FitRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ArchiveReport {
  do {
    precondition(request.model == nil, "moments are what a model is fitted from")
    return try FitRun(request, archive: nil, isGathering: true).gather(onEvent)
  } catch {
    throw GamutError(error)
  }
}

extension FitRun {
  func gather(_ onEvent: (Event) -> Void) throws -> ArchiveReport {
    if let vectors, vectors.columnCount > Moments.dimensionLimit {
      throw GamutError.momentsOfLongVectors(
        path: vectors.path, dimension: vectors.columnCount, limit: Moments.dimensionLimit)
    }
    let replaced = try ArchiveLock.ofReplaced(request.output)
    defer { withExtendedLifetime(replaced) {} }
    let folder = try StagedFolder(
      path: request.output, marker: ArchiveIndex.fileName, replacing: request.replacesOutputs)
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    pool.tokens = tokens
    try pool.checkStart()
    var writer = Moments.Writer(to: folder)
    let sources =
      try vectors.map { try gather($0, by: pool, into: &writer, onEvent) }
      ?? gatherTexts(into: &writer, onEvent)
    try Self.checkNames(of: sources)
    return try watch.time(.write, onEvent) {
      var index = ArchiveIndex(
        modelIdentity: "", model: modelFacts, modelFiles: [:], quality: request.quality,
        columns: columns, segments: [])
      index.modelIdentity = index.computedModelIdentity
      index.gathered = .init(
        kernel: vectors == nil ? nil : LinearAlgebraLibrary.coreName, sources: sources,
        files: writer.files)
      try folder.add(ArchiveIndex.fileName).write(index.text)
      try folder.commit()
      return ArchiveReport(
        path: request.output, index: index, newSources: [], drift: [], timing: watch.stages)
    }
  }

  private static func checkNames(of sources: [SourceSummary]) throws(ArchiveError) {
    var seen: Set<String> = []
    for source in sources where !seen.insert(source.path).inserted {
      throw .sourceGivenTwice(path: source.path, other: source.path)
    }
  }

  private func gatherTexts(
    into writer: inout Moments.Writer, _ onEvent: (Event) -> Void
  ) throws -> [SourceSummary] {
    var reservoir = try watch.time(.train, onEvent) {
      try trainingReservoir(
        of: reader, seed: request.seed, threads: request.threads, onEvent: onEvent)
    }
    let (words, keys) = reservoir.keyedSample()
    let sources = try request.inputs.map { path in
      var source = SourceSummary(path: path)
      source.byteCount = try InputFile(path: path).byteCount
      return source
    }
    try writer.add(words, keys: keys)
    return sources
  }

  private func gather(
    _ vectors: NumPyArray, by pool: PoolReader, into writer: inout Moments.Writer,
    _ onEvent: (Event) -> Void
  ) throws -> [SourceSummary] {
    let (columns, sources) = try watch.time(.read, onEvent) {
      try pool.readShapes(onEvent: onEvent)
    }
    try watch.time(.fit, onEvent) {
      try VectorTopics.forEachMoments(
        of: vectors, columns: columns, sources: sources, sample: request.vectorSample,
        threads: request.threads
      ) { try writer.add($0) }
    }
    try writer.finishVectors()
    return sources
  }

  /// What is to be fitted: the facts of a model that is still to come.
  private var modelFacts: JSONValue {
    .members([
      "topics": .members([
        "source": .string(vectors == nil ? "built-in" : "vectors"),
        "dimension": .integer(vectors?.columnCount ?? TextTopics.dimensionLimit),
        "count": .integer(plan.topicCount),
        "share": request.vectorShare.map { .number($0) },
      ]),
      "seed": .string(String(request.seed)), "text": .array(plan.textFields.map { .string($0) }),
      "tokenizer": tokens.map { .string($0.sha256) },
      "chat_template": tokens?.template?.template.json,
      "uncut": DescriptorModel.UncutAxes(specifications: axes, cvtTopicCount: plan.cvtTopicCount)
        .json,
    ])
  }
}
