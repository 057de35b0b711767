import Descriptors
import Embeddings
import JSON
import LinearAlgebra
import Measures
import Numbers
import Reporting
import Samples
import Storage
import Tokenizers

/// Reads a pool once and keeps, in an archive, what later choices need of every sample.
///
/// The archive is a folder of NumPy columns and JSON; choosing from it reads columns and, of the
/// sources, the chosen lines alone.
///
/// - Parameters:
///   - request: The pool, what is kept, and where the archive goes.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: What the archive holds.
/// - Throws: `GamutError`. No archive has appeared or changed then; only the file of lines that were kept aside may
///   have, which gets its name just before the archive.
/// - Complexity: O(bytes of the pool) time; memory for the columns, about 200 bytes a sample.
public func fit(
  _ request: FitRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ArchiveReport {
  do {
    return try FitRun(request, archive: nil).carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// Brings more samples into an archive; its axes and its model stay where they are.
///
/// - Parameters:
///   - request: The new sources; `output` is the archive, and what an archive decides is not looked at.
///   - onEvent: As for `fit`.
/// - Returns: What the archive holds now, and how far the new samples lie from those that it was fitted
///   to.
/// - Throws: `GamutError`. The archive is as it was then, as it is where all of the new sources are in it already and
///   none has a line; only the file of lines that were kept aside may have appeared or changed.
/// - Complexity: O(bytes of the new sources).
public func add(
  _ request: FitRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ArchiveReport {
  do {
    let lock = try ArchiveLock(request.output)
    defer { withExtendedLifetime(lock) {} }
    let archive = try ArchivePool(opening: request.output)
    return try FitRun(request, archive: archive).carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}

/// One reading of sources: into a segment of a new archive, or of one that is there, or for moments.
struct FitRun {
  let request: FitRequest
  /// The archive that is added to.
  let archive: ArchivePool?
  /// The model that is taken, with the index that it came with.
  let known: (model: DescriptorModel, index: ArchiveIndex)?
  let columns: ArchiveIndex.Columns
  let axes: [AxisSpecification]
  private(set) var plan: ReadingPlan
  let reader: SampleReader
  let vectors: NumPyArray?
  /// What tokens are counted by; `nil` where they are estimated.
  let tokens: TokenFile?
  let progress = ReadingProgress()
  let watch = Stopwatch()

  /// Prepares.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - archive: The archive that samples are added to.
  ///   - isGathering: Whether a model is yet to come, so that a part may tell nothing of its vectors.
  /// - Throws: `ArchiveError`, `GamutError`, `DescriptorsError`, `SamplesError`, `StorageError`.
  init(_ request: FitRequest, archive: ArchivePool?, isGathering: Bool = false) throws {
    self.request = request
    self.archive = archive
    for input in request.inputs where ArchivePool.isFolder(input) {
      throw ArchiveError.archiveAmongInputs(path: input)
    }
    for input in request.inputs where input == "-" || InputFile.isStream(input) {
      throw ArchiveError.sourceNotAFile(path: input)
    }
    try AxisSpecification.check(request.axes)
    if request.vectorShare != nil {
      if request.embeddings == nil { throw GamutError.shareOfNoVectors }
      if let path = request.model {
        throw ArchiveError.decidedByArchive(path: path, option: "--vector-share")
      }
    }
    let origin = try archive ?? request.model.map { try ArchivePool(opening: $0) }
    let model = try origin.map { try DescriptorModel(reading: $0.path, index: $0.index) }
    vectors = try request.embeddings.map {
      try ColumnVectors.open(
        $0, of: request.inputs,
        textFields: model?.textFields ?? request.textFields,
        folder: request.temporaryFolder, threads: request.threads,
        emptyDimension: isGathering ? 0 : model?.dimension)
    }
    let topicCount: Int
    let textFields: [String]
    if let origin, let model {
      try Self.check(vectors, fit: model, of: origin.path)
      if let needed = model.tokenizer, request.tokenizer == nil {
        throw ArchiveError.tokenizerNeeded(path: origin.path, sha256: needed)
      }
      try TokenFile.check(request.tokenizer, fits: origin.path, kept: model.tokenizer)
      try TokenFile.check(
        template: request.chatTemplate, tokenizer: request.tokenizer, fits: origin.path,
        kept: model.chatTemplate?.json)
      known = (model, origin.index)
      columns = origin.index.columns
      axes = model.specifications
      topicCount = model.topicCount
      textFields = model.textFields
    } else {
      known = nil
      columns = Self.columns(request)
      axes = request.axes
      let dimension = vectors?.columnCount ?? TextTopics.dimensionLimit
      topicCount = dimension == 0 ? 0 : try Self.topicCount(request, dimension: dimension)
      textFields = request.textFields
    }
    let keptTemplate = known?.model.chatTemplate
    tokens = try request.tokenizer.map {
      try TokenFile(path: $0, template: request.chatTemplate, kept: keptTemplate)
    }
    plan = ReadingPlan(
      keeping: columns, topicCount: topicCount, textFields: textFields,
      keepsRejectedLines: request.rejects != nil)
    plan.keepsLineChecks = true
    plan.cvtTopicCount =
      known?.model.axes.compactMap { $0.centroids?.dimension }.max()
      ?? known?.model.uncut?.cvtTopicCount
      ?? min(request.cvtTopicCount ?? Recipe.defaultTopicCount, topicCount)
    var options = ReadingOptions()
    options.textFields = textFields
    options.numericColumns = plan.numericColumns
    options.categoryColumns = plan.categoryColumns
    options.unreadable = .deliver
    options.vectorColumn = ColumnVectors.column(request.embeddings)
    options.progress = progress
    reader = try SampleReader(
      sources: request.inputs.map(Source.init(path:)), options: options)
  }

  /// All measures but the dear one, and the fields that quality, axes and the user want.
  private static func columns(_ request: FitRequest) -> ArchiveIndex.Columns {
    var columns = ArchiveIndex.Columns(
      measures: Measure.allCases.filter { measure in
        if measure == .tokens || measure == .complexity { return false }
        return !measure.needsCompression
          || request.axes.contains { $0.subject == .measure(measure.rawValue) }
      }, numbers: [], labels: [])
    func add(_ path: String, to list: inout [String]) {
      if !list.contains(path) { list.append(path) }
    }
    for column in request.quality { add(column.path, to: &columns.numbers) }
    for axis in request.axes {
      guard case .column(let path) = axis.subject else { continue }
      if axis.binning == .category {
        add(path, to: &columns.labels)
      } else {
        add(path, to: &columns.numbers)
      }
    }
    for path in request.keptColumns {
      add(path, to: &columns.numbers)
      add(path, to: &columns.labels)
    }
    return columns
  }

  private static func topicCount(_ request: FitRequest, dimension: Int) throws -> Int {
    let asked = request.axes.reduce(0) { most, axis in
      if case .topic(let component) = axis.subject { return max(most, component) }
      return most
    }
    if asked > dimension {
      throw GamutError.topicBeyondDimension(topic: asked, dimension: dimension)
    }
    let looked = request.axes.contains { $0.binning == .cvt } ? request.cvtTopicCount ?? 0 : 0
    if looked > dimension {
      throw GamutError.topicsBeyondDimension(count: looked, dimension: dimension)
    }
    return min(max(asked, looked, request.topicCount, 1), dimension)
  }

  private static func check(
    _ vectors: NumPyArray?, fit model: DescriptorModel, of path: String
  ) throws {
    if model.embedding != nil {
      if vectors != nil { throw ArchiveError.modelTakesNoVectors(path: path) }
      return
    }
    guard let vectors else {
      throw ArchiveError.modelNeedsVectors(path: path, dimension: model.dimension)
    }
    guard vectors.columnCount == model.dimension else {
      throw ArchiveError.otherDimension(
        path: vectors.path, expected: model.dimension, found: vectors.columnCount)
    }
  }

  func carryOut(_ onEvent: (Event) -> Void) throws -> ArchiveReport {
    // Before any work: an output that cannot be written should be told at once.
    let rejects = try rejectsOutput()
    let replaced = archive == nil ? try ArchiveLock.ofReplaced(request.output) : nil
    defer { withExtendedLifetime(replaced) {} }
    let folder =
      archive == nil
      ? try StagedFolder(
        path: request.output, marker: ArchiveIndex.fileName, replacing: request.replacesOutputs)
      : nil
    let (index, isGrounded, sources, drift, warnings) = try readAndWrite(
      to: folder, rejects: rejects, onEvent)
    var failure: GamutError?
    if !isGrounded {
      // The archive is whole already; this only spares choices from it their groundwork.
      do {
        try watch.time(.rank, onEvent) {
          try ArchiveGround.make(
            for: ArchivePool(path: request.output, index: index), threads: request.threads)
        }
      } catch {
        failure = GamutError(error)
      }
    }
    var report = ArchiveReport(
      path: request.output, index: index, newSources: sources, drift: drift, warnings: warnings,
      timing: watch.stages)
    report.groundworkFailure = failure
    return report
  }

  /// Reads the sources and writes what is kept of them; no column outlives it.
  private func readAndWrite(
    to folder: StagedFolder?, rejects: StagedOutput?, _ onEvent: (Event) -> Void
  ) throws -> (
    index: ArchiveIndex, isGrounded: Bool, sources: [SourceSummary], drift: [AxisDrift],
    warnings: [Warning]
  ) {
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    pool.tokens = tokens
    if vectors == nil {
      try pool.checkStart()
      pool.topicModel =
        try knownTopics()
        ?? watch.time(.train, onEvent) {
          try TextTopics(
            fitting: reader, count: plan.topicCount, seed: request.seed,
            threads: request.threads, onEvent: onEvent)
        }
    }
    var (columns, sources) = try watch.time(.read, onEvent) {
      try pool.read(rejects: rejects, onEvent: onEvent)
    }
    // A part of a pool may be empty, as a file among others may: the whole is known when parts are merged.
    guard columns.count > 0 || known?.model.uncut != nil else {
      throw GamutError(
        emptyPool: columns, sources: sources, paths: request.inputs, textFields: plan.textFields)
    }
    try checkSourcesAreNew(sources)
    try ArchivePool.checkCount((archive?.sampleCount ?? 0) + columns.count)
    if known == nil {
      try DescriptorModel.checkHasQuality(
        request.quality, in: columns, sources: sources, plan: plan)
    }
    var fitted = pool.topicModel?.fitted
    if let vectors {
      let topics = try VectorTopics(
        vectors, columns: columns, sources: sources, topicCount: plan.topicCount,
        sample: request.vectorSample, known: known?.model.components,
        threads: request.threads, watch: watch, onEvent: onEvent)
      columns.topics = topics.coordinates
      fitted = topics.fitted
    }
    guard let fitted else { throw GamutError.emptyPool(paths: request.inputs) }
    let writer = SegmentWriter(
      columns: columns, sources: sources, plan: plan,
      vectors: vectors.map { .init(path: $0.path, byteCount: $0.byteCount) })
    // Columns are written while axes are cut: the one waits for the disk, the other for nobody.
    let ((model, made, warnings), segment) = try watch.time(.select, onEvent) {
      try sideBySide(threads: request.threads) {
        try cutAxes(
          over: columns, sources: sources, components: fitted,
          embedding: pool.topicModel?.embedding)
      } and: {
        try folder.map {
          try writer.write(to: $0, prefix: "segments/new/", id: "", threads: request.threads)
        }
      }
    }
    let drift = known == nil ? [] : self.drift(of: columns, from: model)
    try rejects?.finish()
    let index = try watch.time(.write, onEvent) {
      guard let folder, var segment else {
        return try write(writer, sources: sources, rejects: rejects)
      }
      var index = ArchiveIndex(
        modelIdentity: "", model: .null, modelFiles: [:],
        quality: known?.index.quality ?? request.quality, columns: self.columns, segments: [])
      try model.write(to: folder, index: &index)
      segment.id = segmentIdentity(of: sources, model: index.modelIdentity)
      try folder.rename("segments/new", to: "segments/\(segment.id)")
      index.segments = [segment]
      if let made { try ArchiveGround.write(made.made, to: folder, index: index) }
      let output = try folder.add(ArchiveIndex.fileName)
      try output.write(index.text)
      try output.finish()
      // The archive last, so that there is none where anything fails.
      try rejects?.commit()
      try folder.commit()
      return index
    }
    return (index, made != nil, sources, drift, warnings)
  }

  /// The model before its axes are cut; it has as many topics as are kept of every sample.
  func uncutModel(components: PrincipalComponents, embedding: TextEmbedding?) -> DescriptorModel {
    DescriptorModel(
      components: components.prefix(plan.topicCount), embedding: embedding, seed: request.seed,
      textFields: plan.textFields, axes: [], references: [], tokenizer: tokens?.sha256,
      chatTemplate: tokens?.template?.template,
      uncut: .init(specifications: axes, cvtTopicCount: plan.cvtTopicCount))
  }

  private func rejectsOutput() throws -> StagedOutput? {
    guard let rejects = request.rejects else { return nil }
    let origin =
      archive
      ?? request.model.flatMap { path in
        known.map { ArchivePool(path: path, index: $0.index) }
      }
    let read =
      request.inputs
      + [
        ColumnVectors.column(request.embeddings) == nil ? request.embeddings : nil,
        request.tokenizer, request.chatTemplate.flatMap(ConversationTemplate.file(namedBy:)),
      ].compactMap(\.self) + (origin?.likelyFiles ?? [])
    for input in read where InputFile.isSameFile(rejects, input) {
      throw StorageError.sameFileTwice(path: rejects)
    }
    if rejects == request.output || "\(rejects)/" == request.output {
      throw StorageError.sameFileTwice(path: rejects)
    }
    return try StagedOutput(path: rejects, replacing: request.replacesOutputs)
  }

  private func knownTopics() -> TextTopics? {
    guard let known, let embedding = known.model.embedding else { return nil }
    return TextTopics(
      embedding: embedding, fitted: known.model.components, count: plan.topicCount)
  }

  private func checkSourcesAreNew(_ sources: [SourceSummary]) throws {
    var known: [String: String] = [:]
    for source in archive?.sources ?? [] {
      known[source.sha256] = source.path
      // Its lines would be looked for in the new file.
      for new in sources where new.path == source.path && new.sha256 != source.sha256 {
        throw ArchiveError.sourceReplaced(path: new.path, archive: request.output)
      }
    }
    var seen: [String: String] = [:]
    // Files without a line are all the same, and no harm.
    for source in sources where source.sampleCount + source.rejectedCount > 0 {
      if let other = known[source.sha256] {
        throw ArchiveError.sourceTwice(
          path: source.path, other: other, archive: request.output)
      }
      if let other = seen[source.sha256] {
        throw ArchiveError.sourceGivenTwice(path: source.path, other: other)
      }
      seen[source.sha256] = source.path
    }
  }

  private func cutAxes(
    over columns: PoolColumns, sources: [SourceSummary], components: PrincipalComponents,
    embedding: TextEmbedding?
  ) throws -> (model: DescriptorModel, made: FitGround?, warnings: [Warning]) {
    if let known, archive != nil || known.model.uncut != nil { return (known.model, nil, []) }
    let made = try ground(over: columns, sources: sources)
    if let known { return (known.model, made, []) }
    let (model, warnings) = try uncutModel(components: components, embedding: embedding)
      .cut(
        over: columns, sources: sources, plan: plan, binned: made?.ground.axes,
        threads: request.threads)
    return (model, made, warnings)
  }

  /// What choices from a new archive stand on; `nil` where that is to be read out of it.
  private func ground(over columns: PoolColumns, sources: [SourceSummary]) throws -> FitGround? {
    do {
      return try FitGround(
        over: columns, sources: sources, plan: plan, axes: axes,
        cut: known?.model.known(of: axes, topics: nil) ?? axes.map { _ in nil },
        quality: known?.index.quality ?? request.quality, seed: request.seed,
        threads: request.threads)
    } catch GamutError.noQuality where known != nil, GamutError.noAxisValues where known != nil {
      // One part of a pool may lack what the others have; a choice says so where all do.
      return nil
    }
  }

  private func drift(of columns: PoolColumns, from model: DescriptorModel) -> [AxisDrift] {
    zip(model.axes, model.references).compactMap { axis, reference in
      guard let reference else { return nil }
      let values = columns.values(
        at: plan.place(of: axis.specification), topicCount: plan.topicCount)
      return AxisDrift.of(values, on: axis, reference: reference)
    }
  }

  /// Writes the segment and then the index of an archive that is there.
  private func write(
    _ writer: SegmentWriter, sources: [SourceSummary], rejects: StagedOutput?
  ) throws -> ArchiveIndex {
    guard let archive else { preconditionFailure("a new archive has a folder") }
    var index = archive.index
    let id = segmentIdentity(of: sources, model: index.modelIdentity)
    // Files without a line are no twins; what is read of the same ones again is there already.
    if index.segments.contains(where: { $0.id == id }) {
      try rejects?.commit()
      return index
    }
    try ArchiveLock.clearOrphans(of: archive)
    // What could not be cleared away is a segment, and each has this file.
    let segment = try StagedFolder(
      path: "\(archive.path)/segments/\(id)", marker: "offset.npy", replacing: true)
    index.segments.append(
      try writer.write(to: segment, prefix: "", id: id, threads: request.threads))
    index.sortSegments()
    let output = try StagedOutput(path: ArchiveIndex.path(archive.path), replacing: true)
    try output.write(index.text)
    try output.finish()
    // First the columns, then the index that names them: what is not named is not there. The lines that were kept
    // aside before it, so that the archive is as it was where anything fails.
    try segment.commit()
    try rejects?.commit()
    try output.commit()
    return index
  }

  /// A segment's name: from the model and what was read, so that it is the same wherever it was made.
  private func segmentIdentity(of sources: [SourceSummary], model: String) -> String {
    ArchiveIndex.segmentIdentity(of: sources, model: model)
  }
}

extension ArchiveReport {
  init(
    path: String, index: ArchiveIndex, newSources: [SourceSummary], drift: [AxisDrift],
    warnings: [Warning] = [], timing: [StageTime]
  ) {
    self.path = path
    content =
      index.gathered.map { .moments(sources: $0.sources.count) }
      ?? (index.segments.isEmpty ? .model : .samples)
    samples = index.segments.reduce(0) { $0 + $1.sampleCount }
    newSamples = newSources.reduce(0) { $0 + $1.sampleCount }
    rejected = newSources.reduce(0) { $0 + $1.rejectedCount }
    sources = index.segments.reduce(0) { $0 + $1.sources.count }
    segments = index.segments.count
    let bytes = index.segments.reduce(0) { total, segment in
      segment.files.values.reduce(total) { $0 + $1.byteCount }
    }
    bytesPerSample = samples == 0 ? 0 : Double(bytes) / Double(samples)
    self.drift = drift
    self.warnings = warnings
    self.timing = timing
  }
}
